# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Keeps the connection of a slow call open: an event stream with comments, or with progress, instead of silence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

import msgspec

from ..server.patrol import patrol

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

SECONDS = 15.0
"""Silence after which the answer becomes an event stream: proxies close idle connections."""

TELLING = 5.0
"""The same where the caller wants to hear of progress: clients give up on what is silent."""

_PROGRESS = "notifications/progress"
_STREAM = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
]
_JSON = (b"content-type", b"application/json")


class Heartbeat:
    """Answers one request: as JSON when the answer comes soon, else as an event stream."""

    __slots__ = ("_patrol", "_send", "_streaming", "_task", "_timer")

    seconds = SECONDS

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
        """Send no more signs of life."""
        self._patrol.remove(self)
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()

    def arm(self) -> None:
        """The call takes longer than most: start the clock."""
        self._timer = self._patrol.loop.call_later(self.seconds, self._begin)

    def _begin(self) -> None:
        self._task = self._patrol.loop.create_task(self._beat())

    async def _beat(self) -> None:
        while True:
            await self.say(self.sign())
            await asyncio.sleep(self.seconds)

    def sign(self) -> bytes:
        """A sign of life, as an event."""
        return b": ping\r\n\r\n"

    async def say(self, event: bytes) -> None:
        """Send an event; the answer is an event stream from then on."""
        if not self._streaming:
            self._streaming = True
            start = {"type": "http.response.start", "status": 200}
            await self._send({**start, "headers": list(_STREAM)})
        part = {"type": "http.response.body", "body": event, "more_body": True}
        await self._send(part)


class Progress(Heartbeat):
    """Tells of progress besides: each upstream call that is done counts one, and waiting counts parts of one."""

    __slots__ = ("_done", "_head", "_name", "_waits")

    seconds = TELLING

    def __init__(self, send: Send, token: int | str, name: str) -> None:
        """``token`` is the caller's, ``name`` the tool's."""
        super().__init__(send)
        self._head = {"progressToken": token}
        self._name = name
        self._done = 0
        self._waits = 0

    async def tell(self, what: str) -> None:
        """The upstream call ``what`` is done."""
        self._done += 1
        self._waits = 0
        await self.say(self._event(self._done, f"{what} is done"))

    def sign(self) -> bytes:
        """A sign of life; each counts more than the one before and less than a call that is done."""
        self._waits += 1
        part = self._waits / (self._waits + 1)
        return self._event(self._done + part, f"{self._name} still runs")

    def _event(self, progress: float, message: str) -> bytes:
        params = {**self._head, "progress": progress, "message": message}
        note = {"jsonrpc": "2.0", "method": _PROGRESS, "params": params}
        return b"event: message\r\ndata: %b\r\n\r\n" % msgspec.json.encode(note)


async def answer_json(send: Send, body: bytes, status: int = 200) -> None:
    """Send a JSON document (or, with status 202, nothing) as the whole answer."""
    length = (b"content-length", str(len(body)).encode("ascii"))
    headers = [_JSON, length]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
