"""How large binary replies may be, and the replies that routes declare."""

from __future__ import annotations

import re
from collections.abc import Iterator

from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import clean, quote
from naftiko_codegen.parse.capability_view import DeclaredReply
from naftiko_codegen.read.document import Json

_SIZE = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)(B|KiB|MiB|GiB)")
_UNITS = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_STATUS = re.compile(r"[1-5][0-9X]{2}")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+*-]{1,80}/[A-Za-z0-9!#$&^_.+*-]{1,80}")


def largest(node: Node, report: Report) -> int:
    """``maxBinarySize`` in bytes; 0 when it is not said, or is no size (N258)."""
    found = node.find("maxBinarySize")
    if found is None:
        return 0
    size = _SIZE.fullmatch(str(found.value))
    number = int(float(size[1]) * _UNITS[size[2]]) if size else 0
    if number < 1:
        words = f"`maxBinarySize` {quote(found.value)} is no size"
        hint = "write a number and B, KiB, MiB or GiB: `10MiB`"
        report.error("N258", words, found.pointer, hint)
    return number


def declared(node: Node, report: Report) -> tuple[DeclaredReply, ...]:
    """``responses`` or ``responseBinary`` of a route; N258 for what is no status or media type, N203 for both."""
    one = node.find("responseBinary")
    if one is None:
        return tuple(_listed(node, report))
    if node.has("responses"):
        words = "a route has either `responses` or `responseBinary`"
        report.error("N203", words, one.pointer)
    status = one.integer("status")
    number = 200 if status is None else status
    if not 100 <= number <= 599:
        report.error("N258", f"{number} is no status", one.at("status"))
    media_type = _media_type(one.text("mediaType"), one, report)
    return (DeclaredReply(str(number), clean(one.text("description")), ((media_type, True, {}),)),)  # fmt: skip


def _listed(node: Node, report: Report) -> Iterator[DeclaredReply]:
    for status, reply in node.pairs("responses"):
        if not _STATUS.fullmatch(status):
            report.error("N258", f"{quote(status)} is no status", reply.pointer)
            continue
        contents = tuple(
            (
                _media_type(name, item, report),
                item.flag("binary") is True,
                _schema(item),
            )
            for name, item in reply.pairs("content")
        )
        yield DeclaredReply(status, clean(reply.text("description")), contents)


def _media_type(text: str, node: Node, report: Report) -> str:
    if not _MEDIA_TYPE.fullmatch(text):
        report.error("N258", f"{quote(text)} is no media type", node.pointer)
    return text


def _schema(item: Node) -> Json:
    """The schema of a content, unless it leads elsewhere."""
    found = item.find("schema")
    whole = found.value if found and isinstance(found.value, dict) else {}
    return {} if _leads(whole) else whole


def _leads(value: Json) -> bool:
    if isinstance(value, dict):
        return "$ref" in value or any(map(_leads, value.values()))
    return isinstance(value, list) and any(map(_leads, value))
