"""Which kinds of JSON value a schema admits, and whether one schema says more than another."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from naftiko_codegen.read.document import Json

_DEEPEST = 12
_ALL = frozenset(("string", "number", "integer", "boolean", "object", "array"))
_OF_VALUES = {str: "string", bool: "boolean", int: "integer", float: "number"}


class Fit(Enum):
    """What a second schema is to a first one."""

    REFINES = 1
    """It may be taken instead: it admits some of the same kinds of value, and says more."""
    SAYS_NOTHING = 2
    CONFLICT = 3
    """It admits no value that the first one admits."""


def fit(own: Json, other: Json, named: Mapping[str, Json]) -> Fit:
    """What ``other``, whose references are in ``named``, is to ``own``, a schema of a capability or ``...``.

    ``{"type": "object"}`` without properties is the language's word for any value.
    """
    found = kinds(other, named)
    if found == _ALL or other is ...:
        return Fit.SAYS_NOTHING
    if own is ... or own in ({}, True, {"type": "object"}):
        return Fit.REFINES
    wide = kinds(own, {})
    wide |= {"integer"} if "number" in wide else set()
    return Fit.REFINES if found & wide else Fit.CONFLICT


def kinds(schema: Json, named: Mapping[str, Json], depth: int = 0) -> frozenset[str]:
    """The JSON types that ``schema`` admits, ``null`` left out; all of them where it does not say."""
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return _ALL
    if "$ref" in schema:
        return kinds(named.get(schema["$ref"], True), named, depth + 1)
    if "type" in schema:
        types = schema["type"]
        return frozenset([types] if isinstance(types, str) else types) - {"null"}
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if values:
        return frozenset(_OF_VALUES.get(type(it), "object") for it in values if it is not None)  # fmt: skip
    if "properties" in schema:
        return frozenset({"object"})
    for key in ("oneOf", "anyOf"):
        if key in schema:
            found = [kinds(part, named, depth + 1) for part in schema[key]]
            return frozenset().union(*found)
    admitted = _ALL
    for part in schema.get("allOf", ()):
        admitted &= kinds(part, named, depth + 1)
    return admitted


def member(schema: Json, name: str, named: Mapping[str, Json], depth: int = 0) -> Json:
    """The schema of the property ``name`` of an object schema; ``...`` when it is not described."""
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return ...
    if "$ref" in schema:
        return member(named.get(schema["$ref"], True), name, named, depth + 1)
    properties = schema.get("properties", {})
    if name in properties:
        return properties[name]
    found = (member(it, name, named, depth + 1) for it in schema.get("allOf", ()))
    return next((it for it in found if it is not ...), ...)
