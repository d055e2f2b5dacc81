"""Skill adapters → ``ir.SkillServer``."""

from __future__ import annotations

from naftiko_codegen.check.report import Report
from naftiko_codegen.ir.exposed import Callers, Skill, SkillServer, SkillTool
from naftiko_codegen.ir.model import Origin
from naftiko_codegen.link.skills import Sources
from naftiko_codegen.parse import capability_view as view


def skill_server(
    server: view.Server,
    sources: Sources,
    callers: Callers | None,
    source: str,
    report: Report,
) -> SkillServer:
    """The skill adapter, its tools linked to what they stand for."""
    skills = tuple(_skill(item, sources, source, report) for item in server.skills)
    return SkillServer(server.namespace, server.port, skills, server.description, server.address, callers,
                       Origin(source, server.pointer))  # fmt: skip


def _skill(item: view.Skill, sources: Sources, source: str, report: Report) -> Skill:
    tools = tuple(_tool(tool, sources, source, report) for tool in item.tools)
    return Skill(item.name, item.description, item.texts, item.flags, item.metadata, item.folder, tools,
                 Origin(source, item.pointer))  # fmt: skip


def _tool(
    tool: view.SkillTool, sources: Sources, source: str, report: Report
) -> SkillTool:
    origin = Origin(source, tool.pointer)
    found = sources.source(tool, report)
    if found is None:
        return SkillTool(tool.name, tool.description, instruction=tool.instruction, origin=origin)  # fmt: skip
    description = tool.description or found.description
    return SkillTool(tool.name, description, found.namespace, found.action, found.mode, origin=origin)  # fmt: skip
