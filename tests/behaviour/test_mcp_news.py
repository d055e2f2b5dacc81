"""News of files: streams of the modern era, notifications of the handshake era, bounded and ended in order."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from typing import Any

import mcp_types as types
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.subscriptions import ResourcesListChanged, ResourceUpdated

from . import everything, exposed
from .exposed import Registry, ask, serve
from .harness import ROOT, Process, environment, free_port
from .nodes import run_node

Connect = Callable[..., AbstractAsyncContextManager[Client]]
SCRIPT = ROOT / "tests" / "node" / "news.mjs"
NEWS = "test://watched-resource/news.txt"
pytestmark = [
    pytest.mark.xdist_group("news"),
    pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning"),
]


@pytest.fixture(scope="module")
def stub() -> Iterator[Registry]:
    with everything.stub() as running:
        yield running


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("news")
    everything.build(root)
    return root


@pytest.fixture(scope="module")
def url(built: Path, stub: Registry) -> Iterator[str]:
    """A server that handles few requests at a time."""
    few = "--max-concurrency=3"
    with serve(built, "mcp", stub, few, "--sessions=on", name="everything") as port:
        yield f"http://127.0.0.1:{port}/mcp"


@pytest.fixture(params=["http", "stdio"])
def connect(
    request: pytest.FixtureRequest, stub: Registry, built: Path, url: str
) -> Connect:
    if request.param == "http":
        return lambda **more: Client(url, **more)
    args = ["-m", "everything", "mcp", "--transport=stdio", f"--upstream={stub.url}"]
    env = environment() | {"PYTHONPATH": str(built)}
    parameters = StdioServerParameters(command=sys.executable, args=args, env=env)
    return lambda **more: Client(stdio_client(parameters), **more)


def run(
    connect: Connect, use: Callable[[Client], Coroutine[Any, Any, Any]], **more: Any
) -> Any:
    async def inside() -> Any:
        async with connect(**more) as client:
            return await use(client)

    return asyncio.run(inside())


async def heard(events: Any, wanted: Any) -> None:
    """Wait for an event, which others may precede."""
    async with asyncio.timeout(10):
        while await anext(events) != wanted:
            pass


def test_a_stream_tells_what_it_has_promised(connect: Connect, built: Path) -> None:
    async def use(client: Client) -> None:
        able = client.server_capabilities
        assert able.resources.subscribe and able.resources.list_changed
        assert not able.tools.list_changed and not able.prompts.list_changed
        uris = [NEWS, NEWS, "test://static-text", "test://watched-resource/../spec.yaml"]  # fmt: skip
        wanted = {"tools_list_changed": True, "prompts_list_changed": True, "resources_list_changed": True}  # fmt: skip
        async with AsyncExitStack() as stack:
            for _ in range(6):
                listening = client.listen(**wanted, resource_subscriptions=uris)
                stream = await stack.enter_async_context(listening)
            assert stream.honored.model_dump(exclude_none=True, by_alias=True) == {
                "resourcesListChanged": True,
                "resourceSubscriptions": [NEWS],
            }
            (built / "watched" / "news.txt").write_text(f"news at {time.time_ns()}")
            await heard(stream, ResourceUpdated(NEWS))
            assert not (await client.call_tool("test_simple_text", {})).is_error
            (built / "watched" / f"n{time.time_ns()}.txt").write_text("new")
            await heard(stream, ResourcesListChanged())
        assert not (await client.call_tool("test_simple_text", {})).is_error

    run(connect, use)


def test_a_stream_takes_the_time_of_its_beginning(url: str) -> None:
    port = int(url.split(":")[2].partition("/")[0])

    def measured(what: str) -> float:
        page = ask(port, "/metrics")[2].decode().splitlines()
        name = f'naftiko_request_duration_seconds_{what}{{adapter="mcp",operation="subscriptions/listen"}}'
        return sum(float(line.split()[-1]) for line in page if line.startswith(name))

    async def use(client: Client) -> float:
        started = time.perf_counter()
        async with client.listen(resources_list_changed=True):
            begun = time.perf_counter() - started
            await asyncio.sleep(begun + 1)
        return begun + 0.5

    before = measured("count"), measured("sum")
    most = run(lambda: Client(url), use)
    while measured("count") == before[0]:
        time.sleep(0.02)
    assert measured("count") == before[0] + 1
    assert measured("sum") - before[1] < most


def test_a_session_hears_of_new_files(connect: Connect, built: Path) -> None:
    told: asyncio.Queue[Any] = asyncio.Queue()

    async def note(message: Any) -> None:
        told.put_nowait(type(message))

    async def use(client: Client) -> None:
        assert client.server_capabilities.resources.list_changed
        await asyncio.sleep(0.3)  # what is said at the beginning is not answered
        (built / "watched" / f"n{time.time_ns()}.txt").write_text("new")
        async with asyncio.timeout(10):
            while await told.get() is not types.ResourceListChangedNotification:
                pass

    run(connect, use, mode="legacy", message_handler=note)


@pytest.mark.parametrize("transport", ["http", "stdio"])
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_client_of_typescript_hears_of_them(
    node: str, built: Path, stub: Registry, url: str, mode: str, transport: str
) -> None:
    server = [url]
    if transport == "stdio":
        server = [sys.executable, "-m", "everything", "mcp", "--transport=stdio", f"--upstream={stub.url}"]  # fmt: skip
    file = str(built / "watched" / "news.txt")
    done = run_node(node, SCRIPT, mode, file, *server, PYTHONPATH=str(built))
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    agreed = {"resourcesListChanged": True, "resourceSubscriptions": [NEWS]}
    assert lines == [
        {"resources": {"subscribe": True, "listChanged": True}},
        *([{"honored": agreed}] if mode == "auto" else []),
        {"heard": ["list", NEWS]},
        {"steps": True, "failed": False},
        *([{"closed": "local"}] if mode == "auto" else []),
    ]


def test_where_nothing_changes_there_are_no_streams(tmp_path: Path) -> None:
    tool = "{name: list-ships, description: L., call: registry.list-ships}"
    server = f"{{type: mcp, namespace: n, port: 9, tools: [{tool}]}}"
    exposed.build(tmp_path, f"    - {server}\n")
    prefix = "io.modelcontextprotocol/"
    meta = {f"{prefix}protocolVersion": "2026-07-28", f"{prefix}clientCapabilities": {}}
    params = {"_meta": meta, "notifications": {"toolsListChanged": True}}
    method = "subscriptions/listen"
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    headers = {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": method,
    }
    with exposed.registry() as upstream, serve(tmp_path, "mcp", upstream) as port:
        status, _, body = ask(port, "/mcp", headers, "POST", json.dumps(message))
    assert (status, json.loads(body)["error"]["code"]) == (404, -32601)


def test_a_server_with_open_streams_stops_in_order(built: Path, stub: Registry) -> None:
    port = free_port()
    options = [f"--port={port}", f"--upstream={stub.url}"]
    command = [sys.executable, "-m", "everything", "mcp", *options]
    server = Process(command, env=environment() | {"PYTHONPATH": str(built)})
    server.wait_for_port(port)

    async def use(client: Client) -> int:
        async with AsyncExitStack() as stack:
            wanted = {"resources_list_changed": True}
            streams = [
                await stack.enter_async_context(client.listen(**wanted))
                for _ in range(5)
            ]
            server.child.terminate()
            for stream in streams:
                assert [event async for event in stream] == []
            return await asyncio.to_thread(server.child.wait, 5)

    try:
        assert run(lambda: Client(f"http://127.0.0.1:{port}/mcp"), use) == 0
    finally:
        server.stop()
    assert '"level":"error"' not in server.log().replace(": ", ":")


@pytest.fixture
def inside(
    built: Path, stub: Registry, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """The package in this process."""
    monkeypatch.syspath_prepend(str(built))
    yield importlib.import_module
    for name in [name for name in sys.modules if name.partition(".")[0] == "everything"]:  # fmt: skip
        del sys.modules[name]


def test_streams_are_bounded_and_leave_nothing_behind(
    inside: Any, stub: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, sdk = inside("everything.mcp.server"), inside("everything.mcp.sdk")
    settings = inside("everything.server.settings").Settings("everything", upstream=stub.url)  # fmt: skip
    news = inside("everything.mcp.news")
    monkeypatch.setattr(news, "MOST_STREAMS", 2)
    monkeypatch.setattr(news, "MOST_FILES", 1)

    async def use() -> None:
        shelf = server.library(settings)
        made = sdk.server(server.toolbox(settings), server.IDENTITY, shelf)
        wanted = {"resources_list_changed": True, "resource_subscriptions": [NEWS, f"{NEWS}x", NEWS]}  # fmt: skip
        before = len(asyncio.all_tasks())
        async with Client(made) as client:
            async with client.listen(**wanted) as first:
                assert first.honored.resource_subscriptions == [NEWS]
                async with client.listen(**wanted):
                    with pytest.raises(MCPError, match="Too many"):
                        await client.listen(**wanted).__aenter__()
            async with asyncio.timeout(10):
                while made.news._open or shelf._subscriptions._kept:
                    await asyncio.sleep(0.01)
            monkeypatch.setattr(news, "SECONDS", 0.05)
            async with client.listen(**wanted) as short:
                assert [event async for event in short] == []
            made.news.close()
            with pytest.raises(MCPError, match="stopping"):
                await client.listen(**wanted).__aenter__()
        await shelf.close()
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == before

    asyncio.run(use())


def test_the_most_silent_session_ends_when_there_are_too_many(
    inside: Any, stub: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = inside("everything.server.settings").Settings
    upstream = {"upstream": stub.url, "sessions": True}
    app = inside("everything.mcp.server").build(settings("everything", **upstream))
    sessions = inside("everything.mcp.sessions")
    monkeypatch.setattr(sessions, "MOST", 3)
    client = {"name": "t", "version": "1"}
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client}

    async def post(session: str, method: str, params: Any) -> tuple[int, str]:
        """The status, and the session that has begun."""
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        body, said = json.dumps(message).encode(), []
        headers = {
            "host": "localhost",
            "content-type": "application/json",
            "accept": "application/json, text/event-stream",
        }
        headers |= {"mcp-session-id": session} if session else {}
        scope = {
            "type": "http", "method": "POST", "path": "/mcp", "raw_path": b"/mcp", "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1), "http_version": "1.1", "scheme": "http", "root_path": "",
        }  # fmt: skip

        bodies = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Any:
            return bodies.pop() if bodies else await asyncio.Event().wait()

        async def send(sent: Any) -> None:
            said.append(sent)

        await app(scope, receive, send)
        begun = dict(said[0]["headers"]).get(b"mcp-session-id", b"").decode()
        return said[0]["status"], begun

    async def use() -> None:
        begun = [(await post("", "initialize", hello))[1] for _ in range(3)]
        uri = {"uri": NEWS}
        for session in begun:
            assert (await post(session, "resources/subscribe", uri))[0] == 200
        assert (await post(begun[0], "ping", {}))[0] == 200
        begun.append((await post("", "initialize", hello))[1])
        assert [(await post(session, "ping", {}))[0] for session in begun] == [200, 404, 200, 200]  # fmt: skip
        kept = {owner for owner, uri in app._library._subscriptions._kept}
        assert kept == {begun[0], begun[2]}
        await app.close()

    asyncio.run(use())
