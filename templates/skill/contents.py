"""The routes to the files of skills: their list, each of them, and all of them as a zip file."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from hashlib import sha256
from io import FileIO

from ..files.folder import TooLarge, UnsafePath, listed, media_type, opened
from ..server.problems import Problem
from ..server.watch import Watch
from ..web.exchange import SANDBOX, Exchange
from ..web.router import decoded
from .archive import Archives
from .catalogue import Catalogue

_PIECE = 256 * 1024

logger = logging.getLogger(__name__)


class Listing:
    """``/skills/{name}/contents``: path, size and media type of every file."""

    method = "GET"
    path = "/skills/{name}/contents"
    multi: tuple[str, ...] = ()

    def __init__(self, catalogue: Catalogue) -> None:
        """``catalogue`` knows the folders."""
        self._catalogue = catalogue

    async def __call__(self, exchange: Exchange, path_values: tuple[str, ...]) -> None:
        """Answer with the list."""
        exchange.body_read = not exchange.expects_body()
        name = decoded(path_values[0])
        folder = await asyncio.to_thread(self._catalogue.folder, name)
        files = [
            {"path": path, "size": size, "type": media_type(path)}
            for path, size in await asyncio.to_thread(listed, folder)
        ]
        body = json.dumps({"name": name, "files": files}).encode("ascii")
        headers = ((b"content-type", b"application/json"), SANDBOX)
        await exchange.answer(200, body, headers)


class Content:
    """``/skills/{name}/contents/{file}``: one file."""

    method = "GET"
    path = "/skills/{name}/contents/{file}"
    multi: tuple[str, ...] = ("file",)

    def __init__(self, catalogue: Catalogue) -> None:
        """``catalogue`` knows the folders."""
        self._catalogue = catalogue

    async def __call__(self, exchange: Exchange, path_values: tuple[str, ...]) -> None:
        """Answer with the file."""
        exchange.body_read = not exchange.expects_body()
        name, file = map(decoded, path_values)
        folder = await asyncio.to_thread(self._catalogue.folder, name)
        try:
            found = await asyncio.to_thread(opened, folder, file)
        except UnsafePath as error:
            raise Problem(400, f"Not a file of a skill: {error}.") from None
        except (FileNotFoundError, NotADirectoryError):
            raise Problem(404, "There is no such file.") from None
        except OSError as error:
            logger.warning("a file of %s cannot be read: %s", name, type(error).__name__)  # fmt: skip
            raise Problem(500, "The file cannot be read.") from None
        kind = media_type(file)
        text = kind.startswith("text/") or kind in ("application/json",)
        said = f"{kind}; charset=utf-8" if text else kind
        headers = ((b"content-type", said.encode("ascii")), SANDBOX)
        with found:
            await _stream(exchange, found, headers)


class Download:
    """``/skills/{name}/download``: all files."""

    method = "GET"
    path = "/skills/{name}/download"
    multi: tuple[str, ...] = ()

    def __init__(self, catalogue: Catalogue) -> None:
        """``catalogue`` knows the folders."""
        self._catalogue = catalogue
        self._archives = Archives()
        self._one = asyncio.Lock()

    async def __call__(self, exchange: Exchange, path_values: tuple[str, ...]) -> None:
        """Answer with the zip file."""
        exchange.body_read = not exchange.expects_body()
        name = decoded(path_values[0])
        folder = await asyncio.to_thread(self._catalogue.folder, name)
        try:
            async with self._one:
                content = await asyncio.to_thread(self._archives.pack, folder)
        except TooLarge:
            logger.warning("the files of %s are too large to be packed", name)
            raise Problem(500, "The files of this skill are too large.") from None
        headers = (
            (b"content-type", b"application/zip"),
            (b"content-disposition", f'attachment; filename="{name}.zip"'.encode()),
            SANDBOX,
        )
        await _send(exchange, content, headers)


Headers = tuple[tuple[bytes, bytes], ...]


async def _stream(exchange: Exchange, file: FileIO, headers: Headers) -> None:
    """Answer with ``file``, read as fast as the caller takes it, or 304 when the caller has it."""
    found = os.fstat(file.fileno())
    tag = b'"%x-%x"' % (found.st_mtime_ns, found.st_size)
    if not await _begin(exchange, tag, found.st_size, headers):
        return
    left = found.st_size
    watch = Watch(exchange.receive)
    watch.caller()
    try:
        while left:
            piece = await asyncio.to_thread(file.read, min(left, _PIECE))
            if not piece:
                logger.warning("a file has become shorter while it was sent")
                return
            left -= len(piece)
            await exchange.send(piece, True)
        await exchange.send(b"")
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if watch.reason != "gone" or task is None:
            raise
        task.uncancel()
    finally:
        watch.stop()


async def _send(exchange: Exchange, content: bytes, headers: Headers) -> None:
    """Answer with ``content`` as fast as the caller takes it, or 304 when the caller has it."""
    tag = b'"' + sha256(content).hexdigest()[:24].encode("ascii") + b'"'
    if await _begin(exchange, tag, len(content), headers):
        for at in range(0, len(content), _PIECE):
            await exchange.send(content[at : at + _PIECE], True)
        await exchange.send(b"")


async def _begin(exchange: Exchange, tag: bytes, size: int, headers: Headers) -> bool:
    """Send the head of an answer; whether a body of ``size`` bytes follows."""
    kept = ((b"etag", tag), (b"cache-control", b"no-cache"))
    known = exchange.headers.get(b"if-none-match", b"")
    if tag in known or known == b"*":
        await exchange.answer(304, b"", kept)
        return False
    length = (b"content-length", str(size).encode("ascii"))
    await exchange.start(200, (*headers, *kept, length))
    if exchange.method == "HEAD":
        await exchange.send(b"")
        return False
    return True
