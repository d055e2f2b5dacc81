"""The files of a skill as one zip file, the same bytes for the same files."""

from __future__ import annotations

import os
import zipfile
from io import BytesIO

from ..files.folder import (
    LARGEST_FILE,
    MOST_FILES,
    TooLarge,
    UnsafePath,
    listed,
    read,
)

LARGEST = 64 * 1024 * 1024
"""Bytes of all files of a skill that are packed at most, and of the zip files that are kept."""

_Seen = tuple[tuple[str, int, int], ...]


class Archives:
    """The zip file of each folder, made anew when a file of it has changed; those of late are kept."""

    def __init__(self) -> None:
        """Nothing is packed before it is asked for."""
        self._made: dict[str, tuple[_Seen, bytes]] = {}

    def pack(self, folder: str) -> bytes:
        """The zip file of ``folder``; raises ``TooLarge``. Only one thread at a time may call this."""
        files = listed(folder)
        sizes = [size for _, size in files]
        if len(files) >= MOST_FILES or sum(sizes) > LARGEST:
            raise TooLarge
        if any(size > LARGEST_FILE for size in sizes):
            raise TooLarge
        seen = tuple((path, size, _changed(folder, path)) for path, size in files)
        known = self._made.pop(folder, None)
        if known is None or known[0] != seen:
            known = seen, _packed(folder, seen)
        self._made[folder] = known
        while sum(len(content) for _, content in self._made.values()) > LARGEST:
            del self._made[next(iter(self._made))]
        return known[1]


def _changed(folder: str, path: str) -> int:
    """When a file was changed, in nanoseconds; 0 when it is gone."""
    try:
        return os.stat(os.path.join(folder, path)).st_mtime_ns
    except OSError:
        return 0


def _packed(folder: str, files: _Seen) -> bytes:
    """The zip file of those of ``files`` that are still there and can be read."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path, _, _ in files:
            try:
                content = read(folder, path)
            except (UnsafePath, OSError):
                continue
            entry = zipfile.ZipInfo(path)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return target.getvalue()
