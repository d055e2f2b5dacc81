# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""A reply of several parts (``multipart/mixed``, ``multipart/related``, …) → its parts."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesHeaderParser

MOST_PARTS = 64


def parts(content_type: str, raw: bytes) -> list[tuple[str, bytes]]:
    """``Content-Type`` and content of each part; nothing when ``raw`` is not what ``content_type`` says.

    RFC 2046, 5.1.1. Parts are not decoded further: over HTTP they are bytes.
    """
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_boundary()
    if not boundary:
        return []
    delimiter = b"\r\n--" + boundary.encode("latin-1", "replace")
    pieces = (b"\r\n" + raw).split(delimiter, MOST_PARTS + 1)
    if len(pieces) < 3 or pieces[-1][:2] != b"--":
        return []
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> tuple[str, bytes]:
    """A part after its boundary; without a media type it is text."""
    rest = piece.partition(b"\r\n")[2]
    if rest.startswith(b"\r\n"):
        return "text/plain", rest[2:]
    head, _, content = rest.partition(b"\r\n\r\n")
    found = BytesHeaderParser().parsebytes(head)
    return str(found.get("Content-Type", "text/plain")), content
