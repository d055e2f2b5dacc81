"""The ``body:`` block of a consumed operation, as far as it is one JSON value made of inputs."""

from __future__ import annotations

from naftiko_codegen.check.capability_shapes import BODY_TYPES
from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import did_you_mean, kind, quote
from naftiko_codegen.parse.capability_template import only_reference, template
from naftiko_codegen.parse.capability_view import RequestBody

_SAME = {word.lower(): word for word in BODY_TYPES} | {
    "form": "formUrlEncoded",
    "multipart": "multipartForm",
}


def request_body(operation: Node, report: Report) -> RequestBody | None:
    """The body block, or ``None`` when there is none or when it is more than this compiler can do (N290)."""
    node = operation.find("body")
    if node is None:
        return None
    if isinstance(node.value, str):
        return _whole(Node(node.value.strip(), node.pointer), report)
    if not isinstance(node.value, dict):
        report.error(
            "N202",
            f"`body` must be a text or an object, not {kind(node.value)}",
            node.pointer,
        )
        return None
    word = node.text("type")
    word = _SAME.get(word.lower(), word)
    if word == "json":
        return _json(node, report)
    if word in BODY_TYPES:
        report.missing(f"request bodies of type {quote(word)} are", node.pointer)
    else:
        words = f"`type` of `body` is {quote(word)}: it must be one of {', '.join(BODY_TYPES)}"
        report.error("N205", words, node.at("type"), did_you_mean(word, BODY_TYPES))
    return None


def _json(node: Node, report: Report) -> RequestBody | None:
    data = node.find("data")
    if data is None:
        report.repeated(
            "N203",
            "`body` should have `data`: the inputs are its content",
            node.pointer,
        )
        return RequestBody("", (), node.pointer)
    if isinstance(data.value, str):
        return _whole(data, report)
    if not isinstance(data.value, dict):
        report.missing(
            "JSON bodies that are not an object of placeholders are", data.pointer
        )
        return None
    fields: list[tuple[str, str]] = []
    for name, value in data.value.items():
        reference = only_reference(template(value)) if isinstance(value, str) else None
        if reference is None:
            report.missing(
                f"JSON bodies with anything but one placeholder in {quote(name)} are",
                (*data.pointer, name),
            )
            return None
        fields.append((name, reference.name))
    return RequestBody("", tuple(fields), node.pointer)


def _whole(node: Node, report: Report) -> RequestBody | None:
    reference = only_reference(template(node.value))
    if reference is None:
        report.missing(
            "request bodies that are more than one placeholder are", node.pointer
        )
        return None
    return RequestBody(reference.name, (), node.pointer)
