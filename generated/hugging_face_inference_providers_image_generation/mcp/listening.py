# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Streams of news, which would last for ever: told from other requests, and ended when the server stops."""

from __future__ import annotations

import asyncio

from .heartbeat import Message, Receive
from .wire import MODERN

LISTEN = "subscriptions/listen"
LARGEST_LISTEN = 256 * 1024
"""Bytes of a request for a stream."""


def is_listen(headers: dict[bytes, bytes]) -> bool:
    """Whether a request says that it opens a stream of the modern era; the SDK refuses one whose body does not."""
    version = headers.get(b"mcp-protocol-version", b"")
    return headers.get(b"mcp-method") == _LISTEN and version == _MODERN


_LISTEN, _MODERN = LISTEN.encode(), MODERN.encode()


def until(stopped: asyncio.Event, receive: Receive) -> Receive:
    """``receive``, which says that the caller has left once ``stopped`` is set."""

    async def received() -> Message:
        ways = asyncio.ensure_future(receive()), asyncio.ensure_future(stopped.wait())
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            return ways[0].result() if ways[0].done() else {"type": "http.disconnect"}
        finally:
            for way in ways:
                way.cancel()

    return received
