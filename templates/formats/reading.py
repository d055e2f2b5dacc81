"""Replies that are no JSON → the JSON value they stand for; the packages this takes are imported when first used."""

from __future__ import annotations

from typing import Any

from .._runtime.codec import encode
from .._runtime.errors import DecodingError

_PACKAGES = {
    "fastavro": "fastavro",
    "google": "protobuf",
    "lxml": "lxml",
    "markdown_it": "markdown-it-py",
    "yaml": "pyyaml",
}


class Reading:
    """How replies of one operation are read."""

    __slots__ = ("_form", "_schema")

    def __init__(self, form: str, schema: str = "") -> None:
        """``schema``: an XPath (html), how headings begin (markdown), a file beside this one (avro, protobuf)."""
        self._form = form
        self._schema = schema

    def __call__(self, data: bytes, media_type: str = "") -> bytes:
        """``data`` as JSON; ``media_type`` may name the character set.

        Raises ``DecodingError`` when it cannot be read, or a package is missing that reads it.
        """
        try:
            return encode(self._tree(data, media_type))
        except ModuleNotFoundError as error:
            missing = _PACKAGES.get((error.name or "").partition(".")[0], error.name)
            words = f"Replies in {self._form} need the package {missing}, which is not installed here."
            raise DecodingError(words) from None
        except (ValueError, RecursionError):
            words = f"The upstream service answered with something that is no {self._form.upper()}."
            raise DecodingError(words) from None

    def _tree(self, data: bytes, media_type: str) -> Any:
        if self._form in ("avro", "protobuf") and not self._schema:
            words = f"{self._form} format requires outputSchema to be specified in operation specification"
            raise DecodingError(words)
        if self._form == "avro":
            from .avro import tree as avro

            return avro(data, self._schema)
        if self._form == "protobuf":
            from .protobuf import tree as protobuf

            return protobuf(data, self._schema)
        if not data.strip():
            return None
        if self._form == "html":
            from .html import tree as html

            return html(data, media_type, self._schema)
        if self._form == "markdown":
            from .markdown import tree as markdown

            return markdown(data, media_type, self._schema)
        from .texts import tree

        return tree(self._form, data, media_type)
