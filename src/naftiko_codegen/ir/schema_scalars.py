"""Schemas that are a scalar, or one or null: their types, made without looking at anything else."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from naftiko_codegen.ir.schema_shape import STRUCTURE
from naftiko_codegen.ir.types import Nullable, Scalar, ScalarKind, Type
from naftiko_codegen.read.document import Json

SCALARS: Final[dict[str, ScalarKind]] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
}
"""JSON types whose values have no parts."""

_BESIDE_TYPE = STRUCTURE - {"type", "format"}


def plain(schema: Json, binary: bool) -> Type | None:
    """The type of a schema that is a scalar, or one or null, and nothing else: most are, so these take no detour."""
    if schema.__class__ is not dict or not schema.keys().isdisjoint(_BESIDE_TYPE):
        return None
    types = schema.get("type")
    if types.__class__ is str:
        return scalar(schema, types, binary) if types in SCALARS else None
    if types.__class__ is not list or types[1:] != ["null"] or types[0] not in SCALARS:
        return None
    return _or_null(scalar(schema, types[0], binary))


def scalar(schema: dict[str, Json], name: str, binary: bool) -> Scalar:
    """The scalar type that ``schema`` is when its JSON type is ``name``; ``binary`` is the word of its owner."""
    format_ = schema.get("format", "")
    if name != "string":
        return _shared(SCALARS[name], format_)
    encoded = schema.get("contentEncoding", "")
    raw = format_ == "binary" or "contentMediaType" in schema
    if binary and raw and not encoded:
        return _shared("binary")
    return _shared("string", format_ or ("byte" if encoded == "base64" else ""))


@lru_cache(maxsize=512)
def _shared(kind: ScalarKind, format_: str = "") -> Scalar:
    return Scalar(kind, format_)


@lru_cache(maxsize=512)
def _or_null(scalar: Scalar) -> Nullable:
    return Nullable(scalar)
