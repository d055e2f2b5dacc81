"""The rows J, L and A of the conformance table: outputs, steps and functions, over sockets."""

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
  aggregates:
  - label: Hello
    namespace: hello
    functions:
    - name: greet
      description: A greeting.
      semantics: {safe: false}
      inputParameters: [{name: name, type: string, description: Who.}]
      outputParameters:
      - {name: message, type: string, value: 'Hello, {{name}}!'}
      - {name: source, type: string, value: aggregate-mock}
    - name: forecast
      description: The weather.
      semantics: {safe: true, idempotent: true}
      inputParameters: [{name: location, type: string, description: Where.}]
      call: registry.read
      with: {location: location, key: 'sunny'}
      outputParameters: [{type: string, mapping: $.forecast}]
    - name: manifest
      description: A voyage.
      inputParameters: [{name: voyage-id, type: string, description: The voyage.}]
      steps:
      - {name: voyage, type: call, call: registry.read, with: {key: hello.voyage-id}}
  consumes:
  - type: http
    namespace: registry
    baseUri: http://127.0.0.1:9/v1
    resources:
    - name: any
      path: /{{key}}
      operations:
      - {name: read, method: GET, inputParameters: [{name: key, in: path}, {name: size, in: query}]}
      - name: profile
        method: GET
        inputParameters: [{name: key, in: path}]
        outputParameters: [{name: region, type: string, value: $.profile.region}]
      - {name: table, method: GET, outputRawFormat: csv, inputParameters: [{name: key, in: path}]}
    - name: root
      path: /
      operations:
      - {name: list, method: GET}
      - {name: people, method: GET, outputParameters: [{name: mail, type: string, value: $.email}]}
  exposes:
"""
OUTPUTS = {
    "J01": "[{type: array, mapping: $.rows, items: {type: object, properties:"
    " {name: {type: string, mapping: $.name}}}}]",
    "J02": "[{type: array, mapping: $.rows, items: {type: string}}]",
    "J03": "[{type: array, mapping: $.data, items: {type: string}}]",
    "J04": "[{type: string, mapping: $.missing}, {type: string, mapping: $.user.id}]",
    "J05": "[{type: object, properties: {ship: {type: object, properties: {name: {type: string, mapping: $.a.b.name},"
    " flag: {type: object, properties: {code: {type: string, mapping: $.a.flag}}}}}}}]",
    "J06": "[{type: object, properties: {root: {type: object, mapping: $}, dot: {type: object, mapping: $.},"
    " empty: {type: string, mapping: $.none}}}]",
    "J07": """[{type: string, mapping: "$['user details']['contact email']"}]""",
    "J08": '[{type: object, mapping: "$."}]',
    "J09": "[{type: array, mapping: $.items, items: {type: object, properties: {x: {type: object, properties:"
    " {b: {type: number, mapping: $.a.b}}}}}}]",
    "J10": "[{type: string, mapping: $.n}]",
    "words": "[{type: object, properties: {text: {type: string, value: 'for {{id}} in {{lang}}{{secret}}'},"
    " all: {type: array, mapping: $.rows, items: {type: string, value: '{{id}}!'}}}}]",
    "codes": '[{type: array, mapping: \'$.rows[?match(@.code, "[A-Z]{2}.") || search(@.name, "^|x")].code\'}]',
    "length": "[{type: object, properties: {member: {type: number, mapping: $.data.length},"
    " count: {type: number, mapping: $.data.length()}}}]",
}
REPLIES: dict[str, Any] = {
    "J01": {"rows": [{"name": "A"}, {"other": "B"}]},
    "J02": {"rows": [{"name": "A"}, {"other": "B"}]},
    "J03": {"data": {"id": 1}},
    "J04": {"user": {"id": "u-1"}},
    "J05": {"a": {"b": {"name": "SHIPX"}, "flag": "NO"}},
    "J06": {"a": 1},
    "J07": {"user details": {"contact email": "x"}},
    "J08": {"any": ["object", None]},
    "J09": {"items": [{"a": {"b": 1}}]},
    "J10": {"n": 5},
    "words": {"rows": [1, 2]},
    "codes": {
        "rows": [
            {"code": "NO1"},
            {"code": "no1"},
            {"code": "NO12"},
            {"code": 7, "name": "x"},
        ]
    },
    "length": {"data": [1, 2, 3]},
}
WANTED: dict[str, Any] = {
    "J01": [{"name": "A"}, {"name": None}],
    "J02": REPLIES["J02"]["rows"],
    "J03": REPLIES["J03"],
    "J04": "u-1",
    "J05": {"ship": {"name": "SHIPX", "flag": {"code": "NO"}}},
    "J06": {"root": {"a": 1}, "dot": {"a": 1}, "empty": None},
    "J07": "x",
    "J08": REPLIES["J08"],
    "J09": [{"x": {"b": 1}}],
    "J10": 5,
    "words": {"text": "for words in fr", "all": ["words!", "words!"]},
    "codes": ["NO1", 7],
    "length": {"member": None, "count": 3},
}
FLOWS = {
    "L01": """
      - {name: users, type: call, call: registry.list}
      - {name: who, type: lookup, index: users, match: email, lookupValue: '{{id}}', outputParameters: [id, email]}
      - {name: fetch-profile, type: call, call: registry.profile, with: {key: '{{who.id}}'}}
      - {name: echo, type: call, call: registry.read, with: {key: 'echo-{{fetch-profile.region}}'}}
      mappings: [{targetName: who, value: $.who}, {targetName: echo, value: $.echo.path}]""",
    "L03": """
      - {name: users, type: call, call: registry.list}
      - {name: one, type: lookup, index: users, match: id, lookupValue: u-2, outputParameters: [email, missing]}
      mappings: [{targetName: one, value: $.one}]""",
    "L04": """
      - {name: single, type: call, call: registry.profile, with: {key: u-2}}
      - {name: hit, type: lookup, index: single, match: region, lookupValue: eu, outputParameters: [region]}
      - {name: miss, type: lookup, index: single, match: region, lookupValue: us, outputParameters: [region]}
      - {name: none, type: lookup, index: single, match: region, lookupValue: eu, outputParameters: []}
      mappings:
      - {targetName: hit, value: $.hit}
      - {targetName: miss, value: $.miss}
      - {targetName: none, value: $.none}""",
    "L05": """
      - {name: people, type: call, call: registry.people}""",
    "L06": """
      - {name: single, type: call, call: registry.profile, with: {key: u-2}}""",
    "L07": """
      - {name: trip, type: call, call: registry.read, with: {key: trip, size: 2}}
      mappings:
      - {targetName: route.from, value: $.trip.from}
      - {targetName: route.to, value: '$.trip.stops[-1]'}
      - {targetName: ship.owner.name, value: 'Owner of {{id}}'}
      - {targetName: ship, value: $.trip.ship}
      - {targetName: ship.flag, value: $.trip.flag}""",
    "made": """
      - {name: first, type: call, call: registry.list}
      - {name: made, type: call, call: registry.read, with: {key: made}}""",
    "L09": """
      - {name: bad, type: call, call: registry.read, with: {key: bad}}
      - {name: after, type: call, call: registry.list}""",
    "L08": """
      - {name: voyage, type: call, call: registry.read, with: {key: NS.id, size: 'n{{id}}'}}
      mappings: [{targetName: at, value: $.voyage.path}]""",
    "csv": """
      - {name: rows, type: call, call: registry.table, with: {key: table}}
      - {name: one, type: lookup, index: rows, match: id, lookupValue: tools.id, outputParameters: [name]}
      mappings: [{targetName: name, value: $.one.name}, {targetName: id, value: '{{id}}'}]""",
}


def in_route(steps: str) -> str:
    """The steps of a tool as those of a route."""
    deeper = steps.replace("\n", "\n  ").replace("tools.id", "rest.id")
    return deeper.replace("NS.", "fleet-rest.")


INPUT = "inputParameters: [{name: id, type: string, description: The id.}]"
TOOLS = "".join(
    f"    - {{name: {name}, description: One., call: registry.read, with: {{key: tools.id}}, inputParameters: "
    f"[{{name: id, type: string, description: Id.}}, {{name: lang, type: string, required: false, description: L.}}], "
    f"outputParameters: {made}}}\n"
    for name, made in OUTPUTS.items()
) + "".join(
    f"    - name: {name}\n      description: Steps.\n      {INPUT}\n      steps:{steps.replace('NS.', 'fleet-mcp.')}\n"
    for name, steps in FLOWS.items()
)
ROUTES = "".join(
    f"    - {{path: '/{name}/{{id}}', operations: [{{name: {name}, method: GET, call: registry.read, "
    f"with: {{key: rest.id}}, inputParameters: [{{name: id, in: path, type: string, description: Id.}}, "
    f"{{name: lang, in: query, type: string, description: L.}}], outputParameters: {made}}}]}}\n"
    for name, made in OUTPUTS.items()
) + "".join(
    f"    - path: /{name}/{{id}}\n      operations:\n      - name: {name}\n        method: GET\n"
    f"        steps:{in_route(steps)}\n"
    for name, steps in FLOWS.items()
)
SERVERS = f"""\
  - type: rest
    namespace: fleet-rest
    port: 8081
    resources:
    - path: /hello
      operations:
      - method: GET
        ref: hello.greet
        inputParameters: [{{name: name, in: query, type: string, description: Who.}}]
    - path: /forecast/{{location}}
      operations:
      - method: GET
        ref: hello.forecast
        inputParameters: [{{name: location, in: path, type: string, description: Where.}}]
      - {{method: POST, ref: hello.forecast}}
    - path: /mixed/{{id}}
      operations:
      - name: mixed
        method: GET
        call: registry.read
        inputParameters:
        - {{name: id, in: path, type: string, description: Id.}}
        - {{name: lang, in: query, type: string, description: L.}}
        with: {{key: 'in {{{{lang}}}}/{{{{id}}}}', size: rest.id}}
{ROUTES}
  - type: mcp
    namespace: fleet-mcp
    port: 9091
    tools:
    - {{ref: hello.greet}}
    - {{ref: hello.forecast}}
    - {{ref: hello.forecast, name: open, description: Own., hints: {{openWorld: true}}}}
    - {{ref: hello.manifest}}
    - name: mixed
      description: Mixed.
      call: registry.read
      inputParameters:
      - {{name: id, type: string, description: Id.}}
      - {{name: lang, type: string, required: false, description: L.}}
      with: {{key: 'in {{{{lang}}}}/{{{{id}}}}', size: tools.id}}
{TOOLS}
    resources:
    - name: trip
      label: Trip
      uri: data://trips/{{id}}
      description: A trip of steps.
      steps:
      - {{name: trip, type: call, call: registry.read, with: {{key: 'trip-{{{{id}}}}'}}}}
      mappings: [{{targetName: id, value: '{{{{id}}}}'}}, {{targetName: at, value: $.trip.path}}]
"""
ANSWERS: dict[str, Any] = {
    **REPLIES,
    "": [
        {"id": "u-1", "email": "al@example.com"},
        {"id": "u-2", "email": "bob@example.com"},
    ],
    "u-2": {"profile": {"region": "eu"}, "more": 1},
    "trip": {"from": "A", "stops": ["B", "C"], "flag": "NO", "ship": "scalar"},
    "sunny": {"forecast": "sunny"},
}
STEPPED: dict[str, Any] = {
    "L01": {
        "who": {"id": "u-2", "email": "bob@example.com"},
        "echo": "/v1/echo-eu",
    },
    "L03": {"one": {"email": "bob@example.com", "missing": None}},
    "L04": {"hit": {"region": "eu"}, "none": {}},
    "L05": [
        {"id": "u-1", "email": "al@example.com", "mail": "al@example.com"},
        {"id": "u-2", "email": "bob@example.com", "mail": "bob@example.com"},
    ],
    "L06": {"region": "eu"},
    "L07": {"route": {"from": "A", "to": "C"}, "ship": {"flag": "NO"}},
    "made": {"id": 9},
    "L08": {"at": "/v1/VOY-42?size=nVOY-42"},
    "csv": {"name": "Bob", "id": "2"},
}
IDS = {"L01": "bob@example.com", "L08": "VOY-42", "csv": "2"}
MIXED = "/v1/in%20fr%2F7?size=7"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("conformance")
    exposed.build(folder, SERVERS, HEAD)
    return folder


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    with exposed.registry() as running:
        for path, value in ANSWERS.items():
            body = json.dumps(value).encode()
            running.answers[f"/v1/{path}"] = (200, "application/json", body)
        running.answers["/v1/made"] = (201, "application/json", b'{"id": 9}')
        running.answers["/v1/bad"] = (500, "application/json", b'{"a": 1}')
        running.answers["/v1/table"] = (200, "text/csv", b"id,name\n1,Al\n2,Bob\n")
        yield running


def test_routes(root: Path, registry: Registry) -> None:
    with exposed.serve(root, "rest", registry) as port:
        for name, wanted in WANTED.items():
            status, _, body = ask(port, f"/{name}/{name}?lang=fr")
            assert (name, status, json.loads(body)) == (name, 200, wanted)
        for name, wanted in STEPPED.items():
            status, _, body = ask(port, f"/{name}/{IDS.get(name, 'x')}")
            good = 201 if name == "made" else 200
            assert (name, status, json.loads(body)) == (name, good, wanted)
        registry.seen.clear()
        assert ask(port, "/L09/x")[0] == 502
        # asked again as GET may be, but no later step is called
        assert [seen.target for seen in registry.seen] == ["/v1/bad"] * 3
        said = json.loads(ask(port, "/hello?name=Nina")[2])
        assert said == {"message": "Hello, Nina!", "source": "aggregate-mock"}
        for method in ("GET", "POST"):
            assert ask(port, "/forecast/Paris", method=method)[::2] == (200, b'"sunny"')
            assert registry.seen[-1].target == "/v1/sunny"
        assert json.loads(ask(port, "/mixed/7?lang=fr")[2])["path"] == MIXED


def test_tools(root: Path, registry: Registry) -> None:
    async def use(port: int) -> dict[str, Any]:
        async with Client(f"http://127.0.0.1:{port}/mcp") as client:
            listed = await client.list_tools()
            found: dict[str, Any] = {f"tool {t.name}": t for t in listed.tools}
            for name in WANTED:
                arguments = {"id": name} | ({"lang": "fr"} if name == "words" else {})
                found[name] = await client.call_tool(name, arguments)
            for name in (*STEPPED, "L09"):
                arguments = {"id": IDS.get(name, "x")}
                found[name] = await client.call_tool(name, arguments)
            found["greet"] = await client.call_tool("greet", {"name": "Nina"})
            where = {"location": "Paris"}
            found["forecast"] = await client.call_tool("forecast", where)
            voyage = {"voyage-id": "VOY-2026-042"}
            found["manifest"] = await client.call_tool("manifest", voyage)
            mixed = {"id": "7", "lang": "fr"}
            found["mixed"] = await client.call_tool("mixed", mixed)
            found["trip"] = await client.read_resource("data://trips/7")
            return found

    with exposed.serve(root, "mcp", registry) as port:
        found = asyncio.run(use(port))
    for name, wanted in (WANTED | STEPPED).items():
        assert not found[name].is_error, name
        assert (name, json.loads(found[name].content[0].text)) == (name, wanted)
    assert found["L09"].is_error and "500" in found["L09"].content[0].text
    assert found["greet"].structured_content["message"] == "Hello, Nina!"
    assert found["forecast"].content[0].text == '"sunny"'
    assert json.loads(found["manifest"].content[0].text)["path"] == "/v1/VOY-2026-042"
    assert json.loads(found["mixed"].content[0].text)["path"] == MIXED
    trip = json.loads(found["trip"].contents[0].text)
    assert trip == {"id": "7", "at": "/v1/trip-7"}
    hints = found["tool forecast"].annotations
    assert (hints.read_only_hint, hints.destructive_hint) == (True, False)
    assert (hints.idempotent_hint, hints.open_world_hint) == (True, None)
    assert found["tool forecast"].description == "The weather."
    assert found["tool open"].annotations.open_world_hint is True
    assert found["tool open"].annotations.read_only_hint is True
    assert found["tool open"].description == "Own."
    unsafe = found["tool greet"].annotations
    assert (unsafe.read_only_hint, unsafe.destructive_hint) == (False, None)
    assert found["tool L01"].annotations is None
