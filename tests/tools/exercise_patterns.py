"""Texts that regular expressions match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any


def matching(pattern: str) -> Iterator[str]:
    """Texts that a regular expression may match, of growing length."""
    from re import _parser  # type: ignore[attr-defined]

    try:
        tree = _parser.parse(pattern)
    except re.error:
        return
    for more in (0, 1, 2, 4, 8, 12, 16, 20, 24, 28, 32, 36, 48, 64):
        yield _written(tree, more)


def _written(tree: Any, more: int) -> str:
    """The text of a parsed expression, with ``more`` repetitions than it needs."""
    made = ""
    for kind, value in tree:
        word = str(kind)
        if word == "LITERAL":
            made += chr(value)
        elif word == "NOT_LITERAL":
            made += "a" if value != ord("a") else "b"
        elif word == "ANY":
            made += "a"
        elif word == "IN":
            made += _member(value)
        elif word in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, inner = value
            made += _written(inner, more) * min(int(low) + more, int(high))
        elif word == "SUBPATTERN":
            made += _written(value[-1], more)
        elif word == "BRANCH":
            made += _written(value[1][0], more)
    return made


def _member(items: Any) -> str:
    """A character of a class."""
    if str(items[0][0]) == "NEGATE":
        taken = re.compile("|".join(re.escape(_member([item])) for item in items[1:]))
        return next((c for c in "abc123-_ ." if not taken.fullmatch(c)), "q")
    kind, value = items[0]
    if str(kind) == "LITERAL":
        return chr(value)
    if str(kind) == "RANGE":
        return chr(value[0])
    return {
        "CATEGORY_DIGIT": "1",
        "CATEGORY_SPACE": " ",
        "CATEGORY_NOT_SPACE": "a",
    }.get(str(value), "a")
