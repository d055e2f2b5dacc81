"""The names of the functions in ``flows/``: one for each route and tool whose reply is made anew."""

from __future__ import annotations

from collections.abc import Callable, Collection

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.ir.model import McpServer, Origin, Package, RestServer, Route, Tool
from naftiko_codegen.ir.shape import Shape
from naftiko_codegen.python import names
from naftiko_codegen.python.names import Wanted
from naftiko_codegen.python.text import Code

RESERVED = ("Any", "annotations", "item", "reply", "root", "select", "flows")


def key(unit: Route | Tool) -> str:
    """What a unit is in ``PackageNames.flows``."""
    place = unit.origin.pointer
    if isinstance(unit, Tool):
        return f"mcp {unit.name} {place}"
    return f"rest {unit.method} {unit.path} {place}"


def units(
    package: Package, targets: Collection[str] = ("rest", "mcp")
) -> tuple[Route | Tool, ...]:
    """The routes, then the tools, whose reply is made anew."""
    found: list[Route | Tool] = []
    for server in (package.rest, package.mcp, *package.others):
        if isinstance(server, RestServer) and "rest" in targets:
            found += server.routes
        if isinstance(server, McpServer) and "mcp" in targets:
            found += server.tools
            found += [item.tool for item in server.resources if item.tool]
    return tuple(unit for unit in found if unit.shape)


def flow_names(
    package: Package, locate: Callable[[Origin], Span], diagnostics: Diagnostics
) -> dict[str, Code]:
    """One name for each unit by its ``key``; a route and a tool of one name and one shape share theirs."""
    shared: dict[tuple[str, Shape], list[Route | Tool]] = {}
    for unit in units(package):
        if unit.shape:
            shared.setdefault((_word(unit), unit.shape), []).append(unit)
    wanted = [
        Wanted(_ladder(found[0]), locate(found[0].origin), f"the reply of {word}")
        for (word, _), found in shared.items()
    ]
    assigned = names.assign(wanted, diagnostics, reserved=RESERVED)
    pairs = zip(assigned, shared.values(), strict=True)
    return {key(unit): name for name, found in pairs for unit in found}


def _word(unit: Route | Tool) -> str:
    """What a unit is called; a route without a name by its method and path."""
    if unit.name or isinstance(unit, Tool):
        return unit.name
    return f"{unit.method} {unit.path}"


def _ladder(unit: Route | Tool) -> tuple[str, ...]:
    word = _word(unit)
    if isinstance(unit, Tool):
        found = [word, f"{word} tool"]
    else:
        found = [word, f"{unit.method} {word}", f"{unit.method} {unit.path}"]
    made = [*map(names.snake, found), names.spelled(found[-1])]
    return tuple(dict.fromkeys(made))
