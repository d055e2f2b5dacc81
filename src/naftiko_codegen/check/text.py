"""Spec text made safe to read: invisible characters removed, quotations for messages escaped and cut."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable
from functools import lru_cache

from naftiko_codegen.read.document import Json

_BREAKS = re.compile("\r\n?|\x85|\u2028|\u2029|\x0b|\x0c")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls except tab and line feed
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # invisible, or changing direction
    "\ud800-\udfff"  # surrogates stand for no character
    "\U000e0000-\U000e01ef]"  # tags and variation selectors: text hidden from readers, not from models
)
_LONGEST_QUOTE = 60
_LONGEST_WORD = 200
_COMPARED = 64
"""Names that are compared with a wrong one; of more than these, half as many that stand beside it in the alphabet."""


def clean(text: str) -> str:
    """``text`` without invisible, bidirectional and control characters; every kind of line end becomes ``\\n``."""
    if text.isascii() and text.isprintable():
        return text
    return _INVISIBLE.sub("", _BREAKS.sub("\n", text))


def hides(text: str) -> bool:
    """Whether ``text`` holds characters that a reader does not see."""
    return _INVISIBLE.search(_BREAKS.sub("\n", text)) is not None


def quote(value: Json) -> str:
    """The document's own words for a message: in backquotes, unprintable characters escaped, cut at 60 characters."""
    text = (
        value
        if isinstance(value, str)
        else kind(value) if isinstance(value, dict | list) else repr(value)
    )
    shown = "".join(
        c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text[:_LONGEST_QUOTE]
    )
    return f"`{shown}…`" if len(text) > _LONGEST_QUOTE else f"`{shown}`"


def kind(value: Json) -> str:
    """What a JSON value is, in words."""
    names: dict[type, str] = {
        dict: "an object",
        list: "a list",
        str: "a text",
        bool: "true or false",
    }
    return "null" if value is None else names.get(type(value), "a number")


def nearest(word: str, known: Iterable[str]) -> str:
    """The one of ``known`` that ``word`` was probably meant to be, or ``""``."""
    from difflib import get_close_matches  # only wrong documents pay for it

    word, names = word[:_LONGEST_WORD], tuple(known)
    if len(names) > _COMPARED:
        names = _beside(word, names)
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    return near[0] if near else ""


def _beside(word: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of many ``names`` that begin or end most like ``word``: comparing all with all takes too long."""
    forwards, backwards = _ordered(names)
    found = dict.fromkeys(_around(word, forwards))
    found |= dict.fromkeys(name[::-1] for name in _around(word[::-1], backwards))
    return tuple(found)


@lru_cache(8)
def _ordered(names: tuple[str, ...]) -> tuple[list[str], list[str]]:
    return sorted(set(names)), sorted({name[::-1] for name in names})


def _around(word: str, names: list[str]) -> list[str]:
    place = bisect(names, word)
    return names[max(place - _COMPARED // 4, 0) : place + _COMPARED // 4]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint naming the nearest of ``known``, or ``""``."""
    near = nearest(word, known)
    return f"did you mean {quote(near)}?" if near else ""
