"""Rules for aggregates, steps and tunnels: N246 to N248."""

from __future__ import annotations

from collections.abc import Iterator

from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote

_HINTS = (
    ("safe", True, "readOnly", False),
    ("safe", False, "readOnly", True),
    ("safe", True, "destructive", True),
    ("idempotent", True, "idempotent", False),
    ("idempotent", False, "idempotent", True),
)
"""A function that is said to be so contradicts a hint that says so."""


def lint_flows(root: Node, capability: Node, report: Report) -> None:
    """Report what contradicts the semantics of a function, lacks a script's place, or bypasses a tunnel."""
    functions: dict[str, Node] = {}
    for aggregate in (*root.entries("aggregates"), *capability.entries("aggregates")):
        for function in aggregate.entries("functions", "flows"):
            functions[f"{aggregate.text('namespace')}.{function.name}"] = function
            if not function.text("description"):
                words = "functions without `description`"
                report.repeated("N230", words, function.pointer, strict=False)
    units = list(_units(capability))
    for unit in units:
        if called := functions.get(unit.text("ref")):
            _semantics(unit, called, report)
    defaults = _script_defaults(capability)
    for unit in (*units, *functions.values()):
        _scripts(unit, defaults, report)
    for node in (*root.entries("consumes"), *capability.entries("consumes")):
        tunnel = node.find("tunnel")
        if tunnel and tunnel.text("fallback") == "direct":
            words = "`fallback: direct` sends requests past the tunnel when it is down"
            report.warning("N248", words, tunnel.at("fallback"))


def _units(capability: Node) -> Iterator[Node]:
    for server in capability.entries("exposes"):
        yield from server.entries("tools")
        for resource in server.entries("resources"):
            yield from resource.entries("operations")


def _semantics(unit: Node, function: Node, report: Report) -> None:
    semantics = function.find("semantics") or Node(None)
    hints = unit.find("hints") or Node(None)
    for name, said, hint, contrary in _HINTS:
        if semantics.flag(name) is said and hints.flag(hint) is contrary:
            _contradiction(f"hint `{hint}`", hints.at(hint), function, report)
    method, safe = unit.text("method").upper(), semantics.flag("safe")
    wrong = method and (
        (safe is True and method != "GET")
        or (safe is False and method == "GET")
        or (semantics.flag("idempotent") is True and method == "POST")
    )
    if wrong:
        _contradiction(f"method {method}", unit.at("method"), function, report)


def _contradiction(what: str, at: tuple[str | int, ...], function: Node, report: Report) -> None:  # fmt: skip
    words = f"{what} contradicts the `semantics` of function {quote(function.name)}"
    report.warning("N246", words, at)


def _script_defaults(capability: Node) -> tuple[bool, bool]:
    """Whether the first control adapter gives scripts a place and a language."""
    for server in capability.entries("exposes"):
        if server.text("type") == "control":
            management = server.find("management") or Node(None)
            scripting = management.find("scripting") or Node(None)
            location = scripting.text("defaultLocation").strip()
            return bool(location), bool(scripting.text("defaultLanguage").strip())
    return False, False


def _scripts(unit: Node, defaults: tuple[bool, bool], report: Report) -> None:
    for step in unit.entries("steps"):
        if step.text("type") == "script":
            for name, given in zip(("location", "language"), defaults, strict=True):
                if not step.has(name) and not given:
                    words = f"a script step without `{name}`, and no default for it"
                    report.warning("N247", words, step.pointer, strict=True)
