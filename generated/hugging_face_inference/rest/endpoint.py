# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""One route at work: its inputs read, the upstream called, the reply passed on."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from ..server.problems import Problem
from ..server.settings import Settings
from ..server.steps import Caller
from ..server.upstream import Upstream
from ..server.watch import Watch
from ..web.exchange import Exchange
from ..web.router import hole_names
from .bodies import Gone, Stream, late
from .parameters import Parameter, Parameters
from .payload import Payload
from .replies import pass_on
from .routes import ABSENT, Route
from .shaped import answer, shape_on
from .validation import Place, Schemas


class Endpoint:
    """Answers the requests of one route. A gateway calls it with an ``Exchange`` of its own."""

    def __init__(
        self,
        route: Route,
        upstream: Upstream,
        settings: Settings,
        schemas: Schemas,
        described: dict[str, Any],
        place: Place,
    ):
        """``described`` is the operation object of ``route`` in ``openapi.json``, ``place`` where it stands."""
        self.method = route.method
        self.path = route.path
        self.multi = tuple(
            i.name for i in route.inputs if i.multi and i.place == "path"
        )
        self._operation = route.operation
        self._shape = route.shape
        self._flow = route.flow
        self._largest = route.largest
        self._sees_inputs = route.sees_inputs
        self._computed = route.computed
        self._upstream = upstream
        self._settings = settings
        self._parameters = _parameters(route, schemas, described, place)
        self._payload = Payload(route, settings, schemas, described, place)

    async def __call__(self, exchange: Exchange, path_values: tuple[str, ...]) -> None:
        """Answer; whatever goes wrong becomes a problem document, or silence when the caller has gone."""
        watch = Watch(exchange.receive)
        stream: Stream | None = None
        try:
            values, fields = self._parameters.read(exchange, path_values)
            body, headers = await self._payload.read(exchange, watch, values, fields)
            stream = body if isinstance(body, Stream) else None
            headers.update(exchange.onward)
            await self._call(exchange, watch, values, body, headers)
        except Problem as problem:
            await self._fail(exchange, stream, problem)
        except Gone:
            pass
        except asyncio.CancelledError:
            await self._cancelled(exchange, watch)
        finally:
            watch.stop()

    async def _call(
        self, exchange: Exchange, watch: Watch, values: dict[str, object], body: bytes | Stream | None,
        headers: dict[str, str],
    ) -> None:  # fmt: skip
        """Call the upstream and pass its reply on, within the time for the whole."""
        watch.limit(self._settings.total_timeout, "total")
        if exchange.body_read:
            watch.caller()
        if self._flow is not None:
            caller = Caller(self._upstream, exchange.onward)
            made = await self._flow(values, caller)
            status = caller.status if made is caller.last else 200
            await answer(exchange, made, None, status)
            return
        if self._operation is None:
            await answer(exchange, values, self._shape)
            return
        if self._computed is not None:
            values |= self._computed(values)
        reply = await self._upstream.open(
            self._operation, values, body=body, headers=headers
        )
        try:
            if self._shape is None:
                await pass_on(exchange, reply, self._upstream, self._largest)
            else:
                shape = self._shape
                if self._sees_inputs:
                    shape = partial(shape, inputs=values)
                await shape_on(
                    exchange,
                    reply,
                    self._upstream,
                    shape,
                    self._operation.reads,
                )
        finally:
            await reply.close()

    async def _fail(
        self, exchange: Exchange, stream: Stream | None, problem: Problem
    ) -> None:
        """Answer with ``problem``, or with what ended the caller's own body early."""
        failure = stream.failure if stream else None
        if isinstance(failure, Gone):
            return
        if not exchange.status:
            await exchange.problem(failure if isinstance(failure, Problem) else problem)

    async def _cancelled(self, exchange: Exchange, watch: Watch) -> None:
        """The watch has ended the request, or the server stops."""
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
        problems = {
            "total": Problem(504, "The request took longer than this server waits."),
            "body": late(),
            "": Problem(
                503, "This server is stopping.", headers=[("retry-after", "1")]
            ),
        }
        if not exchange.status and watch.reason in problems:
            await exchange.problem(problems[watch.reason])


def _parameters(
    route: Route, schemas: Schemas, item: dict[str, Any], place: Place
) -> Parameters:
    """The inputs of ``route`` outside the body, each with what the document says of it."""
    described = {
        (p.get("in"), p.get("name")): (n, p)
        for n, p in enumerate(item.get("parameters", []))
    }
    items = [
        Parameter(
            source, described.get((source.place, source.name), (0, {})), schemas, place
        )
        for source in route.inputs
        if source.place != "body"
        and source.constant is ABSENT
        and (source.target or source.field)
    ]
    constants = {
        i.target: i.constant
        for i in route.inputs
        if i.constant is not ABSENT and i.target
    }
    return Parameters(items, constants, hole_names(route.path))
