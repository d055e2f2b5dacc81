# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Who authenticates requests: the credentials of one client or server, chosen for each operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

from .credentials import PAIRED, Credential, Environ, Given, Secret, Step
from .errors import MissingCredential
from .operation import Operation, Target
from .service import Service

if TYPE_CHECKING:
    from .handshake import Handshake


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
        self._steps: dict[tuple[tuple[str, ...], ...], tuple[Step, ...]] = {}

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

    def query_names(self) -> frozenset[str]:
        """The names of the query parameters that are credentials."""
        known = self._service.credentials.values()
        found = (it.name for it in known if it.kind == "apikey" and it.place == "query")
        return frozenset(found)

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

    def _choose(self, operation: Operation) -> tuple[Step, ...]:
        """The steps of the first alternative whose credentials are all there; what the caller gave goes first."""
        known = self._service.credentials
        for keys in sorted(operation.security, key=self._is_ambient):
            found = [(known[key], self._secret(key)) for key in keys]
            steps = [item.step(secret) for item, secret in found if secret is not None]
            if len(steps) == len(keys) and keys:
                for key in (key for key in keys if known[key].kind in PAIRED):
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
