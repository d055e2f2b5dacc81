"""Processes that a process has started, and waiting for what must come."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

from .harness import Process


def children(process: Process) -> set[int]:
    """The processes that ``process`` has started and that are not over."""
    said = subprocess.run(
        ["ps", "-o", "pid=,stat=", "--ppid", str(process.child.pid)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    rows = [line.split() for line in said.splitlines()]
    return {int(pid) for pid, state in rows if not state.startswith("Z")}


def until(holds: Callable[[], bool]) -> None:
    """Return once ``holds()``; it must, within a time that no machine needs."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
