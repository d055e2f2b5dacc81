"""Files that a server shows: only those below one directory, listed and read with bounds."""

from __future__ import annotations

import mimetypes
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from io import FileIO
from itertools import islice
from pathlib import Path

MOST_FILES = 2000
"""Files of a directory that are listed at most."""

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes of a file that are read at most."""

DEEPEST = 32
"""Folders inside each other that are listed at most."""

_SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}").fullmatch
_TYPES = {
    ".md": "text/markdown",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}


class UnsafePath(ValueError):  # noqa: N818 - it is refused, not failed
    """A path with a segment that is not plain, that leads out of its directory or that is a link."""


class TooLarge(OSError):  # noqa: N818 - it is refused, not failed
    """A file that is not read as a whole."""


def listed(root: str) -> list[tuple[str, int]]:
    """Relative path and size of every file below ``root``, sorted; nothing when it cannot be read."""
    return sorted(islice(_walk(root, "", DEEPEST), MOST_FILES))


def _walk(folder: str, above: str, depth: int) -> Iterator[tuple[str, int]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if not _SEGMENT(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False) and depth:
            yield from _walk(entry.path, f"{above}{entry.name}/", depth - 1)
        elif entry.is_file(follow_symlinks=False):
            with suppress(OSError):  # it is gone again
                yield above + entry.name, entry.stat(follow_symlinks=False).st_size


def read(root: str, relative: str) -> bytes:
    """A file below ``root``. Raises ``UnsafePath``, ``FileNotFoundError``, ``TooLarge`` or ``OSError``."""
    return whole(_place(root, relative))


def opened(root: str, relative: str) -> FileIO:
    """A file below ``root``, of any size, to be read in pieces; raises as ``read`` does."""
    return FileIO(_place(root, relative))


def moment(root: str, relative: str) -> tuple[int, int]:
    """When a file below ``root`` was written, in nanoseconds, and its size; raises as ``read`` does."""
    found = _place(root, relative).stat()
    return found.st_mtime_ns, found.st_size


def _place(root: str, relative: str) -> Path:
    """The path of a file below ``root``; raises as ``read`` does."""
    segments = relative.split("/")
    if len(segments) > DEEPEST + 1 or not all(map(_SEGMENT, segments)):
        raise UnsafePath("a path may only have plain names in it")
    try:
        base = Path(root).resolve()
        path = (base / relative).resolve()
    except RuntimeError:  # links that lead to each other
        raise FileNotFoundError(relative) from None
    if not path.is_relative_to(base):
        raise UnsafePath("the path leads out of its directory")
    if path != base / relative:  # what is listed is what can be read
        raise UnsafePath("the path follows a link")
    if not path.is_file():
        raise FileNotFoundError(relative)
    return path


def whole(path: Path) -> bytes:
    """The content of one file; raises ``OSError``, ``TooLarge`` when it has more than ``LARGEST_FILE`` bytes."""
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise TooLarge(f"larger than {LARGEST_FILE >> 20} MiB")
    return content


def media_type(name: str) -> str:
    """What a file is, by its name."""
    ending = os.path.splitext(name)[1].lower()
    guessed = _TYPES.get(ending) or mimetypes.guess_type(name)[0]
    return guessed or "application/octet-stream"
