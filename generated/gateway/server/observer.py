# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What is noted of every request of a server: counts, a line of the log, a span where traces are recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING

from .accesslog import AccessLog
from .meter import Counts, Meter, escaped, page
from .settings import Settings
from .tracecontext import PARENT, given, received
from .tracesetup import tracer

if TYPE_CHECKING:
    from .tracing import Span

HEALTH = "/healthz"
"""Says that the process answers. It and ``READY`` answer every caller: probes of a cluster name an address."""
READY = "/readyz"
"""Says whether the server wants more work: not after a stop signal, and not while it refuses requests."""
METRICS = "/metrics"


class Seen:
    """A request that has begun. ``onward`` are the headers that go with every call of the upstream."""

    __slots__ = ("onward", "request_id", "span", "started")

    def __init__(self, onward: dict[str, str], request_id: str) -> None:
        """It begins now."""
        self.started = perf_counter()
        self.onward = onward
        self.request_id = request_id
        self.span: Span | None = None


class Observer:
    """Sees every request of one server from its begin to its end."""

    def __init__(
        self, adapter: str, settings: Settings, active: Callable[[], int]
    ) -> None:
        """``adapter`` is the kind of the server, ``active`` tells how many requests are being answered."""
        self.adapter = adapter
        self.meter = Meter(adapter, active) if settings.metrics else None
        self.log = AccessLog(settings.access_log, adapter)
        self.beside: tuple[Counts, ...] = ()
        """What other processes behind the same port have counted."""
        self._traces = settings.traces
        self._b3 = settings.propagation == "b3"
        self._tracer = tracer(settings) if settings.traces else None

    def rename(self, adapter: str) -> None:
        """Call the server something else than its kind, as there are several."""
        self.adapter = self.log.server = escaped(adapter)
        if self.meter is not None:
            self.meter.adapter = self.adapter

    def begin(self, headers: Mapping[bytes, bytes], request_id: str) -> Seen:
        """A request begins; ``headers`` have lower-case names."""
        onward = {"X-Request-ID": request_id}
        if self._traces and (b"traceparent" in headers or self._b3):
            onward.update(received(headers, self._b3))
        return Seen(onward, request_id)

    def named(self, seen: Seen, parent: object, state: object) -> None:
        """Take the trace that the body of a request names, unless its headers have named one."""
        if self._traces and parent is not None and PARENT not in seen.onward:
            seen.onward.update(given(parent, state))

    def trace(self, seen: Seen) -> None:
        """The work begins: record it, if anything is recorded."""
        if self._tracer is not None:
            seen.span = self._tracer.serve(self.adapter, seen.onward)

    def end(
        self,
        seen: Seen,
        method: str,
        route: str,
        operation: str,
        status: int,
        failed: bool = False,
    ) -> None:
        """The request has ended. ``operation`` is what it is counted under, ``status`` 0: the caller has left.

        ``failed``: the answer reports an error although its status does not.
        """
        seconds = perf_counter() - seen.started
        if self.meter is not None:
            self.meter.add(operation, status, seconds, failed)
        if self.log.enabled:
            parent = seen.onward.get(PARENT)
            trace = parent[3:35] if parent else ""
            self.log.add(method, route, status, seconds, seen.request_id, trace, failed)
        if seen.span is not None:
            seen.span.end(operation, status, failed)

    def shed(self) -> None:
        """A request is refused because too many are being answered."""
        if self.meter is not None:
            self.meter.shed += 1

    def page(self, more: tuple[Counts, ...]) -> bytes:
        """The page of metrics, with what others have counted."""
        own = () if self.meter is None else (self.meter.samples,)
        return page((*own, *more, *self.beside))
