# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""How OpenAPI writes a value into a path, a query, a header or a cookie."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any, TypeAlias
from urllib.parse import quote, unquote

from .codec import Model, plain
from .errors import ArgumentError, PathError

Encode: TypeAlias = Callable[[object], str]

_PLAIN = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]*").fullmatch
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]").search
_HEADER = re.compile(r"[\t\x20-\x7e]*").fullmatch
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch
_SLASHES = re.compile(r"[/\\]").split
_RESERVED = "/:?@!$'()*,;=[]"
_DEEP = (Model, Mapping, list, tuple, set, frozenset)
_COOKIE = "!#$&'()*+/:<=>?@[]^`{|}"


def text(name: str, value: object) -> str:
    """The text of one scalar: JSON's words for booleans, ISO 8601 for dates."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return text(name, value.value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if value is None or isinstance(value, (bytes, Mapping, list, tuple, set, Model)):
        kind = type(value).__name__
        raise ArgumentError(f"{name} takes plain values, not {kind}")
    return str(value)


def escape(name: str, value: str, safe: str = "") -> str:
    """Percent-encode ``value``."""
    if _PLAIN(value):
        return value
    try:
        return quote(value, safe=safe)
    except UnicodeEncodeError:
        raise ArgumentError(f"{name} holds half a surrogate pair") from None


def segment(name: str, value: str, multi: bool = False) -> str:
    """Percent-encode a path value; ``multi`` lets slashes through.

    Refused, in plain or percent-encoded form: an empty value, ``.`` and ``..``
    between slashes, and an empty segment where slashes are let through.
    """
    if _PLAIN(value):
        return value
    parts = _SLASHES(unquote(value))
    if not value or "." in parts or ".." in parts or (multi and "" in parts):
        raise PathError(f"{name} is empty or holds an empty, '.' or '..' segment")
    if _CONTROL(value):
        raise PathError(f"{name} holds a control character")
    return escape(name, value, "/" if multi else "")


def header(name: str, value: str) -> str:
    """``value`` itself, refusing everything but visible ASCII, space and tab."""
    if not _HEADER(value):
        raise ArgumentError(f"{name} holds a character that no header may hold")
    return value.strip(" \t")


def token(name: str) -> str:
    """``name`` itself, if it may name a header or a cookie."""
    if not _TOKEN(name):
        raise ArgumentError(f"{name!r} cannot name a header or a cookie")
    return name


def path_style(name: str, style: str, explode: bool, multi: bool) -> Encode:
    """Encode a path value: ``simple``, ``label`` (``.a``) or ``matrix`` (``;n=a``)."""
    key = quote(name, safe="")
    prefix = {"label": ".", "matrix": f";{key}="}.get(style, "")
    has_dots = style == "label" and explode

    def one(value: object) -> str:
        made = segment(name, text(name, value), multi)
        return made.replace(".", "%2E") if has_dots else made

    def encode(value: object) -> str:
        if isinstance(value, str):
            return prefix + one(value)
        if isinstance(value, (Model, Mapping)):
            parts = _pairs(one, plain(value), explode)
        elif isinstance(value, (list, tuple, set, frozenset)):
            parts = [one(item) for item in value]
        else:
            return prefix + one(value)
        if not parts:
            raise ArgumentError(f"{name} is empty")
        if style == "matrix" and explode:
            lead = ";" if isinstance(value, Mapping) else prefix
            return "".join(lead + part for part in parts)
        separator = "." if style == "label" and explode else ","
        return prefix + separator.join(parts)

    return encode


def query_style(name: str, style: str, explode: bool, reserved: bool) -> Encode:
    """Encode a query value as ``a=1&a=2``; empty when there is nothing to say.

    Where OpenAPI leaves ``deepObject`` open, inside lists and objects of objects, items
    have their number: ``a[0][b]=1``.
    """
    key = quote(name, safe="")
    safe = _RESERVED if reserved else ""
    between = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}.get(style, ",")

    safe_inside = safe if explode else safe.replace(",", "")

    def one(value: object) -> str:
        return escape(name, text(name, value), safe_inside)

    def encode(value: object) -> str:
        if isinstance(value, str):
            return f"{key}={escape(name, text(name, value), safe)}"
        if style == "deepObject" and isinstance(value, _DEEP):
            return "&".join(_deep(key, plain(value), one))
        if isinstance(value, (Model, Mapping)):
            parts = _pairs(one, plain(value), explode)
            return "&".join(parts) if explode else f"{key}={joined(parts)}"
        if not isinstance(value, (list, tuple, set, frozenset)):
            return f"{key}={escape(name, text(name, value), safe)}"
        parts = [one(item) for item in value]
        if not parts:
            return ""
        if explode:
            return "&".join(f"{key}={part}" for part in parts)
        return f"{key}={joined(parts)}"

    def joined(parts: list[str]) -> str:
        return _joined(name, between, parts)

    return encode


def header_style(name: str, explode: bool) -> Encode:
    """Encode a header value, lists and objects joined by commas (``simple``)."""
    token(name)

    def one(value: object) -> str:
        return header(name, text(name, value))

    def encode(value: object) -> str:
        if isinstance(value, str):
            return one(value)
        if isinstance(value, (Model, Mapping)):
            return _joined(name, ",", _pairs(one, plain(value), explode))
        if isinstance(value, (list, tuple, set, frozenset)):
            return _joined(name, ",", [one(item) for item in value])
        return one(value)

    return encode


def cookie_style(name: str, explode: bool) -> Encode:
    """Encode a cookie as ``name=value``: several cookies when exploded, else joined by commas."""
    token(name)

    def one(value: object) -> str:
        return escape(name, text(name, value), _COOKIE)

    def encode(value: object) -> str:
        if isinstance(value, (Model, Mapping)):
            parts = _pairs(one, plain(value), explode)
            return "; ".join(parts) if explode else joined(parts)
        if isinstance(value, (list, tuple, set, frozenset)):
            parts = [one(item) for item in value]
            return "; ".join(f"{name}={p}" for p in parts) if explode else joined(parts)
        return f"{name}={one(value)}"

    def joined(parts: list[str]) -> str:
        return f"{name}={_joined(name, '%2C', parts)}"

    return encode


def json_style(name: str, place: str) -> Encode:
    """Encode a value as JSON in ASCII, which OpenAPI asks for with ``content``."""
    from .codec import encode

    key = quote(name, safe="")

    def one(value: object) -> str:
        return json.dumps(json.loads(encode(value)), separators=(",", ":"))

    if place == "path":
        return lambda value: segment(name, one(value))
    if place == "query":
        return lambda value: f"{key}={escape(name, one(value))}"
    token(name)
    if place == "header":
        return lambda value: header(name, one(value))
    return lambda value: f"{name}={escape(name, one(value))}"


def _joined(name: str, separator: str, parts: list[str]) -> str:
    """``parts`` with ``separator`` between them, refusing one that holds it: its reader would take that for two."""
    if any(separator in part for part in parts):
        raise ArgumentError(
            f"{name} has an item with {unquote(separator)!r}, which stands between items"
        )
    return separator.join(parts)


def _pairs(one: Encode, value: Mapping[object, object], explode: bool) -> list[str]:
    """The parts of an object: ``k=v`` when exploded, else ``k`` and ``v`` in turn."""
    pairs = [(one(key), one(item)) for key, item in value.items() if item is not None]
    if explode:
        return [f"{key}={item}" for key, item in pairs]
    return [part for pair in pairs for part in pair]


def _deep(prefix: str, value: Any, one: Encode) -> list[str]:
    """The parts of a ``deepObject``: ``name[key]=v``, nested as deep as the value."""
    parts: list[str] = []
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        inner = f"{prefix}%5B{one(key)}%5D"
        if isinstance(item, _DEEP):
            parts += _deep(inner, item, one)
        elif item is not None:
            parts.append(f"{inner}={one(item)}")
    return parts
