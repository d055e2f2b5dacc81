"""Schemas that are defined by themselves alone → the same without the reference that closes the circle.

Before: ``A: {$ref: B}``, ``B: {allOf: [{$ref: A}]}``; after: ``B: {allOf: [{}]}`` and a finding. Circles through
properties or items are recursive types and stay; a base that lists its own children in ``oneOf`` loses the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from naftiko_codegen.parse.openapi_report import Report
from naftiko_codegen.read.document import Json, Pointer

_PARTS = ("allOf", "oneOf", "anyOf")
_DEEPEST = 64


class _Edge:
    """A reference at the level of the schema it stands in; ``choice`` is whose choice it is, and by which keyword."""

    __slots__ = ("choice", "cut", "part", "pointer")

    def __init__(
        self,
        part: dict[str, Json],
        pointer: Pointer,
        choice: tuple[dict[str, Json], str] | None,
    ) -> None:
        self.part = part
        self.pointer = pointer
        self.choice = choice
        self.cut = False


def cut_circles(
    schemas: dict[str, tuple[Json, Pointer]],
    name_of: Callable[[str], str | None],
    report: Report,
) -> None:
    """Change the schemas (by name, with their places) in place until none is defined by itself alone."""
    done: set[str] = set()
    for root in schemas:
        if root not in done:
            _walk(root, schemas, name_of, done, report)


def _walk(
    root: str,
    schemas: dict[str, tuple[Json, Pointer]],
    name_of: Callable[[str], str | None],
    done: set[str],
    report: Report,
) -> None:
    """Follow references from ``root``, depth first; ``path`` holds the names that are open and the edges taken."""
    path: list[tuple[str, _Edge | None, Iterator[_Edge]]] = [
        (root, None, _edges(*schemas[root]))
    ]
    level = {root: 0}
    while path:
        name, _, rest = path[-1]
        edge = next(rest, None)
        if edge is None:
            path.pop()
            done.add(name)
            del level[name]
            continue
        target = name_of(edge.part.get("$ref", ""))
        if target in level:
            _cut(
                [taken for _, taken, _ in path[level[target] + 1 :] if taken] + [edge],
                report,
            )
        elif target is not None and target not in done and target in schemas:
            level[target] = len(path)
            path.append((target, edge, _edges(*schemas[target])))


def _edges(
    schema: Json,
    pointer: Pointer,
    choice: tuple[dict[str, Json], str] | None = None,
    depth: int = 0,
) -> Iterator[_Edge]:
    """The references of ``schema`` that are not inside a property, an item or the like."""
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return
    if "$ref" in schema:
        yield _Edge(schema, (*pointer, "$ref"), choice)
    for key in _PARTS:
        inner = (schema, key) if key != "allOf" else None
        for index, part in enumerate(tuple(schema.get(key, ()))):
            yield from _edges(part, (*pointer, key, index), inner, depth + 1)
    for key in ("not", "if", "then", "else"):
        yield from _edges(schema.get(key), (*pointer, key), None, depth + 1)


def _cut(circle: list[_Edge], report: Report) -> None:
    """Take one reference out of a circle, from a list of choices if there is one; nothing when it is cut already."""
    if any(edge.cut for edge in circle):
        return
    for edge in circle:
        if edge.choice is not None:
            owner, key = edge.choice
            owner[key] = [part for part in owner[key] if part is not edge.part]
            if not owner[key]:
                del owner[key]
            report.note(
                "N416",
                "this choice leads back to the schema that offers it; it is left out",
                edge.pointer,
            )
            edge.cut = True
            return
    last = circle[-1]
    report.warning(
        "N412", "this $ref leads back to itself; it is left out", last.pointer
    )
    del last.part["$ref"]
    last.cut = True
