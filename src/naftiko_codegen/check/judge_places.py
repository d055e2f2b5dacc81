"""Where a complaint of openapi-spec-validator stands, however little it says of that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from naftiko_codegen.read.document import Json, Pointer

_OPERATION = re.compile(r"for '([a-z]+)'(?: operation)? in '(/.*)' (?:is|was) not ")
"""How a complaint names the operation that it is about."""

_NO_SCHEMA = " is not of type 'object', 'boolean'"
"""How a complaint ends whose other words are ``items``, spelt out."""


class ComplaintPlaces:
    """Finds the places of complaints about one document.

    A complaint about one schema gives the way from that schema on, one about a default only holds the schema, one about
    an operation names it in its words. What they hold is looked up by identity in the document.
    """

    def __init__(self, root: Json) -> None:
        self._root = root
        self._known: dict[int, tuple[Json, Pointer]] = {}
        self._given: set[Pointer] = set()

    def of(self, error: Any) -> Pointer:
        """The place of ``error``; of several that it may be about, one that no other complaint was given."""
        told: Pointer = tuple(getattr(error, "absolute_path", ()) or ())
        words = str(getattr(error, "message", error))
        if not self._known:
            self._known = {id(v): (v, pointer) for v, pointer in _parts(self._root)}
        for part in (getattr(error, "instance", None), getattr(error, "schema", None)):
            if id(part) in self._known:
                return self._known[id(part)][1]
        if told and not _leads(self._root, told):
            return self._next(self._ending(told, error.instance), told)
        if named := _OPERATION.search(words):
            return ("paths", named[2], named[1])
        if words.endswith(_NO_SCHEMA):
            return self._next(self._items(words.removesuffix(_NO_SCHEMA)), told)
        return told

    def _next(self, found: Iterator[Pointer], otherwise: Pointer) -> Pointer:
        """The first of ``found`` that was not given yet."""
        place = next((it for it in found if it not in self._given), otherwise)
        self._given.add(place)
        return place

    def _ending(self, steps: Pointer, value: Json) -> Iterator[Pointer]:
        """The pointers that end in ``steps`` and lead to ``value``."""
        for part, pointer in self._known.values():
            if _leads(part, steps, value):
                yield (*pointer, *steps)

    def _items(self, spelt: str) -> Iterator[Pointer]:
        """The pointers of lists that stand in place of the schema of items, and are spelt so."""
        for part, pointer in self._known.values():
            if (
                pointer[-1] == "items"
                and isinstance(part, list)
                and repr(part) == spelt
            ):
                yield pointer


def _parts(root: Json) -> Iterator[tuple[Json, Pointer]]:
    """Every object and list below ``root`` with its first place, in the order of the document."""
    seen: set[int] = set()
    open_: list[tuple[Json, Pointer]] = [(root, ())]
    while open_:
        value, pointer = open_.pop()
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        inside = [
            (part, (*pointer, step))
            for step, part in steps
            if isinstance(part, dict | list) and id(part) not in seen
        ]
        seen.update(id(part) for part, _ in inside)
        if pointer:
            yield value, pointer
        open_ += reversed(inside)


def _leads(value: Json, steps: Pointer, end: Json = ...) -> bool:
    """Whether ``steps`` lead somewhere from ``value``: to ``end``, when it is given."""
    for step in steps:
        if isinstance(value, list):
            known = isinstance(step, int) and step < len(value)
        else:
            known = isinstance(value, dict) and step in value
        if not known:
            return False
        value = value[step]
    return end is ... or value is end or (type(value) is type(end) and value == end)
