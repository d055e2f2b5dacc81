"""Who may call: the authentication that a capability asks of the callers of its servers."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from behaviour import exposed
from behaviour.exposed import Registry, ask

pytestmark = pytest.mark.xdist_group("exposed-callers")

SECRET = "callers-own-secret"
ROUTES = """
      resources:
        - path: /ships
          name: ships
          operations:
            - name: list-ships
              method: GET
              call: registry.list-ships
"""
TOOLS = """
      tools:
        - name: list-ships
          description: Lists ships.
          call: registry.list-ships
"""


def rest(authentication: str) -> str:
    return f"""
    - type: rest
      namespace: fleet-rest
      port: 8081
      authentication: {authentication}
{ROUTES}"""


def mcp(authentication: str) -> str:
    return f"""
    - type: mcp
      namespace: fleet-mcp
      port: 9091
      authentication: {authentication}
{TOOLS}"""


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    with exposed.registry() as running:
        yield running


def basic(pair: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


CASES = {
    "bearer": (
        '{type: bearer, token: "{{FLEET_KEY}}"}',
        "/ships",
        [bearer(SECRET), {"Authorization": f"bearer {SECRET}"}],
        [{}, bearer(""), bearer(SECRET + "x"), bearer("{{FLEET_KEY}}"), basic(f"x:{SECRET}"),
         {"Authorization": SECRET}],
        "Bearer",
    ),
    "basic": (
        '{type: basic, username: captain, password: "{{FLEET_KEY}}"}',
        "/ships",
        [basic(f"captain:{SECRET}")],
        [{}, basic("captain:"), basic(f"Captain:{SECRET}"), bearer(SECRET), {"Authorization": "Basic !"}],
        "Basic realm=",
    ),
    "header": (
        '{type: apikey, key: X-Fleet-Key, value: "{{FLEET_KEY}}"}',
        "/ships",
        [{"X-Fleet-Key": SECRET}, {"x-fleet-key": SECRET}],
        [{}, {"X-Fleet-Key": ""}, {"X-Fleet-Key": "{{FLEET_KEY}}"}, bearer(SECRET)],
        "ApiKey",
    ),
    "cookie": (
        '{type: apikey, key: fleet_key, value: "{{FLEET_KEY}}", placement: cookie}',
        "/ships",
        [{"Cookie": f"a=b; fleet_key={SECRET}"}, {"Cookie": f"fleet_key={SECRET};c=d"}],
        [{}, {"Cookie": ""}, {"Cookie": f"Fleet_Key={SECRET}"}, {"Cookie": f"a=fleet_key={SECRET}"},
         {"Cookie": f"fleet_key=x; fleet_key={SECRET}"}, {"fleet_key": SECRET}],
        "ApiKey",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_rest_server_lets_in_who_has_the_secret(
    name: str, registry: Registry, tmp_path: Path
) -> None:
    block, path, good, bad, challenge = CASES[name]
    exposed.build(tmp_path, rest(block))
    with exposed.serve(tmp_path, "rest", registry, FLEET_KEY=SECRET) as port:
        registry.seen.clear()
        for headers in bad:
            for where in (path, "/nothing", "/openapi.json", "/docs"):
                status, answered, body = ask(port, where, headers)
                assert (status, json.loads(body)["status"]) == (401, 401), headers
                assert answered["www-authenticate"].startswith(challenge)
        assert registry.seen == []
        for headers in good:
            assert ask(port, path, headers)[0] == 200
            sent = registry.seen.pop().headers
            assert SECRET not in str(sent), "the caller's secret went on"
        assert ask(port, "/healthz")[0] == 200
        document = json.loads(ask(port, "/openapi.json", good[0])[2])
        (scheme,) = document["security"][0]
        assert scheme in document["components"]["securitySchemes"]


def test_a_key_in_the_query_is_not_passed_on(
    registry: Registry, tmp_path: Path
) -> None:
    exposed.build(
        tmp_path,
        rest('{type: apikey, key: key, value: "{{FLEET_KEY}}", placement: query}'),
    )
    with exposed.serve(tmp_path, "rest", registry, FLEET_KEY=SECRET) as port:
        registry.seen.clear()
        assert ask(port, "/ships")[0] == 401
        assert ask(port, f"/ships?key=x&key={SECRET}")[0] == 401, "the first one counts"
        assert ask(port, f"/ships?status=a&key={SECRET}")[0] == 200
        assert [r.target for r in registry.seen] == ["/v1/ships?status=a"]


@pytest.mark.parametrize("kind", ["rest", "mcp"])
def test_a_server_without_its_secret_does_not_start(
    kind: str, registry: Registry, tmp_path: Path
) -> None:
    block = '{type: bearer, token: "{{FLEET_KEY}}"}'
    exposed.build(tmp_path, rest(block) + mcp(block))
    said = exposed.refused_start(tmp_path, kind, registry)
    assert "exit code 2" in said
    assert "FLEET_KEY: callers are asked for it" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("kind", ["rest", "mcp"])
def test_callers_are_asked_for_their_secret_whatever_is_required(
    kind: str, registry: Registry, tmp_path: Path
) -> None:
    block = '{type: bearer, token: "{{FLEET_KEY}}"}'
    exposed.build(tmp_path, rest(block) + mcp(block))
    said = exposed.refused_start(tmp_path, kind, registry, ("--require-variables=off",))
    assert "FLEET_KEY: callers are asked for it" in said


def test_a_secret_written_in_the_document_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="N217"):
        exposed.build(tmp_path, rest("{type: bearer, token: written}"))


def test_an_mcp_server_lets_in_who_has_the_secret(
    registry: Registry, tmp_path: Path
) -> None:
    exposed.build(tmp_path, mcp('{type: bearer, token: "{{FLEET_KEY}}"}'))

    async def tools(port: int, headers: dict[str, str], mode: str) -> list[str]:
        http = httpx2.AsyncClient(headers=headers)
        transport = streamable_http_client(
            f"http://127.0.0.1:{port}/mcp", http_client=http
        )
        async with http, Client(transport, mode=mode) as client:  # type: ignore[arg-type]
            await client.call_tool("list-ships", {})
            return [tool.name for tool in (await client.list_tools()).tools]

    with exposed.serve(tmp_path, "mcp", registry, FLEET_KEY=SECRET) as port:
        for mode in ("auto", "legacy"):
            good = asyncio.run(tools(port, bearer(SECRET), mode))
            assert good == ["list-ships"]
            with pytest.raises((Exception, BaseExceptionGroup)):
                asyncio.run(tools(port, bearer("wrong"), mode))
        for method, path in (("GET", "/mcp"), ("POST", "/mcp"), ("GET", "/nothing")):
            status, answered, _ = ask(port, path, {}, method)
            assert (status, answered["www-authenticate"]) == (401, "Bearer")
        assert ask(port, "/healthz")[0] == 200


@pytest.mark.parametrize("name", CASES)
def test_the_fast_path_of_an_mcp_server_asks_too(
    name: str, registry: Registry, tmp_path: Path
) -> None:
    block, _, good, bad, challenge = CASES[name]
    exposed.build(tmp_path, mcp(block))
    with exposed.serve(tmp_path, "mcp", registry, FLEET_KEY=SECRET) as port:
        for headers in bad:
            status, answered, _ = initialize(port, headers)
            assert status == 401, headers
            assert answered["www-authenticate"].startswith(challenge)
        for headers in good:
            assert initialize(port, headers)[0] == 200
        for method in ("GET", "DELETE"):
            assert ask(port, "/mcp", {}, method)[0] == 401
            assert ask(port, "/mcp", good[0], method)[0] == 405


def test_without_authentication_everybody_is_let_in(
    registry: Registry, tmp_path: Path
) -> None:
    line = "      authentication: \n"
    exposed.build(tmp_path, mcp("").replace(line, ""))
    with exposed.serve(tmp_path, "mcp", registry) as port:
        assert initialize(port, {})[0] == 200


def initialize(port: int, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    """The answer to the first message of a session."""
    client = {"name": "t", "version": "1"}
    params = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client}
    said = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
    more = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}  # fmt: skip
    return ask(port, "/mcp", headers | more, "POST", json.dumps(said))
