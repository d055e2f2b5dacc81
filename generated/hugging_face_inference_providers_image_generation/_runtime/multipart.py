# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""``multipart/form-data`` bodies: fields and files, streamed in one pass."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from .body import Content, binary
from .codec import encode, plain
from .errors import ArgumentError
from .style import header, text


def multipart(value: object) -> Content:
    """A body from a mapping of names to values.

    A value is a scalar, JSON (sent as such), bytes, a binary file, a path, a list of
    these (the name is repeated), or ``(file name, content[, media type])``.
    """
    fields = plain(value)
    if not isinstance(fields, dict):
        raise ArgumentError("a multipart form takes a mapping of its fields")
    boundary = os.urandom(16).hex()
    parts: list[tuple[bytes, Content]] = []
    for name, item in fields.items():
        for each in item if isinstance(item, list) else [item]:
            if each is not None:
                parts.append(_part(boundary, str(name), each))
    closing = f"--{boundary}--\r\n".encode()
    length: int | None = len(closing)
    for head, content in parts:
        size = content.length
        length = (
            None if size is None or length is None else length + len(head) + size + 2
        )
    return Content(
        f"multipart/form-data; boundary={boundary}",
        _Parts(parts, closing),
        length,
        all(content.replayable for _, content in parts),
    )


class _Parts:
    """The chunks of a multipart body."""

    def __init__(self, parts: list[tuple[bytes, Content]], closing: bytes) -> None:
        self._parts = parts
        self._closing = closing

    def __iter__(self) -> Iterator[bytes]:
        for head, content in self._parts:
            yield head
            if isinstance(content.body, bytes):
                yield content.body
            else:
                yield from content.body  # type: ignore[misc]
            yield b"\r\n"
        yield self._closing


def _part(boundary: str, name: str, value: Any) -> tuple[bytes, Content]:
    """The head and the content of one field."""
    file_name, media_type = "", ""
    if isinstance(value, tuple):
        file_name, value, *rest = value
        media_type = rest[0] if rest else ""
    if isinstance(value, dict):
        content = _bytes(media_type or "application/json", encode(value))
    elif isinstance(value, (str, int, float)) or hasattr(value, "isoformat"):
        content = _bytes(media_type, text(name, value).encode())
    else:
        content = binary(media_type or "application/octet-stream", value)
        file_name = file_name or _name_of(value) or name
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"'
    if file_name:
        head += f'; filename="{_quoted(file_name)}"'
    if content.media_type:
        head += f"\r\nContent-Type: {header(name, content.media_type)}"
    return f"{head}\r\n\r\n".encode(), content


def _bytes(media_type: str, data: bytes) -> Content:
    return Content(media_type, data, len(data))


def _name_of(value: object) -> str:
    """The file name of a path or an open file, without its folder."""
    place = value if isinstance(value, os.PathLike) else getattr(value, "name", "")
    return PurePath(place).name if isinstance(place, (str, os.PathLike)) else ""


def _quoted(name: str) -> str:
    """A name inside quotes, as browsers write it."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
