# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Request bodies and texts that a document writes with gaps: the generated builders fill them with these."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

from msgspec import UNSET

from .body import Content
from .codec import encode, plain
from .errors import ArgumentError
from .style import header
from .style import text as plain_text

Values: TypeAlias = Mapping[str, object]
"""What fills the gaps, by key of parameter; ``UNSET`` and ``None`` count as absent in texts."""

_BARE = re.compile(r"[A-Za-z0-9_.:+-]+").fullmatch
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]").search

__all__ = [
    "UNSET",
    "Values",
    "as_json",
    "form",
    "form_body",
    "json_body",
    "multipart_body",
    "sparql_bare",
    "sparql_iri",
    "sparql_string",
    "text",
    "text_body",
    "value",
    "xml",
]


def text(*pieces: object) -> str:
    """The pieces as one text: nothing for what is absent, JSON for lists and objects."""
    return "".join(map(_text, pieces))


def value(item: object) -> object:
    """A value that stands alone in JSON: ``null`` when it is absent."""
    return None if item is UNSET else item


def as_json(item: object) -> str:
    """``item`` as JSON, ``null`` when it is absent."""
    return encode(plain(value(item))).decode()


def xml(item: object) -> str:
    """``item`` as XML, inside an element or an attribute of either kind of quotes."""
    words = _text(item)
    if _NOT_XML(words):
        raise ArgumentError("XML cannot hold a control character")
    return escape(words, {'"': "&quot;", "'": "&#39;"})


def form(item: object) -> str:
    """``item`` as a part of a form that is written as text."""
    return quote_plus(_text(item))


def sparql_string(item: object) -> str:
    """``item`` inside a quoted literal of SPARQL."""
    words = _text(item).replace("\\", "\\\\")
    words = words.replace('"', '\\"').replace("'", "\\'")
    return words.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def sparql_iri(item: object) -> str:
    """``item`` inside the angle brackets of an IRI of SPARQL."""
    return quote(_text(item), safe="/:?#@!$&'()*+,;=%-._~")


def sparql_bare(item: object) -> str:
    """``item`` where SPARQL has no quotes around it: a number, or a name with a prefix."""
    words = _text(item)
    if words and not _BARE(words):
        raise ArgumentError("a value outside quotes must be a number or a name")
    return words


def json_body(item: Any, media_type: str = "application/json") -> Content:
    """JSON without the members and items that are absent."""
    data = encode(_present(item))
    return Content(media_type, data, len(data))


def text_body(words: str, media_type: str) -> Content:
    """A text as it is."""
    data = words.encode()
    return Content(media_type, data, len(data))


def form_body(fields: Mapping[str, object]) -> Content:
    """Fields as ``a=1&b=2``: a list repeats its field, what is absent is left out."""
    parts = [
        f"{quote_plus(name)}={quote_plus(_text(each))}"
        for name, item in fields.items()
        for each in (item if isinstance(item, (list, tuple)) else [item])
        if each is not UNSET and each is not None
    ]
    return text_body("&".join(parts), "application/x-www-form-urlencoded")


def multipart_body(*parts: tuple[str, object, str, str]) -> Content:
    """``multipart/form-data`` of name, value, file name and media type; what is absent is left out."""
    boundary = os.urandom(16).hex()
    pieces: list[str] = []
    for name, item, file_name, media_type in parts:
        if item is UNSET or item is None:
            continue
        head = f'Content-Disposition: form-data; name="{_quoted(name)}"'
        if file_name:
            head += f'; filename="{_quoted(file_name)}"'
        if media_type:
            head += f"\r\nContent-Type: {header(name, media_type)}"
        pieces.append(f"--{boundary}\r\n{head}\r\n\r\n{_text(item)}\r\n")
    words = "".join(pieces) + f"--{boundary}--\r\n"
    return text_body(words, f"multipart/form-data; boundary={boundary}")


def _text(item: object) -> str:
    """One value as text."""
    if item is UNSET or item is None:
        return ""
    if isinstance(item, (Mapping, Sequence, set)) and not isinstance(item, str):
        return encode(plain(item)).decode()
    return plain_text("a value of the body", item)


def _present(item: Any) -> Any:
    """``item`` without what is absent."""
    if isinstance(item, Mapping):
        return {k: _present(v) for k, v in item.items() if v is not UNSET}
    if isinstance(item, list):
        return [_present(v) for v in item if v is not UNSET]
    return item


def _quoted(name: str) -> str:
    """A name inside quotes, as browsers write it."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
