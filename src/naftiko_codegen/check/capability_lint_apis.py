"""Rules for consumed APIs, their tunnels, and files of them: N249 to N251, N253 and N254."""

from __future__ import annotations

import ipaddress
import re

from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.read.document import Document

_VARIABLE = re.compile(r"\{\{\s*(?:[\w-]+\.)?(\w+)\s*\}\}", re.ASCII)
_HOST = re.compile(r"https?://(?:\[([^\]]*)\]|([^/:]*))", re.IGNORECASE)
_INSIDE = (".ziti", ".internal", ".local", ".private", ".lan", ".localhost")


def lint_apis(
    root: Node,
    capability: Node,
    document: Document,
    diagnostics: Diagnostics,
    report: Report,
) -> None:
    """Report what engines do not do with consumed APIs, and tunnels that say too much or too little."""
    if not root.has("capability"):
        _standalone(root, document, report)
    bound = {
        name
        for owner in (root, capability)
        for bind in owner.entries("binds", "externalRefs")
        for name, _ in bind.pairs("keys")
    }
    for api in (*root.entries("consumes"), *capability.entries("consumes")):
        _headers(api, report)
        _resources(api, report)
        if tunnel := api.find("tunnel"):
            _identity(tunnel, bound, report)
            if _public(api.text("baseUri")):
                words = "a tunnel to an address that is public: requests could go there directly"
                diagnostics.note("N251", words, document.span(tunnel.pointer))


def _standalone(root: Node, document: Document, report: Report) -> None:
    """N249: a file that others import from holds what it offers itself; what it imported has the place it came from."""
    for section in ("consumes", "exposes", "aggregates", "binds"):
        for node in root.entries(section):
            if document.span(node.pointer).file != document.name or node.has("import"):
                words = (
                    f"an import among the `{section}` of a file without `capability`"
                )
                hint = "import from the file that holds it"
                report.warning("N249", words, (section,), hint, strict=True)


def _identity(tunnel: Node, bound: set[str], report: Report) -> None:
    """N250: what proves who we are is a secret."""
    identity = tunnel.text("identity")
    found = _VARIABLE.fullmatch(identity)
    if identity and not (found and found[1] in bound):
        words = "`identity` of a tunnel is no variable of `binds`"
        hint = "write `{{NAME}}`, and NAME among the keys of `binds`"
        report.warning("N250", words, tunnel.at("identity"), hint, strict=True)


def _public(url: str) -> bool:
    found = _HOST.match(url)
    host = (found[1] or found[2] or "").lower() if found else ""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(_INSIDE) and "{" not in host


def _headers(api: Node, report: Report) -> None:
    """N253: the engine sends the braces."""
    for node in api.entries("inputParameters"):
        if node.text("in").lower() == "header" and "{{" in node.text("value"):
            words = "headers of an API with a template are filled here, the engine sends their braces: {}"
            report.repeated("N253", words, node.at("value"), word=quote(node.name), strict=False)  # fmt: skip


def _resources(api: Node, report: Report) -> None:
    """N254: the engine knows parameters of adapters and operations only."""
    for resource in api.entries("resources"):
        if found := resource.find("inputParameters"):
            words = "parameters of consumed resources are sent with all their operations, the engine ignores them"
            report.repeated("N254", words, found.pointer, strict=False)
