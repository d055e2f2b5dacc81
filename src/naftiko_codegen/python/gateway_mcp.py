"""The MCP adapters of all packages of a run → the gateway's one MCP server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.model import Tool
from naftiko_codegen.python.gateway_members import Member, Named, members
from naftiko_codegen.python.layout import call, string, tuple_of
from naftiko_codegen.python.naming import Locate
from naftiko_codegen.python.text import Code, SpecText

PORT = 9090


@frozen
class GatewayServerModule:
    """``gateway/mcp/server.py``: the packages it joins."""

    template: ClassVar[str] = "gateway/mcp_server.py.jinja"
    path: Code
    doc: SpecText
    members: Code
    identity: Code
    adapters: bool


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
    titles = dict.fromkeys(member.package.title for member in joined)
    title = f"The tools of {', '.join(titles)}."
    arguments = ['"gateway"', 'title="Gateway"', f"instructions={string(title)}"]
    yield GatewayServerModule(
        Code("gateway/mcp/server.py"),
        SpecText("The MCP server of all packages."),
        tuple_of([string(m.code("server")) for m in joined], before=len("MEMBERS = ")),
        call("Identity", arguments, before=len("IDENTITY = ")),
        any(m.suffix for m in joined),
    )


def _check_names(
    joined: Sequence[Member],
    locate: Locate,
    diagnostics: Diagnostics,
) -> None:
    """Report every tool whose name another package has taken."""
    seen: dict[str, tuple[Tool, Code]] = {}
    for member in joined:
        names = member.names
        for tool in member.mcp.tools:
            other, owner = seen.setdefault(tool.name, (tool, names.package))
            if owner != names.package:
                diagnostics.error(
                    "N521",
                    f"the gateway would have two tools named {tool.name}: of {owner} and of {names.package}",
                    locate(tool.origin),
                    f"name it {names.package}-{tool.name}, for instance",
                    (locate(other.origin), f"the tool of {owner}"),
                )
