"""Whether a JSON value is one that a normal schema allows: for defaults and examples, which documents get wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping

from naftiko_codegen.ir.schema_keywords import is_number
from naftiko_codegen.read.document import Json

_DEEPEST = 16
_FORMATS = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "date-time": re.compile(
        r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?"
    ),
    "uuid": re.compile(r"[0-9A-Fa-f]{8}(-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}"),
}


_HOLDERS = (dict, list)
_CHOICES = frozenset(("allOf", "oneOf", "anyOf"))


def fits(value: Json, schema: Json, named: Mapping[str, Json], depth: int = 0) -> bool:
    """Whether ``schema`` allows ``value``; ``named`` gives schemas by reference. Patterns are not run."""
    if isinstance(schema, bool):
        return schema
    if depth > _DEEPEST:
        return True
    if "$ref" in schema and not fits(
        value, named.get(schema["$ref"], True), named, depth + 1
    ):
        return False
    if not (
        _has_type(value, schema)
        and _is_listed(value, schema)
        and _is_within(value, schema)
    ):
        return False
    if value.__class__ in _HOLDERS and not _parts_fit(value, schema, named, depth):
        return False
    return _CHOICES.isdisjoint(schema) or _choices_fit(value, schema, named, depth)


def type_name(value: Json) -> str:
    """The JSON Schema type of a value; ``integer`` for whole numbers."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) or value.is_integer() else "number"
    if isinstance(value, str):
        return "string"
    return (
        "array"
        if isinstance(value, list)
        else "object" if isinstance(value, dict) else "null"
    )


def same(left: Json, right: Json) -> bool:
    """JSON equality: ``true`` is not ``1``."""
    return bool(left == right) and isinstance(left, bool) == isinstance(right, bool)


def _has_type(value: Json, schema: dict[str, Json]) -> bool:
    types = schema.get("type")
    if types is None:
        return True
    name = type_name(value)
    listed = types if isinstance(types, list) else [types]
    return name in listed or (name == "integer" and "number" in listed)


def _is_listed(value: Json, schema: dict[str, Json]) -> bool:
    if "const" in schema and not same(value, schema["const"]):
        return False
    return "enum" not in schema or any(same(value, item) for item in schema["enum"])


def _is_within(value: Json, schema: dict[str, Json]) -> bool:
    if isinstance(value, str):
        known = _FORMATS.get(schema.get("format", ""))
        return len(value) <= schema.get("maxLength", len(value)) and (
            not known or bool(known.fullmatch(value))
        )
    if is_number(value):
        return bool(
            schema.get("minimum", value) <= value <= schema.get("maximum", value)
        )
    return True


def _parts_fit(
    value: Json, schema: dict[str, Json], named: Mapping[str, Json], depth: int
) -> bool:
    if isinstance(value, list) and "items" in schema:
        return all(fits(item, schema["items"], named, depth + 1) for item in value)
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        present = all(key in value for key in schema.get("required", ()))
        return present and all(
            fits(v, properties[k], named, depth + 1)
            for k, v in value.items()
            if k in properties
        )
    return True


def _choices_fit(
    value: Json, schema: dict[str, Json], named: Mapping[str, Json], depth: int
) -> bool:
    if not all(fits(value, part, named, depth + 1) for part in schema.get("allOf", ())):
        return False
    for key in ("oneOf", "anyOf"):
        if key in schema and not any(
            fits(value, part, named, depth + 1) for part in schema[key]
        ):
            return False
    return True
