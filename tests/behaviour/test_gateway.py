"""The gateway over whole packages: several upstreams, several adapters, and servers that ask their callers."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mcp import Client, MCPError

from naftiko_codegen import pipeline
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options

from .capability_package import Recorder, ask, recorder, serving, tool
from .harness import environment

KEY = "h4rbour-k3y"
DOOR = "d00r-w0rd"
OWN = "g4teway-t0ken"
HARBOUR = """\
naftiko: 1.0.0-alpha2
info: {label: Harbour, description: Harbour.}
binds:
- {namespace: env, keys: {HARBOUR_KEY: HARBOUR_KEY, DOOR_WORD: DOOR_WORD}}
capability:
  consumes:
  - type: http
    namespace: north
    baseUri: https://north.example.com
    authentication: {type: bearer, token: "{{HARBOUR_KEY}}"}
    resources:
    - {name: ships, path: /ships, operations: [{name: list-ships, method: GET}]}
  - type: http
    namespace: south
    baseUri: https://south.example.com
    resources:
    - {name: docks, path: /docks, operations: [{name: list-docks, method: GET}]}
  exposes:
  - type: rest
    namespace: open
    port: 8080
    resources:
    - {path: /ships, operations: [{method: GET, name: list-ships, call: north.list-ships}]}
    - {path: "/south/{{path}}", forward: {targetNamespace: south}}
  - type: rest
    namespace: staff
    port: 8081
    authentication: {type: bearer, token: "{{DOOR_WORD}}"}
    resources:
    - {path: /docks, operations: [{method: GET, name: list-docks, call: south.list-docks}]}
  - type: rest
    namespace: same
    port: 8082
    resources:
    - {path: /ships, operations: [{method: GET, name: list-docks, call: south.list-docks}]}
  - type: mcp
    namespace: harbour-mcp
    port: 9090
    tools:
    - {name: list-ships, description: Ships., call: north.list-ships}
    resources:
    - {name: ships, label: Ships, uri: "data://ships", description: Ships., call: north.list-ships}
  - type: mcp
    namespace: dock-mcp
    port: 9091
    tools:
    - {name: list-docks, description: Docks., call: south.list-docks}
  - type: mcp
    namespace: staff-mcp
    port: 9092
    authentication: {type: bearer, token: "{{DOOR_WORD}}"}
    tools:
    - {name: close-docks, description: Docks., call: south.list-docks}
"""
WEATHER = """\
naftiko: 1.0.0-alpha2
info: {label: Weather, description: Weather.}
capability:
  consumes:
  - type: http
    namespace: weather
    baseUri: https://weather.example.com
    resources:
    - {name: now, path: /now, operations: [{name: get-weather, method: GET}]}
  exposes:
  - type: rest
    namespace: weather-rest
    port: 8080
    resources:
    - {path: /now, operations: [{method: GET, name: get-weather, call: weather.get-weather}]}
  - type: mcp
    namespace: weather-mcp
    port: 9090
    tools:
    - {name: get-weather, description: Weather., call: weather.get-weather}
    resources:
    - {name: now, label: Now, uri: "data://now", description: Weather., call: weather.get-weather}
    prompts:
    - {name: ask, label: Ask, description: Asks., template: [{role: user, content: "Is it raining?"}]}
"""
ENV = {"HARBOUR_KEY": KEY, "DOOR_WORD": DOOR}


@pytest.fixture(scope="module")
def found() -> Diagnostics:
    return Diagnostics()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, found: Diagnostics) -> Path:
    """Both packages and the gateway."""
    root = tmp_path_factory.mktemp("gateway")
    for name, text in (("harbour", HARBOUR), ("weather", WEATHER)):
        (root / f"{name}.yaml").write_text(text)
    paths = (root / "harbour.yaml", root / "weather.yaml")
    options = Options(paths=paths)
    _, made = pipeline.compile_all(options, found, lambda _: None)
    assert made is not None, [f"{d.code} {d.message}" for d in found]
    for file in made.files:
        path = root / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    return root


@pytest.fixture(scope="module")
def upstream() -> Iterator[Recorder]:
    with recorder() as running:
        yield running


@contextmanager
def gateway(folder: Path, upstream: Recorder, kind: str, **env: str) -> Iterator[int]:
    """The running gateway, each upstream at a path of its own."""
    given = (
        f"--upstream=harbour.north={upstream.url}/n",
        f"--upstream=harbour.south={upstream.url}/s",
        f"--upstream=weather={upstream.url}/w",
    )
    secrets = (KEY, DOOR, OWN)
    with serving(
        folder, "gateway", kind, *given, secrets=secrets, **ENV, **env
    ) as port:
        yield port


@pytest.fixture(scope="module")
def rest(folder: Path, upstream: Recorder) -> Iterator[int]:
    with gateway(folder, upstream, "rest") as port:
        yield port


def test_routes_of_every_adapter_reach_their_own_upstream(
    rest: int, upstream: Recorder
) -> None:
    assert ask(rest, "GET", "/ships")[0] == 200
    seen = upstream.only()
    assert (seen.target, seen.headers["authorization"]) == ("/n/ships", f"Bearer {KEY}")
    assert ask(rest, "GET", "/now")[0] == 200
    seen = upstream.only()
    assert seen.target == "/w/now" and "authorization" not in seen.headers
    assert ask(rest, "PUT", "/south/a/b?c=d", {"x": 1})[0] == 200
    seen = upstream.only()
    assert (seen.method, seen.target) == ("PUT", "/s/a/b?c=d")
    assert json.loads(seen.body) == {"x": 1}


def test_a_guarded_adapter_asks_for_its_own_credential(
    rest: int, upstream: Recorder
) -> None:
    for given in ({}, {"authorization": "Bearer wrong"}):
        for method in ("GET", "HEAD"):
            assert ask(rest, method, "/docks", **given)[0] == 401
    assert not upstream.seen
    assert ask(rest, "GET", "/docks", authorization=f"Bearer {DOOR}")[0] == 200
    seen = upstream.only()
    assert seen.target == "/s/docks" and "authorization" not in seen.headers
    assert ask(rest, "GET", "/nowhere")[0] == 404


def test_the_gateway_asks_for_its_own_everywhere_else(
    folder: Path, upstream: Recorder
) -> None:
    with gateway(folder, upstream, "rest", GATEWAY_CALLER_TOKEN=OWN) as port:
        for path in ("/ships", "/now", "/south/x", "/openapi.json", "/nowhere"):
            assert ask(port, "GET", path)[0] == 401, path
            door = ask(port, "GET", path, authorization=f"Bearer {DOOR}")
            assert door[0] == 401, path
        assert ask(port, "GET", "/ships", authorization=f"Bearer {OWN}")[0] == 200
        assert ask(port, "GET", "/docks", authorization=f"Bearer {OWN}")[0] == 401
        assert ask(port, "GET", "/docks", authorization=f"Bearer {DOOR}")[0] == 200
        assert ask(port, "GET", "/healthz")[0] == 200
    assert [s.target for s in upstream.seen] == ["/n/ships", "/s/docks"]
    upstream.seen.clear()


def test_the_document_says_which_routes_ask(rest: int) -> None:
    _, document = ask(rest, "GET", "/openapi.json")
    docks = document["paths"]["/docks"]["get"]
    (asked,) = docks["security"]
    scheme = document["components"]["securitySchemes"][next(iter(asked))]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert "security" not in document["paths"]["/ships"]["get"]
    assert "/south/{path}" in document["paths"]


def test_tools_of_every_adapter_that_asks_nothing(
    folder: Path, upstream: Recorder
) -> None:
    with gateway(folder, upstream, "mcp") as port:
        for name, target in (
            ("list-ships", "/n/ships"),
            ("list-docks", "/s/docks"),
            ("get-weather", "/w/now"),
        ):
            assert not tool(port, name).get("isError")
            assert upstream.only().target == target


def test_resources_and_prompts_of_all_packages(
    folder: Path, upstream: Recorder
) -> None:
    async def run(port: int) -> None:
        async with Client(f"http://127.0.0.1:{port}/mcp") as client:
            listed = (await client.list_resources()).resources
            assert [str(item.uri) for item in listed] == ["data://ships", "data://now"]
            for uri, target in (("data://ships", "/n/ships"), ("data://now", "/w/now")):
                (content,) = (await client.read_resource(uri)).contents
                assert json.loads(content.text) == {"ok": True}  # type: ignore[union-attr]
                assert upstream.only().target == target
            (found,) = (await client.get_prompt("ask")).messages
            assert found.content.text == "Is it raining?"  # type: ignore[union-attr]
            for call in (client.read_resource("data://no"), client.get_prompt("no")):
                with pytest.raises(MCPError, match="Unknown"):
                    await call

    with gateway(folder, upstream, "mcp") as port:
        asyncio.run(run(port))


def test_a_guarded_adapter_needs_its_secret(folder: Path) -> None:
    env = {**environment(HARBOUR_KEY=KEY), "PYTHONPATH": str(folder)}
    command = [sys.executable, "-m", "gateway", "rest", "--port=0"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert "harbour: variables are not set:\n  DOOR_WORD" in done.stderr
    assert "Traceback" not in done.stderr


def test_all_that_is_missing_in_any_package_is_said(folder: Path) -> None:
    env = {**environment(), "PYTHONPATH": str(folder)}
    for kind in ("rest", "mcp"):
        command = [sys.executable, "-m", "gateway", kind, "--port=0"]
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, timeout=30
        )
        assert done.returncode == 2
        assert "HARBOUR_KEY: requests need it" in done.stderr
        assert "Traceback" not in done.stderr


def test_what_is_left_out_is_said(folder: Path, found: Diagnostics) -> None:
    said = {d.code: d.message for d in found if d.code in ("N523", "N524")}
    assert "the mcp server staff-mcp" in said["N523"]
    assert "the rest server same" in said["N524"]
