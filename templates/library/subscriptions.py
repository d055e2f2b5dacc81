"""Who wants to know when a file changes: looked at every few seconds, while somebody does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from ..mcp.toolbox import Refused, Tell

SECONDS = 2.0
MOST = 1000
"""Subscriptions that are kept; beyond, the oldest one ends."""

logger = logging.getLogger(__name__)


class Subscriptions:
    """The subscriptions of all sessions of one server."""

    def __init__(self, stamp: Callable[[str], Awaitable[object]]) -> None:
        """``stamp`` is another value when a file has changed; it raises ``Refused`` for what is no file."""
        self._stamp = stamp
        self._kept: dict[tuple[str, str], tuple[Tell, object]] = {}
        self._task: asyncio.Task[None] | None = None

    async def add(self, owner: str, uri: str, tell: Tell) -> None:
        """``tell`` the session ``owner`` of changes. Raises ``Refused``."""
        stamp = await self._stamp(uri)
        self._kept.pop((owner, uri), None)
        self._kept[owner, uri] = tell, stamp
        if len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())

    def remove(self, owner: str, uri: str) -> None:
        """Tell no more."""
        self._kept.pop((owner, uri), None)

    async def _look(self) -> None:
        """Compare until there is nobody left."""
        while self._kept:
            await asyncio.sleep(SECONDS)
            for key, (tell, before) in list(self._kept.items()):
                try:
                    await self._compare(key, tell, before)
                except Exception as error:
                    logger.info("a subscription ends: %s", type(error).__name__)
                    self._kept.pop(key, None)

    async def _compare(self, key: tuple[str, str], tell: Tell, before: object) -> None:
        """Tell of a change; a file that is gone is one."""
        try:
            now = await self._stamp(key[1])
        except Refused:
            now = None
        if now != before and key in self._kept:
            self._kept[key] = tell, now
            await tell(key[1])
