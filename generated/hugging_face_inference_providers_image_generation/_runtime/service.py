# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The upstream service: its addresses, and the credentials that its operations need."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Protocol, TypeAlias
from urllib.parse import urlsplit

from .credentials import Credential, Environ
from .errors import ArgumentError

BaseUrl: TypeAlias = str | Mapping[str, str] | None
"""Another base URL than the document's; by upstream when there are several."""


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
