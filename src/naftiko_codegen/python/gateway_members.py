"""Which servers of which packages the gateway joins: all that one door can serve."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, TypeAlias

from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.exposed import McpServer, RestServer
from naftiko_codegen.ir.package import Package
from naftiko_codegen.python.adapters import adapters
from naftiko_codegen.python.naming import PackageNames

Named: TypeAlias = Sequence[tuple[Package, PackageNames]]
Kind: TypeAlias = Literal["rest", "mcp"]


@frozen
class Member:
    """One server: ``package`` as if it had no other of its kind, ``suffix`` what its modules end with."""

    package: Package
    names: PackageNames
    suffix: str

    @property
    def rest(self) -> RestServer:
        """The REST server of a member of that kind."""
        assert self.package.rest  # noqa: S101 - chosen by it
        return self.package.rest

    @property
    def mcp(self) -> McpServer:
        """The MCP server of a member of that kind."""
        assert self.package.mcp  # noqa: S101 - chosen by it
        return self.package.mcp

    def code(self, module: str) -> str:
        """What the gateway's table calls it: its package, and its module when that is not the usual ``module``."""
        name = str(self.names.package)
        return f"{name}:{module}{self.suffix}" if self.suffix else name


LeftOut: TypeAlias = Callable[[str, Member, RestServer | McpServer], None]
"""Told of every server that is not joined, and why: the code of the finding."""


def members(
    packages: Named, kind: Kind, left_out: LeftOut = lambda *_: None
) -> Iterator[Member]:
    """The servers that are joined.

    Not those of MCP that ask something of their callers (N523): a client has one credential for all tools. And no
    further one that answers what another of its package answers (N524).
    """
    for package, names in packages:
        taken: set[str] = set()
        for adapter, suffix in adapters(package, kind):
            server: RestServer | McpServer | None = getattr(adapter, kind)
            if server is None:
                continue
            member = Member(adapter, names, suffix)
            offered = set(_offered(server))
            if isinstance(server, McpServer) and server.callers:
                left_out("N523", member, server)
            elif suffix and not taken.isdisjoint(offered):
                left_out("N524", member, server)
            else:
                taken |= offered
                yield member


def _offered(server: RestServer | McpServer) -> Iterator[str]:
    """What no two servers behind one door may both have."""
    if isinstance(server, McpServer):
        yield from (f"tool {tool.name}" for tool in server.tools)
        yield from (f"prompt {prompt.name}" for prompt in server.prompts)
        yield from (f"resource {resource.uri}" for resource in server.resources)
        return
    for route in server.routes:
        yield f"{route.method} {re.sub(r'{[^{}]*}', '{}', route.path)}"
    yield from (f"forward {forward.path}" for forward in server.forwards)
