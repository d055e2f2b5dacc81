# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""``multipart/form-data`` bodies: fields and files, streamed in one pass."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from .body import Coded, Content, binary
from .codec import encode, plain
from .errors import ArgumentError
from .style import header, text, token


def multipart(value: object, encodings: Coded = MappingProxyType({})) -> Content:
    """A body from a mapping of names to values.

    A value is a scalar, JSON (sent as such), bytes, a binary file, a path, a list of
    these (the name is repeated), or ``(file name, content[, media type[, headers]])``,
    with ``""`` for no file. ``encodings`` are media types of parts by name.
    """
    fields = plain(value)
    if not isinstance(fields, dict):
        raise ArgumentError("a multipart form takes a mapping of its fields")
    boundary = os.urandom(16).hex()
    parts: list[tuple[bytes, Content]] = []
    for name, item in fields.items():
        for each in item if isinstance(item, list) else [item]:
            if each is not None:
                media_type = encodings.get(name, "")
                parts.append(_part(boundary, str(name), each, str(media_type)))
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


def _part(
    boundary: str, name: str, value: Any, media_type: str
) -> tuple[bytes, Content]:
    """The head and the content of one field; a tuple says more of it."""
    file_name = ""
    more: Mapping[str, str] = {}
    if isinstance(value, tuple):
        file_name, value, *rest = value
        media_type = rest[0] if rest else media_type
        more = rest[1] if len(rest) > 1 else {}
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
    for key, words in more.items():
        head += f"\r\n{token(key)}: {header(key, words)}"
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
