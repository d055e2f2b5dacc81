"""Rules of good style and of safety for capabilities that mean something as they are: N230 to N255.

Before: any document. After: findings; nothing here changes what is generated. Rules whose breach changes or prevents
what is generated are findings of the passes that meet them (`docs/findings.md` has the table of all rules).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from naftiko_codegen.check.capability_lint_apis import lint_apis
from naftiko_codegen.check.capability_lint_calls import lint_calls
from naftiko_codegen.check.capability_lint_flows import lint_flows
from naftiko_codegen.check.capability_lint_servers import lint_servers
from naftiko_codegen.check.capability_official import judge_form
from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.read.document import Document, Pointer

_SCRIPT = re.compile(r"<script", re.IGNORECASE)
_EVAL = re.compile(r"\beval\(")
_BRACES = re.compile(r"\{\{[^{}]*\}\}")
_SECRETS = ("token", "password", "value")


def lint(document: Document, diagnostics: Diagnostics) -> None:
    """Report what ``document`` could do better."""
    if not isinstance(document.root, dict):
        return
    report = Report(document, diagnostics)
    root = Node(document.root)
    capability = root.find("capability") or Node(None)
    _info(root, document, diagnostics)
    _namespaces(root, capability, report)
    for node in (*root.entries("consumes"), *capability.entries("consumes")):
        _consumed(node, document, diagnostics, report)
    _binds(root, capability, report)
    lint_servers(root.find("capability") or root, document, diagnostics, report)
    lint_flows(root, capability, report)
    lint_apis(root, capability, document, diagnostics, report)
    lint_calls(root, capability, report)
    judge_form(root, capability, report)
    for node in _described(root, capability):
        _words(node, report)
    report.flush()


def _info(root: Node, document: Document, diagnostics: Diagnostics) -> None:
    info = root.find("info")
    if info and not info.has("tags"):
        words = "`info` has no `tags`: catalogues find the capability by them"
        diagnostics.note("N230", words, document.span(info.pointer))


def _namespaces(root: Node, capability: Node, report: Report) -> None:
    """N231: a namespace is the name of one thing in the whole document."""
    seen: dict[str, Pointer] = {}
    owners = (*root.entries("consumes"), *capability.entries("consumes"), *capability.entries("exposes"),
              *root.entries("binds"), *capability.entries("binds"))  # fmt: skip
    for node in owners:
        name = node.text("namespace") or node.text("as")
        if name and name in seen:
            words = f"namespace {quote(name)} names two things of this document"
            report.warning(
                "N231", words, node.pointer, "give each adapter and bind its own"
            )
        seen.setdefault(name, node.pointer)


def _consumed(
    node: Node, document: Document, diagnostics: Diagnostics, report: Report
) -> None:
    if not node.text("description"):
        report.repeated(
            "N230", "consumed APIs without `description`", node.pointer, strict=False
        )
    if "example.com" in node.text("baseUri"):
        words = "`baseUri` is an example: no service is there"
        diagnostics.note("N232", words, document.span(node.at("baseUri")))
    block = node.find("authentication")
    if block and block.text("type") == "apikey" and not block.has("placement", "in"):
        words = "an API key without `placement` goes into a header"
        report.warning("N233", words, block.pointer, "write `placement: header`")
    for operation in _operations(node):
        _fed(operation, report)


def _operations(node: Node) -> Iterator[Node]:
    for resource in node.entries("resources"):
        yield from resource.entries("operations")


def _fed(operation: Node, report: Report) -> None:
    """N234: the engine sends no body unless `body` says how."""
    fields = [n for n in operation.entries("inputParameters") if n.text("in") == "body"]
    if fields and not operation.has("body"):
        words = "body parameters without a `body`: sent as the JSON that they make; the engine sends nothing"
        report.repeated(
            "N234", words, fields[0].pointer, owner=operation.pointer, strict=False
        )


def _binds(root: Node, capability: Node, report: Report) -> None:
    """N235: a bind key that no template names; N236: binds where the engine does not look."""
    text = "\n".join(_texts(root.value))
    used = {name.strip(" {}").split(".")[-1] for name in _BRACES.findall(text)}
    for owner in (root, capability):
        for bind in owner.entries("binds", "externalRefs"):
            for name, key in bind.pairs("keys"):
                if name not in used and f"${name}" not in text and name not in text:
                    words = "keys of binds that nothing uses: {}"
                    report.repeated(
                        "N235", words, key.pointer, word=quote(name), strict=False
                    )
    for bind in capability.entries("binds"):
        words = "`capability.binds`: the engine reads `binds` at the root alone"
        report.warning("N236", words, bind.pointer, "move them to the root")


def _texts(value: object) -> Iterator[str]:
    """All texts of the document but the keys of its binds."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in ("binds", "externalRefs"):
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def _described(root: Node, capability: Node) -> Iterator[Node]:
    """Everything whose description people and models read."""
    yield from filter(None, (root.find("info"),))
    yield from (*root.entries("consumes"), *capability.entries("consumes"))
    for server in capability.entries("exposes"):
        yield server
        for name in ("resources", "tools", "skills", "prompts"):
            for node in server.entries(name):
                yield node
                yield from node.entries("operations")


def _words(node: Node, report: Report) -> None:
    """N237: text that a page might run when it is shown carelessly."""
    for name in ("description", "label", "display"):
        text = node.text(name)
        for pattern, what in ((_SCRIPT, "`<script`"), (_EVAL, "`eval(`")):
            if pattern.search(text):
                words = f"`{name}` holds {what}: escaped here, others may run it"
                report.warning("N237", words, node.at(name), strict=True)
