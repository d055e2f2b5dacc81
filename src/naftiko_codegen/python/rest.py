"""The REST server of a package → the plan of ``rest/app.py`` and the bytes of ``rest/openapi.json``."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import ClassVar

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.exposed import Argument, RestServer, Route
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.rest_document import openapi_document
from naftiko_codegen.python.adapters import adapters
from naftiko_codegen.python.callers import callers_code, callers_imports
from naftiko_codegen.python.flow_names import computing, key
from naftiko_codegen.python.forward import forward_definitions, forward_imports
from naftiko_codegen.python.layout import (
    STEP,
    bracketed,
    call,
    literal,
    string,
    tuple_of,
)
from naftiko_codegen.python.naming import Locate, PackageNames
from naftiko_codegen.python.text import Code, SpecText
from naftiko_codegen.render.files import File

_TAKEN = frozenset(
    {"application", "build", "flows", "serve", "serve_application", "operations"}
)
"""Names of ``app.py`` itself that a module of operations may have too."""


@frozen
class AppModule:
    """``rest/app.py``: the table of routes, and the functions that build and serve it."""

    template: ClassVar[str] = "rest/app.py.jinja"
    path: Code
    doc: SpecText
    package: Code
    imports: tuple[Code, ...]
    uses: Code
    routes: Code
    definitions: tuple[Code, ...]
    callers: Code
    document: Code
    application: Code


def plan(
    package: Package, names: PackageNames, locate: Locate, diagnostics: Diagnostics
) -> Iterator[AppModule | File]:
    """The files of the REST servers that are not the same in every package."""
    for adapter, suffix in adapters(package, "rest"):
        yield from _plan(adapter, names, suffix, locate, diagnostics)


def _plan(
    package: Package,
    names: PackageNames,
    suffix: str,
    locate: Locate,
    diagnostics: Diagnostics,
) -> Iterator[AppModule | File]:
    """The files of one REST server, whose names end with ``suffix``."""
    server = package.rest
    if server is None:
        return
    yield AppModule(
        Code(f"{names.package}/rest/app{suffix}.py"),
        SpecText(f"The routes of the REST server of {package.title}."),
        string(names.package),
        _sorted(
            *_imports(server, names),
            *callers_imports(server.callers),
            *forward_imports(server),
        ),
        _uses(server),
        _table(server, names),
        tuple(forward_definitions(package, server, locate, diagnostics)),
        callers_code(server.callers),
        string(f"openapi{suffix}.json") if suffix else Code(""),
        _application(server, suffix),
    )
    document = json.dumps(openapi_document(package), indent=2)
    yield File(
        f"{names.package}/rest/openapi{suffix}.json", f"{document}\n".encode("ascii")
    )


def _sorted(*lines: Code) -> tuple[Code, ...]:
    """Import lines in isort's order; two of one module are joined."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        module, _, named = line.partition(" import ")
        if "(" in named:
            found[line] = set()
        else:
            found[module] |= set(named.split(", "))
    made = (
        f"{module} import {', '.join(sorted(named))}" if named else module
        for module, named in found.items()
    )
    return tuple(Code(line) for line in sorted(made))


def _uses(server: RestServer) -> Code:
    """What the table of routes is written in; empty without any."""
    if any(route.arguments for route in server.routes):
        return Code("Input, Route")
    return Code("Route" if server.routes or not server.forwards else "")


def _application(server: RestServer, suffix: str) -> Code:
    """The call that makes the application."""
    arguments = ["SERVICE", "ROUTES", "settings"]
    arguments += ["callers()"] if server.callers else []
    if suffix:
        arguments.append("DOCUMENT" if server.callers else "document=DOCUMENT")
    arguments += ["more=FORWARDS"] if server.forwards else []
    before = STEP + len("return ")
    return call("application", arguments, indent=STEP, before=before)


def _module(route: Route, names: PackageNames) -> Code:
    """The constant of the upstream operation of ``route``, as ``app.py`` writes it."""
    if not route.operation:
        return Code("None")
    name = names.operations[route.operation]
    parent, _, module = name.module.rpartition(".")
    return Code(f"{_local(parent, module)}.{name.constant}")


def _local(parent: str, module: str) -> str:
    """What a module of operations is called in ``app.py``."""
    return f"{module}_" if parent and module in _TAKEN else module


def _imports(server: RestServer, names: PackageNames) -> Iterator[Code]:
    """Import lines of the modules of operations, as isort sorts them."""
    below = defaultdict(set)
    for route in server.routes:
        if route.operation:
            name = names.operations[route.operation]
            parent, _, module = name.module.rpartition(".")
            below[parent].add(module)
        if route.shape or route.flow or route.computed:
            below[""].add(Code("flows"))
    for parent in sorted(below):
        items = [
            module if _local(parent, module) == module else f"{module} as {module}_"
            for module in sorted(below[parent])
        ]
        line = f"from ..{parent} import "
        if len(line) + len(", ".join(items)) <= 88:
            yield Code(line + ", ".join(items))
        else:
            yield Code(bracketed(f"{line}(", items, ")"))


def _table(server: RestServer, names: PackageNames) -> Code:
    """The tuple of routes, one ``Route`` call each, in the author's order."""
    if not server.routes:
        return Code("()")
    made = [_route(route, names) for route in server.routes]
    if len(made) == 1:
        return tuple_of(made, before=len("ROUTES = "))
    lines = "".join(f"{' ' * STEP}{route},\n" for route in made)
    return Code(f"(\n{lines})")


def _route(route: Route, names: PackageNames) -> Code:
    operation = _module(route, names)
    arguments: list[str] = [string(route.method), string(route.path), operation]
    arguments += [_input(argument) for argument in route.arguments]
    if route.shape or route.flow:
        word = "flow" if route.flow else "shape"
        arguments.append(f"{word}=flows.{names.flows[key(route)]}")
    if route.operation and route.shape and route.shape.sees_inputs:
        arguments.append("sees_inputs=True")
    if route.computed:
        arguments.append(f"computed=flows.{names.flows[computing(route)]}")
    if route.operation and route.largest:
        arguments.append(f"largest={route.largest}")
    return call("Route", arguments, indent=STEP, after=1)


def _input(argument: Argument) -> Code:
    """One ``Input`` call; keyword arguments that have their default are left out."""
    arguments: list[str] = [string(argument.name), string(argument.place)]
    if argument.target:
        arguments.append(f"target={string(argument.target)}")
    if argument.field:
        arguments.append(f"field={string(argument.field)}")
    if argument.pointer:
        keys = literal(tuple(argument.pointer), indent=3 * STEP, before=3 * STEP + 9)
        arguments.append(f"pointer={keys}")
    if argument.required:
        arguments.append("required=True")
    if argument.multi_segment:
        arguments.append("multi=True")
    if argument.media_type:
        arguments.append("media_type=True")
    if argument.constant is not ...:
        start = 3 * STEP + len("constant=")
        value = literal(argument.constant, indent=3 * STEP, before=start, after=1)
        arguments.append(f"constant={value}")
    return call("Input", arguments, indent=2 * STEP, after=1)
