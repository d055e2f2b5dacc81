"""What kind of thing a normal schema describes, before it is lowered."""

from __future__ import annotations

from naftiko_codegen.read.document import Json, Pointer

STRUCTURE = frozenset(
    ("$ref", "type", "properties", "additionalProperties", "patternProperties", "items", "prefixItems", "allOf",
     "oneOf", "anyOf", "enum", "const", "format")
)  # fmt: skip
"""Keywords that say something about a type; a schema without any is any value."""


def unwrap(schema: Json, pointer: Pointer) -> tuple[Json, Pointer, bool]:
    """The one schema that remains when ``null`` is taken out of a choice, its place, and whether there was ``null``."""
    for key in ("anyOf", "oneOf"):
        choices = schema.get(key)
        if not choices or schema.keys() & STRUCTURE != {key}:
            continue
        rest = [i for i, choice in enumerate(choices) if choice != {"type": "null"}]
        if len(rest) == 1 and isinstance(choices[rest[0]], dict):
            inner, place, null = unwrap(choices[rest[0]], (*pointer, key, rest[0]))
            return inner, place, null or len(choices) > 1
    types = schema.get("type")
    return schema, pointer, isinstance(types, list) and "null" in types


def is_bare(schema: Json) -> bool:
    """Whether a schema says nothing about a type: annotations, limits or ``required`` alone."""
    return not isinstance(schema, dict) or not schema.keys() & STRUCTURE


def is_object(schema: dict[str, Json]) -> bool:
    """Whether a schema can describe one object: its only type, or no type and parts that may have properties."""
    types = schema.get("type")
    if types is None:
        return bool(schema.keys() & {"properties", "allOf", "$ref"})
    return types == "object" or (
        isinstance(types, list) and [t for t in types if t != "null"] == ["object"]
    )


def is_map(schema: dict[str, Json]) -> bool:
    """Whether a schema without a type speaks of objects."""
    return bool(
        schema.keys() & {"properties", "additionalProperties", "patternProperties"}
    )


def one_part(schema: dict[str, Json]) -> int | None:
    """The index of the one part of ``allOf`` that says something, when the schema says nothing beside it.

    A part that is an unnamed object does not count: it is the schema's own.
    """
    parts = schema.get("allOf")
    own = schema.keys() & STRUCTURE - {"allOf", "type"}
    if not parts or own or schema.get("type", "object") != "object":
        return None
    telling = [index for index, part in enumerate(parts) if not is_bare(part)]
    if len(telling) != 1 or _demands(schema, parts, telling[0]):
        return None
    part = parts[telling[0]]
    return None if "$ref" not in part and is_object(part) else telling[0]


def _demands(schema: dict[str, Json], parts: list[Json], but: int) -> bool:
    """Whether anything but the part at ``but`` makes properties required."""
    others = [schema, *(part for index, part in enumerate(parts) if index != but)]
    return any(isinstance(other, dict) and other.get("required") for other in others)
