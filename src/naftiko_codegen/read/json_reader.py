"""JSON text → plain values, with the standard decoder; places only when asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from naftiko_codegen.diagnostics import Span
from naftiko_codegen.read import canonical
from naftiko_codegen.read.document import Json
from naftiko_codegen.read.limits import Limits
from naftiko_codegen.read.places import Lines, Marks, index_of
from naftiko_codegen.read.repeats import Again, settle
from naftiko_codegen.read.report import RefusedError, Report
from naftiko_codegen.read.scalars import DIGITS

_TOKEN = re.compile(
    r'("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}\[\]]|[^\s,:{}\[\]"]+', re.DOTALL
)
"""A string (group 1), a colon when it is a key (group 2), a bracket or a bare word."""

_OPENING = frozenset("{[")
_CLOSING = frozenset("}]")


_GAP = re.compile(r"[ \t\r\n]*")
_skip = json.JSONDecoder(parse_int=len, parse_float=len).raw_decode
"""The value at an offset and the offset behind it, at the speed of C."""
_SCAN = 6
"""How often a text can be skipped through in the time that finding all its places takes."""


class JsonPlaces:
    """Places of a JSON text, found along the way to each; the whole text is scanned once that has cost as much."""

    def __init__(self, name: str, text: str, tree: Json) -> None:
        """``tree`` is what ``text`` decodes to, each repeated key an ``Again`` until ``settle``."""
        self._text = text
        self._tree = tree
        self._start = _gap(text, 0)
        self._members = {id(tree): _Members(text, self._start)}
        self._left = _SCAN * len(text)
        self._lines = cache(lambda: Lines(name, text))
        self._all: Marks | None = None

    @property
    def root(self) -> Span:
        """Where the outermost value begins."""
        return self._lines().span(self._start)

    def find(self, holder: Json, step: str | int, *, key: bool) -> Span | None:
        """The place of ``holder[step]``, or of its key; None for a foreign holder."""
        members = self._members.get(id(holder))
        if members is None or self._left < 0 or self._all:
            return self._scanned().find(holder, step, key=key)
        before = members.reached
        at_key, at = members.at(index_of(holder, step))
        self._left -= members.reached - before
        if isinstance(holder[step], dict | list):
            self._members.setdefault(id(holder[step]), _Members(self._text, at))
        return self._lines().span(at_key if key else at)

    def settle(self, report: Report) -> None:
        """Give every key of the tree one value."""
        lists, to_span = _scan(self._text, self._tree), self._lines().span
        settle(self._tree, lists, to_span, report)
        self._all = Marks(self._start, lists, to_span)

    def _scanned(self) -> Marks:
        """All places: for parts reached by another way, or when so many are asked for that this is cheaper."""
        if self._all is None:
            lists = _scan(self._text, self._tree)
            self._all = Marks(self._start, lists, self._lines().span)
        return self._all


class _Members:
    """Where the keys and the values of one container stand, read as far as they are asked for."""

    __slots__ = ("_found", "_rest", "reached")

    def __init__(self, text: str, start: int) -> None:
        """``start`` is the offset of the opening bracket."""
        self._found: list[tuple[int, int]] = []
        self._rest = _members(text, start)
        self.reached = start

    def at(self, index: int) -> tuple[int, int]:
        """The offsets of key and value number ``index``; of the value twice in a list."""
        for _ in range(len(self._found), index + 1):
            self._found.append(next(self._rest))
            self.reached = self._found[-1][1]
        return self._found[index]


def _members(text: str, start: int) -> Iterator[tuple[int, int]]:
    """The offsets of key and value of each member of the container at ``start``; do not ask for more than it has."""
    named, at = text[start] == "{", start
    while True:
        key = at = _gap(text, at + 1)
        if named:
            colon = _gap(text, _skip(text, key)[1])
            at = _gap(text, colon + 1)
        yield key, at
        at = _gap(text, _skip(text, at)[1])


def _gap(text: str, at: int) -> int:
    """The offset of the first character from ``at`` that is no white space."""
    return _GAP.match(text, at).end()  # type: ignore[union-attr]


def read(text: str, report: Report, limits: Limits) -> tuple[Json, JsonPlaces]:
    """The value of ``text`` and its places.

    Raises json.JSONDecodeError (not reported) when it is no JSON, and RefusedError (reported)
    when it is JSON that asks too much.
    """
    opened = text.count("{") + text.count("[")
    if opened > limits.nodes // 2 or text.count(",") > limits.nodes * 2:
        raise report.refuse("N112", "too many values for one file", report.span(0, 0))
    try:
        tree, repeated = _decode(text)
    except RecursionError:
        span = Lines(report.name, text).span(_too_deep(text, limits.depth))
        message = f"nested more than {limits.depth} levels deep"
        raise report.refuse("N111", message, span, "flatten the document") from None
    places = JsonPlaces(report.name, text, tree)
    canonical.check_depth(tree, places, report, limits.depth)
    if repeated:
        places.settle(report)
    return tree, places


def report_syntax(
    error: json.JSONDecodeError, text: str, report: Report
) -> RefusedError:
    """Report why ``text`` is no JSON; the caller raises what is returned."""
    words = error.msg[:1].lower() + error.msg[1:]
    return report.refuse("N105", words, Lines(report.name, text).span(error.pos))


def _decode(text: str) -> tuple[Json, bool]:
    """The value of ``text``, and whether an object in it says a key twice."""
    repeated = False

    def build(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        nonlocal repeated
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        repeated = True
        told: dict[Any, Json] = {}
        for key, value in pairs:
            told[Again(key) if key in told else key] = value
        return told

    return json.loads(text, object_pairs_hook=build, parse_int=_integer), repeated


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= DIGITS else float("inf")


def _scan(text: str, tree: Json) -> dict[int, list[int]]:
    """The offsets of keys and values per container."""
    lists: dict[int, list[int]] = {}
    stack: list[tuple[list[int], Iterator[Json]]] = []
    marks: list[int] = []
    values: Iterator[Json] = iter([tree])
    for found in _TOKEN.finditer(text):
        written = found[0]
        if written in _CLOSING:
            marks, values = stack.pop()
            continue
        marks.append(found.start())
        if found[2]:
            continue
        value = next(values)
        if written in _OPENING:
            stack.append((marks, values))
            marks = lists[id(value)] = []
            values = iter(value.values() if written == "{" else value)
    return lists


def _too_deep(text: str, limit: int) -> int:
    """The offset of the first bracket below more than ``limit`` others."""
    depth = 0
    for found in _TOKEN.finditer(text):
        if found[0] in _OPENING:
            depth += 1
            if depth > limit:
                return found.start()
        elif found[0] in _CLOSING:
            depth -= 1
    return 0
