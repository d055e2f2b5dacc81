"""Skills without files of their own → ``skill/folders/<name>/SKILL.md``, which agents read from folders."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import ClassVar

from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.exposed import (
    McpServer,
    RestServer,
    Skill,
    SkillServer,
    SkillTool,
)
from naftiko_codegen.ir.package import Package
from naftiko_codegen.python.markdown import code_span, escaped
from naftiko_codegen.python.naming import PackageNames
from naftiko_codegen.python.text import Code

FOLDER = "skill/folders"
_ORDER = (
    *("license", "compatibility", "allowed-tools", "argument-hint"),
    *("user-invocable", "disable-model-invocation"),
)


@frozen
class SkillFile:
    """``SKILL.md``: lines of YAML, then words."""

    template: ClassVar[str] = "skill/SKILL.md.jinja"
    path: Code
    facts: tuple[Code, ...]
    title: Code
    description: Code
    tools: tuple[Code, ...]


def written(server: SkillServer) -> list[Skill]:
    """The skills of ``server`` that such a file is made of."""
    return [skill for skill in server.skills if not skill.folder]


def plan(
    package: Package, server: SkillServer, names: PackageNames, suffix: str
) -> Iterator[SkillFile]:
    """One file for each of those skills; ``suffix`` tells the servers of a package apart."""
    for skill in written(server):
        yield SkillFile(
            Code(f"{names.package}/{FOLDER}{suffix}/{skill.name}/SKILL.md"),
            tuple(_facts(skill)),
            escaped(skill.name),
            escaped(skill.description),
            tuple(_tool(tool, package) for tool in skill.tools),
        )


def _facts(skill: Skill) -> Iterator[Code]:
    """Front matter; JSON texts are texts of YAML."""
    yield Code(f"name: {_text(skill.name)}")
    yield Code(f"description: {_text(skill.description)}")
    said: dict[str, str | bool] = {**dict(skill.texts), **dict(skill.flags)}
    for key in _ORDER:
        if key in said:
            yield Code(f"{key}: {_text(said[key])}")
    if skill.metadata:
        yield Code("metadata:")
        for name, value in skill.metadata:
            yield Code(f"  {_text(name)}: {_text(value)}")


def _text(value: str | bool) -> str:
    return json.dumps(value, ensure_ascii=False)


def _tool(tool: SkillTool, package: Package) -> Code:
    """What a tool is for, and where it is."""
    kind = {"mcp": "tool", "rest": "operation"}[tool.mode]
    place = f"{kind} {code_span(tool.action)} of the {tool.mode.upper()} server {code_span(tool.namespace)}"
    for server in (package.rest, package.mcp, *package.others):
        if server and server.name == tool.namespace and _KINDS[type(server)] == tool.mode:  # fmt: skip
            place += _where(tool, server)
    words = f". {escaped(tool.description)}" if tool.description else ""
    return Code(f"{code_span(tool.name)}, {place}{words}")


_KINDS = {RestServer: "rest", McpServer: "mcp", SkillServer: "skill"}


def _where(tool: SkillTool, server: RestServer | McpServer | SkillServer) -> str:
    """The request of a route."""
    if isinstance(server, RestServer):
        for route in server.routes:
            if route.name == tool.action:
                return f": {code_span(f'{route.method} {route.path}')}"
    return ""
