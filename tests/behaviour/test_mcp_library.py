"""Resources and prompts of an MCP server, read by the official client in both protocol eras over HTTP and stdio."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client

from behaviour import exposed
from behaviour.exposed import Registry, ask
from behaviour.harness import environment

Connect = Callable[[], AbstractAsyncContextManager[Client]]
pytestmark = pytest.mark.xdist_group("mcp-library")

HUGE = (16 << 20) + 1
SERVER = """
    - type: mcp
      namespace: room
      port: 9091
      tools: [{name: list-ships, description: Lists ships., call: registry.list-ships}]
      resources:
        - {name: active, label: Active ships, uri: "data://ships/active", description: At sea.,
           call: registry.list-ships, with: {status: active}}
        - {name: ship, label: Ship, uri: "data://ships/{imo-number}", description: One., mimeType: text/x-ship,
           call: registry.get-ship, with: {imo: "{{imo-number}}"}}
        - {name: manual, label: Manual, uri: "docs://manual", description: To read., location: "file://FOLDER/manual"}
      prompts:
        - name: outreach
          label: Outreach
          description: Writes to a captain.
          arguments:
            - {name: captain-name, label: Captain, description: Who.}
            - {name: tone, description: How., required: false}
          template:
            - {role: user, content: "Write to {{captain-name}}, {{tone}}, {{unknown}}."}
            - {role: assistant, content: "Dear {{ captain-name }},"}
        - {name: rules, label: Rules, description: The rules., location: "file://FOLDER/rules.md"}
        - {name: gone, label: Gone, description: No file., location: "file://FOLDER/gone.md"}
"""


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    with exposed.registry() as running:
        yield running


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("library")
    (root / "manual" / "deep").mkdir(parents=True)
    (root / "manual" / "a.md").write_text("# Ahoi é")
    (root / "manual" / "deep" / "b.bin").write_bytes(b"\xff\x00\xfe")
    (root / "manual" / "huge.bin").touch()
    os.truncate(root / "manual" / "huge.bin", HUGE)
    (root / "manual" / ".hidden").write_text("hidden")
    (root / "secret.txt").write_text("secret")
    os.symlink(root / "secret.txt", root / "manual" / "link.txt")
    (root / "rules.md").write_text("Mind {{thing}}.")
    exposed.build(root, SERVER.replace("FOLDER", str(root)))
    return root


@pytest.fixture(scope="module")
def port(registry: Registry, built: Path) -> Iterator[int]:
    with exposed.serve(built, "mcp", registry) as number:
        yield number


@pytest.fixture(params=["http-auto", "http-legacy", "stdio-auto", "stdio-legacy"])
def connect(
    request: pytest.FixtureRequest, registry: Registry, built: Path, port: int
) -> Connect:
    transport, _, mode = request.param.partition("-")
    registry.seen.clear()
    registry.answers.clear()
    if transport == "http":
        return lambda: Client(f"http://127.0.0.1:{port}/mcp", mode=mode)
    args = ["-m", "fleet", "mcp", "--transport=stdio", f"--upstream={registry.url}"]
    env = environment() | {"PYTHONPATH": str(built)}
    parameters = StdioServerParameters(command=sys.executable, args=args, env=env)
    return lambda: Client(stdio_client(parameters), mode=mode)


def run(connect: Connect, use: Callable[[Client], Coroutine[Any, Any, Any]]) -> Any:
    async def inside() -> Any:
        async with connect() as client:
            return await use(client)

    return asyncio.run(inside())


def refusal(connect: Connect, use: Callable[[Client], Coroutine[Any, Any, Any]]) -> str:
    """What the server says to a request that it refuses."""

    async def inside(client: Client) -> str:
        with pytest.raises(MCPError) as caught:
            await use(client)
        return str(caught.value)

    return str(run(connect, inside))


def test_resources_and_templates_are_listed(connect: Connect) -> None:
    async def use(client: Client) -> None:
        listed = (await client.list_resources()).resources
        seen = [(r.uri, r.name, r.title, r.mime_type, r.size) for r in listed]
        assert seen == [
            ("data://ships/active", "active", "Active ships", "application/json", None),
            ("docs://manual/a.md", "manual", "Manual", "text/markdown", 9),
            ("docs://manual/deep/b.bin", "manual", "Manual", "application/octet-stream", 3),
            ("docs://manual/huge.bin", "manual", "Manual", "application/octet-stream", HUGE),
        ]  # fmt: skip
        (template,) = (await client.list_resource_templates()).resource_templates
        assert template.uri_template == "data://ships/{imo-number}"
        assert template.mime_type == "text/x-ship"
        assert [t.name for t in (await client.list_tools()).tools] == ["list-ships"]

    run(connect, use)


def test_a_resource_is_the_reply_to_its_call(
    connect: Connect, registry: Registry
) -> None:
    async def use(client: Client) -> list[Any]:
        uris = ("data://ships/active", "data://ships/9%20b", "data://ships/7")
        return [(await client.read_resource(uri)).contents for uri in uris]

    (active,), (spaced,), (seven,) = run(connect, use)
    targets = [r.target for r in registry.seen]
    assert targets == ["/v1/ships?status=active", "/v1/ships/9%20b", "/v1/ships/7"]
    assert json.loads(active.text) == {"path": targets[0]}
    assert (active.mime_type, seven.mime_type) == ("application/json", "text/x-ship")
    assert spaced.uri == "data://ships/9%20b"


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("data://nothing", "Unknown resource"),
        ("data://ships/a/b", "Unknown resource"),
        ("data://ships/%2e%2e", "segment"),
        ("docs://manual", "a directory"),
        ("docs://manual/", "a directory"),
        ("docs://manual/none.md", "Unknown resource"),
        ("docs://manual/../secret.txt", "Not a resource"),
        ("docs://manual/%2e%2e/secret.txt", "Not a resource"),
        ("docs://manual//etc/passwd", "Not a resource"),
        ("docs://manual/link.txt", "out of its directory"),
        ("docs://manual/.hidden", "Not a resource"),
        ("docs://manual/deep", "Unknown resource"),
        ("docs://manualx", "Unknown resource"),
        ("docs://manual/huge.bin", "larger than 16 MiB"),
    ],
)
def test_what_is_no_resource_is_refused(port: int, uri: str, words: str) -> None:
    said = refusal(
        lambda: Client(f"http://127.0.0.1:{port}/mcp"),
        lambda client: client.read_resource(uri),
    )
    assert words in said


def test_files_are_text_or_bytes(connect: Connect) -> None:
    async def use(client: Client) -> None:
        (text,) = (await client.read_resource("docs://manual/a.md")).contents
        assert (text.text, text.mime_type) == ("# Ahoi é", "text/markdown")
        (raw,) = (await client.read_resource("docs://manual/deep/b.bin")).contents
        assert raw.blob == "/wD+"

    run(connect, use)


def test_a_failed_call_is_an_error_and_no_content(
    connect: Connect, registry: Registry
) -> None:
    registry.answers["/v1/ships/7"] = (500, "text/plain", b"broken")
    said = refusal(connect, lambda client: client.read_resource("data://ships/7"))
    assert "500 Internal Server Error" in said


def test_prompts_are_listed_and_filled_in(connect: Connect) -> None:
    async def use(client: Client) -> None:
        first, *_ = (await client.list_prompts()).prompts
        assert (first.name, first.title) == ("outreach", "Outreach")
        arguments = [(a.name, a.title, a.required) for a in first.arguments or ()]
        assert arguments == [("captain-name", "Captain", True), ("tone", None, False)]
        given = {"captain-name": "{{tone}} Ahab"}
        found = await client.get_prompt("outreach", given)
        said = [(m.role, m.content.text) for m in found.messages]
        assert said == [
            ("user", "Write to {{tone}} Ahab, {{tone}}, {{unknown}}."),
            ("assistant", "Dear {{tone}} Ahab,"),
        ]
        (rules,) = (await client.get_prompt("rules", {"thing": "the gap"})).messages
        assert (rules.role, rules.content.text) == ("user", "Mind the gap.")

    run(connect, use)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("outreach", "needs the argument captain-name"),
        ("nobody", "Unknown prompt"),
        ("gone", "cannot be read"),
    ],
)
def test_a_prompt_that_cannot_be_filled_in_is_an_error(
    connect: Connect, name: str, words: str
) -> None:
    assert words in refusal(connect, lambda client: client.get_prompt(name, {}))


@pytest.mark.parametrize("modern", [True, False])
def test_the_fast_path_says_what_the_sdk_says_it_can(port: int, modern: bool) -> None:
    prefix = "io.modelcontextprotocol/"
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}  # fmt: skip
    if modern:
        meta = {f"{prefix}protocolVersion": "2026-07-28", f"{prefix}clientCapabilities": {}}  # fmt: skip
        method, params = "server/discover", {"_meta": meta}
        headers |= {"mcp-protocol-version": "2026-07-28", "mcp-method": method}
    else:
        client = {"name": "t", "version": "1"}
        method = "initialize"
        params = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client}  # fmt: skip
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    found = []
    for more in ({}, {"mcp-unusual": "1"}):
        _, got, body = ask(port, "/mcp", headers | more, "POST", json.dumps(message))
        if got["content-type"] == "text/event-stream":
            body = body.partition(b"data: ")[2]
        found.append(json.loads(body)["result"])
    assert found[0] == found[1]
    assert set(found[0]["capabilities"]) == {"tools", "resources", "prompts"}


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("file://FOLDER/manual", "file:///./manual", "N215"),
        ("file://FOLDER/manual", "manual", "N215"),
        ("docs://manual", "docs://{x}", "N215"),
        ("data://ships/active", "docs://manual", "N208"),
        ("name: rules", "name: outreach", "N208"),
        ('"file://FOLDER/rules.md"', '"file:///a", template: [{role: user, content: x}]', "N203"),
        ("role: assistant", "role: system", "N205"),
    ],
)  # fmt: skip
def test_what_cannot_be_offered_is_an_error(
    tmp_path: Path, before: str, after: str, code: str
) -> None:
    words = SERVER.replace(before, after).replace("FOLDER", str(tmp_path))
    with pytest.raises(AssertionError, match=code):
        exposed.build(tmp_path, words)
