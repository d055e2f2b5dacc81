# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""A call while it is being made: what has been tried, what is left."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._runtime.errors import ClientClosed, ReplyTooLarge, TimedOut, TransportError
from .._runtime.request import Request, Timeouts, redirected
from .._runtime.retry import Retry
from ._call import Call
from ._options import RequestOptions

if TYPE_CHECKING:
    from .._runtime.handshake import Handshake

_HOPS = 5


class Attempt:
    """One call; ``timeouts`` and ``retry`` are the client's own."""

    __slots__ = (
        "_hops",
        "_retry",
        "_start",
        "_timeouts",
        "_tried",
        "call",
        "handshake",
        "options",
        "request",
    )

    def __init__(
        self,
        call: Call[Any],
        request: Request,
        options: RequestOptions,
        timeouts: Timeouts,
        retry: Retry,
        handshake: Handshake | None = None,
    ) -> None:
        self.call = call
        self.handshake = handshake
        self.request = request
        self.options = options
        timeout, retries = options.timeout, options.retries
        self._timeouts = timeouts if timeout is None else Timeouts.of(timeout)
        self._retry = retry if retries is None else Retry.of(retries)
        self._start = time.monotonic()
        self._tried = 0
        self._hops = 0

    def timeouts(self) -> Timeouts:
        """The limits of the next try. Raises ``TimedOut`` when no time is left."""
        total = self._timeouts.total
        if total is None:
            return self._timeouts
        left = self._start + total - time.monotonic()
        if left <= 0:
            raise TimedOut("the call took longer than its total limit")
        return self._timeouts.within(left)

    def after_reply(self, status: int, headers: Mapping[str, str]) -> float | None:
        """Seconds until the next try, or ``None`` when the reply stands."""
        if status < 300:
            return None
        if status < 400:
            location = headers.get("location")
            following = redirected(self.request, status, location)
            if following is None or self._hops == _HOPS:
                return None
            self._hops += 1
            self.request = following
            return 0.0
        wait = self._retry.after_status(status, headers, self._tried, self._safe())
        return self._again(wait)

    def after_error(self, error: TransportError) -> float:
        """Seconds until the next try. Raises ``error`` when there is none."""
        if isinstance(error, (ClientClosed, ReplyTooLarge)):
            raise error
        wait = self._again(self._retry.after_error(error, self._tried, self._safe()))
        if wait is None:
            raise error
        return wait

    def _safe(self) -> bool:
        """Whether the server may see the request twice."""
        return self.call.operation.idempotent or self.options.retry_unsafe

    def _again(self, wait: float | None) -> float | None:
        """``wait`` if the body can be sent again and there is time for it."""
        if wait is None or not self.request.replayable:
            return None
        limit = self._retry.total
        if self._timeouts.total is not None:
            limit = min(limit, self._timeouts.total)
        if time.monotonic() - self._start + wait > limit:
            return None
        self._tried += 1
        return wait
