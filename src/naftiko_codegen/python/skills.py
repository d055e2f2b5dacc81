"""The skill server of a package → the plan of ``skill/app.py`` and the bytes of ``skill/skills.json``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import ClassVar

from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.exposed import Skill, SkillServer, SkillTool
from naftiko_codegen.ir.package import Package
from naftiko_codegen.python import skill_folders
from naftiko_codegen.python.adapters import adapters
from naftiko_codegen.python.callers import callers_code, callers_imports
from naftiko_codegen.python.layout import STEP, call, string, tuple_of
from naftiko_codegen.python.naming import PackageNames
from naftiko_codegen.python.skill_folders import SkillFile
from naftiko_codegen.python.text import Code, SpecText
from naftiko_codegen.read.document import Json
from naftiko_codegen.render.files import File

_ORDER = (
    *("license", "compatibility", "argument-hint", "allowed-tools"),
    *("user-invocable", "disable-model-invocation", "metadata"),
)


@frozen
class AppModule:
    """``skill/app.py``: the table of skills, and the functions that build and serve it."""

    template: ClassVar[str] = "skill/app.py.jinja"
    path: Code
    doc: SpecText
    imports: tuple[Code, ...]
    skills: Code
    callers: Code
    document: Code


def plan(
    package: Package, names: PackageNames
) -> Iterator[AppModule | SkillFile | File]:
    """The files of the skill servers that are not the same in every package."""
    for adapter, suffix in adapters(package, "skill"):
        if adapter.skill:
            yield from _plan(adapter, adapter.skill, names, suffix)


def _plan(
    package: Package, server: SkillServer, names: PackageNames, suffix: str
) -> Iterator[AppModule | SkillFile | File]:
    """The files of one skill server, whose names end with ``suffix``."""
    yield AppModule(
        Code(f"{names.package}/skill/app{suffix}.py"),
        SpecText(f"The skills of {package.title}."),
        callers_imports(server.callers),
        tuple_of([_row(skill) for skill in server.skills], before=len("SKILLS = ")),
        callers_code(server.callers),
        string(f"skills{suffix}.json") if suffix else Code(""),
    )
    text = json.dumps({"skills": [_described(s) for s in server.skills]}, indent=2)
    yield from skill_folders.plan(package, server, names, suffix)
    yield File(
        f"{names.package}/skill/skills{suffix}.json", f"{text}\n".encode("ascii")
    )


def _row(skill: Skill) -> Code:
    arguments: list[str] = [string(skill.name)]
    if skill.folder:
        arguments.append(f"folder={string(skill.folder)}")
    return call("Skill", arguments, indent=STEP, after=1)


def _described(skill: Skill) -> dict[str, Json]:
    """What callers read about a skill."""
    said: dict[str, Json] = {**dict(skill.texts), **dict(skill.flags)}
    if skill.metadata:
        said["metadata"] = dict(skill.metadata)
    return {
        "name": skill.name,
        "description": skill.description,
        **{key: said[key] for key in _ORDER if key in said},
        "tools": [_tool(tool) for tool in skill.tools],
    }


def _tool(tool: SkillTool) -> dict[str, Json]:
    found: dict[str, Json] = {"name": tool.name, "description": tool.description}
    if tool.instruction:
        return {**found, "type": "instruction", "instruction": tool.instruction}
    reference = {
        "targetNamespace": tool.namespace,
        "action": tool.action,
        "mode": tool.mode,
    }
    return {**found, "type": "derived", "invocationRef": reference}
