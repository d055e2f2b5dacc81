# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Upstream calls in their turn, and made again where ``_runtime/retry.py`` says so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TypeAlias

from .._runtime.errors import ReplyTooLarge, TransportError
from .._runtime.operation import Operation
from .._runtime.request import Request
from .._runtime.retry import Retry
from .flow import Flow
from .meter import Samples, escaped, merged
from .reply import Reply
from .settings import Settings

Send: TypeAlias = Callable[[Operation, Request], Awaitable[Reply]]
"""Makes one call; raises ``TransportError``."""


class Calling:
    """The calls of a package, by upstream."""

    def __init__(self, settings: Settings, send: Send) -> None:
        """``send`` makes one call."""
        self._settings = settings
        self._send = send
        self._flows: dict[str, Flow] = {}
        self._retry = Retry(
            settings.retries,
            patience=settings.retry_patience,
            total=settings.total_timeout,
        )

    def flow(self, address: str, name: str) -> Flow:
        """The way to the upstream at the base URL ``address``; ``name`` is what metrics call it."""
        found = self._flows.get(address)
        if found is None:
            found = self._flows[address] = Flow(name, self._settings)
        return found

    async def call(self, flow: Flow, operation: Operation, request: Request) -> Reply:
        """The reply of the first or of a further try; raises ``TransportError``, or ``Problem`` 503."""
        started = monotonic()
        tried = 0
        while True:
            wait: float | None
            try:
                reply = await self._once(flow, operation, request)
            except TransportError as error:
                wait = self._after_error(error, operation, tried)
                if not self._may_wait(wait, request, started):
                    raise
            else:
                if reply.status < 400:
                    return reply
                wait = self._retry.after_status(
                    reply.status, reply.headers, tried, operation.idempotent
                )
                if not self._may_wait(wait, request, started):
                    return reply
                await reply.close()
            await asyncio.sleep(wait or 0)
            tried += 1
            flow.repeated += 1

    async def _once(self, flow: Flow, operation: Operation, request: Request) -> Reply:
        """One try, in its turn."""
        if not flow.enter():
            await flow.wait()
        try:
            reply = await self._send(operation, request)
        except BaseException as error:
            flow.leave()
            if isinstance(error, TransportError):
                flow.failed()
            raise
        flow.answered(reply.status)
        reply.when_done(flow.leave)
        return reply

    def _after_error(
        self, error: TransportError, operation: Operation, tried: int
    ) -> float | None:
        if isinstance(error, ReplyTooLarge):
            return None
        return self._retry.after_error(error, tried, operation.idempotent)

    def _may_wait(self, wait: float | None, request: Request, started: float) -> bool:
        """Whether there is time for another try, and the body can be sent again."""
        if wait is None or not isinstance(request.body, (bytes, type(None))):
            return False
        return monotonic() - started + wait < self._retry.total

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
