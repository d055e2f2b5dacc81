# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Ends a request whose time is over, or whose caller has gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

LOOK_AFTER = 0.05
"""Seconds before the limits and the caller are really watched: quick requests pay for one timer and no task."""

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class Watch:
    """Cancels the current task when a time limit passes or the caller disconnects.

    ``reason`` then says which: it is ``""``, ``"gone"`` or the word given to ``limit``.
    """

    __slots__ = (
        "_armed",
        "_limit",
        "_loop",
        "_receive",
        "_task",
        "_timer",
        "_watched",
        "_watcher",
        "reason",
    )

    def __init__(self, receive: Receive) -> None:
        """``receive`` is the request's own; it is not called before ``caller``."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._receive = receive
        self._limit: tuple[float, str] | None = None
        self._armed = False
        self._watched = False
        self._watcher: asyncio.Task[None] | None = None
        self._timer = self._loop.call_later(LOOK_AFTER, self._arm)
        self.reason = ""

    def limit(self, seconds: float, word: str) -> None:
        """About ``seconds`` remain from now on; replaces the limit before."""
        self._limit = seconds, word
        if self._armed:
            self._start_limit()

    def caller(self) -> None:
        """Watch for a disconnect from now on; the request's body must have been read."""
        self._watched = True
        if self._armed:
            self._start_watcher()

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()

    def _arm(self) -> None:
        """The request takes longer than most: start what was asked for."""
        self._armed = True
        if self._limit is not None:
            self._start_limit()
        if self._watched:
            self._start_watcher()

    def _start_limit(self) -> None:
        if self._limit is not None:
            self._timer.cancel()
            self._timer = self._loop.call_later(
                self._limit[0], self._end, self._limit[1]
            )

    def _start_watcher(self) -> None:
        if self._watcher is None:
            self._watcher = self._loop.create_task(self._wait())

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._end("gone")

    def _end(self, reason: str) -> None:
        if not self.reason and self._task is not None:
            self.reason = reason
            self._task.cancel()
