# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Calls of a server to its upstream: credentials put in, failures turned into problems."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterable, Awaitable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from .._runtime.authenticator import Authenticator
from .._runtime.errors import (
    ArgumentError,
    MissingCredential,
    PathError,
    TimedOut,
    TransportError,
)
from .._runtime.handshake import Handshake, TokenRefused
from .._runtime.operation import Operation
from .._runtime.request import LARGEST_TOKEN, Request, Timeouts, origin
from .._runtime.service import Service
from .calling import Calling, Send
from .flow import Flow
from .http1 import Http1Transport
from .meter import CallMeter, Samples, merged
from .problems import Problem
from .reply import Reply
from .settings import Settings
from .tracecontext import spell_b3
from .tracesetup import tracer

if TYPE_CHECKING:
    from .tracing import Tracer

USER_AGENT = "naftiko-server"

logger = logging.getLogger(__name__)


class Upstream:
    """What a server calls. ``base_url`` is the one in use, or the first of several, without a slash at its end."""

    def __init__(self, service: Service, settings: Settings) -> None:
        """Raises ``ArgumentError`` when there is no usable base URL."""
        override = settings.upstream_of(settings.package)
        self.service = service
        self._base_urls = service.addresses(
            settings.upstreams_of(settings.package, service.upstreams)
            if service.upstreams
            else override or settings.base_url or None
        )
        self.base_url = next(iter(self._base_urls.values()))
        self._overridden = bool(override)
        self._origins = {origin(url) for url in self._base_urls.values()}
        self._authenticator = Authenticator(service)
        if lacking := self._authenticator.lacking():
            logger.warning("%s: no credential; set %s", service.name, lacking)
        self._transport = transport = Http1Transport()
        self._meter = CallMeter(lambda: transport.retries, service.name)
        self._counts = settings.metrics
        self._calling = Calling(settings, self._meter)
        self._flows: dict[Operation, Flow] = {}
        self._tracer = tracer(settings) if settings.traces else None
        self._b3 = settings.propagation == "b3"

    def open(
        self,
        operation: Operation,
        values: Mapping[str, object],
        *,
        body: bytes | AsyncIterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Awaitable[Reply]:
        """Call ``operation`` with ``values`` by parameter key; the reply's body is still to be read, as it was sent.

        ``headers`` are the server's own (media type, length, request id, trace) and win over declared ones. Raises
        ``Problem``: 400 or 404 for a value that cannot be sent, 500 without a credential, 502 and 504 for the upstream.
        """
        if self._tracer is None:
            return self._open(operation, values, body, headers)
        return self._traced(self._tracer, operation, values, body, dict(headers or {}))

    async def _open(
        self,
        operation: Operation,
        values: Mapping[str, object],
        body: bytes | AsyncIterable[bytes] | None,
        headers: Mapping[str, str] | None,
    ) -> Reply:
        request = self._request(operation, values, headers)
        if body is not None or request.body is None:
            request.body = body
        flow = self._flows.get(operation) or self._flow(operation)
        send: Send = self._transport.open
        try:
            handshake = self._authenticator.handshake(operation)
            if handshake is not None and self._is_trusted(operation):
                send = partial(self._shaken, handshake)
            return await self._calling.call(flow, operation, request, send)
        except TransportError as error:
            raise self.failure(error) from None
        except TokenRefused as error:
            logger.error("%s: %s", self.service.name, self.redact(str(error)))
            raise Problem(
                502, "The upstream service gave this server no access."
            ) from None

    def _flow(self, operation: Operation) -> Flow:
        """The way to the upstream of ``operation``, looked up once."""
        name = operation.upstream or self.service.name
        flow = self._calling.flow(self.address(operation), name)
        return self._flows.setdefault(operation, flow)

    async def _traced(
        self,
        tracer: Tracer,
        operation: Operation,
        values: Mapping[str, object],
        body: bytes | AsyncIterable[bytes] | None,
        headers: dict[str, str],
    ) -> Reply:
        """``_open`` as a span, which ``headers`` name to the upstream."""
        span = tracer.call(operation, headers)
        status = 0
        try:
            reply = await self._open(operation, values, body, headers)
            status = reply.status
            return reply
        finally:
            span.end("", status, not status)

    def counts(self) -> Samples:
        """What has been counted; nothing when that is switched off."""
        if not self._counts:
            return {}
        return merged([self._meter.samples(), self._calling.samples()])

    async def _shaken(
        self, handshake: Handshake, request: Request, timeouts: Timeouts
    ) -> Reply:
        """Send ``request`` with what its credential needs before and after."""
        can_repeat = request.body is None or isinstance(request.body, bytes)
        for last in (False, True):
            if asked := handshake.prepare(request):
                told = await self._transport.open(asked, timeouts)
                handshake.learn(told.status, await told.read(LARGEST_TOKEN))
                handshake.prepare(request)
            reply: Reply = await self._transport.open(request, timeouts)
            if last or reply.status != 401 or not can_repeat:
                break
            if not handshake.again(request, reply.headers):
                break
            await reply.close()
        return reply

    def failure(self, error: TransportError) -> Problem:
        """What a caller hears of a failed call: nothing of the upstream's address or words."""
        logger.warning(
            "upstream %s: %s", self.service.name, self._authenticator.redact(str(error))
        )
        if isinstance(error, TimedOut):
            return Problem(504, "The upstream service did not answer in time.")
        return Problem(502, "The upstream service cannot be reached or broke off.")

    def redact(self, text: str) -> str:
        """``text`` without any secret this upstream uses."""
        return self._authenticator.redact(text)

    def address(self, operation: Operation) -> str:
        """The base URL of ``operation``: its own server's, unless the settings name one for all."""
        if self._overridden or not operation.base_url:
            return self._base_urls[operation.upstream]
        return operation.base_url

    def _is_trusted(self, operation: Operation) -> bool:
        """Whether ``operation`` goes where the credentials are meant for."""
        own = not operation.base_url or self.is_own(operation.base_url)
        return self._overridden or own

    def is_own(self, url: str) -> bool:
        """Whether the absolute ``url`` is on the upstream's own origin."""
        try:
            return origin(url) in self._origins
        except ValueError:
            return False

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    def _request(
        self,
        operation: Operation,
        values: Mapping[str, object],
        headers: Mapping[str, str] | None,
    ) -> Request:
        body = None
        try:
            values = self._authenticator.filled(operation, values)
            target = operation.prepare(values)
            if not any(name.lower() == "user-agent" for name in target.headers):
                target.headers["User-Agent"] = USER_AGENT
            target.headers["Accept-Encoding"] = "identity"
            if headers:
                target.headers.update(headers)
                if self._b3:
                    spell_b3(target.headers)
            if operation.body is not None:
                made = operation.body(values)
                target.headers["Content-Type"] = made.media_type
                body = made.body
            if self._is_trusted(operation):
                self._authenticator.apply(operation, target)
        except MissingCredential as error:
            logger.error("%s", error)
            raise Problem(
                500, "This server has no credential for the upstream service."
            ) from None
        except PathError as error:
            raise Problem(404, f"There is nothing at this path: {error}.") from None
        except ArgumentError as error:
            raise Problem(400, str(error)) from None
        url = self.address(operation) + target.path
        return Request(operation.method, url, target.headers, body)
