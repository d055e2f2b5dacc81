"""Outputs of a capability: what REST and MCP callers get of an upstream's JSON, over sockets."""

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

FLEET = """[{type: array, mapping: $.data, items: {type: object, properties: {
              name: {type: string, mapping: $.name}, flag: {type: string, value: "NO"},
              owner: {type: object, mapping: $.owner, properties: {city: {type: string, mapping: $.home city}}},
              ports: {type: array, mapping: '$.ports[*].name'}}}}]"""
SHIP = """[{type: object, properties: {
              id: {type: string, mapping: imo}, none: {type: string, mapping: $.missing},
              big: {type: array, mapping: '$.ports[?@.size > $.least].name'},
              all: {type: array, mapping: $..name}, last: {type: number, mapping: '$.ports[-1].size'},
              count: {type: number, mapping: $.ports.length()},
              note: {type: string, mapping: $.note, maxLength: 4}}}]"""
NAME = "[{type: string, mapping: $.name}]"
CASES = (
    ("list", "registry.list-ships", FLEET),
    ("ship", "registry.get-ship", SHIP),
    ("name", "registry.get-ship", NAME),
)
SERVERS = "\n".join(
    [
        "    - {type: rest, namespace: fleet-rest, port: 8081, resources: [",
        *(
            f"        {{path: '/{name}{'' if name == 'list' else '/{imo}'}', operations: "
            f"[{{method: GET, name: {name}, call: {call}, outputParameters: {outputs}}}]}},"
            for name, call, outputs in CASES
        ),
        "      ]}",
        "    - {type: mcp, namespace: fleet-mcp, port: 9091, tools: [",
        *(
            f"        {{name: {name}, description: One., call: {call}, outputParameters: {outputs}}},"
            for name, call, outputs in CASES
        ),
        "      ]}\n",
    ]
)
SHIPS = {
    "data": [
        {
            "name": "A",
            "owner": {"home city": "Oslo"},
            "ports": [{"name": "x"}, {"no": 1}],
        },
        {"name": 7, "ports": None},
        "odd",
    ]
}
WANTED_SHIPS = [
    {"name": "A", "flag": "NO", "owner": {"city": "Oslo"}, "ports": ["x"]},
    {"name": 7, "flag": "NO", "owner": {"city": None}, "ports": []},
    {"name": None, "flag": "NO", "owner": {"city": None}, "ports": []},
]
ONE = {
    "imo": "9",
    "name": "Ås",
    "least": 2,
    "note": "lengthy",
    "ports": [{"name": "p", "size": 1}, {"name": "q", "size": 3.5}],
}
WANTED_ONE = {
    "id": "9",
    "none": None,
    "big": ["q"],
    "all": ["Ås", "p", "q"],
    "last": 3.5,
    "count": 2,
    "note": "leng",
}


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    with exposed.registry() as running:
        yield running


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shapes")
    exposed.build(folder, SERVERS)
    return folder


@pytest.fixture(scope="module")
def rest(root: Path, registry: Registry) -> Iterator[int]:
    with exposed.serve(root, "rest", registry) as port:
        yield port


@pytest.fixture(scope="module")
def mcp(root: Path, registry: Registry) -> Iterator[int]:
    with exposed.serve(root, "mcp", registry) as port:
        yield port


@pytest.fixture
def upstream(registry: Registry) -> Registry:
    registry.seen.clear()
    registry.answers.clear()
    answers = {"/v1/ships": SHIPS, "/v1/ships/9": ONE, "/v1/ships/0": {}}
    for path, value in answers.items():
        body = json.dumps(value).encode()
        registry.answers[path] = (200, "application/json", body)
    registry.answers["/v1/ships/text"] = (200, "text/html", b"<p>no JSON</p>")
    registry.answers["/v1/ships/empty"] = (200, "application/json", b"")
    registry.answers["/v1/ships/lost"] = (404, "application/json", b'{"name":"gone"}')
    registry.answers["/v1/ships/made"] = (201, "application/json", b'{"name":"new"}')
    return registry


def test_rest_callers_get_what_is_made(rest: int, upstream: Registry) -> None:
    status, headers, body = ask(rest, "/list")
    assert (status, json.loads(body)) == (200, WANTED_SHIPS)
    assert headers["content-type"] == "application/json"
    assert [seen.target for seen in upstream.seen] == ["/v1/ships"]
    status, _, body = ask(rest, "/ship/9")
    assert (status, json.loads(body)) == (200, WANTED_ONE)
    assert list(json.loads(body)) == list(WANTED_ONE)
    assert ask(rest, "/name/9")[2] == '"Ås"'.encode()
    assert ask(rest, "/name/made")[::2] == (201, b'"new"')
    status, headers, body = ask(rest, "/name/9", method="HEAD")
    assert (status, headers["content-length"], body) == (200, "5", b"")


def test_rest_null_is_the_reply_itself(rest: int, upstream: Registry) -> None:
    assert ask(rest, "/name/0")[::2] == (200, b"{}")
    nothing = dict.fromkeys(WANTED_ONE) | {"big": [], "all": []}
    assert json.loads(ask(rest, "/ship/0")[2]) == nothing
    assert json.loads(ask(rest, "/ship/empty")[2]) == nothing


def test_rest_errors_are_not_shaped(rest: int, upstream: Registry) -> None:
    assert ask(rest, "/name/lost")[::2] == (404, b'{"name":"gone"}')
    status, headers, _ = ask(rest, "/name/text")
    assert (status, headers["content-type"]) == (502, "application/problem+json")


def test_openapi_describes_what_is_made(rest: int) -> None:
    document = json.loads(ask(rest, "/openapi.json")[2])
    reply = document["paths"]["/list"]["get"]["responses"]["2XX"]
    schema = reply["content"]["application/json"]["schema"]
    assert schema["items"]["properties"]["flag"] == {"const": "NO"}
    assert schema["items"]["required"] == ["name", "flag", "owner", "ports"]


def test_tools_give_what_is_made(mcp: int, upstream: Registry) -> None:
    async def use() -> dict[str, Any]:
        async with Client(f"http://127.0.0.1:{mcp}/mcp") as client:
            listed = await client.list_tools()
            found: dict[str, Any] = {t.name: t for t in listed.tools}
            asked = {"list": "", "ship": "9", "name": "9"}
            for name, imo in asked.items():
                arguments = {"imo": imo} if imo else {}
                found[f"{name}!"] = await client.call_tool(name, arguments)
            for imo in ("0", "text", "empty", "lost"):
                found[imo] = await client.call_tool("name", {"imo": imo})
            return found

    found = asyncio.run(use())
    assert found["ship"].output_schema["properties"]["id"]["type"][0] == "string"
    assert found["list!"].structured_content == {"result": WANTED_SHIPS}
    assert json.loads(found["list!"].content[0].text) == WANTED_SHIPS
    assert found["ship!"].structured_content == WANTED_ONE
    assert found["name!"].content[0].text == '"Ås"'
    assert found["0"].structured_content == {"result": None}
    assert found["0"].content[0].text == "{}"
    assert found["empty"].structured_content == {"result": None}
    assert found["text"].is_error and "<p>no JSON</p>" in found["text"].content[0].text
    assert found["lost"].is_error and "404" in found["lost"].content[0].text
