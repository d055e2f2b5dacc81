# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Credentials that are sent upstream: where they come from, how they are spelled, where they go."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias
from urllib.parse import quote

from .errors import ArgumentError
from .operation import Target
from .style import header, token

Given: TypeAlias = "str | tuple[str, str] | Secret | None"
Step: TypeAlias = Callable[[Target], None]
"""Puts a credential into a request."""
PAIRED = ("oauth2", "digest")
"""Kinds whose secret never goes into a request as it is."""
_SECRET_TEXT = re.compile(r"[\x20-\x7e]+").fullmatch


class Environ(Protocol):
    """The environment, or something like it."""

    def get(self, name: str, otherwise: str, /) -> str:
        """The value of a variable."""
        ...


class Secret:
    """A value that never shows itself: ``repr`` and ``str`` are ``***``."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value, for the one place that sends it."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a Secret cannot be pickled")


class Credential:
    """A secret sent upstream.

    ``kind`` is ``bearer``, ``basic``, ``apikey`` or ``variable``; ``variables`` are the
    environment variables it is read from (user and password for ``basic``); an
    ``apikey`` goes to ``place`` (``header``, ``query``, ``cookie``) under ``name``, a
    ``variable`` where the document names it. ``digest`` is a user and a password;
    ``oauth2`` a client and its secret, which ``token_url`` alone gets, with ``fields``.
    ``prefix``, ``between`` and ``suffix`` are the document's texts around the variables.
    """

    __slots__ = (
        "between",
        "description",
        "fields",
        "key",
        "kind",
        "name",
        "place",
        "prefix",
        "suffix",
        "token_url",
        "variables",
    )

    def __init__(
        self,
        key: str,
        kind: str,
        variables: tuple[str, ...],
        *,
        place: str = "header",
        name: str = "Authorization",
        prefix: str = "",
        suffix: str = "",
        between: tuple[str, ...] = (),
        description: str = "",
        token_url: str = "",
        fields: Mapping[str, str] | None = None,
    ) -> None:
        self.key = key
        self.kind = kind
        self.variables = variables
        self.place = place
        self.name = name if place == "query" else token(name or "Authorization")
        self.token_url = token_url
        self.fields = fields or {}
        self.prefix = prefix
        self.suffix = suffix
        self.between = between
        self.description = description

    def resolve(
        self, explicit: Given = None, environ: Environ | None = None
    ) -> Secret | None:
        """The secret as it is sent, from ``explicit`` or else from the environment.

        ``None`` when neither has it. For ``basic``, ``explicit`` is a pair.
        """
        if environ is None:
            environ = os.environ
        if isinstance(explicit, Secret):
            explicit = explicit.reveal()
        if explicit is None:
            values = tuple(environ.get(name, "") for name in self.variables)
        else:
            values = explicit if isinstance(explicit, tuple) else (explicit,)
        values = tuple(value.strip() for value in values)
        if not values or not values[0]:
            return None
        if (self.kind in PAIRED or self.between) and not all(values):
            return None
        return Secret(self._spell(values))

    def _spell(self, values: tuple[str, ...]) -> str:
        """Put the document's texts and the scheme around the values."""
        text = self._text(values)
        if self.kind in PAIRED:
            plain = len(values) == 2 and not self.between
            first, _, second = text.partition(":")
            pair = values if plain else (first, second)
            return ":".join(quote(value, safe="") for value in pair)
        if self.kind == "basic":
            return "Basic " + b64encode(text.encode()).decode("ascii")
        value = text
        if not _SECRET_TEXT(value):
            raise ArgumentError(
                f"the value of {self.variables_text()} has characters"
                " that no credential may have"
            )
        if self.kind == "bearer":
            return value if value.startswith("Bearer ") else f"Bearer {value}"
        return value

    def _text(self, values: tuple[str, ...]) -> str:
        """The values in the place of the variables; as many as there are not are the whole of it."""
        if len(values) != len(self.variables):
            return ":".join(values)
        joints = (*(self.between or (":",) * (len(values) - 1)), self.suffix)
        parts = (value + joint for value, joint in zip(values, joints, strict=True))
        return self.prefix + "".join(parts)

    def variables_text(self) -> str:
        """The environment variables in words."""
        return " and ".join(self.variables) or f"credential {self.key}"

    def step(self, secret: Secret) -> Step:
        """The function that puts ``secret`` into a request."""
        if self.kind in PAIRED:
            return lambda target: None
        value = secret.reveal()
        if self.kind == "apikey" and self.place == "query":
            part = f"{quote(self.name, safe='')}={quote(value, safe='')}"
            return lambda target: target.add_query(part)
        if self.kind == "apikey" and self.place == "cookie":
            part = f"{self.name}={quote(value, safe='')}"
            return lambda target: target.add_cookie(part)
        name = self.name if self.kind == "apikey" else "Authorization"
        value = header(name, value)
        return lambda target: target.headers.__setitem__(name, value)
