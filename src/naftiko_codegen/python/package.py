"""The files at the top of a package: ``__init__``, ``__main__``, ``README.md``."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Collection, Iterable, Iterator, Sequence
from shlex import quote
from typing import ClassVar

from naftiko_codegen.deploy.names import cluster_name
from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.exposed import McpServer, RestServer, SkillServer, Tool
from naftiko_codegen.ir.package import Package
from naftiko_codegen.python import requirements
from naftiko_codegen.python.adapters import KINDS, adapters_code
from naftiko_codegen.python.callers import caller_rows, caller_words, roles_of
from naftiko_codegen.python.control import rows as control_rows
from naftiko_codegen.python.control import telemetry_arguments
from naftiko_codegen.python.flows import scripts
from naftiko_codegen.python.layout import bracketed, import_line, literal
from naftiko_codegen.python.layout import string as quoted
from naftiko_codegen.python.markdown import Row, code_span, escaped
from naftiko_codegen.python.naming import PackageNames
from naftiko_codegen.python.sample import client_call, request, shortest
from naftiko_codegen.python.settings import Metric, Setting, metrics, settings
from naftiko_codegen.python.text import Code, SpecText
from naftiko_codegen.python.webhooks import rows as webhook_rows
from naftiko_codegen.read.document import Json
from naftiko_codegen.render.files import File


@frozen
class InitModule:
    """``__init__.py``: lazy exports of the client, or words only when there is none."""

    template: ClassVar[str] = "package/__init__.py.jinja"
    path: Code
    doc: SpecText
    client: Code
    models: bool
    webhooks: bool
    exports: Code


@frozen
class MainModule:
    """``__main__.py``: ``python -m <package> rest|mcp|skill``."""

    template: ClassVar[str] = "package/__main__.py.jinja"
    path: Code
    doc: SpecText
    adapters: Code
    has_choice: bool
    call: Code


@frozen
class AdapterSection:
    """A further server of the README: how it is started, and what it serves."""

    title: Code
    command: Code
    callers: Code
    rows: tuple[Row, ...]


@frozen
class Readme:
    """``README.md``; ports are 0 and lists empty for targets that are not built."""

    template: ClassVar[str] = "package/README.md.jinja"
    path: Code
    title: Code
    description: Code
    package: Code
    installs: tuple[Row, ...]
    client: Code
    models: bool
    call: Code
    base_url: Code
    upstream: Code
    rest_port: int
    rest_line: Code
    rest_callers: Code
    mcp_port: int
    mcp_call: Code
    mcp_arguments: Code
    mcp_callers: Code
    mcp_environment: Code
    control_port: int
    control_callers: Code
    control_rows: tuple[Row, ...]
    scripts: tuple[Row, ...]
    reading: Code
    skill_port: int
    skill_callers: Code
    secrets: tuple[Row, ...]
    settings: tuple[Setting, ...]
    metrics: tuple[Metric, ...]
    routes: tuple[Row, ...]
    tools: tuple[Row, ...]
    offers: tuple[Row, ...]
    skills: tuple[Row, ...]
    webhooks: tuple[Row, ...]
    adapters: tuple[AdapterSection, ...]
    deployed: Code
    image: Code


def plan(
    package: Package, names: PackageNames, targets: Collection[str]
) -> Iterator[InitModule | MainModule | Readme | File]:
    """The files of ``package`` that no target owns; ``targets`` are those that are built."""
    yield _init(package, names, "client" in targets)
    served = [
        target for target in KINDS if getattr(package, target) and target in targets
    ]
    if served:
        yield _main(package, names, served)
    yield _readme(package, names, targets)
    yield File(f"{names.package}/py.typed", b"")


def _init(package: Package, names: PackageNames, has_client: bool) -> InitModule:
    has_models = bool(package.service.models or package.service.aliases)
    exports = [f"Async{names.client}", names.client, "errors"] + ["models"] * has_models
    exports += ["webhooks"] * bool(package.service.hooks)
    return InitModule(
        Code(f"{names.package}/__init__.py"),
        SpecText(_sentence(package)),
        (
            import_line(".client", [f"Async{names.client}", names.client], indent=4)
            if has_client
            else Code("")
        ),
        has_models,
        bool(package.service.hooks),
        literal(sorted(exports), before=len("__all__ = ")),
    )


def _sentence(package: Package) -> str:
    return (
        f"{package.title}.\n\n{package.description}"
        if package.description
        else f"{package.title}."
    )


def _main(package: Package, names: PackageNames, served: Sequence[str]) -> MainModule:
    arguments = [quoted(names.package), "SERVICE"]
    arguments += [f"{target}_port={getattr(package, target).port}" for target in served]
    if package.mcp and "mcp" in served and package.mcp.transport == "stdio":
        arguments.append('transport="stdio"')
    if "control" in served:
        arguments += telemetry_arguments(package, indent=8)
    several = adapters_code(package, served)
    if several:
        arguments.append("adapters=ADAPTERS")
    has_choice = bool(package.service.servers)
    if has_choice:
        arguments.append("choose=SERVERS.chosen")
    return MainModule(
        Code(f"{names.package}/__main__.py"),
        SpecText(
            f"Serve {package.title}: ``python -m {names.package} {'|'.join(served)}``."
        ),
        several,
        has_choice,
        bracketed(
            "main(",
            arguments,
            ")",
            indent=4,
            before=len("    status = "),
        ),
    )


def _readme(package: Package, names: PackageNames, targets: Collection[str]) -> Readme:
    rest = package.rest if "rest" in targets else None
    mcp = package.mcp if "mcp" in targets else None
    skill = package.skill if "skill" in targets else None
    control = package.control if "control" in targets else None
    served = [
        kind for kind in KINDS if kind in targets and getattr(package, kind) is not None
    ]
    tools = mcp.tools if mcp else ()
    has_server = bool(package.service.base_url)
    call = client_call(package, names)
    has_pages = bool(rest or mcp or skill)
    return Readme(
        path=Code(f"{names.package}/README.md"),
        title=escaped(package.title),
        description=escaped(package.description),
        package=names.package,
        installs=tuple(_installs(package, targets)),
        client=names.client if "client" in targets else Code(""),
        models="models." in call,
        call=call,
        base_url=Code("" if has_server else f'base_url="{_EXAMPLE}"'),
        upstream=Code("" if has_server else f" --upstream {_EXAMPLE}"),
        rest_port=rest.port if rest else 0,
        rest_line=_curl(package, rest) if rest else Code(""),
        rest_callers=escaped(caller_words(rest.callers)) if rest else Code(""),
        mcp_port=mcp.port if mcp else 0,
        mcp_call=_tool_call(package, mcp) if mcp else Code(""),
        mcp_arguments=Code("" if has_server else f', "--upstream", "{_EXAMPLE}"'),
        mcp_callers=escaped(caller_words(mcp.callers)) if mcp else Code(""),
        mcp_environment=_environment(package),
        reading=_reading(package),
        scripts=tuple(
            Row(escaped(name), Code(language))
            for name, language in scripts(package, targets).items()
        ),
        secrets=tuple(secrets(package)),
        control_port=control.port if control else 0,
        control_callers=escaped(caller_words(control.callers)) if control else Code(""),
        control_rows=tuple(control_rows(control)) if control else (),
        skill_port=skill.port if skill else 0,
        skill_callers=escaped(caller_words(skill.callers)) if skill else Code(""),
        settings=(
            settings(names.package, served, has_choice=bool(package.service.servers))
            if served
            else ()
        ),
        metrics=metrics() if served else (),
        routes=_route_rows(rest) if rest else (),
        tools=_tool_rows(tools),
        offers=_offer_rows(mcp) if mcp else (),
        skills=_skill_rows(skill) if skill else (),
        webhooks=tuple(webhook_rows(package)),
        adapters=tuple(_sections(package, names, targets)),
        deployed=names.package if "deploy" in targets and has_pages else Code(""),
        image=Code(cluster_name(names.package)),
    )


def _installs(package: Package, targets: Collection[str]) -> Iterator[Row]:
    """What to install for each part of the package."""
    served = [kind for kind in KINDS if kind in targets and getattr(package, kind)]

    def row(use: str, needed: Iterable[str]) -> Row:
        words = " ".join(f'"{it}"' for it in needed)
        return Row(Code(use), code_span(f"pip install {words}"))

    if "client" in targets:
        yield row("the client", requirements.CLIENT)
    for kind in ("rest", "mcp"):
        if kind in served:
            yield row(f"the {kind.upper()} server", requirements.SERVERS[kind])
    if readers := list(requirements.files(package)):
        yield row("variables from files", readers)
    if served:
        yield row("access tokens (OAuth 2) of callers", requirements.TOKENS)
    for kind, use in _ALONE.items():
        if kind in served:
            yield row(use, requirements.SERVERS[kind])
    if "rest" in served or "mcp" in served:
        for form, needed in requirements.formats(package):
            yield row(f"replies in {form}", needed)


_ALONE = {"control": "the control server alone", "skill": "the skill server"}

_EXAMPLE = "https://api.example"


def _route_rows(server: RestServer) -> tuple[Row, ...]:
    routes = [
        Row(code_span(f"{r.method} {r.path}"), escaped(r.summary or r.description))
        for r in server.routes
    ]
    passed = [
        Row(
            code_span(f"{f.path}/…"),
            escaped(f.summary or f.description or "Passed on to the upstream."),
        )
        for f in server.forwards
    ]
    return (*routes, *passed)


def _tool_rows(tools: Iterable[Tool]) -> tuple[Row, ...]:
    return tuple(
        Row(code_span(t.name), escaped(t.title or t.description)) for t in tools
    )


def _offer_rows(server: McpServer) -> tuple[Row, ...]:
    """Resources by URI, then prompts by name."""
    rows = [
        Row(code_span(item.uri), escaped(item.title or item.description))
        for item in server.resources
    ]
    rows += [
        Row(code_span(item.name), escaped(item.title or item.description))
        for item in server.prompts
    ]
    return tuple(rows)


def _sections(
    package: Package, names: PackageNames, targets: Collection[str]
) -> Iterator[AdapterSection]:
    """The servers that are asked for by name."""
    for server in package.others:
        kind = _SERVED[type(server)]
        if kind not in targets:
            continue
        yield AdapterSection(
            escaped(server.name),
            Code(f"python -m {names.package} {kind} --adapter {quote(server.name)}"),
            escaped(caller_words(server.callers)),
            _rows(server),
        )


_SERVED = {RestServer: "rest", McpServer: "mcp", SkillServer: "skill"}


def _rows(server: RestServer | McpServer | SkillServer) -> tuple[Row, ...]:
    """What ``server`` serves."""
    if isinstance(server, RestServer):
        return _route_rows(server)
    if isinstance(server, SkillServer):
        return _skill_rows(server)
    return _tool_rows(server.tools) + _offer_rows(server)


def _skill_rows(server: SkillServer) -> tuple[Row, ...]:
    """Skills by name, with the folder of their files."""
    return tuple(
        Row(
            code_span(skill.name),
            escaped(skill.description),
            code_span(skill.folder) if skill.folder else Code("none"),
        )
        for skill in server.skills
    )


def _curl(package: Package, server: RestServer) -> Code:
    """An example request, in which everything is safe in a shell."""
    operation = shortest(package)
    routes = [r for r in server.routes if operation and r.operation == operation.name]
    if operation is None or not routes:
        return Code("")
    values, body = request(package, operation)
    path = re.sub(r"\{([^{}]*)\}", lambda m: values.get(m[1], "VALUE"), routes[0].path)
    plain = "".join(char for char in path if char in _URL)
    line = f"curl -X {routes[0].method} http://127.0.0.1:{server.port}{plain}"
    if body is not None:
        text = json.dumps(body).replace("'", "\\u0027")
        line += f" -H 'Content-Type: application/json' -d '{text}'"
    return Code(line)


def _tool_call(package: Package, server: McpServer) -> Code:
    """The arguments of ``call_tool`` for the tool of the example operation."""
    operation = shortest(package)
    tools = [t for t in server.tools if operation and t.operation == operation.name]
    if operation is None or not tools:
        return Code("")
    values, body = request(package, operation)
    given: dict[str, Json] = {}
    for argument in tools[0].arguments:
        if argument.required and argument.target:
            given[argument.name] = values.get(argument.target, "VALUE")
        elif argument.required and argument.field and isinstance(body, dict):
            given[argument.name] = body.get(argument.field, "...")
        elif argument.required:
            given[argument.name] = body
    return Code(f"{quoted(tools[0].name)}, {literal(given)}")


_URL = string.ascii_letters + string.digits + "/-_.~"


def _reading(package: Package) -> Code:
    """How the variables of the table are read."""
    words = ["Secrets are read from the environment when they are first needed"]
    words.append(", and are never logged or shown.")
    if package.service.files:
        words.append(
            " What is not set there is read from the file that the table names; a relative path starts where the"
            " process does."
        )
    if package.service.needs_all:
        words.append(
            "\nA server does not start while one of them is missing, unless it is told"
            " `--require-variables off`: then it refuses the calls that need it."
        )
    return Code("".join(words))


def secrets(package: Package) -> Iterator[Row]:
    """One row for each environment variable of the credentials."""
    for credential in package.service.credentials:
        roles = roles_of(credential, _ROLES[credential.kind])
        for variable, role in zip(credential.variables, roles, strict=True):
            words = f"upstream {role}"
            words += _in_file(package, variable)
            if credential.description:
                words += f": {credential.description}"
            yield Row(code_span(variable), escaped(words))
    for variable, words in dict(caller_rows(package)).items():
        words += _in_file(package, variable)
        yield Row(code_span(variable), escaped(words))


def _in_file(package: Package, variable: str) -> str:
    found = (
        f", or {key} of {file.path}"
        for file in package.service.files
        for name, key in file.keys
        if name == variable
    )
    return next(found, "")


_ROLES = {
    "bearer": ("bearer token",),
    "apikey": ("API key",),
    "basic": ("user name", "password"),
    "variable": ("part of requests",),
    "oauth2": ("client id", "client secret"),
    "digest": ("user name", "password"),
}


def _environment(package: Package) -> Code:
    """The ``env`` object of the ``mcp.json`` snippets: each secret by reference, never by value."""
    names = [name for c in package.service.credentials for name in c.variables]
    return Code(
        "{"
        + ", ".join(f'"{name}": "${{{name}}}"' for name in dict.fromkeys(names))
        + "}"
    )
