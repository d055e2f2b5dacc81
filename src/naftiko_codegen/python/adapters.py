"""Several servers of one kind in one package: the first has the plain module names, others are asked for by name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal, TypeAlias

from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.exposed import Control, McpServer, RestServer, SkillServer
from naftiko_codegen.ir.package import Package
from naftiko_codegen.python.layout import STEP, call, string, tuple_of
from naftiko_codegen.python.names import snake
from naftiko_codegen.python.text import Code

Kind: TypeAlias = Literal["rest", "mcp", "skill", "control"]
KINDS: tuple[Kind, ...] = ("rest", "mcp", "skill", "control")
MODULES = {"rest": "rest.app", "mcp": "mcp.server", "skill": "skill.app"}
"""The module of each server over HTTP, in its package."""


def adapters(package: Package, kind: Kind) -> Iterator[tuple[Package, str]]:
    """``package`` once for each of its servers of ``kind``, as if it had no other, and what file names end with."""
    first: RestServer | McpServer | SkillServer | Control | None
    first = getattr(package, kind)
    if first is None:
        return
    yield package, ""
    wanted = type(first)
    suffixes = _suffixes(package)
    for server in package.others:
        if isinstance(server, wanted):
            yield changed(package, **{kind: server}), suffixes[server.name]


def adapters_code(package: Package, served: Collection[str]) -> Code:
    """The table of ``__main__.py`` of all servers of the kinds that have several; empty when there is one of each."""
    items: list[str] = []
    for kind in KINDS:
        found = list(adapters(package, kind)) if kind in served else []
        if len(found) > 1:
            items += [_adapter(kind, getattr(p, kind), suffix) for p, suffix in found]
    return tuple_of(items, before=len("ADAPTERS = ")) if items else Code("")


def _adapter(
    kind: str, server: RestServer | McpServer | SkillServer, suffix: str
) -> Code:
    module = f"{MODULES[kind]}{suffix}"
    arguments: list[str] = [string(kind), string(server.name), string(module)]
    arguments.append(str(server.port))
    if isinstance(server, McpServer) and server.transport == "stdio":
        arguments.append('"stdio"')
    return call("Adapter", arguments, indent=STEP, after=1)


def _suffixes(package: Package) -> dict[str, str]:
    """What the file names of each further server end with, by its name; equal ones are told apart by a number."""
    taken: dict[str, str] = {}
    for server in package.others:
        wanted = f"_{snake(server.name)}"
        number = 2
        made = wanted
        while made in taken.values():
            made, number = f"{wanted}_{number}", number + 1
        taken[server.name] = made
    return taken
