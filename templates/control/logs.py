"""The log of this process: its last lines, its level, and a stream of what is said from now on."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from ..server.logs import JsonLines
from ..server.problems import Problem
from ..web.exchange import Exchange
from .endpoints import Answer, Get, Put
from .site import Control

PATH = "/logs"
LEVELS = ("debug", "info", "warning", "error")
_WAITING = 1000
"""Lines that a follower may lag behind; one that reads more slowly misses some."""
_SECONDS = 15.0
_STREAM = (
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
)


class Tail(logging.Handler):
    """The last lines of the log, and those who follow it."""

    def __init__(self, size: int) -> None:
        """``size`` is how many lines are kept."""
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines: deque[str] = deque(maxlen=size)
        self.followers: set[asyncio.Queue[str]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """A record of any thread."""
        line = self.format(record)
        if self._loop is None:
            self.lines.append(line)
        else:
            self._loop.call_soon_threadsafe(self.add, line)

    def add(self, line: str) -> None:
        """One more line, said in the event loop's thread."""
        line = line.rstrip("\n")
        self.lines.append(line)
        for queue in self.followers:
            if not queue.full():
                queue.put_nowait(line)

    def follow(self) -> asyncio.Queue[str]:
        """Get every line from now on."""
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[str] = asyncio.Queue(_WAITING)
        self.followers.add(queue)
        return queue


def pages(control: Control, tail: Tail) -> Iterator[Get | Put | Stream]:
    """``/logs``, and what of it is switched on."""
    yield Get(PATH, lambda path, query: (200, _shown(tail, query)))
    if control.levels:
        yield Put(PATH, _changed)
    if control.followers:
        yield Stream(tail, control.followers)


def _shown(tail: Tail, query: Mapping[str, str]) -> dict[str, Any]:
    """The last lines, all of a level or of a request when the query asks for one."""
    logs = [json.loads(line) for line in list(tail.lines)]
    for name in ("level", "request_id"):
        if wanted := query.get(name):
            logs = [item for item in logs if item.get(name) == wanted]
    return {"level": _level(), "logs": logs}


def _level() -> str:
    return logging.getLevelName(logging.getLogger().level).lower()


def _changed(given: dict[str, Any]) -> Answer:
    level = given.get("level")
    if set(given) != {"level"} or level not in LEVELS:
        words = f"the body must be {{\"level\": …}}, one of: {', '.join(LEVELS)}"
        return 400, {"error": words}
    logging.getLogger().setLevel(str(level).upper())
    return 200, {"level": level}


class Stream:
    """``/logs/stream``: server-sent events, one for each line."""

    method = "GET"
    path = f"{PATH}/stream"
    multi: tuple[str, ...] = ()

    def __init__(self, tail: Tail, most: int) -> None:
        """``most`` may follow at a time."""
        self._tail = tail
        self._most = most

    async def __call__(self, exchange: Exchange, path_values: tuple[str, ...]) -> None:
        """Send lines until the caller leaves, or the server stops."""
        exchange.body_read = not exchange.expects_body()
        if len(self._tail.followers) >= self._most:
            busy = [("retry-after", "5")]
            raise Problem(503, "Enough callers follow the log.", headers=busy)
        queue = self._tail.follow()
        left = asyncio.ensure_future(_leaving(exchange))
        try:
            await exchange.start(200, _STREAM)
            await self._send(exchange, queue, left)
        finally:
            left.cancel()
            self._tail.followers.discard(queue)

    async def _send(
        self, exchange: Exchange, queue: asyncio.Queue[str], left: asyncio.Future[None]
    ) -> None:
        while not left.done():
            line = asyncio.ensure_future(queue.get())
            done, _ = await asyncio.wait(
                (line, left), timeout=_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            if line in done:
                await exchange.send(f"data: {line.result()}\n\n".encode(), True)
                continue
            line.cancel()
            if not done:
                await exchange.send(b": ping\n\n", True)


async def _leaving(exchange: Exchange) -> None:
    """Return when the caller has left."""
    while (await exchange.receive())["type"] != "http.disconnect":
        pass
