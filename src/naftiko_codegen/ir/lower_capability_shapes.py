"""Outputs of a unit → the shape of its reply, and the JSON Schema of what the shape makes."""

from __future__ import annotations

from collections.abc import Callable

from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.ir.shape import Input, Shape
from naftiko_codegen.parse.capability_outputs import is_whole
from naftiko_codegen.parse.capability_path import split
from naftiko_codegen.parse.capability_template import Reference, literal
from naftiko_codegen.parse.capability_view import Output
from naftiko_codegen.read.document import Json
from naftiko_codegen.read.jsonpath import parse

_KINDS = ("string", "number", "boolean", "object", "array")
Shaped = tuple[Shape, Json]


Find = Callable[[str], str | Input | None]
"""The value that a placeholder of an output names: an input, a constant text, or nothing."""


def shape_of(outputs: tuple[Output, ...], find: Find, report: Report) -> Shaped | None:
    """The shape of a reply and its schema, or ``None`` when it is passed on as it is.

    Several outputs that all have names are the members of an object; others are tried one after the other (N223).
    Placeholders that ``find`` knows nothing of are empty (N224).
    """
    if not outputs or (len(outputs) == 1 and is_whole(outputs[0])):
        return None
    if len(outputs) == 1:
        return _Shapes(find, report).shaped(outputs[0])
    if all(output.name for output in outputs):
        words = "several outputs with names: taken as the members of one object"
        report.repeated("N223", words, outputs[0].pointer)
        first = outputs[0].pointer
        whole = Output("", "object", None, ..., outputs, None, None, 0, "", first)
        return _Shapes(find, report).shaped(whole)
    words = "several outputs without names: the first that is not null is the reply"
    report.repeated("N223", words, outputs[0].pointer)
    shapes = _Shapes(find, report)
    made = [shapes.shaped(output) for output in outputs]
    choices = tuple(shape for shape, _ in made)
    return Shape("first", choices=choices), {"anyOf": [schema for _, schema in made]}


class _Shapes:
    """The shapes of one unit's outputs."""

    def __init__(self, find: Find, report: Report) -> None:
        self._find = find
        self._report = report

    def shaped(self, output: Output) -> Shaped:
        """One output."""
        shape, schema = self._made(output)
        if output.description:
            schema = {"description": output.description, **schema}
        return shape, schema

    def _made(self, output: Output) -> Shaped:
        if output.value is not ...:
            return self._constant(output)
        path = output.mapping or "$"
        if output.members:
            made = [(m.name, self.shaped(m)) for m in output.members]
            shape = Shape(
                "object", path, members=tuple((name, s) for name, (s, _) in made)
            )
            properties = {name: schema for name, (_, schema) in made}
            return shape, {
                "type": "object",
                "properties": properties,
                "required": list(properties),
            }
        if output.mapping is None and output.kind != "array":
            words = "outputs that say nothing of their value are null: {}"
            self._report.repeated(
                "N223", words, output.pointer, word=output.name or output.kind
            )
            return Shape("constant"), {"type": "null"}
        if output.kind == "array" or output.items:
            return self._array(output, path)
        if output.values:
            item, schema = self.shaped(output.values)
            kind = {"type": ["object", "null"], "additionalProperties": schema}
            return Shape("map", path, item=item), kind
        return Shape("select", path, longest=output.longest), _selected(
            output.kind, path
        )

    def _array(self, output: Output, path: str) -> Shaped:
        """A list; an element of which nothing is said, or nothing but its type, stays as it is."""
        items = output.items
        if items is None or _is_bare(items):
            schema: dict[str, Json] = {"type": ["array", "null"]}
            if items and items.kind != "any":
                schema["items"] = _selected(items.kind, "$")
            return Shape("array", path), schema
        item, inner = self.shaped(items)
        return Shape("array", path, item=item), {
            "type": ["array", "null"],
            "items": inner,
        }

    def _constant(self, output: Output) -> Shaped:
        """What the document says itself; a text stays one whatever the type."""
        value = output.value
        if not isinstance(value, tuple):
            return Shape("constant", constant=value), {"const": value}
        if (text := literal(value)) is not None:
            return Shape("constant", constant=text), {"const": text}
        pieces: list[str | Input] = []
        for piece in value:
            made = self._piece(piece, output)
            if isinstance(made, str) and pieces and isinstance(pieces[-1], str):
                pieces[-1] += made
            elif made:
                pieces.append(made)
        return Shape("text", pieces=tuple(pieces)), {"type": "string"}

    def _piece(self, piece: str | Reference, output: Output) -> str | Input:
        if not isinstance(piece, Reference):
            return piece
        found = self._find(piece.name)
        if found is None:
            words = "placeholders that name no input are empty: {}"
            self._report.repeated("N224", words, output.pointer, word=quote(piece.name))
        return found or ""


def _is_bare(output: Output) -> bool:
    said = (output.mapping, output.members, output.items, output.values)
    return output.value is ... and not output.longest and said == (None,) * 4


def _selected(kind: str, path: str) -> Json:
    """The schema of what a path selects: values come as they are, so that any may stand for another."""
    query, counted = split(path)
    if counted:
        return {"type": ["integer", "null"]}
    if not parse(query).singular:
        return {"type": "array"}
    if kind in _KINDS:
        others = [word for word in _KINDS if word != kind]
        return {"type": [kind, *others, "null"]}
    return {}
