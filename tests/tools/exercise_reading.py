"""What a capability file says, read from its raw YAML without the compiler: operations, routes, tools and credentials.

Deliberately a second, naive reading: the exerciser compares what really happens with it. A unit that names a function
(``ref``) is what the function says with its own words on top; one with several ``steps`` is compared in the number and
the order of the requests it causes, one that calls nothing in that there are none.
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
    goes: str = ""
    """Where a ``mapping`` sends an input: ``place.name``, ``.name`` without a place, or nothing."""


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
    lent: list[Param] = field(default_factory=list)
    """The fields of its body that only the inputs of a route or tool name."""
    format: str = "json"
    """How its replies are written."""

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
    steps: list[str] = field(default_factory=list)
    """The operations that it calls one after the other."""
    lists: bool = False
    """Whether it gives the reply as a list."""
    mock: bool = False
    """Whether it answers without a call."""


@dataclass
class Capability:
    """A whole file; ``variables`` maps names in templates to environment variables."""

    operations: list[Operation]
    routes: list[Unit]
    tools: list[Unit]
    variables: dict[str, str]
    callers: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What servers ask of their callers, by ``rest`` and ``mcp``."""
    forwarded: list[str] = field(default_factory=list)
    """Where paths begin that are passed on as they come."""

    def called(self, call: str) -> Operation | None:
        """The operation ``namespace.name`` means, spelled as it may be."""
        for same in (str, respelled):
            wanted = {
                (same(call[:at]), same(call[at + 1 :]))
                for at, letter in enumerate(call)
                if letter == "."
            }
            for operation in self.operations:
                if (same(operation.namespace), same(operation.name)) in wanted:
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
    functions = _functions(root)
    for server in capability.get("exposes") or []:
        if server.get("type") in ("rest", "api"):
            routes += list(_routes(server, functions))
        elif server.get("type") == "mcp":
            tools += list(_tools(server, functions))
    tools = list({tool.name: tool for tool in reversed(tools)}.values())[::-1]
    consumed = _consumed(path, root)
    operations = [o for api in consumed if "baseUri" in api for o in _operations(api)]
    found = Capability(operations, routes, tools, _variables(root))
    for server in capability.get("exposes") or []:
        kind = "mcp" if server.get("type") == "mcp" else "rest"
        found.callers.setdefault(kind, server.get("authentication") or {})
        for resource in entries(server.get("resources")):
            if resource.get("forward"):
                start = canonical(str(resource.get("path"))).partition("{")[0]
                found.forwarded.append("/" + start.strip("/"))
    for operation in operations:
        for name in operation.placeholders:
            if name in found.variables:
                made = Param(name, "path", {}, True, "{{" + name + "}}")
                operation.undeclared[name] = made
    for unit in (*routes, *tools):
        if target := found.called(unit.call):
            _undeclared(unit, target)
    for unit in (*routes, *tools):
        called = found.called(unit.call)
        gives = {respelled(k) for k in unit.withs} | {
            respelled(p.name) for p in unit.inputs if p.place in ("body", "")
        }
        if called and "body" in gives:
            called.fed = True
    return found


def _consumed(path: Path, root: dict[str, Any]) -> list[dict[str, Any]]:
    """What the file consumes, and what it imports from others, under the name it gives it."""
    capability = root.get("capability") or {}
    found: list[dict[str, Any]] = []
    for api in [*(root.get("consumes") or []), *(capability.get("consumes") or [])]:
        if "import" not in api:
            found.append(api)
            continue
        beside = path.parent / str(api["location"])
        other = yaml.safe_load(beside.read_text(encoding="utf-8-sig"))
        name = api.get("as") or api["import"]
        for one in _consumed(beside, other):
            if one.get("namespace") == api["import"]:
                found.append({**one, "namespace": name})
    return found


def _functions(root: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The functions of all aggregates by ``namespace.name``."""
    capability = root.get("capability") or {}
    found = {}
    for aggregate in [
        *(root.get("aggregates") or []),
        *(capability.get("aggregates") or []),
    ]:
        for function in entries(aggregate.get("functions")):
            found[f"{aggregate.get('namespace')}.{function.get('name')}"] = function
    return found


def _whole(
    item: dict[str, Any], functions: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """``item`` over the function that it names."""
    return {**functions.get(str(item.get("ref")), {}), **item}


def _steps(item: dict[str, Any]) -> list[str]:
    """The operations that steps call, in order."""
    return [str(s["call"]) for s in entries(item.get("steps")) if s.get("call")]


def _lists(item: dict[str, Any]) -> bool:
    whole = [
        o
        for o in entries(item.get("outputParameters"))
        if o.get("mapping") in ("$", "$.")
    ]
    return any(o.get("type") == "array" for o in whole)


def _mocks(item: dict[str, Any]) -> bool:
    return not {"call", "steps", "ref"} & item.keys() and "outputParameters" in item


def entries(value: Any) -> Iterator[dict[str, Any]]:
    """The items of a list, or of a map with their keys as names."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield {"name": key, **(item if isinstance(item, dict) else {})}
    yield from (i for i in value or [] if isinstance(i, dict))


def _variables(root: dict[str, Any]) -> dict[str, str]:
    capability = root.get("capability") or {}
    binds = [*(root.get("binds") or []), *(capability.get("binds") or [])]
    found: dict[str, str] = {}
    for bind in [*binds, *(root.get("externalRefs") or [])]:
        keys = bind.get("keys") or {}
        # What a file holds may stand in the environment too, under the name that the document uses.
        found |= {name: name for name in keys} if bind.get("location") else keys
    return found


def _params(value: Any) -> list[Param]:
    return [
        Param(
            str(i.get("name", "")),
            i.get("in", ""),
            _schema(i),
            bool(i.get("required")),
            i.get("value"),
            _goes(str(i.get("mapping") or "")),
        )
        for i in entries(value)
    ]


def _goes(mapping: str) -> str:
    """``path.name`` of ``pathParameters.name`` and ``$.path.name``; ``.name`` of ``namespace.operation.name``."""
    found = re.fullmatch(
        r"(?:\$\.)?(path|query|header|body)(?:Parameters|s)?\.([\w-]+)", mapping
    )
    if found:
        return f"{found[1]}.{found[2]}"
    called = re.fullmatch(r"[\w-]+\.[\w-]+\.([\w-]+)", mapping)
    return f".{called[1]}" if called else ""


def _undeclared(unit: Unit, operation: Operation) -> None:
    """Parameters of ``operation`` that only the inputs of ``unit`` name."""
    known = {respelled(p.name) for p in operation.params}
    known |= {respelled(name) for name in operation.placeholders}
    bare = operation.method == "DELETE" and not known and not unit.withs
    for param in unit.inputs:
        place, _, name = param.goes.partition(".")
        if (
            bare
            and not param.goes
            and param.required
            and param.place not in ("body", "header")
        ):
            place, name = "path", param.name
        if place in ("path", "query", "header") and respelled(name) not in known:
            known.add(respelled(name))
            operation.params.append(Param(name, place, {}, place == "path"))
            if place == "path":
                operation.path = f"{operation.path.rstrip('/')}/{{{name}}}"
        if name and respelled(name) != respelled(param.name):
            unit.withs.setdefault(name, param.name)
    writes = operation.method in ("POST", "PUT", "PATCH")
    has_body = operation.body is not None or any(
        p.place == "body" for p in operation.params
    )
    if writes and not has_body:
        places = ("body",) if unit.method else ("body", "")
        lent = [
            p
            for p in unit.inputs
            if respelled(p.name) not in known
            and (p.place in places or p.goes.partition(".")[0] == "body")
        ]
        operation.fed = operation.fed or bool(lent)
        operation.lent = operation.lent or lent


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
    own_params = _params(item.get("inputParameters"))
    params = {(p.place, p.name): p for p in shared}
    params |= {(p.place, p.name): p for p in own_params}
    known = {respelled(name) for name in re.findall(r"\{([^{}]*)\}", path)}
    for param in own_params:  # a variable that the path has no place for is its end
        if param.place == "path" and respelled(param.name) not in known:
            start, dot, ending = path.rstrip("/").partition(".")
            path = f"{start}/{{{param.name}}}{dot}{ending}"
    reply: Any = {}
    for output in entries(item.get("outputParameters")):
        if output.get("value") in ("$", "$.") and output.get("type") == "array":
            reply = []
    return Operation(
        namespace=str(api.get("namespace")), name=str(item.get("name")), method=str(item.get("method") or "GET"),
        base=base, path=path, query=[(str(k), str(v)) for k, v in pairs], params=list(params.values()),
        body=item.get("body"), authentication=api.get("authentication") or {}, reply=reply,
        address=str(api.get("baseUri") or "").rstrip("/"), format=str(item.get("outputRawFormat") or "json").lower(),
    )  # fmt: skip


def canonical(path: str) -> str:
    """``path`` with ``{x}`` for each placeholder, whatever namespace stands before it."""

    def one(match: re.Match[str]) -> str:
        name = match[1] if match[1] is not None else match[2]
        return "{" + re.sub(r"^(\$this\.)?(rest|tools|mcp)\.", "", name) + "}"

    return BRACES.sub(one, path)


def _call(item: dict[str, Any]) -> str:
    return "" if "steps" in item else str(item.get("call") or "")


def _routes(
    server: dict[str, Any], functions: dict[str, dict[str, Any]]
) -> Iterator[Unit]:
    namespace = str(server.get("namespace"))
    shared = _params(server.get("inputParameters"))
    for resource in entries(server.get("resources")):
        above = [*shared, *_params(resource.get("inputParameters"))]
        for item in entries(resource.get("operations")):
            item = _whole(item, functions)
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
                _steps(item),
                _lists(item),
                _mocks({k: v for k, v in item.items() if k != "ref"}),
            )


def _tools(
    server: dict[str, Any], functions: dict[str, dict[str, Any]]
) -> Iterator[Unit]:
    for item in entries(server.get("tools")):
        item = _whole(item, functions)
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
            steps=_steps(item),
            lists=_lists(item),
            mock=_mocks({k: v for k, v in item.items() if k != "ref"}),
        )
