"""`python -m bench [SECTION…]`: run the measurements in turn; all of them write `bench/results.md` and the README."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
from pathlib import Path

from bench.measure import Row, table
from bench.processes import WORK

SECTIONS = (
    "compiling",
    "imports",
    "clients",
    "rest",
    "tools",
    "starting",
    "stdio",
    "scaling",
)
RESULTS = Path(__file__).with_name("results.md")
README = Path(__file__).parents[1] / "README.md"
START, END = "<!-- bench -->\n", "<!-- /bench -->\n"


def main() -> int:
    """Exit code 1 when a limit is exceeded."""
    if sys.argv[1:2] == ["soak"]:
        from bench.soak.run import main as soak

        return soak(sys.argv[2:])
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "sections", nargs="*", choices=[*SECTIONS, []], help="which ones (all)"
    )
    parser.add_argument(
        "--scale", type=float, default=1.0, help="share of the usual rounds"
    )
    given = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    cores = os.sched_getaffinity(0)
    rows: list[Row] = []
    for name in given.sections or SECTIONS:
        print(f"{name} …", flush=True)
        found: list[Row] = importlib.import_module(f"bench.{name}").measure(given.scale)
        os.sched_setaffinity(0, cores)
        print(table(found), flush=True)
        rows += found
    if not given.sections:
        RESULTS.write_text(_page(rows), encoding="utf-8")
        _quote(_page(rows))
        print("written: bench/results.md and README.md")
    return int(any(row.verdict == "NO" for row in rows))


def _page(rows: list[Row]) -> str:
    python = f"Python {platform.python_version()}, {len(os.sched_getaffinity(0))} cores"
    intro = (
        "Medians of rounds taken in turns in one run of `make bench`: CPU time, but for percentiles and starts, which"
        " are by the clock. The ratio is the median of the ratios of each round, and each must keep to its limit."
    )
    return f"{intro} {python}.\n\n{table(rows)}"


def _quote(page: str) -> None:
    """Put the results between the two marks of the README."""
    before, _, rest = README.read_text(encoding="utf-8").partition(START)
    after = rest.partition(END)[2]
    README.write_text(before + START + page + END + after, encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
