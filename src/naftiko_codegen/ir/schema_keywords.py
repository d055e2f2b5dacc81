"""The keywords of JSON Schema 2020-12 and OpenAPI 3.0 that mean something here, and the values they may have."""

from __future__ import annotations

import math
import re
import warnings
from typing import Final

from naftiko_codegen.read.document import Json

SCHEMA: Final = "schema"
MAP: Final = "map of schemas"
SCHEMAS: Final = "list of schemas"

_NUMBER = "a number"
_COUNT = "a whole number of at least 0"
_TEXT = "a string"
_FLAG = "true or false"
_WORDS = "a list of strings"
_VALUES = "a list of at least one value"
_LISTS = "an object of lists of strings"
_ANY = "anything"
_LIMIT = "a number or true or false"

KEYWORDS: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems",
         "unevaluatedProperties"), SCHEMA),
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas"), MAP),
    **dict.fromkeys(("allOf", "oneOf", "anyOf", "prefixItems"), SCHEMAS),
    **dict.fromkeys(("minimum", "maximum", "multipleOf"), _NUMBER),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), _LIMIT),
    **dict.fromkeys(
        ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains",
         "maxContains"), _COUNT),
    **dict.fromkeys(
        ("title", "description", "format", "pattern", "contentEncoding", "contentMediaType", "$dynamicRef"), _TEXT),
    **dict.fromkeys(("uniqueItems", "deprecated", "readOnly", "writeOnly"), _FLAG),
    "required": _WORDS,
    "enum": _VALUES,
    "dependentRequired": _LISTS,
    **dict.fromkeys(("const", "default"), _ANY),
    **dict.fromkeys(("$ref", "type", "discriminator"), "special"),
}  # fmt: skip
"""What each keyword holds; a keyword that is not here is left out of the normal form."""

AS_THEY_ARE: Final[dict[str, type]] = {
    key: str if kind == _TEXT else bool
    for key, kind in KEYWORDS.items()
    if kind in (_TEXT, _FLAG) and key not in ("pattern", "$dynamicRef")
}
"""Keywords whose values need no second look when they have this class: most of what documents say."""


def well_formed(key: str, kind: str, value: Json) -> str:
    """What ``value`` should have been, in words; nothing when it is fine."""
    match kind:
        case "anything":
            fine = True
        case "a string":
            fine = isinstance(value, str)
        case "true or false":
            fine = isinstance(value, bool)
        case "a number":
            fine = is_number(value) and not (key == "multipleOf" and value <= 0)
        case "a number or true or false":
            fine = isinstance(value, bool) or is_number(value)
        case "a whole number of at least 0":
            fine = is_number(value) and value >= 0 and value == int(value)
        case "a list of strings":
            fine = isinstance(value, list) and all(
                isinstance(item, str) for item in value
            )
        case "a list of at least one value":
            fine = isinstance(value, list) and bool(value)
        case _:
            fine = isinstance(value, dict) and all(
                not well_formed(key, _WORDS, item) for item in value.values()
            )
    return "" if fine else kind


def is_number(value: Json) -> bool:
    """Whether ``value`` is a finite JSON number."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
    )


_DIALECT = re.compile(
    r"\(\?(?![:=!]|<[=!])"  # groups that only some dialects know
    r"|\{,|\\[0-9AZNz]|\[[^\]]*\\b"  # repeats, escapes and classes likewise
    r"|\(\?<?[=!](?:[^()\\]|\\.)*\)[*+?{]"  # repeated look-arounds
)
_REPEAT = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_MOST_REPEATS = 100_000


def is_pattern(text: str) -> bool:
    """Whether ``text`` is a regular expression of a sane size that Python, ECMAScript and Rust read alike."""
    if len(text) > 1000 or _DIALECT.search(text):
        return False
    repeats = 1
    for least, most in _REPEAT.findall(text):
        repeats *= max(int((most or least)[:6]), 1)
    if repeats > _MOST_REPEATS:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(text)
    except (re.error, OverflowError, RecursionError, Warning):
        return False
    return True
