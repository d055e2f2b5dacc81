"""Tools of every kind, called by the official client in both protocol eras over HTTP and stdio."""

from __future__ import annotations

import asyncio
import base64
import socket
import sys
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client

from behaviour import mcp_package
from behaviour.mcp_fixtures import built, server, zoo, zoo_environment
from behaviour.mcp_package import SECRET, Answer, Zoo

Connect = Callable[[], AbstractAsyncContextManager[Client]]
__all__ = ["built", "server", "zoo"]
pytestmark = pytest.mark.xdist_group("mcp-zoo")


@pytest.fixture(params=["http-auto", "http-legacy", "stdio-auto", "stdio-legacy"])
def connect(request: pytest.FixtureRequest, zoo: Zoo, built: Path) -> Connect:
    transport, _, mode = request.param.partition("-")
    zoo.seen.clear()
    zoo.answers.clear()
    if transport == "http":
        port = request.getfixturevalue("server").port
        return lambda: Client(f"http://127.0.0.1:{port}/mcp", mode=mode)
    args = ["-m", "zoo", "mcp", "--transport=stdio", f"--upstream={zoo.url}"]
    parameters = StdioServerParameters(
        command=sys.executable, args=args, env=zoo_environment(built)
    )
    return lambda: Client(stdio_client(parameters), mode=mode)


def run(connect: Connect, use: Callable[[Client], Coroutine[Any, Any, Any]]) -> Any:
    async def inside() -> Any:
        async with connect() as client:
            return await use(client)

    return asyncio.run(inside())


def call(connect: Connect, tool: str, arguments: dict[str, Any] | None = None) -> Any:
    return run(connect, lambda client: client.call_tool(tool, arguments))


def text(result: Any) -> str:
    (block,) = result.content
    return block.text  # type: ignore[no-any-return]


def test_the_list_says_what_the_author_said(connect: Connect) -> None:
    listed = run(connect, lambda client: client.list_tools())
    assert [tool.name for tool in listed.tools] == [t.name for t in mcp_package.TOOLS]
    first, second = listed.tools[:2]
    assert (first.title, first.description) == (
        "Get an animal",
        "One animal by its id.",
    )
    hints = first.annotations
    assert (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint) == (
        True,
        False,
        True,
    )
    assert hints.open_world_hint is None
    assert second.annotations is None
    assert first.input_schema["required"] == ["animal_id"]
    assert first.output_schema["type"] == "object"
    assert second.output_schema["properties"]["result"]["items"] == {
        "$ref": "#/$defs/Animal"
    }
    assert "kind" not in listed.tools[7].input_schema["properties"]


def test_parameters_go_where_the_operation_wants_them(
    connect: Connect, zoo: Zoo
) -> None:
    zoo.answer(
        "GET /animals/a%2Fb%20c?loud=true",
        {"name": "A", "friends": [{"name": "B"}], "more": None},
    )
    result = call(
        connect, "get-animal", {"animal_id": "a/b c", "loud": True, "trace": "t-1"}
    )
    assert not result.is_error
    assert result.structured_content == {
        "name": "A",
        "friends": [{"name": "B"}],
        "more": None,
    }
    assert zoo.last.headers["x-trace"] == "t-1"
    assert zoo.last.body == b""


def test_json_of_every_shape(connect: Connect, zoo: Zoo) -> None:
    async def use(client: Client) -> None:
        zoo.answer("GET /animals", [{"name": "A"}])
        result = await client.call_tool("list-animals", {})
        assert result.structured_content == {"result": [{"name": "A"}]}
        assert text(result) == '[{"name": "A"}]'
        for value in ({"a": 1}, [1, None], "x", 10**30, None, True):
            zoo.answer("GET /anything", value)
            result = await client.call_tool("anything")
            wanted = value if isinstance(value, dict) else {"result": value}
            assert result.structured_content == wanted

    run(connect, use)


def test_every_kind_of_content(connect: Connect, zoo: Zoo) -> None:
    raw = bytes(range(256)) * 40

    async def use(client: Client) -> None:
        zoo.answer("GET /picture", raw, "image/webp")
        (picture,) = (await client.call_tool("picture")).content
        assert (picture.type, picture.mime_type) == ("image", "image/webp")
        assert base64.b64decode(picture.data) == raw
        zoo.answer("GET /sound", raw, "Audio/WAV")
        (sound,) = (await client.call_tool("sound")).content
        assert (sound.type, sound.mime_type) == ("audio", "audio/wav")
        zoo.answer("GET /paper", raw, "application/pdf")
        (paper,) = (await client.call_tool("paper")).content
        assert paper.type == "resource"
        assert paper.resource.mime_type == "application/pdf"
        assert base64.b64decode(paper.resource.blob) == raw
        zoo.answer(
            "GET /story", "déjà".encode("latin-1"), "text/plain; charset=ISO-8859-1"
        )
        assert text(await client.call_tool("story")) == "déjà"
        zoo.answer("GET /picture", b"this is no picture", "image/png")
        (picture,) = (await client.call_tool("picture")).content
        assert base64.b64decode(picture.data) == b"this is no picture"
        zoo.answer("DELETE /animals/1", b"", status=204)
        result = await client.call_tool("remove-animal", {"animal_id": "1"})
        assert (result.is_error, result.content) == (False, [])
        zoo.answer("DELETE /animals/1", b"", status=202)
        result = await client.call_tool("remove-animal", {"animal_id": "1"})
        assert text(result) == "202 Accepted: done, without content."

    run(connect, use)


def test_bodies(connect: Connect, zoo: Zoo) -> None:
    raw = bytes(range(256)) * 1000
    encoded = base64.b64encode(raw).decode()

    async def use(client: Client) -> None:
        zoo.answer("POST /animals", {"name": "A"})
        await client.call_tool("add-animal", {"name": "é", "friends": []})
        assert zoo.last.body == '{"kind":"zoo","name":"é","friends":[]}'.encode()
        assert zoo.last.headers["content-type"] == "application/json"
        await client.call_tool(
            "add-animal-body", {"body": {"name": "B", "n": 10**25, "f": 1.5}}
        )
        assert zoo.last.body == b'{"name":"B","n":10000000000000000000000000,"f":1.5}'
        zoo.answer("POST /listen", {"text": "moo"})
        await client.call_tool("listen", {"body": encoded, "content_type": "audio/wav"})
        assert (zoo.last.headers["content-type"], zoo.last.body) == ("audio/wav", raw)
        await client.call_tool("listen", {"body": encoded})
        assert zoo.last.headers["content-type"] == "audio/flac"

    run(connect, use)


def test_files_and_fields(connect: Connect, zoo: Zoo) -> None:
    raw = b"\x89PNG\r\n--\x00"
    encoded = base64.b64encode(raw).decode()
    zoo.answer("POST /photos", {})
    zoo.answer("POST /things", {})

    async def use(client: Client) -> None:
        await client.call_tool("add-photo", {"title": "é", "photo": encoded})
        sent = message_from_bytes(
            b"content-type: %b\r\n\r\n%b"
            % (zoo.last.headers["content-type"].encode(), zoo.last.body)
        )
        title, photo = sent.get_payload()
        assert title.get_payload(decode=True) == "é".encode()
        assert photo.get_payload(decode=True) == raw
        assert photo.get_filename() == "photo"
        await client.call_tool("add-thing", {"name": "A"})
        assert (zoo.last.headers["content-type"], zoo.last.body) == (
            "application/json",
            b'{"name":"A"}',
        )
        await client.call_tool(
            "add-thing", {"body": encoded, "content_type": "image/gif"}
        )
        assert (zoo.last.headers["content-type"], zoo.last.body) == ("image/gif", raw)
        seen = len(zoo.seen)
        for arguments, words in (
            ({}, "body is required"),
            ({"name": "A", "body": encoded}, "takes the place"),
            (
                {"body": encoded, "content_type": "text/html"},
                "content_type must be one of",
            ),
            ({"body": encoded, "content_type": "image/png\r\nX: y"}, "not accepted"),
        ):
            result = await client.call_tool("add-thing", arguments)
            assert result.is_error
            assert words in text(result)
        assert len(zoo.seen) == seen

    run(connect, use)


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("get-animal", None, '"animal_id" is a required property'),
        ("get-animal", {"animal_id": 7, "loud": "x" * 9000}, 'animal_id: 7 is not of type "string"'),
        ("get-animal", {"animal_id": "1", "other": 1}, "'other' was unexpected"),
        ("get-animal", {"animal_id": ".."}, "'..'"),
        ("get-animal", {"animal_id": "1", "trace": "a\r\nX-Evil: 1"}, "X-Trace"),
        ("add-animal-body", {"body": {"friends": [{"name": 1}]}}, 'body.friends[0].name: 1 is not of type "string"'),
        ("add-animal", {"name": "A", "kind": "spy"}, "'kind' was unexpected"),
        ("listen", {"body": "not base64!"}, "body is not valid base64"),
        ("listen", {"body": "AAAA", "content_type": "text/html"}, "content_type"),
    ],
)  # fmt: skip
def test_bad_arguments_stay_here(
    connect: Connect, zoo: Zoo, tool: str, arguments: dict[str, Any] | None, words: str
) -> None:
    result = call(connect, tool, arguments)
    assert result.is_error
    assert words in text(result)
    assert len(text(result)) < 2000
    assert zoo.seen == []


def test_an_unknown_tool_is_a_protocol_error(connect: Connect, zoo: Zoo) -> None:
    with pytest.raises(BaseException) as caught:
        call(connect, "nothing", {})
    found: list[MCPError] = []

    def walk(error: BaseException) -> None:
        if isinstance(error, MCPError):
            found.append(error)
        for inner in getattr(error, "exceptions", ()):
            walk(inner)

    walk(caught.value)
    assert found[0].code == -32602
    assert found[0].message == "Unknown tool: nothing"


def test_upstream_failures_are_told(connect: Connect, zoo: Zoo) -> None:
    async def use(client: Client) -> None:
        loading = {"error": "Model is loading", "estimated_time": 20.5, "key": SECRET}
        zoo.answer(
            "GET /anything", loading, status=503, headers=(("retry-after", "20"),)
        )
        result = await client.call_tool("anything")
        assert result.is_error
        said = text(result)
        assert said.startswith("The upstream service answered 503 Service Unavailable.")
        assert "retry after 20 seconds" in said
        assert '"estimated_time": 20.5' in said
        assert SECRET not in said
        zoo.answer(
            "GET /anything", b"\x1b[31m" + b"x" * 300_000, "text/plain", status=500
        )
        result = await client.call_tool("anything")
        assert result.is_error
        assert "\x1b" not in text(result)
        assert len(text(result)) < 5000
        zoo.answer("GET /anything", b"\x89PNG\x00", "image/png", status=502)
        assert text(await client.call_tool("anything")).endswith("502 Bad Gateway.")
        zoo.answer(
            "GET /anything",
            b"",
            "",
            status=302,
            headers=(("location", "http://127.0.0.1:1/"),),
        )
        result = await client.call_tool("anything")
        assert result.is_error
        assert "302" in text(result)

    run(connect, use)


def test_a_reply_that_breaks_its_promise(connect: Connect, zoo: Zoo) -> None:
    async def use(client: Client) -> None:
        zoo.answer("GET /animals", [{"nom": "A"}])
        result = await client.call_tool("list-animals")
        assert result.is_error
        assert 'result[0]: "name" is a required property' in text(result)
        assert '"nom"' in text(result)
        zoo.answer("GET /animals", b"<html>sorry</html>", "text/html")
        result = await client.call_tool("list-animals")
        assert result.is_error
        assert "sorry" in text(result)
        zoo.answer("GET /animals", b"")
        assert (await client.call_tool("list-animals")).is_error
        zoo.answer("GET /anything", b'{"broken": ')
        result = await client.call_tool("anything")
        assert (text(result), result.is_error) == ('{"broken": ', False)

    run(connect, use)


def test_replies_that_cannot_be_read(connect: Connect, zoo: Zoo) -> None:
    async def use(client: Client) -> None:
        gzip = (("content-encoding", "gzip"),)
        zoo.answer("GET /anything", b"no gzip at all", headers=gzip)
        result = await client.call_tool("anything")
        assert result.is_error
        assert "broken compression" in text(result)
        zoo.answers["GET /anything"] = Answer(bytes(33 << 20), "image/png")
        result = await client.call_tool("anything")
        assert result.is_error
        assert "too large" in text(result)
        zoo.answer("GET /anything", {"still": "alive"})
        assert not (await client.call_tool("anything")).is_error

    run(connect, use)


def test_nobody_listens(built: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        args = ["-m", "zoo", "mcp", "--transport=stdio", f"--upstream={url}"]
        parameters = StdioServerParameters(
            command=sys.executable, args=args, env=zoo_environment(built)
        )
        result = call(lambda: Client(stdio_client(parameters)), "anything")
    assert result.is_error
    assert text(result) == "The upstream service cannot be reached or broke off."


def test_a_silent_upstream_times_out(built: Path, zoo: Zoo) -> None:
    zoo.answer("GET /anything", {}, seconds=20)
    args = [
        "-m",
        "zoo",
        "mcp",
        "--transport=stdio",
        f"--upstream={zoo.url}",
        "--read-timeout=0.3",
    ]
    parameters = StdioServerParameters(
        command=sys.executable, args=args, env=zoo_environment(built)
    )
    result = call(lambda: Client(stdio_client(parameters)), "anything")
    assert result.is_error
    assert "in time" in text(result)


def test_no_credential(built: Path, zoo: Zoo) -> None:
    zoo.seen.clear()
    args = ["-m", "zoo", "mcp", "--transport=stdio", f"--upstream={zoo.url}"]
    env = {**zoo_environment(built), "ZOO_KEY": ""}
    parameters = StdioServerParameters(command=sys.executable, args=args, env=env)
    result = call(lambda: Client(stdio_client(parameters)), "anything")
    assert result.is_error
    assert "credential" in text(result)
    assert zoo.seen == []
