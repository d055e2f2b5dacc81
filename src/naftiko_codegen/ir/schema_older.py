"""What OpenAPI 3.0 says otherwise than JSON Schema 2020-12, and forms that are of one of the two only."""

from __future__ import annotations

from naftiko_codegen.check.text import quote
from naftiko_codegen.parse.openapi_report import Report
from naftiko_codegen.read.document import Json, Pointer

_STRUCTURE = frozenset(("$ref", "allOf", "oneOf", "anyOf", "enum", "const", "not"))
_LIMITS = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))
_ANNOTATIONS = ("description", "default", "deprecated", "readOnly", "writeOnly")
_OF_ITEMS = frozenset(("items", "prefixItems", "$ref", "allOf", "oneOf", "anyOf"))


def with_plain_limits(made: dict[str, Json]) -> None:
    """Turn ``exclusiveMinimum: true`` beside ``minimum`` into the limit itself, in place; likewise for maximum."""
    for flag, limit in _LIMITS:
        if (
            flag in made
            and isinstance(made[flag], bool)
            and made.pop(flag)
            and limit in made
        ):
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


def with_known_forms(made: dict[str, Json]) -> None:
    """Say forms that no standard has, but large documents use, in words that are read everywhere, in place.

    Before: ``{type: string, format: int-or-string}`` (Kubernetes); after: ``{type: [integer, string]}``. Before:
    ``{type: string, contentEncoding: binary}`` (Discord); after: ``{type: string, format: binary}``.
    """
    if made.get("type") != "string":
        return
    if made.get("format") == "int-or-string":
        made["type"] = ["integer", "string"]
        del made["format"]
    elif made.get("contentEncoding") == "binary":
        del made["contentEncoding"]
        made["format"] = "binary"


def is_nullable(
    raw: dict[str, Json], pointer: Pointer, older: bool, report: Report
) -> bool:
    """Whether the schema, or a part of its ``allOf``, says ``nullable: true``, as only OpenAPI 3.0 (``older``) does."""
    if not report.flag(raw, "nullable", pointer):
        return _has_null_part(raw.get("allOf"))
    if not older:
        message = "nullable is not of OpenAPI 3.1; null is added to the types"
        report.once("N462", message, (*pointer, "nullable"))
    return True


def report_newer(made: dict[str, Json], pointer: Pointer, report: Report) -> None:
    """Report forms of ``type`` that OpenAPI has from 3.1 on, in a document of an older version."""
    types = made["type"]
    if isinstance(types, list):
        place = (*pointer, "type")
        if len(types) - ("null" in types) > 1:
            message = "a list of types is of OpenAPI 3.1; any of them is accepted"
            report.warning("N465", message, place, strict=True)
        else:
            message = "null among the types is of OpenAPI 3.1; null is accepted"
            report.once("N465", message, place)
    elif types == "array" and not made.keys() & _OF_ITEMS:
        message = "an array needs items before OpenAPI 3.1; any items are assumed"
        report.once("N466", message, pointer)


def with_names_once(made: dict[str, Json], pointer: Pointer, report: Report) -> None:
    """Take names that stand twice out of ``required``, in place."""
    names = made["required"]
    once = list(dict.fromkeys(names))
    if len(once) == len(names):
        return
    index = next(i for i, name in enumerate(names) if name in names[:i])
    message = f"{quote(names[index])} stands twice in required; once is enough"
    report.once("N468", message, (*pointer, "required", index))
    made["required"] = once


def _has_null_part(parts: Json) -> bool:
    """Whether a part of ``allOf`` says nothing but ``nullable: true`` and words, which is meant for the whole."""
    return isinstance(parts, list) and any(
        isinstance(part, dict)
        and part.get("nullable") is True
        and not part.keys() & (_STRUCTURE | {"type", "properties", "items"})
        for part in parts
    )
