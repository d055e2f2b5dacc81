# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Tells a caller how its call goes: progress when it gave a token, log messages when it asked for them."""

from __future__ import annotations

import asyncio
import warnings
from contextlib import suppress
from typing import Any

import mcp_types as types

from .heartbeat import TELLING

MOST_LEVELS = 10_000
"""Sessions whose levels are remembered; beyond, the oldest is logged to no more."""

LEVELS = (
    "debug",
    "info",
    "notice",
    "warning",
    "error",
    "critical",
    "alert",
    "emergency",
)


class Telling:
    """How one call goes: each upstream call that is done counts one, and waiting counts parts of one.

    What it says holds names of the document only, never what a caller or a service sent.
    """

    __slots__ = ("_done", "_level", "_name", "_request", "_session", "_task", "_waits")

    def __init__(
        self, session: Any, request: int | str | None, name: str, level: str
    ) -> None:
        """``level`` is the least that is logged to the caller, empty for nothing; progress needs the caller's token."""
        self._session = session
        self._request = request
        self._name = name
        self._level = level
        self._done = 0
        self._waits = 0
        self._task = asyncio.create_task(self._wait())

    async def __call__(self, what: str) -> None:
        """The upstream call ``what`` is done."""
        self._done += 1
        self._waits = 0
        await self._session.report_progress(self._done, None, f"{what} is done")
        await self.log("info", f"{what} is done")

    async def end(self, failed: bool) -> None:
        """The call is over."""
        words = f"{self._name} {'has failed' if failed else 'is done'}"
        await self.log("warning" if failed else "info", words)

    async def log(self, level: str, words: str) -> None:
        """Log ``words`` to the caller, if it wants that much."""
        if self._level and LEVELS.index(level) >= LEVELS.index(self._level):
            await self._session.send_log_message(
                level, words, self._name, related_request_id=self._request
            )

    def stop(self) -> None:
        """Say no more."""
        self._task.cancel()

    async def _wait(self) -> None:
        """Give signs of life; each counts more than the one before and less than a call that is done."""
        with suppress(Exception):  # nobody hears them any more
            while True:
                await asyncio.sleep(TELLING)
                self._waits += 1
                part = self._waits / (self._waits + 1)
                await self._session.report_progress(
                    self._done + part, None, f"{self._name} still runs"
                )


class Logs:
    """How much each session wants to be logged to."""

    def __init__(self, sessions: bool) -> None:
        """Without ``sessions`` nobody is logged to."""
        self._sessions = sessions
        self._levels: dict[str, str] = {}

    def telling(self, context: Any, name: str) -> Telling | None:
        """What tells the caller of ``name`` how its call goes, if it wants to know."""
        meta = context.meta or {}
        level = meta.get(types.LOG_LEVEL_META_KEY) or self._levels.get(
            session_of(context), ""
        )
        level = level if self._sessions else ""
        if not level and meta.get("progress_token") is None:
            return None
        return Telling(context.session, context.request_id, name, level)

    def handlers(self) -> dict[str, Any]:
        """The handler of levels."""
        if not self._sessions:
            return {}
        # The protocol has deprecated log messages; clients of before still ask for them.
        warnings.filterwarnings("ignore", "The logging capability is deprecated")
        return {"on_set_logging_level": self._set_level}

    async def _set_level(
        self, context: Any, params: types.SetLevelRequestParams
    ) -> types.EmptyResult:
        owner = session_of(context)
        self._levels.pop(owner, None)
        self._levels[owner] = params.level
        if len(self._levels) > MOST_LEVELS:
            del self._levels[next(iter(self._levels))]
        return types.EmptyResult()


def session_of(context: Any) -> str:
    """The id of the session of a request; empty on standard input and output, where there is one."""
    if context.request is None:
        return ""
    return str(context.request.headers.get("mcp-session-id", ""))
