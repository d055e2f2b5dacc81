"""Type checks of all packages of a run in one go, which costs a second for each instead of a minute."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.tools.exercise_wire import ROOT, Outcome


def checked(checker: str, work: Path, outcomes: list[Outcome]) -> Iterator[str]:
    """Run ``mypy`` or ``pyright`` over the packages ``p<number>_<name>`` in ``work``."""
    command = _mypy() if checker == "mypy" else _pyright(work)
    done = subprocess.run(command, cwd=work, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    for line in lines:
        found = re.match(r".*?\bp(\d{3,})_.*\berror\b", line)
        if found:
            outcomes[int(found[1])].wrong.append(f"{checker}: {line.strip()[:300]}")
            yield f"{outcomes[int(found[1])].name}: {checker}: {line.strip()[:300]}"
    yield f"{checker}: {' '.join(lines[-1:])} {done.stderr[-300:]}".rstrip()


def _mypy() -> list[str]:
    return [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "."]


def _pyright(work: Path) -> list[str]:
    settings = {
        "include": ["."],
        "pythonVersion": f"{sys.version_info[0]}.{sys.version_info[1]}",
        "venvPath": str(ROOT),
        "venv": ".venv",
    }
    (work / "pyrightconfig.json").write_text(json.dumps(settings))
    return [str(ROOT / ".venv/bin/pyright"), "-p", "pyrightconfig.json"]
