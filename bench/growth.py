"""`python -m bench.growth FOLDER [--github]`: how CPU and memory of a build grow with the size of a document.

Every OpenAPI document of the folder is built cold; with ``--github`` so are that of GitHub and parts of it. What they
cost is fitted, by least squares over logarithms, to ``start + factor * size ** exponent``; the start is what a document
of one operation costs: 1 when twice the document costs twice as much. Exit code 1 above the limit.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from bench.documents import HERE, METHODS, PAGE, documents, github
from bench.processes import environment

LIMIT = 1.1
ALL = "all documents"
PARTS = (2, 4, 8, 16, 32)
"""Of how many paths of the document of GitHub a part of it has one."""

EXPONENTS = [number / 50 for number in range(15, 101)]
STARTS = [number / 20 for number in range(16, 21)]
"""Those that are tried; a start is a share of what a document of one operation costs, of which some is work on it."""

LAUNCHER = """\
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
sys.exit(code)
"""
"""A small program between us and the compiler, as a child starts with the peak memory of its parent."""

START, END = "<!-- growth -->\n", "<!-- /growth -->\n"
ONE = {
    "openapi": "3.1.0",
    "info": {"title": "One", "version": "1"},
    "paths": {"/one": {"get": {"operationId": "one", "responses": {}}}},
}
_REF = re.compile(r'"\$ref": ?"#/components/([^/"]+)/([^/"]+)')


class Cost(NamedTuple):
    """What a cold build of one document took: CPU seconds and peak MB."""

    cpu: float
    memory: float


class Built(NamedTuple):
    """A document: bytes of compact JSON, what is generated from, its cost, and that of one operation in its format."""

    size: int
    parts: int
    cost: Cost
    start: Cost


class Fit(NamedTuple):
    """A curve: exponent, start, middle deviation as a factor, documents, the largest over the smallest."""

    exponent: float
    start: float
    spread: float
    documents: int
    span: float


def main() -> int:
    """Print the exponents and write them into `bench/documents.md`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--github", action="store_true")
    parser.add_argument(
        "--rounds", type=int, default=2, help="of which the best counts"
    )
    given = parser.parse_args()
    HERE.mkdir(parents=True, exist_ok=True)
    rounds = given.rounds
    starts = {
        it: cost(_written(f"one{it}", ONE), rounds + 3) for it in (".json", ".yaml")
    }
    print(f"one operation: {starts}", flush=True)
    built = [measured(it, rounds, starts) for it in documents(given.folder)]
    groups = {ALL: built}
    if given.github:
        of_github = [measured(it, rounds, starts) for it in _of_github()]
        built += of_github
        groups["GitHub's and parts of it"] = of_github
    fits = {
        (group, what): fitted(found, size, value)
        for group, found in groups.items()
        for what, size, value in MEASURES
    }
    text = page(fits, starts[".json"])
    _keep(text)
    print(text)
    held = [fit.exponent <= LIMIT for (group, _), fit in fits.items() if group == ALL]
    return int(not all(held))


MEASURES: Sequence[tuple[str, Callable[[Built], float], Callable[[Cost], float]]] = (
    ("CPU by bytes", lambda it: it.size, lambda it: it.cpu),
    ("CPU by things", lambda it: it.parts, lambda it: it.cpu),
    ("memory by bytes", lambda it: it.size, lambda it: it.memory),
    ("memory by things", lambda it: it.parts, lambda it: it.memory),
)
"""Words, size of a document, and its cost."""


def fitted(
    built: Sequence[Built],
    size: Callable[[Built], float],
    value: Callable[[Cost], float],
) -> Fit:
    """The exponent, with the factor and the start, that leave the least squares of logarithms."""
    known = [(size(it), value(it.start), math.log(value(it.cost))) for it in built]
    best = math.inf
    for share in STARTS:
        points = [(size, share * start, cost) for size, start, cost in known]
        for exponent in EXPONENTS:
            squares, factor = _factor(points, exponent)
            if squares < best:
                best = squares
                away = [abs(it) for it in _away(points, factor, exponent)]
                fit = exponent, share, math.exp(statistics.median(away))
    sizes = [size for size, _, _ in known]
    return Fit(*fit, len(known), max(sizes) / min(sizes))


Points: TypeAlias = Sequence[tuple[float, float, float]]
"""Size, cost of the start, and logarithm of the cost of each document."""


def _factor(points: Points, exponent: float) -> tuple[float, float]:
    """The sum of squares of the best factor for ``exponent``, and that factor, by bisection of its logarithm."""

    def squares(log: float) -> float:
        return sum(it * it for it in _away(points, math.exp(log), exponent))

    low, high = -40.0, 5.0
    for _ in range(40):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, right) if squares(left) < squares(right) else (left, high)
    return squares(low), math.exp(low)


def _away(points: Points, factor: float, exponent: float) -> Iterator[float]:
    """How far each document is from the curve, in logarithms."""
    for size, start, cost in points:
        yield cost - math.log(start + factor * size**exponent)


def measured(path: Path, rounds: int, starts: dict[str, Cost]) -> Built:
    """One document, and what it says about itself on the way."""
    spent = cost(path, rounds)
    root = _read(path)
    size, parts = len(json.dumps(root, separators=(",", ":"), default=str)), _parts(
        root
    )
    start = starts[".json" if path.suffix == ".json" else ".yaml"]
    words = f"{size} bytes, {parts} things, {spent.cpu:.3f} s, {spent.memory:.1f} MB"
    print(f"{path.name}: {words}", flush=True)
    return Built(size, parts, spent, start)


def cost(path: Path, rounds: int) -> Cost:
    """The best of ``rounds`` cold builds of the client of ``path``."""
    out = HERE / "growth-out"
    command = [sys.executable, "-S", "-c", LAUNCHER, sys.executable, "-m"]
    command += ["naftiko_codegen", "build", str(path), "-o", str(out), "-q"]
    command += ["--target", "client", "--jobs", "1"]
    ran = []
    for _ in range(rounds):
        shutil.rmtree(out, ignore_errors=True)
        done = subprocess.run(command, env=environment(), capture_output=True)
        if done.returncode:
            raise SystemExit(f"{path} is not built: {done.stderr.decode()[-500:]}")
        ran.append([float(word) for word in done.stdout.split()])
    return Cost(min(it[0] for it in ran), min(it[1] for it in ran))


def _read(path: Path) -> Any:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = path.read_text()
    return json.loads(text) if path.suffix == ".json" else yaml.load(text, loader)


def _parts(root: Any) -> int:
    """How many operations, parameters and properties are described; 1 at least."""
    found = 0
    open_ = [root]
    while open_:
        value = open_.pop()
        if isinstance(value, dict):
            found += sum(isinstance(value.get(it), dict) for it in METHODS)
            found += len(value["parameters"]) if _holds(value, "parameters") else 0
            found += len(value["properties"]) if _holds(value, "properties") else 0
            open_ += value.values()
        elif isinstance(value, list):
            open_ += value
    return max(1, found)


def _holds(value: dict[str, Any], key: str) -> bool:
    return isinstance(value.get(key), dict | list)


def _of_github() -> Iterator[Path]:
    """The document of GitHub, and parts of it: every so many of its paths, with all that these refer to."""
    root = _read(github())
    whole = {key: value for key, value in root.items() if key[:2] != "x-"}
    for share in (*reversed(PARTS), 1):
        paths = dict(list(root["paths"].items())[::share])
        used = _used(root["components"], paths)
        made = {**whole, "paths": paths, "components": used}
        yield _written(f"github-{share}.json", made)


def _used(components: dict[str, dict[str, Any]], paths: Any) -> dict[str, Any]:
    """Those of ``components`` that ``paths`` refer to, directly or not."""
    found: dict[str, dict[str, Any]] = {}
    open_ = [json.dumps(paths)]
    while open_:
        for home, name in _REF.findall(open_.pop()):
            if name not in found.setdefault(home, {}):
                found[home][name] = components[home][name]
                open_.append(json.dumps(components[home][name]))
    return found


def _written(name: str, root: Any) -> Path:
    target = HERE / "growth" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(root), encoding="utf-8")
    return target


def page(fits: dict[tuple[str, str], Fit], start: Cost) -> str:
    """The exponents as a Markdown table, with what they say."""
    intro = (
        "What `python -m bench.growth FOLDER --github` printed last: exponents of growth, fitted by least squares over"
        " logarithms to start + factor · size^exponent. The start, fitted too, is the given share of what a document of"
        f" one operation costs ({start.cpu:.2f} s, {start.memory:.0f} MB). Bytes are those of compact JSON; things are"
        " operations, parameters and properties. Half of the documents are within the factor of the curve. Parts of one"
        " document share schemas and have fewer bytes for each thing, so rows of them only inform."
    )
    head = ["of", "what", "exponent", "at most", "start", "documents", "span", "factor"]
    rows = [head, ["---", "---", *["---:"] * 6]]
    for (group, what), fit in fits.items():
        limit = str(LIMIT) if group == ALL else ""
        figures = f"{fit.exponent:.2f}", limit, f"{fit.start:.2f}"
        sizes = str(fit.documents), f"{fit.span:,.0f}", f"{fit.spread:.2f}"
        rows.append([group, what, *figures, *sizes])
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"{intro}\n\n{table}\n"


def _keep(text: str) -> None:
    """Put ``text`` between the two marks of the page, or at its end."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    after = rest.partition(END)[2]
    page = f"{before.rstrip()}\n\n{START}{text}{END}{after}"
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
