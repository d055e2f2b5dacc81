"""What a parameter says about its values → JSON Schema 2020-12 made of keywords and values that are surely valid."""

from __future__ import annotations

from naftiko_codegen.check.capability_shapes import TYPES
from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import clean, did_you_mean, quote
from naftiko_codegen.read.document import Json

_SAME = {
    "int": "integer", "long": "integer", "int32": "integer", "int64": "integer", "float": "number",
    "double": "number", "decimal": "number", "bool": "boolean", "str": "string", "text": "string", "date": "string",
    "datetime": "string", "uuid": "string", "list": "array", "map": "object", "dict": "object", "json": "object",
}  # fmt: skip
_PYTHON: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict,
    "null": type(None),
}  # fmt: skip
_DEEPEST = 20


def schema(node: Node, report: Report, depth: int = 0) -> dict[str, Json]:
    """The schema of one parameter, or of what its ``items`` and ``properties`` hold.

    Type words of other languages are understood (N205, a warning); a default or enum value of the wrong type is left
    out (N205).
    """
    types = _types(node, report)
    made: dict[str, Json] = {}
    if types:
        made["type"] = types[0] if len(types) == 1 else list(types)
    if description := clean(node.text("description")):
        made["description"] = description
    if form := node.text("format"):
        made["format"] = form
    made.update(_values(node, types, report))
    made.update(_limits(node))
    if depth < _DEEPEST:
        made.update(_parts(node, report, depth))
    return made


def _types(node: Node, report: Report) -> tuple[str, ...]:
    found = node.find("type")
    if found is None:
        return ()
    words = found.value if isinstance(found.value, list) else [found.value]
    return tuple(
        dict.fromkeys(t for word in words if (t := _type(word, found, report)))
    )


def _type(word: Json, node: Node, report: Report) -> str:
    if word in TYPES or (word == "null" and isinstance(node.value, list)):
        return str(word)
    same = _SAME.get(word.lower(), "") if isinstance(word, str) else ""
    taken = f"taken as {same}" if same else "any value is accepted"
    hint = did_you_mean(word, TYPES) if isinstance(word, str) else ""
    report.warning(
        "N205",
        f"type {quote(word)} is no type of the language: {taken}",
        node.pointer,
        hint,
        strict=True,
    )
    return same


def fits(value: Json, types: tuple[str, ...]) -> bool:
    """Whether ``value`` is of one of ``types``; everything fits when there are none."""
    if isinstance(value, bool):
        return not types or "boolean" in types
    return not types or any(isinstance(value, _PYTHON[t]) for t in types)


def _values(node: Node, types: tuple[str, ...], report: Report) -> dict[str, Json]:
    made: dict[str, Json] = {}
    choices = node.find("enum")
    if choices and isinstance(choices.value, list):
        kept = [
            v
            for v in choices.value
            if fits(v, types) and not isinstance(v, dict | list)
        ]
        if len(kept) < len(choices.value):
            report.warning(
                "N205",
                "values of `enum` that are of another type are left out",
                choices.pointer,
            )
        if kept:
            made["enum"] = kept
    default = node.find("default")
    if default and fits(default.value, types):
        made["default"] = default.value
    elif default:
        words = f"default {quote(default.value)} is not of type {' or '.join(types)}: left out"
        report.warning("N205", words, default.pointer)
    return made


def _limits(node: Node) -> dict[str, Json]:
    found = ((word, node.find(word)) for word in ("minimum", "maximum"))
    return {
        w: n.value
        for w, n in found
        if n and isinstance(n.value, int | float) and not isinstance(n.value, bool)
    }


def _parts(node: Node, report: Report, depth: int) -> dict[str, Json]:
    made: dict[str, Json] = {}
    items = node.find("items")
    if items and isinstance(items.value, dict):
        made["items"] = schema(items, report, depth + 1)
    properties = {
        n: schema(p, report, depth + 1)
        for n, p in node.pairs("properties")
        if isinstance(p.value, dict)
    }
    if properties:
        made["properties"] = properties
    required = node.find("required")
    if depth and required and isinstance(required.value, list):
        made["required"] = sorted(
            {word for word in required.value if isinstance(word, str)}
        )
    return made
