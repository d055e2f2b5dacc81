# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""A request ready to be sent, and the time limits of sending it."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from typing import TypeAlias
from urllib.parse import urljoin, urlsplit

Body: TypeAlias = bytes | Iterable[bytes] | AsyncIterable[bytes] | None


class Request:
    """What goes over the wire; ``url`` is absolute and encoded.

    ``replayable`` says whether ``body`` can be sent a second time.
    """

    __slots__ = ("body", "headers", "method", "replayable", "url")

    def __init__(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: Body = None,
        replayable: bool = True,
    ) -> None:
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.replayable = replayable

    @property
    def words(self) -> str:
        """What errors call it: without the query, which may hold a credential."""
        return f"{self.method} {self.url.partition('?')[0]}"

    def __repr__(self) -> str:
        return f"Request({self.method!r}, {self.url.partition('?')[0]!r})"


class Timeouts:
    """Limits in seconds; ``None`` is no limit.

    ``connect`` opens a connection, ``read`` waits for the next bytes, ``write`` sends
    the next bytes, ``pool`` waits for a free connection; ``total`` is the whole call,
    with all its repetitions.
    """

    __slots__ = ("connect", "pool", "read", "total", "write")

    def __init__(
        self,
        *,
        connect: float | None = 10.0,
        read: float | None = 300.0,
        write: float | None = 60.0,
        pool: float | None = 60.0,
        total: float | None = None,
    ) -> None:
        self.connect = connect
        self.read = read
        self.write = write
        self.pool = pool
        self.total = total

    @classmethod
    def of(cls, value: Timeouts | float | None) -> Timeouts:
        """``value`` itself; a number limits every phase, ``None`` is the default."""
        if isinstance(value, Timeouts):
            return value
        if value is None:
            return DEFAULT_TIMEOUTS
        return cls(connect=value, read=value, write=value, pool=value)

    def within(self, seconds: float) -> Timeouts:
        """The same limits, none longer than ``seconds``."""

        def cut(limit: float | None) -> float:
            return seconds if limit is None else min(limit, seconds)

        return Timeouts(
            connect=cut(self.connect),
            read=cut(self.read),
            write=cut(self.write),
            pool=cut(self.pool),
            total=seconds,
        )

    def __repr__(self) -> str:
        limits = ", ".join(f"{name}={getattr(self, name)}" for name in self.__slots__)
        return f"Timeouts({limits})"


DEFAULT_TIMEOUTS = Timeouts()


LARGEST_REPLY = 128 << 20
"""Bytes, decompressed, of a reply that is kept whole; a ``BinaryReply`` that is saved may have more."""

LARGEST_TOKEN = 1 << 20
"""Bytes of a reply of a token endpoint that are read."""


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port: the only address that gets to see a credential."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return (parts.scheme, parts.hostname or "", port)


def redirected(request: Request, status: int, location: str | None) -> Request | None:
    """The request that follows a redirect, or ``None`` when it is not followed.

    Followed are only ``GET`` and ``HEAD``, and only to the same origin.
    """
    if status not in (301, 302, 303, 307, 308) or not location:
        return None
    if request.method not in ("GET", "HEAD"):
        return None
    try:
        url = urljoin(request.url, location)
        if origin(url) != origin(request.url) or "@" in urlsplit(url).netloc:
            return None
    except ValueError:
        return None
    return Request(request.method, url.partition("#")[0], request.headers)


def proxy_for(url: str) -> str | None:
    """The proxy that the environment (``HTTPS_PROXY`` …) names for ``url``."""
    from urllib.request import getproxies, proxy_bypass

    proxies = getproxies()
    if not proxies:
        return None
    scheme, host, _ = origin(url)
    if proxy_bypass(host):
        return None
    proxy = proxies.get(scheme) or proxies.get("all")
    if proxy and "://" not in proxy:
        proxy = f"http://{proxy}"
    return proxy
