"""The exposed side of a capability: REST adapters with their routes, MCP adapters with their tools."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from naftiko_codegen.check.capability_shapes import METHODS, MORE_METHODS, SERVERS
from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import clean
from naftiko_codegen.parse.capability_address import address, path, port, value_text
from naftiko_codegen.parse.capability_consumes import whole_type
from naftiko_codegen.parse.capability_schema import schema
from naftiko_codegen.parse.capability_template import template
from naftiko_codegen.parse.capability_view import Input, Server, Unit, With

_INPUT_PLACES = ("query", "header", "path", "cookie", "body")
_REST_PORT = 8080
_MCP_PORT = 9090


def servers(root: Node, report: Report) -> Iterator[Server]:
    """The servers of the document; a second one of the same kind is not supported yet (N290)."""
    capability = root.find("capability")
    seen: set[str] = set()
    ports: dict[int, Node] = {}
    for node in capability.entries("exposes") if capability else ():
        kind = SERVERS.get(node.text("type"), "").removeprefix("server ")
        if kind and kind in seen:
            report.missing(
                f"a second {kind.upper()} adapter in one document is", node.pointer
            )
        elif kind == "rest":
            yield _rest(node, report)
        elif kind == "mcp":
            yield _mcp(node, report)
        seen.add(kind)
        number = node.integer("port")
        if number is not None and ports.setdefault(number, node) is not node:
            report.warning(
                "N212", f"port {number} is that of another server too", node.at("port")
            )


def _rest(node: Node, report: Report) -> Server:
    if node.text("type") == "api":
        report.repeated(
            "N220",
            "`type: api` is language version 0.4: taken as `rest`",
            node.at("type"),
            strict=False,
        )
    units = tuple(
        unit
        for resource in node.entries("resources")
        for unit in _routes(node, resource, report)
    )
    return Server("rest", node.text("namespace"), port(node, _REST_PORT, report), address(node, report),
                  clean(node.text("description")), units, node.pointer)  # fmt: skip


def _mcp(node: Node, report: Report) -> Server:
    transport: Literal["http", "stdio"] = (
        "stdio" if node.text("transport").lower() == "stdio" else "http"
    )
    units = tuple(
        _tool(tool, report)
        for tool in node.entries("tools")
        if tool.name and not tool.has("ref", "steps")
    )
    number = port(node, _MCP_PORT, report, needed=transport == "http")
    return Server("mcp", node.text("namespace"), number, address(node, report), clean(node.text("description")),
                  units, node.pointer, transport)  # fmt: skip


def _routes(server: Node, resource: Node, report: Report) -> Iterator[Unit]:
    """The routes of one exposed resource: one for each of its operations."""
    if not resource.text("path"):
        return
    found = _route_path(resource, report)
    outer = (*_inputs(server, report, rest=True), *_inputs(resource, report, rest=True))
    for node in resource.entries("operations"):
        method = node.text("method").upper()
        if method not in (*METHODS, *MORE_METHODS) or node.has("ref", "steps"):
            continue
        own = _inputs(node, report, rest=True)
        names = {(i.place, i.name) for i in own}
        yield Unit(
            name=node.name or resource.name,
            call=_call(node, report),
            inputs=(*(i for i in outer if (i.place, i.name) not in names), *own),
            withs=_withs(node),
            reply=_reply(node, report),
            label=clean(node.text("label", "display")),
            description=clean(node.text("description")),
            pointer=node.pointer,
            method=method,
            path=found[0],
            placeholders=found[1],
            tag=resource.name,
        )


def _route_path(resource: Node, report: Report) -> tuple[str, tuple[str, ...]]:
    text = resource.text("path")
    before, mark, _ = text.partition("?")
    if mark:
        report.repeated(
            "N214",
            "path with a query: no request has it in its path; cut off",
            resource.at("path"),
        )
    return path(before, resource.at("path"), report)


def _tool(node: Node, report: Report) -> Unit:
    return Unit(
        name=node.name,
        call=_call(node, report),
        inputs=_inputs(node, report, rest=False) or tuple(_schema_inputs(node, report)),
        withs=_withs(node),
        reply=_reply(node, report),
        label=clean(node.text("label", "display")),
        description=clean(node.text("description")),
        pointer=node.pointer,
        hints=tuple(
            (k, n.value) for k, n in node.pairs("hints") if isinstance(n.value, bool)
        ),
    )


def _call(node: Node, report: Report) -> str:
    """The text of ``call``; without one the unit is a mock (N290)."""
    if not node.has("call"):
        report.missing("mock replies (no `call`) are", node.pointer)
    return node.text("call")


def _inputs(owner: Node, report: Report, *, rest: bool) -> tuple[Input, ...]:
    return tuple(
        _input(node, report, rest=rest)
        for node in owner.entries("inputParameters")
        if node.name
    )


def _input(node: Node, report: Report, *, rest: bool) -> Input:
    said = node.text("in").lower() if rest else ""
    place = said if said in _INPUT_PLACES else ""
    required = node.flag("required")
    value = node.find("value", "mapping") if rest else None
    return Input(
        name=node.name,
        place=place,
        schema=schema(node, report),
        required=(not rest or place == "path") if required is None else required,
        description=clean(node.text("description")),
        value=value_text(value.value) if value else None,
        pointer=node.pointer,
    )


def _schema_inputs(node: Node, report: Report) -> Iterator[Input]:
    """``inputSchema``, a dialect: the properties of the schema are the inputs."""
    block = node.find("inputSchema")
    if block is None or not isinstance(block.value, dict):
        return
    required = block.value.get("required")
    for name, item in block.pairs("properties"):
        if isinstance(item.value, dict):
            yield Input(name, "", schema(item, report), isinstance(required, list) and name in required,
                        clean(item.text("description")), None, item.pointer)  # fmt: skip


def _withs(node: Node) -> tuple[With, ...]:
    return tuple(
        With(key, template(n.value) if isinstance(n.value, str) else n.value, n.pointer)
        for key, n in node.pairs("with")
        if isinstance(n.value, str | int | float) and not isinstance(n.value, bool)
    )


def _reply(node: Node, report: Report) -> Literal["object", "array", "any"]:
    """The type of the whole reply; outputs that select or build something are not supported yet (N290)."""
    found = node.find("outputParameters")
    if found is None or found.value in ([], {}):
        return "any"
    outputs = list(node.entries("outputParameters"))
    if not isinstance(found.value, list | dict) or len(outputs) != len(found.value):
        report.error(
            "N202", "`outputParameters` must be a list of objects", found.pointer
        )
        return "any"
    if len(outputs) == 1 and _is_whole(outputs[0]):
        kind = whole_type(outputs[0].text("type"))
        inside = "items" if kind == "array" else "properties"
        words = f"{kind} output without {inside}: taken as the whole reply"
        hint = "nothing to do, unless a stricter tool reads this file too"
        report.repeated("N211", words, outputs[0].pointer, hint)
        return kind
    for output in outputs:
        report.missing("shaping of outputs is", output.pointer)
    return "any"


def _is_whole(output: Node) -> bool:
    return (
        output.text("type") in ("object", "array")
        and output.text("mapping") in ("", "$", "$.")
        and not output.has("value", "const", "values", "maxLength")
        and not (output.value.get("properties") or output.value.get("items"))
    )
