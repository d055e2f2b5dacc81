# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Checks JSON values against a schema and says in words what is wrong."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Any

MOST_PROBLEMS = 8
LONGEST_PROBLEM = 300
"""Characters of one problem; a longer one would only repeat the caller's value."""

logger = logging.getLogger(__name__)


class Check:
    """A schema, compiled when first used: a server with many tools starts as fast as one with few."""

    __slots__ = ("_schema", "_title", "_validator")

    def __init__(self, title: str, schema: Any) -> None:
        """``title`` names the schema in the log. ``schema`` is JSON Schema 2020-12."""
        self._title = title
        self._schema = schema
        self._validator: Any = None

    def problems(self, value: object) -> list[str]:
        """What is wrong with ``value``, at most ``MOST_PROBLEMS`` short lines; empty when nothing is."""
        validator = self._validator or self._compile()
        try:
            if validator.is_valid(value):
                return []
            return _lines(validator.iter_errors(value))
        except (ValueError, OverflowError, RecursionError):
            return ["a value is nested too deep, or holds half a surrogate pair"]

    def _compile(self) -> Any:
        from jsonschema_rs import Draft202012Validator, ValidationError

        try:
            self._validator = Draft202012Validator(self._schema, offline=True)
        except (ValidationError, ValueError) as error:
            reason = str(error).partition("\n")[0]
            logger.error("%s: schema cannot be checked: %s", self._title, reason)
            self._validator = Draft202012Validator(True)
        return self._validator


def _lines(errors: Iterable[Any]) -> list[str]:
    found: list[str] = []
    for error in errors:
        if len(found) == MOST_PROBLEMS:
            return [*found, "and more"]
        found.append(_line(error))
    return found


def _line(error: Any) -> str:
    """``body.prompt: 7 is not of type "string"``."""
    message: str = error.message
    if len(message) > LONGEST_PROBLEM:
        limit = json.dumps(error.kind.value, default=str)[:LONGEST_PROBLEM]
        message = f"does not satisfy {error.kind.name} {limit}"
    path = ""
    for step in error.instance_path:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    path = path.removeprefix(".")[:LONGEST_PROBLEM]
    return f"{path}: {message}" if path else message
