"""Resources and prompts of an MCP adapter → ``ir.Resource`` and ``ir.Prompt``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from naftiko_codegen.check.report import Report
from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.exposed import Prompt, PromptArgument, Resource
from naftiko_codegen.ir.lower_capability_servers import Linked, largest, tool
from naftiko_codegen.ir.model import Origin
from naftiko_codegen.parse.capability_view import McpPrompt, Server, Unit

Library: TypeAlias = tuple[tuple[Resource, ...], tuple[Prompt, ...]]


def resource_units(server: Server) -> tuple[Unit, ...]:
    """What the resources of ``server`` call."""
    return tuple(item.unit for item in server.resources if item.unit)


def library(
    server: Server, linked: Iterable[Linked], source: str, report: Report
) -> Library:
    """The resources and prompts of ``server``; ``linked`` are its ``resource_units`` that call something."""
    binary = {item.pointer for item in server.resources if item.binary}
    tools = {
        unit.pointer: changed(
            tool(unit, called, taken, made, source, report),
            flow=flow,
            largest=largest(called, server),
            binary=unit.pointer in binary,
        )
        for unit, called, taken, made, flow in linked
    }
    resources = [
        Resource(item.name, item.uri, item.label, item.description, item.media_type, tools.get(item.pointer),
                 item.folder, Origin(source, item.pointer))
        for item in server.resources
        if item.folder or item.pointer in tools
    ]  # fmt: skip
    return tuple(resources), tuple(_prompt(item, source) for item in server.prompts)


def _prompt(item: McpPrompt, source: str) -> Prompt:
    arguments = tuple(
        PromptArgument(a.name, a.label, a.description, a.required, a.values)
        for a in item.arguments
    )
    return Prompt(item.name, item.label, item.description, arguments, item.messages, item.file,
                  Origin(source, item.pointer))  # fmt: skip
