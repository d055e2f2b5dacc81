"""``/scripting``: the bounds of scripts, which may be changed while the server runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..server.governance import GOVERNANCE
from .endpoints import Answer, Get, Put
from .site import Scripting

PATH = "/scripting"
LANGUAGES = ("javascript", "python", "groovy")
_LONGEST = 3_600_000
_MOST = 2**53


def pages(said: Scripting) -> Iterator[Get | Put]:
    """The pages; what they change holds for every script that starts after it, until the process ends."""
    GOVERNANCE.say(
        enabled=said.enabled,
        default_location=said.location,
        default_language=said.language,
        timeout=said.timeout,
        statement_limit=said.statements,
        allowed_languages=list(said.languages),
    )
    yield Get(PATH, lambda path, query: (200, shown()))
    yield Put(PATH, put)


def shown() -> dict[str, Any]:
    """The bounds as they are now, and what has been run."""
    now = GOVERNANCE
    return {
        "enabled": now.enabled,
        "defaultLocation": now.default_location or None,
        "defaultLanguage": now.default_language or None,
        "timeout": now.timeout,
        "statementLimit": now.statement_limit,
        "allowedLanguages": list(now.allowed_languages),
        "stats": now.stats(),
    }


def put(given: dict[str, Any]) -> Answer:
    """Take all of ``given``, or nothing when one of it is wrong."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        check = _CHECKS.get(name)
        if check is None:
            return 400, {"error": f"there is nothing to set called {name[:100]!a}"}
        if not check[1](value):
            return 400, {"error": f"{name} must be {check[2]}"}
        found[check[0]] = value
    GOVERNANCE.change(**found)
    return 200, shown()


def _whole(most: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and 1 <= value <= most


def _languages(value: Any) -> bool:
    return isinstance(value, list) and all(item in LANGUAGES for item in value)


_WORDS = ", ".join(LANGUAGES)
_CHECKS: dict[str, tuple[str, Callable[[Any], bool], str]] = {
    "enabled": ("enabled", lambda value: isinstance(value, bool), "true or false"),
    "timeout": ("timeout", _whole(_LONGEST), f"milliseconds from 1 to {_LONGEST}"),
    "statementLimit": ("statement_limit", _whole(_MOST), f"from 1 to {_MOST}"),
    "defaultLocation": (
        "default_location",
        lambda value: isinstance(value, str) and value.startswith("file:///"),
        "an address that starts with file:///",
    ),
    "defaultLanguage": (
        "default_language",
        lambda value: isinstance(value, str) and value in LANGUAGES,
        f"one of: {_WORDS}",
    ),
    "allowedLanguages": ("allowed_languages", _languages, f"a list of: {_WORDS}"),
}
