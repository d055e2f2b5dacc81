"""The names of the functions in ``flows/``: one for each route and tool whose reply is made anew."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.ir.exposed import McpServer, RestServer, Route, Tool
from naftiko_codegen.ir.model import Origin
from naftiko_codegen.ir.package import Package
from naftiko_codegen.python import names
from naftiko_codegen.python.names import Wanted
from naftiko_codegen.python.text import Code

RESERVED = (
    *("Any", "Caller", "annotations", "call", "inputs", "item", "operations", "reply"),
    *(
        "root",
        "select",
        "NOTHING",
        "composed",
        "declared",
        "lookup",
        "part",
        "script",
        "EACH",
    ),
    *("Below", "Either", "Slice", "Where", "all_of", "any_of", "at", "cut", "each"),
    *("exists", "first", "length", "less", "listed", "members", "no", "one", "only"),
    *("pick", "same", "size", "text", "matches", "contains"),
)
"""Names of the module itself, and of the functions it uses."""


def key(unit: Route | Tool) -> str:
    """What a unit is in ``PackageNames.flows``: those of one name that do the same share a function."""
    return f"{_word(unit)} {bool(unit.operation)} {unit.shape!r} {unit.flow!r}"


def computing(unit: Route | Tool) -> str:
    """What the function of the values computed for ``unit`` is in ``PackageNames.flows``."""
    return f"{_word(unit)} values {unit.computed!r}"


def units(
    package: Package, targets: Collection[str] = ("rest", "mcp")
) -> tuple[Route | Tool, ...]:
    """The routes and tools of all servers that need a function: for their reply, or for values of the operation."""
    found: list[Route | Tool] = []
    for server in (package.rest, package.mcp, *package.others):
        if isinstance(server, RestServer) and "rest" in targets:
            found += server.routes
        elif isinstance(server, McpServer) and "mcp" in targets:
            found += server.tools
            found += [item.tool for item in server.resources if item.tool]
    return tuple(unit for unit in found if unit.shape or unit.flow or unit.computed)


def flow_names(
    package: Package, locate: Callable[[Origin], Span], diagnostics: Diagnostics
) -> dict[str, Code]:
    """One name for each function by its ``key``."""
    shared: dict[str, Route | Tool] = {}
    values: dict[str, Route | Tool] = {}
    for unit in units(package):
        if unit.shape or unit.flow:
            shared.setdefault(key(unit), unit)
        if unit.computed:
            values.setdefault(computing(unit), unit)
    wanted = [
        Wanted(
            _ladder(unit), partial(locate, unit.origin), f"the reply of {_word(unit)}"
        )
        for unit in shared.values()
    ]
    wanted += [
        Wanted(
            tuple(f"{name}_values" for name in _ladder(unit)),
            partial(locate, unit.origin),
            f"the values of {_word(unit)}",
        )
        for unit in values.values()
    ]
    assigned = names.assign(wanted, diagnostics, reserved=RESERVED)
    return dict(zip((*shared, *values), assigned, strict=True))


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
