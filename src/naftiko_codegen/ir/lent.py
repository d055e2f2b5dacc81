"""What an OpenAPI operation says → its twin in a capability: types, schemas and words, where the two agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from naftiko_codegen.check.text import quote
from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.exposed import Argument, Route, Tool
from naftiko_codegen.ir.loans import Lender, Loans
from naftiko_codegen.ir.model import Body, Content, Operation, Origin, Parameter, Reply
from naftiko_codegen.ir.schema_kinds import Fit, fit, member
from naftiko_codegen.read.document import Json

Warn: TypeAlias = Callable[[str, str, Origin, Origin], None]
"""Reports code and words at a place of the capability, with the place in the OpenAPI document that they are about."""

_TEXT = {"type": "string"}
"""What a parameter of a capability is that says nothing of its type, and what any value is on its way in a URL."""

_Typed = TypeVar("_Typed", Content, Parameter)
_Unit = TypeVar("_Unit", Route, Tool)


class Lending:
    """One pair of twins: ``own`` of a capability, ``other`` of the document that ``lender`` is."""

    def __init__(
        self, own: Operation, other: Operation, lender: Lender, loans: Loans, warn: Warn
    ) -> None:
        self._own = own
        self._other = other
        self._lender = lender
        self._loans = loans
        self._warn = warn
        self._slots = _slots(own, other)

    def operation(self) -> Operation:
        """The operation of the capability with what its twin says."""
        own, other = self._own, self._other
        return changed(
            own,
            parameters=tuple(self._parameter(it) for it in own.parameters),
            body=self._body(),
            replies=self._replies(),
            summary=own.summary or other.summary,
            description=own.description or other.description,
            deprecated=own.deprecated or other.deprecated,
        )

    def unsent(self) -> list[Parameter]:
        """What the document requires and the capability never sends."""
        sent = {(it.place, it.name.lower()) for it in self._own.parameters}
        return [
            it
            for it in self._other.parameters
            if it.required
            and it.given
            and it not in self._slots.values()
            and (it.place, it.name.lower()) not in sent
        ]

    def unit(self, unit: _Unit) -> _Unit:
        """A route or tool with the schemas of the twin of what it calls."""
        alone = isinstance(unit, Tool)
        arguments = tuple(self._argument(it, alone) for it in unit.arguments)
        made = changed(unit, arguments=arguments)
        if isinstance(made, Tool) and made.shape is None and made.flow is None:
            return changed(made, output_schema=self._output(made))
        return made

    def _output(self, tool: Tool) -> Json:
        """The schema of what ``tool`` replies with: that of the tool of the document, if it fits."""
        mcp = self._lender.package.mcp
        tools = mcp.tools if mcp else ()
        name = self._other.name
        known = next((it.output_schema for it in tools if it.operation == name), ...)
        taken = fit(tool.output_schema, known, {}) is Fit.REFINES
        return known if taken else tool.output_schema

    def _parameter(self, own: Parameter) -> Parameter:
        other = self._slots.get(own.key)
        if other is None:
            return own
        said = {} if own.schema == _TEXT else own.schema
        found = fit(said, other.schema, self._lender.by_ref)
        if found is Fit.CONFLICT:
            what = f"the {own.place} parameter {quote(own.name)}"
            self._conflict(what, own.origin, other.origin)
            return own
        described = changed(
            own,
            description=own.description or other.description,
            example=other.example if own.example is ... else own.example,
            deprecated=own.deprecated or other.deprecated,
        )
        if found is Fit.SAYS_NOTHING:
            return described
        return changed(
            self._typed(described, other),
            default=other.default if own.default is ... else own.default,
            style=other.style,
            explode=other.explode,
            multi_segment=own.multi_segment or other.multi_segment,
        )

    def _body(self) -> Body | None:
        """The body, each media type with the twin's type of it."""
        own, other = self._own.body, self._other.body
        if own is None or other is None:
            return own
        if own.assumed and _alike(own.contents[0], other.contents) is None:
            contents = tuple(self._typed(it, it) for it in other.contents)
        else:
            contents = tuple(self._content(it, own, other) for it in own.contents)
        words = own.description or other.description
        return changed(own, contents=contents, description=words)

    def _content(self, own: Content, body: Body, other: Body) -> Content:
        lent = _alike(own, other.contents)
        if lent is None:
            types = ", ".join(quote(it.media_type) for it in other.contents)
            words = f"{own.media_type} is sent where {types} is described; the capability counts"
            self._warn("N342", words, body.origin, other.origin)
            return own
        found = fit(own.schema, lent.schema, self._lender.by_ref)
        if found is Fit.CONFLICT:
            self._conflict("the body", body.origin, other.origin)
        if found is not Fit.REFINES:
            return own
        example = lent.example if own.example is ... else own.example
        typed = self._typed(own, lent)
        return changed(typed, example=example, encodings=lent.encodings)

    def _replies(self) -> tuple[Reply, ...]:
        """The replies of the twin, unless the capability says what success looks like."""
        own, other = self._own.replies, self._other.replies
        success = next((it for it in own if it.status == "2XX"), None)
        if success is None or not success.contents or not other:
            return own
        if self._own.reply_format:
            return own
        for reply in other:
            contents = reply.contents if reply.status[0] == "2" else ()
            meant = success.contents[0]
            if contents and not any(self._fits(meant, it) for it in contents):
                self._conflict("the reply", self._own.origin, reply.origin)
                return own
        return tuple(
            changed(
                reply,
                contents=tuple(self._reply_content(it) for it in reply.contents),
                headers=tuple(self._typed(it, it) for it in reply.headers),
            )
            for reply in other
        )

    def _reply_content(self, other: Content) -> Content:
        """What a reply of the twin holds, its parts too."""
        lent = self._typed(other, other)
        item = self._loans.type(self._lender, other.item) if other.item else None
        return changed(lent, item=item) if item else lent

    def _fits(self, own: Content, other: Content) -> bool:
        """Whether a reply of the kind ``own`` may be described as ``other``."""
        found = fit(own.schema, other.schema, self._lender.by_ref)
        return own.kind == other.kind and found is not Fit.CONFLICT

    def _typed(self, own: _Typed, other: _Typed) -> _Typed:
        """``own`` with the type and schema of ``other``."""
        return changed(
            own,
            type=self._loans.type(self._lender, other.type),
            schema=self._loans.schema(self._lender, other.schema),
        )

    def _argument(self, own: Argument, alone: bool) -> Argument:
        """``own`` with the schema and words of where its value goes; schemas that are ``alone`` hold no references."""
        if own.constant is not ... or own.media_type or own.pointer:
            return own
        schema, words = self._target(own)
        described = changed(own, description=own.description or words)
        if fit(own.schema, schema, self._lender.by_ref) is not Fit.REFINES:
            return described
        if alone:
            return changed(described, schema=self._lender.inliner.strict(schema))
        return changed(described, schema=self._loans.schema(self._lender, schema))

    def _target(self, own: Argument) -> tuple[Json, str]:
        """Schema and words of the parameter, body or property of it that an argument becomes; ``...`` if unknown."""
        if own.target:
            slot = self._slots.get(own.target)
            return (slot.schema, slot.description) if slot else (..., "")
        body = self._other.body
        contents = body.contents if body else ()
        kinds = ("json", "form", "multipart")
        schema = next((it.schema for it in contents if it.kind in kinds), ...)
        if body is None or not own.field:
            return schema, body.description if body else ""
        schema = member(schema, own.field, self._lender.by_ref)
        words = schema.get("description", "") if isinstance(schema, dict) else ""
        return schema, words

    def _conflict(self, what: str, here: Origin, there: Origin) -> None:
        words = (
            f"{what} is of another type in the OpenAPI document; the capability counts"
        )
        self._warn("N342", words, here, there)


def _slots(operation: Operation, other: Operation) -> dict[str, Parameter]:
    """The parameters of ``other`` by the keys of those of ``operation`` that go to the same places."""
    known = {_place(it, it.name): it for it in other.parameters}
    pairs = zip(_placeholders(operation), _placeholders(other), strict=False)
    spelled = dict(pairs)
    found = {}
    for it in operation.parameters:
        name = spelled.get(it.name, it.name) if it.place == "path" else it.name
        slot = known.get(_place(it, name))
        if it.given and slot:
            found[it.key] = slot
    return found


def _place(parameter: Parameter, name: str) -> tuple[str, str]:
    """What tells parameters apart: place and name; letters of headers are all alike."""
    return parameter.place, name.lower() if parameter.place == "header" else name


def _placeholders(operation: Operation) -> list[str]:
    """The names in the path, in order."""
    return [part.partition("}")[0] for part in operation.path.split("{")[1:]]


def _alike(own: Content, others: Sequence[Content]) -> Content | None:
    """That of ``others`` which is of the media type of ``own``, or else of its kind."""
    same = [it for it in others if it.media_type == own.media_type]
    return next(iter(same or [it for it in others if it.kind == own.kind]), None)
