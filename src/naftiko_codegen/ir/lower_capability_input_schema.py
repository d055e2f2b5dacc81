"""``inputSchema`` of a tool, a dialect: kept as it stands when it says more than the inputs made of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import clean, quote
from naftiko_codegen.ir.exposed import Argument
from naftiko_codegen.ir.schema_keywords import (
    KEYWORDS,
    MAP,
    SCHEMA,
    SCHEMAS,
    is_pattern,
)
from naftiko_codegen.parse.capability_view import Unit
from naftiko_codegen.read.document import Json

DIALECT = "https://json-schema.org/draft/2020-12/schema"
HEADER = "x-mcp-header"
"""Names the HTTP header in which clients repeat an argument (MCP 2026-07-28)."""

_KINDS = {**KEYWORDS, "$defs": MAP, "definitions": MAP}
_ROOT = frozenset({"type", "properties", "required", "additionalProperties", "title", "description"})  # fmt: skip
_PART = frozenset({"type", "description", "format", "enum", "default", "minimum", "maximum", "items", "properties",
                   "required"})  # fmt: skip
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}").fullmatch


def input_schema(unit: Unit, arguments: Iterable[Argument], report: Report) -> Json:
    """The schema of ``unit`` for its clients; ``...`` when its ``arguments`` say all of it.

    N259 when it cannot be kept: what it says besides the inputs is left out then.
    """
    schema = unit.schema
    if not isinstance(schema, dict) or not _says_more(schema):
        return ...
    given = {a.name for a in arguments if a.constant is ...}
    reason = _wrong(schema, given)
    if not reason:
        return {key: _cleaned(key, value) for key, value in schema.items()}
    report.warning(
        "N259",
        f"the `inputSchema` of {quote(unit.name)} {reason}: what it says besides types of its inputs is left out",
        (*unit.pointer, "inputSchema"),
        "correct it, or leave that part out",
    )
    return ...


def _says_more(schema: dict[str, Json]) -> bool:
    """Whether there are keywords that the inputs do not have."""
    parts = schema.get("properties")
    if schema.keys() - _ROOT or not isinstance(parts, dict):
        return bool(schema.keys() - _ROOT)
    return any(_is_more(part) for part in parts.values())


def _is_more(part: Json) -> bool:
    if not isinstance(part, dict):
        return False
    below = part.get("properties")
    parts = [*below.values()] if isinstance(below, dict) else []
    return bool(part.keys() - _PART) or any(map(_is_more, [*parts, part.get("items")]))


def _wrong(schema: dict[str, Json], given: set[str]) -> str:
    """Why clients or servers could not use ``schema``; nothing when they can."""
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return f"is no JSON Schema ({clean(error.message)[:120]})"
    if schema.get("type") != "object":
        return "is not of `type: object`"
    if schema.get("$schema", DIALECT) != DIALECT:
        return "is of another dialect than 2020-12"
    if schema.get("properties", {}).keys() != given:
        return "has other properties than the tool has inputs"
    for part in _parts(schema):
        if not all(
            part.get(key, "#").startswith("#") for key in ("$ref", "$dynamicRef")
        ):
            return "refers to another document"
        if "$id" in part:
            return "has an `$id`"
        patterns = [part.get("pattern", ""), *part.get("patternProperties", ())]
        if not all(map(is_pattern, patterns)):
            return "has a pattern that not every client can read"
    return _wrong_headers(schema)


def _wrong_headers(schema: dict[str, Json]) -> str:
    """What is wrong with the headers it names; clients leave out a tool with a wrong one."""
    named = [part[HEADER] for part in _parts(schema) if HEADER in part]
    reachable = [*_reachable(schema)]
    if len(reachable) != len(named) or HEADER in schema:
        return f"has an `{HEADER}` on what is no property"
    for part in reachable:
        name = part[HEADER]
        if not isinstance(name, str) or not _TOKEN(name):
            return f"has an `{HEADER}` that is no name of a header"
        if part.get("type") not in ("string", "integer", "boolean"):
            return f"has an `{HEADER}` on what is no string, integer or boolean"
    if len({name.lower() for name in named}) != len(named):
        return f"has an `{HEADER}` twice"
    return ""


def _reachable(schema: dict[str, Json]) -> Iterator[dict[str, Json]]:
    """The properties of an object, and of those in it, that name a header."""
    for part in schema.get("properties", {}).values():
        if isinstance(part, dict):
            if HEADER in part:
                yield part
            yield from _reachable(part)


def _parts(schema: Json) -> Iterator[dict[str, Json]]:
    """A schema, and every one in it."""
    if not isinstance(schema, dict):
        return
    yield schema
    for key, value in schema.items():
        kind = _KINDS.get(key)
        below = [value] if kind == SCHEMA else value if kind == SCHEMAS else ()
        for part in value.values() if kind == MAP else below:
            yield from _parts(part)


def _cleaned(key: str, value: Json) -> Json:
    """Words for people without characters that nobody sees."""
    if isinstance(value, dict):
        return {name: _cleaned(name, item) for name, item in value.items()}
    if isinstance(value, list):
        return [_cleaned("", item) for item in value]
    words = isinstance(value, str) and key in ("description", "title", "$comment")
    return clean(value) if words else value
