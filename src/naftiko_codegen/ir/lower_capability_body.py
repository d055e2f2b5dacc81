"""Body parameters and ``body:`` blocks of a consumed operation → the request body."""

from __future__ import annotations

import re

from naftiko_codegen.check.report import Report
from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.lower_capability_template import is_content_type
from naftiko_codegen.ir.lower_capability_types import lower_type
from naftiko_codegen.ir.model import Body, Content, Origin
from naftiko_codegen.ir.types import AnyType, MapOf
from naftiko_codegen.link.variables import Variables
from naftiko_codegen.parse.capability_template import (
    input_name,
    literal,
    respelled,
)
from naftiko_codegen.parse.capability_view import (
    ConsumedParameter,
    RequestBody,
    Upstream,
)
from naftiko_codegen.read.document import Json

WHOLE = "body"
_MEDIA_TYPE = "application/json"
_KIN = re.compile(r"[a-z0-9!#$&^_.-]+/[a-z0-9!#$&^_.-]+\+json", re.IGNORECASE)
Lowered = tuple[Body | None, str, tuple[tuple[str, str], ...]]
"""The body, the input that is all of it, and (property, input) when it is made of properties."""


def json_type(upstream: Upstream) -> str:
    """The media type of a JSON body: that of a ``Content-Type`` header with a value which is one of JSON's kin."""
    return next(
        filter(None, map(kin_of_json, upstream.parameters)),
        _MEDIA_TYPE,
    )


def kin_of_json(parameter: ConsumedParameter) -> str:
    """``application/merge-patch+json`` of a ``Content-Type`` header of that value; else empty."""
    value = parameter.value
    said = literal(value) if isinstance(value, tuple) else None
    is_kin = said and _KIN.fullmatch(said) and is_content_type(parameter)
    return said if said and is_kin else ""


class Bodies:
    """Lowers the bodies of one document."""

    def __init__(
        self,
        variables: Variables,
        namespaces: frozenset[str],
        source: str,
        report: Report,
    ) -> None:
        self._variables = variables
        self._namespaces = namespaces
        self._source = source
        self._report = report

    def is_written(self, upstream: Upstream) -> bool:
        """Whether the document writes the body itself, and inputs only fill gaps in it."""
        block = upstream.body
        if block is None or not block.kind:
            return any(
                p.place == "body" and p.value is not None for p in upstream.parameters
            )
        names = [block.whole, *(name for _, name in block.fields)]
        plain = bool(block.whole or block.fields)
        return not plain or any(map(self._variables.names, names))

    def lower(self, upstream: Upstream, *, fed: bool) -> Lowered:
        """The body of ``upstream``; ``fed`` says that a route or tool sends one although none is declared."""
        declared = tuple(p for p in upstream.parameters if p.place == "body")
        if upstream.body and (upstream.body.whole or upstream.body.fields):
            return self._written(upstream, upstream.body, declared)
        if not declared:
            if not fed and not upstream.body:
                return None, WHOLE, ()
            if fed and not upstream.body:
                words = "operations without a declared body that are given one: any JSON is sent"
                self._report.repeated("N309", words, upstream.pointer, strict=False)
            return _assumed(self._whole(upstream, {"type": "object"}, False)), WHOLE, ()
        if len(declared) == 1 and declared[0].name == WHOLE:
            schema, required = declared[0].schema, declared[0].required
            return _assumed(self._whole(upstream, schema, required)), WHOLE, ()
        body, name, fields = self._fields(upstream, declared)
        return body and _assumed(body), name, fields

    def _whole(self, upstream: Upstream, schema: Json, required: bool) -> Body:
        content = Content(json_type(upstream), "json", lower_type(schema), schema)
        return Body(
            (content,),
            required,
            schema.get("description", ""),
            Origin(self._source, upstream.pointer),
        )

    def _fields(
        self, upstream: Upstream, declared: tuple[ConsumedParameter, ...]
    ) -> Lowered:
        properties = {p.name: p.schema for p in declared}
        required = [p.name for p in declared if p.required]
        return (
            self._object(upstream, properties, required),
            WHOLE,
            tuple((name, name) for name in properties),
        )

    def _object(
        self, upstream: Upstream, properties: dict[str, Json], required: list[str]
    ) -> Body:
        schema: dict[str, Json] = {"type": "object", "properties": properties}
        if required:
            schema["required"] = required
        content = Content(json_type(upstream), "json", MapOf(AnyType()), schema)
        return Body(
            (content,), bool(required), "", Origin(self._source, upstream.pointer)
        )

    def _written(
        self,
        upstream: Upstream,
        block: RequestBody,
        declared: tuple[ConsumedParameter, ...],
    ) -> Lowered:
        """A ``body:`` block with data: one placeholder, or one for each property."""
        known = {respelled(p.name): p for p in declared}
        if block.fields:
            names = tuple((prop, self._input(name)) for prop, name in block.fields)
            found = {prop: known.get(respelled(name)) for prop, name in names}
            properties: dict[str, Json] = {
                prop: p.schema if p else {} for prop, p in found.items()
            }
            required = [prop for prop, p in found.items() if p and p.required]
            return self._object(upstream, properties, required), WHOLE, names
        name = self._input(block.whole)
        parameter = known.get(respelled(name))
        schema = parameter.schema if parameter else {}
        return (
            self._whole(upstream, schema, bool(parameter and parameter.required)),
            name,
            (),
        )

    def _input(self, name: str) -> str:
        """The input that a placeholder of a body names."""
        return input_name(name, self._namespaces)


def _assumed(body: Body) -> Body:
    """``body``, whose media type the document does not say."""
    return changed(body, assumed=True)
