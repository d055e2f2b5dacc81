"""Builds every file of given folders in the box of `tests/hostile`, checks it and types it: `hostile.py FOLDER…`.

For collections of hostile documents that are not ours; exit code 1 when one breaks a rule.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from hostile.box import Outcome, check, run


def verdict(outcome: Outcome, typed: bool) -> str:
    """What came of one document; starts with ``BROKEN`` when a rule is broken."""
    try:
        check(outcome)
    except AssertionError as error:
        return f"BROKEN {error}"
    if outcome.code or not outcome.modules:
        return "refused: " + next(iter(outcome.text.splitlines()), "nothing said")
    if typed:
        command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "."]
        done = subprocess.run(
            command, cwd=outcome.output, capture_output=True, text=True
        )
        if done.returncode:
            return f"BROKEN mypy: {done.stdout[-2000:]}"
    return f"built, {len(outcome.modules)} modules"


def main() -> int:
    """Go through all files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--mypy", action="store_true", help="also run mypy --strict")
    given = parser.parse_args()
    broken = 0
    for folder in given.folders:
        for path in sorted(item for item in folder.iterdir() if item.is_file()):
            with tempfile.TemporaryDirectory() as box:
                said = verdict(run(Path(box), path.name, path.read_bytes()), given.mypy)
            broken += said.startswith("BROKEN")
            print(f"{folder.name}/{path.name:32} {said}", flush=True)
    return int(bool(broken))


if __name__ == "__main__":
    raise SystemExit(main())
