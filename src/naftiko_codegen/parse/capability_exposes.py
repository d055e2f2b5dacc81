"""The exposed side of a capability: REST adapters with routes, MCP adapters with tools, skill adapters with skills."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from naftiko_codegen.check.capability_shapes import METHODS, MORE_METHODS, SERVERS
from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import clean, quote
from naftiko_codegen.frozen import changed
from naftiko_codegen.parse.capability_address import address, path, port, value_text
from naftiko_codegen.parse.capability_binary import declared, largest
from naftiko_codegen.parse.capability_consumes import authentication, whole_type
from naftiko_codegen.parse.capability_forward import forwards
from naftiko_codegen.parse.capability_library import prompts, resources
from naftiko_codegen.parse.capability_mapping import destination, renamed
from naftiko_codegen.parse.capability_outputs import is_whole, outputs, says_something
from naftiko_codegen.parse.capability_schema import schema
from naftiko_codegen.parse.capability_skills import skills
from naftiko_codegen.parse.capability_steps import mappings, steps, withs
from naftiko_codegen.parse.capability_view import Input, Output, Server, Unit

_INPUT_PLACES = ("query", "header", "path", "cookie", "body")
_REST_PORT = 8080
_MCP_PORT = 9090
_SKILL_PORT = 8090
_KINDS = {"rest": "REST", "mcp": "MCP", "skill": "skill"}


def servers(root: Node, report: Report) -> Iterator[Server]:
    """The servers of the document; two of one kind need names of their own (N208)."""
    capability = root.find("capability") or root
    seen: dict[tuple[str, str], Node] = {}
    ports: dict[int, Node] = {}
    for node in capability.entries("exposes"):
        kind = SERVERS.get(node.text("type"), "").removeprefix("server ")
        name = (kind, node.text("namespace"))
        named = kind and kind != "control"
        if named and seen.setdefault(name, node) is not node:
            report.error(
                "N208",
                f"two {_KINDS[kind]} adapters of the namespace {quote(name[1])}",
                node.at("namespace"),
                "they are served by name: give them two",
                (seen[name].pointer, "the other one"),
            )
        if kind == "rest":
            yield _rest(node, report)
        elif kind == "mcp":
            yield _mcp(node, report)
        elif kind == "skill":
            yield _skill(node, report)
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
                  clean(node.text("description")), units, node.pointer,
                  authentication=authentication(node), forwards=tuple(forwards(node, report)),
                  largest=largest(node, report))  # fmt: skip


def _mcp(node: Node, report: Report) -> Server:
    transport: Literal["http", "stdio"] = (
        "stdio" if node.text("transport").lower() == "stdio" else "http"
    )
    units = tuple(
        _tool(tool, report)
        for tool in node.entries("tools")
        if tool.name or tool.has("ref")
    )
    number = port(node, _MCP_PORT, report, needed=transport == "http")
    return Server("mcp", node.text("namespace"), number, address(node, report), clean(node.text("description")),
                  units, node.pointer, transport, authentication(node),
                  tuple(resources(node, _tool, report)), tuple(prompts(node, report)),
                  largest=largest(node, report), cache=_cache(node, report))  # fmt: skip


def _cache(node: Node, report: Report) -> tuple[int | None, str]:
    """``ttlMs`` and ``cacheScope``; N205 for a time before now."""
    milliseconds = node.integer("ttlMs")
    if milliseconds is not None and milliseconds < 0:
        report.error("N205", "`ttlMs` must not be negative", node.at("ttlMs"))
    return milliseconds, node.text("cacheScope")


def _skill(node: Node, report: Report) -> Server:
    return Server("skill", node.text("namespace"), port(node, _SKILL_PORT, report), address(node, report),
                  clean(node.text("description")), (), node.pointer, authentication=authentication(node),
                  skills=tuple(skills(node, report)))  # fmt: skip


def _routes(server: Node, resource: Node, report: Report) -> Iterator[Unit]:
    """The routes of one exposed resource: one for each of its operations."""
    if not resource.text("path"):
        return
    found = _route_path(resource, report)
    outer = (*_inputs(server, report, rest=True), *_inputs(resource, report, rest=True))
    for node in resource.entries("operations"):
        method = node.text("method").upper()
        if method not in (*METHODS, *MORE_METHODS):
            continue
        own = _inputs(node, report, rest=True)
        made = () if node.has("steps") else outputs(node, report)
        silent = not any(map(says_something, made))
        if silent and not node.has("call", "ref", "steps"):
            words = "routes that neither call nor say anything are left out"
            report.repeated("N225", words, node.pointer, strict=False)
            continue
        names = {(i.place, i.name) for i in own}
        yield Unit(
            name=node.name or ("" if node.has("ref") else resource.name),
            call="" if node.has("steps") else node.text("call"),
            inputs=(*(i for i in outer if (i.place, i.name) not in names), *own),
            withs=(*withs(node), *renamed(node)),
            reply=_reply(node, made, report),
            label=clean(node.text("label", "display")),
            description=clean(node.text("description")),
            pointer=node.pointer,
            method=method,
            path=found[0],
            placeholders=found[1],
            tag=resource.name,
            outputs=made,
            ref=node.text("ref"),
            steps=tuple(steps(node)),
            mappings=tuple(mappings(node)),
            replies=declared(node, report),
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
    made = () if node.has("steps") else outputs(node, report)
    if not node.has("call", "ref", "steps") and not made:
        words = "a tool needs `call`, `steps`, `ref` or `outputParameters`"
        report.error("N203", words, node.pointer)
    given, block = _inputs(node, report, rest=False), node.find("inputSchema")
    return Unit(
        name=node.name,
        call="" if node.has("steps") else node.text("call"),
        inputs=given or tuple(_schema_inputs(node, report)),
        withs=(*withs(node), *renamed(node)),
        reply=_reply(node, made, report),
        label=clean(node.text("label", "display")),
        description=clean(node.text("description")),
        pointer=node.pointer,
        hints=tuple(
            (k, n.value) for k, n in node.pairs("hints") if isinstance(n.value, bool)
        ),
        outputs=made,
        ref=node.text("ref"),
        steps=tuple(steps(node)),
        mappings=tuple(mappings(node)),
        schema=... if block is None or given else block.value,
    )


def functions(root: Node, report: Report) -> Iterator[Unit]:
    """The functions of aggregates; what is known of their effects becomes hints."""
    capability = root.find("capability") or root
    for aggregate in capability.entries("aggregates"):
        namespace = aggregate.text("namespace") or aggregate.key
        for node in aggregate.entries("functions", "flows"):
            if node.name:
                unit = _tool(node, report)
                name = f"{namespace}.{node.name}"
                yield changed(unit, name=name, hints=tuple(_effects(node)))


def _effects(node: Node) -> Iterator[tuple[str, bool]]:
    """The hints that ``semantics`` give a tool."""
    semantics = node.find("semantics") or Node(None)
    safe, idempotent = semantics.flag("safe"), semantics.flag("idempotent")
    if safe is not None:
        yield "readOnly", safe
    if safe:
        yield "destructive", False
    if idempotent is not None:
        yield "idempotent", idempotent


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
    found = destination(node)
    value = node.find("value", *(() if found else ("mapping",))) if rest else None
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


def _reply(
    node: Node, found: tuple[Output, ...], report: Report
) -> Literal["object", "array", "any"]:
    """The type of the whole reply, when it is passed on as it is."""
    if len(found) != 1 or not is_whole(found[0]):
        return "any"
    if (kind := whole_type(found[0].kind)) == "any":
        return kind
    words = f"{kind} output without {'items' if kind == 'array' else 'properties'}: taken as the whole reply"
    hint = "nothing to do, unless a stricter tool reads this file too"
    report.repeated("N211", words, found[0].pointer, hint)
    return kind
