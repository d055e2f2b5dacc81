"""All packages of a run → the ``gateway`` package: one REST application and one MCP server over all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import ClassVar

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.exposed import McpServer, RestServer
from naftiko_codegen.ir.package import Package
from naftiko_codegen.python import gateway_mcp, gateway_rest
from naftiko_codegen.python.callers import FOLDER as CALLERS
from naftiko_codegen.python.gateway_members import Kind, Member, Named, members
from naftiko_codegen.python.layout import bracketed, literal, tuple_of
from naftiko_codegen.python.markdown import Row, code_span, escaped
from naftiko_codegen.python.naming import Locate, PackageNames
from naftiko_codegen.python.package import secrets
from naftiko_codegen.python.settings import Metric, Setting, metrics, settings
from naftiko_codegen.python.text import Code
from naftiko_codegen.render.files import File
from naftiko_codegen.render.renderer import View

NAME = "gateway"


@frozen
class GatewayInit:
    """``gateway/__init__.py``: words only."""

    template: ClassVar[str] = "gateway/__init__.py.jinja"
    path: Code


@frozen
class GatewayMain:
    """``gateway/__main__.py``: ``python -m gateway rest|mcp``."""

    template: ClassVar[str] = "gateway/__main__.py.jinja"
    path: Code
    members: Code
    call: Code


@frozen
class GatewayReadme:
    """``gateway/README.md``; ports are 0 for servers that are not built."""

    template: ClassVar[str] = "gateway/README.md.jinja"
    path: Code
    members: tuple[Row, ...]
    first: Code
    rest_port: int
    mcp_port: int
    settings: tuple[Setting, ...]
    metrics: tuple[Metric, ...]
    secrets: tuple[Row, ...]
    deployed: Code
    image: Code


_REASONS = {
    "N523": "asks callers for a credential, and a client has one for all tools: left out of the gateway",
    "N524": "answers what another one of its package answers: left out of the gateway",
}


def joinable(
    packages: Named, locate: Locate, diagnostics: Diagnostics
) -> list[tuple[Package, PackageNames]]:
    """The packages with a server that the gateway joins (N523, N524: servers that it does not)."""

    def left_out(code: str, member: Member, server: RestServer | McpServer) -> None:
        kind = "rest" if isinstance(server, RestServer) else "mcp"
        origin = (
            server.callers.origin
            if code == "N523" and server.callers
            else server.origin
        )
        name = member.names.package
        words = f"the {kind} server {server.name} of {name} {_REASONS[code]}"
        other = f" --adapter {server.name}" if member.suffix else ""
        hint = f"serve it by itself: python -m {name} {kind}{other}"
        diagnostics.warning(code, words, locate(origin), hint)

    found = {
        member.names.package
        for kind in KINDS
        for member in members(packages, kind, left_out)
    }
    for package, names in packages:
        if package.skill:
            diagnostics.warning(
                "N524",
                f"the skills of {names.package} are not in the gateway, which has routes and tools",
                locate(package.skill.origin),
                f"serve them by themselves: python -m {names.package} skill",
            )
    return [
        (package, names)
        for package, names in packages
        if names.package in found or not (package.rest or package.mcp)
    ]


KINDS: tuple[Kind, ...] = ("rest", "mcp")


def served(packages: Named, targets: Collection[str]) -> tuple[str, ...]:
    """Which servers the gateway has: those that are built, and that at least one package has."""
    return tuple(
        kind
        for kind in KINDS
        if kind in targets and next(members(packages, kind), None) is not None
    )


def runtime_folders(servers: Collection[str], packages: Named = ()) -> tuple[str, ...]:
    """The folders of ``templates/`` whose plain files are copied into the gateway."""
    if not servers:
        return ()
    web = ["web"] if "rest" in servers else []
    web += (
        [gateway_mcp.JOINED]
        if "mcp" in servers and gateway_mcp.offering(packages)
        else []
    )
    web += (
        [gateway_rest.DOORS]
        if "rest" in servers and gateway_rest.guarded(packages)
        else []
    )
    return ("_runtime", "server", CALLERS, *web, *servers)


def plan(
    packages: Named,
    servers: Collection[str],
    targets: Collection[str],
    locate: Locate,
    diagnostics: Diagnostics,
) -> Iterator[View | File]:
    """The files of the gateway; a route or tool that two packages have is an error."""
    members = [names.package for _, names in packages]
    yield GatewayInit(Code(f"{NAME}/__init__.py"))
    names = [
        f"{members[index]}.{name}"
        for index, (package, _) in enumerate(packages)
        for name, _ in package.service.upstreams
    ]
    yield _main([*members, *names], servers)
    yield _readme(packages, servers, "deploy" in targets)
    yield File(f"{NAME}/py.typed", b"")
    if "rest" in servers:
        yield from gateway_rest.plan(packages, locate, diagnostics)
    if "mcp" in servers:
        yield from gateway_mcp.plan(packages, locate, diagnostics)
    if "deploy" in targets:
        from naftiko_codegen.deploy.plan import plan_gateway

        yield from plan_gateway(NAME, packages, servers)


def _main(members: Sequence[str], servers: Collection[str]) -> GatewayMain:
    ports = {"rest": gateway_rest.PORT, "mcp": gateway_mcp.PORT}
    arguments = [f'"{NAME}"', 'Service("all packages", "")']
    arguments += [f"{server}_port={ports[server]}" for server in servers]
    arguments.append("members=MEMBERS")
    return GatewayMain(
        Code(f"{NAME}/__main__.py"),
        tuple_of([literal(m) for m in members], before=len("MEMBERS = ")),
        bracketed("main(", arguments, ")", indent=4, before=len("    status = ")),
    )


def _readme(packages: Named, servers: Collection[str], deployed: bool) -> GatewayReadme:
    rows = [Row(code_span(names.package), escaped(p.title)) for p, names in packages]
    return GatewayReadme(
        Code(f"{NAME}/README.md"),
        tuple(rows),
        packages[0][1].package,
        gateway_rest.PORT if "rest" in servers else 0,
        gateway_mcp.PORT if "mcp" in servers else 0,
        settings(NAME, servers, is_gateway=True),
        metrics(),
        _secrets(packages),
        Code(NAME if deployed else ""),
        Code(NAME),
    )


def _secrets(packages: Named) -> tuple[Row, ...]:
    """The credentials of all packages; of one variable in several, the row that says most."""
    found: dict[str, Row] = {}
    for package, _ in packages:
        for row in secrets(package):
            known = found.setdefault(row.name, row)
            if len(row.meaning) > len(known.meaning):
                found[row.name] = row
    return tuple(found.values())
