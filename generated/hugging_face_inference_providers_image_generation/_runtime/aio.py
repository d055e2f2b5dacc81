# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Sending a request over aiohttp, and reading its reply as it arrives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Iterable, Mapping
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from .errors import ClientClosed, ConnectionFailed, ReplyTooLarge, TimedOut
from .request import Body, Request, Timeouts, proxy_for

if TYPE_CHECKING:
    import aiohttp

Injected: TypeAlias = "aiohttp.ClientSession | aiohttp.BaseConnector"
_CHUNK = 65536


class AsyncTransport:
    """A pool of connections; keeps no cookies, follows no redirects.

    ``injected`` replaces the connections: a session or connector of the caller's,
    which stays open when this one closes. ``decompress`` undoes a reply's
    ``Content-Encoding``. Use it in one event loop only.
    """

    def __init__(
        self,
        injected: Injected | None = None,
        *,
        decompress: bool = True,
        connections: int = 100,
    ) -> None:
        self._injected = injected
        self._decompress = decompress
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[str, str | None] = {}
        self._limits: tuple[Timeouts, aiohttp.ClientTimeout] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    async def open(self, request: Request, timeouts: Timeouts) -> AsyncReply:
        """Send ``request``; the reply's body is still to be read.

        Raises ``ConnectionFailed`` or ``TimedOut``.
        """
        import aiohttp
        from yarl import URL

        session = self._session or self._start()
        if self._loop is not asyncio.get_running_loop():
            raise RuntimeError("this client was first used in another event loop")
        url = request.url
        address = url[: url.find("/", 8)]
        if address not in self._proxies:
            self._proxies[address] = proxy_for(address)
        guard: _WriteGuard | None = None
        body = request.body
        if body is not None and (not isinstance(body, bytes) or len(body) > _CHUNK):
            guard = _WriteGuard(body, timeouts.write)
        try:
            sending = session.request(
                request.method,
                URL(url, encoded=True),
                data=guard or body,
                headers=_headers(request),
                allow_redirects=False,
                raise_for_status=False,
                proxy=self._proxies[address],
                timeout=self._limit(timeouts),
                auto_decompress=self._decompress,
            )
            response = await (guard.run(sending) if guard else sending)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            _fail(error, request)
        return AsyncReply(response, request)

    async def close(self) -> None:
        """Close every connection; a second call does nothing."""
        self._closed = True
        session, self._session = self._session, None
        if session is not None and session is not self._injected:
            await session.close()

    def _start(self) -> aiohttp.ClientSession:
        """The session, made when the first call runs, in its event loop."""
        import aiohttp

        if self._closed:
            raise ClientClosed
        self._loop = asyncio.get_running_loop()
        injected = self._injected
        if isinstance(injected, aiohttp.ClientSession):
            self._session = injected
            return injected
        connector = injected or aiohttp.TCPConnector(limit=self._connections)
        self._session = aiohttp.ClientSession(
            connector=connector,
            connector_owner=injected is None,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("Content-Type", "User-Agent"),
        )
        return self._session

    def _limit(self, timeouts: Timeouts) -> aiohttp.ClientTimeout:
        """The limits in aiohttp's words; those of the last call are kept."""
        import aiohttp

        if self._limits is None or self._limits[0] is not timeouts:
            waits = (timeouts.pool, timeouts.connect)
            limit = aiohttp.ClientTimeout(
                total=timeouts.total,
                connect=None if None in waits else sum(w or 0 for w in waits),
                sock_connect=timeouts.connect,
                sock_read=timeouts.read,
            )
            self._limits = (timeouts, limit)
        return self._limits[1]


class AsyncReply:
    """A reply whose body is read at most once; close it if it is not read."""

    __slots__ = ("_request", "_response", "headers", "status")

    def __init__(self, response: aiohttp.ClientResponse, request: Request) -> None:
        self._response = response
        self._request = request
        self.status: int = response.status
        self.headers: Mapping[str, str] = response.headers

    async def read(self, limit: int | None = None) -> bytes:
        """The whole body; closes the reply.

        Raises ``ReplyTooLarge`` when there are more than ``limit`` bytes.
        """
        import aiohttp

        if limit is None or self._is_within(limit):
            try:
                return await self._response.read()
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                _fail(error, self._request)
        chunks, size = [], 0
        async for chunk in self.iter_bytes():
            size += len(chunk)
            if size > limit:
                await self.close()
                raise ReplyTooLarge(f"the reply has more than {limit} bytes")
            chunks.append(chunk)
        return b"".join(chunks)

    def _is_within(self, limit: int) -> bool:
        """Whether the reply says that it is small enough, and is not compressed."""
        if "Content-Encoding" in self.headers:
            return False
        size = self._response.content_length
        return size is not None and size <= limit

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        """The body in chunks as they arrive; closes the reply at its end."""
        import aiohttp

        try:
            async for chunk in self._response.content.iter_any():
                yield chunk
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            _fail(error, self._request)
        finally:
            await self.close()

    async def close(self) -> None:
        """Give the connection back; a second call does nothing."""
        response = self._response
        if response.content.at_eof():
            response.release()
        else:
            response.close()


class _WriteGuard:
    """A body sent in chunks, each of which may take ``limit`` seconds to leave."""

    def __init__(self, body: Body, limit: float | None) -> None:
        self._body = body
        self._limit = limit
        self._timeout = asyncio.timeout(None)
        self._running = False

    async def run(
        self, sending: Awaitable[aiohttp.ClientResponse]
    ) -> aiohttp.ClientResponse:
        """Await ``sending``; raises ``TimeoutError`` when a chunk does not leave."""
        async with self._timeout:
            self._running = True
            try:
                return await sending
            finally:
                self._running = False

    def _expect(self, within: float | None) -> None:
        """Set or lift the limit; without effect once the reply has begun."""
        if self._running:
            now = asyncio.get_running_loop().time()
            self._timeout.reschedule(None if within is None else now + within)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in _chunks(self._body):
            self._expect(self._limit)
            yield chunk
            self._expect(None)


async def _chunks(body: Body) -> AsyncIterator[bytes]:
    """The chunks of any kind of body; a plain iterator works in a thread."""
    if isinstance(body, bytes):
        for start in range(0, len(body), _CHUNK):
            yield body[start : start + _CHUNK]
    elif isinstance(body, AsyncIterable):
        async for chunk in body:
            yield chunk
    elif isinstance(body, Iterable):
        source = iter(body)
        while (part := await asyncio.to_thread(next, source, None)) is not None:
            yield part


def _headers(request: Request) -> dict[str, str]:
    """The headers, with the length of a body that is sent in chunks."""
    body = request.body
    if isinstance(body, bytes) and len(body) > _CHUNK:
        return {**request.headers, "Content-Length": str(len(body))}
    return request.headers


def _fail(error: Exception, request: Request) -> NoReturn:
    """Raise this package's exception for one of aiohttp's."""
    import aiohttp

    kind = type(error).__name__
    unsent = isinstance(
        error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
    )
    if isinstance(error, TimeoutError):
        raise TimedOut(f"{request.words}: {kind}: {error}", sent=not unsent) from None
    words = error.message if isinstance(error, aiohttp.ClientResponseError) else error
    raise ConnectionFailed(
        f"{request.words}: {kind}: {words}", sent=not unsent
    ) from None
