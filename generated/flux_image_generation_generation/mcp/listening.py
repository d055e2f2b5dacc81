# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""A stream of news for a session, which would last for ever: it ends when the server stops."""

from __future__ import annotations

import asyncio

from .heartbeat import Message, Receive


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
