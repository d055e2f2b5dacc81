"""What a server asks of its callers → the expression that checks it, its imports, and words about it."""

from __future__ import annotations

from collections.abc import Iterator

from naftiko_codegen.ir.exposed import (
    Callers,
    Control,
    McpServer,
    RestServer,
    SkillServer,
)
from naftiko_codegen.ir.model import Credential
from naftiko_codegen.ir.package import Package
from naftiko_codegen.python.layout import STEP, call, literal, string
from naftiko_codegen.python.operations import credential
from naftiko_codegen.python.text import Code

FOLDER = "callers"
"""The folder of ``templates/`` that packages with servers get a copy of: settings can ask callers, too."""

_SECRETS = {
    "bearer": ("bearer token",),
    "apikey": ("API key",),
    "basic": ("user name", "password"),
    "digest": ("user name", "password"),
}
_CLASSES = {"digest": "DigestCallers", "oauth2": "TokenHolders"}
_KINDS = {
    RestServer: "REST",
    McpServer: "MCP (HTTP)",
    SkillServer: "skills",
    Control: "control",
}
_MODULES = {"digest": "digest", "oauth2": "oauth"}


def asking(
    package: Package,
) -> Iterator[tuple[RestServer | McpServer | SkillServer | Control, Callers]]:
    """The servers of ``package`` that ask something of their callers."""
    servers = (package.rest, package.mcp, package.skill, *package.others)
    for server in (*servers, package.control):
        if server and server.callers:
            yield server, server.callers


def callers_imports(callers: Callers | None) -> tuple[Code, ...]:
    """The lines that ``callers_code`` needs, sorted."""
    if callers is None:
        return ()
    module, name = _MODULES.get(callers.kind, "tokens"), _class(callers)
    lines = [Code(f"from ..{FOLDER}.{module} import {name}")]
    if callers.credentials:
        lines.insert(0, Code("from .._runtime.credentials import Credential"))
    if callers.in_files:
        lines.append(Code("from ..binds import VARIABLES"))
    lines.append(Code("from ..server.guard import Callers"))
    return tuple(lines)


def callers_code(callers: Callers | None) -> Code:
    """The expression behind ``    return ``; empty when everybody may call."""
    if callers is None:
        return Code("")
    arguments: list[str] = [credential(c, 2 * STEP) for c in callers.credentials]
    if callers.in_files:
        arguments.append("environ=VARIABLES")
    if tokens := callers.tokens:
        arguments = [
            f"issuer={string(tokens.issuer)}",
            f"resource={string(tokens.resource)}",
            f"audience={string(tokens.audience)}",
        ]
        if tokens.scopes:
            before = 2 * STEP + len("scopes=")
            scopes = literal(tokens.scopes, indent=2 * STEP, before=before, after=1)
            arguments.append(f"scopes={scopes}")
        if tokens.introspection:
            arguments.append(f"introspection={literal(tokens.introspection)}")
    before = STEP + len("return ")
    return call(_class(callers), arguments, indent=STEP, before=before)


def caller_rows(package: Package) -> Iterator[tuple[str, str]]:
    """Every variable that callers' secrets are read from, and what it is, for the README."""
    for server, callers in asking(package):
        kind = _KINDS[type(server)]
        for item in callers.credentials:
            roles = roles_of(item, _SECRETS[item.kind])
            for variable, role in zip(item.variables, roles, strict=True):
                yield variable, f"{role} asked of callers: {kind}"
        if callers.tokens and callers.tokens.introspection:
            roles = ("id", "secret")
            for variable, role in zip(callers.tokens.introspection, roles, strict=True):
                yield variable, f"client {role} to ask about tokens with: {kind}"


def roles_of(item: Credential, roles: tuple[str, ...]) -> tuple[str, ...]:
    """What each variable of ``item`` is; ``roles`` are those of its kind when the document writes nothing around."""
    if item.between:
        return (f"part of the {' and '.join(roles)}",) * len(item.variables)
    if len(item.variables) < len(roles):  # the document writes the other
        return roles[-1:] if item.prefix else roles[:1]
    return roles


def caller_words(callers: Callers | None) -> str:
    """What a caller has to send, in a sentence; empty when everybody may call."""
    if callers is None:
        return ""
    if callers.tokens:
        scopes = " ".join(callers.tokens.scopes)
        with_scopes = f" with the scopes {scopes}" if scopes else ""
        words = f"an OAuth 2 access token of {callers.tokens.issuer}{with_scopes}"
    elif callers.kind == "apikey":
        keys = [f"{c.name} ({c.place})" for c in callers.credentials]
        words = f"the API key {' and '.join(keys)}"
    else:
        words = {
            "bearer": "a bearer token",
            "basic": "basic authentication",
            "digest": "digest authentication",
        }[callers.kind]
    return f"Callers must send {words}; /healthz and /readyz are open to all."


def _class(callers: Callers) -> str:
    return _CLASSES.get(callers.kind, "TokenCallers")
