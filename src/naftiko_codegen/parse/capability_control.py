"""The control adapter of a capability: its management, its limits of scripts, and the telemetry of all servers."""

from __future__ import annotations

import re
from typing import Literal

from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.ir.control import Logs, Scripting, Telemetry
from naftiko_codegen.parse.capability_address import address, port, url_problem
from naftiko_codegen.parse.capability_consumes import authentication
from naftiko_codegen.parse.capability_view import ControlView

_PORT = 9090
_VARIABLE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}").fullmatch
_EMPTY = Node({})


def control(root: Node, report: Report) -> ControlView | None:
    """The first control adapter; further ones are left out (N228), as the language has one."""
    capability = root.find("capability") or _EMPTY
    found = [n for n in capability.entries("exposes") if n.text("type") == "control"]
    for node in found[1:]:
        words = "a second control adapter is left out: a capability has one"
        report.warning("N228", words, node.pointer, strict=True)
    return _control(found[0], report) if found else None


def _control(node: Node, report: Report) -> ControlView:
    management = node.find("management") or _EMPTY
    for name in ("reload", "validate"):
        if management.flag(name):
            words = f"`{name}` of a control adapter has no page: what is compiled does not read its document"
            hint = "build again and restart the server"
            report.warning("N229", words, management.at(name), hint)
    return ControlView(
        port=port(node, _PORT, report),
        address=address(node, report),
        health=management.flag("health") is not False,
        info=bool(management.flag("info")),
        logs=_logs(management, report),
        scripting=_scripting(management.find("scripting"), report),
        telemetry=_telemetry(node.find("observability") or _EMPTY, report),
        authentication=authentication(node),
        pointer=node.pointer,
    )


def _logs(management: Node, report: Report) -> Logs | None:
    """``logs`` is a switch or an object; ``None`` when there is no such page."""
    node = management.find("logs")
    if node is None or node.value is False:
        return None
    most = _within(node, "max-subscribers", 5, (1, 20), report)
    return Logs(
        node.flag("level-control") is not False, bool(node.flag("stream")), most
    )


def _scripting(node: Node | None, report: Report) -> Scripting | None:
    if node is None or not isinstance(node.value, dict):
        return None
    languages = node.find("allowedLanguages")
    listed = languages.value if languages else ()
    return Scripting(
        node.flag("enabled") is not False,
        node.text("defaultLocation"),
        node.text("defaultLanguage"),
        _within(node, "timeout", 60_000, (1, 3_600_000), report),
        _within(node, "statementLimit", 100_000, (1, 2**53), report),
        (
            tuple(word for word in listed if isinstance(word, str))
            if isinstance(listed, list)
            else ()
        ),
    )


def _telemetry(node: Node, report: Report) -> Telemetry:
    traces = node.find("traces") or _EMPTY
    local = traces.find("local") or _EMPTY
    metrics = (node.find("metrics") or _EMPTY).find("local") or _EMPTY
    exporter = (node.find("exporters") or _EMPTY).find("otlp") or _EMPTY
    endpoint, variable = _endpoint(exporter, report)
    propagation: Literal["w3c", "b3"] = (
        "b3" if traces.text("propagation").lower() == "b3" else "w3c"
    )
    return Telemetry(
        node.flag("enabled") is not False,
        metrics.flag("enabled") is not False,
        local.flag("enabled") is not False,
        _sampling(traces, report),
        propagation,
        _within(local, "buffer-size", 100, (10, 10_000), report),
        endpoint,
        variable,
    )


def _sampling(traces: Node, report: Report) -> float:
    node = traces.find("sampling")
    if node is None or isinstance(node.value, bool):
        return 1.0
    if not isinstance(node.value, int | float):
        return 1.0
    if not 0 <= node.value <= 1:
        report.error("N205", "`sampling` must be a number from 0 to 1", node.pointer)
        return 1.0
    return float(node.value)


def _endpoint(node: Node, report: Report) -> tuple[str, str]:
    """The address itself, or the variable that holds it."""
    text = node.text("endpoint")
    if found := _VARIABLE(text):
        return "", found[1]
    if text and (problem := url_problem(text)):
        words = f"`endpoint` of the OTLP exporter {problem}"
        hint = "write it as it is, or leave it out and set OTEL_EXPORTER_OTLP_ENDPOINT"
        report.error("N215", words, node.at("endpoint"), hint)
        return "", ""
    return text, ""


def _within(
    node: Node, name: str, default: int, bounds: tuple[int, int], report: Report
) -> int:
    """The integer ``name``, which must be within ``bounds`` (N205)."""
    number = node.integer(name)
    if number is None:
        return default
    least, most = bounds
    if not least <= number <= most:
        words = f"`{name}` is {number}: it must be from {least} to {most}"
        report.error("N205", words, node.at(name))
        return default
    return number
