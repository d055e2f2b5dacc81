"""Replies of the upstream that are read whole: how large they may be, and without compression."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

LARGEST_REPLY = 32 * 1024 * 1024
"""Bytes of a reply that are kept in memory."""


def decompressed(headers: Mapping[str, str], raw: bytes) -> bytes:
    """``raw`` without the compression that was not asked for.

    Raises ``ValueError`` when it is broken, of an unknown kind, or too large.
    """
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return raw
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise ValueError("compressed in a way that was not asked for")
    try:
        inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        plain = inflater.decompress(raw, LARGEST_REPLY)
    except zlib.error:
        raise ValueError("broken compression") from None
    if not inflater.eof:
        raise ValueError("broken compression, or too large")
    return plain
