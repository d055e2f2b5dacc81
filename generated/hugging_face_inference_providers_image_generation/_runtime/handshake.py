# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Credentials that need an exchange of their own: OAuth 2 client credentials, and digest; no network in here."""

from __future__ import annotations

import hashlib
import os
import re
import time
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote_plus, urlsplit

from .codec import decode
from .errors import ApiError, DecodingError
from .request import Request

_EARLY = 30.0
"""Seconds before its end that a token is no longer used."""

_LIFETIME = 300.0
"""Seconds that a token is used when its server does not say how long it may be."""

_TOKEN = re.compile(r"[\x21-\x7e]+").fullmatch
_PAIR = re.compile(r'([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_HASHES = {"SHA-256": hashlib.sha256, "MD5": hashlib.md5}


class TokenRefused(ApiError):  # noqa: N818 - named as its siblings are
    """A token endpoint gave no token."""


class Handshake(Protocol):
    """What a client or server does around a call; shared by all calls with one credential."""

    def prepare(self, request: Request) -> Request | None:
        """Put the credential into ``request``, or return what must be asked first (``learn`` takes the answer)."""

    def learn(self, status: int, data: bytes) -> None:
        """Take the answer. Raises ``TokenRefused``."""

    def again(self, request: Request, headers: Mapping[str, str]) -> bool:
        """Whether ``request``, which was answered 401, is worth a second try."""
        ...

    def secrets(self) -> tuple[str, ...]:
        """What no log may show."""
        ...


class ClientCredentials:
    """OAuth 2: one token for all calls, asked for when there is none, anew when it ends or is refused."""

    def __init__(
        self, url: str, identity: str, secret: str, fields: Mapping[str, str]
    ) -> None:
        """``url`` is the token endpoint of the document; it alone gets ``identity`` and ``secret``."""
        self._url = url
        self._secret = secret
        pair = f"{quote_plus(identity)}:{quote_plus(secret)}"
        self._basic = "Basic " + b64encode(pair.encode()).decode("ascii")
        asked = {"grant_type": "client_credentials", **fields}
        parts = (f"{quote_plus(k)}={quote_plus(v)}" for k, v in asked.items())
        self._form = "&".join(parts).encode("ascii")
        self._token = ""
        self._end = 0.0

    def prepare(self, request: Request) -> Request | None:
        """See ``Handshake``."""
        if self._token and time.monotonic() < self._end:
            request.headers["Authorization"] = f"Bearer {self._token}"
            return None
        headers = {
            "Authorization": self._basic,
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        return Request("POST", self._url, headers, self._form)

    def learn(self, status: int, data: bytes) -> None:
        """See ``Handshake``."""
        try:
            said: Any = decode(Any, data)
        except DecodingError:
            said = None
        said = said if isinstance(said, dict) else {}
        token, seconds = said.get("access_token"), said.get("expires_in")
        if status != 200 or not isinstance(token, str) or not _TOKEN(token):
            why = said.get("error")
            known = isinstance(why, str) and re.fullmatch("[a-z_]{1,40}", why)
            words = f"the token endpoint answered {status}"
            raise TokenRefused(f"{words}: {why}" if known else words)
        if str(said.get("token_type", "bearer")).lower() != "bearer":
            raise TokenRefused("the token endpoint gave a token of an unknown type")
        try:
            lifetime = float(seconds) if seconds is not None else _LIFETIME
        except (TypeError, ValueError):
            lifetime = _LIFETIME
        self._token = token
        self._end = time.monotonic() + max(lifetime - _EARLY, lifetime / 2, 1.0)

    def again(self, request: Request, headers: Mapping[str, str]) -> bool:
        """See ``Handshake``."""
        if request.headers.get("Authorization") == f"Bearer {self._token}":
            self._token = ""
        return True

    def secrets(self) -> tuple[str, ...]:
        """See ``Handshake``."""
        return (self._secret, self._token, self._basic.rpartition(" ")[2])


class Digest:
    """HTTP digest (RFC 7616): the nonce of the last challenge is used until the server gives another."""

    def __init__(self, user: str, password: str) -> None:
        self._user = user
        self._password = password
        self._challenge: dict[str, str] = {}
        self._count = 0

    def prepare(self, request: Request) -> Request | None:
        """See ``Handshake``."""
        if self._challenge:
            self._count += 1
            request.headers["Authorization"] = self._answer(request)
        return None

    def learn(self, status: int, data: bytes) -> None:
        """Nothing is asked before a call."""

    def again(self, request: Request, headers: Mapping[str, str]) -> bool:
        """See ``Handshake``."""
        challenge = _challenge(headers)
        answered = f'nonce="{self._challenge.get("nonce", "")}"'
        used = answered in request.headers.get("Authorization", "")
        if not challenge:
            return False
        fresh = challenge["nonce"] != self._challenge.get("nonce")
        self._challenge, self._count = challenge, 0
        return not used or fresh

    def secrets(self) -> tuple[str, ...]:
        """See ``Handshake``."""
        return (self._password,)

    def _answer(self, request: Request) -> str:
        """The value of ``Authorization`` for ``request``."""
        said = self._challenge
        name = said["algorithm"]
        count, mine = f"{self._count:08x}", os.urandom(16).hex()
        parts = urlsplit(request.url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")

        def hashed(text: str) -> str:
            return _HASHES[name.upper().removesuffix("-SESS")](
                text.encode()
            ).hexdigest()

        first = hashed(f"{self._user}:{said['realm']}:{self._password}")
        if name.upper().endswith("-SESS"):
            first = hashed(f"{first}:{said['nonce']}:{mine}")
        second = hashed(f"{request.method}:{target}")
        middle = f"{count}:{mine}:auth:" if said["qop"] else ""
        response = hashed(f"{first}:{said['nonce']}:{middle}{second}")
        items = [
            f'username="{_quoted(self._user)}"',
            f'realm="{_quoted(said["realm"])}"',
            f'nonce="{_quoted(said["nonce"])}"',
            f'uri="{target}"',
            f"algorithm={name}",
            f'response="{response}"',
        ]
        items += [f'opaque="{_quoted(said["opaque"])}"'] if "opaque" in said else []
        if said["qop"]:
            items += ["qop=auth", f"nc={count}", f'cnonce="{mine}"']
        return f"Digest {', '.join(items)}"


def _challenge(headers: Mapping[str, str]) -> dict[str, str]:
    """The best challenge that can be answered; empty when there is none."""
    everything = getattr(headers, "getall", None)
    if everything is not None:
        text = ", ".join(everything("WWW-Authenticate", ()))
    else:
        text = headers.get("www-authenticate", "")
    found: list[dict[str, str]] = []
    for piece in re.split(r"(?:\A|[\s,])Digest\s+", text, flags=re.IGNORECASE)[1:]:
        said = {
            name.lower(): re.sub(r"\\(.)", r"\1", quoted) if quoted else bare
            for name, quoted, bare in _PAIR.findall(piece)
        }
        said.setdefault("algorithm", "MD5")
        said.setdefault("realm", "")
        words = [word.strip().lower() for word in said.get("qop", "").split(",")]
        usable = said["algorithm"].upper().removesuffix("-SESS") in _HASHES
        plain = not re.search(r"[\x00-\x1f\x7f-\U0010ffff]", "".join(said.values()))
        if (
            usable
            and plain
            and said.get("nonce")
            and ("auth" in words or words == [""])
        ):
            found.append({**said, "qop": "auth" if "auth" in words else ""})
    order = list(_HASHES)
    return min(
        found,
        key=lambda said: order.index(said["algorithm"].upper().removesuffix("-SESS")),
        default={},
    )


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
