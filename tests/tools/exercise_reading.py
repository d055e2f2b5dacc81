"""What a capability file says, read from its raw YAML without the compiler: operations, routes, tools and credentials.

Deliberately a second, naive reading: the exerciser compares what really happens with it. Units that do more than call
one operation (steps, refs, mocks) have ``call == ""`` and are counted, not compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import yaml

BRACES = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}|\{\s*([^{}]*?)\s*\}")
PLACEHOLDER = re.compile(r"\{\{\{?\s*([^{}]*?)\s*\}?\}\}")


@dataclass
class Param:
    """A consumed parameter or a declared input; ``value`` is what the file gives it, or ``None``."""

    name: str
    place: str
    schema: dict[str, Any]
    required: bool
    value: Any = None


@dataclass
class Operation:
    """A consumed operation; ``path`` holds ``{x}`` only, ``base`` is the path of the base URI."""

    namespace: str
    name: str
    method: str
    base: str
    path: str
    query: list[tuple[str, str]]
    params: list[Param]
    body: Any
    authentication: dict[str, Any]
    reply: Any = field(default_factory=dict)
    fed: bool = False
    address: str = ""
    """The base URI as it is written."""
    undeclared: dict[str, Param] = field(default_factory=dict)

    @property
    def placeholders(self) -> list[str]:
        """The variables of the path, in order."""
        return re.findall(r"\{([^{}]*)\}", self.path)


@dataclass
class Unit:
    """A route (``method`` and ``path``) or a tool."""

    name: str
    call: str
    inputs: list[Param]
    withs: dict[str, Any]
    namespace: str
    method: str = ""
    path: str = ""
    says: bool = True
    """Whether it calls or answers anything: a route that does neither is left out."""


@dataclass
class Capability:
    """A whole file; ``variables`` maps names in templates to environment variables."""

    operations: list[Operation]
    routes: list[Unit]
    tools: list[Unit]
    variables: dict[str, str]

    def called(self, call: str) -> Operation | None:
        """The operation ``namespace.name`` means, spelled as it may be."""
        namespace, _, name = call.partition(".")
        for same in (str, respelled):
            for operation in self.operations:
                if (same(operation.namespace), same(operation.name)) == (
                    same(namespace),
                    same(name),
                ):
                    return operation
        return None


def respelled(name: object) -> str:
    """``name`` without case and separators."""
    return re.sub(r"[^\w<>]+|_+", "", str(name)).lower() or str(name)


def read(path: Path) -> Capability:
    """The capability in the file at ``path``."""
    root = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    capability = root.get("capability") or {}
    routes, tools = [], []
    for server in capability.get("exposes") or []:
        if server.get("type") in ("rest", "api"):
            routes += list(_routes(server))
        elif server.get("type") == "mcp":
            tools += list(_tools(server))
    consumed = [*(root.get("consumes") or []), *(capability.get("consumes") or [])]
    operations = [o for api in consumed if "baseUri" in api for o in _operations(api)]
    found = Capability(operations, routes, tools, _variables(root))
    for unit in (*routes, *tools):
        operation = found.called(unit.call)
        gives = {respelled(k) for k in unit.withs} | {
            respelled(p.name) for p in unit.inputs if p.place in ("body", "")
        }
        if operation and "body" in gives:
            operation.fed = True
    return found


def entries(value: Any) -> Iterator[dict[str, Any]]:
    """The items of a list, or of a map with their keys as names."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield {"name": key, **(item if isinstance(item, dict) else {})}
    yield from (i for i in value or [] if isinstance(i, dict))


def _variables(root: dict[str, Any]) -> dict[str, str]:
    capability = root.get("capability") or {}
    binds = [*(root.get("binds") or []), *(capability.get("binds") or [])]
    found = {}
    for bind in [*binds, *(root.get("externalRefs") or [])]:
        found |= bind.get("keys") or {}
    return found


def _params(value: Any) -> list[Param]:
    return [
        Param(
            str(i.get("name", "")),
            i.get("in", ""),
            _schema(i),
            bool(i.get("required")),
            i.get("value"),
        )
        for i in entries(value)
    ]


def _schema(item: dict[str, Any]) -> dict[str, Any]:
    words = ("type", "enum", "minimum", "maximum", "items", "properties", "format", "pattern", "minLength",
             "maxLength", "default")  # fmt: skip
    return {w: item[w] for w in words if w in item}


def _operations(api: dict[str, Any]) -> Iterator[Operation]:
    base = str(api.get("baseUri") or "")
    base = (
        ""
        if "{" in base
        else quote(urlsplit(base).path.rstrip("/"), safe="/%:@!$&'()*+,;=~")
    )
    shared = _params(api.get("inputParameters"))
    shared += [
        Param(k, "header", {}, False, v) for k, v in (api.get("headers") or {}).items()
    ]
    for resource in entries(api.get("resources")):
        above = [*shared, *_params(resource.get("inputParameters"))]
        for item in entries(resource.get("operations")):
            yield _operation(api, base, above, resource, item)


def _operation(
    api: dict[str, Any],
    base: str,
    shared: list[Param],
    resource: dict[str, Any],
    item: dict[str, Any],
) -> Operation:
    path = canonical(str(resource.get("path") or ""))
    own = canonical(str(item.get("path") or ""))
    if own:
        repeated = path.strip("/") and own.startswith(path.rstrip("/") + "/")
        path = own if repeated else f"{path.rstrip('/')}/{own.lstrip('/')}"
    path = path if path.startswith("/") else f"/{path}"
    path, _, query = path.partition("#")[0].partition("?")
    pairs = [p.partition("=")[::2] for p in query.split("&") if p]
    params = {(p.place, p.name): p for p in shared}
    params |= {(p.place, p.name): p for p in _params(item.get("inputParameters"))}
    reply: Any = {}
    for output in entries(item.get("outputParameters")):
        if output.get("value") in ("$", "$.") and output.get("type") == "array":
            reply = []
    return Operation(
        namespace=str(api.get("namespace")), name=str(item.get("name")), method=str(item.get("method") or "GET"),
        base=base, path=path, query=[(str(k), str(v)) for k, v in pairs], params=list(params.values()),
        body=item.get("body"), authentication=api.get("authentication") or {}, reply=reply,
        address=str(api.get("baseUri") or "").rstrip("/"),
    )  # fmt: skip


def canonical(path: str) -> str:
    """``path`` with ``{x}`` for each placeholder, whatever namespace stands before it."""

    def one(match: re.Match[str]) -> str:
        name = match[1] if match[1] is not None else match[2]
        return "{" + re.sub(r"^(\$this\.)?(rest|tools|mcp)\.", "", name) + "}"

    return BRACES.sub(one, path)


def _call(item: dict[str, Any]) -> str:
    plain = not any(key in item for key in ("steps", "ref"))
    return str(item.get("call") or "") if plain else ""


def _routes(server: dict[str, Any]) -> Iterator[Unit]:
    namespace = str(server.get("namespace"))
    shared = _params(server.get("inputParameters"))
    for resource in entries(server.get("resources")):
        above = [*shared, *_params(resource.get("inputParameters"))]
        for item in entries(resource.get("operations")):
            inputs = {p.name: p for p in above}
            inputs |= {p.name: p for p in _params(item.get("inputParameters"))}
            path = canonical(str(resource.get("path") or ""))
            path = "/" + path.partition("#")[0].lstrip("/")
            withs = item.get("with") or {}
            yield Unit(
                str(item.get("name", "")),
                _call(item),
                list(inputs.values()),
                withs,
                namespace,
                str(item.get("method", "")),
                path,
                any(
                    key in item for key in ("call", "steps", "ref", "outputParameters")
                ),
            )


def _tools(server: dict[str, Any]) -> Iterator[Unit]:
    for item in entries(server.get("tools")):
        inputs = {p.name: p for p in _params(item.get("inputParameters"))}
        schema = item.get("inputSchema") or {}
        needed = schema.get("required") or []
        for name, one in (schema.get("properties") or {}).items():
            inputs.setdefault(name, Param(name, "", _schema(one), name in needed))
        yield Unit(
            str(item.get("name", "")),
            _call(item),
            list(inputs.values()),
            item.get("with") or {},
            str(server.get("namespace")),
        )
