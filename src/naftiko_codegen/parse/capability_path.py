"""JSONPath as people write it → JSONPath as RFC 9535 writes it."""

from __future__ import annotations

import re

from naftiko_codegen.read.jsonpath import QueryError
from naftiko_codegen.read.jsonpath.parse import parse
from naftiko_codegen.read.jsonpath.query import Call, Literal, calls
from naftiko_codegen.read.jsonpath.strings import as_python, longest

_MEMBER = re.compile(r"""'[^']*'|"[^"]*"|(?<!\.)\.(?!\.)([^.\[\]()*'"?@$=<>!&|,]+)""")
"""A quoted text, which stays as it is, or a name behind a dot."""
_SHORTHAND = re.compile(r"[^\W\d]\w*\Z")
_LENGTH = re.compile(r"\.length\(\)\s*\Z")


def normal(text: str) -> str:
    """``text`` as a query of RFC 9535, with ``.length()`` left behind it; raises ``QueryError``.

    ``$.`` is ``$``, ``name`` is ``$.name``, and members with other characters may stand behind a dot: ``$.a b-c``.
    """
    text = text.strip()
    if text in ("", "$."):
        return "$"
    query, counted = _LENGTH.subn("", text)
    if not query.startswith("$"):
        query = f"$.{query}"
    query = _written(query)
    for call in calls(parse(query)):
        if call.function in ("match", "search"):
            _pattern(call)
    return f"{query}.length()" if counted else query


def _pattern(call: Call) -> None:
    """Refuse what cannot be compiled: a pattern that only the reply knows, or one that takes unbounded time."""
    text = call.arguments[1]
    if not isinstance(text, Literal) or not isinstance(text.value, str):
        raise QueryError(f"the pattern of {call.function}() must be a text in quotes")
    if as_python(text.value) is None:
        raise QueryError(f"{text.value!r} is no pattern of RFC 9485, or one with \\p")
    if not longest(text.value, whole=call.function == "match"):
        words = "repeats what repeats, or repeats too often: it may take too long"
        raise QueryError(f"the pattern {text.value!r} {words}")


def split(path: str) -> tuple[str, bool]:
    """A normal path as its query, and whether it ends in ``.length()``."""
    return path.removesuffix(".length()"), path.endswith(".length()")


def _written(query: str) -> str:
    """``query`` itself when it is well formed, else with its unusual names in quotes; raises ``QueryError``."""
    try:
        parse(query)
    except QueryError:
        made = _MEMBER.sub(_quoted, query)
        parse(made)
        return made
    return query


def _quoted(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[0]
    name = found[1].rstrip()
    blanks = found[1][len(name) :]
    if _SHORTHAND.match(name):
        return f".{name}{blanks}"
    if not name:
        raise QueryError("a name must follow the dot")
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']{blanks}"
