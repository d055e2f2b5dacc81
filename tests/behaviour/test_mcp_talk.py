"""What an MCP server says besides its answers: progress, log messages, completions, news of files; and cancellation."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path
from typing import Any

import mcp_types as types
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client

from . import everything
from .exposed import Registry, ask, serve
from .harness import Process, environment, free_port

Connect = Callable[..., AbstractAsyncContextManager[Client]]
WAYS = ("http-auto", "http-legacy", "sessions-legacy", "stdio-auto", "stdio-legacy")
STAGES = ["first", "second", "third"]
pytestmark = [
    pytest.mark.xdist_group("talk"),
    pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning"),
]


@pytest.fixture(scope="module")
def stub() -> Iterator[Registry]:
    with everything.stub() as running:
        yield running


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("talk")
    everything.build(root)
    return root


@pytest.fixture(scope="module")
def ports(built: Path, stub: Registry) -> Iterator[dict[str, int]]:
    with (
        serve(built, "mcp", stub, name="everything") as plain,
        serve(built, "mcp", stub, "--sessions=on", name="everything") as lasting,
    ):
        yield {"http": plain, "sessions": lasting}


def connecting(way: str, ports: dict[str, int], stub: Registry, root: Path) -> Connect:
    """How to open a client that talks ``way``."""
    transport, _, mode = way.partition("-")
    if transport in ports:
        url = f"http://127.0.0.1:{ports[transport]}/mcp"
        return lambda **more: Client(url, mode=mode, **more)
    args = ["-m", "everything", "mcp", "--transport=stdio", f"--upstream={stub.url}"]
    env = environment() | {"PYTHONPATH": str(root)}
    parameters = StdioServerParameters(command=sys.executable, args=args, env=env)
    return lambda **more: Client(stdio_client(parameters), mode=mode, **more)


@pytest.fixture(params=WAYS)
def connect(
    request: pytest.FixtureRequest, stub: Registry, built: Path, ports: dict[str, int]
) -> Connect:
    stub.seen.clear()
    return connecting(request.param, ports, stub, built)


@pytest.fixture(params=[way for way in WAYS if "http" not in way and "auto" not in way])
def lasting(
    request: pytest.FixtureRequest, stub: Registry, built: Path, ports: dict[str, int]
) -> Connect:
    """A connection of the handshake era that has a session."""
    return connecting(request.param, ports, stub, built)


def run(
    connect: Connect, use: Callable[[Client], Coroutine[Any, Any, Any]], **more: Any
) -> Any:
    async def inside() -> Any:
        async with connect(**more) as client:
            return await use(client)

    return asyncio.run(inside())


def test_each_step_is_progress(connect: Connect, stub: Registry) -> None:
    told: list[tuple[float, float | None, str | None]] = []

    async def note(done: float, total: float | None, message: str | None) -> None:
        told.append((done, total, message))

    async def use(client: Client) -> Any:
        return await client.call_tool(
            "test_tool_with_progress", {}, progress_callback=note
        )

    assert not run(connect, use).is_error
    assert told == [(n, None, "get-stage is done") for n in (1, 2, 3)]
    assert [r.target.rpartition("/")[2] for r in stub.seen] == STAGES


@pytest.mark.parametrize("way", ["http-auto", "http-legacy", "sessions-legacy"])
def test_what_the_sdk_answers_is_counted_by_its_name(
    way: str, ports: dict[str, int], stub: Registry, built: Path
) -> None:
    port = ports[way.partition("-")[0]]

    def counted(metric: str, operation: str) -> float:
        page = ask(port, "/metrics")[2].decode()
        lines = [line for line in page.splitlines() if line.startswith(f"naftiko_{metric}{{")]  # fmt: skip
        wanted = f'operation="{operation}"'
        return sum(float(line.split()[-1]) for line in lines if wanted in line)

    async def note(done: float, total: float | None, message: str | None) -> None:
        """Progress is asked for, so that nothing answers but the SDK."""

    async def use(client: Client) -> None:
        await client.call_tool("test_simple_text", {}, progress_callback=note)
        await client.call_tool("test_error_handling", {}, progress_callback=note)
        await client.read_resource("test://static-text")
        with pytest.raises(MCPError):
            await client.read_resource("test://nowhere")

    seen = [
        ("request_total", "tools/call test_simple_text", 1),
        ("request_errors_total", "tools/call test_simple_text", 0),
        ("request_errors_total", "tools/call test_error_handling", 1),
        ("request_total", "resources/read", 2),
        ("request_errors_total", "resources/read", 1),
    ]
    before = [counted(*key) for *key, _ in seen]
    run(connecting(way, ports, stub, built), use)
    after = [counted(*key) for *key, _ in seen]
    assert [b - a for a, b in zip(before, after, strict=True)] == [n for *_, n in seen]


@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
def test_the_fast_path_tells_of_progress_as_the_sdk_does(
    ports: dict[str, int], version: str
) -> None:
    method, name, prefix = "tools/call", "test_tool_with_progress", "io.modelcontextprotocol/"  # fmt: skip
    meta: dict[str, Any] = {"progressToken": 0}
    headers = {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": version,
    }
    if version == "2026-07-28":
        meta |= {f"{prefix}protocolVersion": version, f"{prefix}clientCapabilities": {}}
        headers |= {"mcp-method": method, "mcp-name": name}
    params = {"name": name, "arguments": {}, "_meta": meta}
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    found = []
    for more in ({}, {"mcp-unusual": "1"}):
        body = json.dumps(message)
        status, got, raw = ask(ports["http"], "/mcp", headers | more, "POST", body)
        assert (status, got["content-type"]) == (200, "text/event-stream")
        lines = [line for line in raw.decode().splitlines() if line.startswith("data: {")]  # fmt: skip
        found.append([json.loads(line[6:]) for line in lines])
    assert found[0] == found[1]
    assert [event.get("method") for event in found[0]] == ["notifications/progress"] * 3 + [None]  # fmt: skip


def test_arguments_are_completed(connect: Connect) -> None:
    prompt = types.PromptReference(type="ref/prompt", name="test_prompt_with_arguments")
    template = types.ResourceTemplateReference(
        type="ref/resource", uri="test://animals/{kind}"
    )

    async def use(client: Client) -> list[list[str]]:
        found = []
        for about, name, typed in (
            (prompt, "arg1", "PAR"),
            (prompt, "arg1", "k"),
            (prompt, "arg2", ""),
            (template, "kind", ""),
        ):
            argument = {"name": name, "value": typed}
            said = (await client.complete(about, argument)).completion
            assert (said.total, said.has_more) == (len(said.values), False)
            found.append(said.values)
        with pytest.raises(MCPError, match="Nothing to complete"):
            nobody = types.PromptReference(type="ref/prompt", name="nobody")
            await client.complete(nobody, {"name": "x", "value": ""})
        return found

    expected = [["paris", "park", "party"], ["park"], [], ["cat", "dog"]]
    assert run(connect, use) == expected


def test_files_of_prompts_are_images_or_documents(connect: Connect) -> None:
    async def use(client: Client) -> list[Any]:
        names = {
            "test_prompt_with_image": {},
            "test_prompt_with_embedded_resource": {"resourceUri": "x"},
        }
        got = [await client.get_prompt(*item) for item in names.items()]
        return [message.content for found in got for message in found.messages]

    image, document = run(connect, use)
    assert (image.type, image.mime_type) == ("image", "image/png")
    assert document.resource.mime_type == "application/pdf"
    assert document.resource.uri == "prompt:///test_prompt_with_embedded_resource"


def test_parts_of_a_reply_are_blocks(connect: Connect) -> None:
    async def use(client: Client) -> Any:
        return await client.call_tool("test_multiple_content_types", {})

    text, image, document = run(connect, use).content
    assert text.text == "Several parts:"
    assert (image.type, image.mime_type) == ("image", "image/png")
    assert document.resource.uri == "reply:///test_multiple_content_types-3"


def test_a_schema_of_the_author_is_kept_and_asked_for(
    connect: Connect, stub: Registry
) -> None:
    name = "json_schema_2020_12_tool"

    async def use(client: Client) -> None:
        (tool,) = [t for t in (await client.list_tools()).tools if t.name == name]
        assert {"$schema", "$defs", "allOf", "if", "then", "else"} <= set(tool.input_schema)  # fmt: skip
        for wrong, said in (
            ({"contactMethod": "phone", "email": "a"}, "phone"),
            ({"address": {"street": 1}, "email": "a"}, "address.street"),
        ):
            found = await client.call_tool(name, wrong)
            assert found.is_error and said in found.content[0].text
        assert stub.seen == []
        fitting = {"contactMethod": "email", "email": "a", "address": {"city": "b"}}
        assert not (await client.call_tool(name, fitting)).is_error

    run(connect, use)


def test_an_unknown_resource_is_named(connect: Connect) -> None:
    async def use(client: Client) -> Any:
        with pytest.raises(MCPError) as caught:
            await client.read_resource("test://nowhere")
        return caught.value.error

    error = run(connect, use)
    assert (error.code, error.data) == (-32602, {"uri": "test://nowhere"})


def test_steps_are_logged_to_those_who_ask(lasting: Connect) -> None:
    told: list[tuple[str, str, str]] = []

    async def note(params: types.LoggingMessageNotificationParams) -> None:
        told.append((params.level, str(params.logger), params.data))

    async def use(client: Client) -> None:
        name = "test_tool_with_logging"
        await client.call_tool(name, {})
        assert told == []
        await client.set_logging_level("info")
        await client.call_tool(name, {})
        done = [("info", name, "get-stage is done")] * 3
        assert told == [*done, ("info", name, f"{name} is done")]
        told.clear()
        await client.set_logging_level("warning")
        await client.call_tool(name, {})
        await client.call_tool("test_error_handling", {})
        await asyncio.sleep(0.05)
        name = "test_error_handling"
        assert told == [("warning", name, f"{name} has failed")]

    run(lasting, use, logging_callback=note)


def test_a_request_asks_for_logs_of_its_own(ports: dict[str, int]) -> None:
    told: list[str] = []

    async def note(params: types.LoggingMessageNotificationParams) -> None:
        told.append(params.data)

    async def use(client: Client) -> None:
        await client.call_tool("test_tool_with_logging", {})

    url = f"http://127.0.0.1:{ports['sessions']}/mcp"
    for level, heard in (("info", 4), ("warning", 0), (None, 0)):
        run(lambda **more: Client(url, **more), use, logging_callback=note, log_level=level)  # fmt: skip
        assert len(told) == heard
        told.clear()


def test_changes_of_files_are_told(lasting: Connect, built: Path) -> None:
    news: asyncio.Queue[str] = asyncio.Queue()
    uri = "test://watched-resource/news.txt"

    async def note(message: Any) -> None:
        if isinstance(message, types.ResourceUpdatedNotification):
            news.put_nowait(message.params.uri)

    async def use(client: Client) -> None:
        assert client.server_capabilities.resources.subscribe
        await client.subscribe_resource(uri)
        (built / "watched" / "news.txt").write_text(f"news at {time.time_ns()}")
        assert await asyncio.wait_for(news.get(), 10) == uri
        await client.unsubscribe_resource(uri)
        for wrong in ("test://static-text", "test://watched-resource/../spec.yaml"):
            with pytest.raises(MCPError, match="nothing to watch"):
                await client.subscribe_resource(wrong)

    run(lasting, use, message_handler=note)


def test_without_sessions_nothing_is_promised(ports: dict[str, int]) -> None:
    async def use(client: Client) -> dict[str, Any]:
        found: dict[str, Any] = client.server_capabilities.model_dump(
            exclude_none=True, by_alias=True
        )
        return found

    url = f"http://127.0.0.1:{ports['http']}/mcp"
    able = run(lambda: Client(url, mode="legacy"), use)
    assert set(able) == {"tools", "resources", "prompts", "completions"}
    assert able["resources"]["subscribe"] is False
    assert json.dumps(able)


@pytest.mark.parametrize("way", ["http-auto", "sessions-legacy", "stdio-legacy", "stdio-auto"])  # fmt: skip
def test_a_cancelled_call_is_cancelled_upstream(
    way: str, ports: dict[str, int], stub: Registry, built: Path
) -> None:
    connect = connecting(way, ports, stub, built)

    async def told(done: float, total: float | None, message: str | None) -> None:
        """Progress is asked for, so that nothing answers but the SDK."""

    async def use(client: Client) -> None:
        stub.gone.clear()
        call = asyncio.create_task(
            client.call_tool("test_slow", {}, progress_callback=told)
        )
        await asyncio.to_thread(stub.waiting.wait, 10)
        stub.waiting.clear()
        call.cancel()
        assert await asyncio.to_thread(stub.gone.wait, 10)
        assert not (await client.call_tool("test_simple_text", {})).is_error

    run(connect, use)


@pytest.mark.parametrize("way", ["http-legacy", "http-auto"])
def test_a_long_call_gives_signs_of_life_until_its_caller_leaves(
    way: str, ports: dict[str, int], stub: Registry, built: Path
) -> None:
    told: asyncio.Queue[tuple[float, str | None]] = asyncio.Queue()

    async def note(done: float, total: float | None, message: str | None) -> None:
        told.put_nowait((done, message))

    async def use(client: Client) -> None:
        stub.gone.clear()
        call = asyncio.create_task(
            client.call_tool("test_slow", {}, progress_callback=note)
        )
        assert await told.get() == (0.5, "test_slow still runs")
        call.cancel()

    run(connecting(way, ports, stub, built), use)
    assert stub.gone.wait(10)


def test_a_server_with_open_streams_stops_at_once(built: Path, stub: Registry) -> None:
    async def use(client: Client) -> None:
        await client.call_tool("test_simple_text", {})
        server.child.terminate()
        ended.append(await asyncio.to_thread(server.child.wait, 5))

    ended: list[int] = []
    port = free_port()
    options = [f"--port={port}", f"--upstream={stub.url}", "--sessions=on"]
    command = [sys.executable, "-m", "everything", "mcp", *options]
    server = Process(command, env=environment() | {"PYTHONPATH": str(built)})
    server.wait_for_port(port)
    with suppress(Exception):  # its session cannot be ended any more
        run(lambda: Client(f"http://127.0.0.1:{port}/mcp", mode="legacy"), use)
    server.stop()
    assert ended == [0]
    assert '"level":"error"' not in server.log().replace(": ", ":")
