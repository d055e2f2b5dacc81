# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Spans of requests and of upstream calls, by OpenTelemetry's API, which need not be installed to type-check this."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from importlib import import_module
from typing import Any

from .._runtime.operation import Operation
from .tracecontext import PARENT, STATE

_api: Any = import_module("opentelemetry.trace")
_new_context: Any = import_module("opentelemetry.context").Context


class Span:
    """A span that has begun."""

    __slots__ = ("_span",)

    def __init__(self, span: Any) -> None:
        """``span`` is OpenTelemetry's."""
        self._span = span

    def end(self, name: str, status: int, failed: bool = False) -> None:
        """It has ended; ``status`` 0: there was no answer, which is an error of a call."""
        span = self._span
        if name:
            span.update_name(name)
        if status:
            span.set_attribute("http.response.status_code", status)
        if failed or status >= 500:
            span.set_status(_api.Status(_api.StatusCode.ERROR))
        span.end()


class Tracer:
    """Begins spans; each is known by the headers that carry its context."""

    def __init__(self, package: str) -> None:
        """``package`` is what the instrumentation is called."""
        self._tracer = _api.get_tracer(package)

    def serve(self, adapter: str, onward: MutableMapping[str, str]) -> Span:
        """The span of a request, below the caller's own; ``onward`` then names it."""
        attributes = {"naftiko.adapter": adapter}
        return self._begin(
            f"{adapter}.request", _api.SpanKind.SERVER, attributes, onward
        )

    def call(self, operation: Operation, headers: MutableMapping[str, str]) -> Span:
        """The span of an upstream call, below the request's; ``headers`` then name it. No caller's value is in it."""
        attributes = {
            "http.request.method": operation.method,
            "naftiko.operation": operation.name,
        }
        name = f"http.client.{operation.method}"
        return self._begin(name, _api.SpanKind.CLIENT, attributes, headers)

    def _begin(
        self,
        name: str,
        kind: Any,
        attributes: Mapping[str, Any],
        headers: MutableMapping[str, str],
    ) -> Span:
        span = self._tracer.start_span(
            name, _context(headers), kind=kind, attributes=attributes
        )
        found = span.get_span_context()
        headers[PARENT] = (
            f"00-{found.trace_id:032x}-{found.span_id:016x}-{found.trace_flags:02x}"
        )
        return Span(span)


def _context(headers: Mapping[str, str]) -> Any:
    """The context that ``headers`` name: checked before, or made here."""
    parent = headers.get(PARENT)
    if parent is None:
        return _new_context()
    _, trace_id, span_id, flags = parent.split("-")
    state = headers.get(STATE)
    remote = _api.SpanContext(
        trace_id=int(trace_id, 16),
        span_id=int(span_id, 16),
        is_remote=True,
        trace_flags=_api.TraceFlags(int(flags, 16)),
        trace_state=_api.TraceState.from_header([state]) if state else None,
    )
    return _api.set_span_in_context(_api.NonRecordingSpan(remote), _new_context())
