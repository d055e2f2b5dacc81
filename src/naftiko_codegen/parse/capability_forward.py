"""Resources of a REST adapter that pass requests on to a consumed API."""

from __future__ import annotations

from collections.abc import Iterator

from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import clean, quote
from naftiko_codegen.parse.capability_address import path
from naftiko_codegen.parse.capability_view import Forward


def forwards(server: Node, report: Report) -> Iterator[Forward]:
    """The forwarding resources of a REST adapter (N262: paths with variables elsewhere than at their end)."""
    for resource in server.entries("resources"):
        block = resource.find("forward")
        if block is None or not isinstance(block.value, dict):
            continue
        if not block.text("targetNamespace"):
            continue
        prefix = _prefix(resource, report)
        if prefix is None:
            continue
        said = block.value.get("trustedHeaders")
        yield Forward(
            prefix,
            block.text("targetNamespace"),
            (
                tuple(n for n in said if isinstance(n, str))
                if isinstance(said, list)
                else ()
            ),
            clean(resource.text("label", "display")),
            clean(resource.text("description")),
            resource.text("name"),
            block.pointer,
        )


def _prefix(resource: Node, report: Report) -> str | None:
    """What stands before the rest of the path, without a slash at its end."""
    place = resource.at("path")
    text, names = path(resource.text("path").partition("?")[0], place, report)
    if not names:
        words = "forwarding paths without `{{path}}` at their end: everything below them is forwarded, too"
        report.repeated("N262", words, place, strict=False)
        return text.rstrip("/")
    head, _, tail = text.rpartition("/")
    if tail == f"{{{names[0]}}}" and len(names) == 1 and "{" not in head:
        return head
    words = f"forwarding path {quote(text)} has a variable elsewhere than at its end"
    hint = "write `{{path}}` as the last segment, and nothing else in braces"
    report.error("N262", words, place, hint)
    return None
