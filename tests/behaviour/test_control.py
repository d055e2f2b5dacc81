"""Control adapters: the pages about the servers of a capability, which run beside them in one process."""

from __future__ import annotations

import http.client
import json
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from behaviour import exposed
from behaviour.exposed import Registry, ask
from behaviour.harness import Process, environment, free_port
from behaviour.test_watching import PARENT, SERVERS, TRACE, call, samples, until

pytestmark = pytest.mark.xdist_group("exposed-control")

HEAD = """\
naftiko: "1.0.0-alpha2"
info:
  label: Fleet
  description: Ships.
capability:
  exposes:
"""
SECOND = """
    - type: rest
      namespace: fleet-more
      port: 8082
      resources:
        - path: /more
          name: more
          operations:
            - name: more
              method: GET
              call: registry.list-ships
"""


def control(more: str = "{}", observability: str = "{}", rest: str = "") -> str:
    return f"""
    - type: control
      port: 9199
      management: {more}
      observability: {observability}
{rest}"""


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    with exposed.registry() as running:
        yield running


class Servers:
    """A control server and those beside it, each by its name."""

    def __init__(self, process: Process, ports: dict[str, int]) -> None:
        self.process = process
        self.ports = ports

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """Status and JSON of a control page."""
        status, _, body = ask(self.ports["control"], path, headers)
        return status, json.loads(body)

    def put(self, path: str, body: Any) -> tuple[int, Any]:
        text = body if isinstance(body, str) else json.dumps(body)
        status, _, said = ask(self.ports["control"], path, method="PUT", body=text)
        return status, json.loads(said)


@contextmanager
def running(
    root: Path, registry: Registry, *beside: str, more: tuple[str, ...] = (), **extra: str
) -> Iterator[Servers]:  # fmt: skip
    ports = {name: free_port() for name in ("control", *beside)}
    command = [sys.executable, "-m", "fleet", "control", f"--port={ports['control']}"]
    command += [f"--serve={name}={ports[name]}" for name in beside]
    command += [f"--upstream={registry.url}", *more]
    process = Process(command, env=environment(**extra) | {"PYTHONPATH": str(root)})
    try:
        for port in ports.values():
            process.wait_for_port(port)
        yield Servers(process, ports)
    finally:
        process.stop()
    assert "Traceback" not in process.log(), process.log()


@pytest.fixture(scope="module")
def fleet(
    registry: Registry, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Servers]:
    """Everything switched on, and three servers beside it."""
    root = tmp_path_factory.mktemp("control")
    switches = "{info: true, logs: {stream: true, max-subscribers: 1}, scripting: {timeout: 3000}}"
    exposed.build(root, SERVERS + SECOND + control(switches))
    with running(root, registry, "fleet-rest", "fleet-more", "mcp") as servers:
        yield servers


def test_health_and_status(fleet: Servers) -> None:
    """K08."""
    assert fleet.get("/health/live") == (200, {"status": "UP"})
    adapters = [
        {"type": kind, "namespace": name, "port": fleet.ports[key], "state": "started"}
        for kind, name, key in (
            ("rest", "fleet-rest", "fleet-rest"),
            ("rest", "fleet-more", "fleet-more"),
            ("mcp", "fleet-mcp", "mcp"),
        )
    ]
    found = {"status": "UP", "adapters": adapters}
    assert fleet.get("/health/ready") == (200, found)
    status, said = fleet.get("/status")
    assert status == 200
    assert said["capability"] == {"label": "Fleet"}
    assert said["adapters"] == adapters
    assert said["otel"] == {"status": "active"}
    assert re.fullmatch(r"PT(\d+M)?[\d.]+S", said["uptime"])
    for page in ("/health/live", "/health/ready"):
        assert fleet.get(page, Host="10.0.0.1:80")[0] == 200, "probes name an address"
    assert fleet.get("/status", Host="evil.example")[0] == 421


def test_metrics_of_all_servers(fleet: Servers) -> None:
    ask(fleet.ports["fleet-rest"], "/ships")
    ask(fleet.ports["fleet-more"], "/more")
    call(fleet.ports["mcp"], "list-ships", {})
    page = ask(fleet.ports["control"], "/metrics")[2]
    assert len(set(page.splitlines())) == len(page.splitlines()), "nothing twice"
    found = samples(page)
    name = "naftiko_request_total"
    ok = "status=2xx"
    assert found[name, "adapter=rest fleet-rest", "operation=GET /ships", ok] >= 1
    assert found[name, "adapter=rest fleet-more", "operation=GET /more", ok] >= 1
    assert found[name, "adapter=mcp", "operation=tools/call list-ships", ok] >= 1
    assert sum(v for k, v in found.items() if k[0] == "naftiko_http_client_total") >= 3


def test_traces(fleet: Servers, registry: Registry) -> None:
    registry.answers["/v1/ships/9"] = (500, "application/json", b"{}")
    ask(fleet.ports["fleet-rest"], "/ships/9", {"traceparent": PARENT})
    del registry.answers["/v1/ships/9"]
    ask(fleet.ports["fleet-more"], "/more")
    status, said = fleet.get("/traces?operation=GET+/ships&status=error")
    assert (status, said["bufferSize"]) == (200, 100)
    assert said["bufferUsed"] >= 2
    (trace,) = said["traces"]
    assert trace["traceId"] == TRACE
    assert trace["operation"] == "GET /ships/{imo}"
    assert (trace["status"], trace["spanCount"]) == ("ERROR", 2)
    assert trace["durationMs"] > 0
    status, one = fleet.get(f"/traces/{TRACE}")
    assert status == 200
    called, served = one["spans"]
    assert called["parentSpanId"] == served["spanId"]
    assert served["parentSpanId"] == "b7ad6b7169203331"
    assert called["attributes"]["naftiko.operation"] == "get-ship"
    status, said = fleet.get(f"/traces/{'1' * 32}")
    assert (status, list(said)) == (404, ["error"])


def test_logs(fleet: Servers) -> None:
    sent = {"X-Request-ID": "log-1"}
    ask(fleet.ports["fleet-rest"], "/ships", sent)
    _, said = fleet.get("/logs?request_id=log-1")
    assert said["level"] == "info"
    (line,) = said["logs"]
    assert (line["server"], line["route"]) == ("rest fleet-rest", "/ships")
    for wrong in ({"level": "loud"}, {"level": "info", "x": 1}, {}, [], "{", "null"):
        status, said = fleet.put("/logs", wrong)
        assert (status, list(said)) == (400, ["error"]), wrong
    assert fleet.put("/logs", {"level": "debug"}) == (200, {"level": "debug"})
    assert fleet.get("/logs")[1]["level"] == "debug"
    assert fleet.put("/logs", {"level": "info"})[0] == 200


def test_a_stream_of_the_log(fleet: Servers) -> None:
    connections = [
        http.client.HTTPConnection("127.0.0.1", fleet.ports["control"], timeout=20)
        for _ in range(2)
    ]
    first, second = connections
    first.request("GET", "/logs/stream")
    reply = first.getresponse()
    assert reply.getheader("content-type") == "text/event-stream"
    second.request("GET", "/logs/stream")
    assert second.getresponse().status == 503, "one subscriber is the most"
    ask(fleet.ports["fleet-rest"], "/ships", {"X-Request-ID": "followed"})
    lines: list[dict[str, Any]] = []
    while not any(line.get("request_id") == "followed" for line in lines):
        event = reply.readline()
        if event.startswith(b"data: "):
            lines.append(json.loads(event[6:]))
    for connection in connections:
        connection.close()
    assert until(lambda: _follows(fleet)), "the place is free again"


def _follows(fleet: Servers) -> bool:
    connection = http.client.HTTPConnection(
        "127.0.0.1", fleet.ports["control"], timeout=20
    )
    connection.request("GET", "/logs/stream")
    status = connection.getresponse().status
    connection.close()
    return status == 200


def test_scripting(registry: Registry, tmp_path: Path) -> None:
    """K10 to K12."""
    said = (
        "{scripting: {enabled: true, defaultLocation: 'file:///app/scripts', defaultLanguage: javascript, "
        "timeout: 3000, statementLimit: 50000, allowedLanguages: [javascript, python]}}"
    )
    exposed.build(tmp_path, control(said), HEAD)
    with running(tmp_path, registry) as servers:
        wanted = {
            "enabled": True,
            "defaultLocation": "file:///app/scripts",
            "defaultLanguage": "javascript",
            "timeout": 3000,
            "statementLimit": 50000,
            "allowedLanguages": ["javascript", "python"],
            "stats": {"totalExecutions": 0, "totalErrors": 0, "averageDurationMs": 0.0},
        }
        assert servers.get("/scripting") == (200, wanted)
        for change in (
            {"enabled": False},
            {"timeout": 10000},
            {"statementLimit": 200000},
            {"defaultLanguage": "python"},
            {"allowedLanguages": ["python"], "defaultLocation": "file:///other"},
        ):
            wanted |= change
            assert servers.put("/scripting", change) == (200, wanted)
            assert servers.get("/scripting") == (200, wanted)
        for change in (
            {"timeout": 0},
            {"timeout": "x"},
            {"timeout": True},
            {"timeout": 5, "statementLimit": -1},
            {"defaultLanguage": "ruby"},
            {"allowedLanguages": ["ruby"]},
            {"allowedLanguages": "python"},
            {"defaultLocation": "/etc"},
            {"enabled": "no"},
            {"statts": 1},
            "[]",
            "{",
        ):
            status, answer = servers.put("/scripting", change)
            assert (status, list(answer)) == (400, ["error"]), change
            assert servers.get("/scripting") == (200, wanted), "nothing was taken"
        assert servers.put("/scripting", '{"x": "' + "x" * 70_000 + '"}')[0] == 413


def test_what_is_switched_off_is_not_there(registry: Registry, tmp_path: Path) -> None:
    """K09."""
    exposed.build(tmp_path, SERVERS + control("{health: false}", "{enabled: false}"))
    with running(tmp_path, registry, "rest") as servers:
        for page in (
            *("/health/live", "/health/ready", "/status", "/metrics", "/traces"),
            *(f"/traces/{TRACE}", "/logs", "/logs/stream", "/scripting", "/config"),
            *("/config/reload", "/config/validate"),
        ):
            assert servers.get(page)[0] == 404, page
        assert servers.get("/readyz") == (200, {"status": "ready"})
        assert ask(servers.ports["rest"], "/metrics")[0] == 404
        ask(servers.ports["rest"], "/ships", {"traceparent": PARENT})
        assert "traceparent" not in registry.seen[-1].headers


def test_only_health_by_default(registry: Registry, tmp_path: Path) -> None:
    exposed.build(tmp_path, control("{}", "{}"), HEAD)
    with running(tmp_path, registry) as servers:
        ready = {"status": "UP", "adapters": []}
        assert servers.get("/health/ready") == (200, ready)
        assert servers.get("/status")[0] == 404
        assert servers.get("/logs")[0] == 404
        assert servers.get("/scripting")[0] == 404
        assert ask(servers.ports["control"], "/metrics")[0] == 200
        empty = {"traces": [], "bufferSize": 100, "bufferUsed": 0}
        assert servers.get("/traces") == (200, empty)


def test_without_opentelemetry_there_are_no_traces(
    registry: Registry, tmp_path: Path
) -> None:
    exposed.build(tmp_path, control("{info: true}"), HEAD)
    with running(tmp_path, registry, OTEL_SDK_DISABLED="true") as servers:
        status, said = servers.get("/traces")
        assert (status, list(said)) == (503, ["error"])
        assert servers.get("/status")[1]["otel"] == {"status": "inactive"}


def test_a_stop_is_seen_by_all(registry: Registry, tmp_path: Path) -> None:
    exposed.build(tmp_path, SERVERS + control())
    wait = ("--drain-timeout=1.5",)
    with running(tmp_path, registry, "rest", "mcp", more=wait) as servers:
        assert until(lambda: servers.get("/health/ready")[0] == 200)
        servers.process.child.send_signal(signal.SIGTERM)
        assert until(lambda: servers.get("/health/ready")[0] == 503)
        said = servers.get("/health/ready")[1]
        assert said["status"] == "DEGRADED"
        assert {item["state"] for item in said["adapters"]} == {"stopped"}
        assert ask(servers.ports["rest"], "/readyz")[0] == 503
        assert ask(servers.ports["rest"], "/ships")[0] == 200
        assert servers.process.child.wait(20) == 0


def test_callers_of_the_control_server(registry: Registry, tmp_path: Path) -> None:
    block = '      authentication: {type: bearer, token: "{{OPERATOR}}"}\n'
    exposed.build(tmp_path, SERVERS + control("{info: true}", rest=block))
    secret = "operators-own"
    with running(tmp_path, registry, "rest", OPERATOR=secret) as servers:
        given = {"Authorization": f"Bearer {secret}"}
        for page in ("/health/live", "/health/ready", "/status", "/metrics"):
            assert ask(servers.ports["control"], page)[0] == 401, page
            assert ask(servers.ports["control"], page, given)[0] == 200, page
        assert servers.get("/healthz")[0] == 200
        assert ask(servers.ports["rest"], "/ships")[0] == 200, "its own callers alone"
        assert secret not in servers.process.log()


@pytest.mark.parametrize("name", ["nobody", "rest=x", "rest=", "=1"])
def test_servers_that_are_not_there(
    registry: Registry, tmp_path: Path, name: str
) -> None:
    exposed.build(tmp_path, SERVERS + control())
    said = "--serve takes NAME or NAME=PORT; the names: "
    wrong = (f"--serve={name}",)
    with (
        pytest.raises(exposed.Failed, match=said),
        running(tmp_path, registry, more=wrong),
    ):
        pass


def test_b3(registry: Registry, tmp_path: Path) -> None:
    traces = "{traces: {propagation: b3, local: {enabled: false}}}"
    exposed.build(tmp_path, SERVERS + control("{}", traces))
    sent = {
        "X-B3-TraceId": TRACE,
        "X-B3-SpanId": "b7ad6b7169203331",
        "X-B3-Sampled": "0",
    }
    with exposed.serve(tmp_path, "rest", registry) as port:
        ask(port, "/ships", sent)
        found = registry.seen[-1].headers
        assert {k: found.get(k.lower()) for k in sent} == sent
        assert "traceparent" not in found
        ask(port, "/ships", {"traceparent": PARENT})
        assert not [k for k in registry.seen[-1].headers if "b3" in k or "trace" in k]
        ask(port, "/ships", {**sent, "X-B3-TraceId": "0" * 32})
        assert not [k for k in registry.seen[-1].headers if "b3" in k]


def test_scripts_obey(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "wait.py").write_text(
        "import time\ntime.sleep(float(context['seconds']))\nresult = 'slept'\n"
    )
    route = """
    - type: rest
      namespace: fleet-rest
      port: 8081
      resources:
        - path: /wait
          name: wait
          operations:
            - name: wait
              method: GET
              inputParameters: [{name: seconds, in: query, type: number}]
              steps:
                - {name: wait, type: script, file: wait.py}
"""
    said = (
        "{scripting: {defaultLocation: 'file:///./scripts', defaultLanguage: python}}"
    )
    exposed.build(tmp_path, route + control(said), HEAD)
    with running(tmp_path, registry, "rest") as servers:

        def wait(seconds: float) -> tuple[int, str]:
            status, _, body = ask(servers.ports["rest"], f"/wait?seconds={seconds}")
            found = json.loads(body)
            return status, found["detail"] if status == 500 else found

        assert wait(0) == (200, "slept")
        assert servers.put("/scripting", {"timeout": 300})[0] == 200
        status, words = wait(20)
        assert (status, "longer than 0.3 seconds" in words) == (500, True)
        servers.put("/scripting", {"timeout": 60000, "allowedLanguages": []})
        assert wait(0) == (500, "Scripts in python are switched off.")
        servers.put("/scripting", {"allowedLanguages": ["python"], "enabled": False})
        assert wait(0) == (500, "Scripts are switched off on this server.")
        assert servers.put("/scripting", {"enabled": True})[0] == 200
        assert wait(0) == (200, "slept")
        stats = servers.get("/scripting")[1]["stats"]
        assert (stats["totalExecutions"], stats["totalErrors"]) == (3, 1)
        assert stats["averageDurationMs"] > 0
        assert stats["lastExecutionAt"].endswith("+00:00")
