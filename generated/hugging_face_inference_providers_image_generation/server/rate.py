# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""How many requests one caller may send."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from time import monotonic

from .problems import Problem
from .settings import Settings

_MOST = 16384
"""Callers that are remembered: a flood of new ones costs no more memory than that."""

_CREDENTIALS = (b"authorization", b"x-api-key")


class Rate:
    """At most ``rate`` requests of a caller within a minute, all at once or spread over it.

    A caller is known by its credential where callers need one, else by its address.
    """

    def __init__(self, settings: Settings, *, asks_callers: bool) -> None:
        """``asks_callers``: credentials have been checked before."""
        self._pause = 60.0 / settings.rate
        self._asks_callers = asks_callers
        self._free: dict[object, float] = {}
        """Caller → when all of what it has sent counts no longer."""

    def check(
        self, headers: Mapping[bytes, bytes], client: tuple[str, int] | None
    ) -> None:
        """Count a request of ``client``, its address and port; raises ``Problem`` 429 with ``Retry-After``."""
        caller = self._caller(headers) or (client[0] if client else "")
        now = monotonic()
        free = max(self._free.pop(caller, 0.0), now) + self._pause
        over = free - now - 60.0
        self._free[caller] = free - self._pause if over > 0 else free
        if len(self._free) > _MOST:
            del self._free[next(iter(self._free))]
        if over > 0:
            raise Problem(
                429,
                "Too many requests of this caller.",
                headers=[("retry-after", str(ceil(over)))],
            )

    def _caller(self, headers: Mapping[bytes, bytes]) -> object:
        """What tells callers apart by their credentials, which are not kept."""
        if not self._asks_callers:
            return None
        given = tuple(headers[name] for name in _CREDENTIALS if name in headers)
        return hash(given) if given else None


def rate(settings: Settings, *, asks_callers: bool) -> Rate | None:
    """The limit of ``settings``; ``None``: there is none."""
    return Rate(settings, asks_callers=asks_callers) if settings.rate else None
