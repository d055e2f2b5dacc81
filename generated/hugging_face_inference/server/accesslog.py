# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""One short line per request on standard error, written in batches."""

from __future__ import annotations

import asyncio
import sys
import time

FLUSH_SECONDS = 0.25


class AccessLog:
    """Collects lines and writes them together: a request costs no system call of its own."""

    def __init__(self, enabled: bool) -> None:
        """Without ``enabled``, nothing is kept or written."""
        self.enabled = enabled
        self._lines: list[str] = []

    def add(
        self, method: str, route: str, status: int, seconds: float, request_id: str
    ) -> None:
        """Log a request. ``route`` is the template of its path, never a value of the caller's; ``status`` 0: gone."""
        if not self._lines:
            asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self._lines.append(
            f"{now} {method} {route} {status or 'gone'} {seconds * 1000:.1f}ms {request_id}\n"
        )

    def flush(self) -> None:
        """Write what was collected."""
        lines, self._lines = self._lines, []
        sys.stderr.write("".join(lines))
        sys.stderr.flush()
