# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""One HTTP/1.1 connection to an upstream: sends a request at a time and hands out its reply while it arrives."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable

import httptools
from multidict import CIMultiDict

from .._runtime.errors import ArgumentError, ConnectionFailed, ReplyTooLarge, TimedOut
from .._runtime.request import Request

LARGEST_HEAD = 64 * 1024
"""Bytes of status line and headers of a reply."""

MOST_HEADERS = 256

_HIGH = 256 * 1024
_TOGETHER = 64 * 1024
_BODILESS = frozenset({"GET", "HEAD", "DELETE", "OPTIONS", "TRACE"})


class Reply:
    """A reply whose body is read at most once; close it if it is not read."""

    __slots__ = (
        "_chunks",
        "_connection",
        "_done",
        "_ended",
        "_error",
        "_size",
        "_waiter",
        "headers",
        "status",
    )

    def __init__(
        self, connection: Connection, status: int, headers: CIMultiDict[str]
    ) -> None:
        """Header names keep the case in which they came."""
        self._connection = connection
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._ended = False
        self._done: Callable[[], None] | None = None
        self._error: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None
        self.status = status
        self.headers = headers

    async def read(self, limit: int | None = None) -> bytes:
        """The whole body; raises ``TransportError``, or ``ReplyTooLarge`` above ``limit`` bytes."""
        found: list[bytes] = []
        size = 0
        async for chunk in self.iter_bytes():
            size += len(chunk)
            if limit is not None and size > limit:
                await self.close()
                raise ReplyTooLarge(f"the reply has more than {limit} bytes")
            found.append(chunk)
        return found[0] if len(found) == 1 else b"".join(found)

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        """The body in chunks as they arrive; closes the reply at its end. Raises ``TransportError``."""
        try:
            while True:
                while self._chunks:
                    chunk = self._chunks.popleft()
                    self._size -= len(chunk)
                    yield chunk
                if self._ended:
                    break
                self._connection.resume()
                self._waiter = self._connection.loop.create_future()
                await self._waiter
            if self._error is not None:
                raise self._error
        finally:
            await self.close()

    async def close(self) -> None:
        """End the call; a connection with more to come is closed. A second call does nothing."""
        if not self._ended:
            self._connection.abort()

    def when_done(self, done: Callable[[], None]) -> None:
        """Call ``done`` once nothing more is to come of the upstream; at once when that is so already."""
        if self._ended:
            done()
        else:
            self._done = done

    def push(self, chunk: bytes) -> bool:
        """Keep a piece of the body; whether there is room for more."""
        self._chunks.append(chunk)
        self._size += len(chunk)
        self._wake()
        return self._size < _HIGH

    def end(self, error: Exception | None = None) -> None:
        """The body has ended, or has broken off with ``error``."""
        self._ended = True
        self._error = error
        if self._done is not None:
            self._done()
        self._wake()

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)


class Connection(asyncio.Protocol):
    """A connection that returns itself to ``idle`` when a call has ended well. ``last``: when it was last active."""

    def __init__(self, authority: str, idle: deque[Connection]) -> None:
        """``authority`` is the ``Host`` header of its requests."""
        self.is_open = False
        self.last = 0.0
        self._authority = authority
        self._idle = idle
        self.loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[Reply] | None = None
        self._reply: Reply | None = None
        self._headers: list[tuple[str, str]] = []
        self._head_size = 0
        self._has_come = False
        self._method = ""
        self._keep = False
        self._interim = False
        self._paused = False
        self._sender: asyncio.Task[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._silence: float | None = None
        self._clock: asyncio.TimerHandle | None = None

    async def call(self, request: Request, target: str, silence: float | None) -> Reply:
        """Send ``request`` to ``target``, an encoded path with query; the reply once its head has come.

        ``silence`` is the longest wait for the next bytes. Raises ``ConnectionFailed``, ``TimedOut``, or
        ``ArgumentError`` for a header that would break the request.
        """
        head = _head(request, target, self._authority)
        body = request.body
        answer: asyncio.Future[Reply] = self.loop.create_future()
        self._answer = answer
        self._headers = []
        self._head_size = 0
        self._method = request.method
        self.last = self.loop.time()
        self._silence = silence
        if self._clock is None and silence is not None:
            self._clock = self.loop.call_later(silence, self._listen)
        if body is None:
            self._transport.write(head)
        elif isinstance(body, bytes):
            if len(body) <= _TOGETHER:
                self._transport.write(head + body)
            else:
                self._transport.writelines((head, body))
        elif isinstance(body, AsyncIterable):
            self._transport.write(head)
            chunked = "Content-Length" not in request.headers
            self._sender = self.loop.create_task(self._send(body, chunked))
        return await answer

    def abort(self) -> None:
        """Close at once; whoever waits for the reply hears of it."""
        self._transport.abort()
        self._lose(ConnectionFailed("the call was ended"))

    def resume(self) -> None:
        """Read on."""
        if self._paused:
            self._paused = False
            self.last = self.loop.time()
            self._transport.resume_reading()

    async def _send(self, body: AsyncIterable[bytes], chunked: bool) -> None:
        """Send a body as fast as the upstream takes it; what the body raises is what the call raises."""
        try:
            async for chunk in body:
                if chunk:
                    piece = b"%x\r\n%b\r\n" % (len(chunk), chunk) if chunked else chunk
                    self._transport.write(piece)
                if self._drained is not None:
                    await self._drained
                self.last = self.loop.time()
            if chunked:
                self._transport.write(b"0\r\n\r\n")
            self._sender = None
        except Exception as error:
            self._transport.abort()
            self._lose(error)

    def _listen(self) -> None:
        """The clock of silence: fail when nothing has come for long, unless it is this side that is slow."""
        self._clock = None
        if self._answer is None or self._silence is None:
            return
        now = self.loop.time()
        awaits_body = self._sender is not None and self._drained is None
        if self._paused or awaits_body:
            self.last = now
        left = self.last + self._silence - now
        if left > 0:
            self._clock = self.loop.call_later(left, self._listen)
        else:
            self._transport.abort()
            self._lose(TimedOut(f"silent for {self._silence:g} seconds"))

    def _lose(self, error: Exception) -> None:
        """The connection is of no more use."""
        self.is_open = False
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None
        if self._sender is not None:
            self._sender.cancel()
        answer, self._answer = self._answer, None
        reply, self._reply = self._reply, None
        if reply is not None:
            reply.end(error)
        elif answer is not None and not answer.done():
            answer.set_exception(error)

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is open."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.is_open = True

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed, which ends a body of unknown length."""
        reply = self._reply
        if exc is None and reply is not None and _ends_at_close(reply):
            self._reply = None
            reply.end()
        self.resume_writing()
        self._lose(
            ConnectionFailed(
                "the connection was closed"
                if exc is None
                else "the connection was reset"
            )
        )

    def data_received(self, data: bytes) -> None:
        """Parse ``data``; anything that is no proper reply ends the connection, and so do trailers without end."""
        self.last = self.loop.time()
        self._has_come = False
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._transport.abort()
            self._lose(ConnectionFailed(f"no valid reply: {error}"[:200]))
            return
        if not self._has_come and self._answer is not None:
            self._head_size += len(data)
            if self._head_size > LARGEST_HEAD:
                self._transport.abort()
                self._lose(ConnectionFailed("the reply's headers are too long"))

    def pause_writing(self) -> None:
        """The upstream does not take more for now."""
        if self._drained is None:
            self._drained = self.loop.create_future()

    def resume_writing(self) -> None:
        """The upstream takes more."""
        drained, self._drained = self._drained, None
        if drained is not None and not drained.done():
            drained.set_result(None)

    # What the parser calls.

    def on_message_begin(self) -> None:
        """A reply begins; one that nobody has asked for is an error."""
        if self._answer is None:
            raise ValueError("a reply without a request")

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or a trailer."""
        if len(self._headers) == MOST_HEADERS:
            raise ValueError("too many headers")
        self._headers.append(
            (name.decode("latin-1"), value.decode("utf-8", "surrogateescape"))
        )

    def on_headers_complete(self) -> None:
        """The head has come; interim ones (100, 103) are left out."""
        status = self._parser.get_status_code()
        if status < 200:
            self._interim = True
            self._headers = []
            return
        self._keep = self._parser.should_keep_alive() and self._method != "HEAD"
        reply = self._reply = Reply(self, status, CIMultiDict(self._headers))
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(reply)
        if self._method == "HEAD":
            self._finish(reply)

    def on_body(self, body: bytes) -> None:
        """A piece of the body; reading stops while nobody takes it."""
        self._has_come = True
        self._head_size = 0
        reply = self._reply
        if reply is not None and not reply.push(body) and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        """The reply has ended."""
        if self._interim:
            self._interim = False
        elif self._reply is not None:
            self._finish(self._reply)

    def _finish(self, reply: Reply) -> None:
        """End the call: keep the connection when both sides are done and agree to."""
        self._reply = None
        self._answer = None
        if self._keep and self._sender is None and self.is_open:
            self.resume()
            self._idle.append(self)
        else:
            self.is_open = False
            if self._sender is not None:
                self._sender.cancel()
            self._transport.close()
        reply.end()


def _head(request: Request, target: str, authority: str) -> bytes:
    """Request line and headers; raises ``ArgumentError`` when a value would end its line."""
    lines = [f"{request.method} {target} HTTP/1.1", f"Host: {authority}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    body = request.body
    if isinstance(body, bytes):
        lines.append(f"Content-Length: {len(body)}")
    elif body is not None and "Content-Length" not in request.headers:
        lines.append("Transfer-Encoding: chunked")
    elif body is None and request.method not in _BODILESS:
        lines.append("Content-Length: 0")
    text = "\r\n".join(lines)
    breaks = len(lines) - 1
    if text.count("\n") != breaks or text.count("\r") != breaks or "\0" in text:
        raise ArgumentError("a header must not hold a line break")
    return f"{text}\r\n\r\n".encode("latin-1", "replace")


def _ends_at_close(reply: Reply) -> bool:
    """Whether the body has no length of its own."""
    return (
        "content-length" not in reply.headers
        and "transfer-encoding" not in reply.headers
    )
