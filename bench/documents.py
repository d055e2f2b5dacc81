"""`python -m bench.documents FOLDER [--github]`: every OpenAPI document of a folder through us and three peers.

One table: documents built, operations generated, imports that fail, complaints of mypy, CPU and memory of the builds,
CPU of importing the result. The folder is yours; with ``--github`` npm gives the document of GitHub (13 MB) as well.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.processes import WORK, environment

HERE = WORK / "documents"
PAGE = Path(__file__).with_name("documents.md")
INTRO = (
    "What `python -m bench.documents FOLDER --github` printed last: documents of many providers, and GitHub's."
    " Every tool has built, imported and checked each document before the next one came."
)
PEERS = (
    "datamodel-code-generator==0.89.0",
    "openapi-generator-cli==7.26.0",
    "openapi-python-client==0.29.1",
)
LIBRARIES = (
    "attrs",
    "httpx",
    "httpx2",
    "msgspec",
    "aiohttp",
    "pydantic[email]",
    "lazy-imports",
    "urllib3",
    "python-dateutil",
    "typing-extensions",
    "mypy",
)
_VERSION = re.compile(rb"^[\"'{ ]*(openapi|swagger)[\"']?\s*:", re.M)
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
SECONDS = 300
"""How long one build, one type check or one import may take."""


@dataclass
class Score:
    """What one tool did with all documents."""

    built: int = 0
    operations: int = 0
    unimportable: int = 0
    complaints: int = 0
    cpu: float = 0.0
    memory: float = 0.0
    importing: float = 0.0
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Tool:
    """A generator: ``command`` for a document and an output folder; ``count`` finds operations in generated code."""

    name: str
    command: Callable[[Path, Path], Sequence[str]]
    count: re.Pattern[str]
    where: str = "**/*.py"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--github", action="store_true")
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--only", nargs="*", default=None, help="names of tools")
    given = parser.parse_args()
    _install()
    found = list(documents(given.folder))[: given.limit]
    found += [github()] if given.github else []
    tools = [it for it in _tools() if not given.only or it.name in given.only]
    scores = {tool.name: Score() for tool in tools}
    for number, document in enumerate(found, 1):
        print(f"{number} of {len(found)}: {document.name}", flush=True)
        for tool in tools:
            _one(tool, document, scores[tool.name])
    declared = sum(_declared(document) for document in found)
    table = _table(scores, len(found), declared)
    growth = "".join(PAGE.read_text(encoding="utf-8").partition("<!-- growth -->")[1:])
    PAGE.write_text(f"{INTRO}\n\n{table}\n\n{growth}", encoding="utf-8")
    print(table)
    for name, score in scores.items():
        print(f"{name}: {'; '.join(score.failures) or 'no failures'}")
    return 0


def _tools() -> list[Tool]:
    """Ourselves and the peers; a function that sends a request, or what describes one, is an operation."""
    programs = HERE / "venv" / "bin"

    def ours(document: Path, out: Path) -> list[str]:
        command = [sys.executable, "-m", "naftiko_codegen", "build", str(document)]
        return [*command, "-o", str(out), "--target", "client", "-q"]

    def python_client(document: Path, out: Path) -> list[str]:
        command = [str(programs / "openapi-python-client"), "generate"]
        return [*command, "--path", str(document), "--output-path", str(out)]

    def models(document: Path, out: Path) -> list[str]:
        command = [str(programs / "datamodel-codegen"), "--input", str(document)]
        output = ["--output", str(out / "models.py")]
        return [*command, *output, "--input-file-type", "openapi"]

    def generator(document: Path, out: Path) -> list[str]:
        command = [str(programs / "openapi-generator-cli"), "generate", "-g", "python"]
        return [*command, "-i", str(document), "-o", str(out), "--skip-validate-spec"]

    return [
        Tool(
            "naftiko-codegen",
            ours,
            re.compile(r"^[A-Z_0-9]+ = Operation\(", re.M),
            "*/operations/*.py",
        ),
        Tool(
            "openapi-python-client",
            python_client,
            re.compile(r"^def sync_detailed\(", re.M),
            "**/api/**/*.py",
        ),
        Tool("datamodel-code-generator", models, re.compile(r"(?!)")),
        Tool(
            "openapi-generator",
            generator,
            re.compile(r"^    def \w+_without_preload_content\(", re.M),
            "**/api/*.py",
        ),
    ]


def _one(tool: Tool, document: Path, score: Score) -> None:
    """Build, import and check one document with one tool."""
    out = HERE / "out" / tool.name
    shutil.rmtree(out, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    if tool.name.startswith("datamodel"):
        out.mkdir()
    cpu, memory, ended = _run(tool.command(document, out), HERE)
    score.cpu += cpu
    score.memory = max(score.memory, memory)
    if ended:
        score.failures.append(f"{document.name} is not built")
        return
    score.built += 1
    texts = [path.read_text() for path in out.glob(tool.where)]
    score.operations += sum(
        len(tool.count.findall(text)) for text in texts if text[:8] != "# Copied"
    )
    top, names = _modules(out)
    program = (
        "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    )
    python = str(HERE / "venv" / "bin" / "python")
    cpu, _, ended = _run([python, "-c", program, *names], top)
    score.importing += cpu
    if ended:
        score.unimportable += 1
        score.failures.append(f"{document.name} cannot be imported")
    score.complaints += _complaints(top, tool.name)


def _modules(out: Path) -> tuple[Path, list[str]]:
    """The folder to import from, and every module below it that is no test or script."""
    packages = sorted(
        {path.parent for path in out.rglob("__init__.py")}, key=lambda p: len(p.parts)
    )
    top = packages[0].parent if packages else out
    found = [
        path.relative_to(top).with_suffix("") for path in sorted(top.rglob("*.py"))
    ]
    skipped = {"setup", "__main__", "test", "tests", "docs"}
    return top, [
        ".".join(part for part in it.parts if part != "__init__")
        for it in found
        if not skipped & set(it.parts)
    ]


def _complaints(top: Path, name: str) -> int:
    """How many errors mypy finds in what was generated, in its usual mode."""
    python = str(HERE / "venv" / "bin" / "python")
    cache = str(HERE / f"mypy-{name}")
    command = [
        python,
        "-m",
        "mypy",
        "--cache-dir",
        cache,
        "--exclude",
        "(setup|test)",
        ".",
    ]
    try:
        ran = subprocess.run(
            command, cwd=top, capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return 0
    return len(re.findall(r": error:", ran.stdout)) or int(ran.returncode > 1)


def _run(command: Sequence[str], cwd: Path) -> tuple[float, float, int]:
    """CPU seconds, peak memory in MB, and the exit code; a process is killed when its time is over."""
    child = subprocess.Popen(
        command,
        cwd=cwd,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    resource.prlimit(child.pid, resource.RLIMIT_CPU, (SECONDS, SECONDS))
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, child.returncode


def documents(folder: Path) -> Iterator[Path]:
    """The OpenAPI documents below ``folder``."""
    for path in sorted(folder.rglob("*")):
        named = path.suffix in (".yaml", ".yml", ".json") and path.is_file()
        if named and _VERSION.search(path.read_bytes()):
            yield path.resolve()


def _declared(path: Path) -> int:
    """The operations that a document holds."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = path.read_text()
    root: Any = json.loads(text) if path.suffix == ".json" else yaml.load(text, loader)
    paths = root.get("paths") or {}
    items = [item for item in paths.values() if isinstance(item, dict)]
    return sum(method in item for item in items for method in METHODS)


def github() -> Path:
    """The document of GitHub from npm."""
    home = HERE / "node_modules" / "@octokit" / "openapi" / "generated"
    if not home.exists():
        npm = ["npm", "i", "--no-save", "--prefix", str(HERE)]
        subprocess.run([*npm, "@octokit/openapi@23.0.2"], check=True)
    return home / "api.github.com.json"


def _install() -> None:
    """Install the peers on first use."""
    HERE.mkdir(parents=True, exist_ok=True)
    if (HERE / "installed").exists():
        return
    subprocess.run([sys.executable, "-m", "venv", str(HERE / "venv")], check=True)
    pip = [str(HERE / "venv" / "bin" / "python"), "-m", "pip", "install", "-q"]
    subprocess.run([*pip, *PEERS, *LIBRARIES], check=True)
    (HERE / "installed").touch()


def _table(scores: dict[str, Score], documents: int, declared: int) -> str:
    """The scores as a Markdown table."""
    head = "| | " + " | ".join(scores) + " |\n|---|" + "---:|" * len(scores) + "\n"
    rows: list[tuple[str, Callable[[Score], str]]] = [
        (f"documents built, of {documents}", lambda it: str(it.built)),
        (
            f"operations, of {declared}",
            lambda it: str(it.operations) if it.operations else "-",
        ),
        ("packages that cannot be imported", lambda it: str(it.unimportable)),
        ("errors of mypy", lambda it: str(it.complaints)),
        ("CPU of all builds, s", lambda it: f"{it.cpu:.1f}"),
        ("largest memory, MB", lambda it: f"{it.memory:.0f}"),
        ("CPU of importing all modules, s", lambda it: f"{it.importing:.1f}"),
    ]
    lines = (
        "| " + " | ".join([what, *map(show, scores.values())]) + " |"
        for what, show in rows
    )
    return head + "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
