"""Files that a server shows: only those below one directory, listed and read with bounds."""

from __future__ import annotations

import mimetypes
import os
import re
from collections.abc import Iterator
from pathlib import Path

MOST_FILES = 2000
"""Files of a directory that are listed at most."""

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes of a file that are read at most."""

_SEGMENT = re.compile(r"[A-Za-z0-9._-]+").fullmatch
_TYPES = {
    ".md": "text/markdown",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}


class UnsafePath(ValueError):  # noqa: N818 - it is refused, not failed
    """A path with a segment that is not plain, or that leads out of its directory."""


def listed(root: str) -> list[tuple[str, int]]:
    """Relative path and size of every file below ``root``, sorted; nothing when it cannot be read."""
    found = list(_walk(Path(root), Path(root)))
    return sorted(found)[:MOST_FILES]


def _walk(root: Path, folder: Path) -> Iterator[tuple[str, int]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if not _SEGMENT(entry.name) or entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(root, Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            relative = Path(entry.path).relative_to(root).as_posix()
            yield relative, entry.stat().st_size


def read(root: str, relative: str) -> bytes:
    """A file below ``root``. Raises ``UnsafePath``, ``FileNotFoundError``, or ``OSError`` for one too large."""
    segments = relative.split("/")
    if not all(map(_SEGMENT, segments)) or any(s.startswith(".") for s in segments):
        raise UnsafePath("a path may only have plain names in it")
    base = Path(root).resolve()
    path = (base / relative).resolve()
    if not path.is_relative_to(base):
        raise UnsafePath("the path leads out of its directory")
    if not path.is_file():
        raise FileNotFoundError(relative)
    return whole(path)


def whole(path: Path) -> bytes:
    """The content of one file; raises ``OSError``, also when it is too large."""
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise OSError("the file is too large")
    return content


def media_type(name: str) -> str:
    """What a file is, by its name."""
    ending = os.path.splitext(name)[1].lower()
    guessed = _TYPES.get(ending) or mimetypes.guess_type(name)[0]
    return guessed or "application/octet-stream"
