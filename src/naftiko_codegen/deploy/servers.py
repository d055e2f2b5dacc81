"""ir.Package → what is deployed of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from naftiko_codegen.deploy.model import Deployment, Operation, Scrape, Server
from naftiko_codegen.deploy.names import cluster_name
from naftiko_codegen.ir.exposed import Callers, McpServer, RestServer, SkillServer
from naftiko_codegen.ir.model import Credential
from naftiko_codegen.ir.package import Package
from naftiko_codegen.python import gateway_mcp, gateway_rest, requirements
from naftiko_codegen.python.adapters import adapters
from naftiko_codegen.python.callers import caller_rows
from naftiko_codegen.python.flows import scripts
from naftiko_codegen.python.gateway_members import Kind, Named, members
from naftiko_codegen.python.naming import PackageNames

KINDS = ("rest", "mcp", "skill")
"""The servers that are deployed; the control server runs these in one process, and a cluster does so better."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").fullmatch
"""What compose can name; the pages of the package list all others."""
_FIRST_PORT = 8080
_TAKEN = {3000, 9091}
"""Ports of Grafana and Prometheus on the machine that ``compose.yaml`` runs on."""


def of_package(
    package: Package, names: PackageNames, targets: Collection[str]
) -> Deployment | None:
    """What is deployed of ``package``; None when it has no server."""
    kinds = [kind for kind in KINDS if kind in targets and getattr(package, kind)]
    if not kinds:
        return None
    own = str(names.package)
    languages = set(scripts(package, targets).values())
    servers = tuple(_servers(package, own, kinds))
    secrets, others = _variables(package)
    needed = secrets if package.service.needs_all else []
    required = _unique([*needed, *_asked(servers), *_upstream(package, own)])
    return Deployment(
        package=own,
        name=cluster_name(own),
        folders=(own,),
        servers=servers,
        requirements=_sorted(requirements.of_servers(package, kinds)),
        required=required,
        optional=_unique([v for v in (*secrets, *others) if v not in required]),
        programs=("nodejs",) if "javascript" in languages else (),
        memory=2048 if languages else 512,
    )


def of_gateway(own: str, packages: Named, kinds: Collection[str]) -> Deployment:
    """What is deployed of the gateway over ``packages``, which are beside it."""
    token = Scrape(token=f"{own.upper()}_CALLER_TOKEN")
    ports = {"rest": gateway_rest.PORT, "mcp": gateway_mcp.PORT}
    chosen: tuple[Kind, ...] = ("rest", "mcp")
    servers = tuple(
        Server(
            kind,
            cluster_name(own, kind),
            kind,
            (kind,),
            ports[kind],
            token,
            tuple(
                operation
                for member in members(packages, kind)
                for operation in _operations(getattr(member.package, kind))
            ),
        )
        for kind in chosen
        if kind in kinds
    )
    alone = [of_package(package, names, kinds) for package, names in packages]
    found = [it for it in alone if it]
    theirs = {it.variable(end) for it in found for end in ("CALLER_TOKEN", "UPSTREAM")}
    required = [v for it in found for v in it.required if v not in theirs]
    optional = [*(v for it in found for v in it.optional), *_routed(own)]
    return Deployment(
        package=own,
        name=cluster_name(own),
        folders=(own, *(str(names.package) for _, names in packages)),
        servers=servers,
        requirements=_sorted(r for it in found for r in it.requirements),
        required=_unique([*required, *token.variables]),
        optional=_unique([v for v in optional if v not in required]),
        programs=_sorted(p for it in found for p in it.programs),
        memory=max((it.memory for it in found), default=512),
    )


def _routed(own: str) -> tuple[str, ...]:
    return (f"{own.upper()}_UPSTREAM",)


def _upstream(package: Package, own: str) -> tuple[str, ...]:
    """The variable of an upstream that the document does not name."""
    calls = package.service.operations and not package.service.base_url
    return _routed(own) if calls and not package.service.upstreams else ()


def _variables(package: Package) -> tuple[list[str], list[str]]:
    """The secrets that requests need, and variables that may stand in files instead."""
    in_files = {name for file in package.service.files for name, _ in file.keys}
    names = [v for c in package.service.credentials for v in c.variables]
    names += [name for name, _ in caller_rows(package)]
    names = [name for name in names if _VARIABLE(name)]
    return [n for n in names if n not in in_files], [n for n in names if n in in_files]


def _asked(servers: Collection[Server]) -> Iterator[str]:
    """What callers must send, which Prometheus is a caller of."""
    for server in servers:
        yield from server.scrape.variables


def _unique(names: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _sorted(lines: Iterator[str] | Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(set(lines), key=str.lower))


def _servers(package: Package, own: str, kinds: Collection[str]) -> Iterator[Server]:
    taken = set(_TAKEN)
    for kind in KINDS:
        found = list(adapters(package, kind)) if kind in kinds else []  # type: ignore[arg-type]
        for alone, suffix in found:
            server: RestServer | McpServer | SkillServer = getattr(alone, kind)
            key = cluster_name(kind + suffix)
            port = server.port or _FIRST_PORT
            while port in taken:
                port += 1
            taken.add(port)
            named = (f"--adapter={server.name}",) if len(found) > 1 else ()
            yield Server(
                key,
                cluster_name(own, kind + suffix),
                kind,
                (kind, *named),
                port,
                _scrape(server.callers, own),
                tuple(_operations(server)),
            )


def _scrape(callers: Callers | None, own: str) -> Scrape:
    if callers is None:
        return Scrape(token=f"{own.upper()}_CALLER_TOKEN")
    plain = [c for c in callers.credentials if _is_plain(c)]
    if callers.kind == "bearer" and len(plain) == 1 and len(plain[0].variables) == 1:
        return Scrape(token=plain[0].variables[0])
    if callers.kind == "basic" and len(plain) == 1 and len(plain[0].variables) == 2:
        return Scrape(user=plain[0].variables[0], password=plain[0].variables[1])
    return Scrape()


def _is_plain(credential: Credential) -> bool:
    """Whether the variables are the whole of what is sent."""
    return not (credential.prefix or credential.suffix or any(credential.between))


def _operations(
    server: RestServer | McpServer | SkillServer,
) -> Iterator[Operation]:
    """The operations under the labels that ``templates/`` counts them under."""
    if isinstance(server, RestServer):
        for route in server.routes:
            label = f"{route.method} {route.path}"
            yield Operation(label, route.summary or route.description)
    elif isinstance(server, McpServer):
        for tool in server.tools:
            label = tool.name.encode("unicode_escape").decode("ascii")
            yield Operation(f"tools/call {label}", tool.title or tool.description)
