"""The MCP adapters of all packages of a run → the gateway's one MCP server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.exposed import McpServer
from naftiko_codegen.ir.model import Origin
from naftiko_codegen.python.gateway_members import Member, Named, members
from naftiko_codegen.python.layout import call, string, tuple_of
from naftiko_codegen.python.library import has_library
from naftiko_codegen.python.naming import Locate
from naftiko_codegen.python.text import Code, SpecText

PORT = 9090
JOINED = "joined"
"""The folder of ``templates/`` that a gateway over resources or prompts gets a copy of."""


def offering(packages: Named) -> bool:
    """Whether an MCP server that is joined offers anything besides tools."""
    return any(has_library(member.mcp) for member in members(packages, "mcp"))


@frozen
class GatewayServerModule:
    """``gateway/mcp/server.py``: the packages it joins."""

    template: ClassVar[str] = "gateway/mcp_server.py.jinja"
    path: Code
    doc: SpecText
    members: Code
    identity: Code
    adapters: bool
    libraries: Code


def plan(
    packages: Named,
    locate: Locate,
    diagnostics: Diagnostics,
) -> Iterator[GatewayServerModule]:
    """The gateway's server module, if any package has tools. Two tools of one name are an error."""
    joined = list(members(packages, "mcp"))
    if not joined:
        return
    _check_names(joined, locate, diagnostics)
    shelves = [m.code("server") for m in joined if has_library(m.mcp)]
    titles = dict.fromkeys(member.package.title for member in joined)
    title = f"The tools of {', '.join(titles)}."
    arguments = ['"gateway"', 'title="Gateway"', f"instructions={string(title)}"]
    yield GatewayServerModule(
        Code("gateway/mcp/server.py"),
        SpecText("The MCP server of all packages."),
        tuple_of([string(m.code("server")) for m in joined], before=len("MEMBERS = ")),
        call("Identity", arguments, before=len("IDENTITY = ")),
        any(m.suffix for m in joined),
        (
            tuple_of([string(name) for name in shelves], before=len("LIBRARIES = "))
            if shelves
            else Code("")
        ),
    )


def _check_names(
    joined: Sequence[Member],
    locate: Locate,
    diagnostics: Diagnostics,
) -> None:
    """Report every tool, prompt and resource whose name or address another package has taken."""
    seen: dict[tuple[str, str], tuple[Origin, Code]] = {}
    for member in joined:
        package = member.names.package
        for what, name, origin in _named(member.mcp):
            other, owner = seen.setdefault((what, name), (origin, package))
            if owner != package:
                diagnostics.error(
                    "N521",
                    f"the gateway would have two {what}s named {name}: of {owner} and of {package}",
                    locate(origin),
                    (
                        f"name it {package}-{name}, for instance"
                        if what != "resource"
                        else ""
                    ),
                    (locate(other), f"the {what} of {owner}"),
                )


def _named(server: McpServer) -> Iterator[tuple[str, str, Origin]]:
    """What no two packages may both have: its kind, its name, its place."""
    yield from (("tool", tool.name, tool.origin) for tool in server.tools)
    yield from (("prompt", prompt.name, prompt.origin) for prompt in server.prompts)
    for resource in server.resources:
        yield "resource", resource.uri, resource.origin
