"""The part of JSON Schema that our configuration schema uses, with errors worded for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, NamedTuple

Pointer = tuple[str | int, ...]

_TYPES: dict[str, tuple[type, str]] = {
    "object": (dict, "a table of keys and values"),
    "array": (list, "a list"),
    "string": (str, "a text"),
    "boolean": (bool, "true or false"),
}


class Mistake(NamedTuple):
    """One departure from the schema; ``key`` when it is the key itself that is wrong."""

    pointer: Pointer
    message: str
    hint: str = ""
    key: bool = False


def mistakes(
    value: Any, schema: dict[str, Any], pointer: Pointer = ()
) -> Iterator[Mistake]:
    """Every departure of ``value`` from ``schema``, depth first."""
    wanted = schema["type"]
    names = [wanted] if isinstance(wanted, str) else wanted
    if not any(isinstance(value, _TYPES[name][0]) for name in names):
        words = " or ".join(_TYPES[name][1] for name in names)
        yield Mistake(pointer, f"{_name(pointer)} must be {words}")
    elif isinstance(value, dict):
        yield from _object(value, schema, pointer)
    elif isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield Mistake(pointer, f"{_name(pointer)} must not be empty")
        for index, item in enumerate(value):
            yield from mistakes(item, schema["items"], (*pointer, index))
    elif isinstance(value, str):
        yield from _string(value, schema, pointer)


def _object(
    value: dict[str, Any], schema: dict[str, Any], pointer: Pointer
) -> Iterator[Mistake]:
    known = schema["properties"]
    for key, item in value.items():
        if key in known:
            yield from mistakes(item, known[key], (*pointer, key))
        else:
            hint = _closest(str(key), known) or f"known keys: {', '.join(known)}"
            yield Mistake((*pointer, key), f"unknown key: {key}", hint, key=True)
    for key in schema.get("required", ()):
        if key not in value:
            yield Mistake(pointer, f"{_name(pointer)} has no {key}")


def _string(value: str, schema: dict[str, Any], pointer: Pointer) -> Iterator[Mistake]:
    if len(value) < schema.get("minLength", 0):
        yield Mistake(pointer, f"{_name(pointer)} must not be empty")
    choices = schema.get("enum")
    if choices and value not in choices:
        hint = _closest(value, choices) or f"one of: {', '.join(choices)}"
        yield Mistake(pointer, f"{_name(pointer)} cannot be {value}", hint)
    pattern = schema.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        hint = "lower-case letters, digits and underscores, a letter first"
        yield Mistake(pointer, f"{_name(pointer)} cannot be {value}", hint)


def _closest(word: str, known: Any) -> str:
    """``did you mean …?`` for a near miss, else nothing."""
    near = get_close_matches(word, list(known), 1)
    return f"did you mean {near[0]}?" if near else ""


def _name(pointer: Pointer) -> str:
    """How a sentence calls the place: its nearest key."""
    keys = [step for step in pointer if isinstance(step, str)]
    if not keys:
        return "the configuration"
    return keys[-1] if isinstance(pointer[-1], str) else f"an item of {keys[-1]}"
