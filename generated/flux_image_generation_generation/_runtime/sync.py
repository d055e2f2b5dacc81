# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Sending a request over httpx2, and reading its reply as it arrives."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from .errors import (
    ClientClosed,
    ConnectionFailed,
    DecodingError,
    ReplyTooLarge,
    TimedOut,
)
from .request import Request, Timeouts, proxy_for

if TYPE_CHECKING:
    import httpx2

Injected: TypeAlias = "httpx2.BaseTransport | httpx2.Client"
_Send: TypeAlias = "Callable[[httpx2.Request], httpx2.Response]"


class SyncTransport:
    """A pool of connections; keeps no cookies, follows no redirects.

    ``injected`` replaces the connections: an httpx2 transport or client of the
    caller's, which stays open when this one closes (a client logs URLs, with the
    credentials that an API wants in the query).
    """

    def __init__(self, injected: Injected | None = None) -> None:
        self._injected = injected
        self._sends: dict[str, _Send] = {}
        self._owned: dict[str | None, httpx2.HTTPTransport] = {}
        self._closed = False
        self._lock = Lock()

    def open(self, request: Request, timeouts: Timeouts) -> SyncReply:
        """Send ``request``; the reply's body is still to be read.

        Raises ``ConnectionFailed`` or ``TimedOut``.
        """
        import httpx2

        url = request.url
        address = url[: url.find("/", 8)]
        send = self._sends.get(address) or self._connect(address)
        message = _message(request, timeouts)
        total = timeouts.total
        deadline = None if total is None else time.monotonic() + total
        try:
            response = send(message)
        except httpx2.HTTPError as error:
            _fail(error, request)
        return SyncReply(response, request, deadline)

    def close(self) -> None:
        """Close every connection; a second call does nothing."""
        self._closed = True
        self._sends.clear()
        while self._owned:
            self._owned.popitem()[1].close()

    def _connect(self, address: str) -> _Send:
        """The function that sends to ``address``, through a proxy if there is one."""
        with self._lock:
            if self._closed:
                raise ClientClosed
            injected = self._injected or self._transport(proxy_for(address))
            self._sends[address] = send = _sender(injected)
        return send

    def _transport(self, proxy: str | None) -> httpx2.HTTPTransport:
        """The pool for one proxy, or for none."""
        import httpx2

        if proxy not in self._owned:
            self._owned[proxy] = httpx2.HTTPTransport(proxy=proxy)
        return self._owned[proxy]


class SyncReply:
    """A reply whose body is read at most once; close it if it is not read."""

    __slots__ = ("_deadline", "_request", "_response", "headers", "status")

    def __init__(
        self, response: httpx2.Response, request: Request, deadline: float | None
    ) -> None:
        self._response = response
        self._request = request
        self._deadline = deadline
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = response.headers

    def read(self, limit: int | None = None) -> bytes:
        """The whole body, decompressed; closes the reply.

        Raises ``ReplyTooLarge`` when there are more than ``limit`` bytes.
        """
        if limit is None and self._deadline is None:
            import httpx2

            try:
                return self._response.read()
            except httpx2.HTTPError as error:
                _fail(error, self._request)
            finally:
                self._response.close()
        chunks, size = [], 0
        for chunk in self.iter_bytes():
            size += len(chunk)
            if limit is not None and size > limit:
                self.close()
                raise ReplyTooLarge(f"the reply has more than {limit} bytes")
            chunks.append(chunk)
        return b"".join(chunks)

    def iter_bytes(self) -> Iterator[bytes]:
        """The body in chunks, decompressed; closes the reply at its end."""
        import httpx2

        try:
            for chunk in self._response.iter_bytes():
                if self._deadline is not None and time.monotonic() > self._deadline:
                    raise TimedOut("the call took longer than its total limit")
                yield chunk
        except httpx2.HTTPError as error:
            _fail(error, self._request)
        finally:
            self._response.close()

    def close(self) -> None:
        """Give the connection back; a second call does nothing."""
        self._response.close()


def _sender(injected: Injected) -> _Send:
    """How to send through a transport, or through a client of the caller's."""
    import httpx2

    if not isinstance(injected, httpx2.Client):
        return injected.handle_request
    client = injected
    return lambda message: client.send(message, stream=True, follow_redirects=False)


@lru_cache(maxsize=512)
def _url(url: str) -> httpx2.URL:
    """A parsed URL; parsing costs more than the rest of a request's preparation."""
    import httpx2

    return httpx2.URL(url)


def _message(request: Request, timeouts: Timeouts) -> httpx2.Request:
    """The request in httpx2's words."""
    import httpx2

    url = _url(request.url)
    extensions = {
        "timeout": {
            "connect": timeouts.connect,
            "read": timeouts.read,
            "write": timeouts.write,
            "pool": timeouts.pool,
        }
    }
    headers = {"Host": url.netloc.decode("ascii"), **request.headers}
    body = request.body
    if body is None or isinstance(body, bytes):
        if body is not None or request.method in ("POST", "PUT", "PATCH"):
            headers["Content-Length"] = str(len(body or b""))
        stream = httpx2.ByteStream(body or b"")
        return httpx2.Request(
            request.method, url, headers=headers, stream=stream, extensions=extensions
        )
    if not isinstance(body, Iterable):
        raise TypeError("an asynchronous body needs the asynchronous client")
    return httpx2.Request(
        request.method, url, headers=headers, content=body, extensions=extensions
    )


def _fail(error: httpx2.HTTPError, request: Request) -> NoReturn:
    """Raise this package's exception for one of httpx2's."""
    import httpx2

    kind = type(error).__name__
    words = f"{request.words}: {kind}: {error}"
    if isinstance(error, httpx2.TimeoutException):
        unsent = isinstance(error, (httpx2.ConnectTimeout, httpx2.PoolTimeout))
        raise TimedOut(words, sent=not unsent) from None
    if isinstance(error, httpx2.DecodingError):
        raise DecodingError(
            f"{request.words}: the reply cannot be decompressed"
        ) from None
    unsent = isinstance(error, (httpx2.ConnectError, httpx2.ProxyError))
    raise ConnectionFailed(words, sent=not unsent) from None
