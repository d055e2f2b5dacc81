"""The REST adapters of all packages of a run → the gateway's one REST application and its OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.exposed import Forward, Route
from naftiko_codegen.ir.rest_document import openapi_document
from naftiko_codegen.ir.rest_join import joined_document
from naftiko_codegen.python.gateway_members import Member, Named, members
from naftiko_codegen.python.layout import string, tuple_of
from naftiko_codegen.python.naming import Locate
from naftiko_codegen.python.text import Code, SpecText
from naftiko_codegen.render.files import File

PORT = 8080

DOORS = "doors"
"""The folder of ``templates/`` that a gateway over servers that ask callers gets a copy of."""


def guarded(packages: Named) -> bool:
    """Whether a REST server that is joined asks something of its callers."""
    return any(member.rest.callers for member in members(packages, "rest"))


@frozen
class GatewayAppModule:
    """``gateway/rest/app.py``: the packages it joins."""

    template: ClassVar[str] = "gateway/rest_app.py.jinja"
    path: Code
    doc: SpecText
    members: Code
    adapters: bool
    doors: bool


def plan(
    packages: Named, locate: Locate, diagnostics: Diagnostics
) -> Iterator[GatewayAppModule | File]:
    """The gateway's application and document, if any package has routes. Two equal routes are an error."""
    joined = list(members(packages, "rest"))
    if not joined:
        return
    _check_routes(joined, locate, diagnostics)
    _check_forwards(joined, locate, diagnostics)
    yield GatewayAppModule(
        Code("gateway/rest/app.py"),
        SpecText("The REST server of all packages."),
        tuple_of([string(m.code("app")) for m in joined], before=len("MEMBERS = ")),
        any(m.suffix for m in joined),
        guarded(packages),
    )
    document = joined_document(
        [(f"{m.names.package}{m.suffix}", openapi_document(m.package)) for m in joined]
    )
    text = json.dumps(document, indent=2)
    yield File("gateway/rest/openapi.json", f"{text}\n".encode("ascii"))


def _check_routes(
    joined: Sequence[Member], locate: Locate, diagnostics: Diagnostics
) -> None:
    """Report every route that answers what a route of another package answers."""
    seen: dict[tuple[str, str], tuple[Route, Code]] = {}
    for member in joined:
        names = member.names
        for route in member.rest.routes:
            shape = re.sub(r"\{[^{}]*\}", "{}", route.path)
            key = route.method, shape
            other, owner = seen.setdefault(key, (route, names.package))
            if owner != names.package:
                diagnostics.error(
                    "N522",
                    f"the gateway would have two routes {route.method} {route.path}: "
                    f"of {owner} and of {names.package}",
                    locate(route.origin),
                    f"put a prefix before one of them: /{names.package}{route.path}",
                    (locate(other.origin), f"the route of {owner}"),
                )


def _check_forwards(
    joined: Sequence[Member], locate: Locate, diagnostics: Diagnostics
) -> None:
    """Report every path below which two packages pass requests on."""
    seen: dict[str, tuple[Forward, Code]] = {}
    for member in joined:
        names = member.names
        for forward in member.rest.forwards:
            other, owner = seen.setdefault(forward.path, (forward, names.package))
            if owner != names.package:
                diagnostics.error(
                    "N522",
                    f"the gateway would pass on what comes at {forward.path or '/'} "
                    f"for two packages: {owner} and {names.package}",
                    locate(forward.origin),
                    f"put a prefix before one of them: /{names.package}{forward.path}",
                    (locate(other.origin), f"the resource of {owner}"),
                )
