"""Bytes as they arrive → lines, and events of ``text/event-stream``; nothing is kept but what is incomplete."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .._runtime.errors import ReplyTooLarge

LONGEST = 8 * 1024 * 1024
"""Bytes of one line, and of the data of one event."""

_END = re.compile(rb"\r\n|\r|\n")


class Lines:
    """Splits bytes into lines that end as in Unix, Windows or old files."""

    def __init__(self) -> None:
        self._begun: list[bytes] = []
        self._size = 0
        self._returned = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that ``chunk`` completes; raises ``ReplyTooLarge``."""
        if not chunk:
            return []
        if self._returned and chunk[:1] == b"\n":
            chunk = chunk[1:]
            self._returned = False
            if not chunk:
                return []
        self._returned = chunk.endswith(b"\r")
        first, *more = _END.split(chunk)
        self._size += len(first)
        if self._size > LONGEST:
            raise ReplyTooLarge(f"a line has more than {LONGEST} bytes")
        self._begun.append(first)
        if not more:
            return []
        whole = b"".join(self._begun)
        self._begun = [more[-1]]
        self._size = len(more[-1])
        return [whole, *more[:-1]]

    def rest(self) -> bytes:
        """What came after the end of the last line."""
        return b"".join(self._begun)


class Event:
    """One event: ``data``, and what else the server said of it."""

    __slots__ = ("data", "fields")

    def __init__(self, data: bytes, fields: dict[str, bytes]) -> None:
        """``fields`` are ``event``, ``id`` and ``retry``, as far as they are there."""
        self.data = data
        self.fields = fields


class Events:
    """Puts the lines of an event stream together, as the HTML standard says."""

    def __init__(self) -> None:
        self._data: list[bytes] = []
        self._size = 0
        self._fields: dict[str, bytes] = {}
        self._first = True

    def feed(self, lines: list[bytes]) -> Iterator[Event]:
        """The events that ``lines`` complete; raises ``ReplyTooLarge``."""
        for line in lines:
            if self._first:
                line = line.removeprefix(b"\xef\xbb\xbf")
                self._first = False
            if line:
                self._field(line)
                continue
            if self._data:
                yield Event(b"\n".join(self._data), self._fields)
            self._data, self._size, self._fields = [], 0, {}

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._size += len(value) + 1
            if self._size > LONGEST:
                raise ReplyTooLarge(f"an event has more than {LONGEST} bytes")
            self._data.append(value)
        elif name in (b"event", b"id", b"retry"):
            self._fields[name.decode("ascii")] = value
