# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Standard error, written by a thread of its own: who reads it slowly, or never, holds up no request and no stop."""

from __future__ import annotations

import atexit
import json
import os
import select
import sys
import threading
import time
from collections import deque

MOST = 4 * 1024 * 1024
"""Characters that wait to be written; what comes beyond is dropped."""
DRAIN_SECONDS = 1.0
_STANDARD_ERROR = 2


class LogWriter:
    """Takes text at once and writes it in order, as far as there is room for what waits."""

    def __init__(self) -> None:
        """The thread starts with the first text."""
        self.dropped = 0
        """Lines that nobody will see."""
        self._untold = 0
        self._size = 0
        self._waiting: deque[str] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def write(self, text: str) -> None:
        """Write ``text``, which is whole lines, or drop all of it."""
        with self._changed:
            if self._size and self._size + len(text) > MOST:
                self._drop(text)
                return
            self._waiting.append(text)
            self._size += len(text)
            if self._thread is None:
                self._start()
            self._changed.notify_all()

    def drain(self) -> None:
        """Wait until all is written, for ``DRAIN_SECONDS`` at most."""
        with self._changed:
            self._changed.wait_for(
                lambda: not self._size and not self._untold, DRAIN_SECONDS
            )

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()
        atexit.register(self.drain)

    def _drop(self, text: str) -> None:
        lines = text.count("\n")
        self.dropped += lines
        self._untold += lines

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._untold)
                text = self._waiting.popleft() if self._waiting else ""
                untold = self._untold
            try:
                _put((_told(untold) if untold else "") + text)
            except OSError:  # closed or full: there is nobody to tell, either
                with self._changed:
                    self.dropped += text.count("\n")
                    untold = self._untold
            with self._changed:
                self._size -= len(text)
                self._untold -= untold
                self._changed.notify_all()


def _told(lines: int) -> str:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    words = f"{lines} lines of the log were dropped: standard error was not read"
    return json.dumps({"time": stamp, "level": "warning", "message": words}) + "\n"


def _put(text: str) -> None:
    """Write all of ``text``; not with ``sys.stderr``, whose lock a blocked thread would keep at the end."""
    if sys.stderr is None:  # its number may be another file's
        raise BrokenPipeError
    left = memoryview(text.encode(errors="backslashreplace"))
    while left:
        try:
            left = left[os.write(_STANDARD_ERROR, left) :]
        except BlockingIOError:  # somebody has made it so
            select.select([], [_STANDARD_ERROR], [])


LOG = LogWriter()
"""The log of this process."""
