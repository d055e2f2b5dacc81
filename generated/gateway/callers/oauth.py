# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Callers with access tokens of an OAuth 2 authorization server, for which this server is a resource server."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from .._runtime.credentials import Environ
from ..server.guard import is_loopback
from ..server.problems import Problem
from ..server.settings import SettingsError
from .authority import Authority, Unavailable
from .checks import Claims, Introspection, Refused, SignedTokens

_WELL_KNOWN = "/.well-known/oauth-protected-resource"
_PRINTED = re.compile(r"[!#-\[\]-~]+").fullmatch
_LONGEST_TOKEN = 16 * 1024


class TokenHolders:
    """Lets in who has a token of ``issuer`` for ``audience`` that is in force and has every one of ``scopes``."""

    def __init__(
        self,
        *,
        issuer: str,
        resource: str,
        audience: str = "",
        scopes: Collection[str] = (),
        introspection: tuple[str, str] | None = None,
        environ: Environ | None = None,
    ) -> None:
        """``resource`` is the URL that callers know this server by, and the audience unless there is another.

        Tokens are JWTs, checked with the keys of ``issuer``. With ``introspection`` the issuer itself is asked about
        each (RFC 7662), as the client whose id and secret the two variables hold. Raises ``SettingsError``.
        """
        parts = urlsplit(_checked(resource, "resource", ("https", "http")))
        self._metadata = f"{_WELL_KNOWN}{parts.path.rstrip('/')}"
        self._shown = (
            f'resource_metadata="{parts.scheme}://{parts.netloc}{self._metadata}"'
        )
        self._scopes = tuple(scopes)
        if not all(map(_PRINTED, self._scopes)):
            raise SettingsError("a scope must not hold spaces, quotes or backslashes")
        authority = Authority(_checked(issuer, "issuer"))
        wanted = audience or resource
        self._tokens = (
            Introspection(authority, wanted, introspection, environ)
            if introspection
            else SignedTokens(authority, wanted)
        )
        page: dict[str, object] = {
            "resource": resource,
            "authorization_servers": [issuer],
        }
        if self._scopes:
            page["scopes_supported"] = list(self._scopes)
        page["bearer_methods_supported"] = ["header"]
        self._page = json.dumps(page).encode("ascii")

    async def check(
        self, headers: Mapping[bytes, bytes], method: str, target: str, query: bytes
    ) -> None:
        """Raise ``Problem``: 401 without a good token, 403 when scopes are missing, 503 when nobody can tell."""
        scheme, _, sent = headers.get(b"authorization", b"").partition(b" ")
        token = sent.strip(b" ").decode("latin-1")
        if scheme.lower() != b"bearer" or not token:
            raise self._problem(
                401, "This server asks its callers for an access token."
            )
        try:
            if len(token) > _LONGEST_TOKEN:
                raise Refused("Token validation failed")
            claims = await self._tokens.claims(token)
        except Refused as error:
            words = str(error)
            raise self._problem(401, words, "invalid_token") from None
        except Unavailable:
            words = "The authorization server cannot be asked about tokens now."
            raise Problem(503, words, headers=[("retry-after", "5")]) from None
        if not set(self._scopes) <= _granted(claims):
            words = "The token lacks a scope."
            raise self._problem(403, words, "insufficient_scope")

    def page(self, path: str) -> bytes | None:
        """The metadata of this resource (RFC 9728), which says where tokens come from."""
        return self._page if path == self._metadata else None

    def _problem(self, status: int, words: str, error: str = "") -> Problem:
        """A refusal with its challenge (RFC 6750)."""
        said = []
        if error:
            said = [f'error="{error}"', f'error_description="{words}"']
        if status == 403:
            said.append(f'scope="{" ".join(self._scopes)}"')
        challenge = f"Bearer {', '.join([*said, self._shown])}"
        return Problem(status, words, headers=[("www-authenticate", challenge)])


def _checked(url: str, name: str, schemes: Collection[str] = ("https",)) -> str:
    """``url`` when it may be used: one of ``schemes``, or any on this machine. Raises ``SettingsError``."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise SettingsError(f"the {name} of access tokens is no URL") from None
    known = parts.scheme in schemes or (parts.scheme == "http" and is_loopback(host))
    if not _PRINTED(url) or not host or not known or "@" in parts.netloc:
        words = "an https URL (http on this machine only)"
        raise SettingsError(f"the {name} of access tokens must be {words}")
    return url


def _granted(claims: Claims) -> set[str]:
    """The scopes of a token: ``scope``, or ``scp`` as some servers call it."""
    found: set[str] = set()
    for name in ("scope", "scp"):
        said = claims.get(name)
        words = said.split() if isinstance(said, str) else said
        if isinstance(words, list):
            found |= {word for word in words if isinstance(word, str)}
    return found
