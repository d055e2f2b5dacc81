"""Exercises one capability: every operation through the client, every route and every tool, recorded upstream."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from tests.tools.exercise_differing import differences
from tests.tools.exercise_expecting import (
    Given,
    Wanted,
    authenticate,
    client_call,
    secret,
    value,
    wire,
)
from tests.tools.exercise_reading import (
    PLACEHOLDER,
    Capability,
    Operation,
    Param,
    Unit,
    read,
    respelled,
)
from tests.tools.exercise_units import unit_call
from tests.tools.exercise_wire import (
    JSON,
    Answer,
    Outcome,
    Recorder,
    calling,
    credentials,
    environment,
    rpc,
    send,
    serving,
    tools,
)


class Exercise:
    """One file."""

    def __init__(self, path: Path, recorder: Recorder, outcome: Outcome) -> None:
        self.path, self.recorder, self.outcome = path, recorder, outcome

    def run(self, folder: Path, package: str) -> None:
        """Exercise ``package`` in ``folder``."""
        capability = read(self.path)
        names = set(re.findall(r"[A-Z0-9_]*[A-Z][A-Z0-9_]+", self.path.read_text()))
        names |= {str(v) for v in capability.variables.values()}
        for operation in capability.operations:
            for text in operation.authentication.values():
                names |= set(PLACEHOLDER.findall(str(text)))
        names |= set(credentials(folder, package))
        given = environment({n: secret(n) for n in names if re.fullmatch(r"[\w-]+", n)})
        given["PYTHONPATH"] = str(folder)
        url = self._urls(capability)
        self._client(capability, package, url, given)
        if capability.routes:
            with (
                serving(package, "rest", url, given, self.outcome) as port,
                calling(self._caller(capability, "rest")),
            ):
                self._rest(capability, port)
        if capability.tools:
            with (
                serving(package, "mcp", url, given, self.outcome) as port,
                calling(self._caller(capability, "mcp")),
            ):
                self._mcp(capability, port)

    def _caller(self, capability: Capability, kind: str) -> dict[str, str]:
        """The headers by which a server of ``kind`` knows its caller."""
        made = Wanted("", "")
        authenticate(made, capability.callers.get(kind) or {}, capability)
        return made.headers

    def _urls(self, capability: Capability) -> dict[str, str]:
        """The recorder's URL for each upstream, by namespace where there are several; else by the empty name."""
        by_address: dict[str, tuple[str, str]] = {}
        for operation in capability.operations:
            made = (operation.namespace, self.recorder.url + operation.base)
            given = not operation.address or "{" in operation.address
            key = operation.namespace if given else operation.address
            by_address.setdefault(key, made)
        if len(by_address) < 2:
            return {
                "": next((url for _, url in by_address.values()), self.recorder.url)
            }
        return dict(by_address.values())

    def _client(
        self,
        capability: Capability,
        package: str,
        url: dict[str, str],
        environment: dict[str, str],
    ) -> None:
        script = str(Path(__file__).with_name("exercise_caller.py"))
        child = subprocess.Popen(
            [sys.executable, script, package, json.dumps(url.get("", url))],
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert child.stdin
        assert child.stdout
        assert child.stderr
        first = child.stdout.readline()
        if not first:
            self.outcome.wrong.append(f"import: {child.stderr.read()[-400:]}")
            return
        methods = {respelled(name): name for name in json.loads(first)}
        for operation in capability.operations:
            wanted = (
                operation.name,
                f"n{operation.name}",
                f"{operation.namespace}{operation.name}",
            )
            method = next(
                (methods[w] for w in map(respelled, wanted) if w in methods), None
            )
            what = f"{operation.namespace}.{operation.name}"
            if method is None:
                self.outcome.judge("client", what, ["no method of that name"])
                continue
            given = client_call(capability, operation)
            values = {param.name: value for param, value in given.inputs}
            self.recorder.answer = answer_of(operation)
            child.stdin.write(
                json.dumps({"method": method, "values": values, "gaps": given.gaps})
                + "\n"
            )
            child.stdin.flush()
            said = child.stdout.readline().strip()
            problems = [json.loads(said)] if said not in ('""', "") else []
            self._compare("client", what, given, problems)
        child.stdin.close()
        child.wait(30)
        child.stdout.close()
        child.stderr.close()

    def _compare(self, kind: str, what: str, given: Given, problems: list[str]) -> None:
        """One call against the request that it caused."""
        got = self.recorder.take()
        if len(got) != 1:
            problems.append(f"{len(got)} requests reached the upstream")
        else:
            problems += differences(given.wanted, got[0])
        self.outcome.judge(kind, what, problems)

    def _rest(self, capability: Capability, port: int) -> None:
        document = json.loads(send(port, "GET", "/openapi.json")[1])
        served = {
            (m.upper(), _shape(p))
            for p, i in document["paths"].items()
            for m in i
            if m in _METHODS
        }
        said = {(u.method, _shape(u.path)) for u in capability.routes if u.says}
        served = {s for s in served if not s[1].startswith(tuple(capability.forwarded))}
        if served != said:
            self.outcome.wrong.append(f"routes differ: {sorted(served ^ said)[:5]}")
        for unit in capability.routes:
            if given := self._given(capability, unit):
                named = {param.name for param, _ in given.inputs}
                given.inputs += [
                    (param, one)
                    for param, one in declared(unit)
                    if param.required and param.name not in named
                ]
                method, target, headers, body = _request(unit, given)
                status, reply = send(port, method, target, headers, body)
                problems = (
                    []
                    if status == 200 or unreadable(capability, unit)
                    else [f"status {status}: {reply[:200].decode()}"]
                )
                self._judge("rest", capability, unit, given, problems)

    def _given(self, capability: Capability, unit: Unit) -> Given | None:
        self.recorder.answer = Answer()
        self.recorder.take()
        called = [capability.called(step) for step in unit.steps]
        self.recorder.queue = [answer_of(o) for o in called if o]
        if unit.steps or unit.mock:
            return Given(list(declared(unit)), Wanted("", ""))
        operation = capability.called(unit.call) if unit.call else None
        if operation is None:
            self.outcome.skipped += 1
            return None
        self.recorder.answer = Answer(b"[]") if unit.lists else answer_of(operation)
        return unit_call(capability, unit, operation)

    def _judge(
        self,
        kind: str,
        capability: Capability,
        unit: Unit,
        given: Given,
        problems: list[str],
    ) -> None:
        """One call of a unit against the request, or the requests in their order, that it causes."""
        what = f"{unit.method} {unit.path}" if unit.method else unit.name
        if not unit.steps and not unit.mock:
            self._compare(kind, what, given, problems)
            return
        called = [capability.called(step) for step in unit.steps]
        wanted = [f"{o.method} {shape(o.base + o.path)}" for o in called if o]
        got = [
            (r["method"], r["target"].partition("?")[0]) for r in self.recorder.take()
        ]
        fits = len(got) == len(wanted) and all(
            re.fullmatch(want, f"{method} {path}")
            for want, (method, path) in zip(wanted, got, strict=True)
        )
        if not fits:
            problems.append(f"requests {got}, not {wanted}")
        self.outcome.judge(kind, what, problems)

    def _mcp(self, capability: Capability, port: int) -> None:
        listed = tools(port)
        names = [tool["name"] for tool in listed]
        said = {unit.name for unit in capability.tools}
        if said != set(names):
            self.outcome.wrong.append(f"tools differ: {sorted(said ^ set(names))[:5]}")
        schemas = {tool["name"]: tool["inputSchema"] for tool in listed}
        for unit in capability.tools:
            if given := self._given(capability, unit):
                values = {param.name: value for param, value in given.inputs}
                for param, one in declared(unit):
                    if param.name in schemas.get(unit.name, {}).get("required", ()):
                        values.setdefault(param.name, one)
                known = schemas.get(unit.name, {}).get("properties", {}).keys()
                unused = {param.name for param in unit.inputs} - values.keys()
                problems = (
                    []
                    if known - unused == values.keys()
                    else [f"arguments {sorted(known)}, not {sorted(values)}"]
                )
                reply = rpc(
                    port, "tools/call", {"name": unit.name, "arguments": values}
                )
                if "error" in reply or reply["result"].get("isError"):
                    problems.append(f"said {json.dumps(reply)[:250]}")
                self._judge("mcp", capability, unit, given, problems)


_METHODS = frozenset({"get", "put", "post", "delete", "patch", "head", "options"})


def shape(path: str) -> str:
    """An expression for what ``path`` may become."""
    pieces = re.split(r"\{[^{}]*\}", path)
    return "[^/]+".join(re.escape(quote(p, safe="/%:@!$&'()*+,;=~")) for p in pieces)


def unreadable(capability: Capability, unit: Unit) -> bool:
    """Whether the reply cannot be read, as it comes in a format that needs a schema."""
    called = capability.called(unit.call)
    return called is not None and called.format in ("avro", "protobuf")


def answer_of(operation: Operation) -> Answer:
    """A reply of an operation in its format."""
    if operation.format in _FORMATS:
        media_type, text = _FORMATS[operation.format]
        return Answer(text.encode(), 200, media_type)
    return Answer(json.dumps(operation.reply).encode())


_FORMATS = {
    "xml": ("application/xml", "<items><item><id>1</id></item></items>"),
    "csv": ("text/csv", "id,name\n1,a\n"),
    "tsv": ("text/tab-separated-values", "id\tname\n1\ta\n"),
    "psv": ("text/plain", "id|name\n1|a\n"),
    "yaml": ("application/yaml", "id: 1\n"),
    "html": ("text/html", "<table><tr><th>id</th></tr><tr><td>1</td></tr></table>"),
    "markdown": ("text/markdown", "| id |\n| --- |\n| 1 |\n"),
    "text": ("text/plain", "text"),
    "binary": ("application/octet-stream", "binary"),
}


def declared(unit: Unit) -> Iterator[tuple[Param, Any]]:
    """The inputs that a unit declares, with values; those of a route's path too."""
    places = dict.fromkeys(re.findall(r"\{([^{}]*)\}", unit.path), "path")
    for param in unit.inputs:
        if param.value is not None and not str(param.value).startswith("$"):
            continue
        place = places.pop(param.name, param.place or ("query" if unit.method else ""))
        yield replace(param, place=place), value(param.name, place, param.schema)
    for name, place in places.items():
        yield Param(name, place, {}, True), value(name, place, {})


def _shape(path: str) -> str:
    """``path`` with nameless variables."""
    return re.sub(r"\{[^{}]*\}", "{}", path)


def _request(unit: Unit, given: Given) -> tuple[str, str, dict[str, str], bytes]:
    """Method, target, headers and body of a request to a route."""
    texts: dict[str, str] = {}
    query: list[tuple[str, str]] = []
    headers: dict[str, str] = {}
    cookies = []
    whole: Any = None
    parts: dict[str, Any] = {}
    for param, one in given.inputs:
        many = one if isinstance(one, list) else [one]
        if param.place == "path":
            texts[respelled(param.name)] = quote(wire(one), safe="")
        elif param.place == "header":
            headers[param.name] = ",".join(map(wire, many))
        elif param.place == "cookie":
            cookies.append(f"{param.name}={wire(one)}")
        elif param.place == "body":
            if param.name == "body" or param.value in ("$", "$."):
                whole = one
            else:
                _place(parts, str(param.value or f"$.{param.name}"), one)
        elif isinstance(one, dict):
            query += [(k, wire(v)) for k, v in one.items()]
        else:
            query += [(param.name, wire(item)) for item in many]
    if cookies:
        headers["cookie"] = "; ".join(cookies)
    path = re.sub(
        r"\{([^{}]*)\}", lambda m: texts.get(respelled(m[1]), "MISSING"), unit.path
    )
    target = f"{path}?{urlencode(query)}" if query else path
    sent = whole if whole is not None else parts or None
    if sent is None:
        return unit.method, target, headers, b""
    return (
        unit.method,
        target,
        {"content-type": JSON, **headers},
        json.dumps(sent).encode(),
    )


def _place(parts: dict[str, Any], path: str, value: Any) -> None:
    """Put ``value`` where ``$.a.b`` says."""
    *above, last = path.removeprefix("$.").split(".")
    for name in above:
        parts = parts.setdefault(name, {})
    parts[last] = value
