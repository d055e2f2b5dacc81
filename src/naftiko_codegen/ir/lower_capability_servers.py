"""Exposed adapters → ``ir.RestServer`` and ``ir.McpServer``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from types import EllipsisType

from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.exposed import (
    Argument,
    Callers,
    Hints,
    McpServer,
    Prompt,
    Resource,
    RestServer,
    Route,
    Tool,
)
from naftiko_codegen.ir.flow import Flow
from naftiko_codegen.ir.lower_capability_input_schema import input_schema
from naftiko_codegen.ir.lower_capability_shapes import Find, shape_of
from naftiko_codegen.ir.model import Content, Origin, Reply
from naftiko_codegen.ir.shape import Shape
from naftiko_codegen.ir.types import AnyType
from naftiko_codegen.link.slots import Called
from naftiko_codegen.parse.capability_view import DeclaredReply, Server, Unit
from naftiko_codegen.read.document import Json, Pointer

Reshaped = tuple[Shape, Json] | tuple[None, EllipsisType]
"""How a reply is made anew and the schema of what is made; nothing when it is passed on as it is."""
Taken = tuple[tuple[Argument, ...], Shape | None]
"""The arguments of a unit, and what is computed of them."""
Linked = tuple[Unit, Called, Taken, Reshaped, Flow | None]
"""A route or tool, what it calls, what it takes, its reply, and its steps."""
_LARGEST = 10 * 1024 * 1024
"""The most bytes of a binary reply where the document says nothing, as in the engine."""

_UNSAFE = frozenset({"PUT", "PATCH", "DELETE"})


def rest_server(
    server: Server,
    units: Iterable[Linked],
    callers: Callers | None,
    source: str,
    report: Report,
) -> RestServer:
    """The REST adapter; two routes for the same requests are an error (N208)."""
    routes = []
    seen: dict[tuple[str, str], Pointer] = {}
    for unit, called, (arguments, computed), made, flow in units:
        shape = (unit.method, re.sub(r"\{[^{}]*\}", "{}", unit.path))
        if shape in seen:
            words = f"route {quote(f'{unit.method} {unit.path}')} is there twice"
            report.error(
                "N208",
                words,
                unit.pointer,
                "",
                (seen[shape], "the same requests go here first"),
            )
        seen.setdefault(shape, unit.pointer)
        routes.append(Route(unit.name, unit.method, unit.path, called.operation.name, arguments, unit.label,
                            unit.description, unit.tag, shape=made[0], flow=flow, computed=computed,
                            reply_schema={} if flow else made[1],
                            replies=tuple(map(_reply, unit.replies)), largest=_largest(called, server.largest, 0),
                            origin=Origin(source, unit.pointer)))  # fmt: skip
    return RestServer(server.namespace, server.port, tuple(routes), server.description, server.address, callers,
                      Origin(source, server.pointer))  # fmt: skip


def mcp_server(
    server: Server,
    units: Iterable[Linked],
    library: tuple[tuple[Resource, ...], tuple[Prompt, ...]],
    callers: Callers | None,
    source: str,
    report: Report,
) -> McpServer:
    """The MCP adapter; its description is what clients read as instructions."""
    tools = tuple(
        changed(
            tool(unit, called, taken, made, source, report),
            flow=flow,
            largest=largest(called, server),
        )
        for unit, called, taken, made, flow in units
    )
    return McpServer(server.namespace, server.port, tools, server.description, server.transport, server.address,
                     callers, *library, Origin(source, server.pointer), server.cache)  # fmt: skip


def largest(called: Called, server: Server) -> int:
    """The most bytes that an MCP server takes of a reply of ``called``; 0: as many as of any."""
    return _largest(called, server.largest, _LARGEST)


def _largest(called: Called, said: int, default: int) -> int:
    """What the operation says, else what the server says of binary replies, else ``default`` for those."""
    kinds = {c.kind for r in called.operation.replies[:1] for c in r.contents}
    return called.operation.largest or ("binary" in kinds and (said or default)) or 0


def _reply(declared: DeclaredReply) -> Reply:
    contents = tuple(
        Content(name, "binary" if binary else "json", AnyType(), schema)
        for name, binary, schema in declared.contents
    )
    return Reply(declared.status, declared.description, contents)


def tool(
    unit: Unit,
    called: Called,
    taken: Taken,
    made: Reshaped,
    source: str,
    report: Report,
) -> Tool:
    """The tool that ``unit`` is."""
    arguments, computed = taken
    shape, schema = made
    schema = _output(unit, called) if shape is None else schema
    return Tool(unit.name, called.operation.name, arguments, unit.label, unit.description,
                _hints(unit, called, report), schema, shape, computed=computed,
                input_schema=input_schema(unit, arguments, report), origin=Origin(source, unit.pointer))  # fmt: skip


def shaped(unit: Unit, called: Called, find: Find, report: Report) -> Reshaped:
    """How the reply of what ``unit`` calls is made anew; ``find`` gives placeholders their meaning."""
    made = shape_of(unit.outputs, find, report)
    if made and not (_is_json(called) or called.operation.reply_format):
        report.missing(
            "shaping of replies that are not JSON is", unit.outputs[0].pointer
        )
    return made or (None, ...)


def _is_json(called: Called) -> bool:
    contents = called.operation.replies[0].contents
    return not contents or any(content.kind == "json" for content in contents)


def _output(unit: Unit, called: Called) -> Json:
    """The schema of the reply when the document says what it is and it is JSON, else ``...``."""
    is_json = any(
        content.kind == "json" for content in called.operation.replies[0].contents
    )
    return {"type": unit.reply} if is_json and unit.reply != "any" else ...


def _hints(unit: Unit, called: Called, report: Report) -> Hints:
    """The hints of the document, except where the method of the operation proves them wrong (N219)."""
    said = dict(unit.hints)
    method = called.operation.method
    wrong: dict[str, Callable[[bool], bool]] = {
        "readOnly": lambda value: value and method in _UNSAFE,
        "destructive": lambda value: not value and method == "DELETE",
    }
    for name, contradicts in wrong.items():
        if name in said and contradicts(said[name]):
            words = f"hint `{name}: {str(said[name]).lower()}` on a tool that calls {method}: taken as its contrary"
            report.warning("N219", words, (*unit.pointer, "hints", name))
            said[name] = not said[name]
    if said.get("readOnly") and method == "POST":
        words = (
            "tools hinted `readOnly: true` that call POST: kept, but nothing proves it"
        )
        report.repeated(
            "N219", words, (*unit.pointer, "hints", "readOnly"), strict=False
        )
    return Hints(
        said.get("readOnly"),
        said.get("destructive"),
        said.get("idempotent"),
        said.get("openWorld"),
    )
