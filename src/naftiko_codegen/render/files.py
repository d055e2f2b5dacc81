"""One emitted file."""

from __future__ import annotations

from naftiko_codegen.frozen import frozen


@frozen
class File:
    """``path`` is posix and relative to the output directory; ``content`` is what will stand in it, byte for byte."""

    path: str
    content: bytes
