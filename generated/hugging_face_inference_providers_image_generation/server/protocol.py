# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""uvicorn's HTTP protocol with bounds it lacks: how many connections, how large a head, how slow a caller."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import (
    HttpToolsProtocol,
    RequestResponseCycle,
)

from .settings import Settings
from .together import Together

LARGEST_HEAD = 64 * 1024
DRAIN_SECONDS = 10.0
MOST_WAITING = 16
"""Requests of one connection that wait for the answer to another; a caller who sends more is cut off."""

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/problem+json\r\n"
    b"content-length: 77\r\nconnection: close\r\n\r\n"
    b'{"type":"about:blank","title":"Request Header Fields Too Large","status":431}'
)
_TOO_MANY = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-type: application/problem+json\r\n"
    b"content-length: 65\r\nconnection: close\r\n\r\n"
    b'{"type":"about:blank","title":"Service Unavailable","status":503}'
)


def protocol(settings: Settings) -> Any:
    """The protocol, as uvicorn takes it, with the bounds of ``settings``."""
    return partial(BoundedProtocol, settings)


class BoundedProtocol(HttpToolsProtocol):
    """Closes connections whose request line and headers are too long or do not end.

    So it does with those that still send a body long after it has been answered, with those whose caller takes nothing
    of an answer, and with more of them than there may be.
    """

    def __init__(self, settings: Settings, **options: Any) -> None:
        """``options`` are uvicorn's."""
        super().__init__(**options)
        self._head_seconds = settings.head_timeout
        self._answer_seconds = settings.answer_timeout
        self._most = settings.max_connections
        self._stalled: asyncio.TimerHandle | None = None
        self._earlier: list[RequestResponseCycle] = []
        self._in_head = False
        self._in_body = False
        self._head_size = 0
        self._clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock of the first request's head."""
        transport = cast(asyncio.Transport, Together(transport, self.loop))
        super().connection_made(transport)
        self._start_clock(self._head_seconds)
        if len(self.connections) > self._most:
            transport.write(_TOO_MANY)
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks."""
        self._stop_clock()
        self._resumed()
        for cycle in self._earlier:
            cycle.disconnected = True
            cycle.message_event.set()
        self.pipeline.clear()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The caller does not take more for now."""
        super().pause_writing()
        if self._stalled is None:
            self._stalled = self.loop.call_later(
                self._answer_seconds, self.transport.abort
            )

    def resume_writing(self) -> None:
        """The caller takes more."""
        self._resumed()
        super().resume_writing()

    def _resumed(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def data_received(self, data: bytes) -> None:
        """Parse ``data``; what is wholly inside a head counts against its bound."""
        was_in_head = self._in_head
        super().data_received(data)
        if not self._in_head:
            return
        self._start_clock(self._head_seconds)
        if was_in_head:
            self._head_size += len(data)
            if self._head_size > LARGEST_HEAD and not self.transport.is_closing():
                self.transport.write(_TOO_LARGE)
                self.transport.close()

    def on_message_begin(self) -> None:
        """A head begins."""
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head has ended."""
        self._in_head = False
        self._in_body = True
        self._head_size = 0
        if self._clock is not None:
            self._stop_clock()
        before = self.cycle
        super().on_headers_complete()
        if self.pipeline:
            self._wait(before)

    def _wait(self, before: RequestResponseCycle) -> None:
        """A request has come before the answer to that ``before``: read on, to notice a caller who leaves."""
        cycles = (*self._earlier, before)
        self._earlier = [cycle for cycle in cycles if not cycle.response_complete]
        if len(self.pipeline) > MOST_WAITING:
            self.transport.abort()
        else:
            self.flow.resume_reading()

    def on_message_complete(self) -> None:
        """The body has ended."""
        self._in_body = False
        if self._clock is not None:
            self._stop_clock()
        super().on_message_complete()
        if self.cycle.response_complete:
            self._start_clock(self._head_seconds)

    def on_response_complete(self) -> None:
        """The rest of a body that nobody wants may come for a while; closing at once would lose the answer."""
        super().on_response_complete()
        if self._in_body:
            self._start_clock(DRAIN_SECONDS)

    def _start_clock(self, seconds: float) -> None:
        if self._clock is None:
            self._clock = self.loop.call_later(seconds, self.transport.close)

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None
