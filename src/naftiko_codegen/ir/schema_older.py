"""What OpenAPI 3.0 says otherwise than JSON Schema 2020-12: ``nullable``, and limits that exclude by a flag."""

from __future__ import annotations

from naftiko_codegen.read.document import Json

_STRUCTURE = frozenset(("$ref", "allOf", "oneOf", "anyOf", "enum", "const", "not"))
_ANNOTATIONS = ("description", "default", "deprecated", "readOnly", "writeOnly")


def with_plain_limits(made: dict[str, Json]) -> None:
    """Turn ``exclusiveMinimum: true`` beside ``minimum`` into the limit itself, in place; likewise for maximum."""
    pairs = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))
    for flag, limit in pairs:
        if isinstance(made.get(flag), bool) and made.pop(flag) and limit in made:
            made[flag] = made.pop(limit)


def nullable(schema: dict[str, Json]) -> dict[str, Json]:
    """``schema`` with ``null`` allowed."""
    types = schema.get("type")
    if types is None:
        if not schema.keys() & _STRUCTURE:
            return schema
        kept: dict[str, Json] = {k: schema[k] for k in _ANNOTATIONS if k in schema}
        inner = {key: value for key, value in schema.items() if key not in kept}
        return {**kept, "anyOf": [inner, {"type": "null"}]}
    listed = types if isinstance(types, list) else [types]
    made = {**schema, "type": listed if "null" in listed else [*listed, "null"]}
    if "enum" in made and None not in made["enum"]:
        made["enum"] = [*made["enum"], None]
    return made
