# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""uvicorn's HTTP protocol with bounds it lacks: how many connections, how large a head, how slow a caller."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, cast

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
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
_FRAMING = frozenset({b"content-length", b"transfer-encoding"})
_INVALID = "Invalid HTTP request received."


def protocol(settings: Settings) -> Any:
    """The protocol, as uvicorn takes it, with the bounds of ``settings``."""
    return partial(BoundedProtocol, settings)


class BoundedProtocol(HttpToolsProtocol):
    """Closes connections whose request line and headers are too long or do not end.

    So it does with those that still send a body long after it has been answered, with those whose caller takes nothing
    of an answer, and with more of them than there may be. Trailers are dropped: who guards a server by its headers has
    not seen them. Requests for another protocol (``Upgrade``) are answered in this one, the last of their connection.
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
        self._upgrades = False
        self._has_come = False
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
        """Parse ``data``; what is wholly inside a head, or is no body after it, counts against the head's bound."""
        was_in_head, was_in_body = self._in_head, self._in_body
        self._has_come = False
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self._refuse()
            return
        except httptools.HttpParserUpgrade as found:
            self._pass_over(data[found.args[0] :])
            return
        if self._in_head:
            self._start_clock(self._head_seconds)
            if was_in_head:
                self._grow(len(data))
        elif was_in_body and self._in_body and not self._has_come:
            self._grow(len(data))

    def _grow(self, size: int) -> None:
        """Count ``size`` bytes of a head, of trailers or of chunk extensions."""
        self._head_size += size
        if self._head_size > LARGEST_HEAD and not self.transport.is_closing():
            if self._is_answering():
                self.transport.abort()
            else:
                self.transport.write(_TOO_LARGE)
                self.transport.close()

    def _is_answering(self) -> bool:
        """Whether bytes that are written now would be taken for a part of an answer, or for another request's."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return False
        own = self._in_body and not self.pipeline
        return not own or cycle.response_started

    def _refuse(self) -> None:
        """What has come is no HTTP; the answers to requests before it are sent first."""
        self.logger.warning(_INVALID)
        if not self._is_answering():
            self.send_400_response(_INVALID)
        elif self._in_body:
            self.transport.abort()
        else:
            self.cycle.keep_alive = False

    def _pass_over(self, data: bytes) -> None:
        """Go on in HTTP/1.1 with ``data`` after the head of a request for another protocol, which may have a body."""
        framing = [pair for pair in self.scope["headers"] if pair[0] in _FRAMING]
        head = b"".join(b"%b: %b\r\n" % pair for pair in framing)
        self._upgrades = False
        self.parser = httptools.HttpRequestParser(_Body(self))
        self.data_received(
            b"POST / HTTP/1.1\r\n%b\r\n" % (head or b"content-length: 0\r\n") + data
        )

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
        self.headers = _DROPPED
        if self.parser.should_upgrade():
            self._upgrades = True
            self.cycle.keep_alive = False
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

    def on_body(self, body: bytes) -> None:
        """A piece of the body, which nobody wants once it has been answered."""
        self._has_come = True
        self._head_size = 0
        cycle = self.cycle
        if not cycle.response_complete:
            cycle.body += body
            if len(cycle.body) > HIGH_WATER_LIMIT:
                self.flow.pause_reading()
            cycle.message_event.set()

    def on_message_complete(self) -> None:
        """The body has ended."""
        if self._upgrades:  # it only begins
            return
        self._in_body = False
        self._head_size = 0
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


class _Dropped(list[tuple[bytes, bytes]]):
    """Takes trailers, and keeps none."""

    def append(self, pair: tuple[bytes, bytes], /) -> None:
        """Forget it."""


_DROPPED = _Dropped()


class _Body:
    """What a parser tells of the body of one request; nothing after it is a request."""

    def __init__(self, owner: BoundedProtocol) -> None:
        """``owner`` hears of the body."""
        self._owner = owner
        self._ended = False

    def on_body(self, body: bytes) -> None:
        """A piece."""
        if not self._ended:
            self._owner.on_body(body)

    def on_message_complete(self) -> None:
        """The end."""
        if not self._ended:
            self._ended = True
            self._owner.on_message_complete()
