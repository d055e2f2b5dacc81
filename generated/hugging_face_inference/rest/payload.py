# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The body of the upstream call: the caller's own as it came, or one put together from its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import msgspec

from ..server.problems import Problem
from ..server.settings import Settings
from ..server.watch import Watch
from ..web.exchange import Exchange
from .bodies import (
    FORM,
    MULTIPART,
    MediaTypes,
    Stream,
    check_head,
    is_json,
    parse,
    pick,
    read_beginning,
    read_body,
)
from .routes import ABSENT, Route
from .validation import Place, Schemas

Sent = tuple[bytes | Stream | None, dict[str, str]]
Values = dict[str, object]
Read = Callable[[bytes, bytes], Any]
"""Makes a JSON value of a body and its ``Content-Type``."""

LARGEST = 1024 * 1024
"""Bytes of a form that is checked before it is passed on; larger ones go on as they come."""


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
        self._forms: dict[str, Read] = {}
        body = described.get("requestBody", {})
        if inputs:
            content = body.get("content") or {name: {} for name in self._target_types}
            self._types = _media_types(
                content, schemas, (*place, "requestBody", "content")
            )
            self._forms = _forms(content, schemas)
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
        kind = exchange.headers.get(b"content-type", b"")
        if length == 0 and not (kind and self._forwards and self._may_be_empty(kind)):
            exchange.body_read = True
            if self._required:
                raise Problem(400, "A body is required.")
            return self._assemble({}, values, fields)
        media_type, check = self._types.match(kind)
        header = {"Content-Type": kind.decode("latin-1")}
        settings = self._settings
        body: bytes | Stream
        if self._forwards and not is_json(media_type):
            if length is not None:
                header["Content-Length"] = str(length)
            form = self._forms.get(media_type) if check else None
            body, value = await self._passed(exchange, watch, form, length or 0)
        else:
            body = await read_body(
                exchange, watch, settings.max_body, settings.body_timeout
            )
            value = parse(body)
        if check is not None and value is not msgspec.UNSET:
            check.body(value)
        if not self._forwards:
            return self._assemble(value, values, fields)
        return body, header

    async def _passed(
        self, exchange: Exchange, watch: Watch, form: Read | None, length: int
    ) -> tuple[bytes | Stream, Any]:
        """A body that is no JSON, and its value: ``UNSET`` when it goes on as it comes."""
        if form is None or length > LARGEST:
            return self._stream(exchange, watch), msgspec.UNSET
        settings = self._settings
        most = min(LARGEST, settings.max_body) + 1
        body, more = await read_beginning(exchange, watch, most, settings.body_timeout)
        if more:
            return self._stream(exchange, watch, body), msgspec.UNSET
        return body, form(body, exchange.headers[b"content-type"])

    def _may_be_empty(self, kind: bytes) -> bool:
        """Whether no bytes at all are a body of this type: a text, a file or a form without fields."""
        bare = _bare(kind.decode("latin-1"))
        return not is_json(bare) and self._types is not None and self._types.has(bare)

    def _stream(self, exchange: Exchange, watch: Watch, begun: bytes = b"") -> Stream:
        settings = self._settings
        limit, silence = settings.max_body, settings.body_timeout
        return Stream(exchange, watch, limit, silence, begun)

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
    """The media types of a body, with a check for each that can be checked."""
    checks = {}
    for name, media in content.items():
        bare = _bare(name)
        known = is_json(bare) or bare in (FORM, MULTIPART)
        schema = media.get("schema") if known else None
        checks[name] = schemas.check(schema, (*place, name, "schema"))
    return MediaTypes(checks)


def _forms(content: dict[str, Any], schemas: Schemas) -> dict[str, Read]:
    """What makes a JSON value of a form, by media type."""
    found: dict[str, Read] = {}
    for name, media in content.items():
        if _bare(name) in (FORM, MULTIPART):
            from .forms import Form

            found[_bare(name)] = Form(media, schemas.components)
    return found


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _form_text(value: object) -> object:
    """A value as forms write it: lists are repeated, what is no text is JSON."""
    if isinstance(value, list):
        return [_form_text(item) for item in value]
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
