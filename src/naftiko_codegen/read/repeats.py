"""Keys that stand twice in one mapping: refused, but for those of an OpenAPI document whose meaning is plain.

Before: ``{/a: {get: …}, /a: {post: …}}``, the second key held by an ``Again``; after: ``{/a: {get: …, post: …}}``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from naftiko_codegen.diagnostics import Span
from naftiko_codegen.read.document import Json, Pointer
from naftiko_codegen.read.kinds import kind
from naftiko_codegen.read.report import Report, quoted, report_twice

_AMBIGUOUS = frozenset(
    ("security", "servers", "securitySchemes", "securityDefinitions", "host", "basePath", "schemes", "openapi",
     "swagger", "$ref", "url", "tokenUrl")
)  # fmt: skip
"""Keys that say where requests and credentials go, or which text is read: one reader would go another way."""

_DATA = frozenset(("example", "examples", "default", "enum", "const", "value"))
_MOST = 200
"""Keys of one file that may stand twice."""

_OF_ALL_METHODS = ("parameters", "servers", "$ref")
_NESTED_MAPS = ("paths", "components")
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Again:
    """The key of a value whose name stands in its mapping already; no other key is equal to it."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


def settle(
    root: Json,
    marks: dict[int, list[Any]],
    to_span: Callable[[Any], Span],
    report: Report,
) -> None:
    """Take every ``Again`` out of ``root``, and out of ``marks`` what belongs to it; report each."""
    settling = _Settling(marks, to_span, report, kind(root) == "openapi")
    for holder, pointer in reversed(_holders(root)):
        settling.holder(holder, pointer)


def _holders(root: Json) -> list[tuple[dict[Any, Json], Pointer]]:
    """The mappings that hold an ``Again``, each before those inside it, with their pointers."""
    found = []
    seen: set[int] = set()
    open_: list[tuple[Json, Pointer]] = [(root, ())]
    while open_:
        value, pointer = open_.pop()
        if id(value) in seen or not isinstance(value, dict | list):
            continue
        seen.add(id(value))
        if isinstance(value, dict) and any(isinstance(key, Again) for key in value):
            found.append((value, pointer))
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        open_ += ((it, (*pointer, getattr(step, "name", step))) for step, it in steps)
    return found


class _Settling:
    """Settles one file; with ``mild`` what is plain is only warned of."""

    def __init__(
        self,
        marks: dict[int, list[Any]],
        to_span: Callable[[Any], Span],
        report: Report,
        mild: bool,
    ) -> None:
        self._marks = marks
        self._span = to_span
        self._report = report
        self._mild = mild
        self._warned = 0

    def holder(self, holder: dict[Any, Json], pointer: Pointer) -> None:
        """Give each name in ``holder`` one value."""
        marks = self._marks[id(holder)]
        made: dict[str, Json] = {}
        places: dict[str, tuple[Any, Any]] = {}
        for number, (key, value) in enumerate(list(holder.items())):
            name = key.name if isinstance(key, Again) else key
            mark = marks[2 * number], marks[2 * number + 1]
            if isinstance(key, Again) and name not in made:
                words = f"the key {quoted(name)} stands here again"
                span = self._span(mark[0])
                self._report.error("N107", words, span, "keep one of the two")
            elif name in made:
                first = places[name], made[name]
                mark, value = self._one(first, (mark, value), (*pointer, name))
            made[name], places[name] = value, mark
        holder.clear()
        holder.update(made)
        marks[:] = [mark for pair in places.values() for mark in pair]

    def _one(
        self,
        first: tuple[tuple[Any, Any], Json],
        again: tuple[tuple[Any, Any], Json],
        pointer: Pointer,
    ) -> tuple[tuple[Any, Any], Json]:
        """Of two values with their marks, the one that counts, or both as one."""
        here, there = self._span(again[0][0]), self._span(first[0][0])
        name = str(pointer[-1])
        if not self._mild or _is_ambiguous(pointer):
            report_twice(name, there, here, self._report)
        elif _same(first[1], again[1]):
            self._warn(f"{_twice(pointer, there)}, with the same value", here)
        elif _joinable(first[1], again[1], pointer):
            self._warn(f"{_twice(pointer, there)}; both are read as one", here)
            return first[0], self._joined(first[1], again[1], pointer)
        elif _is_item(pointer):
            report_twice(name, there, here, self._report)
        else:
            self._warn(f"{_twice(pointer, there)}, which is left out", here)
            return again
        return first

    def _joined(
        self, first: dict[str, Json], again: dict[str, Json], pointer: Pointer
    ) -> dict[str, Json]:
        """The entries of both, in order."""
        made, marks = dict(first), list(self._marks[id(first)])
        places = {name: 2 * number for number, name in enumerate(made)}
        theirs = self._marks[id(again)]
        for number, (name, value) in enumerate(again.items()):
            mark = theirs[2 * number], theirs[2 * number + 1]
            if name not in made:
                made[name] = value
                marks += mark
                continue
            at = places[name]
            mine = (marks[at], marks[at + 1]), made[name]
            marks[at : at + 2], made[name] = self._one(
                mine, (mark, value), (*pointer, name)
            )
        self._marks[id(made)] = marks
        return made

    def _warn(self, message: str, span: Span) -> None:
        self._warned += 1
        if self._warned > _MOST:
            words = f"more than {_MOST} keys stand twice in this file"
            raise self._report.refuse("N107", words, span)
        self._report.warning("N107", message, span, "keep one of the two", strict=True)


def _twice(pointer: Pointer, first: Span) -> str:
    """The first words about what stands at ``pointer`` a second time."""
    name = quoted(str(pointer[-1]))
    if len(pointer) == 3 and _is_item(pointer[:2]) and pointer[-1] in _METHODS:
        words = f"the operation {name} of {quoted(str(pointer[1]))}"
    else:
        words = f"the key {name}"
    return f"{words} stands here again; it is on line {first.line} already"


def _is_ambiguous(pointer: Pointer) -> bool:
    """Whether a reader that takes another value might be led elsewhere; data and properties lead nowhere."""
    for number, step in enumerate(pointer):
        if step in _DATA and number and pointer[number - 1] != "properties":
            return False
        if step in _AMBIGUOUS and (not number or pointer[number - 1] != "properties"):
            return True
    return False


def _is_item(pointer: Pointer) -> bool:
    return len(pointer) == 2 and pointer[0] == "paths"


def _joinable(first: Json, again: Json, pointer: Pointer) -> bool:
    """Whether the two are maps of things that have nothing to do with each other."""
    if not isinstance(first, dict) or not isinstance(again, dict):
        return False
    if _is_item(pointer):
        return all(_same(first.get(k), again.get(k)) for k in _OF_ALL_METHODS)
    if len(pointer) == 1:
        return pointer[0] in (*_NESTED_MAPS, "definitions", "responses")
    return len(pointer) == 2 and pointer[0] == "components"


def _same(first: Json, again: Json) -> bool:
    """Whether two values are the same JSON."""
    return first == again and (
        json.dumps(first, sort_keys=True) == json.dumps(again, sort_keys=True)
    )
