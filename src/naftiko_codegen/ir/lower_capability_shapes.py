"""Outputs of a unit → the shape of its reply, and the JSON Schema of what the shape makes."""

from __future__ import annotations

from naftiko_codegen.check.report import Report
from naftiko_codegen.ir.shape import Shape
from naftiko_codegen.parse.capability_outputs import is_whole
from naftiko_codegen.parse.capability_path import split
from naftiko_codegen.parse.capability_template import literal
from naftiko_codegen.parse.capability_view import Output
from naftiko_codegen.read.document import Json
from naftiko_codegen.read.jsonpath import parse

_SCALARS = ("string", "number", "boolean")
Shaped = tuple[Shape, Json]


def shape_of(outputs: tuple[Output, ...], report: Report) -> Shaped | None:
    """The shape of a reply and its schema, or ``None`` when it is passed on as it is.

    Several outputs that all have names are the members of an object; others are tried one after the other (N223).
    """
    if not outputs or (len(outputs) == 1 and is_whole(outputs[0])):
        return None
    if len(outputs) == 1:
        return _shaped(outputs[0], report)
    if all(output.name for output in outputs):
        words = "several outputs with names: taken as the members of one object"
        report.repeated("N223", words, outputs[0].pointer)
        first = outputs[0].pointer
        whole = Output("", "object", None, ..., outputs, None, None, 0, "", first)
        return _shaped(whole, report)
    words = "several outputs without names: the first that is not null is the reply"
    report.repeated("N223", words, outputs[0].pointer)
    made = [_shaped(output, report) for output in outputs]
    choices = tuple(shape for shape, _ in made)
    return Shape("first", choices=choices), {"anyOf": [schema for _, schema in made]}


def _shaped(output: Output, report: Report) -> Shaped:
    shape, schema = _made(output, report)
    if output.description:
        schema = {"description": output.description, **schema}
    return shape, schema


def _made(output: Output, report: Report) -> Shaped:
    if output.value is not ...:
        return _constant(output, report)
    path = output.mapping or "$"
    if output.members:
        made = [(m.name, _shaped(m, report)) for m in output.members]
        shape = Shape("object", path, members=tuple((name, s) for name, (s, _) in made))
        properties = {name: schema for name, (_, schema) in made}
        return shape, {
            "type": "object",
            "properties": properties,
            "required": list(properties),
        }
    if output.mapping is None and output.kind != "array":
        words = "outputs that say nothing of their value are null: {}"
        report.repeated("N223", words, output.pointer, word=output.name or output.kind)
        return Shape("constant"), {"type": "null"}
    if output.kind == "array" or output.items:
        return _array(output, path, report)
    if output.values:
        item, schema = _shaped(output.values, report)
        kind = {"type": ["object", "null"], "additionalProperties": schema}
        return Shape("map", path, item=item), kind
    return Shape("select", path, longest=output.longest), _selected(output.kind, path)


def _array(output: Output, path: str, report: Report) -> Shaped:
    """A list; an element of which nothing is said, or nothing but its type, stays as it is."""
    items = output.items
    if items is None or _is_bare(items):
        schema: dict[str, Json] = {"type": ["array", "null"]}
        if items and items.kind != "any":
            schema["items"] = _selected(items.kind, "$")
        return Shape("array", path), schema
    item, inner = _shaped(items, report)
    return Shape("array", path, item=item), {"type": ["array", "null"], "items": inner}


def _is_bare(output: Output) -> bool:
    said = (output.mapping, output.members, output.items, output.values)
    return output.value is ... and not output.longest and said == (None,) * 4


def _constant(output: Output, report: Report) -> Shaped:
    """What the document says itself; a text stays one whatever the type."""
    value = output.value
    if isinstance(value, tuple):
        text = literal(value)
        if text is None:
            words = "placeholders in outputs of a call are"
            report.missing(words, (*output.pointer, "value"))
        value = text or ""
    return Shape("constant", constant=value), {"const": value}


def _selected(kind: str, path: str) -> Json:
    """The schema of what a path selects: values come as they are, so that any scalar may stand for another."""
    query, counted = split(path)
    if counted:
        return {"type": ["integer", "null"]}
    if not parse(query).singular:
        return {"type": "array"}
    if kind in _SCALARS:
        others = [word for word in _SCALARS if word != kind]
        return {"type": [kind, *others, "null"]}
    if kind in ("object", "array"):
        return {"type": ["object", "array", "null"]}
    return {}
