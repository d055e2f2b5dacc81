"""Who wants to know when a file changes: looked at every few seconds, while somebody does."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from ..mcp.toolbox import Library, Refused

SECONDS = 2.0
MOST = 1000
"""Subscriptions that are kept; beyond, the oldest one ends."""

logger = logging.getLogger(__name__)


class Subscriptions:
    """The subscriptions of all sessions of one server."""

    def __init__(self, library: Library) -> None:
        """``library`` has the files."""
        self._library = library
        self._kept: dict[tuple[str, str], tuple[Any, object]] = {}
        self._task: asyncio.Task[None] | None = None

    async def add(self, owner: str, uri: str, session: Any) -> None:
        """Tell ``session`` of changes; ``owner`` is its id. Raises ``Refused`` for what is no file."""
        stamp = await self._library.stamp(uri)
        self._kept.pop((owner, uri), None)
        self._kept[owner, uri] = session, stamp
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
            for key, (session, before) in list(self._kept.items()):
                try:
                    await self._compare(key, session, before)
                except Exception as error:
                    logger.info("a subscription ends: %s", type(error).__name__)
                    self._kept.pop(key, None)

    async def _compare(
        self, key: tuple[str, str], session: Any, before: object
    ) -> None:
        """Tell ``session`` when there is a change; a file that is gone is one."""
        try:
            now = await self._library.stamp(key[1])
        except Refused:
            now = None
        if now != before and key in self._kept:
            self._kept[key] = session, now
            await session.send_resource_updated(key[1])
