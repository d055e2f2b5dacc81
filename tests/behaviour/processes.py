"""Processes that a process has started, and waiting for what must come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from .harness import Process


def children(process: Process) -> set[int]:
    """The processes that ``process`` has started and that are not over, as ``/proc`` has them."""
    return {pid for pid, parent in _living() if parent == process.child.pid}


def _living() -> Iterator[tuple[int, int]]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it is gone
            state, parent, *_ = path.read_text().rpartition(")")[2].split()
            if state != "Z":
                yield int(path.parent.name), int(parent)


def until(holds: Callable[[], bool]) -> None:
    """Return once ``holds()``; it must, within a time that no machine needs."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
