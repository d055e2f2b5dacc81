# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Upstream calls in their turn, and made again where ``_runtime/retry.py`` says so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import TypeAlias

from .._runtime.errors import ReplyTooLarge, TransportError
from .._runtime.operation import Operation
from .._runtime.request import Request, Timeouts
from .._runtime.retry import Retry
from .flow import Flow
from .meter import CallMeter, Samples, escaped, merged
from .reply import Reply
from .settings import Settings

Send: TypeAlias = Callable[[Request, Timeouts], Awaitable[Reply]]
"""Makes one call; raises ``TransportError``."""


class Calling:
    """The calls of a package, by upstream."""

    def __init__(self, settings: Settings, meter: CallMeter) -> None:
        """``meter`` counts every try, unless the settings say that nothing is counted."""
        self._settings = settings
        self._meter = meter if settings.metrics else None
        self._flows: dict[str, Flow] = {}
        self._retry = Retry(
            settings.retries,
            patience=settings.retry_patience,
            total=settings.total_timeout,
        )
        self._timeouts = Timeouts(
            connect=settings.connect_timeout,
            read=settings.read_timeout,
            write=settings.read_timeout,
            pool=settings.connect_timeout,
        )

    def flow(self, address: str, name: str) -> Flow:
        """The way to the upstream at the base URL ``address``; ``name`` is what metrics call it."""
        found = self._flows.get(address)
        if found is None:
            found = self._flows[address] = Flow(name, self._settings)
        return found

    async def call(
        self, flow: Flow, operation: Operation, request: Request, send: Send
    ) -> Reply:
        """The reply of the first or of a further try; raises ``TransportError``, or ``Problem`` 503."""
        started = perf_counter()
        tried = 0
        while True:
            if not flow.enter():
                await flow.wait()
            begun = perf_counter()
            reply: Reply | None = None
            wait: float | None = None
            try:
                reply = await send(request, self._timeouts)
                flow.answered(reply.status)
                reply.when_done(flow.leave)
                if reply.status < 400:
                    return reply
            except TransportError as error:
                flow.failed()
                wait = self._after_error(error, operation, tried)
                if wait is None or not self._may_wait(wait, request, started):
                    raise
            finally:
                status = reply.status if reply else 0
                if not status:
                    flow.leave()
                if self._meter is not None:
                    seconds = perf_counter() - begun
                    self._meter.add(operation.upstream, operation.name, status, seconds)
            if reply is not None:
                wait = self._retry.after_status(
                    reply.status, reply.headers, tried, operation.idempotent
                )
                if wait is None or not self._may_wait(wait, request, started):
                    return reply
                await reply.close()
            await asyncio.sleep(wait or 0.0)
            tried += 1
            flow.repeated += 1

    def _after_error(
        self, error: TransportError, operation: Operation, tried: int
    ) -> float | None:
        if isinstance(error, ReplyTooLarge):
            return None
        return self._retry.after_error(error, tried, operation.idempotent)

    def _may_wait(self, wait: float, request: Request, started: float) -> bool:
        """Whether there is time for another try, and the body can be sent again."""
        if not isinstance(request.body, (bytes, type(None))):
            return False
        return perf_counter() - started + wait < self._retry.total

    def samples(self) -> Samples:
        """What has been counted."""
        return merged(_samples(flow) for flow in self._flows.values())


def _samples(flow: Flow) -> Samples:
    label = f'upstream="{escaped(flow.name)}"'
    values = {
        "active": flow.active,
        "waiting": flow.waiting,
        "retries_total": flow.repeated,
        "breaker_open": int(flow.is_open),
        "breaker_opened_total": flow.opened,
    }
    found: dict[str, dict[str, float]] = {}
    for end, value in values.items():
        name = f"naftiko_http_client_{end}"
        found[name] = {f"{name}{{{label}}}": value}
    name = "naftiko_http_client_shed_total"
    found[name] = {
        f'{name}{{{label},reason="{word}"}}': count
        for word, count in flow.refused.items()
    }
    return found
