"""Who wants to know when files change: looked at every few seconds, while somebody does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from ..mcp.toolbox import Refused, Tell

SECONDS = 2.0
MOST = 4000
"""Subscriptions that are kept; beyond, the oldest one ends."""

PATIENCE = 5.0
"""Seconds that a client may take to hear of one change; its subscription ends then."""

logger = logging.getLogger(__name__)


class Subscriptions:
    """The subscriptions of all clients of one server."""

    def __init__(self, stamp: Callable[[str], Awaitable[object]]) -> None:
        """``stamp`` is another value when a file has changed; it raises ``Refused`` for what is no file."""
        self._stamp = stamp
        self._kept: dict[tuple[str, str], Tell] = {}
        self._stamps: dict[str, object] = {}
        self._task: asyncio.Task[None] | None = None

    async def add(self, owner: str, uri: str, tell: Tell) -> None:
        """``tell`` the client ``owner`` of changes. Raises ``Refused``."""
        stamp = await self._stamp(uri)
        self._stamps.setdefault(uri, stamp)
        self._kept.pop((owner, uri), None)
        self._kept[owner, uri] = tell
        if len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())

    def remove(self, owner: str, uri: str) -> None:
        """Tell no more."""
        self._kept.pop((owner, uri), None)

    def forget(self, owner: str) -> None:
        """Tell ``owner`` nothing any more."""
        for key in [key for key in self._kept if key[0] == owner]:
            del self._kept[key]

    async def close(self) -> None:
        """Forget all."""
        self._kept.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _look(self) -> None:
        """Compare until there is nobody left; each file once, however many want to know."""
        while self._kept:
            await asyncio.sleep(SECONDS)
            wanted = {uri for _, uri in self._kept}
            for uri in [*self._stamps]:
                if uri in wanted:
                    await self._compare(uri)
                else:
                    del self._stamps[uri]

    async def _compare(self, uri: str) -> None:
        """Tell of a change; a file that is gone is one."""
        try:
            now = await self._stamp(uri)
        except Refused:
            now = None
        if now != self._stamps[uri]:
            self._stamps[uri] = now
            keys = [key for key in self._kept if key[1] == uri]
            await asyncio.gather(*(self._tell(key, self._kept[key]) for key in keys))

    async def _tell(self, key: tuple[str, str], tell: Tell) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await tell(key[1])
        except Exception as error:
            logger.info("a subscription ends: %s", type(error).__name__)
            self._kept.pop(key, None)
