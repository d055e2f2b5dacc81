"""Frozen values as readable text: the IR in golden files and in ``trace``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from naftiko_codegen.frozen import defaults_of, fields_of, is_frozen

STEP = "  "


def show(value: Any) -> str:
    """``value`` and everything below it, one fact a line, fields at their default left out; ends with a newline.

    The same value always gives the same text. Fields that are no part of equality (places in files) are not shown.
    """
    return "\n".join(_block("", value, "")) + "\n"


def _block(label: str, value: Any, margin: str) -> Iterator[str]:
    """The lines of ``label: value``."""
    start = f"{margin}{label}: " if label else margin
    if is_frozen(value):
        yield start + _head(value)
        for name, item in _facts(value):
            yield from _block(name, item, margin + STEP)
    elif isinstance(value, (tuple, frozenset, set)) and value and not _short(value):
        yield f"{margin}{label}:" if label else f"{margin}-"
        for item in value if isinstance(value, tuple) else sorted(value, key=repr):
            yield from _block("", item, margin + STEP)
    elif isinstance(value, Mapping) and any(map(_deep, value.values())):
        yield f"{margin}{label}:"
        for key, item in value.items():
            yield from _block(_scalar(key), item, margin + STEP)
    elif isinstance(text := getattr(value, "text", value), str) and "\n" in text:
        yield f"{margin}{label}:" if label else f"{margin}-"
        yield from (
            f"{margin}{STEP}| {_line(line)}".rstrip() for line in text.split("\n")
        )
    else:
        yield start + _scalar(value)


def _line(text: str) -> str:
    """A line of a longer text, with escapes for what a terminal would act on."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _head(value: Any) -> str:
    """The class of a frozen value, and its name when it has one."""
    name = getattr(value, "name", None)
    kind = type(value).__name__
    return f"{kind} {_scalar(name)}" if isinstance(name, str) and name else kind


def _facts(value: Any) -> Iterator[tuple[str, Any]]:
    """The fields that say something: not at their default, not in the head already, no place and no function."""
    defaults = defaults_of(type(value))
    for name in fields_of(value):
        item = getattr(value, name)
        if name == "origin" or item is ... or callable(item):
            continue
        if name == "name" and isinstance(item, str):
            continue
        default = defaults.get(name, ...)
        if type(item) is not type(default) or item != default:
            yield name, item


def _deep(value: Any) -> bool:
    """Whether a value needs lines of its own."""
    return is_frozen(value) or isinstance(value, tuple)


def _short(value: Any) -> bool:
    """Whether a collection of scalars fits on one line."""
    return not any(map(_deep, value)) and len(_scalar(value)) <= 100


def _scalar(value: Any) -> str:
    """A value on one line: JSON where it is JSON, ASCII escapes for what a terminal would act on."""
    if value is ...:
        return "…"
    if isinstance(value, (tuple, set, frozenset)):
        items = value if isinstance(value, tuple) else sorted(value, key=repr)
        return "(" + ", ".join(map(_scalar, items)) + ")"
    if hasattr(value, "text") and not isinstance(value, str):
        return _scalar(value.text)
    try:
        return json.dumps(value, ensure_ascii=True)
    except (TypeError, ValueError):
        return ascii(value)
