# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Who may talk to this server: Host, Origin and the caller's token, checked before anything else."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from .problems import Problem

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ANY_ADDRESS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104
_REMEMBERED = 256
_AUTHORITY = re.compile(
    r"(?:\[([0-9a-f:.]+)\]|([^\s\[\]@:/?#\\]+))(?::[0-9]{1,5})?"
).fullmatch
_ADDRESS = re.compile(r"[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*").fullmatch


class Callers(Protocol):
    """What the document asks of callers; it takes the place of ``<PACKAGE>_CALLER_TOKEN``."""

    async def check(
        self, headers: Mapping[bytes, bytes], method: str, target: str, query: bytes
    ) -> None:
        """Raise ``Problem`` 401 or 403. ``headers`` have lower-case names; ``target`` is the path as it came."""

    def page(self, path: str) -> bytes | None:
        """The JSON document at ``path`` that every caller may read, if there is one."""


class Guard:
    """Refuses requests that a web page of another site could have sent (DNS rebinding, cross-site requests).

    The Host header must name a loopback name, the address bound to, or an allowed host (``*`` allows all). An Origin
    header, when there is one, must be of such a host too, or be an allowed origin as written.
    """

    def __init__(
        self,
        host: str,
        allow_hosts: Iterable[str],
        allow_origins: Iterable[str],
        token: str = "",
    ) -> None:
        """``host`` is the address bound to; ``token``, when given, is asked of every caller as a bearer token."""
        allowed = {name.lower().strip("[]") for name in allow_hosts}
        self._every_host = "*" in allowed
        self._hosts = LOOPBACK | allowed | ({host.lower()} - _ANY_ADDRESS)
        self._origins = frozenset(
            origin.lower().rstrip("/") for origin in allow_origins
        )
        self._known_hosts: set[bytes] = set()
        self._token = f"Bearer {token}".encode() if token else b""

    def check(
        self, headers: Mapping[bytes, bytes], *, by_address: bool = False
    ) -> None:
        """Raise ``Problem`` 421 (Host), 403 (Origin) or 401 (token). ``headers`` have lower-case names.

        ``by_address``: any IP address is good as Host, as no name was resolved to reach it.
        """
        host = headers.get(b"host", b"")
        if host not in self._known_hosts and not (by_address and _is_address(host)):
            self._check_host(host)
        if b"origin" in headers:
            self._check_origin(headers[b"origin"])
        if self._token and not hmac.compare_digest(
            headers.get(b"authorization", b""), self._token
        ):
            raise Problem(
                401,
                "A bearer token is needed.",
                headers=[("www-authenticate", "Bearer")],
            )

    def _check_host(self, host: bytes) -> None:
        if not self._every_host and _name(host) not in self._hosts:
            raise Problem(
                421, "The Host header names a host that this server does not serve."
            )
        if len(self._known_hosts) < _REMEMBERED:
            self._known_hosts.add(host)

    def _check_origin(self, value: bytes) -> None:
        origin = value.decode("latin-1").lower()
        if origin in self._origins or "*" in self._origins:
            return
        scheme, separator, authority = origin.partition("://")
        if (
            not separator
            or scheme not in {"http", "https"}
            or _name(authority.encode("latin-1")) not in self._hosts
        ):
            raise Problem(403, "Requests from this origin are not allowed.")


def _name(authority: bytes) -> str:
    """The host of ``host[:port]`` in lower case, without brackets; empty when it cannot be read."""
    found = _AUTHORITY(authority.decode("latin-1").lower())
    return found[1] or found[2] if found else ""


def _is_address(authority: bytes) -> bool:
    """Whether the host of ``host[:port]`` is an IP address."""
    return bool(_ADDRESS(_name(authority)))


def is_loopback(host: str) -> bool:
    """Whether only programs of this machine can reach ``host``."""
    return host.lower() in LOOPBACK or host.startswith("127.")
