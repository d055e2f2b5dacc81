# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Replies that are no JSON: bytes with a media type, read when they are wanted."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from .._runtime.errors import ReplyTooLarge, request_id
from .._runtime.request import LARGEST_REPLY
from ._options import typed_header

if TYPE_CHECKING:
    from typing_extensions import TypeForm

    from .._runtime.aio import AsyncReply
    from .._runtime.sync import SyncReply

T = TypeVar("T")


class _Head:
    """Status, headers and media type of a reply."""

    def __init__(self, status: int, headers: Mapping[str, str]) -> None:
        self.status = status
        self.headers = headers
        self.media_type = headers.get("content-type", "").partition(";")[0].strip()
        self._content: bytes | None = None

    @property
    def request_id(self) -> str | None:
        """The server's name for this call, to quote in a question to its support."""
        return request_id(self.headers)

    def header(self, name: str, type_: TypeForm[T]) -> T | None:
        """A header as a number, a date, a list of texts …; see ``ReplyInfo.header``."""
        return typed_header(self.headers, name, type_)

    def __repr__(self) -> str:
        name = type(self).__name__
        return f"{name}(status={self.status}, media_type={self.media_type!r})"


class BinaryReply(_Head):
    """Bytes that are still on their way: ``read()``, ``save()`` or iterate once.

    Reading to the end frees the connection; so does leaving a ``with`` block.
    """

    def __init__(self, reply: SyncReply) -> None:
        super().__init__(reply.status, reply.headers)
        self._reply = reply

    @property
    def content(self) -> bytes:
        """All bytes; see ``read``."""
        return self.read()

    def read(self, limit: int = LARGEST_REPLY) -> bytes:
        """All bytes; read on first use, then kept.

        Raises ``ReplyTooLarge`` when there are more than ``limit`` (128 MiB);
        ``save()`` and ``iter_bytes()`` take any number.
        """
        if self._content is None:
            try:
                self._content = self._reply.read(limit)
            except ReplyTooLarge as error:
                raise _told(error) from None
        return self._content

    def iter_bytes(self) -> Iterator[bytes]:
        """The bytes in chunks as they arrive; none is kept."""
        if self._content is not None:
            return iter((self._content,))
        return self._reply.iter_bytes()

    def save(self, target: str | os.PathLike[str] | BinaryIO) -> int:
        """Write the bytes to a path or an open binary file; returns their number.

        Nothing is kept in memory. A path gets its file when all bytes have arrived.
        """
        if not isinstance(target, (str, os.PathLike)):
            return sum(target.write(chunk) for chunk in self.iter_bytes())
        part = _part(target)
        try:
            with part.open("wb") as file:
                size = sum(file.write(chunk) for chunk in self.iter_bytes())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return size

    def close(self) -> None:
        """Free the connection without reading the rest."""
        self._reply.close()

    def __enter__(self) -> BinaryReply:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncBinaryReply(_Head):
    """Bytes that are still on their way: ``read()``, ``save()`` or iterate once.

    Reading to the end frees the connection; so does leaving an ``async with`` block.
    """

    def __init__(self, reply: AsyncReply) -> None:
        super().__init__(reply.status, reply.headers)
        self._reply = reply

    async def read(self, limit: int = LARGEST_REPLY) -> bytes:
        """All bytes; read on first use, then kept.

        Raises ``ReplyTooLarge`` when there are more than ``limit`` (128 MiB);
        ``save()`` and ``iter_bytes()`` take any number.
        """
        if self._content is None:
            try:
                self._content = await self._reply.read(limit)
            except ReplyTooLarge as error:
                raise _told(error) from None
        return self._content

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        """The bytes in chunks as they arrive; none is kept."""
        if self._content is not None:
            yield self._content
            return
        async for chunk in self._reply.iter_bytes():
            yield chunk

    async def save(self, target: str | os.PathLike[str] | BinaryIO) -> int:
        """Write the bytes to a path or an open binary file; returns their number.

        Nothing is kept in memory. A path gets its file when all bytes have arrived.
        """
        if not isinstance(target, (str, os.PathLike)):
            return await self._copy(target)
        part = _part(target)
        try:
            with part.open("wb") as file:
                size = await self._copy(file)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return size

    async def _copy(self, file: BinaryIO) -> int:
        """Write each chunk in a thread, so that a slow disk stops no one else."""
        from asyncio import to_thread

        size = 0
        async for chunk in self.iter_bytes():
            size += await to_thread(file.write, chunk)
        return size

    async def close(self) -> None:
        """Free the connection without reading the rest."""
        await self._reply.close()

    async def __aenter__(self) -> AsyncBinaryReply:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _told(error: ReplyTooLarge) -> ReplyTooLarge:
    """The error with the ways out."""
    return ReplyTooLarge(f"{error}: read(limit) allows more, save() writes any number")


def _part(target: str | os.PathLike[str]) -> Path:
    """Where bytes for ``target`` wait until all have arrived: beside it."""
    place = Path(target)
    return place.with_name(f".{place.name}.{os.urandom(4).hex()}.part")
