# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Standard input and output as lines, each with a thread: descriptors that block never hold up the server."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import SimpleQueue

_CHUNK = 1 << 18
_MOST_PENDING = 64 << 20
"""Bytes that wait for a client who does not read; beyond, its requests are not read either."""

_FLUSH_SECONDS = 5.0


class Lines:
    """Bytes in pieces → lines without their ends."""

    def __init__(self, largest: int) -> None:
        """``largest`` bounds a line, in bytes."""
        self._largest = largest
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> Iterator[bytes | None]:
        """The lines that ``chunk`` ends; ``None`` for one that is too long, which is not kept."""
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            self._add(piece)
            yield None if self._size > self._largest else b"".join(self._parts)
            self._parts, self._size = [], 0
        self._add(rest)

    def _add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._largest:
            self._parts.clear()
        elif piece:
            self._parts.append(piece)


class Pipe:
    """The two streams, taken from where others would print: their output goes to standard error."""

    def __init__(
        self, heard: Callable[[bytes | None], None], largest: int, most: int
    ) -> None:
        """``heard`` is called in the running loop with each line, ``None`` for one that is longer than ``largest``.

        No more is read while ``most`` messages are ``held``. ``ended`` is set after the last line.
        """
        self._loop = asyncio.get_running_loop()
        self._heard = heard
        self._lines = Lines(largest)
        self._most = most
        self._held = 0
        self._pending = 0
        self._lock = threading.Lock()
        self._room = threading.Event()
        self._room.set()
        self._outgoing: SimpleQueue[bytes | None] = SimpleQueue()
        self.ended = asyncio.Event()
        self._in, self._out = os.dup(0), os.dup(1)
        with suppress(OSError):
            null = os.open(os.devnull, os.O_RDONLY)
            os.dup2(null, 0)
            os.close(null)
            os.dup2(2, 1)
        self._writer = threading.Thread(target=self._write, daemon=True)
        self._writer.start()
        threading.Thread(target=self._read, daemon=True).start()

    def write(self, line: bytes) -> None:
        """Send a line, which has no end yet."""
        with self._lock:
            self._pending += len(line)
            self._judge()
        self._outgoing.put(line + b"\n")

    def hold(self, more: int) -> None:
        """So many ``more`` messages are being handled."""
        with self._lock:
            self._held += more
            self._judge()

    async def flush(self) -> None:
        """Wait until all is written, a few seconds at most; nothing can be written then."""
        self._outgoing.put(None)
        await asyncio.to_thread(self._writer.join, _FLUSH_SECONDS)

    def _judge(self) -> None:
        """Decide whether more is read."""
        if self._held < self._most and self._pending < _MOST_PENDING:
            self._room.set()
        else:
            self._room.clear()

    def _read(self) -> None:
        chunk = b"\n"
        while chunk:
            self._room.wait()
            try:
                chunk = os.read(self._in, _CHUNK)
            except OSError:
                chunk = b""
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._take, chunk)

    def _take(self, chunk: bytes) -> None:
        for line in self._lines.feed(chunk or b"\n"):
            self._heard(line)
        if not chunk:
            self.ended.set()

    def _write(self) -> None:
        while (line := self._outgoing.get()) is not None:
            rest = memoryview(line)
            while rest:
                try:
                    rest = rest[os.write(self._out, rest) :]
                except OSError:  # nobody reads any more
                    return
            with self._lock:
                self._pending -= len(line) - 1
                self._judge()
