# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Forms as JSON values, so that they can be checked: ``a=1&b=2``, and the parts of ``multipart/form-data``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import msgspec

from ..server.problems import Problem
from .bodies import FORM
from .values import items_of, properties_of, scalar, types_of

Field: TypeAlias = tuple[str, Any, bool]
"""Name, value, and whether the value is a text that may stand for something else."""

_MOST_FIELDS = 1000
_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^;,\s]+))', re.IGNORECASE)
_NAME = re.compile(rb'[;\s]name="([^"]*)"', re.IGNORECASE)
_FILE = re.compile(rb"[;\s]filename\*?=", re.IGNORECASE)
_TYPE = re.compile(rb"^content-type:[ \t]*([^;\s]+)", re.IGNORECASE | re.MULTILINE)
_decode = msgspec.json.Decoder().decode


class Form:
    """Reads the bodies of one media type."""

    def __init__(self, media: dict[str, Any], components: Mapping[str, object]) -> None:
        """``media`` is the media type object of ``openapi.json``."""
        self._components = components
        self._known = properties_of(media.get("schema"), components)

    def __call__(self, body: bytes, content_type: bytes) -> dict[str, Any]:
        """The object that ``body`` means: what is repeated is a list, a text what its schema wants.

        Raises ``Problem`` 400.
        """
        kind = content_type.decode("latin-1")
        is_form = kind.partition(";")[0].strip().lower() == FORM
        found: dict[str, list[Any]] = {}
        for name, value, is_text in _fields(body) if is_form else _parts(body, kind):
            made = self._typed(value, name) if is_text else value
            found.setdefault(name, []).append(made)
        return {name: self._whole(name, values) for name, values in found.items()}

    def _typed(self, text: str, name: str) -> Any:
        """``text`` as its schema wants it; as it is when it cannot be that, which the check will say."""
        schema = self._known.get(name)
        types = types_of(schema, self._components)
        if "array" in types:
            items = items_of(schema, self._components)
            types = types_of(items, self._components)
        try:
            if not types.isdisjoint(("object", "array")):
                return _decode(text)
            return scalar(text, types)
        except (ValueError, RecursionError):
            return text

    def _whole(self, name: str, values: list[Any]) -> Any:
        """One value, or a list of those that were given."""
        is_list = "array" in types_of(self._known.get(name), self._components)
        return values if is_list or len(values) > 1 else values[0]


def _fields(body: bytes) -> list[Field]:
    """The fields of ``a=1&b=2``."""
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Problem(400, "The form cannot be read.") from None
    return [(name, value, True) for name, value in pairs]


def _parts(body: bytes, content_type: str) -> list[Field]:
    """The parts of a multipart body; what a file holds is not looked at."""
    found = _BOUNDARY.search(content_type)
    if not found:
        raise Problem(400, "The Content-Type names no boundary.")
    boundary = b"\r\n--" + (found[1] or found[2]).encode("latin-1")
    pieces = (b"\r\n" + body).split(boundary, _MOST_FIELDS + 1)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise Problem(400, "The body does not have the parts that it should have.")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Field:
    head, separator, content = piece.lstrip(b" \t").partition(b"\r\n\r\n")
    name = _NAME.search(head)
    if not separator or not name:
        raise Problem(400, "A part of the body has no name.")
    kind = _TYPE.search(head)
    media_type = kind[1].lower() if kind else b"text/plain"
    key = name[1].decode("utf-8", "replace").replace("%22", '"')
    if media_type == b"application/json" or media_type.endswith(b"+json"):
        try:
            return key, _decode(content), False
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Problem(400, "A part of the body is not JSON.") from None
    is_text = media_type == b"text/plain" and not _FILE.search(head)
    return key, content.decode("utf-8" if is_text else "latin-1", "replace"), is_text
