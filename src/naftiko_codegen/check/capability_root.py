"""The root of a capability document: the version of the language, and what the document is instead."""

from __future__ import annotations

from naftiko_codegen.check.capability_shapes import VERSIONS
from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import did_you_mean, kind, quote
from naftiko_codegen.read.document import Json


def check_version(node: Node, report: Report) -> None:
    """The version of the language: any known one, whatever the root key is called."""
    found = node.find("naftiko", "ikanos")
    if found is None:
        report.error(
            "N201",
            "no version of the language",
            (),
            "begin with `naftiko: 1.0.0-alpha2`",
        )
        return
    if node.has("naftiko") and node.has("ikanos"):
        report.error(
            "N201", "both `naftiko` and `ikanos` name a version", node.at("ikanos")
        )
    if not isinstance(found.value, str | int | float) or isinstance(found.value, bool):
        report.error(
            "N201",
            f"the version of the language is {kind(found.value)}, not a text",
            found.pointer,
        )
        return
    version = str(found.value)
    if version not in VERSIONS:
        words = (
            f"unknown version {quote(version)} of the language: read as 1.0.0-alpha2"
        )
        report.warning(
            "N201", words, found.pointer, did_you_mean(version, VERSIONS), strict=True
        )


def contents(root: Json) -> str:
    """What a document without a capability holds, in words."""
    if not isinstance(root, dict):
        return f"the document is {kind(root)}, not an object"
    keys = ", ".join(quote(key) for key in list(root)[:8])
    return (
        f"the document has neither `capability` nor `consumes`, but {keys or 'nothing'}"
    )
