"""The way to one upstream: so many calls at a time, so many that wait for their turn, and none while it is down."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import deque
from math import ceil
from time import monotonic

from .problems import Problem
from .settings import Settings

_DOWN = frozenset({502, 504})
"""Replies that a proxy gives for an upstream that gave none; a 503 may be about one model or one caller."""

logger = logging.getLogger(__name__)


class Flow:
    """The calls of one upstream.

    At most ``max_calls`` run, each to the end of its reply; ``max_waiting`` wait, in order, for ``waiting_timeout``.
    After ``breaker_failures`` calls in a row without a reply (or with 502 or 504 for one), none is made for
    ``breaker_seconds``; then one is, and one more each time as long has passed again, until one is answered.
    """

    def __init__(self, name: str, settings: Settings) -> None:
        """``name`` is the upstream's in metrics and in the log."""
        self.name = name
        self.active = 0
        self.repeated = 0
        self.refused = {"busy": 0, "down": 0}
        self.opened = 0
        self._most = settings.max_calls or sys.maxsize
        self._most_waiting = settings.max_waiting
        self._patience = settings.waiting_timeout
        self._enough = settings.breaker_failures or sys.maxsize
        self._pause = settings.breaker_seconds
        self._failures = 0
        self._until = 0.0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn."""
        return len(self._waiting)

    @property
    def is_open(self) -> bool:
        """Whether the upstream is taken to be down."""
        return self._until > 0

    def enter(self) -> bool:
        """Take a turn, which ``leave`` gives back; false: it has to be waited for. Raises ``Problem`` 503."""
        if self._until:
            self._admit()
        if self.active < self._most:
            self.active += 1
            return True
        if len(self._waiting) >= self._most_waiting:
            raise self._refusal("busy", 1)
        return False

    async def wait(self) -> None:
        """Take a turn when it comes. Raises ``Problem`` 503."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self._patience):
                await turn
            if self._until:
                self._admit()
        except TimeoutError:
            self._give_up(turn)
            raise self._refusal("busy", 1) from None
        except BaseException:
            self._give_up(turn)
            raise

    def leave(self) -> None:
        """Give a turn back: the call that has waited longest gets it."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.active -= 1

    def answered(self, status: int) -> None:
        """A reply has come."""
        if status in _DOWN:
            self.failed()
        elif self._failures:
            if self._until:
                logger.warning("upstream %s answers again", self.name)
            self._failures = 0
            self._until = 0.0

    def failed(self) -> None:
        """No reply has come."""
        self._failures += 1
        if self._failures < self._enough:
            return
        if not self._until:
            self.opened += 1
            words = "upstream %s is down: %d calls failed in a row"
            logger.error(words, self.name, self._failures)
        self._until = monotonic() + self._pause

    def _admit(self) -> None:
        """Let one call through after each pause, and refuse the others."""
        now = monotonic()
        if now < self._until:
            raise self._refusal("down", ceil(self._until - now))
        self._until = now + self._pause

    def _give_up(self, turn: asyncio.Future[None]) -> None:
        """Wait no longer; a turn that has come goes to the next one."""
        if turn.done() and not turn.cancelled():
            self.leave()
        elif turn in self._waiting:
            self._waiting.remove(turn)

    def _refusal(self, word: str, seconds: int) -> Problem:
        self.refused[word] += 1
        return Problem(
            503,
            f"The upstream service is {word}; try again in {seconds} s.",
            headers=[("retry-after", str(seconds))],
        )
