"""Schemas of the IR → self-contained schemas of MCP tools: components become ``$defs``, and the root is an object.

Before: ``{$ref: '#/components/schemas/Image'}``; after: ``{type: object, properties: …, $defs: …}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from naftiko_codegen.ir.exposed import Argument
from naftiko_codegen.ir.schema_keywords import KEYWORDS, MAP, SCHEMA, SCHEMAS
from naftiko_codegen.read.document import Json

PREFIX = "#/components/schemas/"
WRAPPED = "result"
"""The property below which a reply that is no object is put."""

_LEFT_OUT = frozenset({"discriminator"})


def input_schema(
    arguments: tuple[Argument, ...], components: Mapping[str, Json]
) -> Json:
    """One object with a property for each argument that a caller gives; nothing else is allowed in it."""
    given = [a for a in arguments if a.constant is ...]
    schema: dict[str, Json] = {
        "type": "object",
        "properties": {a.name: _described(a) for a in given},
    }
    if required := [a.name for a in given if a.required]:
        schema["required"] = required
    schema["additionalProperties"] = False
    return contained(schema, components)


def output_schema(
    schema: Json, components: Mapping[str, Json]
) -> tuple[dict[str, Json], bool]:
    """A schema whose root says ``type: object``, and whether the reply had to be wrapped for that.

    Clients of the handshake era refuse the whole list of tools when one root says anything else.
    """
    root = _resolved(schema, components)
    if _is_object(root, components):
        return contained({"type": "object", **root}, components), False
    wrapped = {
        "type": "object",
        "properties": {WRAPPED: schema},
        "required": [WRAPPED],
    }
    return contained(wrapped, components), True


def contained(
    schema: dict[str, Json], components: Mapping[str, Json]
) -> dict[str, Json]:
    """``schema`` with the components it needs, sorted, below ``$defs``."""
    needed: dict[str, Json] = {}
    found: dict[str, Json] = {}
    root = _moved(schema, needed, found)
    while missing := [tail for tail in needed if _name(tail) not in found]:
        for tail in missing:
            component = components.get(_name(tail), {})
            found[_name(tail)] = _moved(component, needed, found)
    if found:
        root["$defs"] = {name: found[name] for name in sorted(found)}
    return root  # type: ignore[no-any-return]


def _described(argument: Argument) -> Json:
    """The schema of an argument with its description, unless the schema says its own."""
    schema = argument.schema if isinstance(argument.schema, dict) else {}
    if argument.schema is False:
        return {"not": {}}
    if argument.description and "description" not in schema:
        return {**schema, "description": argument.description}
    return schema


def _moved(schema: Json, needed: dict[str, Json], found: dict[str, Json]) -> Json:
    """``schema`` with references to ``$defs``; the tails of the references are added to ``needed``.

    The ``$defs`` of a schema that stands alone go into ``found``, as its references count from the root.
    """
    if not isinstance(schema, dict):
        return schema
    made: dict[str, Json] = {}
    for key, value in schema.items():
        kind = KEYWORDS.get(key)
        if key == "$ref" and isinstance(value, str) and value.startswith(PREFIX):
            tail = value.removeprefix(PREFIX)
            needed[tail] = True
            made[key] = f"#/$defs/{tail}"
        elif key == "$defs" and isinstance(value, dict):
            found |= {name: item for name, item in value.items() if name not in found}
        elif kind == SCHEMA:
            made[key] = _moved(value, needed, found)
        elif kind == MAP and isinstance(value, dict):
            made[key] = {
                name: _moved(item, needed, found) for name, item in value.items()
            }
        elif kind == SCHEMAS and isinstance(value, list):
            made[key] = [_moved(item, needed, found) for item in value]
        elif key not in _LEFT_OUT:
            made[key] = value
    return made


def _name(tail: str) -> str:
    """The component that a reference names."""
    return unquote(tail).replace("~1", "/").replace("~0", "~")


def _resolved(
    schema: Json, components: Mapping[str, Json], depth: int = 0
) -> dict[str, Json]:
    """What a bare reference at the root stands for; its own description wins."""
    if not isinstance(schema, dict):
        return {}
    reference = schema.get("$ref")
    if not isinstance(reference, str) or depth > 16:
        return schema
    rest = {key: value for key, value in schema.items() if key != "$ref"}
    if set(rest) - {"description", "title", "deprecated"}:
        return schema
    target = components.get(_name(reference.removeprefix(PREFIX)), {})
    return {**_resolved(target, components, depth + 1), **rest}


def _is_object(schema: Json, components: Mapping[str, Json], depth: int = 0) -> bool:
    """Whether every value of ``schema`` is an object."""
    root = _resolved(schema, components)
    if root.get("type") == "object":
        return True
    if "type" in root or depth > 8:
        return False
    parts = root.get("allOf", ())
    if any(_is_object(part, components, depth + 1) for part in parts):
        return True
    choices = root.get("anyOf") or root.get("oneOf") or ()
    return bool(choices) and all(
        _is_object(choice, components, depth + 1) for choice in choices
    )
