"""What those who run a server see of it: metrics, readiness, lines of the log, traces."""

from __future__ import annotations

import http.client
import json
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)
from prometheus_client.parser import text_string_to_metric_families

from behaviour import exposed
from behaviour.exposed import Registry, ask
from behaviour.harness import Process, environment, free_port
from naftiko_codegen import pipeline
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options

pytestmark = pytest.mark.xdist_group("exposed-watching")

SERVERS = """
    - type: rest
      namespace: fleet-rest
      port: 8081
      resources:
        - path: /ships
          name: ships
          operations:
            - name: list-ships
              method: GET
              call: registry.list-ships
        - path: /ships/{imo}
          name: ship
          operations:
            - name: get-ship
              method: GET
              call: registry.get-ship
    - type: mcp
      namespace: fleet-mcp
      port: 9091
      tools:
        - name: list-ships
          description: Lists ships.
          call: registry.list-ships
        - name: get-ship
          description: Gets a ship.
          call: registry.get-ship
"""
TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


def until(condition: Callable[[], object]) -> bool:
    """Whether ``condition`` comes true within ten seconds."""
    end = time.monotonic() + 10
    while not (met := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return bool(met)


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    with exposed.registry() as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("watched")
    exposed.build(root, SERVERS)
    return root


@contextmanager
def serving(
    folder: Path, kind: str, registry: Registry, *more: str, **extra: str
) -> Iterator[tuple[int, Process]]:
    """A server, its port and its process."""
    port = free_port()
    command = [sys.executable, "-m", "fleet", kind, f"--port={port}", *more]
    command.append(f"--upstream={registry.url}")
    process = Process(command, env=environment(**extra) | {"PYTHONPATH": str(folder)})
    try:
        process.wait_for_port(port)
        yield port, process
    finally:
        process.stop()


def call(
    port: int, tool: str, arguments: dict[str, Any], meta: dict[str, Any] | None = None,
    version: str = "2025-11-25", **headers: str,
) -> tuple[int, dict[str, str], Any]:  # fmt: skip
    """A tools/call over HTTP."""
    params = {"name": tool, "arguments": arguments, **({"_meta": meta} if meta else {})}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    sent = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": version,
        **headers,
    }
    if version == "2026-07-28":
        sent |= {"Mcp-Method": "tools/call", "Mcp-Name": tool}
    status, answered, body = ask(port, "/mcp", sent, "POST", json.dumps(message))
    return status, answered, body


def samples(page: bytes) -> dict[tuple[str, ...], float]:
    """Every sample of a page of metrics: name and labels, without the bounds of buckets."""
    found = {}
    for family in text_string_to_metric_families(page.decode()):
        for sample in family.samples:
            labels = [f"{k}={v}" for k, v in sorted(sample.labels.items())]
            found[(sample.name, *labels)] = sample.value
    return found


def requests(process: Process) -> list[dict[str, Any]]:
    """The lines of requests in a log; every line but the first is JSON."""
    lines = [line for line in process.log().splitlines() if line.startswith("{")]
    others = [
        line
        for line in process.log().splitlines()
        if not line.startswith(("{", "serving on http://"))
    ]
    assert others == []
    return [found for line in lines if "route" in (found := json.loads(line))]


def test_rest_metrics(folder: Path, registry: Registry) -> None:
    registry.answers["/v1/ships/9"] = (503, "application/json", b"{}")
    with serving(folder, "rest", registry) as (port, _):
        for path in ("/ships", "/ships", "/ships/9", "/ships/1", "/nothing", "/else"):
            ask(port, path)
        status, headers, page = ask(port, "/metrics")
    del registry.answers["/v1/ships/9"]
    assert status == 200
    assert headers["content-type"].startswith("text/plain; version=0.0.4")
    found = samples(page)
    rest = "adapter=rest"
    list_, get = "operation=GET /ships", "operation=GET /ships/{imo}"
    assert found["naftiko_request_total", rest, list_, "status=2xx"] == 2
    assert found["naftiko_request_total", rest, get, "status=2xx"] == 1
    assert found["naftiko_request_total", rest, get, "status=5xx"] == 1
    assert found["naftiko_request_total", rest, "operation=-", "status=4xx"] == 2
    assert found["naftiko_request_errors_total", rest, get] == 1
    assert found["naftiko_request_duration_seconds_count", rest, get] == 2
    assert 0 < found["naftiko_request_duration_seconds_sum", rest, get] < 60
    assert found["naftiko_request_active", rest] == 1, "the scrape itself"
    assert found["naftiko_request_shed_total", rest] == 0
    name = "naftiko_http_client_total"
    assert found[name, "operation=get-ship", "status=5xx", "upstream=Fleet"] == 3
    assert found["naftiko_http_client_retries_total", "upstream=Fleet"] == 2
    assert found[name, "operation=list-ships", "status=2xx", "upstream=Fleet"] == 2
    assert found["process_cpu_seconds_total",] > 0


def test_mcp_metrics(folder: Path, registry: Registry) -> None:
    registry.answers["/v1/ships/9"] = (500, "application/json", b"{}")
    with serving(folder, "mcp", registry) as (port, _):
        assert call(port, "list-ships", {})[0] == 200
        assert call(port, "get-ship", {"imo": "9"})[0] == 200
        ask(port, "/nothing")
        found = samples(ask(port, "/metrics")[2])
    del registry.answers["/v1/ships/9"]
    get = "operation=tools/call get-ship"
    assert found["naftiko_request_total", "adapter=mcp", get, "status=2xx"] == 1
    assert found["naftiko_request_errors_total", "adapter=mcp", get] == 1
    list_ = "operation=tools/call list-ships"
    assert found["naftiko_request_errors_total", "adapter=mcp", list_] == 0
    name = "naftiko_http_client_total"
    assert found[name, "operation=get-ship", "status=5xx", "upstream=Fleet"] == 3
    assert found["naftiko_http_client_retries_total", "upstream=Fleet"] == 2


@pytest.mark.parametrize("kind", ["rest", "mcp"])
def test_metrics_can_be_switched_off(
    folder: Path, registry: Registry, kind: str
) -> None:
    with serving(folder, kind, registry, "--metrics=off") as (port, _):
        assert ask(port, "/metrics")[0] == 404


@pytest.mark.parametrize("kind", ["rest", "mcp"])
def test_who_may_read_metrics(folder: Path, registry: Registry, kind: str) -> None:
    with serving(folder, kind, registry, FLEET_CALLER_TOKEN="s3cret-token") as (
        port,
        _,
    ):
        token = {"Authorization": "Bearer s3cret-token"}
        assert ask(port, "/metrics")[0] == 401
        assert ask(port, "/metrics", token)[0] == 200
        assert ask(port, "/metrics", {**token, "Host": "10.1.2.3:9"})[0] == 200
        assert ask(port, "/metrics", {**token, "Host": "[fd00::1]:9"})[0] == 200
        assert ask(port, "/metrics", {**token, "Host": "evil.example"})[0] == 421
        assert ask(port, "/openapi.json", {**token, "Host": "10.1.2.3"})[0] == 421
        for page in ("/healthz", "/readyz"):
            assert ask(port, page, {"Host": "evil.example"})[0] == 200


@pytest.mark.parametrize("kind", ["rest", "mcp"])
def test_a_stopping_server_is_not_ready_and_still_serves(
    folder: Path, registry: Registry, kind: str
) -> None:
    with serving(folder, kind, registry, "--drain-timeout=1.5") as (port, process):
        assert json.loads(ask(port, "/readyz")[2]) == {"status": "ready"}
        process.child.send_signal(signal.SIGTERM)
        assert until(lambda: ask(port, "/readyz")[0] == 503)
        assert json.loads(ask(port, "/readyz")[2]) == {"status": "stopping"}
        assert ask(port, "/healthz")[0] == 200
        if kind == "rest":
            assert ask(port, "/ships")[0] == 200
        else:
            assert call(port, "list-ships", {})[0] == 200
        assert process.child.wait(20) == 0


def test_a_line_of_the_log(folder: Path, registry: Registry) -> None:
    with serving(folder, "rest", registry) as (port, process):
        registry.seen.clear()
        sent = {"X-Request-ID": "abc-1", "traceparent": PARENT}
        _, answered, _ = ask(port, "/ships?status=secret-query", sent)
        assert answered["x-request-id"] == "abc-1"
        assert registry.seen[-1].headers["x-request-id"] == "abc-1"
        _, answered, _ = ask(port, "/ships/77", {"X-Request-ID": 'bad"id'})
        made = answered["x-request-id"]
        assert re.fullmatch(r"[0-9a-f]{24}", made)
        assert registry.seen[-1].headers["x-request-id"] == made
        ask(port, "/healthz")
        assert until(lambda: len(requests(process)) == 2)
        first, second = requests(process)
    assert "secret-query" not in process.log()
    assert first.pop("ms") > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first.pop("time"))
    assert first == {
        "level": "info",
        "server": "rest",
        "request_id": "abc-1",
        "method": "GET",
        "route": "/ships",
        "status": 200,
        "trace_id": TRACE,
    }
    assert second["request_id"] == made
    assert second["route"] == "/ships/{imo}"
    assert "trace_id" not in second


def test_a_line_of_the_log_of_mcp(folder: Path, registry: Registry) -> None:
    registry.answers["/v1/ships/9"] = (500, "application/json", b"{}")
    with serving(folder, "mcp", registry) as (port, process):
        registry.seen.clear()
        sent = {"X-Request-ID": "abc-2"}
        _, answered, _ = call(port, "get-ship", {"imo": "9"}, **sent)
        assert answered["x-request-id"] == "abc-2"
        assert registry.seen[-1].headers["x-request-id"] == "abc-2"
        _, answered, _ = call(port, "list-ships", {}, {"progressToken": 1}, **sent)
        assert answered["x-request-id"] == "abc-2", "also where the SDK answers"
        assert registry.seen[-1].headers["x-request-id"] == "abc-2"
        assert until(lambda: len(requests(process)) == 2)
        first, _ = requests(process)
    del registry.answers["/v1/ships/9"]
    assert first["route"] == "tools/call get-ship"
    assert first["error"] is True
    assert first["request_id"] == "abc-2"


def test_the_trace_context_goes_on(folder: Path, registry: Registry) -> None:
    with serving(folder, "rest", registry) as (port, _):
        state = {"traceparent": PARENT, "tracestate": "v=1", "baggage": "user=1"}
        ask(port, "/ships", state)
        sent = registry.seen[-1].headers
        assert (sent["traceparent"], sent["tracestate"]) == (PARENT, "v=1")
        assert "baggage" not in sent
        for wrong in ("", "x", PARENT.upper(), f"00-{'0' * 32}-b7ad6b7169203331-01"):
            ask(port, "/ships", {"traceparent": wrong, "tracestate": "v=1"})
            sent = registry.seen[-1].headers
            assert "traceparent" not in sent
            assert "tracestate" not in sent
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.putrequest("GET", "/ships")
        for _ in range(2):
            connection.putheader("traceparent", PARENT)
        connection.endheaders()
        assert connection.getresponse().status == 200
        connection.close()
        assert "traceparent" not in registry.seen[-1].headers, "two are none"
    with serving(folder, "rest", registry, "--traces=off") as (port, _):
        ask(port, "/ships", state)
        assert "traceparent" not in registry.seen[-1].headers


@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
def test_the_trace_of_an_mcp_envelope(
    folder: Path, registry: Registry, version: str
) -> None:
    own = ENVELOPE if version == "2026-07-28" else {}
    with serving(folder, "mcp", registry) as (port, process):
        for more in ({}, {"progressToken": 1}):
            meta = {"traceparent": PARENT, "tracestate": "v=2", **own, **more}
            assert call(port, "list-ships", {}, meta, version)[0] == 200
            sent = registry.seen[-1].headers
            assert (sent["traceparent"], sent["tracestate"]) == (PARENT, "v=2"), more
        other = PARENT.replace("b7ad", "aaaa")
        call(port, "list-ships", {}, meta, version, traceparent=other)
        assert registry.seen[-1].headers["traceparent"] == other
        call(port, "list-ships", {}, {**own, "traceparent": 5}, version)
        assert "traceparent" not in registry.seen[-1].headers
        assert until(lambda: len(requests(process)) == 4)
        assert requests(process)[0]["trace_id"] == TRACE


@contextmanager
def collector() -> Iterator[tuple[str, list[Any]]]:
    """An OTLP collector: its address, and the spans it has got."""
    spans: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["content-length"]))
            assert self.path == "/v1/traces"
            message = ExportTraceServiceRequest.FromString(data)
            for resource in message.resource_spans:
                spans.extend(s for scope in resource.scope_spans for s in scope.spans)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", spans
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("kind", ["rest", "mcp"])
def test_spans_are_sent(folder: Path, registry: Registry, kind: str) -> None:
    registry.answers["/v1/ships/9"] = (500, "application/json", b"{}")
    with collector() as (address, spans):
        extra = {"OTEL_EXPORTER_OTLP_ENDPOINT": address}
        with serving(folder, kind, registry, **extra) as (port, process):
            if kind == "rest":
                ask(port, "/ships/9", {"traceparent": PARENT})
            else:
                call(port, "get-ship", {"imo": "9"}, {"traceparent": PARENT})
            upstream = registry.seen[-1].headers["traceparent"]
            process.child.terminate()
            process.child.wait(20)
        assert "Traceback" not in process.log()
    del registry.answers["/v1/ships/9"]
    by_kind = {span.kind: span for span in spans}
    served, called = by_kind[2], by_kind[3]
    assert len(spans) == 2
    assert served.name == (
        "GET /ships/{imo}" if kind == "rest" else "tools/call get-ship"
    )
    assert served.trace_id.hex() == called.trace_id.hex() == TRACE
    assert served.parent_span_id.hex() == "b7ad6b7169203331"
    assert called.parent_span_id == served.span_id
    assert called.name == "http.client.GET"
    assert upstream == f"00-{TRACE}-{called.span_id.hex()}-01"
    assert served.status.code == called.status.code == 2


@pytest.mark.parametrize("kind", ["rest", "mcp"])
def test_a_gateway_is_watched_as_one(
    registry: Registry, tmp_path: Path, kind: str
) -> None:
    others = SERVERS.replace("path: /ships", "path: /frogs")
    for tool, other in (("list-ships", "list-frogs"), ("get-ship", "get-frog")):
        said = "{}\n          description"
        others = others.replace(said.format(tool), said.format(other))
    fleet = exposed.HEAD + SERVERS
    pond = exposed.HEAD.replace("label: Fleet", "label: Pond") + others
    specs = []
    for name, text in (("fleet", fleet), ("pond", pond)):
        (tmp_path / f"{name}.yaml").write_text(text)
        specs.append(tmp_path / f"{name}.yaml")
    diagnostics = Diagnostics()
    options = Options(paths=tuple(specs))
    _, made = pipeline.compile_all(options, diagnostics, lambda words: None)
    assert made is not None, [str(item) for item in diagnostics]
    for file in made.files:
        (tmp_path / file.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file.path).write_bytes(file.content)
    port = free_port()
    command = [sys.executable, "-m", "gateway", kind, f"--port={port}"]
    command += [f"--upstream={name}={registry.url}" for name in ("fleet", "pond")]
    process = Process(command, env=environment() | {"PYTHONPATH": str(tmp_path)})
    try:
        process.wait_for_port(port)
        sent = {"X-Request-ID": "joined-1", "traceparent": PARENT}
        for path, tool in (("/ships", "list-ships"), ("/frogs", "list-frogs")):
            registry.seen.clear()
            if kind == "rest":
                assert ask(port, path, sent)[0] == 200
            else:
                assert call(port, tool, {}, **sent)[0] == 200
            got = registry.seen[-1].headers
            assert (got["x-request-id"], got["traceparent"]) == ("joined-1", PARENT)
        found = samples(ask(port, "/metrics")[2])
    finally:
        process.stop()
    assert "Traceback" not in process.log()
    name = "naftiko_http_client_total"
    for service in ("Fleet", "Pond"):
        labels = ("operation=list-ships", "status=2xx", f"upstream={service}")
        assert found[name, *labels] == 1
    frogs = "GET /frogs" if kind == "rest" else "tools/call list-frogs"
    labels = (f"adapter={kind}", f"operation={frogs}", "status=2xx")
    assert found["naftiko_request_total", *labels] == 1
