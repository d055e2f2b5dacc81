"""Routes and tools of several steps: what goes upstream in which order, and what their callers get."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from behaviour import exposed
from behaviour.exposed import Registry, ask

pytestmark = pytest.mark.xdist_group("exposed-shapes")

HEAD = """\
naftiko: 1.0.0-alpha2
info: {label: Fleet, description: Ships.}
capability:
  consumes:
  - type: http
    namespace: registry
    baseUri: http://127.0.0.1:9/v1
    resources:
    - name: ships
      path: /ships
      operations:
      - name: list-ships
        method: GET
        outputParameters: [{name: imo-number, type: string, value: $.imo_number}]
    - name: crew
      path: /crew
      operations: [{name: list-crew, method: GET}]
    - name: trips
      path: /trips/{id}
      operations:
      - {name: get-trip, method: GET, inputParameters: [{name: id, in: path}, {name: view, in: query}]}
      - name: note
        method: POST
        inputParameters: [{name: id, in: path}, {name: body, in: body}]
  exposes:
"""
STEPS = """
        steps:
        - {name: trip, type: call, call: registry.get-trip, with: {id: '{{trip-id}}', view: 'v {{trip-id}}'}}
        - {name: ships, type: call, call: registry.list-ships}
        - {name: ship, type: lookup, index: ships, match: imo-number, lookupValue: $.trip.ship,
           outputParameters: [name, flag]}
        - {name: people, type: call, call: registry.list-crew}
        - {name: crew, type: lookup, index: people, match: id, lookupValue: $.trip.crew, outputParameters: [name]}
        - {name: noted, type: call, call: registry.note, with: {id: '{{trip.id}}', body: '{{ship}}'}}
        mappings:
        - {targetName: trip.id, value: $.trip.id}
        - {targetName: trip.ship, value: $.ship}
        - {targetName: crew, value: $.crew}
        - {targetName: void, value: $.trip.void}
        - {targetName: lost, value: $.trip.nowhere}
"""
SERVERS = f"""\
  - type: rest
    namespace: fleet-rest
    port: 8081
    resources:
    - path: /trips/{{trip-id}}
      operations:
      - method: GET
        name: get-trip{STEPS}
    - path: /last
      operations:
      - method: GET
        name: last
        steps:
        - {{name: first, type: call, call: registry.get-trip, with: {{id: '7'}}}}
        - {{name: second, type: call, call: registry.list-crew}}
  - type: mcp
    namespace: fleet-mcp
    port: 9091
    tools:
      - name: get-trip
        description: A trip.
        inputParameters: [{{name: trip-id, type: string, description: The id.}}]{STEPS}
"""
ANSWERS: dict[str, Any] = {
    "/v1/trips/7": {"id": 7, "ship": 42, "crew": ["a", "x", "c"], "void": None},
    "/v1/trips/8": {"id": 7, "ship": "?", "crew": []},
    "/v1/ships": [{"imo_number": "41"}, {"imo_number": "42", "name": "A", "k": 1}],
    "/v1/crew": [{"id": "c", "name": "C"}, {"id": "a", "name": "A"}, "odd"],
}
WANTED = {
    "trip": {"id": 7, "ship": {"name": "A", "flag": None}},
    "crew": [{"name": "A"}, {"name": "C"}],
    "void": None,
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("steps")
    exposed.build(folder, SERVERS, HEAD)
    return folder


@pytest.fixture
def registry() -> Iterator[Registry]:
    with exposed.registry() as running:
        for path, value in ANSWERS.items():
            body = json.dumps(value).encode()
            running.answers[path] = (200, "application/json", body)
        yield running


def test_a_route_takes_its_steps(root: Path, registry: Registry) -> None:
    with exposed.serve(root, "rest", registry) as port:
        status, headers, body = ask(port, "/trips/7")
        assert (status, headers["content-type"]) == (200, "application/json")
        assert json.loads(body) == WANTED
        assert [f"{seen.method} {seen.target}" for seen in registry.seen] == [
            "GET /v1/trips/7?view=v%207",
            "GET /v1/ships",
            "GET /v1/crew",
            "POST /v1/trips/7",
        ]
        assert json.loads(registry.seen[3].body) == {"name": "A", "flag": None}
        assert registry.seen[3].headers["x-request-id"] == headers["x-request-id"]
        assert json.loads(ask(port, "/trips/8")[2]) == {"trip": {"id": 7}}
        assert registry.seen[-1].body == b""
        assert json.loads(ask(port, "/last")[2]) == ANSWERS["/v1/crew"]


def test_a_step_that_fails_ends_the_run(root: Path, registry: Registry) -> None:
    with exposed.serve(root, "rest", registry) as port:
        registry.answers["/v1/ships"] = (404, "application/json", b"{}")
        status, _, body = ask(port, "/trips/7")
        assert (status, len(registry.seen)) == (502, 2)
        assert "404" in json.loads(body)["detail"]
        registry.answers["/v1/ships"] = (200, "text/html", b"<p>")
        assert ask(port, "/trips/7")[0] == 502


def test_a_tool_takes_its_steps(root: Path, registry: Registry) -> None:
    async def use(port: int) -> tuple[Any, Any]:
        async with Client(f"http://127.0.0.1:{port}/mcp") as client:
            good = await client.call_tool("get-trip", {"trip-id": "7"})
            registry.answers["/v1/crew"] = (500, "text/plain", b"boom")
            return good, await client.call_tool("get-trip", {"trip-id": "7"})

    with exposed.serve(root, "mcp", registry) as port:
        good, bad = asyncio.run(use(port))
    assert good.structured_content == WANTED
    assert json.loads(good.content[0].text) == WANTED
    assert bad.is_error and "500" in bad.content[0].text
