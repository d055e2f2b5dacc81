"""Authentication blocks of servers → ``ir.Callers``: what callers must send, its secrets read from the environment."""

from __future__ import annotations

import re
from typing import Literal

from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.ir.exposed import Callers, ResourceServer
from naftiko_codegen.ir.lower_capability_credentials import Credentials
from naftiko_codegen.ir.model import Origin
from naftiko_codegen.parse.capability_template import Text, literal
from naftiko_codegen.parse.capability_view import Authentication, ControlView, Server
from naftiko_codegen.read.document import Pointer

_URL = re.compile(r"https?://[!#-\[\]-~]+\Z")
_SECURE = re.compile(r"https://|http://(localhost|127\.[0-9.]+|\[::1\])([:/]|\Z)")
_SCOPE = re.compile(r"[!#-\[\]-~]+\Z")
_INTROSPECTION = ("INTROSPECTION_CLIENT_ID", "INTROSPECTION_CLIENT_SECRET")


def callers(
    server: Server | ControlView, secrets: Credentials, source: str, report: Report
) -> Callers | None:
    """Who may call ``server``; ``None`` when it asks nothing of its callers, or after an error."""
    block = server.authentication
    if block is None:
        return None
    origin = Origin(source, block.pointer)
    if block.kind == "oauth2":
        tokens = _tokens(block, report)
        return Callers("oauth2", tokens=tokens, origin=origin) if tokens else None
    asked = secrets.asked(block)
    if not asked:
        return None
    kinds: dict[str, Literal["bearer", "basic", "apikey", "digest"]] = {
        "basic": "basic",
        "apikey": "apikey",
        "digest": "digest",
    }
    kind = kinds.get(block.kind if block.kind == "digest" else asked[0].kind, "bearer")
    return Callers(kind, asked, in_files=secrets.in_files(asked), origin=origin)


def _tokens(block: Authentication, report: Report) -> ResourceServer | None:
    """The resource server of an OAuth 2 block; N215 for an address that is none, N203 for one that is not there."""
    issuer = _plain(block, "authorizationServerUri", report)
    resource = _plain(block, "resource", report)
    validation = _plain(block, "tokenValidation", report).lower() or "jwks"
    for name, value in (("authorizationServerUri", issuer), ("resource", resource)):
        if not value:
            words = f"authentication of callers with OAuth 2 needs `{name}`"
            report.error("N203", words, block.pointer)
        elif not _URL.match(value) or "@" in value:
            words = f"`{name}` must be a URL that starts with https:// or http://"
            report.error("N215", words, (*block.pointer, name))
    if issuer and not _SECURE.match(issuer):
        words = "`authorizationServerUri` is neither https nor on this machine: its keys could be anybody's"
        report.error("N215", words, (*block.pointer, "authorizationServerUri"))
    for scope in block.scopes:
        if not _SCOPE.match(scope):
            words = f"{quote(scope)} cannot be the name of a scope"
            report.error("N215", words, (*block.pointer, "scopes"))
    if validation not in ("jwks", "introspection"):
        words = f"`tokenValidation` is {quote(validation)}: it must be one of jwks, introspection"
        report.error("N205", words, (*block.pointer, "tokenValidation"))
    if report.failed:
        return None
    audience = _plain(block, "audience", report) or resource
    asked_with = _INTROSPECTION if validation == "introspection" else ()
    return ResourceServer(issuer, resource, audience, block.scopes, asked_with)


def _plain(block: Authentication, name: str, report: Report) -> str:
    """A field that is no template: the language fills none of an OAuth 2 block."""
    text, pointer = _field(block, name)
    written = literal(text)
    if written is None:
        words = f"`{name}` of OAuth 2 authentication is no template: write its value"
        report.error("N215", words, pointer)
    return written or ""


def _field(block: Authentication, name: str) -> tuple[Text, Pointer]:
    found = ((text, at) for key, text, at in block.fields if key == name)
    return next(found, ((), block.pointer))
