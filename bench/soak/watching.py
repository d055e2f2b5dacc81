"""What a server process shows of itself: memory, descriptors, tasks, metrics, log; and whether memory stays flat."""

from __future__ import annotations

import os
import re
import signal
import statistics
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from pathlib import Path

LEAST_LEAK = 4.0
"""Bytes per request, a sixth of the smallest object that Python can keep and the pointer to it: of a process
that leaks nothing, memory differs by up to half of that between the quarters of a run."""

_SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.M)


@dataclass(frozen=True, slots=True)
class Slope:
    """Growth in bytes per request and its standard error: flat unless it is surely more than ``LEAST_LEAK``.

    Surely is by two errors. Memory moves in steps, so that neighbouring points err together: the error is that of
    least squares, corrected for residuals of which each predicts the next.
    """

    per_request: float
    error: float

    @property
    def is_flat(self) -> bool:
        """Whether it is within the noise."""
        return self.per_request - 2 * self.error < LEAST_LEAK


class Watched:
    """A running server."""

    def __init__(self, pid: int, port: int, log: Path) -> None:
        self.pid, self.port, self.log = pid, port, log
        self.scrapes = 0

    def memory(self) -> int:
        """Resident bytes."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def descriptors(self) -> int:
        """Open files and sockets."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def tasks(self) -> int:
        """Tasks of its event loop."""
        before = self.log.stat().st_size
        os.kill(self.pid, signal.SIGUSR1)
        found: list[bytes] = []

        def said() -> bool:
            with self.log.open("rb") as log:
                log.seek(before)
                found[:] = re.findall(rb"^tasks (\d+)\n", log.read(), re.M)
            return bool(found)

        if not until(said):
            raise RuntimeError(f"process {self.pid} does not say how many tasks it has")
        return int(found[0])

    def metrics(self) -> dict[tuple[str, str], float]:
        """Every sample by name and labels."""
        self.scrapes += 1
        request = f"http://127.0.0.1:{self.port}/metrics"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as reply:
            page = reply.read().decode()
        return {(name, labels): float(value) for name, labels, value in _SAMPLE.findall(page)}  # fmt: skip

    def named(self) -> Counter[str]:
        """How often each request id stands in the log."""
        found: Counter[str] = Counter()
        with self.log.open() as log:
            for line in log:
                name = re.search(r'"request_id":"(soak-\d+)"', line)
                if name:
                    found[name[1]] += 1
        return found


def total(samples: dict[tuple[str, str], float], name: str, without: str = "") -> float:
    """The sum of a metric's samples but those with the label ``without``."""
    return sum(
        value
        for (metric, labels), value in samples.items()
        if metric == name and not (without and without in labels)
    )


def slope(points: Sequence[tuple[int, int]]) -> Slope:
    """Least squares over the last three quarters of ``points``: requests answered, and bytes of memory then."""
    kept = points[len(points) // 4 :]
    xs, ys = [float(x) for x, _ in kept], [float(y) for _, y in kept]
    line = statistics.linear_regression(xs, ys)
    rest = [y - line.slope * x - line.intercept for x, y in zip(xs, ys, strict=True)]
    mean = statistics.fmean(xs)
    spread = sum((x - mean) ** 2 for x in xs)
    squares = sum(r * r for r in rest) or 1.0
    error = sqrt(squares / (len(rest) - 2) / spread)
    alike = sum(a * b for a, b in pairwise(rest)) / squares
    alike = min(max(alike, 0.0), 0.99)
    return Slope(line.slope, error * sqrt((1 + alike) / (1 - alike)))


def until(holds: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether ``holds()`` becomes true in time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
