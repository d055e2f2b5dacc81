# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Keeps the connection of a slow call open: an event stream with comments instead of silence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from ..server.patrol import patrol

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

SECONDS = 15.0
"""Silence after which the answer becomes an event stream: proxies close idle connections."""

_STREAM = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
]
_JSON = (b"content-type", b"application/json")


class Heartbeat:
    """Answers one request: as JSON when the answer comes soon, else as an event stream."""

    __slots__ = ("_patrol", "_send", "_streaming", "_task", "_timer")

    def __init__(self, send: Send) -> None:
        """Starts the clock."""
        self._send = send
        self._streaming = False
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._patrol = patrol()
        self._patrol.add(self)

    async def answer(self, body: bytes) -> None:
        """Send the answer, a JSON document on one line."""
        self.stop()
        if self._streaming:
            event = b"event: message\r\ndata: %b\r\n\r\n" % body
            await self._send({"type": "http.response.body", "body": event})
        else:
            await answer_json(self._send, body)

    def stop(self) -> None:
        """Send no more comments."""
        self._patrol.remove(self)
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()

    def arm(self) -> None:
        """The call takes longer than most: start the clock."""
        self._timer = self._patrol.loop.call_later(SECONDS, self._begin)

    def _begin(self) -> None:
        self._task = self._patrol.loop.create_task(self._beat())

    async def _beat(self) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": list(_STREAM)}
        await self._send(start)
        self._streaming = True
        while True:
            comment = {"type": "http.response.body", "body": b": ping\r\n\r\n"}
            await self._send({**comment, "more_body": True})
            await asyncio.sleep(SECONDS)


async def answer_json(send: Send, body: bytes, status: int = 200) -> None:
    """Send a JSON document (or, with status 202, nothing) as the whole answer."""
    length = (b"content-length", str(len(body)).encode("ascii"))
    headers = [_JSON, length]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
