"""One property of an object → the field of a model."""

from __future__ import annotations

from collections.abc import Iterator

from naftiko_codegen.check.text import quote
from naftiko_codegen.ir.model import Field, Origin
from naftiko_codegen.ir.schema_merge import Merged, Property
from naftiko_codegen.ir.schema_normal import Schemas
from naftiko_codegen.ir.schema_shape import unwrap
from naftiko_codegen.ir.types import AnyType, Type
from naftiko_codegen.parse.openapi_report import Report
from naftiko_codegen.read.document import Document, Json, Pointer

CONSTRAINTS = (
    "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern",
    "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
)  # fmt: skip
"""Limits that are said in a docstring and checked by a server, in the order they are listed."""
_CONSTRAINTS = frozenset(CONSTRAINTS)
_PLAIN = frozenset(("type", "format", "description", "title", "items", "$ref"))
"""Keywords of a schema that says nothing of a field but its type and its description."""


def origin(document: Document, pointer: Pointer) -> Origin:
    """The origin of what stands at ``pointer``."""
    return Origin(document.source, pointer)


def field_of(
    name: str, given: Property, type_: Type, required: bool, schemas: Schemas
) -> Field:
    """The field of the property ``name``."""
    schema, document = given.schema, schemas.report.document
    if not isinstance(schema, dict):
        return Field(name, type_, required, origin=origin(document, given.pointer))
    if _PLAIN.issuperset(schema) and not schemas.wanted:
        words = schema.get("description", "")
        return Field(
            name, type_, required, words, origin=origin(document, given.pointer)
        )
    return Field(
        name=name,
        type=type_,
        required=required,
        description=schema.get("description", ""),
        default=default_of(schema),
        constraints=constraints_of(schema),
        read_only=schema.get("readOnly", False),
        write_only=schema.get("writeOnly", False),
        deprecated=schema.get("deprecated", False),
        wanted_name=schemas.wanted.get(id(schema), ""),
        origin=origin(document, given.pointer),
    )


def undescribed(merged: Merged, extra: Type | None, report: Report) -> Iterator[Field]:
    """A field for each name that ``required`` demands and no property describes, of the type of ``extra`` properties.

    It may be left out: replies show that such a name is more often wrong than meant. Without a type there is no field,
    as no such property may be given.
    """
    for name, place in merged.required.items():
        if name in merged.properties:
            continue
        kind = "any value" if isinstance(extra, AnyType) else "as other properties are"
        assumed = (
            f"it is {kind}, and may be left out" if extra else "it may not be given"
        )
        words = f"required names {quote(name)}, which no property describes; {assumed}"
        report.warning("N469", words, place)
        if extra is not None:
            said = "Required by the document, which does not describe it."
            from_ = origin(report.document, place)
            yield Field(name, extra, required=False, description=said, origin=from_)


def constraints_of(schema: Json) -> tuple[tuple[str, Json], ...]:
    """The limits a schema sets on its values."""
    if not isinstance(schema, dict):
        return ()
    if "anyOf" in schema or "oneOf" in schema:
        schema, _, _ = unwrap(schema, ())
    if _CONSTRAINTS.isdisjoint(schema):
        return ()
    return tuple((key, schema[key]) for key in CONSTRAINTS if key in schema)


def default_of(schema: Json) -> Json:
    """The default; ``...`` when there is none."""
    return schema.get("default", ...) if isinstance(schema, dict) else ...
