"""What consumed operations answer, and how replies that are no JSON are read."""

from __future__ import annotations

import json
from collections.abc import Mapping

from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.ir.model import Content, Origin, Reply
from naftiko_codegen.ir.types import AnyType, ArrayOf, MapOf, Scalar, Type
from naftiko_codegen.parse.capability_view import Upstream
from naftiko_codegen.read.document import Attached, Json, Pointer

_TEXTS = {
    "xml": "application/xml", "csv": "text/csv", "tsv": "text/tab-separated-values", "psv": "text/plain",
    "yaml": "application/yaml", "html": "text/html", "markdown": "text/markdown", "text": "text/plain",
}  # fmt: skip
_BINARIES = {
    "avro": "application/avro", "protobuf": "application/x-protobuf", "binary": "application/octet-stream",
}  # fmt: skip
_READ = ("csv", "tsv", "psv", "xml", "yaml", "html", "markdown", "avro", "protobuf")
"""Formats besides JSON whose replies can be made into something else."""

_REPLIES: dict[str, tuple[Type, Json]] = {
    "object": (MapOf(AnyType()), {"type": "object"}),
    "array": (ArrayOf(AnyType()), {"type": "array"}),
    "any": (AnyType(), {}),
}


class Replies:
    """Lowers the replies of the operations of one document; ``attached`` are the files that it names."""

    def __init__(
        self, attached: Mapping[Pointer, tuple[Attached, ...]], source: str, report: Report
    ) -> None:  # fmt: skip
        self._attached = attached
        self._source = source
        self._report = report

    def lower(self, upstream: Upstream) -> tuple[Reply, ...]:
        """The reply that reports success, and the other."""
        origin = Origin(self._source, upstream.pointer)
        contents = () if upstream.method == "HEAD" else (self._content(upstream),)
        error = Content("application/json", "json", AnyType(), {})
        return (Reply("2XX", "The reply of the upstream API.", contents, origin=origin),
                Reply("default", "An error of the upstream API.", (error,), origin=origin))  # fmt: skip

    def reading(self, upstream: Upstream) -> tuple[str, str]:
        """``reply_format`` and ``reply_schema``; N256 (no schema), N257 (one that cannot be used)."""
        form, said = upstream.format, upstream.schema
        if form not in _READ:
            return "", ""
        if form == "html":
            return form, self._selected(upstream) if said else ""
        if form == "markdown":
            return form, said.lstrip("#").strip()
        if form not in ("avro", "protobuf"):
            return form, ""
        if not said:
            words = f"replies in {form} cannot be read without `outputSchema`: calls that make something of them fail"
            hint = "name the file that describes them"
            self._report.warning("N256", words, upstream.pointer, hint)
            return form, ""
        return form, self._described(upstream)

    def _selected(self, upstream: Upstream) -> str:
        """The XPath of a CSS selector."""
        from cssselect import HTMLTranslator, SelectorError

        try:
            return HTMLTranslator().css_to_xpath(upstream.schema)
        except SelectorError:
            words = f"{quote(upstream.schema)} is no CSS selector that finds elements"
            self._report.error("N257", words, (*upstream.pointer, "outputSchema"))
            return ""

    def _described(self, upstream: Upstream) -> str:
        """The JSON of the file that describes the replies; a file that is not there is reported already."""
        from naftiko_codegen.parse.avro_schema import SchemaError, avro_schema
        from naftiko_codegen.parse.proto_schema import descriptors

        pointer = (*upstream.pointer, "outputSchema")
        files = self._attached.get(pointer)
        if not files:
            return ""
        try:
            avro = upstream.format == "avro"
            value = avro_schema(files[0].text) if avro else descriptors(files)
        except SchemaError as error:
            words = f"{quote(files[0].name)} cannot be used: {quote(str(error))}"
            self._report.error("N257", words, pointer)
            return ""
        return json.dumps(value, indent=2) + "\n"

    def _content(self, upstream: Upstream) -> Content:
        form, written = upstream.format, upstream.media_type
        if form == "json":
            type_, schema = _REPLIES[upstream.reply]
            return Content(written or "application/json", "json", type_, schema)
        words = "replies that are not JSON: passed on as they are, unless outputs read them: {}"
        self._report.repeated(
            "N221",
            words,
            (*upstream.pointer, "outputRawFormat"),
            word=form,
            strict=False,
        )
        if form in _TEXTS:
            return Content(
                written or _TEXTS[form], "text", Scalar("string"), {"type": "string"}
            )
        return Content(written or _BINARIES[form], "binary", Scalar("binary"), {})
