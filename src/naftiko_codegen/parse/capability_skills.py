"""The skills of a skill adapter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import clean, quote
from naftiko_codegen.parse.capability_library import location
from naftiko_codegen.parse.capability_view import Skill, SkillTool

_LONGEST = {"description": 1024, "allowed-tools": 1024, "compatibility": 500}
_TEXTS = ("license", "compatibility", "argument-hint", "allowed-tools")
_FLAGS = ("user-invocable", "disable-model-invocation")
_FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\Z")
_NEITHER = "a skill tool needs either `from` or `instruction`"


def skills(server: Node, report: Report) -> Iterator[Skill]:
    """The skills; N203 (none, or a tool without meaning), N215 (location, instruction), N227 (too long).

    Dialects: ``groups`` are skills whose ``skills`` are tools, tools of the adapter itself are those of one skill,
    and a skill with a ``call`` is its own tool.
    """
    found = list(server.entries("skills", "groups"))
    for node in found:
        if node.name:
            yield _skill(node, node.name, report)
    own = list(server.entries("tools"))
    if own and server.text("namespace"):
        yield _skill(server, server.text("namespace"), report)
    elif not found:
        words = "a skill adapter needs `skills`"
        report.error("N203", words, server.pointer)


def _skill(node: Node, name: str, report: Report) -> Skill:
    for key, longest in _LONGEST.items():
        if len(node.text(key)) > longest:
            words = f"`{key}` of a skill over {longest} characters"
            report.repeated("N227", words, node.at(key))
    folder = location(node, report) if node.has("location") else ""
    texts = ((key, clean(node.text(key))) for key in _TEXTS)
    flags = ((key, node.flag(key)) for key in _FLAGS)
    return Skill(
        name=name,
        description=clean(node.text("description")),
        texts=tuple((key, text) for key, text in texts if text),
        flags=tuple((key, flag) for key, flag in flags if flag is not None),
        metadata=tuple(
            (clean(key), clean(str(item.value)))
            for key, item in node.pairs("metadata")
            if isinstance(item.value, str | int | float)
        ),
        folder=folder,
        tools=tuple(_tools(node, report)),
        pointer=node.pointer,
    )


def _tools(skill: Node, report: Report) -> Iterator[SkillTool]:
    for node in skill.entries("tools", "skills"):
        if node.name:
            yield _tool(node, skill, report)
    if skill.has("call"):
        yield _tool(skill, skill, report)


def _tool(node: Node, skill: Node, report: Report) -> SkillTool:
    source = node.find("from") or Node(None)
    instruction = node.text("instruction")
    if node.has("from", "call") == node.has("instruction"):
        report.error("N203", _NEITHER, node.pointer)
    elif node.has("instruction") and not skill.has("location"):
        words = "`instruction` names a file: its skill needs a `location`"
        hint = "write `location: file:///folder/of/the/skill`"
        report.error("N203", words, node.at("instruction"), hint)
    elif instruction and not _FILE.match(instruction):
        words = f"`instruction` {quote(instruction)} is no file below the `location` of its skill"
        hint = "write its path without `..`, of letters, digits, `_`, `-` and `.`"
        report.error("N215", words, node.at("instruction"), hint)
    return SkillTool(
        name=node.name,
        description=clean(node.text("description")),
        namespace=source.text("sourceNamespace"),
        action=source.text("action"),
        call="" if node.has("from") else node.text("call"),
        instruction=instruction,
        pointer=node.pointer,
    )
