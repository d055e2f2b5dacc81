"""ir.Package → the views of every file of its output package, target by target."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.ir.exposed import McpServer
from naftiko_codegen.ir.package import Package
from naftiko_codegen.python import (
    callers,
    flows,
    forward,
    models,
    operations,
    paging,
    servers,
    streams,
    webhooks,
)
from naftiko_codegen.python import package as top
from naftiko_codegen.python.adapters import KINDS
from naftiko_codegen.python.flow_names import units as flow_units
from naftiko_codegen.python.naming import Locate, PackageNames
from naftiko_codegen.render.files import File
from naftiko_codegen.render.renderer import View

DEPLOY = "deploy"


def plan_package(
    package: Package,
    names: PackageNames,
    targets: Collection[str],
    locate: Locate,
    diagnostics: Diagnostics,
) -> Iterator[View | File]:
    """Views to render, and data files that need no template, in no particular order."""
    yield from operations.plan(package, names)
    yield from models.plan(package, names, locate, diagnostics)
    yield from webhooks.plan(package, names, locate, diagnostics)
    yield from top.plan(package, names, targets)
    yield from flows.plan(package, names, targets)
    if "client" in targets:
        from naftiko_codegen.python import client

        yield from client.plan(package, names, locate, diagnostics)
    if "rest" in targets and package.rest:
        from naftiko_codegen.python import rest

        yield from rest.plan(package, names, locate, diagnostics)
    if "mcp" in targets and package.mcp:
        from naftiko_codegen.python import library, mcp

        yield from mcp.plan(package, names, locate, diagnostics)
        yield from library.plan(package, names, locate, diagnostics)
    if "skill" in targets and package.skill:
        from naftiko_codegen.python import skills

        yield from skills.plan(package, names)
    if "control" in targets and package.control:
        from naftiko_codegen.python import control

        yield from control.plan(package, names, targets)
    if DEPLOY in targets:
        from naftiko_codegen.deploy.plan import plan_package as deployed

        yield from deployed(package, names, targets)


def runtime_folders(package: Package, targets: Collection[str]) -> tuple[str, ...]:
    """The folders of ``templates/`` whose plain Python files are copied into the package."""
    served = [kind for kind in KINDS if kind in targets and getattr(package, kind)]
    has_library = "mcp" in served and _has_library(package)
    return (
        "_runtime",
        *([operations.FOLDER] if operations.reading(package) else []),
        *(["variables"] if package.service.files else []),
        *(["client"] if "client" in targets else []),
        *([servers.FOLDER] if package.service.servers else []),
        *([webhooks.FOLDER] if package.service.hooks else []),
        *([paging.FOLDER] if "client" in targets and paging.paged(package) else []),
        *([streams.FOLDER] if "client" in targets and streams.streams(package) else []),
        *(["server", callers.FOLDER] if served else []),
        *([flows.FOLDER] if flow_units(package, targets) else []),
        *(["scripts"] if flows.has_scripts(package, targets) else []),
        *(["web"] if served and served != ["mcp"] else []),
        *([forward.FOLDER] if "rest" in served and forward.forwarding(package) else []),
        *served,
        *(["library"] if has_library else []),
        *(["files"] if has_library or "skill" in served else []),
    )


def _has_library(package: Package) -> bool:
    """Whether an MCP server of ``package`` offers anything besides tools."""
    servers = [s for s in (package.mcp, *package.others) if isinstance(s, McpServer)]
    return any(server.resources or server.prompts for server in servers)
