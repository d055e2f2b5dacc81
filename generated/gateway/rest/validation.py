# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Checks of bodies and parameters against the schemas of ``openapi.json``, compiled once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import islice
from typing import Any

import jsonschema_rs

from ..server.problems import Problem

logger = logging.getLogger(__name__)

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
        try:
            return Check(self._registry, place)
        except ValueError as error:
            where, words = pointer(place), str(error).partition("\n")[0]
            logger.warning(
                "not checked, as its schema cannot be used: %s: %s", where, words
            )
            return None


class Check:
    """One compiled schema."""

    def __init__(self, registry: jsonschema_rs.Registry, place: Place) -> None:
        """``place`` is the pointer of the schema in the document, by its keys."""
        reference = f"{_BASE}#{pointer(place, uri=True)}"
        self._validator = jsonschema_rs.Draft202012Validator(
            {"$ref": reference},
            registry=registry,
            mask="the value",
            offline=True,
            validate_formats=True,
        )
        self._is_valid = self._validator.is_valid

    def errors(self, value: object) -> list[tuple[str, str]]:
        """Pointer and words of what is wrong with ``value``, at most 20; the words do not repeat its text."""
        found = []
        try:
            for error in islice(self._validator.iter_errors(value), _MOST_ERRORS):
                words = error.message[:_LONGEST_DETAIL]
                found.append((pointer(error.instance_path), words))
        except ValueError:
            found.append(("", "too deep to say more"))
        return found

    def body(self, value: object) -> None:
        """Raise ``Problem`` 422 with a list of errors unless ``value`` passes, 400 when it is too deep to tell."""
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
            words = f"The {place} parameter {name} does not fit its schema."
            raise Problem(422, words, errors=errors)

    def passes(self, value: object) -> bool:
        """Whether ``value`` fits; raises ``Problem`` 400 when it is too deep to tell."""
        try:
            return self._is_valid(value)
        except ValueError:
            raise Problem(400, "The body is nested too deeply.") from None


def pointer(keys: Sequence[str | int], *, uri: bool = False) -> str:
    """The JSON pointer of ``keys``; with ``uri``, as it stands in a URI fragment."""
    parts = [str(key).replace("~", "~0").replace("/", "~1") for key in keys]
    if uri:
        from urllib.parse import quote

        parts = [quote(part, safe="~") for part in parts]
    return "".join("/" + part for part in parts)
