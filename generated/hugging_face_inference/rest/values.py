# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Text of path, query, headers and cookies → values, by the parameter's style and schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

from ..server.problems import Problem
from ..web.router import decoded

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,39})").fullmatch
_NUMBER = re.compile(
    r"-?(0|[1-9][0-9]{0,39})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?"
).fullmatch
_ESCAPED_COMMA = re.compile("%2[Cc]")
_ESCAPED_PIPE = re.compile("%7[Cc]")
_SPACE = re.compile(r"%20|\+")
_MOST_PAIRS = 1000
_DEEPEST = 20

Pairs = Sequence[tuple[str, str]]


def query_pairs(query: bytes) -> Pairs:
    """Names (decoded) and values (as sent) of a query; raises ``Problem`` 400."""
    if not query:
        return ()
    pieces = query.decode("latin-1").split("&", _MOST_PAIRS)
    if len(pieces) > _MOST_PAIRS:
        raise Problem(400, "The query has too many parameters.")
    parts = [piece.partition("=") for piece in pieces if piece]
    return [(form(name), value) for name, _, value in parts]


def cookie_pairs(header: bytes) -> Pairs:
    """Names and values of a ``Cookie`` header."""
    parts = [
        piece.strip().partition("=") for piece in header.decode("latin-1").split(";")
    ]
    return [(name, value.strip('"')) for name, _, value in parts if name]


def form(text: str) -> str:
    """``text`` of a query, decoded once; raises ``Problem`` 400 when it is not UTF-8."""
    if "%" not in text and "+" not in text:
        return text
    try:
        return unquote_plus(text, errors="strict")
    except UnicodeDecodeError:
        raise Problem(400, "The query is not UTF-8.") from None


def types_of(
    schema: object, schemas: Mapping[str, object], depth: int = 0
) -> frozenset[str]:
    """The JSON types that ``schema`` allows, as far as it says; empty when it says nothing."""
    if not isinstance(schema, dict) or depth > 8:
        return frozenset()
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return types_of(schemas.get(reference.rpartition("/")[2]), schemas, depth + 1)
    if "type" in schema:
        named = schema["type"]
        return frozenset(named if isinstance(named, list) else [named])
    if "enum" in schema or "const" in schema:
        return frozenset(
            _type_of(value) for value in schema.get("enum", [schema.get("const")])
        )
    variants = [
        item for word in ("anyOf", "oneOf", "allOf") for item in schema.get(word, ())
    ]
    return frozenset().union(*(types_of(item, schemas, depth + 1) for item in variants))


def _type_of(value: object) -> str:
    """The JSON type of an example value."""
    if isinstance(value, bool):
        return "boolean"
    names = {
        int: "integer",
        float: "number",
        str: "string",
        list: "array",
        dict: "object",
    }
    return names.get(type(value), "null")


def scalar(text: str, types: frozenset[str]) -> Any:
    """``text`` as the narrowest of ``types`` that it can be; a string when it may be one, else ``ValueError``."""
    if "integer" in types and _INTEGER(text):
        return int(text)
    if "number" in types and _NUMBER(text):
        return float(text)
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    if "null" in types and text in ("", "null"):
        return None
    if types and types.isdisjoint({"string", "array", "object"}):
        raise ValueError(f"must be of type {' or '.join(sorted(types))}")
    return text


def properties_of(
    schema: object, schemas: Mapping[str, object], depth: int = 0
) -> dict[str, object]:
    """The schemas of the properties that ``schema`` names, those of its parts included."""
    if not isinstance(schema, dict) or depth > 8:
        return {}
    reference = schema.get("$ref")
    parts: list[object] = [
        item for word in ("anyOf", "oneOf", "allOf") for item in schema.get(word, ())
    ]
    if isinstance(reference, str):
        parts.append(schemas.get(reference.rpartition("/")[2]))
    found: dict[str, object] = {}
    for part in parts:
        found |= properties_of(part, schemas, depth + 1)
    return {**found, **schema.get("properties", {})}


def items_of(schema: object, schemas: Mapping[str, object]) -> object:
    """The schema of the items of an array schema, behind a reference too."""
    if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        schema = schemas.get(schema["$ref"].rpartition("/")[2])
    return schema.get("items", {}) if isinstance(schema, dict) else {}


def typed(found: Any, schema: object, schemas: Mapping[str, object]) -> Any:
    """``found``, texts in lists and mappings, with every text as ``schema`` wants it; raises ``ValueError``."""
    if isinstance(found, str):
        return scalar(found, types_of(schema, schemas))
    if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        schema = schemas.get(schema["$ref"].rpartition("/")[2])
    inner = schema if isinstance(schema, dict) else {}
    if isinstance(found, dict) and "array" in types_of(inner, schemas):
        found = _listed(found)
    if isinstance(found, list):
        return [typed(item, inner.get("items"), schemas) for item in found]
    known, more = properties_of(inner, schemas), inner.get("additionalProperties")
    return {k: typed(v, known.get(k, more), schemas) for k, v in found.items()}


def _listed(found: dict[str, Any]) -> Any:
    """The list that ``a[0]=…&a[1]=…`` or ``a[]=…`` makes; any other mapping as it is."""
    if found.keys() == {""}:
        return found[""] if isinstance(found[""], list) else [found[""]]
    numbers = [str(number) for number in range(len(found))]
    return [found[n] for n in numbers] if found.keys() == set(numbers) else found


class Style:
    """How a parameter with several values is written; the words are OpenAPI's."""

    def __init__(
        self,
        name: str,
        place: str,
        style: str,
        explode: bool | None,
        types: frozenset[str],
    ) -> None:
        """``style`` and ``explode`` fall back to the defaults of ``place``."""
        self.name = name
        self.place = place
        self.style = style or ("form" if place in ("query", "cookie") else "simple")
        spreads = ("form", "deepObject", "cookie")
        self.explode = explode if explode is not None else self.style in spreads
        self.is_array = "array" in types
        self.is_object = "object" in types and not self.is_array
        self.is_spread = self.is_object and self.explode and self.style != "deepObject"
        self.takes: Callable[[str], bool] | None = None
        """Which names in a query are properties of an object that stands there without its own name."""
        self._decode = unescaped if place == "cookie" else form

    def has(self, name: str) -> bool:
        """Whether what stands under ``name`` in a query belongs to this parameter."""
        if self.takes is not None:
            return self.takes(name)
        return name == self.name or (
            self.style == "deepObject" and name.startswith(f"{self.name}[")
        )

    def from_pairs(self, pairs: Pairs) -> str | list[str] | dict[str, Any] | None:
        """The value of a query or cookie parameter; ``None`` when it is absent. Raises ``ValueError``."""
        decode = self._decode
        if self.style == "deepObject":
            return self._deep(pairs) or self._shallow(pairs)
        if self.takes is not None:
            return {key: decode(text) for key, text in pairs if self.takes(key)} or None
        texts = [text for key, text in pairs if key == self.name]
        if not texts:
            return None
        if self.is_array and self.explode:
            return [decode(text) for text in texts]
        if len(texts) > 1:
            raise ValueError("may be given only once")
        if self.is_array or self.is_object:
            return self._several([decode(item) for item in self._split(texts[0])])
        return decode(texts[0])

    def _shallow(self, pairs: Pairs) -> str | list[str] | None:
        """What stands under the name alone, where no object is meant: a list, or one value."""
        texts = [form(text) for key, text in pairs if key == self.name]
        if self.is_array or len(texts) > 1:
            return texts or None
        return texts[0] if texts else None

    def _deep(self, pairs: Pairs) -> dict[str, Any]:
        """The object whose values stand under ``name[a]`` and ``name[a][b]``; what is repeated is a list."""
        found: dict[str, Any] = {}
        for key, text in pairs:
            if not key.startswith(self.name + "[") or not key.endswith("]"):
                continue
            *above, last = key[len(self.name) + 1 : -1].split("][", _DEEPEST)
            inner = found
            for step in above:
                inner = inner.setdefault(step, {})
                if not isinstance(inner, dict):
                    raise ValueError(f"holds both a value and an object at {step}")
            _add(inner, last, form(text))
        return found

    def from_text(self, text: str) -> str | list[str] | dict[str, str]:
        """The value of a path or header parameter, as it was sent. Raises ``ValueError``, or ``Problem`` 400."""
        if self.place == "header":
            if not self.is_array and not self.is_object:
                return text.strip()
            return self._several([item.strip() for item in text.split(",")])
        if not self.is_array and not self.is_object:
            return self._bare(decoded(text), self.name)[0]
        if self.is_object and "," not in text and ";" not in text:
            text = _ESCAPED_COMMA.sub(",", text)
        try:
            text, separator = self._bare(text, quote(self.name, safe=""))
        except ValueError:  # the marks may be escaped, too
            text, separator = self._bare(decoded(text), self.name)
            return self._several(text.split(separator))
        return self._several(text.split(separator), decoded)

    def _bare(self, text: str, name: str) -> tuple[str, str]:
        """A path value without the marks of its style, and what separates its items."""
        if self.style == "label":
            if not text.startswith("."):
                raise ValueError("must start with '.'")
            return text[1:], "." if self.explode else ","
        if self.style == "matrix":
            mark = f";{name}="
            if self.is_object and self.explode and text.startswith(";"):
                return text[1:], ";"
            if not text.startswith(mark):
                raise ValueError(f"must start with '{mark}'")
            return text[len(mark) :], mark if self.explode else ","
        return text, ","

    def _split(self, text: str) -> list[str]:
        """The items of an unexploded value, split before they are decoded.

        A pipe is data where it is escaped and others are not, a comma is in a query, unless it would leave an object
        in one piece. No cookie can hold a comma, no URL a space, and most who send forms escape commas: these always
        separate there.
        """
        if self.style == "pipeDelimited":
            text = text if "|" in text else _ESCAPED_PIPE.sub("|", text)
            return text.split("|")
        if self.style == "spaceDelimited":
            return _SPACE.split(text)
        if self.place in ("cookie", "form") or (self.is_object and "," not in text):
            text = _ESCAPED_COMMA.sub(",", text)
        return text.split(",")

    def _several(
        self, items: list[str], decode: Callable[[str], str] = str
    ) -> list[str] | dict[str, str]:
        """A list, or the properties of an object, each name and value of which is to be decoded."""
        if self.is_array:
            return [] if items == [""] else [decode(item) for item in items]
        if self.explode:
            parts = [item.partition("=") for item in items]
            return {decode(name): decode(value) for name, _, value in parts}
        items = [decode(item) for item in items]
        if len(items) % 2:
            raise ValueError("must be names and values in turn")
        return dict(zip(items[::2], items[1::2], strict=True))


def _add(found: dict[str, Any], key: str, text: str) -> None:
    """Put ``text`` under ``key``, in a list when there is one already; raises ``ValueError``."""
    if key not in found:
        found[key] = text
    elif isinstance(found[key], dict):
        raise ValueError(f"holds both a value and an object at {key}")
    elif isinstance(found[key], list):
        found[key].append(text)
    else:
        found[key] = [found[key], text]


def unescaped(text: str) -> str:
    """A cookie value with percent escapes undone; raises ``Problem`` 400 when it is not UTF-8."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise Problem(400, "The cookies are not UTF-8.") from None
