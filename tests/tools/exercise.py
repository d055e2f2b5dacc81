"""Builds every capability of a folder and calls all of it: `python -m tests.tools.exercise DIR [--limit N]`.

For each file: build, import, start both servers against a recording upstream, compare ``tools/list`` and the routes
with the file, call every operation once through client, REST and MCP with values made from the schemas, and compare the
recorded method, URL, headers and body with what the raw YAML says. Exit code 1 when anything differs.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from behaviour.harness import Failed, Process, free_port  # noqa: E402

from tests.tools.exercise_expecting import (  # noqa: E402
    Given,
    client_call,
    differences,
    secret,
    unit_call,
    wire,
)
from tests.tools.exercise_reading import (  # noqa: E402
    PLACEHOLDER,
    Capability,
    Unit,
    read,
    respelled,
)

JSON = "application/json"
_COLUMNS = ("client", "rest", "mcp")


class Recorder:
    """The upstream: records every request, answers ``reply`` as JSON."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.reply: Any = {}
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _any(self) -> None:
                size = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(size) if size else self._chunks()
                recorder.requests.append(
                    {
                        "method": self.command,
                        "target": self.path,
                        "headers": self.headers.items(),
                        "body": body,
                    }
                )
                reply = json.dumps(recorder.reply).encode()
                self.send_response(200)
                self.send_header("content-type", JSON)
                self.send_header("content-length", str(len(reply)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(reply)

            def _chunks(self) -> bytes:
                found = b""
                if self.headers.get("transfer-encoding", "").lower() == "chunked":
                    while size := int(self.rfile.readline(), 16):
                        found += self.rfile.read(size)
                        self.rfile.readline()
                    self.rfile.readline()
                return found

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = (
                _any
            )

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self) -> list[dict[str, Any]]:
        """The requests since the last call."""
        found, self.requests = self.requests, []
        return found


@dataclass
class Outcome:
    """What came of one file: calls that were right and all calls, by kind; units that were not compared; findings."""

    name: str
    state: str = ""
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_COLUMNS, 0))
    calls: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_COLUMNS, 0))
    skipped: int = 0
    wrong: list[str] = field(default_factory=list)

    def judge(self, kind: str, what: str, problems: list[str]) -> None:
        """Count one call."""
        self.calls[kind] += 1
        self.right[kind] += not problems
        self.wrong += [f"{kind} {what}: {problem}" for problem in problems]


class Exercise:
    """One file."""

    def __init__(self, path: Path, name: str, recorder: Recorder, *, typed: bool):
        self.path, self.recorder, self.typed = path, recorder, typed
        self.outcome = Outcome(name)

    def run(self) -> Outcome:
        """Build and exercise it."""
        with tempfile.TemporaryDirectory() as folder:
            try:
                if self._build(folder):
                    self._exercise(folder)
            except Failed as error:
                self.outcome.wrong.append(f"start: {str(error)[-400:]}")
        return self.outcome

    def _build(self, folder: str) -> bool:
        command = [
            sys.executable,
            "-m",
            "naftiko_codegen",
            "build",
            str(self.path),
            "-o",
            folder,
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, env=_environment({}), cwd=ROOT
        )
        if "Traceback" in done.stderr or "Please report" in done.stderr:
            self.outcome.wrong.append(f"crash: {done.stderr[-400:]}")
        if done.returncode:
            lines = (done.stderr + done.stdout).splitlines()
            said = [line for line in lines if "error[" in line]
            words = said[0].partition("error[")[2] if said else " ".join(lines[-1:])
            self.outcome.state = f"refused [{words}"[:110]
            return False
        self.outcome.state = "built"
        return True

    def _exercise(self, folder: str) -> None:
        (package,) = (p.parent.name for p in Path(folder).glob("*/service.py"))
        if self.typed:
            self._types(folder)
        capability = read(self.path)
        names = set(re.findall(r"[A-Z0-9_]*[A-Z][A-Z0-9_]+", self.path.read_text()))
        names |= {str(v) for v in capability.variables.values()}
        for operation in capability.operations:
            for text in operation.authentication.values():
                names |= set(PLACEHOLDER.findall(str(text)))
        environment = _environment(
            {n: secret(n) for n in names if re.fullmatch(r"\w+", n)}
        )
        environment["PYTHONPATH"] = folder
        url = self._urls(capability)
        self._client(capability, package, url, environment)
        if capability.routes:
            with _server(package, "rest", url, environment, self.outcome) as port:
                self._rest(capability, port)
        if capability.tools:
            with _server(package, "mcp", url, environment, self.outcome) as port:
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

    def _types(self, folder: str) -> None:
        command = [sys.executable, "-m", "mypy", "--strict", "."]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            self.outcome.wrong.append(f"mypy: {done.stdout[-300:]}")

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
            self.recorder.reply = operation.reply
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
        document = json.loads(_send(port, "GET", "/openapi.json")[1])
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
                status, reply = _send(port, method, target, headers, body)
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
        self.recorder.reply = operation.reply
        self.recorder.take()
        return unit_call(capability, unit, operation)

    def _mcp(self, capability: Capability, port: int) -> None:
        tools: list[dict[str, Any]] = []
        cursor: dict[str, Any] = {}
        while True:
            page = _rpc(port, "tools/list", cursor).get("result", {})
            tools += page.get("tools", [])
            if not page.get("nextCursor"):
                break
            cursor = {"cursor": page["nextCursor"]}
        names = [tool["name"] for tool in tools]
        if sorted(names) != sorted(unit.name for unit in capability.tools):
            said = {unit.name for unit in capability.tools}
            self.outcome.wrong.append(f"tools differ: {sorted(said ^ set(names))[:5]}")
        schemas = {tool["name"]: tool["inputSchema"] for tool in tools}
        for unit in capability.tools:
            if given := self._given(capability, unit):
                values = {param.name: value for param, value in given.inputs}
                known = schemas.get(unit.name, {}).get("properties", {}).keys()
                problems = (
                    []
                    if known == values.keys()
                    else [f"arguments {sorted(known)}, not {sorted(values)}"]
                )
                reply = _rpc(
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


def _send(
    port: int,
    method: str,
    target: str,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, target, body or None, headers or {})
    reply = connection.getresponse()
    raw = reply.read()
    connection.close()
    return reply.status, raw


def _rpc(port: int, method: str, params: dict[str, Any]) -> dict[str, Any]:
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    headers = {"content-type": JSON, "accept": f"{JSON}, text/event-stream"}
    _, raw = _send(port, "POST", "/mcp", headers, json.dumps(message).encode())
    if not raw.lstrip().startswith(b"{"):
        raw = raw.partition(b"data: ")[2]
    found: dict[str, Any] = json.loads(raw or b'{"error": "nothing"}')
    return found


def _environment(more: dict[str, str]) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
    return {**more, **kept, "PYTHONPATH": str(ROOT / "src")}


@contextmanager
def _server(
    package: str,
    kind: str,
    url: dict[str, str],
    environment: dict[str, str],
    outcome: Outcome,
) -> Iterator[int]:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        package,
        kind,
        f"--port={port}",
        *(f"--upstream={n}={u}" if n else f"--upstream={u}" for n, u in url.items()),
    ]
    if kind == "mcp":
        command.append("--transport=http")
    process = Process(command, env=environment)
    try:
        process.wait_for_port(port)
        yield port
    finally:
        process.stop()
        if "Traceback" in process.log():
            outcome.wrong.append(f"{kind} log: {process.log()[-400:]}")


def table(outcomes: list[Outcome]) -> Iterator[str]:
    """A line for each file, and the totals."""
    yield f"{'file':60} {'client':>9} {'rest':>9} {'mcp':>9} skipped wrong  state"
    for it in outcomes:
        cells = " ".join(f"{it.right[c]:>4}/{it.calls[c]:<4}" for c in _COLUMNS)
        yield f"{it.name[-60:]:60} {cells} {it.skipped:>7} {len(it.wrong):>5}  {it.state}"
    cells = " ".join(
        f"{sum(o.right[c] for o in outcomes):>4}/{sum(o.calls[c] for o in outcomes):<4}"
        for c in _COLUMNS
    )
    built = sum(o.state == "built" for o in outcomes)
    wrong = sum(bool(o.wrong) for o in outcomes)
    yield f"{len(outcomes)} files, {built} built, {wrong} with differences".ljust(
        60
    ) + f" {cells}"


def main() -> int:
    """Exercise a folder or a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--mypy", action="store_true", help="also run mypy --strict")
    given = parser.parse_args()
    found = (
        [given.folder]
        if given.folder.is_file()
        else sorted(given.folder.rglob("*.y*ml"))
    )
    recorder = Recorder()
    outcomes = []
    with ExitStack() as stack:
        stack.callback(recorder.server.shutdown)
        for path in found[: given.limit]:
            name = (
                path.name
                if path == given.folder
                else str(path.relative_to(given.folder))
            )
            outcome = Exercise(path, name, recorder, typed=given.mypy).run()
            outcomes.append(outcome)
            for line in outcome.wrong[:12]:
                print(f"{outcome.name}: {line}", flush=True)
    print("\n".join(table(outcomes)))
    return int(any(outcome.wrong for outcome in outcomes))


if __name__ == "__main__":
    raise SystemExit(main())
