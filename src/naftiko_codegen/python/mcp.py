"""The MCP adapter of a package → its table of tools, their wire form, and the server module."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.exposed import Argument, Hints, McpServer, Tool
from naftiko_codegen.ir.model import Operation
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.rest_document import ANSWERED
from naftiko_codegen.python.adapters import adapters
from naftiko_codegen.python.callers import callers_code, callers_imports
from naftiko_codegen.python.flow_names import computing, key
from naftiko_codegen.python.layout import (
    STEP,
    call,
    import_line,
    literal,
    string,
    tuple_of,
)
from naftiko_codegen.python.mcp_schemas import input_schema, output_schema
from naftiko_codegen.python.naming import Locate, PackageNames
from naftiko_codegen.python.text import Code, SpecText
from naftiko_codegen.read.document import Json
from naftiko_codegen.render.files import File

MANY = 200
"""Tools of one server from which on a mode of fewer is suggested."""


@frozen
class ToolsModule:
    """``mcp/tools.py``: how the arguments of each tool become a request."""

    template: ClassVar[str] = "mcp/tools.py.jinja"
    path: Code
    doc: SpecText
    imports: tuple[Code, ...]
    tools: Code


@frozen
class ServerModule:
    """``mcp/server.py``: what the server says of itself, and how it starts."""

    template: ClassVar[str] = "mcp/server.py.jinja"
    path: Code
    doc: SpecText
    package: Code
    identity: Code
    tools: Code
    library: Code
    imports: tuple[Code, ...]
    callers: Code


def plan(
    package: Package, names: PackageNames, locate: Locate, diagnostics: Diagnostics
) -> Iterator[ToolsModule | ServerModule | File]:
    """The files of the MCP servers of ``package``. Tool names that clash in one are an error."""
    for adapter, suffix in adapters(package, "mcp"):
        yield from _plan(adapter, names, suffix, locate, diagnostics)


def _plan(
    package: Package,
    names: PackageNames,
    suffix: str,
    locate: Locate,
    diagnostics: Diagnostics,
) -> Iterator[ToolsModule | ServerModule | File]:
    """The files of one MCP server, whose names end with ``suffix``."""
    server = package.mcp
    if server is None:
        return
    _check_names(server, locate, diagnostics)
    if len(server.tools) >= MANY:
        words = f"{len(server.tools)} tools: a client that reads the whole list fills its model's context with it"
        hint = "serve them with `--tools search`, or expose less of them with `select` in the configuration"
        diagnostics.note("N525", words, locate(package.origin), hint)
    operations = {o.name: o for o in (ANSWERED, *package.service.operations)}
    components = dict(package.service.schemas)
    tools = [t for t in server.tools if t.operation in operations]
    texts: list[bytes] = []
    wrapped: dict[str, bool] = {}
    for (
        tool
    ) in tools:  # what is written is let go at once: schemas of many tools are large
        item, is_wrapped = wire_of(tool, operations[tool.operation], components)
        wrapped[item["name"]] = is_wrapped
        texts.append(_item(item))
    yield File(f"{names.package}/mcp/tools{suffix}.json", _list(texts))
    items = [
        tool_code(tool, operations[tool.operation], names, wrapped[tool.name])
        for tool in tools
    ]
    yield ToolsModule(
        Code(f"{names.package}/mcp/tools{suffix}.py"),
        SpecText(f"The tools of {package.title}: where each argument goes."),
        operation_imports(
            [operations[t.operation] for t in tools if t.operation],
            names,
            any(t.shape or t.flow or t.computed for t in tools),
        ),
        tuple_of(items, before=len("TOOLS = ")),
    )
    yield ServerModule(
        Code(f"{names.package}/mcp/server{suffix}.py"),
        SpecText(f"The MCP server of {package.title}."),
        string(names.package),
        _identity(package, server),
        Code(f"tools{suffix}"),
        Code(f"library{suffix}" if server.resources or server.prompts else ""),
        tuple(_server_imports(server)),
        callers_code(server.callers),
    )


def _server_imports(server: McpServer) -> Iterator[Code]:
    """What ``server.py`` imports besides what all servers do, sorted."""
    yield from callers_imports(server.callers)
    if server.resources or server.prompts:
        yield Code("from ..library.shelf import Shelf")


def _check_names(server: McpServer, locate: Locate, diagnostics: Diagnostics) -> None:
    seen: dict[str, Tool] = {}
    for tool in server.tools:
        other = seen.setdefault(tool.name, tool)
        if other is not tool:
            diagnostics.error(
                "N520",
                f"two tools are named {tool.name}",
                locate(tool.origin),
                "give one of them another name",
                (locate(other.origin), "the other one"),
            )


def _item(value: Json) -> bytes:
    """``value`` as JSON, two columns in. Python needs fifty times the memory of a text while it writes it."""
    text = json.dumps(value, indent=2, ensure_ascii=True)
    return text.replace("\n", "\n  ").encode("ascii")


def _list(texts: Sequence[bytes]) -> bytes:
    """The list of ``texts``."""
    return b"[\n  " + b",\n  ".join(texts) + b"\n]\n" if texts else b"[]\n"


def _identity(package: Package, server: McpServer) -> Code:
    arguments: list[str] = [string(server.name or package.title)]
    if package.title and package.title != server.name:
        arguments.append(f"title={string(package.title)}")
    if package.version:
        arguments.append(f"version={string(package.version)}")
    if server.instructions:
        arguments.append(f"instructions={string(server.instructions)}")
    milliseconds, scope = server.cache
    if milliseconds is not None:
        arguments.append(f"ttl_ms={milliseconds}")
    if scope:
        arguments.append(f"cache_scope={string(scope)}")
    return call("Identity", arguments, before=len("IDENTITY = "))


def wire_of(
    tool: Tool, operation: Operation, components: Mapping[str, Json]
) -> tuple[dict[str, Json], bool]:
    """The tool as clients see it, and whether its reply is wrapped."""
    item: dict[str, Json] = {"name": tool.name}
    if tool.title:
        item["title"] = tool.title
    if tool.description:
        item["description"] = tool.description
    said = tool.input_schema
    schema = input_schema(tool.arguments, components) if said is ... else said
    item["inputSchema"] = schema
    wrapped = False
    promised = tool.shape is not None or _always_json(operation)
    if tool.output_schema is not ... and promised:
        item["outputSchema"], wrapped = output_schema(tool.output_schema, components)
    if annotations := _annotations(tool.hints):
        item["annotations"] = annotations
    return item, wrapped


def _annotations(hints: Hints) -> dict[str, bool]:
    """What the author said; nothing is made up for the rest."""
    said = {
        "readOnlyHint": hints.read_only,
        "destructiveHint": hints.destructive,
        "idempotentHint": hints.idempotent,
        "openWorldHint": hints.open_world,
    }
    return {name: value for name, value in said.items() if value is not None}


def _always_json(operation: Operation) -> bool:
    """Whether every documented success is JSON: only then can structured content be promised."""
    successes = [r for r in operation.replies if r.status.startswith("2")]
    contents = [content for reply in successes for content in reply.contents]
    if not contents:
        return not successes
    return all(reply.contents for reply in successes) and all(
        content.kind == "json" for content in contents
    )


def operation_imports(
    operations: list[Operation], names: PackageNames, shaping: bool
) -> tuple[Code, ...]:
    """The modules of the operations' constants: those of tags by name, the others as one; and that of shapes."""
    modules = {names.operations[o.name].module for o in operations}
    below = sorted(m.partition(".")[2] for m in modules if "." in m)
    own = ["flows"] if shaping else []
    own += ["operations"] if "operations" in modules else []
    lines = [import_line("..", own)] if own else []
    if below:
        lines.append(import_line("..operations", below))
    return tuple(lines)


def tool_code(
    tool: Tool,
    operation: Operation,
    names: PackageNames,
    wrapped: bool,
    indent: int = STEP,
) -> Code:
    """``Tool("name", operations.CONSTANT, …)``."""
    arguments: list[str] = [string(tool.name), _constant(operation, names)]
    for name, value in _bindings(tool, operation):
        inner = indent + STEP
        before = inner + len(name) + 1
        said = literal(value, indent=inner, before=before, after=1)
        arguments.append(f"{name}={said}")
    if tool.shape or tool.flow:
        word = "flow" if tool.flow else "shape"
        arguments.append(f"{word}=flows.{names.flows[key(tool)]}")
    if tool.operation and tool.shape and tool.shape.sees_inputs:
        arguments.append("sees_inputs=True")
    if tool.computed:
        arguments.append(f"computed=flows.{names.flows[computing(tool)]}")
    if wrapped:
        arguments.append("wrapped=True")
    if tool.operation and tool.largest:
        arguments.append(f"largest={tool.largest}")
    if tool.operation and tool.binary:
        arguments.append("binary=True")
    return call("Tool", arguments, indent=indent, after=1)


def _constant(operation: Operation, names: PackageNames) -> str:
    """The constant of an operation; a tool that answers by itself has none."""
    if operation is ANSWERED:
        return "None"
    named = names.operations[operation.name]
    return f"{named.module.rpartition('.')[2]}.{named.constant}"


def _bindings(tool: Tool, operation: Operation) -> Iterator[tuple[str, Json]]:
    """The keyword arguments of ``Tool`` that say where each argument goes."""
    given = [a for a in tool.arguments if a.constant is ...]
    fixed = [a for a in tool.arguments if a.constant is not ...]
    if parameters := {a.name: a.target for a in given if a.target}:
        yield "parameters", parameters
    if fields := {a.name: a.field for a in given if _is_field(a)}:
        yield "fields", fields
    whole = next((a for a in given if _is_whole(a)), None)
    if whole:
        yield "body", whole.name
    if picked := next((a for a in given if a.media_type), None):
        yield "content_type", picked.name
    if whole and _is_base64(whole, operation):
        yield "base64", True
    if fields and (files := _files(given, operation)):
        yield "files", files
    if values := {a.target: a.constant for a in fixed if a.target}:
        yield "fixed_parameters", values
    if values := {a.field: a.constant for a in fixed if _is_field(a)}:
        yield "fixed_fields", values
    for argument in fixed:
        if _is_whole(argument):
            yield "fixed_body", argument.constant


def _is_field(argument: Argument) -> bool:
    return bool(argument.field) and not argument.target


def _is_whole(argument: Argument) -> bool:
    return not (argument.target or argument.field or argument.media_type)


def _is_base64(whole: Argument, operation: Operation) -> bool:
    """Whether the body is bytes, which JSON can only carry in base64."""
    if _says_base64(whole.schema):
        return True
    contents = operation.body.contents if operation.body else ()
    return bool(contents) and all(content.kind == "binary" for content in contents)


def _files(arguments: list[Argument], operation: Operation) -> tuple[str, ...]:
    """The fields of a multipart form that are files, alone or in a list."""
    contents = operation.body.contents if operation.body else ()
    if not any(content.kind == "multipart" for content in contents):
        return ()
    return tuple(a.name for a in arguments if _is_field(a) and _says_base64(a.schema))


def _says_base64(schema: Json) -> bool:
    if not isinstance(schema, dict):
        return False
    said = schema.get("contentEncoding") == "base64"
    return said or _says_base64(schema.get("items"))
