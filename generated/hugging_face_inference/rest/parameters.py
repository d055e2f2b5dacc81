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
    items_of,
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
        self._item_types = types_of(
            items_of(schema, schemas.components), schemas.components
        )
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
        self._splits = source.place == "path" or (
            source.place == "query" and not self._style.explode
        )
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

    def value(self, found: Reading) -> tuple[Reading, Any]:
        """``found`` as it is meant, and as a checked JSON value; raises ``Problem`` 400 or 422."""
        if isinstance(found, list) and self._splits:
            found = self._meant(found)
        try:
            value = self._typed(found)
        except ValueError as error:
            raise self._bad(str(error)) from None
        if self._check is not None:
            self._check.parameter(self.source.name, self.source.place, value)
        return found, value

    def _typed(self, found: Reading) -> Any:
        """``found`` as a JSON value; raises ``ValueError``."""
        if self.is_json and isinstance(found, str):
            return _json(found)
        if isinstance(found, list):
            value = [scalar(text, self._item_types) for text in found]
            return found[0] if self._is_one_text(found, value) else value
        if isinstance(found, dict):
            return typed(found, self._schema, self._components)
        return scalar(found, self._types)

    def _meant(self, found: list[str]) -> list[str]:
        """``found``, or the items of its only one, whose commas were escaped, when only these are what is wanted."""
        if len(found) != 1 or "," not in found[0] or self._fits(found):
            return found
        items = found[0].split(",")
        return items if self._fits(items) else found

    def _fits(self, found: list[str]) -> bool:
        try:
            value = self._typed(found)
        except ValueError:
            return False
        return self._check is None or self._check.passes(value)

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
            found, value = item.value(found)
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
