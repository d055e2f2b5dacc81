# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""News of files in the modern era: streams opened by ``subscriptions/listen``, bounded in number and time."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

import mcp_types as types

from mcp import MCPError
from mcp.server.subscriptions import (
    InMemorySubscriptionBus,
    ListenHandler,
    ResourcesListChanged,
    ResourceUpdated,
)

from .toolbox import Library, Refused

MOST_STREAMS = 1000
SECONDS = 3600.0
"""Time after which a stream ends in order; its client may open another one."""

MOST_FILES = 100
"""Files that one stream tells of; more are not acknowledged."""

_MOST_PENDING = 200
"""News that wait for a client who does not read; its stream ends then."""


class News:
    """Handles ``subscriptions/listen`` over the files of a library."""

    def __init__(self, library: Library) -> None:
        """``library`` watches."""
        self._library = library
        self._names = count(1)
        self._open: set[ListenHandler] = set()
        self._closed = False

    async def __call__(
        self, context: Any, params: types.SubscriptionsListenRequestParams
    ) -> types.SubscriptionsListenResult:
        """Serve one stream to its end: acknowledge what can change here, then tell of it."""
        if len(self._open) >= MOST_STREAMS:
            raise MCPError(code=types.INTERNAL_ERROR, message="Too many streams")
        bus = InMemorySubscriptionBus()
        stream = ListenHandler(bus, max_buffered_events=_MOST_PENDING)
        self._open.add(stream)
        timer = asyncio.get_running_loop().call_later(SECONDS, stream.close)
        owner = f"listen-{next(self._names)}"
        try:
            granted = await self._watch(owner, params.notifications, bus)
            if self._closed:
                words = "The server is stopping"
                raise MCPError(code=types.INTERNAL_ERROR, message=words)
            agreed = params.model_copy(update={"notifications": granted})
            return await stream(context, agreed)
        finally:
            timer.cancel()
            self._open.discard(stream)
            self._library.forget(owner)

    def close(self) -> None:
        """End all streams in order, and open no more."""
        self._closed = True
        for stream in self._open:
            stream.close()

    async def _watch(
        self,
        owner: str,
        wanted: types.SubscriptionFilter,
        bus: InMemorySubscriptionBus,
    ) -> types.SubscriptionFilter:
        """Begin to watch what is ``wanted`` and can change; what is granted of it."""

        async def changed(uri: str) -> None:
            await bus.publish(ResourceUpdated(uri) if uri else ResourcesListChanged())

        if wanted.resources_list_changed:
            await self._library.watch(owner, "", changed)
        files: list[str] = []
        for uri in dict.fromkeys(wanted.resource_subscriptions or ()):
            if uri and len(files) < MOST_FILES:
                try:
                    await self._library.watch(owner, uri, changed)
                except Refused:
                    continue
                files.append(uri)
        return types.SubscriptionFilter(
            resources_list_changed=wanted.resources_list_changed,
            resource_subscriptions=files or None,
        )
