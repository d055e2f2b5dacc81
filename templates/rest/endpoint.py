"""One route at work: its inputs read, the upstream called, the reply passed on."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlencode

import msgspec

from ..server.problems import Problem
from ..server.settings import Settings
from ..server.upstream import Upstream
from ..server.watch import Watch
from .bodies import (
    FORM,
    MediaTypes,
    Stream,
    check_head,
    is_json,
    parse,
    pick,
    read_body,
)
from .exchange import Exchange, Gone
from .parameters import Parameter, Parameters
from .replies import pass_on
from .router import hole_names
from .routes import ABSENT, Route
from .validation import Schemas

Sent = tuple[bytes | Stream | None, dict[str, str]]


class Endpoint:
    """Answers the requests of one route. A gateway calls it with an ``Exchange`` of its own."""

    def __init__(
        self,
        route: Route,
        upstream: Upstream,
        settings: Settings,
        schemas: Schemas,
        item: dict[str, Any],
    ):
        """``item`` is the operation object of the route in ``openapi.json``."""
        self.method = route.method
        self.path = route.path
        self.multi = tuple(
            i.name for i in route.inputs if i.multi and i.place == "path"
        )
        self._operation = route.operation
        self._upstream = upstream
        self._settings = settings
        place = ("paths", route.path, route.method.lower())
        self._parameters = _parameters(route, schemas, item, place)
        self._body = [
            i
            for i in route.inputs
            if i.place == "body" or (i.constant is not ABSENT and i.field)
        ]
        self._required = bool(item.get("requestBody", {}).get("required"))
        self._types = _media_types(route, schemas, item, place)
        self._forwards = (
            [i for i in route.inputs if i.place == "body"] == self._body
            and all(not (i.field or i.target or i.pointer) for i in self._body)
            and not any(i.field for i in route.inputs)
        )

    async def __call__(self, exchange: Exchange, path_values: tuple[str, ...]) -> None:
        """Answer; whatever goes wrong becomes a problem document, or silence when the caller has gone."""
        watch = Watch(exchange.receive)
        stream: Stream | None = None
        try:
            values, fields = self._parameters.read(exchange, path_values)
            body, headers = await self._read(exchange, watch, values, fields)
            stream = body if isinstance(body, Stream) else None
            headers["X-Request-ID"] = exchange.request_id
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
        reply = await self._upstream.open(
            self._operation, values, body=body, headers=headers
        )
        try:
            await pass_on(exchange, reply, self._upstream)
        finally:
            await reply.close()

    async def _read(
        self,
        exchange: Exchange,
        watch: Watch,
        values: dict[str, object],
        fields: dict[str, object],
    ) -> Sent:
        """The body to send and its headers; parts of the body that are parameters go into ``values``."""
        if self._types is None:
            if fields:
                return self._encode(fields)
            exchange.body_read = not exchange.expects_body()
            return None, {}
        length = check_head(exchange, self._settings.max_body)
        if length == 0:
            exchange.body_read = True
            if self._required:
                raise Problem(400, "A body is required.")
            return self._encode(fields) if fields else (None, {})
        media_type, check = self._types.match(
            exchange.headers.get(b"content-type", b"")
        )
        header = {"Content-Type": exchange.headers[b"content-type"].decode("latin-1")}
        if self._forwards and not is_json(media_type):
            if length is not None:
                header["Content-Length"] = str(length)
            return Stream(exchange, self._settings.max_body), header
        body = await read_body(
            exchange, watch, self._settings.max_body, self._settings.body_timeout
        )
        value = parse(body)
        if check is not None:
            check.body(value)
        return (
            (body, header) if self._forwards else self._assemble(value, values, fields)
        )

    def _assemble(
        self, value: Any, values: dict[str, object], fields: dict[str, object]
    ) -> Sent:
        """Spread the parts of a JSON body over parameters and the body of the operation."""
        whole: Any = None
        for source in self._body:
            part = (
                source.constant
                if source.constant is not ABSENT
                else pick(value, source.pointer)
            )
            if part is msgspec.UNSET:
                continue
            if source.target:
                values[source.target] = part
            elif source.field:
                fields[source.field] = part
            else:
                whole = part
        if isinstance(whole, dict):
            fields = {**whole, **fields}
        return self._encode(whole if whole is not None and not fields else fields)

    def _encode(self, value: Any) -> Sent:
        """``value`` in the first media type the operation takes."""
        media_type = next(iter(self._operation.content_types), "application/json")
        if media_type == FORM and isinstance(value, dict):
            return urlencode(
                {k: _form_text(v) for k, v in value.items()}, doseq=True
            ).encode(), {"Content-Type": FORM}
        return msgspec.json.encode(value), {"Content-Type": media_type}

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
            "body": Problem(408, "The body did not arrive in time."),
            "": Problem(
                503, "This server is stopping.", headers=[("retry-after", "1")]
            ),
        }
        if not exchange.status and watch.reason in problems:
            await exchange.problem(problems[watch.reason])


def _parameters(
    route: Route, schemas: Schemas, item: dict[str, Any], place: tuple[str, ...]
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


def _media_types(
    route: Route, schemas: Schemas, item: dict[str, Any], place: tuple[str, ...]
) -> MediaTypes | None:
    """The media types of the body, ``None`` when the route takes none."""
    if not any(i.place == "body" and i.constant is ABSENT for i in route.inputs):
        return None
    content = item.get("requestBody", {}).get("content") or {
        name: {} for name in route.operation.content_types or ("application/json",)
    }
    checks = {
        name: (
            schemas.check(
                media.get("schema"), (*place, "requestBody", "content", name, "schema")
            )
            if is_json(name.partition(";")[0].strip().lower())
            else None
        )
        for name, media in content.items()
    }
    return MediaTypes(checks)


def _form_text(value: object) -> object:
    """A value as forms write it: lists are repeated, what is no text is JSON."""
    if isinstance(value, list):
        return [_form_text(item) for item in value]
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
