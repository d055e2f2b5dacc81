"""The resources and prompts of MCP adapters → ``mcp/library.py`` and what clients see of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import ClassVar

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import changed, frozen
from naftiko_codegen.ir.exposed import McpServer, Prompt, Resource, Tool
from naftiko_codegen.ir.model import Operation
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.rest_document import ANSWERED
from naftiko_codegen.python.adapters import adapters
from naftiko_codegen.python.completions import completions
from naftiko_codegen.python.layout import STEP, call, string, tuple_of
from naftiko_codegen.python.mcp import operation_imports, tool_code, wire_of
from naftiko_codegen.python.naming import Locate, PackageNames
from naftiko_codegen.python.text import Code, SpecText
from naftiko_codegen.read.document import Json
from naftiko_codegen.render.files import File

_DEFAULT_TYPE = "application/json"


@frozen
class LibraryModule:
    """``mcp/library.py``: where the content of each resource and prompt comes from."""

    template: ClassVar[str] = "mcp/library.py.jinja"
    path: Code
    doc: SpecText
    imports: tuple[Code, ...]
    resources: Code
    prompts: Code


def has_library(server: McpServer) -> bool:
    """Whether ``server`` offers anything besides tools."""
    return bool(server.resources or server.prompts)


def plan(
    package: Package, names: PackageNames, locate: Locate, diagnostics: Diagnostics
) -> Iterator[LibraryModule | File]:
    """The files for each server with resources or prompts."""
    for adapter, suffix in adapters(package, "mcp"):
        if adapter.mcp and has_library(adapter.mcp):
            yield from _plan(adapter, adapter.mcp, names, suffix)


def _plan(
    package: Package, server: McpServer, names: PackageNames, suffix: str
) -> Iterator[LibraryModule | File]:
    operations = {o.name: o for o in (ANSWERED, *package.service.operations)}
    tools = [item.tool for item in server.resources if item.tool]
    called = [operations[tool.operation] for tool in tools if tool.operation]
    shaping = any(tool.shape or tool.flow or tool.computed for tool in tools)
    lines = list(operation_imports(called, names, shaping))
    lines.append(Code("from ..library.items import Folder, Prompt, Resource"))
    if tools:
        lines.append(Code("from .binding import Tool"))
    yield LibraryModule(
        Code(f"{names.package}/mcp/library{suffix}.py"),
        SpecText(f"What the MCP server of {package.title} offers besides tools."),
        tuple(lines),
        _resources(server, operations, names),
        tuple_of(
            [_prompt(prompt) for prompt in server.prompts],
            before=len("PROMPTS: tuple[Prompt, ...] = "),
        ),
    )
    text = json.dumps(_wire(package, server, operations), indent=2)
    yield File(f"{names.package}/mcp/library{suffix}.json", f"{text}\n".encode("ascii"))


def _resources(
    server: McpServer, operations: dict[str, Operation], names: PackageNames
) -> Code:
    items = [
        _resource(item, operations, names) if item.tool else _folder(item)
        for item in server.resources
    ]
    return tuple_of(items, before=len("RESOURCES: tuple[Resource | Folder, ...] = "))


def _resource(
    item: Resource, operations: dict[str, Operation], names: PackageNames
) -> Code:
    arguments: list[str] = [string(item.uri)]
    if item.tool:
        operation = operations[item.tool.operation]
        arguments.append(tool_code(item.tool, operation, names, False, 2 * STEP))
    if item.media_type and item.media_type != _DEFAULT_TYPE:
        arguments.append(f"media_type={string(item.media_type)}")
    return call("Resource", arguments, indent=STEP, after=1)


def _folder(item: Resource) -> Code:
    arguments: list[str] = [string(item.name), string(item.uri), string(item.folder)]
    if item.media_type:
        arguments.append(f"media_type={string(item.media_type)}")
    return call("Folder", arguments, indent=STEP, after=1)


def _prompt(prompt: Prompt) -> Code:
    arguments: list[str] = [string(prompt.name)]
    for role, text in prompt.messages:
        pair = [string(role), string(text)]
        arguments.append(call("", pair, indent=2 * STEP, after=1))
    if prompt.file:
        arguments.append(f"file={string(prompt.file)}")
    return call("Prompt", arguments, indent=STEP, after=1)


def _wire(
    package: Package, server: McpServer, operations: dict[str, Operation]
) -> dict[str, Json]:
    """What clients see, by list; ``tools`` are those behind the resources, which clients do not see.

    ``completions`` are the values that clients are offered for arguments, when there are any.
    """
    components = dict(package.service.schemas)
    plain = [r for r in server.resources if "{" not in r.uri]
    templates = [r for r in server.resources if "{" in r.uri]
    completed = completions(server, operations)
    return {
        "resources": [_seen(item, "uri") for item in plain],
        "resourceTemplates": [_seen(item, "uriTemplate") for item in templates],
        "prompts": [_prompt_seen(prompt) for prompt in server.prompts],
        "tools": [
            _called(item.tool, operations, components)
            for item in server.resources
            if item.tool
        ],
        **({"completions": completed} if completed else {}),
    }


def _called(
    tool: Tool, operations: dict[str, Operation], components: dict[str, Json]
) -> dict[str, Json]:
    """The tool behind a resource; nothing is promised of its reply."""
    bare = changed(tool, output_schema=...)
    return wire_of(bare, operations[tool.operation], components)[0]


def _seen(item: Resource, key: str) -> dict[str, Json]:
    found: dict[str, Json] = {key: item.uri, "name": item.name}
    media_type = item.media_type or ("" if item.folder else _DEFAULT_TYPE)
    said = {
        "title": item.title,
        "description": item.description,
        "mimeType": media_type,
    }
    return found | {name: value for name, value in said.items() if value}


def _prompt_seen(prompt: Prompt) -> dict[str, Json]:
    found: dict[str, Json] = {"name": prompt.name}
    said = {"title": prompt.title, "description": prompt.description}
    found |= {name: value for name, value in said.items() if value}
    if prompt.arguments:
        found["arguments"] = [
            {
                "name": item.name,
                **({"title": item.title} if item.title else {}),
                **({"description": item.description} if item.description else {}),
                "required": item.required,
            }
            for item in prompt.arguments
        ]
    return found
