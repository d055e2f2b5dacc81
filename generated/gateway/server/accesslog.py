# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""One JSON object a line for each request on standard error, written in batches."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from functools import lru_cache

from .logwriter import LOG

FLUSH_SECONDS = 0.25


class AccessLog:
    """Collects lines and writes them together: a request costs no system call of its own."""

    def __init__(self, enabled: bool, server: str = "") -> None:
        """Without ``enabled``, nothing is kept or written; ``server`` is the kind that lines name."""
        self.enabled = enabled
        self.tail: Callable[[str], None] | None = None
        """Gets every line besides, when somebody wants to read them."""
        self.server = server
        self._lines: list[str] = []
        self._second = 0
        self._stamp = ""

    def add(
        self,
        method: str,
        route: str,
        status: int,
        seconds: float,
        request_id: str,
        trace_id: str = "",
        failed: bool = False,
    ) -> None:
        """Log a request. ``route`` is the template of its path, never a value of the caller's; ``status`` 0: gone.

        ``method`` and the ids are plain ASCII; ``failed``: the answer of status 200 reports an error.
        """
        if not self._lines:
            asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second = second
            self._stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        more = ',"error":true' if failed else ""
        if trace_id:
            more += f',"trace_id":"{trace_id}"'
        line = (
            f'{{"time":"{self._stamp}.{int((now - second) * 1000):03d}Z","level":"info",'
            f'"server":"{self.server}","request_id":"{request_id}","method":"{method}","route":{_quoted(route)},'
            f'"status":{status or "null"},"ms":{seconds * 1000:.1f}{more}}}\n'
        )
        self._lines.append(line)
        if self.tail is not None:
            self.tail(line)

    def flush(self) -> None:
        """Write what was collected."""
        lines, self._lines = self._lines, []
        if lines:
            LOG.write("".join(lines))


@lru_cache(maxsize=4096)
def _quoted(route: str) -> str:
    return json.dumps(route)
