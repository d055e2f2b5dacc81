"""What every exerciser needs: the recording upstream, the generated servers, the outcomes and their table."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from behaviour.harness import Process, free_port  # noqa: E402

JSON = "application/json"
COLUMNS = ("client", "async", "rest", "mcp", "replies")


@dataclass
class Answer:
    """What the upstream answers."""

    body: bytes = b"{}"
    status: int = 200
    media_type: str = JSON


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _any(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(size) if size else self._chunks()
        recorder = self.server.recorder
        recorder.requests.append(
            {
                "method": self.command,
                "target": self.path,
                "headers": self.headers.items(),
                "body": body,
            }
        )
        answer = recorder.queue.pop(0) if recorder.queue else recorder.answer
        self.send_response(answer.status)
        if answer.body:
            self.send_header("content-type", answer.media_type)
        if answer.status >= 200 and answer.status != 204:
            self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _chunks(self) -> bytes:
        found = b""
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline(), 16):
                found += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        return found

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _any
    do_TRACE = do_QUERY = _any

    def log_message(self, *_: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    recorder: Recorder
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client may leave when it likes."""


class Recorder:
    """The upstream: records every request, and answers ``answer``."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.answer = Answer()
        self.queue: list[Answer] = []
        """Answers to the next requests, before ``answer`` counts."""
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.recorder = self
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self) -> list[dict[str, Any]]:
        """The requests since the last call."""
        found, self.requests = self.requests, []
        self.queue = []
        return found


@dataclass
class Outcome:
    """What came of one file: calls that were right and all calls, by kind; units that were not compared; findings."""

    name: str
    state: str = ""
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COLUMNS, 0))
    calls: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COLUMNS, 0))
    skipped: int = 0
    wrong: list[str] = field(default_factory=list)

    def judge(self, kind: str, what: str, problems: list[str]) -> None:
        """Count one call."""
        self.calls[kind] += 1
        self.right[kind] += not problems
        self.wrong += [f"{kind} {what}: {problem}" for problem in problems]


_as_caller: dict[str, str] = {}


@contextmanager
def calling(headers: dict[str, str]) -> Iterator[None]:
    """Send ``headers`` with every request meanwhile: those by which a server knows its caller."""
    _as_caller.update(headers)
    try:
        yield
    finally:
        _as_caller.clear()


def credentials(folder: Path, package: str) -> list[str]:
    """The environment variables that a built package reads its credentials from."""
    code = (
        f"import json\nfrom {package}.service import SERVICE\n"
        "print(json.dumps([v for c in SERVICE.credentials.values() for v in c.variables]))"
    )
    given = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=given)
    return list(json.loads(done.stdout or "[]"))


def send(
    port: int,
    method: str,
    target: str,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
) -> tuple[int, bytes]:
    """Status and body of the reply of a server on this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, target, body or None, {**_as_caller, **(headers or {})})
    reply = connection.getresponse()
    raw = reply.read()
    connection.close()
    return reply.status, raw


def rpc(port: int, method: str, params: dict[str, Any]) -> dict[str, Any]:
    """The answer of an MCP server to one message."""
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    headers = {"content-type": JSON, "accept": f"{JSON}, text/event-stream"}
    _, raw = send(port, "POST", "/mcp", headers, json.dumps(message).encode())
    if not raw.lstrip().startswith(b"{"):
        raw = raw.partition(b"data: ")[2]
    found: dict[str, Any] = json.loads(raw or b'{"error": "nothing"}')
    return found


def tools(port: int) -> list[dict[str, Any]]:
    """All pages of ``tools/list``."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, Any] = {}
    while True:
        page = rpc(port, "tools/list", cursor).get("result", {})
        found += page.get("tools", [])
        if not page.get("nextCursor"):
            return found
        cursor = {"cursor": page["nextCursor"]}


def environment(more: dict[str, str]) -> dict[str, str]:
    """This process's environment with ``more``, the compiler importable and proxies off."""
    kept = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
    return {**more, **kept, "PYTHONPATH": str(ROOT / "src")}


def build(path: Path, folder: Path, outcome: Outcome) -> str:
    """The package of one document below ``folder``; empty when there is none, and ``outcome`` says why."""
    command = [
        sys.executable,
        "-m",
        "naftiko_codegen",
        "build",
        str(path),
        "-o",
        str(folder),
        "--allow-scripts",
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment({}), cwd=ROOT
    )
    if "Traceback" in done.stderr or "Please report" in done.stderr:
        outcome.wrong.append(f"crash: {done.stderr[-400:]}")
    lines = (done.stderr + done.stdout).splitlines()
    if done.returncode:
        said = [line for line in lines if "error[" in line]
        words = said[0].partition("error[")[2] if said else " ".join(lines[-1:])
        outcome.state = f"refused [{words}"[:110]
        return ""
    found = [p.parent.name for p in folder.glob("*/service.py")]
    if len(found) != 1:
        outcome.state = f"{len(found)} packages: {' '.join(lines[-1:])}"[:110]
        return ""
    outcome.state = "built"
    return found[0]


@contextmanager
def serving(
    package: str,
    kind: str,
    url: dict[str, str],
    environment: dict[str, str],
    outcome: Outcome,
) -> Iterator[int]:
    """The port of a running server of ``package``; ``kind`` is ``rest`` or ``mcp``."""
    port = free_port()
    upstreams = [
        f"--upstream={n}={u}" if n else f"--upstream={u}" for n, u in url.items()
    ]
    command = [sys.executable, "-m", package, kind, f"--port={port}", *upstreams]
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
    """A line for each file, and the totals; right calls of all calls in each column."""
    used = [c for c in COLUMNS if any(o.calls[c] for o in outcomes)] or list(COLUMNS)
    titles = " ".join(f"{c:>11}" for c in used)
    yield f"{'file':60} {titles} skipped wrong  state"
    for it in outcomes:
        cells = " ".join(f"{it.right[c]:>5}/{it.calls[c]:<5}" for c in used)
        yield f"{it.name[-60:]:60} {cells} {it.skipped:>7} {len(it.wrong):>5}  {it.state}"
    right = {c: sum(o.right[c] for o in outcomes) for c in used}
    calls = {c: sum(o.calls[c] for o in outcomes) for c in used}
    cells = " ".join(f"{right[c]:>5}/{calls[c]:<5}" for c in used)
    built = sum(o.state == "built" for o in outcomes)
    wrong = sum(bool(o.wrong) for o in outcomes)
    total = f"{len(outcomes)} files, {built} built, {wrong} with differences"
    yield f"{total:60} {cells}"
