"""``from`` and ``call`` of a skill's tool → the tool or route of this document that it stands for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import did_you_mean, quote
from naftiko_codegen.frozen import frozen
from naftiko_codegen.parse.capability_view import (
    CapabilityView,
    Server,
    SkillTool,
    Unit,
)


@frozen
class Source:
    """The ``action`` (tool or operation) of the adapter ``namespace`` of kind ``mode``, and what it says of itself."""

    namespace: str
    action: str
    mode: str
    description: str = ""


class Sources:
    """What the tools of skills may stand for: the tools and routes of the other adapters of ``view``."""

    def __init__(self, view: CapabilityView) -> None:
        self._consumed = [*(api.namespace for api in view.consumed), *view.imported]
        self._servers = [s for s in view.servers if s.kind != "skill" and s.namespace]
        self._servers.sort(key=lambda server: server.kind)

    def source(self, tool: SkillTool, report: Report) -> Source | None:
        """What ``tool`` stands for; ``None`` for an instruction, or after an error.

        N320 for an adapter that is not there or a call that nothing exposes, N321 for an action it does not have.
        """
        if tool.call:
            return self._exposing(tool, report)
        if not tool.namespace or not tool.action:
            return None
        named = [s for s in self._servers if s.namespace == tool.namespace]
        if not named:
            self._unknown(tool, report)
            return None
        for server in named:
            for unit in server.units:
                if unit.name == tool.action:
                    return _source(server, unit)
        words = f"{quote(tool.namespace)} has no {_noun(named)} {quote(tool.action)}"
        hint = did_you_mean(tool.action, _actions(named))
        pointer = (*tool.pointer, "from", "action")
        report.warning("N321", words, pointer, hint, strict=True)
        return Source(tool.namespace, tool.action, named[0].kind)

    def _exposing(self, tool: SkillTool, report: Report) -> Source | None:
        """The tool, else the route, that calls the same; one of the same name before others."""
        found = [
            (unit.name != tool.name, index, server, unit)
            for index, server in enumerate(self._servers)
            for unit in server.units
            if unit.call == tool.call and unit.name
        ]
        if not found:
            words = f"no tool and no route of this document calls {quote(tool.call)}"
            hint = "a skill names what an adapter exposes: expose it, or leave it out"
            report.error("N320", words, (*tool.pointer, "call"), hint)
            return None
        _, _, server, unit = min(found, key=lambda item: item[:2])
        return _source(server, unit)

    def _unknown(self, tool: SkillTool, report: Report) -> None:
        known = dict.fromkeys(server.namespace for server in self._servers)
        words = f"`sourceNamespace` {quote(tool.namespace)} is no REST or MCP adapter of this document"
        if tool.namespace in self._consumed:
            hint = "it is a consumed API: name the adapter that exposes it"
        else:
            hint = did_you_mean(tool.namespace, known) or (
                f"there are {', '.join(map(quote, known))}" if known else ""
            )
        pointer = (*tool.pointer, "from", "sourceNamespace")
        report.error("N320", words, pointer, hint)


def _source(server: Server, unit: Unit) -> Source:
    return Source(server.namespace, unit.name, server.kind, unit.description)


def _actions(servers: Sequence[Server]) -> list[str]:
    return [unit.name for server in servers for unit in server.units if unit.name]


def _noun(servers: Sequence[Server]) -> str:
    kinds: Iterator[str] = (
        "tool" if server.kind == "mcp" else "operation" for server in servers
    )
    return " and no ".join(dict.fromkeys(kinds))
