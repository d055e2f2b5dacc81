"""The last traces of this process, kept in memory: ``/traces`` and ``/traces/{traceId}``.

They are what OpenTelemetry's SDK records; without it there are none.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import import_module
from threading import Lock
from typing import Any

from .endpoints import Answer, Get

_MOST_SPANS = 200
"""Spans of one trace that are kept."""

_INACTIVE = {"error": "no traces are recorded: opentelemetry-sdk is not installed"}


class Recent:
    """The last traces, each with its spans; a span processor of the SDK, which may call it from any thread."""

    def __init__(self, size: int) -> None:
        """``size`` is how many traces are kept."""
        self.size = size
        self._traces: OrderedDict[str, list[dict[str, Any]]] = OrderedDict()
        self._lock = Lock()

    def on_start(self, span: Any, parent_context: Any = None) -> None:
        """Nothing yet."""

    def on_end(self, span: Any) -> None:
        """Keep a span; the oldest trace goes when there are too many."""
        context = span.context
        made = _described(span)
        with self._lock:
            spans = self._traces.setdefault(f"{context.trace_id:032x}", [])
            if len(spans) < _MOST_SPANS:
                spans.append(made)
            while len(self._traces) > self.size:
                self._traces.popitem(last=False)

    def _on_ending(self, span: Any) -> None:
        """The SDK calls it before a span ends."""

    def shutdown(self) -> None:
        """Nothing to end."""

    def force_flush(self, timeout_millis: int = 0) -> bool:
        """Nothing to send."""
        return True

    def all(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Ids and spans, the newest first."""
        with self._lock:
            return [(k, list(v)) for k, v in reversed(self._traces.items())]


def recent(size: int) -> Recent:
    """A buffer that gets every span of this process from now on."""
    found = Recent(size)
    provider: Any = import_module("opentelemetry.trace").get_tracer_provider()
    provider.add_span_processor(found)
    return found


def pages(buffer: Recent | None) -> Iterator[Get]:
    """The pages; without a buffer they say so."""

    def listed(path: tuple[str, ...], query: Mapping[str, str]) -> Answer:
        return (503, _INACTIVE) if buffer is None else (200, _listed(buffer, query))

    def single(path: tuple[str, ...], query: Mapping[str, str]) -> Answer:
        found = dict(buffer.all()).get(path[0].lower()) if buffer else None
        if buffer is None:
            return 503, _INACTIVE
        if found is None:
            return 404, {"error": "there is no such trace, or no longer"}
        return 200, {**_summary(path[0].lower(), found), "spans": found}

    yield Get("/traces", listed)
    yield Get("/traces/{traceId}", single)


def _listed(buffer: Recent, query: Mapping[str, str]) -> dict[str, Any]:
    kept = buffer.all()
    traces = [_summary(trace, spans) for trace, spans in kept]
    operation, status = query.get("operation", ""), query.get("status", "").upper()
    shown = [
        item
        for item in traces
        if operation in item["operation"] and status in ("", item["status"])
    ]
    return {"traces": shown, "bufferSize": buffer.size, "bufferUsed": len(kept)}


def _summary(trace: str, spans: list[dict[str, Any]]) -> dict[str, Any]:
    """A trace in the words of its outermost span, which ends last."""
    root = spans[-1]
    return {
        "traceId": trace,
        "operation": root["name"],
        "durationMs": root["durationMs"],
        "status": root["status"],
        "spanCount": len(spans),
        "timestamp": root["timestamp"],
    }


def _described(span: Any) -> dict[str, Any]:
    failed = span.status.status_code.name == "ERROR"
    start = datetime.fromtimestamp(span.start_time / 1e9, UTC)
    return {
        "spanId": f"{span.context.span_id:016x}",
        "parentSpanId": f"{span.parent.span_id:016x}" if span.parent else None,
        "name": span.name,
        "durationMs": round((span.end_time - span.start_time) / 1e6, 3),
        "status": "ERROR" if failed else "OK",
        "timestamp": start.isoformat(timespec="milliseconds"),
        "attributes": dict(span.attributes or {}),
    }
