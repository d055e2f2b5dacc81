"""Routes and tools that call nothing: what their callers get, and that the upstream gets nothing."""

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
  exposes:
"""
SERVERS = """\
  - type: rest
    namespace: mocks
    port: 8081
    resources:
    - path: /ships/{imo}
      inputParameters: [{name: imo, in: path, type: string, description: The number.}]
      operations:
      - method: GET
        name: get-ship
        inputParameters: [{name: units, in: query, type: integer, description: Units.}]
        with: {number: mocks.imo}
        outputParameters:
        - {name: imo, type: string, value: '{{number}}'}
        - {name: title, type: string, value: 'Ship "{{imo}}" in {{units}}'}
        - {name: tags, type: array, items: {type: string, value: active}}
      - method: POST
        name: echo
        inputParameters: [{name: note, in: body, type: object, description: A note.}]
        outputParameters: [{type: string, value: 'got {{note.text}} of {{note}}'}]
  - type: mcp
    namespace: mock-tools
    port: 9091
    tools:
    - name: get-ship
      description: One ship.
      inputParameters:
      - {name: imo, type: string, description: The number.}
      - {name: old, type: boolean, description: Whether., required: false}
      outputParameters: [{name: imo, type: string, value: '{{imo}}'}, {name: old, type: boolean, value: '{{old}}'}]
"""


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    with exposed.registry() as running:
        yield running
        assert not running.seen


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mocks")
    assert not exposed.build(folder, SERVERS, HEAD)
    return folder


def test_routes_answer_from_their_inputs(root: Path, registry: Registry) -> None:
    with exposed.serve(root, "rest", registry) as port:
        status, headers, body = ask(port, "/ships/a%22%20b?units=3")
        assert (status, headers["content-type"]) == (200, "application/json")
        wanted = {"imo": 'a" b', "title": 'Ship "a" b" in 3', "tags": ["active"]}
        assert json.loads(body) == wanted
        assert json.loads(ask(port, "/ships/x")[2])["title"] == 'Ship "x" in '
        assert ask(port, "/ships/x?units=many")[0] == 400
        sent = json.dumps({"note": {"text": "hi", "n": [1, None]}})
        kind = {"Content-Type": "application/json"}
        status, _, body = ask(port, "/ships/x", kind, "POST", sent)
        said = 'got hi of {"text":"hi","n":[1,null]}'
        assert (status, json.loads(body)) == (200, {"value": said})


def test_tools_answer_from_their_arguments(root: Path, registry: Registry) -> None:
    async def use(port: int) -> tuple[Any, Any, Any]:
        async with Client(f"http://127.0.0.1:{port}/mcp") as client:
            return (
                await client.list_tools(),
                await client.call_tool("get-ship", {"imo": "9", "old": True}),
                await client.call_tool("get-ship", {}),
            )

    with exposed.serve(root, "mcp", registry) as port:
        listed, given, refused = asyncio.run(use(port))
    assert listed.tools[0].output_schema["required"] == ["imo", "old"]
    assert given.structured_content == {"imo": "9", "old": "true"}
    assert json.loads(given.content[0].text) == given.structured_content
    assert refused.is_error
