"""``outputParameters``: what a reply is made of, in one shape for every version and dialect."""

from __future__ import annotations

import json
from collections.abc import Iterator

from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import clean, did_you_mean, quote
from naftiko_codegen.parse.capability_path import normal
from naftiko_codegen.parse.capability_template import references, template
from naftiko_codegen.parse.capability_view import Output
from naftiko_codegen.read.document import Json
from naftiko_codegen.read.jsonpath import QueryError

_KINDS = ("string", "number", "boolean", "object", "array")
_MORE_KINDS = {"integer": "number", "any": "any", "null": "any"}
_KEYS = ("type", "mapping", "value", "const", "properties", "items", "name", "description", "values", "maxLength",
         "in", "required", "label", "enum", "format", "example", "examples", "nullable", "default")  # fmt: skip
"""The keys of an output, and those that people write as documentation of it."""
_MEANT = _KEYS[:10]


def outputs(owner: Node, report: Report) -> tuple[Output, ...]:
    """The outputs of a unit; N202 (wrong type), N204 (unknown key), N222 (no JSONPath), N223 (nothing said)."""
    found = owner.find("outputParameters")
    if found is None:
        return ()
    items = tuple(owner.entries("outputParameters"))
    if not isinstance(found.value, list | dict) or len(items) != len(found.value):
        words = "`outputParameters` must be a list of objects"
        report.error("N202", words, found.pointer)
        return ()
    return tuple(output(item, report) for item in items)


def output(node: Node, report: Report) -> Output:
    """One output and everything below it."""
    _check_keys(node, report)
    kind = _kind(node, report)
    longest = node.integer("maxLength") or 0
    return Output(
        name=node.name,
        kind=kind,
        mapping=_mapping(node, report),
        value=_value(node, report),
        members=_members(node, report) if kind in ("object", "any") else None,
        items=_one(node, "items", report) if kind in ("array", "any") else None,
        values=_one(node, "values", report) if kind == "object" else None,
        longest=longest if longest > 0 else 0,
        description=clean(node.text("description")),
        pointer=node.pointer,
    )


def is_whole(output: Output) -> bool:
    """Whether ``output`` is the reply as it is."""
    return (
        output.kind in ("object", "array", "any")
        and output.mapping in (None, "$")
        and (output.kind != "any" or output.mapping == "$")
        and output.value is ...
        and not (output.members or output.items or output.values or output.longest)
    )


def says_something(output: Output) -> bool:
    """Whether a value stands in ``output`` itself or below it: then it can be answered without a call."""
    below = (*(output.members or ()), *((output.items,) if output.items else ()))
    return output.value is not ... or any(map(says_something, below))


def placeholders(outputs: tuple[Output, ...]) -> Iterator[str]:
    """The names in the texts that the document puts into ``outputs``."""
    for output in outputs:
        if isinstance(output.value, tuple):
            yield from references(output.value)
        inner = (output.items, output.values)
        yield from placeholders(output.members or ())
        yield from placeholders(tuple(it for it in inner if it))


def _check_keys(node: Node, report: Report) -> None:
    for name in node.value:
        if name not in _KEYS and not str(name).startswith("x-"):
            words = "unknown keys of an output are ignored: {}"
            hint = did_you_mean(str(name), _MEANT)
            report.repeated("N204", words, node.at(name), hint, word=quote(str(name)))


def _kind(node: Node, report: Report) -> str:
    said = node.find("type")
    word = str(said.value).lower() if said else ""
    if word in _KINDS:
        return word
    if word in _MORE_KINDS:
        words = "types of outputs outside the official language: {}"
        report.repeated("N205", words, node.at("type"), word=quote(word))
        return _MORE_KINDS[word]
    if said:
        words = f"`type` is {quote(word)}: it must be one of {', '.join(_KINDS)}"
        report.error("N205", words, said.pointer, did_you_mean(word, _KINDS))
    else:
        report.repeated("N203", "an output should have {}", node.pointer, word="`type`")
    return "any"


def _mapping(node: Node, report: Report) -> str | None:
    """The path of an output as RFC 9535 writes it."""
    found = node.find("mapping")
    if found is None:
        return None
    if not isinstance(found.value, str):
        report.error("N202", "`mapping` of an output must be a text", found.pointer)
        return None
    try:
        return normal(found.value)
    except QueryError as error:
        words = f"`mapping` {quote(found.value)} is no JSONPath: {error.message}"
        report.error("N222", words, found.pointer)
        return None


def _value(node: Node, report: Report) -> Json | tuple[object, ...]:
    """What stands in the document itself: a template, or a constant (``...``: neither)."""
    found = node.find("value")
    if found is not None:
        return _written(found.value)
    constant = node.find("const")
    if constant is None or node.has("mapping"):
        return ...
    words = "`const` of an output: taken as its value, as up to language version 1.0.0-alpha1"
    report.repeated("N220", words, constant.pointer, strict=False)
    return _written(constant.value)


def _written(value: Json) -> Json | tuple[object, ...]:
    """The template that a scalar is, or a list or object as it is."""
    text = value if isinstance(value, str | list | dict) else json.dumps(value)
    return template(text) if isinstance(text, str) else text


def _members(node: Node, report: Report) -> tuple[Output, ...] | None:
    if not node.has("properties"):
        return None
    found = node.value["properties"]
    items = tuple(node.entries("properties"))
    if not isinstance(found, list | dict) or len(items) != len(found):
        words = "`properties` of an output must be an object of outputs"
        report.error("N202", words, node.at("properties"))
    return tuple(output(item, report) for item in items) or None


def _one(node: Node, key: str, report: Report) -> Output | None:
    found = node.find(key)
    if found is None:
        return None
    value = found.value
    if isinstance(value, list) and value and all(isinstance(v, dict) for v in value):
        return _listed(found, report)
    if not isinstance(value, dict):
        words = f"`{key}` of an output must be an output"
        report.error("N202", words, found.pointer)
        return None
    return output(Node(value, found.pointer), report)


def _listed(found: Node, report: Report) -> Output:
    """``items`` as a list: a nameless one is the item, named ones are its members (as below ``steps``)."""
    nodes = tuple(_nodes(found))
    if len(nodes) == 1 and not nodes[0].name:
        return output(nodes[0], report)
    members = tuple(output(node, report) for node in nodes)
    return Output("", "object", None, ..., members, None, None, 0, "", found.pointer)


def _nodes(found: Node) -> Iterator[Node]:
    for index, value in enumerate(found.value):
        yield Node(value, (*found.pointer, index))
