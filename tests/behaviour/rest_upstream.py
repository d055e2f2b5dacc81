"""An upstream in a thread that records what it receives, and misbehaves as the last segment of the path says."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import ssl
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

Writer = asyncio.StreamWriter
CHUNK = b"0123456789abcdef" * 4096


@dataclass(slots=True)
class Seen:
    """One request: ``target`` as in the request line, header names in lower case, and the body's size and start."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""
    size: int = 0
    chunked: bool = False


@dataclass(slots=True)
class Peer:
    """The running upstream; ``gone`` counts connections that were closed while it was still at work on them."""

    port: int = 0
    seen: list[Seen] = field(default_factory=list)
    gone: int = 0
    connections: int = 0
    pause: float = 0.0
    """Seconds waited before each further piece of a request's body is read."""
    plan: list[str] = field(default_factory=list)
    """What the next requests meet, one after the other, instead of what their paths say."""
    _tls: ssl.SSLContext | None = None
    _ready: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """The base URL, as ``--upstream`` takes it."""
        return f"http://127.0.0.1:{self.port}/base"

    def start(self, tls: ssl.SSLContext | None = None) -> None:
        """Listen in a thread of its own."""
        self._tls = tls
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        assert self._ready.wait(10)

    def last(self) -> Seen:
        """The only request since the last ``clear``."""
        (seen,) = self.seen
        return seen

    def clear(self) -> None:
        """Forget what was seen."""
        self.seen.clear()
        self.gone = 0
        self.connections = 0
        self.pause = 0.0
        self.plan.clear()

    async def _serve(self) -> None:
        server = await asyncio.start_server(
            self._connection, "127.0.0.1", 0, limit=1 << 22, ssl=self._tls
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await server.serve_forever()

    async def _connection(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self._exchange(reader, writer):
                pass
        writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: Writer) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head[:-4].split("\r\n")
        method, target, _ = first.split(" ")
        pairs = [line.partition(":") for line in lines]
        names = [name.lower() for name, _, _ in pairs]
        assert len(set(names)) == len(names), f"repeated header in {names}"
        seen = Seen(method, target, {k.lower(): v.strip() for k, _, v in pairs})
        self.seen.append(seen)
        if target.endswith("/early"):
            await _status(writer, "429", seen)
        await self._body(reader, seen)
        if target.endswith("/early"):
            return True
        action = target.partition("?")[0].rpartition("/")[2]
        if self.plan:
            action = self.plan.pop(0)
        name, _, argument = action.partition("-")
        if name in ("hang", "drip"):
            return await self._watched(reader, ACTIONS[name](writer, argument, seen))
        return await ACTIONS.get(name, _echo)(writer, argument, seen)

    async def _body(self, reader: asyncio.StreamReader, seen: Seen) -> None:
        if seen.headers.get("transfer-encoding") == "chunked":
            assert "content-length" not in seen.headers
            seen.chunked = True
            while length := int(await reader.readline(), 16):
                self._keep(seen, await reader.readexactly(length))
                await reader.readline()
            await reader.readline()
            return
        left = int(seen.headers.get("content-length", "0"))
        while left:
            await asyncio.sleep(self.pause)
            piece = await reader.readexactly(min(left, 65536))
            left -= len(piece)
            self._keep(seen, piece)

    @staticmethod
    def _keep(seen: Seen, piece: bytes) -> None:
        seen.size += len(piece)
        if len(seen.body) < 65536:
            seen.body += piece

    async def _watched(
        self, reader: asyncio.StreamReader, work: Awaitable[bool]
    ) -> bool:
        """Do ``work`` until the connection is closed under it."""
        working = asyncio.ensure_future(work)
        closed = asyncio.ensure_future(reader.read(1))
        await asyncio.wait({working, closed}, return_when=asyncio.FIRST_COMPLETED)
        if closed.done():
            self.gone += 1
            working.cancel()
        return False


def _write(writer: Writer, status: str, lines: list[str], body: bytes = b"") -> None:
    head = "\r\n".join((f"HTTP/1.1 {status}", *lines, "", ""))
    writer.write(head.encode("latin-1") + body)


async def _echo(writer: Writer, _: str, seen: Seen) -> bool:
    body = json.dumps({"target": seen.target, "size": seen.size}).encode()
    lines = ["content-type: application/json", f"content-length: {len(body)}"]
    _write(writer, "200 OK", lines, body)
    return True


async def _status(writer: Writer, argument: str, _: Seen) -> bool:
    lines = ["content-type: application/json", "retry-after: 7", "content-length: 12"]
    _write(writer, f"{argument} Odd", lines, b'{"error": 1}')
    return True


async def _bare(writer: Writer, argument: str, _: Seen) -> bool:
    lines = ["content-type: application/json", "content-length: 12"]
    _write(writer, f"{argument} Odd", lines, b'{"error": 1}')
    return True


async def _soon(writer: Writer, argument: str, _: Seen) -> bool:
    _write(writer, f"{argument} Odd", ["retry-after: 0", "content-length: 0"])
    return True


async def _headers(writer: Writer, _: str, __: Seen) -> bool:
    lines = [
        "content-type: image/png", "etag: \"e1\"", "cache-control: max-age=5", "link: </x>; rel=next",
        "retry-after: 3", "last-modified: Sat, 21 Nov 2026 00:00:00 GMT", "x-ratelimit-remaining: 9",
        "set-cookie: stolen=1", "server: upstream-secret-software", "x-internal: yes", "keep-alive: timeout=5",
        "connection: keep-alive", "x-request-id: up-1", "access-control-allow-origin: *",
        "www-authenticate: Basic realm=upstream", "content-length: 4",
    ]  # fmt: skip
    _write(writer, "200 OK", lines, b"\x89PNG")
    return True


async def _location(writer: Writer, argument: str, _: Seen) -> bool:
    places = {
        "own": "/base/else",
        "other": "http://evil.example/x",
        "network": "//evil.example/x",
    }
    _write(writer, "302 Found", [f"location: {places[argument]}", "content-length: 0"])
    return True


async def _html(writer: Writer, _: str, __: Seen) -> bool:
    body = b"<script>alert(1)</script>"
    _write(
        writer,
        "200 OK",
        ["content-type: text/html", f"content-length: {len(body)}"],
        body,
    )
    return True


async def _gzip(writer: Writer, _: str, __: Seen) -> bool:
    lines = ["content-type: text/plain", "content-encoding: gzip", "content-length: 7"]
    _write(writer, "200 OK", lines, b"no gzip")
    return True


async def _bomb(writer: Writer, argument: str, _: Seen) -> bool:
    body = gzip.compress(bytes(int(argument) << 20))
    lines = ["content-type: text/plain", "content-encoding: gzip"]
    _write(writer, "200 OK", [*lines, f"content-length: {len(body)}"], body)
    return True


async def _json(writer: Writer, _: str, __: Seen) -> bool:
    lines = ["content-type: application/json", "content-length: 7"]
    _write(writer, "200 OK", lines, b'{"name"')
    return True


async def _endless(writer: Writer, _: str, __: Seen) -> bool:
    _write(writer, "200 OK", ["content-type: text/plain", "transfer-encoding: chunked"])
    while not writer.is_closing():
        writer.write(b"%x\r\n%b\r\n" % (len(CHUNK), CHUNK))
        await writer.drain()
        await asyncio.sleep(0.0005)
    return False


async def _reset(writer: Writer, argument: str, _: Seen) -> bool:
    if argument == "inside":
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-le")
        await writer.drain()
    if argument == "after":
        _write(writer, "200 OK", ["content-type: text/plain", "content-length: 9"])
        await writer.drain()
        await asyncio.sleep(0.02)
    writer.transport.abort()
    return False


async def _cut(writer: Writer, argument: str, _: Seen) -> bool:
    if argument == "chunked":
        _write(writer, "200 OK", ["transfer-encoding: chunked"], b"5\r\nhello\r\n")
    else:
        _write(writer, "200 OK", [f"content-length: {argument}"], b"hello")
    await writer.drain()
    return False


async def _lie(writer: Writer, argument: str, _: Seen) -> bool:
    _write(writer, "200 OK", [f"content-length: {argument}"], b"hello")
    await writer.drain()
    return False


async def _hang(_: Writer, __: str, ___: Seen) -> bool:
    await asyncio.sleep(60)
    return False


async def _drip(writer: Writer, _: str, __: Seen) -> bool:
    _write(writer, "200 OK", ["content-type: text/plain", "transfer-encoding: chunked"])
    for _number in range(600):
        writer.write(b"1\r\nx\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)
    return False


async def _big(writer: Writer, argument: str, _: Seen) -> bool:
    size = int(argument)
    _write(
        writer,
        "200 OK",
        ["content-type: application/octet-stream", f"content-length: {size}"],
    )
    for start in range(0, size, len(CHUNK)):
        writer.write(CHUNK[: size - start])
        await writer.drain()
    return True


async def _many(writer: Writer, argument: str, _: Seen) -> bool:
    lines = [f"x-h{number}: {number}" for number in range(int(argument))]
    _write(writer, "200 OK", [*lines, "content-length: 2"], b"{}")
    return True


async def _interim(writer: Writer, _: str, seen: Seen) -> bool:
    writer.write(
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"
    )
    await writer.drain()
    await asyncio.sleep(0.02)
    return await _echo(writer, "", seen)


async def _close(writer: Writer, _: str, __: Seen) -> bool:
    _write(writer, "200 OK", ["content-type: text/plain"], b"until ")
    await writer.drain()
    await asyncio.sleep(0.02)
    writer.write(b"the end")
    return False


async def _extra(writer: Writer, _: str, __: Seen) -> bool:
    # In one write: what comes after the next request has been sent looks like its reply to anybody.
    extra = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nstolen"
    _write(writer, "200 OK", ["content-length: 2"], b"{}" + extra)
    return True


async def _trailer(writer: Writer, _: str, __: Seen) -> bool:
    body = b"2;x=y\r\nhi\r\n0\r\nx-after: 1\r\n\r\n"
    _write(
        writer,
        "200 OK",
        ["content-type: text/plain", "transfer-encoding: chunked"],
        body,
    )
    return True


async def _after(writer: Writer, argument: str, _: Seen) -> bool:
    start = {"value": b"2\r\n{}\r\n0\r\nx: ", "extension": b"2;"}[argument]
    lines = ["content-type: application/json", "transfer-encoding: chunked"]
    _write(writer, "200 OK", lines, start)
    for _number in range(600):
        writer.write(CHUNK)
        await writer.drain()
    return False


async def _idle(writer: Writer, _: str, seen: Seen) -> bool:
    await _echo(writer, "", seen)
    await writer.drain()
    return False


async def _junk(writer: Writer, _: str, __: Seen) -> bool:
    writer.write(b"this is no HTTP\r\n\r\n")
    return False


ACTIONS: dict[str, Callable[[Writer, str, Seen], Any]] = {
    "status": _status, "bare": _bare, "soon": _soon, "headers": _headers, "location": _location, "html": _html,
    "gzip": _gzip, "bomb": _bomb, "json": _json, "endless": _endless, "reset": _reset,
    "cut": _cut, "lie": _lie, "hang": _hang, "drip": _drip, "big": _big, "many": _many, "junk": _junk,
    "interim": _interim, "close": _close, "extra": _extra, "trailer": _trailer, "idle": _idle,
    "after": _after,
}  # fmt: skip
