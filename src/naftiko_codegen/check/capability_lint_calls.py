"""Rules for what stands between a unit and the operation that it calls: N252 and N255."""

from __future__ import annotations

import re
from collections.abc import Iterator

from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote

_SECTION = re.compile(r"\{\{#\s*([\w.-]+)\s*\}\}.*?\{\{/\s*\1\s*\}\}", re.DOTALL)
_NAME = re.compile(r"\{\{\s*([\w.-]+)\s*\}\}")
_SOURCE = re.compile(r"(?:\{\{\s*)?(?:\$this\.)?(?:[\w-]+\.)?([\w-]+)(?:\s*\}\})?")
_QUOTE = re.compile(r'(?<!\\)"')


def lint_calls(root: Node, capability: Node, report: Report) -> None:
    """Report bodies that an absent input breaks, and lists of XML that may be one element."""
    operations = dict(_operations(root, capability))
    for unit, rest in _units(capability):
        operation = operations.get(unit.text("call"))
        if operation and not unit.has("steps", "ref"):
            _body(unit, operation, rest, report)
            if operation.text("outputRawFormat").lower() == "xml":
                _arrays(unit, report)


def _operations(root: Node, capability: Node) -> Iterator[tuple[str, Node]]:
    for api in (*root.entries("consumes"), *capability.entries("consumes")):
        for resource in api.entries("resources"):
            for operation in resource.entries("operations"):
                yield f"{api.text('namespace')}.{operation.name}", operation


def _units(capability: Node) -> Iterator[tuple[Node, bool]]:
    """Tools, functions and, marked, routes."""
    for server in capability.entries("exposes"):
        yield from ((tool, False) for tool in server.entries("tools"))
        for resource in server.entries("resources"):
            yield from ((route, True) for route in resource.entries("operations"))
    for aggregate in capability.entries("aggregates"):
        yield from ((it, False) for it in aggregate.entries("functions", "flows"))


def _body(unit: Node, operation: Node, rest: bool, report: Report) -> None:
    """N252: nothing stands where a value should."""
    optional = {
        node.name for node in unit.entries("inputParameters") if _optional(node, rest)
    }
    given = {key: str(node.value) for key, node in unit.pairs("with")}
    for name in _alone(operation):
        found = _SOURCE.fullmatch(given.get(name, name))
        if found and found[1] in optional:
            words = "optional inputs alone in a body: an engine sends no JSON without them: {}"
            hint = "write {{#x}}…{{/x}} around what is left out with x, or make them required"
            report.repeated(
                "N252", words, unit.pointer, hint, word=quote(found[1]), strict=False
            )


def _optional(node: Node, rest: bool) -> bool:
    required = node.flag("required")
    if required is None:
        return rest and node.text("in").lower() != "path" and not node.has("value")
    return not required


def _alone(operation: Node) -> Iterator[str]:
    """The names that stand in a written JSON body outside quotes and sections."""
    body = operation.find("body") or Node(None)
    data = body if isinstance(body.value, str) else body.find("data") or Node(None)
    if not isinstance(data.value, str) or body.text("type") not in ("", "json"):
        return
    text, quotes, end = _SECTION.sub("", data.value), 0, 0
    for match in _NAME.finditer(text):
        quotes += len(_QUOTE.findall(text, end, match.start()))
        end = match.end()
        if quotes % 2 == 0:
            yield match[1]


def _arrays(unit: Node, report: Report) -> None:
    """N255: one element is no list."""
    for output in _outputs(unit.entries("outputParameters")):
        if output.text("type") == "array" and output.has("mapping"):
            words = "arrays from XML: an engine answers null where there is one element"
            report.repeated("N255", words, output.at("mapping"), strict=False)


def _outputs(found: Iterator[Node]) -> Iterator[Node]:
    for output in found:
        yield output
        yield from _outputs(output.entries("properties"))
        items = output.find("items")
        if items and isinstance(items.value, dict):
            yield from _outputs(iter((items,)))
