"""Rules of good style and of safety for the exposed side of a capability: N230, N232 and N238 to N245."""

from __future__ import annotations

from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.read.document import Document

_LOOPBACK = ("", "localhost", "127.0.0.1", "::1", "[::1]")
_OAUTH2 = ("authorizationServerUri", "resource")


def lint_servers(
    capability: Node, document: Document, diagnostics: Diagnostics, report: Report
) -> None:
    """Report what the exposed adapters could do better."""
    controls = [n for n in capability.entries("exposes") if n.text("type") == "control"]
    for node in controls[1:]:
        words = "a second control adapter: a capability has one"
        report.warning("N244", words, node.pointer, strict=True)
    for node in capability.entries("exposes"):
        _address(node, report)
        _authentication(node, report)
        if node.text("type") in ("rest", "api"):
            _rest(node, document, diagnostics, report)
        for tool in node.entries("tools"):
            _outputs(tool, report)


def _address(node: Node, report: Report) -> None:
    address = node.text("address")
    if address.endswith("example.com"):
        words = f"`address` {quote(address)} is an example: no server can bind to it"
        report.warning("N232", words, node.at("address"))
    elif address not in _LOOPBACK and node.text("type") == "control":
        words = f"a control adapter on {quote(address)}: whoever reaches it may steer the server"
        report.warning("N245", words, node.at("address"), "bind it to localhost")
    elif address not in _LOOPBACK and not node.has("authentication"):
        words = f"a server on {quote(address)} without `authentication`: whoever reaches it may call it"
        report.warning("N238", words, node.at("address"), "add `authentication`")


def _authentication(node: Node, report: Report) -> None:
    block = node.find("authentication")
    if block is None:
        return
    if node.text("transport") == "stdio":
        words = "`authentication` on stdio: there is no request that could carry it"
        report.warning("N239", words, block.pointer)
    if block.text("type") != "oauth2":
        return
    for name in _OAUTH2:
        if block.has(name) and not block.text(name).startswith("https://"):
            words = f"`{name}` does not start with https://"
            report.warning("N240", words, block.at(name), strict=True)
    if not block.has("scopes"):
        report.warning("N240", "OAuth 2 without `scopes`", block.pointer)


def _rest(
    node: Node, document: Document, diagnostics: Diagnostics, report: Report
) -> None:
    for resource in node.entries("resources"):
        path = resource.text("path")
        if path.endswith("/") and path != "/":
            words = "route paths that end with a slash: {}"
            report.repeated("N241", words, resource.at("path"), word=quote(path), strict=False)  # fmt: skip
        if not resource.text("description"):
            words = "exposed resources without `description`"
            report.repeated("N230", words, resource.pointer, strict=False)
        for operation in resource.entries("operations"):
            if not operation.text("description"):
                words = "a route without `description`"
                diagnostics.note("N230", words, document.span(operation.pointer))
            _outputs(operation, report)


def _outputs(unit: Node, report: Report) -> None:
    """N242: shapes of outputs of which the engine makes something else than they say."""
    outputs = list(unit.entries("outputParameters"))
    if unit.has("call") and len(outputs) > 1:
        words = "several outputs with `call`: the engine answers with the first alone"
        report.repeated("N242", words, outputs[1].pointer, strict=False)
    for output in outputs:
        if output.text("type") == "array" and not output.has("mapping", "value"):
            words = (
                "array outputs without `mapping`: the engine answers with an empty list"
            )
            report.repeated("N242", words, output.pointer, strict=False)
        _nested(output, report)


def _nested(output: Node, report: Report) -> None:
    """N243: a constant below the top is not what the engine sends."""
    inner = [*output.entries("properties")]
    items = output.find("items")
    inner += [items] if items and isinstance(items.value, dict) else []
    for node in inner:
        if node.has("value") and not node.has("mapping"):
            words = "`value` inside objects and arrays: the engine leaves it out"
            report.repeated("N243", words, node.at("value"), strict=False)
        _nested(node, report)
