# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Inputs outside the body: read, checked, and put where the upstream operation wants them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ..server.problems import Problem
from ..web.exchange import Exchange
from .routes import Input
from .validation import Place, Schemas
from .values import (
    Pairs,
    Style,
    cookie_pairs,
    properties_of,
    query_pairs,
    scalar,
    typed,
    types_of,
)

Reading = str | list[str] | dict[str, Any]
_JSON = "application/json"
_decode = msgspec.json.Decoder().decode


class Parameter:
    """One input from path, query, header or cookie."""

    def __init__(
        self,
        source: Input,
        documented: tuple[int, dict[str, Any]],
        schemas: Schemas,
        place: Place,
    ):
        """``documented`` is the parameter object of ``openapi.json`` and its index in the list at ``place``."""
        index, described = documented
        self.is_json = _JSON in described.get("content", {})
        where = (*place, "parameters", str(index), "schema")
        schema = described.get("schema", {})
        if self.is_json:
            where = (*where[:-1], "content", _JSON, "schema")
            schema = described["content"][_JSON].get("schema", {})
        self.source = source
        self._schema, self._components = schema, schemas.components
        self._types = types_of(schema, schemas.components)
        self._item_types = types_of(_items(schema, schemas), schemas.components)
        self._style = Style(
            source.name,
            source.place,
            described.get("style", ""),
            described.get("explode"),
            frozenset() if self.is_json else self._types,
        )
        self.names = frozenset({source.name})
        if source.place in ("query", "cookie") and self._style.is_spread:
            self.names = frozenset(properties_of(schema, schemas.components))
            self._style.takes = self.names.__contains__
        self._check = None if _is_free(schema) else schemas.check(schema, where)

    def leave(self, others: frozenset[str]) -> None:
        """Let an object of free names have every name in the query but ``others``, the names of all parameters."""
        if self.source.place != "query" or not self._style.is_spread:
            return
        schema = self._schema if isinstance(self._schema, dict) else {}
        if schema.get("additionalProperties", not self.names) is not False:
            names = self.names
            self._style.takes = (
                lambda name: name in names or name.partition("[")[0] not in others
            )

    def read(
        self, exchange: Exchange, path: Mapping[str, str], pairs: Pairs
    ) -> Reading | None:
        """The text or texts as they came, ``None`` when there are none; raises ``Problem`` 400."""
        name, place = self.source.name, self.source.place
        try:
            if place == "path":
                found: Reading | None = self._style.from_text(path[name])
            elif place == "header":
                value = exchange.headers.get(name.lower().encode("latin-1"))
                found = (
                    None
                    if value is None
                    else self._style.from_text(value.decode("latin-1"))
                )
            elif place == "cookie":
                found = self._style.from_pairs(
                    cookie_pairs(exchange.headers.get(b"cookie", b""))
                )
            else:
                found = self._style.from_pairs(pairs)
        except ValueError as error:
            raise self._bad(str(error)) from None
        if found is None and self.source.required:
            raise self._bad("is required")
        return found

    def value(self, found: Reading) -> Any:
        """``found`` as a checked JSON value; raises ``Problem`` 400 or 422."""
        try:
            if self.is_json and isinstance(found, str):
                value: Any = _json(found)
            elif isinstance(found, list):
                value = [scalar(text, self._item_types) for text in found]
                if self._is_one_text(found, value):
                    value = found[0]
            elif isinstance(found, dict):
                value = typed(found, self._schema, self._components)
            else:
                value = scalar(found, self._types)
        except ValueError as error:
            raise self._bad(str(error)) from None
        if self._check is not None:
            self._check.parameter(self.source.name, self.source.place, value)
        return value

    def _is_one_text(self, found: list[str], value: Any) -> bool:
        """Whether what could be a list of one is rather a text, as the schema allows both."""
        may_be = len(found) == 1 and "string" in self._types
        return may_be and self._check is not None and not self._check.passes(value)

    def _bad(self, words: str) -> Problem:
        place, name = self.source.place, self.source.name
        return Problem(
            400,
            f"The {place} parameter {name} {words}.",
            errors=[{"parameter": name, "detail": words}],
        )


class Parameters:
    """All inputs of a route outside the body."""

    def __init__(
        self,
        items: list[Parameter],
        constants: Mapping[str, object],
        names: tuple[str, ...],
    ) -> None:
        """``constants`` by parameter key; ``names`` are the variables of the route's path in order."""
        self._items = items
        self._constants = dict(constants)
        self._names = names
        taken = frozenset().union(*(item.names for item in items))
        for item in items:
            item.leave(taken)
        self._has_query = any(item.source.place == "query" for item in items)

    def read(
        self, exchange: Exchange, path_values: tuple[str, ...]
    ) -> tuple[dict[str, object], dict[str, object]]:
        """Values by parameter key of the operation, and values by field of its body; raises ``Problem``.

        A scalar goes on as the text that came, so that nothing of it is lost on the way.
        """
        values = self._constants.copy()
        fields: dict[str, object] = {}
        if not self._items:
            return values, fields
        path = dict(zip(self._names, path_values, strict=True))
        pairs = query_pairs(exchange.query) if self._has_query else ()
        for item in self._items:
            found = item.read(exchange, path, pairs)
            if found is None:
                continue
            value = item.value(found)
            if item.source.target:
                values[item.source.target] = value if item.is_json else found
            elif item.source.field:
                fields[item.source.field] = value
        return values, fields


def _json(text: str) -> Any:
    """The value of a parameter that is JSON text; raises ``ValueError``."""
    try:
        return _decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise ValueError("must be JSON") from None


def _items(schema: object, schemas: Schemas) -> object:
    """The schema of the items of an array schema, behind a reference too."""
    if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        schema = schemas.components.get(schema["$ref"].rpartition("/")[2])
    return schema.get("items", {}) if isinstance(schema, dict) else {}


def _is_free(schema: object) -> bool:
    """Whether every text passes ``schema``."""
    return schema in ({}, True) or (
        isinstance(schema, dict)
        and schema.get("type") == "string"
        and set(schema) <= _WORDS
    )


_WORDS = frozenset(
    {
        "type",
        "description",
        "title",
        "default",
        "example",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
    }
)
