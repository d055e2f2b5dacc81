"""Lines of keys in a TOML file, found by looking at headers and keys only."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"\s*([\w\-.\"' ]+?)\s*=")
_INLINE = re.compile(r"[\"']?([\w\-]+)[\"']?\s*=")

Path = tuple[str | int, ...]


def place(text: str, pointer: Path) -> tuple[int, int]:
    """Line and column, from 1, of the deepest key of ``pointer`` that the file shows; (1, 1) when none is."""
    best, depth = (1, 1), 0
    for path, line, column in _keys(text):
        if len(path) > depth and pointer[: len(path)] == path:
            best, depth = (line, column), len(path)
    return best


def _keys(text: str) -> Iterator[tuple[Path, int, int]]:
    """Every table header and key with its path, line and column, in the order of the file."""
    table: Path = ()
    counts: dict[Path, int] = {}
    key: Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _parts(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            yield table, number, line.index("[") + 1
        elif found := _KEY.match(line):
            key = (*table, *_parts(found[1]))
            yield key, number, found.start(1) + 1
            yield from _inline(key, line, number, found.end())


def _inline(
    key: Path, line: str, number: int, start: int
) -> Iterator[tuple[Path, int, int]]:
    """The keys of an inline table on the same line."""
    for found in _INLINE.finditer(line, start):
        yield (*key, found[1]), number, found.start() + 1


def _parts(dotted: str) -> Path:
    """``a."b".c`` as its parts; our own keys hold no dots."""
    return tuple(part.strip(" \"'") for part in dotted.split("."))
