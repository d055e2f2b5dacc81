"""The names of a capability: legal, usable, and unique where something is found by them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.read.document import Pointer

_KEBAB = re.compile(r"[A-Za-z0-9-]+\Z", re.ASCII)
_EXTENDED = re.compile(r"[A-Za-z0-9_*-]+\Z", re.ASCII)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z", re.ASCII)
_TOOL = re.compile(r"[A-Za-z0-9_.-]+\Z", re.ASCII)
_FOLDER = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}\Z", re.ASCII)
_LONGEST = 200
_LONGEST_TOOL = 128
_SAFE_TOOL = 64
CONNECTION_HEADERS = frozenset(
    {
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "upgrade",
        "te",
        "trailer",
    }
)
"""Headers that a transport writes itself; a document may not."""


def check_names(root: Node, report: Report) -> None:
    """Every name of the document: N206 (unusable), N207 (not of the official form), N208 (twice)."""
    consumes = [
        n
        for owner in _owners(root)
        for n in owner.entries("consumes")
        if not n.has("import", "location")
    ]
    _unique(
        ((n.text("namespace"), n.at("namespace")) for n in consumes),
        "namespace",
        report,
    )
    for node in consumes:
        _consumed(node, report)
    capability = root.find("capability") or root
    for node in capability.entries("exposes"):
        _exposed(node, report)
    for node in capability.entries("aggregates"):
        _aggregate(node, report)


def _owners(root: Node) -> tuple[Node, ...]:
    capability = root.find("capability")
    return (root, capability) if capability else (root,)


def _consumed(node: Node, report: Report) -> None:
    _name(node.text("namespace"), node.at("namespace"), "namespace", _KEBAB, report)
    _parameters(node, report)
    operations: list[Node] = []
    for resource in node.entries("resources"):
        _name(resource.name, _at(resource), "resource name", _KEBAB, report)
        if resource.value.get("name") == "":
            report.repeated("N207", "resource names that are empty", _at(resource))
        _parameters(resource, report)
        for operation in resource.entries("operations"):
            operations.append(operation)
            _name(operation.name, _at(operation), "operation name", _KEBAB, report)
            _parameters(operation, report)
    _unique(((o.name, _at(o)) for o in operations), "operation name", report)


def _at(node: Node) -> Pointer:
    return node.at("name") if node.has("name") else node.pointer


def _parameters(owner: Node, report: Report) -> None:
    found = list(owner.entries("inputParameters"))
    for node in found:
        place = node.text("in").lower()
        _name(node.name, _at(node), "parameter name", _EXTENDED, report)
        if node.name and place in ("header", "cookie") and not _TOKEN.match(node.name):
            report.error(
                "N206", f"{quote(node.name)} cannot be the name of a {place}", _at(node)
            )
        if place == "header" and node.name.lower() in CONNECTION_HEADERS:
            words = "headers that belong to the connection are left out: {}"
            report.repeated(
                "N206", words, _at(node), word=quote(node.name), strict=False
            )
    _unique(
        ((f"{n.text('in')} {n.name}", _at(n)) for n in found if n.name),
        "parameter",
        report,
    )


def _exposed(node: Node, report: Report) -> None:
    _name(node.text("namespace"), node.at("namespace"), "namespace", _KEBAB, report)
    for resource in node.entries("resources"):
        official = _EXTENDED if resource.has("uri") else _KEBAB
        _name(resource.name, _at(resource), "resource name", official, report)
        if resource.value.get("name") == "":
            report.repeated("N207", "resource names that are empty", _at(resource))
        _inputs(resource, report)
        for operation in resource.entries("operations"):
            _name(operation.name, _at(operation), "operation name", _KEBAB, report)
            _steps(operation, report)
            _inputs(operation, report)
    if node.text("type") == "skill":
        _skills(node, report)
        return
    for prompt in node.entries("prompts"):
        _name(prompt.name, _at(prompt), "prompt name", _EXTENDED, report)
        for argument in prompt.entries("arguments"):
            _name(argument.name, _at(argument), "argument name", _EXTENDED, report)
    tools = list(node.entries("tools"))
    for tool in tools:
        _tool_name(tool, report)
        _steps(tool, report)
        _inputs(tool, report)
    _unique(((t.name.lower(), _at(t)) for t in tools), "tool name", report)


def _skills(server: Node, report: Report) -> None:
    """Skills are folders and parts of paths; their tools are only words."""
    found = list(server.entries("skills", "groups"))
    own = server.text("namespace")
    if server.has("tools") and own and not _FOLDER.match(own):
        words = f"{quote(own)} cannot be the name of a skill, as its tools want"
        report.error("N206", words, server.at("namespace"))
    for skill in found:
        if skill.name and not _FOLDER.match(skill.name):
            words = f"{quote(skill.name)} cannot be the name of a skill"
            hint = "letters, digits, `_`, `-` and `.`, not at its start, make the name of a folder"
            report.error("N206", words, _at(skill), hint)
        else:
            _name(skill.name, _at(skill), "skill name", _KEBAB, report)
        tools = list(skill.entries("tools", "skills"))
        for tool in tools:
            _name(tool.name, _at(tool), "tool name", _KEBAB, report)
        _unique(((t.name, _at(t)) for t in tools), "tool name", report)
    _unique(((s.name.lower(), _at(s)) for s in found), "skill name", report)


def _aggregate(node: Node, report: Report) -> None:
    functions = list(node.entries("functions", "flows"))
    for function in functions:
        _name(function.name, _at(function), "function name", _KEBAB, report)
        _steps(function, report)
    _unique(((f.name, _at(f)) for f in functions), "function name", report)


def _steps(unit: Node, report: Report) -> None:
    found = list(unit.entries("steps"))
    for step in found:
        _name(step.name, _at(step), "step name", _KEBAB, report)
    _unique(((s.name, _at(s)) for s in found), "step name", report)


def _inputs(owner: Node, report: Report) -> None:
    found = list(owner.entries("inputParameters"))
    for node in found:
        _name(node.name, _at(node), "input name", _EXTENDED, report)
    _unique(
        ((f"{n.text('in')} {n.name}", _at(n)) for n in found if n.name), "input", report
    )


def _name(
    name: str, pointer: Pointer, what: str, official: re.Pattern[str], report: Report
) -> None:
    """``name`` must be printable and of sane length; anything beyond the official form is only a departure.

    An absent name is the matter of the structure; one that is there and empty is reported here.
    """
    if not name:
        return
    if not name.isprintable() or name != name.strip() or len(name) > _LONGEST:
        words = f"{what} {quote(name)} is over {_LONGEST} characters" if len(name) > _LONGEST else (
            f"{what} {quote(name)} holds characters that no name may have")  # fmt: skip
        report.error("N206", words, pointer)
    elif not official.match(name):
        allowed = "letters, digits and `-`" + (
            "" if official is _KEBAB else ", `_` and `*`"
        )
        report.repeated(
            "N207",
            f"{what}s other than {allowed}: {{}}",
            pointer,
            "accepted as it is; rename it for tools that are stricter",
            word=quote(name),
        )


def _tool_name(node: Node, report: Report) -> None:
    name, pointer = node.name, _at(node)
    if name and (not _TOOL.match(name) or len(name) > _LONGEST_TOOL):
        hint = (
            f"MCP allows letters, digits, `_`, `-`, `.` and {_LONGEST_TOOL} characters"
        )
        report.error(
            "N206", f"{quote(name)} cannot be the name of a tool", pointer, hint
        )
        return
    _name(name, pointer, "tool name", _KEBAB, report)
    if len(name) > _SAFE_TOOL:
        words = (
            f"tool names over {_SAFE_TOOL} characters, which some clients refuse: {{}}"
        )
        report.repeated("N207", words, pointer, word=quote(name), strict=False)


def _unique(pairs: Iterable[tuple[str, Pointer]], what: str, report: Report) -> None:
    """Report (N208) every name that was there before; both places are named."""
    seen: dict[str, Pointer] = {}
    for name, pointer in pairs:
        if name and name in seen:
            report.error(
                "N208",
                f"{what} {quote(name)} is there twice",
                pointer,
                "",
                (seen[name], "it is here first"),
            )
        elif name:
            seen[name] = pointer
