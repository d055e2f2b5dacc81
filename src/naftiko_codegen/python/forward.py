"""Forwarding resources → the constants of ``rest/app.py`` and the table of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.ir.exposed import Forward, RestServer
from naftiko_codegen.ir.package import Package
from naftiko_codegen.python import names as naming
from naftiko_codegen.python.layout import STEP, call, literal, string
from naftiko_codegen.python.names import Wanted
from naftiko_codegen.python.naming import Locate
from naftiko_codegen.python.operations import operation_code
from naftiko_codegen.python.text import Code

FOLDER = "forward"
"""The folder of ``templates/`` that a package with such a resource gets a copy of."""


def forwarding(package: Package) -> bool:
    """Whether a REST server of ``package`` passes requests on."""
    servers = (package.rest, *package.others)
    return any(isinstance(s, RestServer) and s.forwards for s in servers)


def forward_imports(server: RestServer) -> Iterator[Code]:
    """The lines that ``forward_definitions`` need."""
    if not server.forwards:
        return
    used = any(f.operation.parameters for f in server.forwards)
    names = "Operation, Parameter" if used else "Operation"
    yield Code(f"from .._runtime.operation import {names}")
    yield Code(f"from ..{FOLDER}.endpoint import Forward, Forwards")


def forward_definitions(
    package: Package, server: RestServer, locate: Locate, diagnostics: Diagnostics
) -> Iterator[Code]:
    """What is sent with every request to each target, and ``FORWARDS``."""
    if not server.forwards:
        return
    constants = naming.assign(
        [_wanted(f, locate) for f in server.forwards], diagnostics
    )
    base_url = package.service.base_url
    for forward, constant in zip(server.forwards, constants, strict=True):
        text = operation_code(forward.operation, constant, base_url)
        yield Code(f"{constant} = {text}")
    items = [_forward(f, c) for f, c in zip(server.forwards, constants, strict=True)]
    table = call("Forwards", items, before=len("FORWARDS = "))
    yield Code(f"FORWARDS = {table}")


def _wanted(forward: Forward, locate: Locate) -> Wanted:
    path = forward.path or "/"
    ladder = (naming.constant(f"to {path}"), naming.spelled(f"to {path}").upper())
    what = f"what is forwarded at {path}"
    return Wanted(tuple(dict.fromkeys(ladder)), partial(locate, forward.origin), what)


def _forward(forward: Forward, constant: str) -> Code:
    """One ``Forward`` call."""
    arguments: list[str] = [string(forward.path), constant]
    for name in ("trusted", "withheld"):
        if value := getattr(forward, name):
            before = 2 * STEP + len(name) + 1
            text = literal(value, indent=2 * STEP, before=before, after=1)
            arguments.append(f"{name}={text}")
    return call("Forward", arguments, indent=STEP, after=1)
