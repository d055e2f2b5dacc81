"""Checks of bodies and parameters against the schemas of ``openapi.json``, compiled once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jsonschema_rs

from ..server.problems import Problem

_BASE = "urn:openapi"
Place = tuple[str, ...]
"""A pointer into ``openapi.json``, by its keys."""

_MOST_ERRORS = 20
_LONGEST_DETAIL = 200


class Schemas:
    """The schemas of one OpenAPI document; ``components`` are its named ones."""

    def __init__(self, document: dict[str, Any]) -> None:
        """``document`` is OpenAPI 3.1: its schemas are JSON Schema 2020-12."""
        self.components: dict[str, object] = document.get("components", {}).get(
            "schemas", {}
        )
        resource = {
            "components": {"schemas": self.components},
            "paths": document.get("paths", {}),
        }
        draft = jsonschema_rs.Draft202012
        self._registry = jsonschema_rs.Registry([(_BASE, resource)], draft=draft)

    def check(self, schema: object, place: Place) -> Check | None:
        """The check for ``schema``, which stands at ``place`` in the document; ``None`` when it allows everything."""
        if schema is True or schema == {} or schema is None:
            return None
        return Check(self._registry, place)


class Check:
    """One compiled schema."""

    def __init__(self, registry: jsonschema_rs.Registry, place: Place) -> None:
        """``place`` is the pointer of the schema in the document, by its keys."""
        reference = f"{_BASE}#{pointer(place, uri=True)}"
        self._validator = jsonschema_rs.Draft202012Validator(
            {"$ref": reference}, registry=registry, mask="the value", offline=True
        )
        self.passes = self._validator.is_valid

    def errors(self, value: object) -> list[tuple[str, str]]:
        """Pointer and words of what is wrong with ``value``, at most 20; the words do not repeat its text."""
        found = []
        for error in self._validator.iter_errors(value):
            found.append(
                (pointer(error.instance_path), error.message[:_LONGEST_DETAIL])
            )
            if len(found) == _MOST_ERRORS:
                break
        return found

    def body(self, value: object) -> None:
        """Raise ``Problem`` 422 with a list of errors unless ``value`` passes."""
        if not self.passes(value):
            errors = [
                {"pointer": where, "detail": words}
                for where, words in self.errors(value)
            ]
            raise Problem(422, "The body does not fit its schema.", errors=errors)

    def parameter(self, name: str, place: str, value: object) -> None:
        """Raise ``Problem`` 422 that names the parameter unless ``value`` passes."""
        if not self.passes(value):
            errors = [
                {"parameter": name, "detail": words} for _, words in self.errors(value)
            ]
            raise Problem(
                422,
                f"The {place} parameter {name} does not fit its schema.",
                errors=errors,
            )


def pointer(keys: Sequence[str | int], *, uri: bool = False) -> str:
    """The JSON pointer of ``keys``; with ``uri``, as it stands in a URI fragment."""
    parts = [str(key).replace("~", "~0").replace("/", "~1") for key in keys]
    if uri:
        from urllib.parse import quote

        parts = [quote(part, safe="~") for part in parts]
    return "".join("/" + part for part in parts)
