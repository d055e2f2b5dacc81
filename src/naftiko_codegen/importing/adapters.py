"""Imported operations → the consumed API, the REST adapter and the MCP adapter of a capability."""

from __future__ import annotations

from collections.abc import Sequence

from naftiko_codegen.check.text import clean
from naftiko_codegen.importing.bodies import Input
from naftiko_codegen.importing.naming import named
from naftiko_codegen.importing.operations import LONGEST, Imported, described
from naftiko_codegen.ir.schema_inline import bounded
from naftiko_codegen.read.document import Json

REST_PORT, MCP_PORT = 8080, 9090
_READS = frozenset(("GET", "HEAD", "OPTIONS"))


def resources(found: Sequence[Imported]) -> list[Json]:
    """The consumed resources: one for each path."""
    names = named(it.paths[0] for it in found)
    made: dict[str, dict[str, Json]] = {}
    for it in found:
        path = it.paths[0]
        made.setdefault(path, {"name": names[path], "path": path, "operations": []})
        made[path]["operations"].append(it.consumed)
    return list(made.values())


def rest(namespace: str, found: Sequence[tuple[str, Imported]]) -> Json:
    """A route for each operation, at the path of the document; ``found`` are the namespaces of what is consumed too."""
    names = named(it.paths[1] for _, it in found)
    made: dict[str, dict[str, Json]] = {}
    for consumed, it in found:
        path = it.paths[1]
        words = f"What is at {path}."
        start = {"path": path, "name": names[path], "description": words}
        made.setdefault(path, {**start, "operations": []})
        made[path]["operations"].append(_route(consumed, it))
    return {
        "type": "rest",
        "namespace": f"{namespace}-rest",
        "port": REST_PORT,
        "resources": list(made.values()),
    }


def mcp(namespace: str, title: str, found: Sequence[tuple[str, Imported]]) -> Json:
    """A tool for each operation."""
    return {
        "type": "mcp",
        "namespace": f"{namespace}-mcp",
        "port": MCP_PORT,
        "transport": "http",
        "description": f"MCP adapter for {title}.",
        "tools": [_tool(consumed, it) for consumed, it in found],
    }


def _route(consumed: str, it: Imported) -> Json:
    inputs = [
        {"name": name, "in": given.place, **_typed(given)}
        for name, given in it.inputs.items()
    ]
    return {
        "method": it.operation.method,
        "name": it.name,
        "description": described(it.operation),
        **({"inputParameters": inputs} if inputs else {}),
        "call": f"{consumed}.{it.name}",
        **_fed(it, "rest"),
    }


def _tool(consumed: str, it: Imported) -> Json:
    inputs = [
        {"name": name, **_typed(given), **({} if given.required else {"required": False})}
        for name, given in it.inputs.items()
    ]  # fmt: skip
    return {
        "name": it.name,
        "description": described(it.operation),
        "hints": _hints(it.operation.method),
        **({"inputParameters": inputs} if inputs else {}),
        "call": f"{consumed}.{it.name}",
        **_fed(it, "tools"),
    }


def _typed(it: Input) -> dict[str, Json]:
    words = it.description or f"The {it.place} parameter {it.name}."
    types = {"type": it.types} if it.types else {}
    return {**types, "description": bounded(clean(words), LONGEST)}


def _fed(it: Imported, word: str) -> dict[str, Json]:
    """What inputs fill that are not called like it: ``with`` names all of them."""
    if not it.fed:
        return {}
    lines = {it.fed.get(name, name): f"{word}.{name}" for name in it.inputs}
    return {"with": lines}


def _hints(method: str) -> Json:
    reads = method in _READS
    return {
        "readOnly": reads,
        "destructive": method == "DELETE",
        "idempotent": reads or method in ("PUT", "DELETE"),
    }
