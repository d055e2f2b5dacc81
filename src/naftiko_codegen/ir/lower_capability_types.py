"""JSON Schemas of capability parameters → language-neutral types."""

from __future__ import annotations

from naftiko_codegen.ir.types import (
    AnyType,
    ArrayOf,
    Literals,
    MapOf,
    Nullable,
    Scalar,
    ScalarKind,
    Type,
    UnionOf,
)
from naftiko_codegen.read.document import Json

_SCALARS: dict[str, ScalarKind] = {
    "string": "string", "integer": "integer", "number": "number", "boolean": "boolean",
}  # fmt: skip


def lower_type(schema: Json) -> Type:
    """The type of a schema made by ``parse.capability_schema``."""
    if "enum" in schema:
        return Literals(tuple(schema["enum"]))
    named = schema.get("type", ())
    words = (
        [named]
        if isinstance(named, str)
        else [word for word in named if word != "null"]
    )
    variants = tuple(_single(word, schema) for word in words)
    inner = (
        variants[0]
        if len(variants) == 1
        else UnionOf(variants) if variants else AnyType()
    )
    return (
        Nullable(inner)
        if "null" in named and not isinstance(named, str) and variants
        else inner
    )


def _single(word: str, schema: Json) -> Type:
    if word == "array":
        return ArrayOf(lower_type(schema.get("items", {})))
    if word == "object":
        return MapOf(AnyType())
    return Scalar(_SCALARS[word], schema.get("format", ""))
