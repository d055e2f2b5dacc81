"""Functions of aggregates: routes and tools that name them do what they say, over sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from behaviour import exposed
from behaviour.exposed import HEAD, Registry, ask

pytestmark = pytest.mark.xdist_group("exposed-shapes")

FUNCTIONS = """\
  aggregates:
    - label: Ships
      namespace: ships
      functions:
        - name: get-ship
          description: One ship.
          semantics: {safe: true}
          inputParameters: [{name: number, type: string, description: The number.}]
          call: registry.get-ship
          with: {imo: ships.number}
          outputParameters: [{type: object, properties: {at: {type: string, mapping: $.path}}}]
        - name: twice
          description: Two calls.
          inputParameters: [{name: number, type: string, description: The number.}]
          steps:
            - {name: one, type: call, call: registry.get-ship, with: {imo: ships.number}}
            - {name: two, type: call, call: registry.get-ship, with: {imo: 'after {{one.path}} {{number}}'}}
          mappings: [{targetName: first, value: $.one.path}, {targetName: second, value: $.two.path}]
        - name: greet
          description: A greeting.
          inputParameters: [{name: name, type: string, description: Who.}]
          outputParameters: [{name: message, type: string, value: 'Hello, {{name}}!'}]
  exposes:
"""
SERVERS = """\
    - type: rest
      namespace: fleet-rest
      port: 8081
      resources:
        - path: /ships/{id}
          operations:
            - method: GET
              ref: ships.get-ship
              inputParameters: [{name: id, in: path, type: string, description: The id.}]
              with: {number: fleet-rest.id}
        - path: /greetings
          operations:
            - method: GET
              ref: ships.greet
              inputParameters: [{name: name, in: query, type: string, description: Who.}]
    - type: mcp
      namespace: fleet-mcp
      port: 9091
      tools:
        - {ref: ships.get-ship}
        - {name: hello, ref: ships.greet}
        - name: both
          ref: ships.twice
          inputParameters: [{name: id, type: string, description: The id.}]
          with: {number: 'n{{id}}'}
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("functions")
    exposed.build(folder, FUNCTIONS + SERVERS, HEAD.replace("  exposes:\n", ""))
    return folder


@pytest.fixture
def registry() -> Iterator[Registry]:
    with exposed.registry() as running:
        yield running


def test_routes_do_what_a_function_does(root: Path, registry: Registry) -> None:
    with exposed.serve(root, "rest", registry) as port:
        assert json.loads(ask(port, "/ships/9")[2]) == {"at": "/v1/ships/9"}
        said = json.loads(ask(port, "/greetings?name=Ada")[2])
    assert said == {"message": "Hello, Ada!"}
    assert [seen.target for seen in registry.seen] == ["/v1/ships/9"]


def test_tools_do_what_a_function_does(root: Path, registry: Registry) -> None:
    async def use(port: int) -> tuple[Any, Any, Any, Any]:
        async with Client(f"http://127.0.0.1:{port}/mcp") as client:
            return (
                await client.list_tools(),
                await client.call_tool("get-ship", {"number": "7"}),
                await client.call_tool("hello", {"name": "Ada"}),
                await client.call_tool("both", {"id": "5"}),
            )

    with exposed.serve(root, "mcp", registry) as port:
        listed, ship, greeting, both = asyncio.run(use(port))
    first = listed.tools[0]
    assert (first.name, first.description) == ("get-ship", "One ship.")
    assert first.annotations.read_only_hint is True
    assert first.annotations.destructive_hint is False
    assert ship.structured_content == {"at": "/v1/ships/7"}
    assert greeting.structured_content == {"message": "Hello, Ada!"}
    second = "/v1/ships/after%20%2Fv1%2Fships%2Fn5%20n5"
    assert both.structured_content == {"first": "/v1/ships/n5", "second": second}
    seen = [seen.target for seen in registry.seen]
    assert seen == ["/v1/ships/7", "/v1/ships/n5", second]
