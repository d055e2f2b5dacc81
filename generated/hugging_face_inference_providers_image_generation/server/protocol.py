# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""uvicorn's HTTP protocol with bounds it lacks: size of a request's head, and time to send head and unwanted body."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 64 * 1024
HEAD_SECONDS = 30.0
DRAIN_SECONDS = 10.0

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/problem+json\r\n"
    b"content-length: 77\r\nconnection: close\r\n\r\n"
    b'{"type":"about:blank","title":"Request Header Fields Too Large","status":431}'
)


class BoundedProtocol(HttpToolsProtocol):
    """Closes connections whose request line and headers are too long or do not end.

    So it does with those that still send a body long after it has been answered.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """As uvicorn calls it."""
        super().__init__(*arguments, **options)
        self._in_head = False
        self._in_body = False
        self._head_size = 0
        self._clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock of the first request's head."""
        super().connection_made(transport)
        self._start_clock(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse ``data``; what is wholly inside a head counts against its bound."""
        was_in_head = self._in_head
        super().data_received(data)
        if not self._in_head:
            return
        self._start_clock(HEAD_SECONDS)
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
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body has ended."""
        self._in_body = False
        if self._clock is not None:
            self._stop_clock()
        super().on_message_complete()
        if self.cycle.response_complete:
            self._start_clock(HEAD_SECONDS)

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
