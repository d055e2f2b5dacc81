"""What the official JSON Schema refuses although its meaning is plain here: departures, errors when strict.

Like the rules of good style it runs only where documents are judged: ``validate`` and ``--strict``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from naftiko_codegen.check.capability_shapes import FORMATS
from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*", re.ASCII)
_KEBAB = re.compile(r"[A-Za-z0-9-]+", re.ASCII)
_LOOKUP = ("index", "match", "lookupValue", "outputParameters")
_SCALARS = ("string", "number", "boolean")
_BELOW = {"object": "properties", "array": "items"}
_WHOLE = ("", "$", "$.")


def judge_form(root: Node, capability: Node, report: Report) -> None:
    """Report (N203, N205, N207, N209, N211, N212, N223, N312) what the schema of the language does not allow."""
    if root.has("consumes") and root.has("capability"):
        words = "`consumes` beside `capability` is not in the official language: taken as below it"
        report.warning("N209", words, root.at("consumes"), strict=True)
    for owner in (root, capability):
        for bind in owner.entries("binds"):
            _keys(bind, report)
        for api in owner.entries("consumes"):
            _formats(api, report)
    for server in capability.entries("exposes"):
        if server.text("transport") == "stdio" and server.has("port"):
            words = "`port` on stdio: nothing listens there"
            report.warning("N212", words, server.at("port"), strict=True)
    for unit, kind in _units(capability):
        _unit(unit, kind, report)


def _keys(bind: Node, report: Report) -> None:
    for name, node in bind.pairs("keys"):
        if not _VARIABLE.fullmatch(name):
            words = "keys of binds other than capital letters, digits and `_`: {}"
            report.repeated("N207", words, node.pointer, word=quote(name))


def _formats(api: Node, report: Report) -> None:
    for resource in api.entries("resources"):
        for operation in resource.entries("operations"):
            word = operation.text("outputRawFormat")
            if word == "text" and word in FORMATS:
                words = "`outputRawFormat` outside the official language, taken as it says: {}"
                report.repeated("N205", words, operation.at("outputRawFormat"), word=quote(word))  # fmt: skip


def _units(capability: Node) -> Iterator[tuple[Node, str]]:
    for server in capability.entries("exposes"):
        if server.text("type") == "mcp":
            yield from ((node, "tool") for node in server.entries("tools"))
            yield from ((node, "resource") for node in server.entries("resources"))
        elif server.text("type") in ("rest", "api"):
            for resource in server.entries("resources"):
                yield from ((it, "route") for it in resource.entries("operations"))
    for aggregate in capability.entries("aggregates"):
        yield from ((it, "tool") for it in aggregate.entries("functions", "flows"))


def _unit(unit: Node, kind: str, report: Report) -> None:
    outputs = list(unit.entries("outputParameters"))
    steps = unit.has("steps")
    if kind == "resource" and steps and unit.has("call"):
        words = "`call` beside `steps` means nothing: left out"
        report.repeated("N312", words, unit.at("call"))
    for step in unit.entries("steps"):
        if step.text("type") == "lookup":
            _lookup(step, report)
    if unit.has("ref"):
        return
    if kind == "route" and steps and not unit.name and any(o.has("name") for o in outputs):  # fmt: skip
        report.repeated("N203", "a route with `steps` should have {}", unit.pointer, word="`name`")  # fmt: skip
    composed = kind != "route" and (steps or not unit.has("call", "location"))
    for output in outputs:
        if composed and not output.name:
            words = "an output that no call is shaped by should have {}"
            report.repeated("N203", words, output.pointer, word="`name`")
        _output(output, report, top=True)


def _lookup(step: Node, report: Report) -> None:
    for name in _LOOKUP:
        found = step.find(name)
        if found is None or found.value == []:
            words = "a lookup should have {}"
            report.repeated("N203", words, step.pointer, word=f"`{name}`")
    for name in ("index", "match"):
        word = step.text(name)
        if word and not _KEBAB.fullmatch(word):
            words = "words of a lookup other than letters, digits and `-`: {}"
            report.repeated("N207", words, step.at(name), word=quote(word))


def _output(node: Node, report: Report, *, top: bool = False) -> None:
    kind = node.text("type")
    if kind in _SCALARS and node.has("mapping") and node.has("value"):
        words = "an output with `mapping` and `value`: the value counts"
        report.repeated("N223", words, node.at("value"))
    below = _BELOW.get(kind, "")
    whole = top and node.text("mapping") in _WHOLE and not node.has("value")
    if below and not node.has(below) and not whole:
        words = f"{kind} outputs without `{below}`: what they select is taken as it is"
        report.repeated("N211", words, node.pointer)
    for inner in node.entries("properties"):
        _output(inner, report)
    items = node.find("items")
    if items and isinstance(items.value, dict):
        _output(items, report)
