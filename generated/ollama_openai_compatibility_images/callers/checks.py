# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Whether an access token is good: by its signature and claims, or by what the authorization server says of it."""

from __future__ import annotations

import hashlib
import os
import time
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeAlias
from urllib.parse import quote_plus

from .._runtime.credentials import Environ
from ..server.settings import MissingVariables
from .authority import Authority, fetch

Claims: TypeAlias = Mapping[str, Any]

LEEWAY_SECONDS = 5
"""How far the clocks of issuer and server may be apart."""

KEPT_SECONDS = 30.0
"""How long an answer about a token is used again."""

_REMEMBERED = 1024
_MOST_TRIED = 8
"""Keys that a token without the name of one is checked with at most."""
_ALGORITHMS = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "EC": ("ES256", "ES384", "ES512"),
    "OKP": ("EdDSA",),
}


class Refused(Exception):  # noqa: N818 - a token is refused, nothing failed
    """A token that is not good; the words are for the caller."""


class SignedTokens:
    """Tokens that are JWTs (RFC 9068): signature, ``iss``, ``aud``, ``exp`` and ``nbf``."""

    def __init__(self, authority: Authority, audience: str) -> None:
        """Raises ``ModuleNotFoundError`` when what checks signatures is not installed."""
        for name in ("jwt", "cryptography"):
            if find_spec(name) is None:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        self._authority = authority
        self._audience = audience
        self._parsed: dict[str, tuple[Mapping[str, Any], Any]] = {}

    async def claims(self, token: str) -> Claims:
        """What a good token says. Raises ``Refused``, or ``Unavailable`` when there are no keys."""
        jwt = import_module("jwt")
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            raise Refused("Token validation failed") from None
        kid = header.get("kid") or ""
        tried = 0
        for key in await self._authority.keys(kid):
            if kid and key.get("kid") != kid:
                continue
            allowed = _ALGORITHMS.get(str(key.get("kty")), ())
            if key.get("alg") in allowed:
                allowed = (key["alg"],)
            if header.get("alg") in allowed and tried < _MOST_TRIED:
                tried += 1
                claims = self._decoded(jwt, token, key, allowed)
                if claims is not None:
                    return claims
        raise Refused("Signature verification failed")

    def _decoded(
        self, jwt: Any, token: str, key: Mapping[str, Any], allowed: tuple[str, ...]
    ) -> Claims | None:
        """What the token says when ``key`` signed it, else ``None``. Raises ``Refused`` when that is no good."""
        try:
            found: Claims = jwt.decode(
                token,
                self._public(jwt, key),
                algorithms=allowed,
                audience=self._audience,
                issuer=self._authority.issuers,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud"], "verify_iat": False},
            )
        except (jwt.InvalidSignatureError, jwt.InvalidKeyError, jwt.PyJWKError):
            return None
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise Refused(_words(jwt, error)) from None
        return found

    def _public(self, jwt: Any, key: Mapping[str, Any]) -> Any:
        """The key of a JSON Web Key, read once for each."""
        name = f"{key.get('kty')} {key.get('kid')}"
        known = self._parsed.get(name)
        if known is None or known[0] is not key:
            if len(self._parsed) > _REMEMBERED:
                self._parsed.clear()
            known = self._parsed[name] = key, jwt.PyJWK(dict(key)).key
        return known[1]


class Introspection:
    """Tokens of any form, about which the authorization server is asked (RFC 7662)."""

    def __init__(
        self,
        authority: Authority,
        audience: str,
        variables: tuple[str, str],
        environ: Environ | None = None,
    ) -> None:
        """``variables`` hold the id and secret that this server asks with. Raises ``MissingVariables``."""
        known = os.environ if environ is None else environ
        pair = [known.get(name, "").strip() for name in variables]
        missing = [n for n, value in zip(variables, pair, strict=True) if not value]
        if missing:
            words = "tokens of callers are checked with it"
            raise MissingVariables(dict.fromkeys(missing, words))
        text = ":".join(quote_plus(value) for value in pair)
        self._headers = {"Authorization": f"Basic {b64encode(text.encode()).decode()}"}
        self._authority = authority
        self._audience = audience
        self._known: OrderedDict[bytes, tuple[float, Claims]] = OrderedDict()

    async def claims(self, token: str) -> Claims:
        """What the server says of a good token. Raises ``Refused``, or ``Unavailable`` when it cannot be asked."""
        key = hashlib.sha256(token.encode("latin-1")).digest()
        end, claims = self._known.get(key, (0.0, {}))
        if end < time.monotonic():
            claims = await self._asked(token)
            self._known[key] = time.monotonic() + KEPT_SECONDS, claims
            self._known.move_to_end(key)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        self._check(claims)
        return claims

    async def _asked(self, token: str) -> Claims:
        url = await self._authority.endpoint("introspection_endpoint")
        form = {"token": token, "token_type_hint": "access_token"}
        said = await fetch("POST", url, form, self._headers)
        if said.get("active") is not True:
            raise Refused("Token is not active")
        return said

    def _check(self, claims: Claims) -> None:
        """Raise ``Refused`` for a token that is over, of another issuer, or for somebody else."""
        now = time.time()
        if _number(claims.get("exp"), now) < now - LEEWAY_SECONDS:
            raise Refused("Token expired")
        if _number(claims.get("nbf"), now) > now + LEEWAY_SECONDS:
            raise Refused("Token not yet valid")
        if claims.get("iss", self._authority.issuers[0]) not in self._authority.issuers:
            raise Refused("Invalid issuer")
        meant = claims.get("aud")
        if self._audience not in (meant if isinstance(meant, list) else [meant]):
            raise Refused("Invalid audience")


def _number(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) else otherwise


def _words(jwt: Any, error: Exception) -> str:
    """What was wrong with a token, in the words of the engine."""
    if isinstance(error, jwt.MissingRequiredClaimError):
        claim = str(getattr(error, "claim", ""))
        known = {"iss": "Invalid issuer", "aud": "Invalid audience"}
        return known.get(claim, "Token validation failed")
    for kind, words in (
        (jwt.ExpiredSignatureError, "Token expired"),
        (jwt.ImmatureSignatureError, "Token not yet valid"),
        (jwt.InvalidIssuerError, "Invalid issuer"),
        (jwt.InvalidAudienceError, "Invalid audience"),
    ):
        if isinstance(error, kind):
            return words
    return "Token validation failed"
