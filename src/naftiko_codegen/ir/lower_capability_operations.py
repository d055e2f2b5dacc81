"""Consumed operations → ``ir.Operation``: parameters, replies, security; bodies are lowered beside."""

from __future__ import annotations

from collections.abc import Iterator

from naftiko_codegen.check.capability_names import CONNECTION_HEADERS
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.lower_capability_body import (
    Bodies,
    Lowered,
    kin_of_json,
)
from naftiko_codegen.ir.lower_capability_credentials import Credentials
from naftiko_codegen.ir.lower_capability_replies import Replies
from naftiko_codegen.ir.lower_capability_template import Gaps, is_content_type
from naftiko_codegen.ir.lower_capability_types import lower_type
from naftiko_codegen.ir.model import Credential, Operation, Origin, Parameter, Place
from naftiko_codegen.ir.template import BodyTemplate
from naftiko_codegen.link.slots import Called
from naftiko_codegen.link.variables import Variables
from naftiko_codegen.parse.capability_template import (
    Reference,
    input_name,
    is_name,
    literal,
    only_reference,
    references,
    respelled,
)
from naftiko_codegen.parse.capability_view import (
    Constant,
    Consumed,
    ConsumedParameter,
    Upstream,
)
from naftiko_codegen.read.document import Json, Pointer

_PLACES: dict[str, Place] = {
    "path": "path",
    "query": "query",
    "header": "header",
    "cookie": "cookie",
}
_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
_IDEMPOTENT = frozenset({"GET", "PUT", "DELETE", "HEAD"})


class Operations:
    """Lowers the operations of one document."""

    def __init__(
        self, variables: Variables, credentials: Credentials, bodies: Bodies, namespaces: frozenset[str],
        replies: Replies, source: str, report: Report,
    ) -> None:  # fmt: skip
        self._replies = replies
        self._variables = variables
        self._credentials = credentials
        self._bodies = bodies
        self._namespaces = namespaces
        self._source = source
        self._report = report

    def lower(
        self, api: Consumed, upstream: Upstream, *, name: str, base_url: str, upstream_name: str, needed: tuple[Credential, ...],  # noqa: E501
        fed: bool,
    ) -> tuple[Called, tuple[Credential, ...]]:  # fmt: skip
        """The operation, and the credentials that it needs beyond those of its API."""
        parameters: dict[tuple[str, str], Parameter] = {}
        extra: list[Credential] = []
        gaps = Gaps(
            upstream, self._variables, self._namespaces, self._source, self._report
        )
        self._gaps = gaps
        prefix = f"{upstream_name}-" if upstream_name else ""
        written = self._bodies.is_written(upstream)
        for parameter in self._declared(api, upstream):
            if is_content_type(parameter) and (written or kin_of_json(parameter)):
                continue
            if sent := self._from_environment(parameter, prefix):
                extra += sent
            elif lowered := self._parameter(parameter):
                parameters.setdefault((lowered.place, lowered.name), lowered)
        undeclared = tuple(self._undeclared(upstream, parameters))
        for lowered in self._query(upstream):
            parameters.setdefault((lowered.place, lowered.name), lowered)
        template = self._template(upstream, gaps) if written else None
        none: Lowered = (None, "", ())
        lowered_body = none if written else self._bodies.lower(upstream, fed=fed)
        body, whole, fields = lowered_body
        own = _keyed((*undeclared, *parameters.values()))
        filled = (*own, *gaps.unfed(own))
        variables = tuple(
            self._credentials.variable(name, at) for name, at in gaps.variables.items()
        )
        extra += variables
        keys = tuple(
            dict.fromkeys(c.key for c in (*needed, *extra) if c.kind != "variable")
        )
        form, schema = self._replies.reading(upstream)
        operation = Operation(
            name=name, method=upstream.method, path=upstream.path, base_url=base_url,
            parameters=filled, body=body, template=template, variables=tuple(c.key for c in variables),
            replies=self._replies.lower(upstream), upstream=upstream_name, reply_format=form, reply_schema=schema,
            largest=upstream.largest,
            security=(keys,) if keys else (), summary=upstream.label, description=upstream.description,
            idempotent=upstream.method in _IDEMPOTENT, origin=Origin(self._source, upstream.pointer),
        )  # fmt: skip
        return Called(operation, whole, fields), tuple(extra)

    def _template(self, upstream: Upstream, gaps: Gaps) -> BodyTemplate:
        """The body that the document writes: its block, or the body parameters that have values."""
        if upstream.body and upstream.body.kind:
            return gaps.body(upstream.body)
        return gaps.members(p for p in upstream.parameters if p.place == "body")

    def _declared(
        self, api: Consumed, upstream: Upstream
    ) -> Iterator[ConsumedParameter]:
        """The parameters outside the body that have somewhere to go; path parameters under their placeholder's name."""
        spelled = {respelled(name): name for name in upstream.placeholders}
        for parameter in upstream.parameters:
            transport = (
                parameter.place == "header"
                and parameter.name.lower() in CONNECTION_HEADERS
            )
            if parameter.place not in _PLACES or transport:
                continue
            placeholder = spelled.get(respelled(parameter.name), "")
            if parameter.place != "path" or parameter.name in upstream.placeholders:
                yield parameter
            elif placeholder and placeholder not in {
                p.name for p in upstream.parameters if p.place == "path"
            }:
                words, pair = (
                    "path parameters spelled unlike their placeholder: {}",
                    f"{parameter.name}: {placeholder}",
                )
                self._report.repeated(
                    "N305", words, parameter.pointer, word=quote(pair)
                )
                yield ConsumedParameter(placeholder, "path", parameter.schema, True, parameter.description,
                                        parameter.value, parameter.pointer)  # fmt: skip
            elif parameter.name not in api.open_names:
                self._placeless(parameter, upstream)

    def _placeless(self, parameter: ConsumedParameter, upstream: Upstream) -> None:
        """A path parameter of the whole API is left out where no path has it; any other has got its place before."""
        if is_name(parameter.name):
            words = "path parameters of a whole API are left out of operations whose path does not hold them: {}"
            self._report.repeated(
                "N310", words, parameter.pointer, word=quote(parameter.name)
            )
            return
        words = f"path parameter {quote(parameter.name)} has no place in {quote(upstream.path)}"
        hint = f"write `{{{{{parameter.name}}}}}` into the path"
        self._report.error("N310", words, parameter.pointer, hint)

    def _from_environment(
        self, parameter: ConsumedParameter, prefix: str
    ) -> tuple[Credential, ...]:
        """The credential that a parameter is whose value names an environment variable."""
        value = parameter.value
        if not isinstance(value, tuple) or not any(
            self._variables.means(name) for name in references(value)
        ):
            return ()
        pointer = (*parameter.pointer, "value")
        if parameter.place == "path" or len(references(value)) > 1:
            return ()
        return self._credentials.sent(
            prefix + parameter.name,
            parameter.place,
            parameter.name,
            value,
            pointer,
        )

    def _parameter(self, parameter: ConsumedParameter) -> Parameter | None:
        value = parameter.value
        pointer = (*parameter.pointer, "value")
        if isinstance(value, tuple) and references(value):
            reference = only_reference(value)
            if reference is None or self._variables.names(reference.name):
                text = self._gaps.mixed(value, pointer)
                return changed(self._made(parameter, ..., parameter.name), text=text)
            return self._made(
                parameter, ..., input_name(reference.name, self._namespaces)
            )
        constant = literal(value) if isinstance(value, tuple) else value
        return self._made(
            parameter,
            self._sendable(constant, parameter.place, pointer),
            parameter.name,
        )

    def _sendable(
        self, constant: Constant | None, place: str, pointer: Pointer
    ) -> Json:
        """The constant, or ``...``; a value that no header can carry is an error (N215)."""
        if constant is None:
            return ...
        text = str(constant)
        if place in ("header", "cookie") and not (
            text.isascii() and (text.isprintable() or not text)
        ):
            self._report.error(
                "N215", f"{quote(text)} cannot be sent in a {place}", pointer
            )
        return constant

    def _made(
        self, parameter: ConsumedParameter, constant: Json, key: str
    ) -> Parameter:
        place = _PLACES[parameter.place]
        return Parameter(
            key=key, name=parameter.name, place=place, type=lower_type(parameter.schema), required=parameter.required,
            description=parameter.description, style=_STYLES[place], explode=_STYLES[place] == "form",
            default=parameter.schema.get("default", ...), constant=constant, schema=parameter.schema,
            origin=Origin(self._source, parameter.pointer),
        )  # fmt: skip

    def _undeclared(
        self, upstream: Upstream, known: dict[tuple[str, str], Parameter]
    ) -> Iterator[Parameter]:
        """A required text for every placeholder of the path that no parameter describes."""
        for name in upstream.placeholders:
            if ("path", name) in known:
                continue
            if self._variables.names(name):
                text = self._gaps.mixed((Reference(name),), upstream.pointer)
                made = ConsumedParameter(
                    name, "path", {"type": "string"}, True, "", None, upstream.pointer
                )
                yield changed(self._made(made, ..., name), text=text)
                continue
            if not any(
                p.place == "path" and p.name == name for p in upstream.parameters
            ):
                words = "placeholders of consumed paths that no parameter describes are required texts: {}"
                self._report.repeated(
                    "N304", words, upstream.pointer, word=quote(name), strict=False
                )
            made = ConsumedParameter(
                name, "path", {"type": "string"}, True, "", None, upstream.pointer
            )
            yield self._made(made, ..., input_name(name, self._namespaces))

    def _query(self, upstream: Upstream) -> Iterator[Parameter]:
        """What stands behind the question mark of a path: constants, and inputs."""
        for name, value in upstream.query:
            self._report.repeated("N214", "paths with a query: its parts are sent as query parameters",
                                  upstream.pointer)  # fmt: skip
            required = bool(references(value))
            text = value or ("",)
            made = ConsumedParameter(
                name, "query", {"type": "string"}, required, "", text, upstream.pointer
            )
            if lowered := self._parameter(made):
                yield lowered


def _keyed(parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """The parameters with keys of their own: the place is added where two share one."""
    keys = [p.key for p in parameters]
    return tuple(
        changed(p, key=f"{p.key} {p.place}") if keys.count(p.key) > 1 else p
        for p in parameters
    )
