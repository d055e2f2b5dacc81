# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Forms as JSON values, so that they can be checked: ``a=1&b=2``, and the parts of ``multipart/form-data``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import msgspec

from ..server.problems import Problem
from .bodies import FORM
from .values import (
    Style,
    form,
    items_of,
    properties_of,
    query_pairs,
    scalar,
    typed,
    types_of,
)

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
        self._styles = dict(self._styled(media.get("encoding", {})))

    def __call__(self, body: bytes, content_type: bytes) -> dict[str, Any]:
        """The object that ``body`` means: what is repeated is a list, a text what its schema wants.

        Raises ``Problem`` 400.
        """
        kind = content_type.decode("latin-1")
        is_form = kind.partition(";")[0].strip().lower() == FORM
        styled, fields = self._split(body) if is_form else ({}, _parts(body, kind))
        found: dict[str, list[Any]] = {}
        for name, value, is_text in fields:
            made = self._typed(value, name) if is_text else value
            found.setdefault(name, []).append(made)
        plain = {name: self._whole(name, values) for name, values in found.items()}
        return {**plain, **styled}

    def _styled(self, encoding: dict[str, Any]) -> Iterator[tuple[str, Style]]:
        """The fields that are written as query parameters are."""
        for name, said in encoding.items():
            schema = self._known.get(name)
            types = types_of(schema, self._components)
            if "style" in said and not types.isdisjoint(("array", "object")):
                style = Style(name, "form", said["style"], said.get("explode"), types)
                if style.is_spread:
                    inner = properties_of(schema, self._components)
                    style.takes = frozenset(inner).__contains__
                yield name, style

    def _split(self, body: bytes) -> tuple[dict[str, Any], list[Field]]:
        """The values of fields in a style of their own, and all other fields."""
        if not self._styles:
            return {}, _fields(body)
        pairs, styled = query_pairs(body), {}
        for name, style in self._styles.items():
            try:
                value = style.from_pairs(pairs)
                if value is not None:
                    schema = self._known.get(name)
                    styled[name] = typed(value, schema, self._components)
            except ValueError as error:
                raise Problem(400, f"The field {name} {error}.") from None
            pairs = [pair for pair in pairs if not style.has(pair[0])]
        return styled, [(name, form(value), True) for name, value in pairs]

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
