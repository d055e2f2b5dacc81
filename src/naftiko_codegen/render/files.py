"""One emitted file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """``path`` is posix and relative to the output directory; ``content`` is what will stand in it, byte for byte."""

    path: str
    content: bytes
