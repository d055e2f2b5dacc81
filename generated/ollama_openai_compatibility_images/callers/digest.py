# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Callers who prove that they know a password without sending it: digest authentication (RFC 7616)."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import time
from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from urllib.parse import unquote_to_bytes

from .._runtime.credentials import Credential, Environ
from ..server.problems import Problem
from .tokens import secret_of

REALM = "callers"

NONCE_SECONDS = 300
"""How long a nonce can be answered; after it the challenge says ``stale`` and clients go on by themselves."""

_REMEMBERED = 4096
_WINDOW = 64
_HASHES: dict[str, Callable[[bytes], str]] = {
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
}
_PAIR = re.compile(r'([A-Za-z*]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*(?:,|\Z)')
_NONCE = re.compile(r"([0-9a-f]{10})([0-9a-f]{16})([0-9a-f]{32})").fullmatch
_COUNT = re.compile(r"[0-9a-f]{8}", re.IGNORECASE).fullmatch


class DigestCallers:
    """Lets in who knows the password of one user; SHA-256 is offered first, MD5 to those who know no better."""

    def __init__(self, asked: Credential, environ: Environ | None = None) -> None:
        """``asked`` is the user and the password as basic authentication has them; raises ``SettingsError``."""
        pair = b64decode(secret_of(asked, environ).removeprefix("Basic "))
        self._user, _, password = pair.partition(b":")
        whole = b":".join((self._user, REALM.encode(), password))
        self._known = {name: hashed(whole) for name, hashed in _HASHES.items()}
        key = hmac.digest(password, b"nonces of digest authentication", "sha256")
        self._nonces = Nonces(key)

    async def check(
        self, headers: Mapping[bytes, bytes], method: str, target: str, query: bytes
    ) -> None:
        """Raise ``Problem`` 401 without a right answer to a challenge, 400 for the answer to another request."""
        said = _said(headers.get(b"authorization", b""))
        proven = said is not None and self._proves(said, method)
        if said is None or not proven:
            raise self._refusal()
        asked = f"{target}?{query.decode('latin-1')}" if query else target
        if _path(said["uri"]) != asked:
            raise Problem(400, "The uri of the credential is not that of the request.")
        if not self._nonces.use(said["nonce"], int(said["nc"], 16)):
            raise self._refusal(stale=True)

    def page(self, path: str) -> bytes | None:
        """Nothing is open to everybody."""
        return None

    def _proves(self, said: Mapping[str, str], method: str) -> bool:
        """Whether ``said`` could only be said by who knows the password; compared in constant time."""
        name = said.get("algorithm", "MD5").upper()
        hashed = _HASHES.get(name)
        if hashed is None or said.get("qop") != "auth" or not _COUNT(said["nc"]):
            return False
        second = hashed(f"{method}:{said['uri']}".encode("latin-1"))
        middle = f"{said['nonce']}:{said['nc']}:{said['cnonce']}:auth"
        right = hashed(f"{self._known[name]}:{middle}:{second}".encode("latin-1"))
        user = hmac.compare_digest(_user(said), self._user)
        realm = said["realm"] == REALM
        sent = said["response"].lower().encode("latin-1")
        return user & hmac.compare_digest(sent, right.encode()) & realm

    def _refusal(self, stale: bool = False) -> Problem:
        rest = f'qop="auth", nonce="{self._nonces.new()}", charset=UTF-8'
        rest += ", stale=true" if stale else ""
        return Problem(
            401,
            "This server asks its callers for a credential.",
            headers=[
                (
                    "www-authenticate",
                    f'Digest realm="{REALM}", algorithm={name}, {rest}',
                )
                for name in _HASHES
            ],
        )


class Nonces:
    """Nonces that carry their time and a proof of where they come from, and how often each was used.

    The key follows from the password: replicas know each other's. What was used is known to this process alone, and
    of the nonces used last.
    """

    def __init__(self, key: bytes) -> None:
        """``key`` proves them."""
        self._key = key
        self._used: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def new(self) -> str:
        """A nonce of now."""
        start = f"{int(time.time()):010x}{os.urandom(8).hex()}"
        return start + self._proof(start)

    def use(self, nonce: str, count: int) -> bool:
        """Whether ``nonce`` is one of ours, young enough, and was not used with ``count`` before."""
        found = _NONCE(nonce)
        if not found or not hmac.compare_digest(
            self._proof(found[1] + found[2]), found[3]
        ):
            return False
        if not -60 <= time.time() - int(found[1], 16) <= NONCE_SECONDS:
            return False
        highest, seen = self._used.get(nonce, (0, 0))
        if count > highest:
            ahead = count - highest
            seen = (seen << ahead | 1) & (1 << _WINDOW) - 1 if ahead < _WINDOW else 1
            highest = count
        else:
            bit = 1 << min(highest - count, _WINDOW)
            if bit > 1 << _WINDOW - 1 or seen & bit:
                return False
            seen |= bit
        self._used[nonce] = highest, seen
        self._used.move_to_end(nonce)
        if len(self._used) > _REMEMBERED:
            self._used.popitem(last=False)
        return True

    def _proof(self, start: str) -> str:
        return hmac.digest(self._key, start.encode(), "sha256").hex()[:32]


def _said(header: bytes) -> dict[str, str] | None:
    """The fields of an ``Authorization`` header, each once; ``None`` when one is missing, or it is no digest."""
    scheme, _, rest = header.decode("latin-1").partition(" ")
    if scheme.lower() != "digest":
        return None
    found: dict[str, str] = {}
    for name, quoted, bare in _PAIR.findall(rest):
        if name.lower() in found:
            return None
        found[name.lower()] = quoted or bare
    needed = {"realm", "nonce", "uri", "nc", "cnonce", "response"}
    return found if needed <= found.keys() else None


def _user(said: Mapping[str, str]) -> bytes:
    """The user name in UTF-8."""
    if extended := said.get("username*", ""):
        return unquote_to_bytes(extended.partition("''")[2])
    return re.sub(r"\\(.)", r"\1", said.get("username", "")).encode("latin-1")


def _path(uri: str) -> str:
    """What a request line has for ``uri``, which may be a whole URL."""
    return re.sub(r"\A[A-Za-z][A-Za-z0-9+.-]*://[^/?]*", "", uri)
