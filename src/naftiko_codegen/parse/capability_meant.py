"""What a consumed API evidently means but does not write: places of path parameters, API keys in bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable

from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.frozen import changed
from naftiko_codegen.parse.capability_template import is_name, respelled, template
from naftiko_codegen.parse.capability_view import (
    ConsumedParameter,
    RequestBody,
    Upstream,
)

_ENDING = re.compile(r"(?<=[A-Za-z0-9_-])\.(?:json|xml|csv)\Z")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
Path = tuple[str, tuple[str, ...]]
"""A canonical path and the names of its placeholders."""


def completed(
    written: Path,
    parameters: Iterable[ConsumedParameter],
    open_names: tuple[str, ...],
    report: Report,
) -> Path:
    """The path with a place for every path parameter: segments at its end, before a file ending (N310, a warning).

    ``open_names`` are placeholders of the base URL, which parameters may stand for, too.
    """
    text, names = written
    known = {respelled(name) for name in (*names, *open_names)}
    missing = [
        p
        for p in parameters
        if p.place == "path" and is_name(p.name) and respelled(p.name) not in known
    ]
    if not missing:
        return written
    added = tuple(dict.fromkeys(p.name for p in missing))
    found = _ENDING.search(text)
    stem, ending = (text[: found.start()], found[0]) if found else (text, "")
    made = "/".join((stem.rstrip("/"), *(f"{{{name}}}" for name in added))) + ending
    listed = ", ".join(map(quote, added))
    words = f"{quote(text)} has no place for {listed} (`in: path`): taken as `{made}`"
    hint = "write the whole path, with `{{name}}` where each value goes"
    report.warning("N310", words, missing[0].pointer, hint, strict=True)
    return made, (*names, *added)


def same_requests(
    operations: tuple[Upstream, ...], guessed: frozenset[str], report: Report
) -> None:
    """Report operations that send the same request because the place of a parameter was ``guessed`` (N310).

    At most one of them can be what is meant: a warning, and an error where something would be deleted.
    """
    seen: dict[tuple[str, str], Upstream] = {}
    for operation in operations:
        shape = (operation.method, _PLACEHOLDER.sub("{}", operation.path))
        first = seen.setdefault(shape, operation)
        if first is operation or not guessed & {first.name, operation.name}:
            continue
        words = (
            f"{quote(operation.name)} would send the same request as {quote(first.name)}, "
            f"`{operation.method} {operation.path}`: at most one of them can be right"
        )
        hint = "write the whole path of each"
        if operation.method == "DELETE":
            there = (first.pointer, f"{first.name} is here")
            report.error("N310", words, operation.pointer, hint, there)
        else:
            report.warning("N310", words, operation.pointer, hint)


def body_key(node: Node, report: Report) -> ConsumedParameter | None:
    """The API key that the authentication of ``node`` puts into bodies, as a body parameter with a value."""
    block = node.find("authentication") or Node(None)
    if block.text("placement", "in").lower() != "body":
        return None
    name, value = block.text("key", "name"), block.text("value")
    if block.text("type").lower() != "apikey" or not name or not value:
        return None
    words = "an API key in the body: sent as a member of every JSON or form body"
    report.repeated("N205", words, block.at("placement"))
    return ConsumedParameter(
        name, "body", {"type": "string"}, False, "", template(value), block.at("value")
    )


def with_key(
    body: RequestBody | None, key: ConsumedParameter, report: Report
) -> RequestBody | None:
    """``body`` with the member for the API key, unless it holds one of that name (N205: a body without members)."""
    if body is None or not body.kind:
        return body
    if not isinstance(body.data, dict):
        words = "an API key cannot be put into a body that is no object"
        report.error("N205", words, body.pointer)
        return body
    if key.name in body.data:
        return body
    text = "".join(
        piece if isinstance(piece, str) else f"{{{{{piece.name}}}}}"
        for piece in (key.value if isinstance(key.value, tuple) else ())
    )
    return changed(body, whole="", fields=(), data={key.name: text, **body.data})
