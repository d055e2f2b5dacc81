# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The upstream service: its address, its credentials, and who may see them."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol, TypeAlias
from urllib.parse import quote, unquote, urlsplit

from .errors import ArgumentError, MissingCredential
from .operation import Operation, Target
from .style import header, token

if TYPE_CHECKING:
    from .handshake import Handshake

Given: TypeAlias = "str | tuple[str, str] | Secret | None"
BaseUrl: TypeAlias = "str | Mapping[str, str] | None"
"""Another base URL than the document's; by upstream when there are several."""
_Step: TypeAlias = Callable[[Target], None]
_PAIRED = ("oauth2", "digest")
"""Kinds whose secret never goes into a request as it is."""
_SECRET_TEXT = re.compile(r"[\x20-\x7e]+").fullmatch


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
        self.name = token(name or "Authorization")
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
        if (self.kind in _PAIRED or self.between) and not all(values):
            return None
        return Secret(self._spell(values))

    def _spell(self, values: tuple[str, ...]) -> str:
        """Put the document's texts and the scheme around the values."""
        text = self._text(values)
        if self.kind in _PAIRED:
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

    def step(self, secret: Secret) -> _Step:
        """The function that puts ``secret`` into a request."""
        if self.kind in _PAIRED:
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


class Environ(Protocol):
    """The environment, or something like it."""

    def get(self, name: str, otherwise: str, /) -> str:
        """The value of a variable."""
        ...


class Files(Environ, Protocol):
    """The environment, and files that have what it does not."""

    def why(self, name: str) -> str:
        """Why a variable is in no file, in words; empty when no file should have it."""
        ...


class Service:
    """What a package calls. ``base_url`` may be empty: then the caller gives it.

    ``upstreams`` are the base URLs by name when there are several: every operation
    names its own, and so do, through it, the credentials it needs. ``environ`` has the
    variables of the credentials when the environment is not all there is; with
    ``needs_all`` no request can do without any of them.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        credentials: tuple[Credential, ...] = (),
        upstreams: Mapping[str, str] | None = None,
        environ: Files | None = None,
        needs_all: bool = False,
    ) -> None:
        self.name = name
        self.base_url = base_url
        self.upstreams = upstreams or {}
        self.credentials = {item.key: item for item in credentials}
        self.environ = environ
        self.needs_all = needs_all

    def missing(self) -> dict[str, str]:
        """The variables that requests need and that cannot be had, and why."""
        known = self.environ or os.environ
        found: dict[str, str] = {}
        for item in self.credentials.values() if self.needs_all else ():
            for name in item.variables:
                if not known.get(name, "").strip():
                    found[name] = self.why(name) or "requests need it"
            try:
                item.resolve(environ=known)
            except ArgumentError:
                words = "it has characters that no credential may have"
                found |= dict.fromkeys(item.variables, words)
        return found

    def why(self, name: str) -> str:
        """Why no file has a variable; empty when none should."""
        return self.environ.why(name) if self.environ else ""

    def address(self, base_url: str | None = None) -> str:
        """The checked base URL, without a slash at its end."""
        return check_base_url(base_url or self.base_url)

    def addresses(self, given: BaseUrl = None) -> dict[str, str]:
        """The checked base URLs by upstream; the only one of a service is called ``""``.

        Raises ``ArgumentError`` for one that is missing, unknown or no URL. One text
        never stands for several upstreams: each has credentials of its own.
        """
        if not self.upstreams:
            if given is not None and not isinstance(given, str):
                raise ArgumentError("base_url must be a text: there is one upstream")
            return {"": self.address(given)}
        names = ", ".join(self.upstreams)
        if isinstance(given, str) or (given and given.keys() - self.upstreams.keys()):
            raise ArgumentError(f"base_url takes a URL by upstream: {names}")
        found: dict[str, str] = {}
        for name, own in self.upstreams.items():
            try:
                found[name] = check_base_url((given or {}).get(name) or own)
            except ArgumentError as error:
                raise ArgumentError(f"{name}: {error}") from None
        return found


class Authenticator:
    """The credentials of one client or server; read once, when first needed."""

    def __init__(
        self,
        service: Service,
        given: Mapping[str, Given] | None = None,
        environ: Environ | None = None,
    ) -> None:
        self._service = service
        self._given = given or {}
        self._environ = environ or service.environ
        self._secrets: dict[str, Secret | None] = {}
        self._handshakes: dict[tuple[str, str], Handshake] = {}
        self._exchanged: dict[tuple[tuple[str, ...], ...], str] = {}
        self._steps: dict[tuple[tuple[str, ...], ...], tuple[_Step, ...]] = {}

    def apply(self, operation: Operation, target: Target) -> None:
        """Put credentials into ``target``: the first alternative that is complete.

        Raises ``MissingCredential`` when the operation needs one and none is there.
        """
        security = operation.security
        if not security:
            return
        steps = self._steps.get(security)
        if steps is None:
            steps = self._steps[security] = self._choose(operation)
        for step in steps:
            step(target)

    def lacking(self) -> str:
        """The variables to set, when the service has credentials and none of them is there; empty otherwise."""
        known = self._service.credentials
        if any(self._secret(key) is not None for key in known):
            return ""
        return " or ".join(item.variables_text() for item in known.values())

    def filled(
        self, operation: Operation, values: Mapping[str, object]
    ) -> Mapping[str, object]:
        """``values`` with the variables that fill gaps; no caller can give those.

        Raises ``MissingCredential`` when one is not set.
        """
        if not operation.variables:
            return values
        found: dict[str, object] = {}
        for key in operation.variables:
            secret = self._secret(key)
            if secret is None:
                credential = self._service.credentials[key]
                raise MissingCredential(
                    f"{operation.name} needs a value: set {self._explain(credential)},"
                    " or give it as an argument"
                )
            found[key] = secret.reveal()
        return {**values, **found}

    def handshake(self, operation: Operation) -> Handshake | None:
        """The exchange that calls of ``operation`` need, after ``apply``; ``None`` for most."""
        key = self._exchanged.get(operation.security)
        if key is None:
            return None
        scope = operation.scopes.get(key, "") if operation.scopes else ""
        found = self._handshakes.get((key, scope))
        secret = self._secret(key)
        if found is None and secret is not None:
            credential = self._service.credentials[key]
            found = _handshake(credential, secret, scope)
            self._handshakes[key, scope] = found
        return found

    def redact(self, text: str) -> str:
        """``text`` with every secret of the service replaced by ``***``."""
        for handshake in self._handshakes.values():
            for part in handshake.secrets():
                if len(part) > 3:
                    text = text.replace(part, "***")
        for key in self._service.credentials:
            secret = self._secret(key)
            if secret is not None:
                words = secret.reveal()
                for part in (words, words.rpartition(" ")[2]):
                    if len(part) > 3:
                        text = text.replace(part, "***")
        return text

    def _choose(self, operation: Operation) -> tuple[_Step, ...]:
        """The steps of the first alternative whose credentials are all there; what the caller gave goes first."""
        known = self._service.credentials
        for keys in sorted(operation.security, key=self._is_ambient):
            found = [(known[key], self._secret(key)) for key in keys]
            steps = [item.step(secret) for item, secret in found if secret is not None]
            if len(steps) == len(keys) and keys:
                for key in (key for key in keys if known[key].kind in _PAIRED):
                    self._exchanged.setdefault(operation.security, key)
                return tuple(steps)
        if () in operation.security:
            return ()
        raise MissingCredential(self._complaint(operation))

    def _is_ambient(self, keys: tuple[str, ...]) -> bool:
        """Whether none of the credentials is one that the caller gave."""
        return all(self._given.get(key) is None for key in keys)

    def _secret(self, key: str) -> Secret | None:
        """The secret of a credential, resolved once."""
        if key not in self._secrets:
            credential = self._service.credentials[key]
            given = self._given.get(key)
            self._secrets[key] = credential.resolve(given, self._environ)
        return self._secrets[key]

    def _complaint(self, operation: Operation) -> str:
        """Which variables to set, and what for."""
        known = self._service.credentials
        wanted = " or ".join(
            " and ".join(self._explain(known[key]) for key in keys)
            for keys in operation.security
        )
        return (
            f"{operation.name} needs a credential of {self._service.name}:"
            f" set {wanted}, or give it as an argument"
        )

    def _explain(self, credential: Credential) -> str:
        """``TOKEN (bearer token)``, and why a file that should have it does not."""
        found = [why for v in credential.variables if (why := self._service.why(v))]
        return "; ".join((_explain(credential), *found))

    def __repr__(self) -> str:
        return f"Authenticator({self._service.name!r})"


def _handshake(credential: Credential, secret: Secret, scope: str) -> Handshake:
    """The exchange of a credential of a paired kind, for tokens of ``scope``."""
    from .handshake import ClientCredentials, Digest

    first, _, second = secret.reveal().partition(":")
    pair = unquote(first), unquote(second)
    if credential.kind == "digest":
        return Digest(*pair)
    fields = {**credential.fields, "scope": scope} if scope else credential.fields
    return ClientCredentials(credential.token_url, *pair, fields)


def _explain(credential: Credential) -> str:
    """``TOKEN (bearer token)``, with the author's words when there are any."""
    kinds = {
        "bearer": "bearer token",
        "basic": "user and password",
        "variable": "part of the request",
        "oauth2": "client id and secret",
        "digest": "user and password",
    }
    words = kinds.get(credential.kind, f"API key, {credential.place} {credential.name}")
    if credential.description:
        words += f": {' '.join(credential.description.split())[:200]}"
    return f"{credential.variables_text()} ({words})"


def check_base_url(base_url: str) -> str:
    """``base_url`` without a slash at its end.

    Raises ``ArgumentError`` unless it is ``http(s)://host[:port][/path]``: a user,
    a query or a fragment has no place in it.
    """
    if not base_url:
        raise ArgumentError("base_url is required: the document names no server")
    try:
        parts = urlsplit(base_url)
        parts.port  # noqa: B018 - raises for a port that is no number
    except ValueError:
        raise ArgumentError("base_url is not a URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ArgumentError("base_url must start with http:// or https:// and a host")
    if "@" in parts.netloc:
        raise ArgumentError("base_url must not hold a user or a password")
    if "?" in base_url or "#" in base_url or not re.fullmatch(r"[!-~]+", base_url):
        raise ArgumentError("base_url must not hold a query, a fragment or spaces")
    return base_url.rstrip("/")
