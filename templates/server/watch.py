"""Ends a request whose time is over, or whose caller has gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

LOOK_AFTER = 0.05
"""Seconds a request runs before a task watches its caller: quick requests never pay for that task."""

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class Watch:
    """Cancels the current task when a time limit passes or the caller disconnects; ``reason`` then says which.

    ``reason`` is ``""``, ``"gone"`` or the word given to ``limit``.
    """

    __slots__ = ("_look", "_loop", "_receive", "_task", "_timer", "_watcher", "reason")

    def __init__(self, receive: Receive) -> None:
        """``receive`` is the request's own; it is not called before ``caller``."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._receive = receive
        self._timer: asyncio.TimerHandle | None = None
        self._look: asyncio.TimerHandle | None = None
        self._watcher: asyncio.Task[None] | None = None
        self.reason = ""

    def limit(self, seconds: float, reason: str) -> None:
        """From now on ``seconds`` remain; replaces the limit before."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, self._end, reason)

    def caller(self) -> None:
        """Watch for a disconnect from now on; the request's body must have been read."""
        self._look = self._loop.call_later(LOOK_AFTER, self._start)

    def stop(self) -> None:
        """Watch no longer."""
        if self._timer is not None:
            self._timer.cancel()
        if self._look is not None:
            self._look.cancel()
        if self._watcher is not None:
            self._watcher.cancel()

    def _start(self) -> None:
        self._watcher = self._loop.create_task(self._wait())

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._end("gone")

    def _end(self, reason: str) -> None:
        if not self.reason and self._task is not None:
            self.reason = reason
            self._task.cancel()
