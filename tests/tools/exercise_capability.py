"""Exercises one capability: every operation through the client, every route and every tool, recorded upstream."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from tests.tools.exercise_expecting import (
    Given,
    client_call,
    differences,
    secret,
    unit_call,
    wire,
)
from tests.tools.exercise_reading import (
    PLACEHOLDER,
    Capability,
    Unit,
    read,
    respelled,
)
from tests.tools.exercise_wire import (
    JSON,
    Answer,
    Outcome,
    Recorder,
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
        given = environment({n: secret(n) for n in names if re.fullmatch(r"\w+", n)})
        given["PYTHONPATH"] = str(folder)
        url = self._urls(capability)
        self._client(capability, package, url, given)
        if capability.routes:
            with serving(package, "rest", url, given, self.outcome) as port:
                self._rest(capability, port)
        if capability.tools:
            with serving(package, "mcp", url, given, self.outcome) as port:
                self._mcp(capability, port)

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
        url: str,
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
            self.recorder.answer = Answer(json.dumps(operation.reply).encode())
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
        if served != said:
            self.outcome.wrong.append(f"routes differ: {sorted(served ^ said)[:5]}")
        for unit in capability.routes:
            if given := self._given(capability, unit):
                method, target, headers, body = _request(unit, given)
                status, reply = send(port, method, target, headers, body)
                problems = (
                    []
                    if status == 200
                    else [f"status {status}: {reply[:200].decode()}"]
                )
                self._compare("rest", f"{unit.method} {unit.path}", given, problems)

    def _given(self, capability: Capability, unit: Unit) -> Given | None:
        operation = capability.called(unit.call) if unit.call else None
        if operation is None:
            self.outcome.skipped += 1
            return None
        self.recorder.answer = Answer(json.dumps(operation.reply).encode())
        self.recorder.take()
        return unit_call(capability, unit, operation)

    def _mcp(self, capability: Capability, port: int) -> None:
        listed = tools(port)
        names = [tool["name"] for tool in listed]
        if sorted(names) != sorted(unit.name for unit in capability.tools):
            said = {unit.name for unit in capability.tools}
            self.outcome.wrong.append(f"tools differ: {sorted(said ^ set(names))[:5]}")
        schemas = {tool["name"]: tool["inputSchema"] for tool in listed}
        for unit in capability.tools:
            if given := self._given(capability, unit):
                values = {param.name: value for param, value in given.inputs}
                known = schemas.get(unit.name, {}).get("properties", {}).keys()
                problems = (
                    []
                    if known == values.keys()
                    else [f"arguments {sorted(known)}, not {sorted(values)}"]
                )
                reply = rpc(
                    port, "tools/call", {"name": unit.name, "arguments": values}
                )
                if "error" in reply or reply["result"].get("isError"):
                    problems.append(f"said {json.dumps(reply)[:250]}")
                self._compare("mcp", unit.name, given, problems)


_METHODS = frozenset({"get", "put", "post", "delete", "patch", "head", "options"})


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
    for param, value in given.inputs:
        many = value if isinstance(value, list) else [value]
        if param.place == "path":
            texts[respelled(param.name)] = quote(wire(value), safe="")
        elif param.place == "header":
            headers[param.name] = ",".join(map(wire, many))
        elif param.place == "cookie":
            cookies.append(f"{param.name}={wire(value)}")
        elif param.place == "body":
            if param.name == "body" or param.value in ("$", "$."):
                whole = value
            else:
                _place(parts, str(param.value or f"$.{param.name}"), value)
        elif isinstance(value, dict):
            query += [(k, wire(v)) for k, v in value.items()]
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
