"""Where values stand: marks kept per container, looked up along a pointer when asked."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate, islice
from typing import Any, Protocol

from naftiko_codegen.diagnostics import Span
from naftiko_codegen.read.document import KEY, Json, Pointer

BREAK = re.compile(r"\r\n?|\n")
"""What ends a line, in JSON and in YAML 1.2."""


class Places(Protocol):
    """The positions of one tree of values."""

    @property
    def root(self) -> Span:
        """Where the outermost value begins."""

    def find(self, holder: Json, step: str | int, *, key: bool) -> Span | None:
        """The place of ``holder[step]``, or of its key; None for a foreign holder."""


class Marks:
    """Places kept as one list per container: key and value marks, or item marks.

    A mark is whatever ``to_span`` understands. Lists are found by the identity of their
    container, which therefore must stay alive and unchanged.
    """

    def __init__(
        self, root: Any, lists: dict[int, list[Any]], to_span: Callable[[Any], Span]
    ) -> None:
        """``root`` is the mark of the outermost value."""
        self._root = root
        self._lists = lists
        self._to_span = to_span

    @property
    def root(self) -> Span:
        """Where the outermost value begins."""
        return self._to_span(self._root)

    def find(self, holder: Json, step: str | int, *, key: bool) -> Span | None:
        """The place of ``holder[step]``, or of its key; None for a foreign holder."""
        marks = self._lists.get(id(holder))
        if marks is None:
            return None
        index = index_of(holder, step)
        if isinstance(holder, list):
            return self._to_span(marks[index])
        return self._to_span(marks[2 * index + (not key)])


def index_of(holder: Json, step: str | int) -> int:
    """The number of the member ``step`` of a container, from 0."""
    if isinstance(holder, list):
        return int(step)
    return next(number for number, name in enumerate(holder) if name == step)


_STARTS = 16
"""How often the lines of a text can be counted in the time that finding where all of them start takes."""


class Lines:
    """The lines of a text, for turning offsets into lines and columns."""

    def __init__(self, name: str, text: str) -> None:
        """``name`` is the path as findings print it."""
        self._name = name
        self._text = text
        self._starts: list[int] = []
        self._left = 0 if "\r" in text else _STARTS * len(text)
        self._known = 0, 1

    def span(self, offset: int) -> Span:
        """The place of the character at ``offset``."""
        if self._left > 0:
            line = self._counted(offset)
            return Span(self._name, line, offset - self._text.rfind("\n", 0, offset))
        if not self._starts:
            self._starts = [0, *_ends(self._text)]
        line = bisect_right(self._starts, offset)
        return Span(self._name, line, offset - self._starts[line - 1] + 1)

    def _counted(self, offset: int) -> int:
        """The line of the character at ``offset``, counted from the one that was asked for before."""
        known, line = self._known
        breaks = self._text.count("\n", min(known, offset), max(known, offset))
        line += breaks if offset >= known else -breaks
        self._left -= abs(offset - known)
        self._known = offset, line
        return line


def _ends(text: str) -> Iterator[int]:
    """The offset behind each line of ``text`` that is ended, perhaps one more behind the last."""
    if text.count("\r") == text.count("\r\n"):
        return accumulate(map((1).__add__, map(len, text.split("\n"))))
    return (found.end() for found in BREAK.finditer(text))


def locate(places: Places, root: Json, pointer: Pointer) -> Span:
    """Where ``pointer`` stands below ``root``, or its nearest existing parent.

    A pointer that ends with KEY means the key before it.
    """
    key = pointer[-1:] == (KEY,)
    steps = pointer[:-1] if key else pointer
    span, holder = places.root, root
    for number, step in enumerate(steps, 1):
        if not _has(holder, step):
            break
        wanted = key and number == len(steps)
        span = places.find(holder, step, key=wanted) or span
        holder = holder[step]
    return span


def _has(holder: Json, step: str | int) -> bool:
    """Whether ``holder[step]`` exists, by the rules of JSON rather than of Python."""
    if isinstance(holder, dict):
        return step in holder
    return (
        isinstance(holder, list) and isinstance(step, int) and 0 <= step < len(holder)
    )


def excerpt(text: str, line: int) -> str:
    """Line ``line`` of ``text``, counted from 1, without its break; empty past the end."""
    start = 0
    if line > 1:
        before = next(islice(BREAK.finditer(text), line - 2, None), None)
        if before is None:
            return ""
        start = before.end()
    end = BREAK.search(text, start)
    return text[start : end.start() if end else len(text)]
