"""CPU time of processes, alternated rounds, and the table of medians and ratios."""

from __future__ import annotations

import os
import statistics
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison: the medians of ``ours`` and ``peer`` in ``unit``, and the median of the paired ratios.

    ``limit`` is the ratio that must not be exceeded, or ``None`` when the row only informs.
    """

    what: str
    peer_name: str
    unit: str
    ours: float
    peer: float
    ratio: float
    limit: float | None = None

    @property
    def verdict(self) -> str:
        """Whether the ratio keeps to its limit."""
        if self.limit is None:
            return ""
        return "yes" if self.ratio <= self.limit else "NO"


def command_cpu(
    command: Sequence[str], *, env: Mapping[str, str] | None = None
) -> float:
    """User and system seconds of a whole process and the children it waited for; it must succeed."""
    child = subprocess.Popen(
        command,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    assert child.stderr
    errors = child.stderr.read()
    child.stderr.close()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)}: {errors.decode()[-2000:]}")
    return usage.ru_utime + usage.ru_stime


def process_cpu(pid: int) -> float:
    """User and system seconds that a running process has used, all threads, to the kernel's tick."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def alternate(
    actions: Mapping[str, Callable[[], float]], rounds: int
) -> dict[str, list[float]]:
    """Call every action once a round, in turn, after one round that does not count."""
    values: dict[str, list[float]] = {name: [] for name in actions}
    for number in range(rounds + 1):
        for name, action in actions.items():
            value = action()
            if number:
                values[name].append(value)
    return values


def compare(
    what: str,
    ours: Sequence[float],
    peer_name: str,
    peer: Sequence[float],
    *,
    unit: str,
    limit: float | None = None,
) -> Row:
    """A row from values that were taken in pairs, in the same order."""
    ratios = [a / b for a, b in zip(ours, peer, strict=True)]
    middle = statistics.median
    return Row(what, peer_name, unit, middle(ours), middle(peer), middle(ratios), limit)


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [
        "| what | ours | peer | | ratio | at most | holds |",
        "|---|---:|---:|---|---:|---:|---|",
    ]
    for row in rows:
        limit = "" if row.limit is None else f"{row.limit:g}"
        lines.append(
            f"| {row.what} | {_number(row.ours)} {row.unit} | {_number(row.peer)} {row.unit} |"
            f" {row.peer_name} | {row.ratio:.3f} | {limit} | {row.verdict} |"
        )
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    """Three digits, and no exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
