"""Resources and prompts of an MCP adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import unquote

from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import clean, quote
from naftiko_codegen.frozen import changed
from naftiko_codegen.parse.capability_template import Reference, path_template
from naftiko_codegen.parse.capability_view import (
    Input,
    McpPrompt,
    McpResource,
    PromptArgument,
    Unit,
)
from naftiko_codegen.read.document import Pointer

_FILE = "file://"


def resources(
    server: Node, unit: Callable[[Node, Report], Unit], report: Report
) -> Iterator[McpResource]:
    """The resources; ``unit`` reads what one calls. N208 (twice), N215 (URI or location)."""
    seen: dict[str, Pointer] = {}
    named: dict[str, Pointer] = {}
    for node in server.entries("resources"):
        uri, names = _uri(node, report)
        if not node.name or not uri:
            continue
        if uri in seen:
            first = (seen[uri], "it is here first")
            words = f"resource {quote(uri)} is there twice"
            report.error("N208", words, node.at("uri"), "", first)
        seen.setdefault(uri, node.pointer)
        if node.name in named:
            first = (named[node.name], "it is here first")
            words = f"resource name {quote(node.name)} is there twice"
            report.error("N208", words, node.pointer, "", first)
        named.setdefault(node.name, node.pointer)
        static = node.has("location")
        if static and (names or node.has("call", "ref", "steps")):
            words = "a resource with a `location` calls nothing and has no placeholders"
            report.error("N215", words, node.at("location"))
        yield McpResource(
            node.name, clean(node.text("label", "display")), uri, clean(node.text("description")),
            node.text("mimeType"), None if static else _unit(unit(node, report), names, node),
            location(node, report) if static else "", node.pointer, node.flag("binary") is True,
        )  # fmt: skip


def _unit(unit: Unit, names: tuple[str, ...], node: Node) -> Unit:
    """What a resource calls, the placeholders of its URI being its inputs."""
    at = node.at("uri")
    made = (Input(n, "", {"type": "string"}, True, "", None, at) for n in names)
    return changed(unit, inputs=(*unit.inputs, *made))


def _uri(node: Node, report: Report) -> tuple[str, tuple[str, ...]]:
    """The URI with ``{x}`` for each placeholder, and their names."""
    pieces = path_template(node.text("uri"))
    names = tuple(p.name for p in pieces if isinstance(p, Reference))
    text = "".join(
        f"{{{piece.name}}}" if isinstance(piece, Reference) else piece
        for piece in pieces
    )
    plain = text.isascii() and text.isprintable() and not set(text) & set(' <>"\\^`|')
    if text and (not plain or "" in names or len(set(names)) < len(names)):
        words = f"{quote(node.text('uri'))} cannot be the URI of a resource"
        report.error("N215", words, node.at("uri"))
        return "", ()
    return text, names


def prompts(server: Node, report: Report) -> Iterator[McpPrompt]:
    """The prompts; N203 (no text), N208 (twice), N215 (location)."""
    seen: dict[str, Pointer] = {}
    for node in server.entries("prompts"):
        if not node.name:
            continue
        if node.name in seen:
            first = (seen[node.name], "it is here first")
            words = f"prompt {quote(node.name)} is there twice"
            report.error("N208", words, node.at("name"), "", first)
        seen.setdefault(node.name, node.pointer)
        if node.has("template") == node.has("location"):
            words = "a prompt needs either `template` or `location`"
            report.error("N203", words, node.pointer)
        yield McpPrompt(
            node.name, clean(node.text("label", "display")), clean(node.text("description")), _arguments(node),
            tuple((m.text("role").lower(), m.text("content")) for m in node.entries("template")),
            location(node, report) if node.has("location") else "", node.pointer,
        )  # fmt: skip


def _arguments(node: Node) -> tuple[PromptArgument, ...]:
    return tuple(
        PromptArgument(item.name, clean(item.text("label", "display")), clean(item.text("description")),
                       item.flag("required") is not False, _values(item))
        for item in node.entries("arguments")
        if item.name
    )  # fmt: skip


def _values(argument: Node) -> tuple[str, ...]:
    """The texts of ``enum``."""
    found = argument.find("enum")
    values = found.value if found and isinstance(found.value, list) else []
    return tuple(dict.fromkeys(v for v in values if isinstance(v, str)))


def location(node: Node, report: Report) -> str:
    """The absolute path of ``location``; ``""`` after an error (N215)."""
    text = node.text("location")
    path = unquote(text.removeprefix(_FILE))
    if not text.startswith(_FILE) or not path.startswith("/") or "\0" in path:
        words = f"`location` {quote(text)} must be file:/// and an absolute path"
        report.error("N215", words, node.at("location"))
        return ""
    if path.startswith("/./") or ".." in path.split("/"):
        words = f"`location` {quote(text)} is no absolute path"
        hint = "servers run anywhere: nothing is relative to this document then"
        report.error("N215", words, node.at("location"), hint)
        return ""
    return path
