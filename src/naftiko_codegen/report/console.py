"""Text for a terminal: words of a document cannot move the cursor, hide or reverse anything there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

_HIDDEN = [
    *range(0x20),
    *range(0x7F, 0xA0),
    0xAD,
    0x061C,
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
    *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),
]
_ONE_LINE: Mapping[int, str] = {
    **dict.fromkeys(_HIDDEN, ""),
    ord("\t"): "    ",
    ord("\n"): " ",
    ord("\r"): " ",
}
_MANY_LINES: Mapping[int, str] = {**_ONE_LINE, ord("\n"): "\n", ord("\r"): ""}
_PATH: Mapping[int, str] = {
    code: chr(code).encode("unicode_escape").decode("ascii") for code in _HIDDEN
}


def plain(text: str) -> str:
    """``text`` on one line, without control, direction and invisible characters."""
    return _encodable(text.translate(_ONE_LINE))


def plain_lines(text: str) -> str:
    """``text`` as ``plain`` leaves it, line feeds kept."""
    return _encodable(text.translate(_MANY_LINES))


def plain_path(path: str) -> str:
    """A path on one line; control characters stand there as escapes, so that it can still be recognised."""
    return _encodable(path.translate(_PATH))


def _encodable(text: str) -> str:
    """``text`` with lone surrogates written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def shown(path: Path) -> str:
    """``path`` as a person in this working directory would write it: relative when it is below, else absolute."""
    text = os.fspath(path)
    try:
        here = os.getcwd()
    except FileNotFoundError:
        return text
    below = os.path.relpath(text, here)
    return text if below.startswith("..") else below
