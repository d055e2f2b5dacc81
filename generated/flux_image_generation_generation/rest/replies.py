# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Replies of the upstream, passed on: status, chosen headers, and the body as it arrives."""

from __future__ import annotations

from functools import lru_cache

from .._runtime.errors import ReplyTooLarge, TransportError
from ..server.problems import Problem
from ..server.reply import Reply
from ..server.upstream import Upstream
from ..web.exchange import SANDBOX, Exchange

PASSED = {
    name: name.encode("ascii")
    for name in (
        "accept-ranges", "age", "allow", "cache-control", "content-disposition", "content-encoding",
        "content-language", "content-range", "content-type", "etag", "expires", "last-modified", "link",
        "retry-after", "vary", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset",
        "ratelimit", "ratelimit-limit", "ratelimit-policy", "ratelimit-remaining", "ratelimit-reset",
        "x-compute-time", "x-compute-type",
    )
}  # fmt: skip
"""Headers that go to the caller. No ``Set-Cookie``, nothing about the connection, nothing that is not known here."""

_INERT = frozenset(
    {
        "application/json",
        "application/octet-stream",
        "application/problem+json",
        "text/event-stream",
        "text/plain",
    }
)

SMALL = 65536
"""Bodies up to this many bytes are passed on in one piece."""


async def pass_on(
    exchange: Exchange, reply: Reply, upstream: Upstream, largest: int = 0
) -> None:
    """Answer ``exchange`` with ``reply``; raises ``Problem`` 502 or 504 while nothing has been sent.

    ``largest`` is the most bytes of a reply that reports success; 0: any.
    """
    status = reply.status
    if not 200 <= status <= 599:
        raise Problem(502, "The upstream service answered with an unusable status.")
    headers, length = passed_headers(reply, upstream)
    if exchange.method == "HEAD" or status in (204, 304):
        await reply.close()
        await exchange.start(status, headers)
        await exchange.send(b"")
    elif largest and status < 300 and (length is None or length > largest):
        body = await _bounded(reply, upstream, length, largest)
        await exchange.answer(status, body, headers)
    elif length is not None and length <= SMALL:
        try:
            body = await reply.read()
        except TransportError as error:
            raise upstream.failure(error) from None
        await exchange.start(status, headers)
        await exchange.send(body)
    else:
        await _stream(exchange, reply, upstream, headers)


async def _bounded(
    reply: Reply, upstream: Upstream, length: int | None, largest: int
) -> bytes:
    """A body whose length is not known before it has come, of at most ``largest`` bytes."""
    try:
        if length is None:
            return await reply.read(largest)
    except ReplyTooLarge:
        pass
    except TransportError as error:
        raise upstream.failure(error) from None
    words = f"Upstream response exceeded maxBinarySize (limit={largest} bytes)"
    raise Problem(502, words)


async def _stream(
    exchange: Exchange,
    reply: Reply,
    upstream: Upstream,
    headers: list[tuple[bytes, bytes]],
) -> None:
    """Pass on a body piece by piece; one that breaks off ends the connection, so that the caller can tell."""
    await exchange.start(reply.status, headers)
    try:
        async for chunk in reply.iter_bytes():
            await exchange.send(chunk, True)
    except TransportError as error:
        upstream.failure(error)
    else:
        await exchange.send(b"")


def passed_headers(
    reply: Reply, upstream: Upstream
) -> tuple[list[tuple[bytes, bytes]], int | None]:
    """The headers for the caller, and the body's length when the upstream announced one."""
    headers: list[tuple[bytes, bytes]] = []
    length: int | None = None
    for name, value in reply.headers.items():
        lower = name.lower()
        passed = PASSED.get(lower)
        if passed is not None:
            headers.append((passed, _bytes(value)))
        elif lower == "content-length":
            if value.isascii() and value.isdigit():
                length = int(value)
        elif lower == "x-request-id":
            headers.append((b"x-upstream-request-id", _bytes(value)))
        elif lower in ("location", "content-location") and _is_safe(value, upstream):
            headers.append((lower.encode("ascii"), _bytes(value)))
    if not _is_inert(reply.headers.get("content-type", "")):
        headers.append(SANDBOX)
    if length is not None and reply.status not in (204, 304):
        headers.append((b"content-length", str(length).encode("ascii")))
    return headers, length


def _bytes(value: str) -> bytes:
    """A header value as it came, without anything that could end the header."""
    return value.encode("utf-8", "surrogateescape").translate(None, _CONTROLS)


_CONTROLS = bytes(code for code in range(32) if code != 9) + b"\x7f"


@lru_cache(maxsize=256)
def _is_inert(media_type: str) -> bool:
    """Whether no browser runs a document of this type as a page of this server."""
    bare = media_type.partition(";")[0].strip().lower()
    return bare in _INERT or (
        bare.startswith(("image/", "audio/", "video/")) and "xml" not in bare
    )


def _is_safe(location: str, upstream: Upstream) -> bool:
    """Whether a redirect stays on this server or on the upstream's own origin."""
    if location.startswith(("http://", "https://")):
        return upstream.is_own(location)
    return location.startswith("/") and not location.startswith(("//", "/\\"))
