# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""When a call is repeated, and how long to wait before that."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping

from .errors import TransportError

_TRANSIENT = frozenset({408, 500, 502, 503, 504})


class Retry:
    """How often and how patiently a call is repeated.

    ``times`` is the number of repetitions after the first try; the wait before the
    n-th is random up to ``first * 2**n`` seconds and at most ``longest``; a server's
    ``Retry-After`` is honoured when it is not longer than ``patience``. No repetition
    starts later than ``total`` seconds after the call began.

    Repeated is what the server has not processed: a connection that failed before
    anything was sent, 429, and 503 with ``Retry-After``. Anything else that may pass
    (408, 500, 502, 503, 504, a lost connection, a time-out) is repeated only when the
    operation is idempotent or the caller allows it (``RequestOptions.retry_unsafe``).
    A body that cannot be sent twice is never repeated.
    """

    __slots__ = ("first", "longest", "patience", "times", "total")

    def __init__(
        self,
        times: int = 2,
        *,
        first: float = 0.5,
        longest: float = 8.0,
        patience: float = 60.0,
        total: float = 120.0,
    ) -> None:
        self.times = times
        self.first = first
        self.longest = longest
        self.patience = patience
        self.total = total

    @classmethod
    def of(cls, value: Retry | int | None) -> Retry:
        """``value`` itself, or that many repetitions; ``None`` is the default."""
        if isinstance(value, Retry):
            return value
        return DEFAULT_RETRY if value is None else cls(value)

    def after_error(
        self, error: TransportError, tried: int, safe: bool
    ) -> float | None:
        """Seconds to wait after a failure to connect, send or read; ``None`` to stop."""
        if tried >= self.times or (error.sent and not safe):
            return None
        return self._backoff(tried)

    def after_status(
        self, status: int, headers: Mapping[str, str], tried: int, safe: bool
    ) -> float | None:
        """Seconds to wait after a reply; ``None`` when it stands."""
        if status not in _TRANSIENT and status != 429:
            return None
        if tried >= self.times:
            return None
        wait = retry_after(headers)
        refused = status == 429 or (status == 503 and wait is not None)
        if not safe and not refused:
            return None
        if wait is None:
            return self._backoff(tried)
        if wait > self.patience:
            return None
        return wait + random.uniform(0, min(0.1 * wait, 1.0))  # noqa: S311

    def _backoff(self, tried: int) -> float:
        """A random wait that doubles on average with each repetition."""
        most = min(self.longest, self.first * 2**tried)
        return random.uniform(most / 2, most)  # noqa: S311

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={getattr(self, name)}" for name in self.__slots__)
        return f"Retry({values})"


DEFAULT_RETRY = Retry()


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The wait a server asks for, in seconds: given as a number or as a date."""
    value = headers.get("retry-after")
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.replace(".", "", 1).isdigit():
        return float(value)
    from email.utils import parsedate_to_datetime

    try:
        wait = parsedate_to_datetime(value).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, wait)
