"""Outputs of a unit that calls nothing → the shape of what it answers, made of its inputs."""

from __future__ import annotations

from naftiko_codegen.check.report import Report
from naftiko_codegen.ir.lower_capability_shapes import Shaped
from naftiko_codegen.ir.model import Content, Operation, Parameter, Reply
from naftiko_codegen.ir.shape import Input, Shape
from naftiko_codegen.ir.types import AnyType
from naftiko_codegen.link.references import meaning
from naftiko_codegen.link.slots import Called
from naftiko_codegen.link.spelling import Spelled
from naftiko_codegen.parse.capability_template import Reference, Text, input_name
from naftiko_codegen.parse.capability_view import Output, Unit
from naftiko_codegen.read.document import Json

_UNNAMED = "value"
"""The member that an output without a name becomes."""


def mocked(unit: Unit, namespaces: frozenset[str], report: Report) -> Shaped:
    """The object that ``unit`` answers: a member for each output, or none for one that says nothing."""
    return _Mock(unit, namespaces, report).made()


def caller(unit: Unit) -> Called:
    """What takes the inputs of ``unit`` by their names in place of an operation."""
    declared: Spelled[None] = Spelled((i.name, None) for i in unit.inputs)
    free = (name for name in unit.placeholders if name not in declared)
    text = {"type": "string"}
    taken = [
        *((i.name, i.required, i.schema) for i in unit.inputs),
        *((name, True, text) for name in free),
    ]
    parameters = tuple(
        Parameter(name, name, "query", AnyType(), required, schema=schema)
        for name, required, schema in taken
    )
    content = Content("application/json", "json", AnyType())
    reply = Reply("200", "What is made of the request.", (content,))
    return Called(
        Operation("", "GET", "/", "", parameters=parameters, replies=(reply,))
    )


class _Mock:
    """The templates of one unit: ``with`` gives its inputs other names and values."""

    def __init__(self, unit: Unit, namespaces: frozenset[str], report: Report) -> None:
        self._unit = unit
        self._namespaces = namespaces
        self._report = report
        self._withs = {line.key: line.value for line in unit.withs}
        self._inputs = [*(i.name for i in unit.inputs), *unit.placeholders]

    def made(self) -> Shaped:
        found = self._members(self._unit.outputs)
        return found or (Shape("object"), {"type": "object", "properties": {}})

    def _members(self, outputs: tuple[Output, ...]) -> Shaped | None:
        """An object of those that say something; ``None`` when there is none."""
        made: dict[str, Shaped] = {}
        for output in outputs:
            if found := self._output(output):
                made[output.name or _UNNAMED] = found
        if not made:
            return None
        schemas: dict[str, Json] = {name: schema for name, (_, schema) in made.items()}
        members = tuple((name, shape) for name, (shape, _) in made.items())
        schema = {"type": "object", "properties": schemas, "required": list(schemas)}
        return Shape("object", members=members), schema

    def _output(self, output: Output) -> Shaped | None:
        if isinstance(output.value, tuple):
            pieces = tuple(self._pieces(output.value, output))
            return Shape("text", pieces=pieces), {"type": "string"}
        if output.value is not ...:
            return Shape("constant", constant=output.value), {"const": output.value}
        if output.kind == "array":
            item = self._output(output.items) if output.items else None
            inner: Json = {"items": item[1]} if item else {}
            schema = {"type": "array", **inner}
            return Shape("list", choices=(item[0],) if item else ()), schema
        return self._members(output.members or ())

    def _pieces(self, text: Text, output: Output) -> list[str | Input]:
        """The pieces of a template; what ``with`` says stands for the input it names."""
        made: list[str | Input] = []
        for piece in text:
            if isinstance(piece, Reference):
                made += self._reference(piece.name, output)
            else:
                made.append(piece)
        return made

    def _reference(self, name: str, output: Output) -> list[str | Input]:
        name = input_name(name, self._namespaces)
        given = self._withs.get(name)
        if given is None:
            self._check(name, output)
            return [Input(tuple(name.split(".")))]
        found = meaning(given, self._namespaces, self._inputs)
        if found.kind == "constant":
            return [str(found.constant)]
        if found.kind != "mixed":
            return [Input(tuple(found.name.split(".")))]
        pieces = given if isinstance(given, tuple) else ()
        return [
            (
                Input((input_name(piece.name, self._namespaces),))
                if isinstance(piece, Reference)
                else piece
            )
            for piece in pieces
        ]

    def _check(self, name: str, output: Output) -> None:
        if name.partition(".")[0] not in self._inputs:
            words = "placeholders that name no input are empty: {}"
            self._report.repeated("N224", words, output.pointer, word=f"`{name}`")
