"""Quoted strings of JSONPath, and its regular expressions (RFC 9535 and RFC 9485)."""

from __future__ import annotations

import re

from naftiko_codegen.read.jsonpath.query import QueryError

_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "/": "/", "\\": "\\"}
_HEX = re.compile(r"[0-9A-Fa-f]{4}")
_ATOM = re.compile(r"(\\.|\[(?:\\.|[^\]\\])*\])|([.^$])", re.DOTALL)
"""Of a pattern: an escape or a class (group 1), or what Python means differently."""
_PYTHON = {".": r"[^\n\r]", "^": r"\^", "$": r"\$"}
_ESCAPED = re.compile(r"\\[^\\()*+\-.?\[\]^nrt{|}]")
_REPEAT = re.compile(r"[*+]|\{\d*,")
_NESTED = re.compile(r"[*+{?|)][^(]*\)[*+{]")
"""A repeated group in which something is repeated, optional or one of several."""
_STEPS = 100_000_000
"""Steps of one match that take a second or so."""
_FOREIGN = re.compile(r"\(\?|[*+?}][*+?{]|\[\[")


def read_string(text: str, at: int) -> tuple[str, int]:
    """The string whose opening quote is at ``at``, and the offset after its end."""
    quote, at = text[at], at + 1
    parts: list[str] = []
    while True:
        character = text[at : at + 1]
        if not character or character < " ":
            raise QueryError("the string does not end", at)
        if character == quote:
            return "".join(parts), at + 1
        if character == "\\":
            part, at = _escape(text, at + 1, quote)
            parts.append(part)
        else:
            parts.append(character)
            at += 1


def _escape(text: str, at: int, quote: str) -> tuple[str, int]:
    """The character whose escape continues at ``at``, and the offset after it."""
    letter = text[at : at + 1]
    if letter == quote:
        return quote, at + 1
    if letter in _ESCAPES:
        return _ESCAPES[letter], at + 1
    if letter != "u":
        raise QueryError("there is no such escape", at)
    code, at = _hex(text, at + 1)
    if 0xD800 <= code < 0xDC00 and text.startswith("\\u", at):
        low, end = _hex(text, at + 2)
        if 0xDC00 <= low < 0xE000:
            return chr(0x10000 + ((code - 0xD800) << 10) + low - 0xDC00), end
    if 0xD800 <= code < 0xE000:
        raise QueryError("half of a surrogate pair is no character", at)
    return chr(code), at


def _hex(text: str, at: int) -> tuple[int, int]:
    found = _HEX.match(text, at)
    if found is None:
        raise QueryError("four hexadecimal digits must follow", at)
    return int(found[0], 16), at + 4


def cost(subject: str, pattern: str) -> int:
    """A bound of the steps that matching ``pattern`` against ``subject`` may take.

    Raises QueryError for a repeated group, of which there is no useful bound.
    """
    outline = _ATOM.sub("c", pattern)
    if re.search(r"\)[*+{]", outline):
        raise QueryError("a pattern that repeats a group may take too long")
    repeats = len(re.findall(r"[*+{]", outline))
    choices = outline.count("?") + outline.count("|")
    if repeats > 5 or choices > 20:
        raise QueryError("a pattern with so many repetitions may take too long")
    tries: int = (len(subject) + 1) ** (repeats + 1) << choices
    return tries // 50 + len(pattern)


def matches(subject: str, pattern: str, *, whole: bool) -> bool:
    """Whether ``pattern`` matches ``subject``, entirely or (not ``whole``) somewhere.

    False for what is no pattern of RFC 9485; Unicode categories are not supported.
    """
    compiled = as_python(pattern)
    if compiled is None:
        return False
    return bool(compiled.fullmatch(subject) if whole else compiled.search(subject))


def as_python(pattern: str) -> re.Pattern[str] | None:
    """What Python calls ``pattern``; ``None`` for what is no pattern of RFC 9485, or asks for Unicode categories."""
    if _ESCAPED.search(pattern.replace("\\\\", "")):
        return None
    if _FOREIGN.search(_ATOM.sub("c", pattern)):
        return None
    try:
        return re.compile(_ATOM.sub(_python, pattern))
    except (re.error, OverflowError, RecursionError):
        return None


def longest(pattern: str, *, whole: bool) -> int:
    """The length up to which texts can be held against ``pattern`` in bounded time; 0 when there is none.

    A repetition inside of a repeated group may take exponential time, ``n`` repetitions one after the other that to
    the power of ``n``, and once more where the match may begin anywhere.
    """
    outline = _ATOM.sub("c", pattern)
    if _NESTED.search(outline) or len(re.findall(r"[?|]", outline)) > 20:
        return 0
    repeats = len(_REPEAT.findall(outline)) + (not whole)
    return int(_STEPS ** (1 / max(repeats, 1))) if repeats < 5 else 0


def _python(found: re.Match[str]) -> str:
    return found[1] or _PYTHON[found[2]]
