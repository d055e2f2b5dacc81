# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Callers who prove themselves with a secret that both sides know: bearer tokens, basic authentication, API keys."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, unquote

from .._runtime.credentials import Credential, Environ
from .._runtime.errors import ArgumentError
from ..server.problems import Problem
from ..server.settings import MissingVariables, SettingsError

_CHALLENGES = {
    "bearer": "Bearer",
    "basic": 'Basic realm="callers", charset="UTF-8"',
    "apikey": "ApiKey",
}


_ASKED = "callers are asked for it"


class TokenCallers:
    """Lets in who sends every one of some secrets."""

    def __init__(self, *asked: Credential, environ: Environ | None = None) -> None:
        """Read the secrets, from the environment by default; raises ``SettingsError`` for one that is not there."""
        present(asked, environ)
        self._asked = [(item, secret_of(item, environ).encode()) for item in asked]

    async def check(
        self, headers: Mapping[bytes, bytes], method: str, target: str, query: bytes
    ) -> None:
        """Raise ``Problem`` 401 unless every secret is right; all are compared, each in constant time."""
        good = True
        for credential, secret in self._asked:
            sent = _sent(credential, headers, query)
            good &= hmac.compare_digest(sent, secret)
        if not good:
            challenge = _CHALLENGES[self._asked[0][0].kind]
            raise Problem(
                401,
                "This server asks its callers for a credential.",
                headers=[("www-authenticate", challenge)],
            )

    def page(self, path: str) -> bytes | None:
        """Nothing is open to everybody."""
        return None


def present(asked: Iterable[Credential], environ: Environ | None = None) -> None:
    """Raise ``MissingVariables`` for all variables of ``asked`` that are not set."""
    known = os.environ if environ is None else environ
    names = dict.fromkeys(name for item in asked for name in item.variables)
    missing = [name for name in names if not known.get(name, "").strip()]
    if missing:
        why = getattr(environ, "why", lambda name: "")
        raise MissingVariables({name: why(name) or _ASKED for name in missing})


def secret_of(credential: Credential, environ: Environ | None = None) -> str:
    """What a caller must send, as it is sent; raises ``SettingsError`` when it cannot be known."""
    present([credential], environ)
    try:
        secret = credential.resolve(environ=environ)
    except ArgumentError as error:
        raise SettingsError(str(error)) from None
    if secret is None:
        raise SettingsError(f"set {credential.variables_text()}")
    return secret.reveal()


def _sent(
    credential: Credential, headers: Mapping[bytes, bytes], query: bytes
) -> bytes:
    """What the caller sent in the place of ``credential``; empty when there is nothing."""
    if credential.kind != "apikey":
        scheme, _, value = headers.get(b"authorization", b"").partition(b" ")
        return scheme.capitalize() + b" " + value.strip(b" ")
    name = credential.name
    if credential.place == "query":
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
        return next((value for key, value in pairs if key == name), "").encode()
    if credential.place == "cookie":
        return _cookie(headers.get(b"cookie", b""), name)
    return headers.get(name.lower().encode("ascii"), b"")


def _cookie(header: bytes, name: str) -> bytes:
    for pair in header.decode("latin-1").split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            return unquote(value).encode()
    return b""
