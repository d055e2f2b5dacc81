"""Several servers of one kind in one capability: each is served by its name, and by what it is meant for."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from behaviour import exposed
from behaviour.exposed import Registry, ask
from behaviour.harness import environment

pytestmark = pytest.mark.xdist_group("exposed-adapters")

SECRET = "back-office-secret"
SERVERS = """
    - type: rest
      namespace: public
      port: 8081
      resources:
        - path: /ships
          name: ships
          operations: [{name: list-ships, method: GET, call: registry.list-ships}]
    - type: rest
      namespace: back-office
      port: 8082
      authentication: {type: bearer, token: "{{OFFICE_KEY}}"}
      resources:
        - path: "/fleet/{imo}"
          name: fleet
          operations: [{name: get-ship, method: GET, call: registry.get-ship}]
    - type: mcp
      namespace: tools
      port: 9091
      tools: [{name: list-ships, description: Lists ships., call: registry.list-ships}]
    - type: mcp
      namespace: desk
      transport: stdio
      tools: [{name: get-ship, description: Gets a ship., call: registry.get-ship}]
"""


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    with exposed.registry() as running:
        yield running


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("adapters")
    exposed.build(root, SERVERS)
    return root


def test_the_first_server_is_served_unless_another_is_named(
    registry: Registry, built: Path
) -> None:
    with exposed.serve(built, "rest", registry, OFFICE_KEY=SECRET) as port:
        assert ask(port, "/ships")[0] == 200
        assert ask(port, "/fleet/7")[0] == 404
        assert list(json.loads(ask(port, "/openapi.json")[2])["paths"]) == ["/ships"]


def test_a_named_server_has_its_own_routes_and_callers(
    registry: Registry, built: Path
) -> None:
    named = "--adapter=back-office"
    key = {"Authorization": f"Bearer {SECRET}"}
    with exposed.serve(built, "rest", registry, named, OFFICE_KEY=SECRET) as port:
        registry.seen.clear()
        assert ask(port, "/fleet/7")[0] == 401
        assert ask(port, "/fleet/7", key)[0] == 200
        assert [r.target for r in registry.seen] == ["/v1/ships/7"]
        assert ask(port, "/ships", key)[0] == 404
        document = json.loads(ask(port, "/openapi.json", key)[2])
        assert list(document["paths"]) == ["/fleet/{imo}"]
        assert document == exported(built / "spec.yaml", named)


def exported(spec: Path, *more: str) -> Any:
    """What ``export openapi`` prints."""
    command = [sys.executable, "-m", "naftiko_codegen", "export", "openapi"]
    done = subprocess.run([*command, str(spec), *more], capture_output=True, check=True)
    return json.loads(done.stdout)


def test_an_unknown_name_is_refused_with_those_there_are(
    registry: Registry, built: Path
) -> None:
    said = exposed.refused_start(built, "rest", registry, more=("--adapter=nobody",))
    assert "public" in said
    assert "back-office" in said


@pytest.mark.parametrize(
    ("arguments", "tools"),
    [
        (("--transport=stdio",), ["get-ship"]),
        (("--adapter=tools", "--transport=stdio"), ["list-ships"]),
        (("--adapter=desk",), ["get-ship"]),
    ],
)
def test_each_transport_has_the_tools_meant_for_it(
    registry: Registry, built: Path, arguments: tuple[str, ...], tools: list[str]
) -> None:
    args = ["-m", "fleet", "mcp", *arguments, f"--upstream={registry.url}"]
    env = environment() | {"PYTHONPATH": str(built)}
    parameters = StdioServerParameters(command=sys.executable, args=args, env=env)

    async def listed() -> list[str]:
        async with Client(stdio_client(parameters)) as client:
            return [tool.name for tool in (await client.list_tools()).tools]

    assert asyncio.run(listed()) == tools


def test_over_http_the_one_meant_for_it_is_served(
    registry: Registry, built: Path
) -> None:
    async def listed(port: int) -> list[str]:
        async with Client(f"http://127.0.0.1:{port}/mcp") as client:
            return [tool.name for tool in (await client.list_tools()).tools]

    with exposed.serve(built, "mcp", registry) as port:
        assert asyncio.run(listed(port)) == ["list-ships"]


def test_two_servers_of_one_name_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="N208"):
        exposed.build(tmp_path, SERVERS.replace("back-office", "public"))
