"""OAuth 2 flows of client credentials → the token endpoint, when it is one that a secret may be sent to."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from naftiko_codegen.check.text import quote
from naftiko_codegen.parse.capability_address import url_problem
from naftiko_codegen.parse.openapi_report import Report, spell
from naftiko_codegen.read.document import Json, Pointer

_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
"""A scope (RFC 6749, 3.3)."""

_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))


def twin_key(key: str) -> str:
    """The key of the credential that the flow of client credentials of the scheme ``key`` needs."""
    return f"{key} client credentials"


def client_credentials(
    raw: dict[str, Json], pointer: Pointer, report: Report, base_url: str
) -> str:
    """The checked token endpoint of the flow ``clientCredentials``; ``""`` when there is none, or none to trust.

    A relative one belongs to ``base_url``.
    """
    flows = report.mapping(raw, "flows", pointer)
    place = (*pointer, "flows")
    flow = report.mapping(flows, "clientCredentials", place)
    if not flow:
        return ""
    place = (*place, "clientCredentials")
    text = report.text(flow, "tokenUrl", place).strip()
    relative = "://" not in text and base_url and text.isascii() and text.isprintable()
    url = urljoin(f"{base_url}/", text) if relative and text else text
    problem = _problem(url)
    if problem:
        message = f"the token URL {quote(text) or 'of no text'} {problem}; no client secret is sent there"
        hint = "the scheme is sent as a bearer token that the caller obtains"
        report.warning("N455", message, (*place, "tokenUrl"), hint)
        return ""
    return url


def _problem(url: str) -> str:
    """Why no secret may be sent to ``url``; ``""`` when it may."""
    if problem := url_problem(url):
        return problem
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname in _LOOPBACK:
        return ""
    return "is not https"


def scope_text(listed: Json, pointer: Pointer, report: Report) -> str:
    """The scopes of a requirement as a token is asked for them."""
    if not isinstance(listed, list):
        report.wrong(listed, "a list of scopes", pointer)
        return ""
    good: dict[str, None] = {}
    for index, it in enumerate(listed):
        if isinstance(it, str) and _SCOPE.fullmatch(it):
            good[it] = None
        else:
            message = f"{spell(it)} is no scope; it is left out"
            report.warning("N402", message, (*pointer, index))
    return " ".join(good)
