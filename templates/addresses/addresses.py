"""The servers of a document: a base URL from the choice of one and of its variables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from .._runtime.errors import ArgumentError
from .._runtime.service import check_base_url

Choices: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""By variable: all its values, the default first, or the default of one that may be anything."""

_HOLE = re.compile(r"\{([^{}]*)\}")
_IN_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?").fullmatch
_STEP = r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*"
_IN_PATH = re.compile(rf"{_STEP}(/{_STEP})*").fullmatch


class Addresses:
    """Servers by name, as URLs with ``{variables}``; ``choices`` by server."""

    def __init__(
        self, urls: Mapping[str, str], choices: Mapping[str, Choices] | None = None
    ) -> None:
        self._urls = urls
        self._choices = choices or {}

    def url(self, server: str, values: Mapping[str, str | None]) -> str:
        """The base URL of ``server``; ``None`` among ``values`` is the default.

        Raises ``ArgumentError`` for a server or a value that the document does not
        have, and for a value that would lead to another host.
        """
        if server not in self._urls:
            raise ArgumentError(f"server must be one of {', '.join(self._urls)}")
        url = self._urls[server]
        choices = self._choices.get(server, {})

        def filled(match: re.Match[str]) -> str:
            name = match[1]
            value = values.get(name)
            return _checked(name, value, choices[name], url[: match.start()])

        return check_base_url(_HOLE.sub(filled, url))

    def chosen(self, server: str, said: Sequence[str]) -> str:
        """The base URL of ``server`` (empty: the first), with ``NAME=VALUE`` for each variable that is ``said``.

        Raises ``ArgumentError``; see ``url``.
        """
        known = {name for choices in self._choices.values() for name in choices}
        values: dict[str, str | None] = {}
        for text in said:
            name, separator, value = text.partition("=")
            if not separator or name not in known:
                names = ", ".join(sorted(known)) or "none"
                raise ArgumentError(
                    f"server variables are NAME=VALUE; the names are: {names}"
                )
            values[name] = value
        return self.url(server or next(iter(self._urls)), values)


def _checked(
    name: str, value: str | None, choice: str | tuple[str, ...], before: str
) -> str:
    """``value`` as it stands behind ``before``."""
    if not isinstance(choice, str):
        if value is not None and value not in choice:
            raise ArgumentError(f"{name} must be one of {', '.join(choice)}")
        return choice[0] if value is None else value
    if value is None or value == choice:
        return choice
    legal = _IN_HOST if before.count("/") < 3 else _IN_PATH
    if "://" not in before or not legal(value):
        raise ArgumentError(f"{name} cannot be this: give base_url instead")
    return value
