# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The authorization server of callers' tokens: its metadata and keys, read with bounds and kept for a while."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ..server.guard import is_loopback

KEPT_SECONDS = 300.0
"""How long keys are used before they are read again."""

PAUSE_SECONDS = 30.0
"""The least time between two readings, whatever unknown keys callers name."""

RETRY_SECONDS = 5.0
"""The least time after a reading that failed."""

LAST_RESORT_SECONDS = 3600.0
"""How long keys are used when they cannot be read again."""

_TIMEOUT_SECONDS = 5.0
_LARGEST = 1024 * 1024
_MOST_KEYS = 100

logger = logging.getLogger(__name__)


class Unavailable(Exception):  # noqa: N818 - it says what the server is
    """The authorization server cannot be reached, or does not say what is needed."""


class Authority:
    """One authorization server, found through its metadata (RFC 8414, or OpenID Connect)."""

    def __init__(self, issuer: str) -> None:
        """Nothing is asked before the first token comes."""
        self.issuers = (issuer.rstrip("/"), issuer.rstrip("/") + "/")
        self._metadata: Mapping[str, Any] = {}
        self._keys: tuple[Mapping[str, Any], ...] = ()
        self._read = self._tried = float("-inf")
        self._failed = False
        self._lock = asyncio.Lock()

    async def keys(self, wanted: str = "") -> tuple[Mapping[str, Any], ...]:
        """The keys that sign tokens, as JSON Web Keys; read anew for one called ``wanted`` that is not among them.

        Raises ``Unavailable`` when there are none.
        """
        busy = self._lock.locked() and self._has(wanted)
        if self._is_due(wanted) and not busy:
            async with self._lock:
                if self._is_due(wanted):
                    await self._renew()
        if time.monotonic() - self._read > LAST_RESORT_SECONDS:
            raise Unavailable
        return self._keys

    async def endpoint(self, name: str) -> str:
        """The URL of an endpoint, by its name in the metadata. Raises ``Unavailable``."""
        async with self._lock:
            if not self._metadata:
                if not self._may_ask():
                    raise Unavailable
                self._begin()
                try:
                    self._metadata = await self._discovered()
                except Unavailable as error:
                    logger.warning("%s: no metadata: %s", self.issuers[0], error)
                    raise
        return _secure(self._metadata.get(name))

    def _has(self, wanted: str) -> bool:
        return bool(self._keys) and (
            not wanted or any(key.get("kid") == wanted for key in self._keys)
        )

    def _is_due(self, wanted: str) -> bool:
        young = time.monotonic() - self._read < KEPT_SECONDS
        return not (young and self._has(wanted)) and self._may_ask()

    def _may_ask(self) -> bool:
        pause = RETRY_SECONDS if self._failed else PAUSE_SECONDS
        return time.monotonic() - self._tried >= pause

    def _begin(self) -> None:
        self._tried = time.monotonic()
        self._failed = True

    async def _renew(self) -> None:
        """Read the keys; those of before stay when it fails."""
        self._begin()
        try:
            self._metadata = await self._discovered()
            said = await fetch("GET", _secure(self._metadata.get("jwks_uri")))
        except Unavailable as error:
            logger.warning("%s: no keys of tokens: %s", self.issuers[0], error)
            return
        keys = said.get("keys")
        found = keys[:_MOST_KEYS] if isinstance(keys, list) else []
        self._keys = tuple(
            key for key in found if isinstance(key, dict) and key.get("use") != "enc"
        )
        self._read = time.monotonic()
        self._failed = False

    async def _discovered(self) -> Mapping[str, Any]:
        """The metadata. Raises ``Unavailable``."""
        parts = urlsplit(self.issuers[0])
        start, name = f"{parts.scheme}://{parts.netloc}", "oauth-authorization-server"
        problem = Unavailable("there is no metadata")
        for url in dict.fromkeys(
            (
                f"{start}/.well-known/{name}{parts.path}",
                f"{self.issuers[0]}/.well-known/{name}",
                f"{self.issuers[0]}/.well-known/openid-configuration",
            )
        ):
            try:
                found = await fetch("GET", url)
            except Unavailable as error:
                problem = error
                continue
            if found.get("issuer", self.issuers[0]) in self.issuers:
                return found
            problem = Unavailable("its metadata is that of another issuer")
        raise problem


async def fetch(
    method: str,
    url: str,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The JSON object at ``url``; no redirects, bounded in time and size. Raises ``Unavailable``."""
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS)
    accept = {"Accept": "application/json", **(headers or {})}
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.request(
                method, url, data=form, headers=accept, allow_redirects=False
            ) as reply,
        ):
            if reply.status != 200:
                raise Unavailable(f"{url} answered {reply.status}")
            data = bytearray()
            async for piece in reply.content.iter_any():
                data += piece
                if len(data) > _LARGEST:
                    raise Unavailable(f"{url} answered with too much")
        found = json.loads(data)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise Unavailable(f"{url}: {type(error).__name__}") from None
    except (ValueError, RecursionError):
        raise Unavailable(f"{url} answered with something that is no JSON") from None
    if not isinstance(found, dict):
        raise Unavailable(f"{url} answered with something that is no object")
    return found


def _secure(url: object) -> str:
    """``url`` when it is https, or http on this machine. Raises ``Unavailable``."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
        host = parts.hostname or ""
    except ValueError:
        raise Unavailable("its metadata has an address that is no URL") from None
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)):
        return parts.geturl()
    raise Unavailable("its metadata lacks an address, or has one that is not https")
