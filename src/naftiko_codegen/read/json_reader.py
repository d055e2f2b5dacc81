"""JSON text → plain values, with the standard decoder; places only when asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from naftiko_codegen.diagnostics import Span
from naftiko_codegen.read import canonical
from naftiko_codegen.read.document import Json
from naftiko_codegen.read.limits import Limits
from naftiko_codegen.read.places import Lines, Marks
from naftiko_codegen.read.repeats import Again, settle
from naftiko_codegen.read.report import RefusedError, Report
from naftiko_codegen.read.scalars import DIGITS

_TOKEN = re.compile(
    r'("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}\[\]]|[^\s,:{}\[\]"]+', re.DOTALL
)
"""A string (group 1), a colon when it is a key (group 2), a bracket or a bare word."""

_OPENING = frozenset("{[")
_CLOSING = frozenset("}]")


class JsonPlaces:
    """Places of a JSON text; the text is scanned when the first place is asked for."""

    def __init__(self, name: str, text: str, tree: Json) -> None:
        """``tree`` is what ``text`` decodes to, each repeated key an ``Again`` until ``settle``."""
        self._name = name
        self._text = text
        self._tree = tree
        self._marks: Marks | None = None

    @property
    def root(self) -> Span:
        """Where the outermost value begins."""
        return self._scanned().root

    def find(self, holder: Json, step: str | int, *, key: bool) -> Span | None:
        """The place of ``holder[step]``, or of its key; None for a foreign holder."""
        return self._scanned().find(holder, step, key=key)

    def settle(self, report: Report) -> None:
        """Give every key of the tree one value."""
        first, lists = _scan(self._text, self._tree)
        to_span = Lines(self._name, self._text).span
        settle(self._tree, lists, to_span, report)
        self._marks = Marks(first, lists, to_span)

    def _scanned(self) -> Marks:
        if self._marks is None:
            first, lists = _scan(self._text, self._tree)
            self._marks = Marks(first, lists, Lines(self._name, self._text).span)
        return self._marks


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


def _scan(text: str, tree: Json) -> tuple[int, dict[int, list[int]]]:
    """The offset of the outermost value, and of keys and values per container."""
    top: list[int] = []
    lists: dict[int, list[int]] = {}
    stack: list[tuple[list[int], Iterator[Json]]] = []
    marks, values = top, iter([tree])
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
    return top[0], lists


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
