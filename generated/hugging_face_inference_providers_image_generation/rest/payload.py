# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The body of the upstream call: the caller's own as it came, or one put together from its parts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec

from ..server.problems import Problem
from ..server.settings import Settings
from ..server.watch import Watch
from ..web.exchange import Exchange
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
from .routes import ABSENT, Route
from .validation import Place, Schemas

Sent = tuple[bytes | Stream | None, dict[str, str]]
Values = dict[str, object]


class Payload:
    """How the body of one route is read, checked and sent on."""

    def __init__(
        self,
        route: Route,
        settings: Settings,
        schemas: Schemas,
        described: dict[str, Any],
        place: Place,
    ):
        """``described`` is the operation object of ``route`` in ``openapi.json``, ``place`` where it stands."""
        self._settings = settings
        types = route.operation.content_types if route.operation else ()
        self._target_types = types or ("application/json",)
        inputs = [i for i in route.inputs if i.place == "body" and i.constant is ABSENT]
        self._parts = [
            *inputs,
            *(i for i in route.inputs if i.field and i.constant is not ABSENT),
        ]
        self._types: MediaTypes | None = None
        body = described.get("requestBody", {})
        if inputs:
            content = body.get("content") or {name: {} for name in self._target_types}
            self._types = _media_types(
                content, schemas, (*place, "requestBody", "content")
            )
        self._required = bool(body.get("required"))
        whole = [i for i in inputs if not (i.field or i.target or i.pointer)]
        self._forwards = len(whole) == len(self._parts) and not any(
            i.field for i in route.inputs
        )

    async def read(
        self, exchange: Exchange, watch: Watch, values: Values, fields: Values
    ) -> Sent:
        """The body to send and its headers; ``fields`` become part of it, its parts may become ``values``.

        Raises ``Problem`` 400, 413, 415 or 422.
        """
        if self._types is None:
            exchange.body_read = not exchange.expects_body()
            return self._assemble({}, values, fields)
        length = check_head(exchange, self._settings.max_body)
        if length == 0:
            exchange.body_read = True
            if self._required:
                raise Problem(400, "A body is required.")
            return self._assemble({}, values, fields)
        kind = exchange.headers.get(b"content-type", b"")
        media_type, check = self._types.match(kind)
        header = {"Content-Type": kind.decode("latin-1")}
        if self._forwards and not is_json(media_type):
            if length is not None:
                header["Content-Length"] = str(length)
            return self._stream(exchange, watch), header
        settings = self._settings
        body = await read_body(
            exchange, watch, settings.max_body, settings.body_timeout
        )
        value = parse(body)
        if check is not None:
            check.body(value)
        return (
            (body, header) if self._forwards else self._assemble(value, values, fields)
        )

    def _stream(self, exchange: Exchange, watch: Watch) -> Stream:
        settings = self._settings
        return Stream(exchange, watch, settings.max_body, settings.body_timeout)

    def _assemble(self, value: Any, values: Values, fields: Values) -> Sent:
        """Spread the parts of a JSON body over parameters and the body of the operation."""
        whole: Any = msgspec.UNSET
        for source in self._parts:
            constant = source.constant
            part = pick(value, source.pointer) if constant is ABSENT else constant
            if part is msgspec.UNSET:
                continue
            if source.target:
                values[source.target] = part
            elif source.field:
                fields[source.field] = part
            elif value != {}:
                whole = part
        if fields:
            whole = {**whole, **fields} if isinstance(whole, dict) else fields
        return self._encoded(whole)

    def _encoded(self, value: Any) -> Sent:
        """``value`` in the first media type the operation takes; nothing at all for ``UNSET``."""
        if value is msgspec.UNSET:
            return None, {}
        media_type = self._target_types[0]
        if media_type == FORM and isinstance(value, dict):
            pairs = {name: _form_text(item) for name, item in value.items()}
            return urlencode(pairs, doseq=True).encode(), {"Content-Type": FORM}
        return msgspec.json.encode(value), {"Content-Type": media_type}


def _media_types(content: dict[str, Any], schemas: Schemas, place: Place) -> MediaTypes:
    """The media types of a body, with a check for each JSON one."""
    checks = {}
    for name, media in content.items():
        bare = name.partition(";")[0].strip().lower()
        schema = media.get("schema") if is_json(bare) else None
        checks[name] = schemas.check(schema, (*place, name, "schema"))
    return MediaTypes(checks)


def _form_text(value: object) -> object:
    """A value as forms write it: lists are repeated, what is no text is JSON."""
    if isinstance(value, list):
        return [_form_text(item) for item in value]
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
