"""The ``body:`` block of a consumed operation: its kind, and what it is made of."""

from __future__ import annotations

from naftiko_codegen.check.capability_shapes import BODY_TYPES
from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import did_you_mean, kind, quote
from naftiko_codegen.parse.capability_template import only_reference, template
from naftiko_codegen.parse.capability_view import RequestBody
from naftiko_codegen.read.document import Json

_SAME = {word.lower(): word for word in BODY_TYPES} | {
    "form": "formUrlEncoded",
    "multipart": "multipartForm",
}
_WANTED: dict[str, tuple[tuple[type, ...], str]] = {
    "json": ((str, dict, list), "a text, an object or a list"),
    "text": ((str,), "a text"),
    "xml": ((str,), "a text"),
    "sparql": ((str,), "a text"),
    "formUrlEncoded": ((str, dict), "a text or an object"),
    "multipartForm": ((list, dict), "a list of parts"),
}


def request_body(operation: Node, report: Report) -> RequestBody | None:
    """The body block, or ``None`` when there is none or after a finding (N202, N203, N205)."""
    node = operation.find("body")
    if node is None:
        return None
    if isinstance(node.value, str):
        return _json(node.value, node, "raw")
    if not isinstance(node.value, dict):
        report.error(
            "N202",
            f"`body` must be a text or an object, not {kind(node.value)}",
            node.pointer,
        )
        return None
    word = node.text("type")
    word = _SAME.get(word.lower(), word)
    if word not in BODY_TYPES:
        words = f"`type` of `body` is {quote(word)}: it must be one of {', '.join(BODY_TYPES)}"
        report.error("N205", words, node.at("type"), did_you_mean(word, BODY_TYPES))
        return None
    data = node.find("data")
    if data is None:
        report.repeated(
            "N203",
            "`body` should have `data`: the inputs are its content",
            node.pointer,
        )
        return RequestBody("", (), node.pointer)
    return _of_kind(word, data, node, report)


def _of_kind(word: str, data: Node, node: Node, report: Report) -> RequestBody | None:
    types, wanted = _WANTED[word]
    if not isinstance(data.value, types):
        words = (
            f"`data` of a body of type {word} must be {wanted}, not {kind(data.value)}"
        )
        report.error("N202", words, data.pointer)
        return None
    if word == "multipartForm":
        data = _as_parts(data, report)
        if not _parts(data, report):
            return None
    if word == "json":
        return _json(data.value, node, word)
    return RequestBody("", (), node.pointer, word, data.value)


def _json(value: Json, node: Node, word: str) -> RequestBody:
    """JSON: in the plain cases that one placeholder is all of it, or all of each property, they are named."""
    if isinstance(value, str):
        whole = only_reference(template(value.strip()))
        return RequestBody(whole.name if whole else "", (), node.pointer, word, value)
    fields: list[tuple[str, str]] = []
    for name, item in value.items() if isinstance(value, dict) else ():
        reference = only_reference(template(item)) if isinstance(item, str) else None
        if reference:
            fields.append((name, reference.name))
    plain = isinstance(value, dict) and len(fields) == len(value)
    return RequestBody("", tuple(fields) if plain else (), node.pointer, word, value)


def _as_parts(data: Node, report: Report) -> Node:
    """The list of parts; a member of an object, a dialect, is a part of that name."""
    if not isinstance(data.value, dict):
        return data
    words = "`data` of a multipart form is an object: each member is sent as a part of its name"
    report.repeated(
        "N209", words, data.pointer, "write a list of parts: `- {name: a, value: b}`"
    )
    return Node(
        [{"name": k, "value": _part_text(v)} for k, v in data.value.items()],
        data.pointer,
    )


def _part_text(value: Json) -> Json:
    """A constant as the text that a form has of it; what is none is left to the check of the part."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _parts(data: Node, report: Report) -> bool:
    """Whether every part of a multipart form has a name and a value (N202, N203)."""
    fine = True
    for index, item in enumerate(data.value):
        part = Node(item, (*data.pointer, index))
        for key in ("name", "value", "filename", "contentType"):
            found = part.find(key)
            if found is None and key in ("name", "value"):
                words = f"a part of a multipart form needs `{key}`"
                report.error("N203", words, part.pointer)
                fine = False
            elif found is not None and not isinstance(found.value, str):
                words = f"`{key}` of a part must be a text, not {kind(found.value)}"
                report.error("N202", words, found.pointer, "put it in quotes")
                fine = False
    return fine
