# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""HTTP/1.1 to the upstream on asyncio and httptools: what a proxy needs, at a third of a general client's cost.

Kept-alive connections, streamed bodies both ways with back-pressure, limits on heads and on silence. No redirects, no
cookies, no decompression; calls that the environment sends through a proxy go over aiohttp instead.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from .._runtime.errors import ConnectionFailed, TimedOut
from .._runtime.request import Request, Timeouts, origin, proxy_for
from .connection import Connection, Reply

if TYPE_CHECKING:
    from ssl import SSLContext

    from .._runtime.aio import AsyncTransport
    from .proxied import ProxiedReply

_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"})

IDLE_SECONDS = 15.0
"""How long an unused connection is kept."""


class Http1Transport:
    """Connections to any number of origins. It opens one for every call that finds none idle: bound the calls."""

    def __init__(self) -> None:
        """Use it in one event loop only."""
        self._origins: dict[str, _Origin] = {}
        self._proxied: AsyncTransport | None = None
        self._sweeper: asyncio.TimerHandle | None = None
        self._closed = False
        self.retries = 0
        """Calls sent again, because a kept connection had been closed."""

    async def open(self, request: Request, timeouts: Timeouts) -> Reply | ProxiedReply:
        """Send ``request``; the reply's body is still to be read, as it was sent.

        Raises ``ConnectionFailed`` or ``TimedOut``.
        """
        if self._closed:
            raise ConnectionFailed("the server is stopping", sent=False)
        url = request.url
        end = url.find("/", 8)
        place = self._origins.get(url[:end]) or self._add(url[:end])
        if place.is_proxied:
            return await self._over_proxy(request, timeouts)
        if self._sweeper is None:
            self._sweep()
        kept = place.take()
        if kept is not None:
            try:
                return await _call(kept, request, url[end:], timeouts)
            except ConnectionFailed:
                # The upstream may have closed it just when we used it again.
                if not _repeatable(request):
                    raise
                self.retries += 1
        fresh = await place.connect(timeouts.connect)
        return await _call(fresh, request, url[end:], timeouts)

    async def close(self) -> None:
        """Close every connection; a second call does nothing."""
        self._closed = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        for place in self._origins.values():
            place.close()
        if self._proxied is not None:
            await self._proxied.close()

    def _add(self, address: str) -> _Origin:
        place = self._origins[address] = _Origin(address)
        return place

    def _sweep(self) -> None:
        """Close what has been idle for long, again and again."""
        loop = asyncio.get_running_loop()
        for place in self._origins.values():
            place.close(loop.time() - IDLE_SECONDS)
        self._sweeper = loop.call_later(IDLE_SECONDS / 2, self._sweep)

    async def _over_proxy(self, request: Request, timeouts: Timeouts) -> ProxiedReply:
        from .proxied import ProxiedReply

        if self._proxied is None:
            from .._runtime.aio import AsyncTransport

            self._proxied = AsyncTransport(decompress=False, connections=0)
        return ProxiedReply(await self._proxied.open(request, timeouts))


class _Origin:
    """One scheme, host and port, and its idle connections, the last used last."""

    def __init__(self, address: str) -> None:
        scheme, self.host, self.port = origin(address)
        self.authority = address.partition("://")[2]
        self.is_proxied = proxy_for(address) is not None
        self.idle: deque[Connection] = deque()
        self._tls = _tls() if scheme == "https" and not self.is_proxied else None

    def take(self) -> Connection | None:
        """An idle connection that is still open."""
        while self.idle:
            connection = self.idle.pop()
            if connection.is_open:
                return connection
        return None

    def close(self, unused_since: float | None = None) -> None:
        """Close idle connections: all, or those not used after a time of the loop's clock."""
        while self.idle and (unused_since is None or self.idle[0].last < unused_since):
            self.idle.popleft().abort()

    async def connect(self, seconds: float | None) -> Connection:
        """A new connection; raises ``ConnectionFailed`` or ``TimedOut``."""
        loop = asyncio.get_running_loop()
        name = self.host if self._tls else None
        try:
            async with asyncio.timeout(seconds):
                _, connection = await loop.create_connection(
                    lambda: Connection(self.authority, self.idle),
                    self.host,
                    self.port,
                    ssl=self._tls,
                    server_hostname=name,
                )
        except TimeoutError:
            raise TimedOut("no connection in time", sent=False) from None
        except (OSError, UnicodeError) as error:
            words = getattr(error, "strerror", None) or type(error).__name__
            raise ConnectionFailed(f"no connection: {words}", sent=False) from None
        return connection


def _repeatable(request: Request) -> bool:
    """Whether sending ``request`` twice does what sending it once does."""
    whole = request.body is None or isinstance(request.body, bytes)
    return whole and request.method in _IDEMPOTENT


async def _call(
    connection: Connection, request: Request, target: str, timeouts: Timeouts
) -> Reply:
    """The reply to ``request``; a connection that fails is not used again."""
    try:
        return await connection.call(request, target, timeouts.read)
    except BaseException:
        connection.abort()
        raise


def _tls() -> SSLContext:
    import ssl

    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
