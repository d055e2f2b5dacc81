"""Plain YAML scalars to JSON values by the core schema of YAML 1.2, and nothing more."""

from __future__ import annotations

import re

from naftiko_codegen.read.document import Json

HINTS = frozenset(["", *"0123456789+-.~nNtTfF"])
"""First characters (or nothing at all) that may begin something else than a string."""

_WORDS: dict[str, Json] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_LETTERS = frozenset("nNtTfF")
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OTHER = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
DIGITS = 308
"""The longest integer read; a longer one does not fit a JSON number anywhere."""


def resolve(text: str) -> Json:
    """The value of the plain scalar ``text``: null, bool, int, float, else the text itself.

    Numbers too large for a double become infinity, which no JSON document can hold.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _LETTERS:
        return text
    if _DECIMAL.fullmatch(text):
        return int(text) if len(text) <= DIGITS else float("inf")
    if _OTHER.fullmatch(text):
        return int(text, 0) if len(text) <= DIGITS else float("inf")
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
