"""Code laid out as black leaves it: on one line where it fits in 88 columns, else one item a line with a last comma."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from unicodedata import combining, east_asian_width

from naftiko_codegen.python.text import Code, SpecText
from naftiko_codegen.read.document import Json

WIDTH = 88
STEP = 4

_TO_ESCAPE = re.compile(r"[\\\"']")
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def columns(text: str) -> int:
    """The width of ``text`` as black counts it: East Asian wide characters take two columns, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1
        for char in text
    )


def bracketed(
    opening: str,
    items: Sequence[str],
    closing: str,
    *,
    indent: int = 0,
    before: int = 0,
    after: int = 0,
) -> Code:
    """``opening`` + items + ``closing``, exploded when it does not fit.

    ``indent`` is the indent of the line it starts on, ``before`` the characters of that line in front of ``opening``
    (indent included), ``after`` those that follow ``closing``. Items that contain a line break force the exploded form;
    they must have been laid out for ``indent + STEP``.
    """
    line = f"{opening}{', '.join(items)}{closing}"
    if (
        not any("\n" in item for item in items)
        and before + columns(line) + after <= WIDTH
    ):
        return Code(line)
    inner = " " * (indent + STEP)
    return Code(
        f"{opening}\n"
        + "".join(f"{inner}{item},\n" for item in items)
        + " " * indent
        + closing
    )


def call(
    function: str,
    arguments: Iterable[str],
    *,
    indent: int = 0,
    before: int | None = None,
    after: int = 0,
) -> Code:
    """A call expression; arguments are laid out already (see ``bracketed``). ``before`` defaults to ``indent``."""
    start = indent if before is None else before
    return bracketed(
        f"{function}(", tuple(arguments), ")", indent=indent, before=start, after=after
    )


def tuple_of(
    items: Sequence[str], *, indent: int = 0, before: int = 0, after: int = 0
) -> Code:
    """A tuple of ``items``, which are laid out already; arguments as in ``bracketed``."""
    line = f"({items[0]},)" if len(items) == 1 else "\n"
    if "\n" not in line and before + columns(line) + after <= WIDTH:
        return Code(line)
    if len(items) == 1:  # without its comma it might fit, and be no tuple
        before = WIDTH
    return bracketed("(", items, ")", indent=indent, before=before, after=after)


def import_line(module: str, names: Sequence[str], indent: int = 0) -> Code:
    """``from module import names``, one a line in parentheses when they do not fit."""
    names = sorted(names, key=lambda name: (not name.isupper(), name))
    line = f"from {module} import {', '.join(names)}"
    if indent + columns(line) <= WIDTH:
        return Code(line)
    return bracketed(f"from {module} import (", names, ")", indent=indent, before=WIDTH)


def string(text: str) -> Code:
    """A string literal in black's choice of quotes: double, unless single ones need fewer escapes."""
    if text.isprintable() and text.isascii() and not _TO_ESCAPE.search(text):
        return Code(f'"{text}"')
    body = "".join(_escaped(char) for char in text)
    if body.count('"') > body.count("'"):
        return Code("'" + body.replace("'", "\\'") + "'")
    return Code('"' + body.replace('"', '\\"') + '"')


def _escaped(char: str) -> str:
    """``char`` inside a literal: printable characters as they are, all others as an escape."""
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isascii():
        return char if char.isprintable() else f"\\x{ord(char):02x}"
    if char.isprintable():
        return char
    code = ord(char)
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )


def literal(
    value: Json | SpecText,
    *,
    indent: int = 0,
    before: int | None = None,
    after: int = 0,
) -> Code:
    """Any JSON value, tuple of such, or ``SpecText`` as a Python literal; arguments as in ``bracketed``."""
    start = indent if before is None else before
    if isinstance(value, SpecText):
        return string(value.text)
    if isinstance(value, str):
        return string(value)
    if isinstance(value, dict):
        return _dict_literal(value, indent, start, after)
    if isinstance(value, (list, tuple)):
        return _sequence_literal(value, indent, start, after)
    if value is None or isinstance(value, (bool, int, float)):
        return _scalar_literal(value)
    raise TypeError(f"no literal for {type(value).__name__}")


def _scalar_literal(value: float | bool | None) -> Code:
    if isinstance(value, float) and not isinstance(value, bool) and value - value != 0:
        return Code(f'float("{value}")')
    return Code(repr(value).replace("e+", "e"))


def _dict_literal(value: dict[str, Json], indent: int, before: int, after: int) -> Code:
    items = []
    for key, item in value.items():
        name = string(key)
        column = indent + STEP + columns(name) + 2
        items.append(
            f"{name}: {literal(item, indent=indent + STEP, before=column, after=1)}"
        )
    return bracketed("{", items, "}", indent=indent, before=before, after=after)


def _sequence_literal(
    value: Sequence[Json], indent: int, before: int, after: int
) -> Code:
    items = [literal(item, indent=indent + STEP, after=1) for item in value]
    if isinstance(value, tuple):
        return tuple_of(items, indent=indent, before=before, after=after)
    return bracketed("[", items, "]", indent=indent, before=before, after=after)
