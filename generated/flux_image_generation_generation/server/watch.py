# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Ends a request whose time is over, or whose caller has gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from .patrol import patrol

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class Watch:
    """Cancels the current task when a time limit passes or the caller disconnects.

    ``reason`` then says which: it is ``""``, ``"gone"`` or the word given to ``limit``. Neither is looked at before the
    request has lasted for a round of the patrol.
    """

    __slots__ = (
        "_armed",
        "_limit",
        "_patrol",
        "_receive",
        "_task",
        "_timer",
        "_watched",
        "_watcher",
        "reason",
    )

    def __init__(self, receive: Receive | None = None) -> None:
        """``receive`` is the request's own; it is not called before ``caller``, which needs it."""
        self._patrol = patrol()
        self._task = asyncio.current_task(self._patrol.loop)
        self._receive = receive
        self._limit: tuple[float, str] | None = None
        self._armed = False
        self._watched = False
        self._watcher: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._patrol.add(self)
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
        self._patrol.remove(self)
        if self._timer is not None:
            self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()

    def over(self) -> bool:
        """Whether its limit, and nothing else, has cancelled the task, which goes on."""
        if self._task is None or self.reason in ("", "gone"):
            return False
        return self._task.uncancel() == 0

    def arm(self) -> None:
        """The request takes longer than most: start what was asked for."""
        self._armed = True
        if self._limit is not None:
            self._start_limit()
        if self._watched:
            self._start_watcher()

    def _start_limit(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._limit is not None:
            self._timer = self._patrol.loop.call_later(
                self._limit[0], self._end, self._limit[1]
            )

    def _start_watcher(self) -> None:
        if self._watcher is None and self._receive is not None:
            self._watcher = self._patrol.loop.create_task(self._wait(self._receive))

    async def _wait(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._end("gone")

    def _end(self, reason: str) -> None:
        if not self.reason and self._task is not None:
            self.reason = reason
            self._task.cancel()
