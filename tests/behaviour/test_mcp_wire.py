"""What goes over the wire: the fast path answers as the SDK does, and who may not call is refused."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE, Popen
from types import ModuleType
from typing import Any

import pytest
from mcp import Client

from behaviour import mcp_package
from behaviour.mcp_fixtures import Server, built, server, zoo, zoo_environment
from behaviour.mcp_package import Zoo

__all__ = ["built", "server", "zoo"]
pytestmark = pytest.mark.xdist_group("mcp-zoo")

PREFIX = "io.modelcontextprotocol/"
ENVELOPE = {
    f"{PREFIX}protocolVersion": "2026-07-28",
    f"{PREFIX}clientCapabilities": {},
    f"{PREFIX}clientInfo": {"name": "test", "version": "1"},
}
PLAIN = {
    "content-type": "application/json",
    "accept": "application/json, text/event-stream",
}
FORCE_SDK = {"mcp-unusual": "1"}


def modern(method: str, **params: Any) -> tuple[dict[str, Any], dict[str, str]]:
    headers = {**PLAIN, "mcp-protocol-version": "2026-07-28", "mcp-method": method}
    if "name" in params:
        headers["mcp-name"] = params["name"]
    params = {"_meta": ENVELOPE, **params}
    return {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}, headers


def legacy(
    method: str, version: str = "", **params: Any
) -> tuple[dict[str, Any], dict[str, str]]:
    message = {"jsonrpc": "2.0", "id": "seven", "method": method, "params": params}
    return message, {**PLAIN, **({"mcp-protocol-version": version} if version else {})}


def post(
    server: Server, message: Any, headers: dict[str, str], path: str = "/mcp"
) -> tuple[int, dict[str, str], Any]:
    """Status, headers and the JSON document of an answer, be it plain or the only event of a stream."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    body = message if isinstance(message, (str, bytes)) else json.dumps(message)
    connection.request("POST", path, body, headers)
    reply = connection.getresponse()
    raw = reply.read()
    connection.close()
    found = {key.lower(): value for key, value in reply.getheaders()}
    if found.get("content-type") == "text/event-stream":
        raw = raw.partition(b"data: ")[2]
    return reply.status, found, json.loads(raw) if raw.strip() else None


def raw(message: Any, headers: dict[str, str]) -> bytes:
    """The bytes of a request."""
    body = json.dumps(message)
    lines = [
        f"{name}: {value}" for name, value in {"host": "localhost", **headers}.items()
    ]
    lines += [f"content-length: {len(body)}", "", body]
    return "\r\n".join(["POST /mcp HTTP/1.1", *lines]).encode()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


HELLO = {"capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
METAS = [
    {"progressToken": 0, "example.com/id": [1]},
    {"progressToken": ""},
    {"progressToken": 2**70, "traceparent": "x"},
    {"example.com/id": "a", "progress": 1},
]
REQUESTS = [
    modern("tools/list"),
    modern("server/discover"),
    modern("tools/call", name="anything", arguments={}),
    modern("tools/call", name="list-animals"),
    modern("tools/call", name="picture", arguments=None),
    modern("tools/call", name="get-animal", arguments={"animal_id": 1}),
    *(legacy("tools/list", version) for version in ("", "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")),
    *(legacy("tools/call", version, name="list-animals") for version in ("", "2024-11-05", "2025-06-18", "2025-11-25")),
    *(legacy("initialize", protocolVersion=version, **HELLO) for version in ("2024-11-05", "2025-06-18", "2025-11-25")),
    legacy("ping"),
    *(modern("tools/call", name="list-animals", _meta={**ENVELOPE, **more}) for more in METAS),
    *(legacy("tools/call", name="list-animals", _meta=more) for more in METAS),
    *(modern(method, _meta={**ENVELOPE, **METAS[0]}) for method in ("tools/list", "server/discover")),
]  # fmt: skip


@pytest.mark.parametrize(
    "request_",
    REQUESTS,
    ids=lambda r: f"{r[0]['method']} {r[1].get('mcp-protocol-version')}",
)
def test_the_fast_path_answers_as_the_sdk_does(
    server: Server, zoo: Zoo, request_: Any
) -> None:
    zoo.answer("GET /anything", {"a": [1, None]})
    zoo.answer("GET /animals", [{"name": "A"}])
    zoo.answer("GET /picture", b"PNG", "image/png")
    message, headers = request_
    fast_status, fast_headers, fast = post(server, message, headers)
    slow_status, _, slow = post(server, message, {**headers, **FORCE_SDK})
    assert (fast_status, fast) == (slow_status, slow)
    assert fast_headers["content-type"] == "application/json"


UNUSUAL = [
    ("batch", [modern("tools/list")[0]], modern("tools/list")[1], 400, -32600),
    ("no envelope", legacy("tools/list")[0], modern("tools/list")[1], 400, -32602),
    ("wrong method header", modern("tools/list")[0], modern("tools/call", name="a")[1], 400, -32020),
    ("a stream that is none", modern("tools/call", name="story")[0], modern("subscriptions/listen")[1], 400, -32020),
    ("no name header", modern("tools/call", name="story")[0], modern("tools/call")[1], 400, -32020),
    ("other name header", modern("tools/call", name="story")[0], modern("tools/call", name="paper")[1], 400, -32020),
    ("unknown version", modern("tools/list")[0], {**PLAIN, "mcp-protocol-version": "2030-01-01"}, 400, -32020),
    ("no token", *modern("tools/call", name="story", _meta={**ENVELOPE, "progressToken": None}), 400, -32602),
    ("half a token", *modern("tools/call", name="story", _meta={**ENVELOPE, "progressToken": 1.5}), 400, -32602),
    ("a wrong token", *legacy("tools/call", name="story", _meta={"progressToken": {}}), 200, -32602),
    ("an odd level", *modern("tools/call", name="story", _meta={**ENVELOPE, f"{PREFIX}logLevel": "x"}), 400, -32602),
    ("a cursor", *modern("tools/list", cursor="x"), 400, -32602),
    ("a cursor before", *legacy("tools/list", cursor="x"), 200, -32602),
    ("an empty version", legacy("tools/list")[0], {**PLAIN, "mcp-protocol-version": ""}, 400, -32602),
    ("unknown method", *modern("tools/none"), 404, -32601),
    ("unknown tool", *modern("tools/call", name="none"), 400, -32602),
    ("no object", *modern("tools/call", name="story", arguments=[1]), 400, -32602),
    ("no JSON", "{", modern("tools/list")[1], 400, -32700),
    ("deep", "[" * 100_000, modern("tools/list")[1], 400, -32700),
    ("initialize in the modern era", *modern("initialize", protocolVersion="2025-11-25", **HELLO), 404, -32601),
]  # fmt: skip


@pytest.mark.parametrize(
    ("message", "headers", "status", "code"),
    [u[1:] for u in UNUSUAL],
    ids=[u[0] for u in UNUSUAL],
)
def test_unusual_requests_are_answered_as_the_protocol_says(
    server: Server,
    zoo: Zoo,
    message: Any,
    headers: dict[str, str],
    status: int,
    code: int,
) -> None:
    zoo.seen.clear()
    got, _, answer = post(server, message, headers)
    assert (got, answer["error"]["code"]) == (status, code)
    assert zoo.seen == []


def test_a_batch_of_the_handshake_era_is_refused(server: Server) -> None:
    status, _, answer = post(
        server, [legacy("tools/list")[0]] * 2, legacy("tools/list")[1]
    )
    assert status == 400
    assert "error" in answer


def test_blanks_around_header_values_do_not_matter(server: Server, zoo: Zoo) -> None:
    zoo.answer("GET /story", b"x", "text/plain")
    message, headers = modern("tools/call", name="story")
    assert post(server, message, {**headers, "mcp-name": "story  "})[0] == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1.evil.example:80"}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:3000"}, 200),
    ],
)
@pytest.mark.parametrize("era", [modern, legacy])
def test_who_may_call(
    server: Server, zoo: Zoo, era: Any, headers: dict[str, str], status: int
) -> None:
    zoo.answer("GET /story", b"x", "text/plain")
    zoo.seen.clear()
    message, plain = era("tools/call", name="story")
    for more in ({}, FORCE_SDK):
        assert post(server, message, {**plain, **headers, **more})[0] == status
    assert len(zoo.seen) == (2 if status == 200 else 0)


def test_nothing_of_the_caller_goes_upstream(server: Server, zoo: Zoo) -> None:
    zoo.answer(
        "GET /story", b"x", "text/plain", headers=(("set-cookie", "a=b; Path=/"),)
    )
    message, headers = modern("tools/call", name="story")
    private = {
        "cookie": "c=d",
        "authorization": "Bearer caller",
        "x-caller": "1",
        "origin": "http://localhost",
    }
    for more in ({}, FORCE_SDK):
        assert post(server, message, {**headers, **private, **more})[0] == 200
        assert set(zoo.last.headers) <= {
            "host",
            "accept",
            "accept-encoding",
            "user-agent",
            "authorization",
            "x-request-id",
        }


def test_too_large(server: Server, zoo: Zoo) -> None:
    _, headers = legacy("tools/list", junk="x" * (33 << 20))
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        head = "".join(f"{k}: {v}\r\n" for k, v in headers.items())
        connection.sendall(
            f"POST /mcp HTTP/1.1\r\nhost: localhost\r\n{head}content-length: {34 << 20}\r\n\r\n".encode()
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 413")
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(
            f"POST /mcp HTTP/1.1\r\nhost: localhost\r\n{head}transfer-encoding: chunked\r\n\r\n".encode()
        )
        chunk = b"%x\r\n%b\r\n" % (1 << 20, b" " * (1 << 20))
        try:
            for _ in range(40):
                connection.sendall(chunk)
        except OSError:
            return
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


def test_other_paths_and_methods(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/healthz")
    reply = connection.getresponse()
    assert (reply.status, reply.read()) == (200, b'{"status":"ok"}')
    assert post(server, {}, PLAIN, "/")[0] == 404
    assert post(server, {}, PLAIN, "/mcp/../etc")[0] == 404
    for method in ("GET", "DELETE", "PUT"):
        connection.request(method, "/mcp", headers={"accept": "text/event-stream"})
        reply = connection.getresponse()
        reply.read()
        assert reply.status == 405
        assert reply.getheader("allow") == "POST"


@pytest.mark.parametrize("more", [{}, FORCE_SDK], ids=["fast", "sdk"])
def test_a_caller_who_goes_away_cancels_the_upstream_call(
    server: Server, zoo: Zoo, more: dict[str, str]
) -> None:
    zoo.answer("GET /story", b"x", "text/plain", seconds=15)
    zoo.seen.clear()
    message, headers = modern("tools/call", name="story")
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(raw(message, {**headers, **more}))
        wait_until(lambda: bool(zoo.seen))
    assert zoo.seen[0].gone.wait(5)


def test_a_slow_call_becomes_an_event_stream(
    built: Path, zoo: Zoo, tmp_path: Path
) -> None:
    code = (
        "import sys, zoo.mcp.heartbeat as h; h.Heartbeat.seconds = 0.2\n"
        "from zoo.__main__ import main, SERVICE\n"
        "main('zoo', SERVICE, mcp_port=0, argv=sys.argv[1:])\n"
    )
    (tmp_path / "slow.py").write_text(code)
    zoo.answer("GET /anything", {"a": 1}, seconds=0.7)
    running = Server(built, zoo, script=str(tmp_path / "slow.py"))
    try:
        for request in (
            modern("tools/call", name="anything"),
            legacy("tools/call", "2025-11-25", name="anything"),
        ):
            status, headers, answer = post(running, *request)
            assert (status, headers["content-type"]) == (200, "text/event-stream")
            assert answer["result"]["structuredContent"] == {"a": 1}
        for mode in ("auto", "legacy"):
            assert asyncio.run(_call(running, mode)) == {"a": 1}
    finally:
        running.stop()


async def _call(server: Server, mode: Any) -> Any:
    async with Client(f"http://127.0.0.1:{server.port}/mcp", mode=mode) as client:
        return (await client.call_tool("anything")).structured_content


def test_the_sdk_is_not_imported_before_it_is_needed(built: Path, zoo: Zoo) -> None:
    zoo.answer("GET /anything", {"a": 1})
    running = Server(built, zoo)
    maps = Path(f"/proc/{running.child.pid}/maps")
    try:
        for mode in ("auto", "legacy"):
            assert asyncio.run(_call(running, mode)) == {"a": 1}
        meta = {**ENVELOPE, "progressToken": 1}
        asked = modern("tools/call", name="anything", _meta=meta)
        assert post(running, *asked)[0] == 200
        if maps.exists():
            assert "pydantic_core" not in maps.read_text()
        message, headers = modern("tools/list")
        assert post(running, message, {**headers, **FORCE_SDK})[0] == 200
        if maps.exists():
            assert "pydantic_core" in maps.read_text()
    finally:
        running.stop()


def test_shutdown_waits_for_a_call_but_not_for_ever(built: Path, zoo: Zoo) -> None:
    zoo.answer("GET /story", b"x", "text/plain", seconds=0.5)
    running = Server(built, zoo, "--shutdown-timeout=2")
    with ThreadPoolExecutor() as pool:
        zoo.seen.clear()
        answer = pool.submit(post, running, *modern("tools/call", name="story"))
        wait_until(lambda: bool(zoo.seen))
        running.child.terminate()
        assert answer.result()[0] == 200
    running.stop()
    zoo.answer("GET /story", b"x", "text/plain", seconds=30)
    running = Server(built, zoo, "--shutdown-timeout=1")
    with socket.create_connection(("127.0.0.1", running.port)) as connection:
        zoo.seen.clear()
        connection.sendall(raw(*modern("tools/call", name="story")))
        wait_until(lambda: bool(zoo.seen))
        started = time.monotonic()
        running.stop()
    assert time.monotonic() - started < 6
    assert zoo.seen[0].gone.wait(5)


@pytest.mark.parametrize("how", ["end", "signal"])
def test_stdio_ends(built: Path, zoo: Zoo, how: str) -> None:
    command = [
        sys.executable,
        "-m",
        "zoo",
        "mcp",
        "--transport=stdio",
        f"--upstream={zoo.url}",
    ]
    child = Popen(
        command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=zoo_environment(built)
    )
    assert child.stdin
    assert child.stdout
    child.stdin.write(
        json.dumps(
            legacy("initialize", protocolVersion="2025-11-25", **HELLO)[0]
        ).encode()
        + b"\n"
    )
    child.stdin.flush()
    assert (
        json.loads(child.stdout.readline())["result"]["serverInfo"]["name"] == "zoo-mcp"
    )
    if how == "signal":
        child.terminate()
        assert child.wait(5) == 0
    rest, log = child.communicate(timeout=5)
    assert child.returncode == 0
    assert rest == b""
    assert b"Traceback" not in log


def test_many_tools_cost_nothing_per_call(tmp_path: Path, zoo: Zoo) -> None:
    tools = tuple(mcp_package.numbered(240))
    mcp_package.build(tmp_path, mcp_package.package(tools))
    sys.path.insert(0, str(tmp_path))
    others = _forget_zoo()
    try:
        asyncio.run(_one_check_for_one_call(zoo))
    finally:
        sys.path.remove(str(tmp_path))
        _forget_zoo()
        sys.modules.update(others)


def _forget_zoo() -> dict[str, ModuleType]:
    """Take the modules of every package called so out of the import system."""
    names = [name for name in sys.modules if name.partition(".")[0] == "zoo"]
    return {name: sys.modules.pop(name) for name in names}


async def _one_check_for_one_call(zoo: Zoo) -> None:
    import importlib

    server = importlib.import_module("zoo.mcp.server")
    settings = importlib.import_module("zoo.server.settings").Settings(
        "zoo", upstream=zoo.url
    )
    toolbox = server.toolbox(settings)
    zoo.answer("GET /anything", {"a": 1})
    assert (await toolbox.call("tool-7", {}, {}))["isError"]
    compiled = [
        name
        for name, bound in toolbox._bound.items()
        if bound.arguments._validator is not None
    ]
    assert (len(toolbox.tools), compiled) == (240, ["tool-7"])
    await toolbox.close()
