"""Packages of small capabilities, built by the whole compiler, and an upstream that records what it is sent."""

from __future__ import annotations

import asyncio
import http.client
import importlib
import inspect
import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from naftiko_codegen import pipeline
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options

from .harness import Process, environment, free_port

Answer = tuple[int, Mapping[str, str], bytes]


@dataclass
class Seen:
    """One request, header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Recorder:
    """An upstream that keeps requests and answers as ``answer`` says."""

    answer: Callable[[Seen], Answer] = lambda seen: (
        200,
        {"Content-Type": "application/json"},
        b'{"ok": true}',
    )
    seen: list[Seen] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self.port}"

    def only(self) -> Seen:
        """The single request since the last call."""
        (seen,) = self.seen
        self.seen.clear()
        return seen


@contextmanager
def recorder(answer: Callable[[Seen], Answer] | None = None) -> Iterator[Recorder]:
    """A running upstream."""
    kept = Recorder(answer) if answer else Recorder()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            size = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(size)
            headers = {name.lower(): value for name, value in self.headers.items()}
            seen = Seen(self.command, self.path, headers, body)
            kept.seen.append(seen)
            status, said, content = kept.answer(seen)
            self.send_response(status)
            for name, value in said.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = handle_any

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()


def build(
    folder: Path, text: str, *, name: str = "spec", others: Sequence[str] = ()
) -> str:
    """Build a capability into ``folder``, with ``others`` there beside it; the name of its package."""
    spec = folder / f"{name}.yaml"
    spec.write_text(text)
    diagnostics = Diagnostics()
    options = Options(paths=(spec, *(folder / other for other in others)))
    _, made = pipeline.compile_all(options, diagnostics, lambda _: None)
    assert made is not None, [f"{d.code} {d.message}" for d in diagnostics]
    for file in made.files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    return made.packages[0]


@contextmanager
def imported(folder: Path, package: str) -> Iterator[Any]:
    """The client module of a built package."""
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module(f"{package}.client")
    finally:
        sys.path.remove(str(folder))
        for known in [m for m in sys.modules if m.split(".")[0] == package]:
            del sys.modules[known]


def clients(
    module: Any, stem: str, settings: Mapping[str, Any], method: str, values: Any
) -> list[Any]:
    """What the synchronous and the asynchronous client return."""
    with getattr(module, stem)(**settings) as client:
        first = getattr(client, method)(**values)

    async def run() -> Any:
        async with getattr(module, f"Async{stem}")(**settings) as client:
            found = getattr(client, method)(**values)
            return await found if inspect.isawaitable(found) else found

    return [first, asyncio.run(run())]


@contextmanager
def serving(
    folder: Path, package: str, kind: str, *more: str, secrets: tuple[str, ...] = (), **env: str
) -> Iterator[int]:  # fmt: skip
    """Run a server of a built package and yield its port; its log must hold no traceback and no secret."""
    port = free_port()
    command = [sys.executable, "-m", package, kind, f"--port={port}", *more]
    process = Process(command, env={**environment(**env), "PYTHONPATH": str(folder)})
    try:
        process.wait_for_port(port)
        yield port
    finally:
        process.stop()
    log = process.log()
    assert "Traceback" not in log, log
    assert not any(secret in log for secret in secrets), "a secret was logged"


def ask(
    port: int, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, Any]:
    """Status and JSON of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        data = None if body is None else json.dumps(body)
        said = {"content-type": "application/json", **headers} if data else headers
        connection.request(method, path, data, said)
        reply = connection.getresponse()
        raw = reply.read()
        return reply.status, json.loads(raw) if raw else None
    finally:
        connection.close()


def tool(port: int, name: str, **arguments: Any) -> Any:
    """The result of a tool call."""
    params = {"name": name, "arguments": arguments}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    _, found = ask(
        port, "POST", "/mcp", message, accept="application/json, text/event-stream"
    )
    return found["result"]
