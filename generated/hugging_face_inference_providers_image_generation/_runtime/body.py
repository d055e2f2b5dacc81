# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Request bodies: JSON, forms, multipart, text and bytes from anywhere."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, TypeAlias
from urllib.parse import quote_plus

from msgspec import UNSET

from .codec import Model, encode, plain
from .errors import ArgumentError
from .operation import Operation
from .request import Body
from .style import header, query_style, text

Coded: TypeAlias = Mapping[str, str | tuple[str, bool, bool]]
"""How fields are written; see ``Operation``."""

BinaryBody: TypeAlias = (
    bytes | bytearray | memoryview | BinaryIO | os.PathLike[str] | Iterable[bytes]
)
"""Bytes, an open binary file, a path, or chunks of bytes (sent as they come)."""

AsyncBinaryBody: TypeAlias = BinaryBody | AsyncIterable[bytes]
"""``BinaryBody``, or chunks of bytes from an asynchronous source."""

_CHUNK = 65536


class Content:
    """An encoded body; ``length`` is ``None`` when it is not known beforehand."""

    __slots__ = ("body", "length", "media_type", "replayable")

    def __init__(
        self, media_type: str, body: Body, length: int | None, replayable: bool = True
    ) -> None:
        self.media_type = media_type
        self.body = body
        self.length = length
        self.replayable = replayable


def kind_of(media_type: str) -> str:
    """How a body of ``media_type`` is written."""
    name = media_type.partition(";")[0].strip().lower()
    if name == "application/json" or name.endswith("+json"):
        return "json"
    if name == "application/x-www-form-urlencoded":
        return "form"
    if name == "multipart/form-data":
        return "multipart"
    if name.startswith("text/") or name.endswith(("/xml", "+xml")):
        return "text"
    return "binary"


def unstreamed(body: object) -> object:
    """``body``, asking for the reply as a whole unless it says how the reply is to come."""
    if body is not UNSET and not isinstance(body, (Model, Mapping)):
        return body
    given: dict[str, object] = {} if body is UNSET else plain(body)
    return {"stream": False, **given}


def content(operation: Operation, value: object, media_type: str | None) -> Content:
    """Encode ``value`` as ``media_type``, or as the first type that it suits.

    Raises ``ArgumentError`` when the operation does not take it.
    """
    allowed = operation.content_types
    if media_type is None:
        media_type = _suitable(allowed, value)
    elif allowed and not any(_covers(each, media_type) for each in allowed):
        raise ArgumentError(f"content_type must be one of {', '.join(allowed)}")
    media_type = header("content_type", media_type)
    kind = kind_of(media_type)
    if kind == "json":
        data = encode(value)
        return Content(media_type, data, len(data))
    if kind == "form":
        data = _form(value, operation.encodings.get(media_type, {}))
        return Content(media_type, data, len(data))
    if kind == "multipart":
        from .multipart import multipart

        return multipart(value, operation.encodings.get(media_type, {}))
    if kind == "text" and isinstance(value, str):
        data = value.encode()
        return Content(media_type, data, len(data))
    return binary(media_type, value)


def binary(media_type: str, value: object) -> Content:
    """Bytes as they are, files and iterators in chunks."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        data = bytes(value)
        return Content(media_type, data, len(data))
    if isinstance(value, os.PathLike):
        path = Path(value)
        return Content(media_type, FileChunks(path), path.stat().st_size)
    if hasattr(value, "read"):
        return _file(media_type, value)
    if isinstance(value, AsyncIterable):
        return Content(media_type, value, None, replayable=False)
    if isinstance(value, Iterable) and not isinstance(value, (str, Mapping)):
        return Content(media_type, value, None, replayable=False)
    kind = type(value).__name__
    raise ArgumentError(
        f"the body must be bytes, a binary file, a path or chunks of bytes, not {kind}"
    )


class FileChunks:
    """The content of a file, opened anew for each reading."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk


class HandleChunks:
    """What is left of an open file, from its present position each time."""

    def __init__(self, file: BinaryIO, start: int | None) -> None:
        self._file = file
        self._start = start

    def __iter__(self) -> Iterator[bytes]:
        if self._start is not None:
            self._file.seek(self._start)
        while chunk := self._file.read(_CHUNK):
            if not isinstance(chunk, bytes):
                raise ArgumentError("the file must be opened in binary mode")
            yield chunk


def _file(media_type: str, file: object) -> Content:
    """An open binary file: its length is known when it can be sought."""
    handle: BinaryIO = file  # type: ignore[assignment]
    if isinstance(getattr(handle, "mode", None), str) and "b" not in handle.mode:
        raise ArgumentError("the file must be opened in binary mode")
    try:
        start = handle.tell()
        length = handle.seek(0, os.SEEK_END) - start
        handle.seek(start)
    except (AttributeError, OSError, ValueError):
        return Content(media_type, HandleChunks(handle, None), None, replayable=False)
    return Content(media_type, HandleChunks(handle, start), length)


def _suitable(allowed: tuple[str, ...], value: object) -> str:
    """The first allowed media type whose kind suits the type of ``value``."""
    if len(allowed) == 1 and "*" not in allowed[0]:
        return allowed[0]
    wanted: tuple[str, ...]
    structured = isinstance(value, (Model, Mapping, list, int, float)) or value is None
    if structured:
        wanted = ("json", "form", "multipart")
    elif isinstance(value, str):
        # Where bytes are possible too, a text is rather a path than JSON.
        bytes_too = any(kind_of(media_type) == "binary" for media_type in allowed)
        wanted = ("text",) if bytes_too else ("text", "json")
    else:
        wanted = ("binary", "text")
    for each in wanted:
        for media_type in allowed:
            if kind_of(media_type) == each and "*" not in media_type:
                return media_type
    if not structured and any("*" in media_type for media_type in allowed):
        return "application/octet-stream"
    kind = type(value).__name__
    known = ", ".join(allowed) or "none"
    hint = "; name a file by a pathlib.Path" if kind == "str" else ""
    raise ArgumentError(f"no content type ({known}) suits a body of type {kind}{hint}")


def _covers(allowed: str, media_type: str) -> bool:
    """Whether ``allowed`` (``image/png``, ``image/*``, ``*/*``) includes the type."""
    wanted = allowed.partition(";")[0].strip().lower()
    given = media_type.partition(";")[0].strip().lower()
    if wanted == "*/*" or wanted == given:
        return True
    return wanted.endswith("/*") and given.startswith(wanted[:-1])


def _form(value: object, encodings: Coded) -> bytes:
    """Fields as ``a=1&b=2``; a list repeats its field, unless ``encodings`` say otherwise."""
    fields = plain(value)
    if not isinstance(fields, dict):
        raise ArgumentError("a form takes a mapping of its fields")
    parts: list[str] = []
    for name, item in fields.items():
        coded = encodings.get(name)
        if isinstance(coded, tuple) and isinstance(item, (dict, list, tuple)):
            parts += filter(None, [query_style(name, *coded)(_present(item))])
            continue
        items = item if isinstance(item, (list, tuple)) else [item]
        for each in items:
            if each is None or each is UNSET:
                continue
            if isinstance(each, (dict, list)):
                each = encode(each).decode()
            parts.append(f"{quote_plus(str(name))}={quote_plus(text(name, each))}")
    return "&".join(parts).encode("ascii")


def _present(item: object) -> object:
    """A list or an object without what is absent."""
    if isinstance(item, dict):
        return {k: _present(v) for k, v in item.items() if v is not None}
    if isinstance(item, (list, tuple)):
        return [v for v in item if v is not None and v is not UNSET]
    return item
