"""The search mode of MCP servers: two tools that find and call the others, for the official client and in both eras."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from naftiko_codegen import pipeline
from naftiko_codegen.diagnostics import Diagnostics

from .capability_package import ask, build, recorder, serving, tool
from .harness import environment

pytestmark = pytest.mark.xdist_group("mcp-search")

KINDS = [f"{word}{number}" for word in ("star", "cloud", "stone") for number in range(70)]  # fmt: skip
MANY = "\n".join(
    f"  /{kind}: {{get: {{operationId: get_{kind}, summary: One {kind}., responses: {{'200': {{description: OK}}}}}}}}"
    for kind in KINDS
)
DOCUMENT = f"""\
openapi: 3.1.0
info: {{title: Tracker, version: "1"}}
servers: [{{url: https://tracker.example}}]
paths:
  /repos/{{owner}}/issues:
    get:
      operationId: listIssues
      summary: List the issues of a repository
      parameters:
      - {{name: owner, in: path, required: true, schema: {{type: string}}}}
      - {{name: state, in: query, schema: {{enum: [open, closed]}}}}
      responses: {{"200": {{description: OK, content: {{application/json: {{schema: {{type: object}}}}}}}}}}
    post:
      operationId: createIssue
      summary: Create an issue
      parameters: [{{name: owner, in: path, required: true, schema: {{type: string}}}}]
      requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{title: {{}}}}}}}}}}}}
      responses: {{"201": {{description: Made.}}}}
{MANY}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("search")
    assert build(root, DOCUMENT) == "tracker"
    return root


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("transport", ["http", "stdio"])
def test_find_then_call(built: Path, transport: str, mode: Any) -> None:
    async def run(client: Client) -> None:
        async with client:
            listed = (await client.list_tools()).tools
            assert [it.name for it in listed] == ["find_tools", "call_tool"]
            found = await client.call_tool("find_tools", {"words": "list open issues"})
            first = found.structured_content["tools"][0]  # type: ignore[index]
            assert first["name"] == "listIssues"
            assert first["inputSchema"]["required"] == ["owner"]
            arguments = {"owner": "me", "state": "open"}
            asked = {"name": first["name"], "arguments": arguments}
            made = await client.call_tool("call_tool", asked)
            assert made.structured_content == {"ok": True}
            assert upstream.only().target == "/repos/me/issues?state=open"

    with recorder() as upstream:
        url = f"--upstream={upstream.url}"
        if transport == "http":
            with serving(built, "tracker", "mcp", "--tools=search", url) as port:
                client = Client(f"http://127.0.0.1:{port}/mcp", mode=mode)
                asyncio.run(run(client))
        else:
            given = {**environment(TRACKER_TOOLS="search"), "PYTHONPATH": str(built)}
            words = ["-m", "tracker", "mcp", "--transport=stdio", url]
            parameters = StdioServerParameters(
                command=sys.executable, args=words, env=given
            )
            asyncio.run(run(Client(stdio_client(parameters), mode=mode)))


@pytest.fixture(scope="module")
def port(built: Path) -> Any:
    with (
        recorder() as upstream,
        serving(built, "tracker", "mcp", "--tools=search", f"--upstream={upstream.url}") as found,
    ):  # fmt: skip
        yield found
        assert upstream.seen == []


def test_what_is_found_is_bounded(port: int) -> None:
    found = tool(port, "find_tools", words="one star")["structuredContent"]
    assert len(found["tools"]) == 5
    assert found["more"] > 60
    assert len(tool(port, "find_tools", words="star", limit=20)["structuredContent"]["tools"]) == 20  # fmt: skip
    (only, *_) = tool(port, "find_tools", words="getStar12")["structuredContent"]["tools"]  # fmt: skip
    assert only["name"] == "get_star12"
    nothing = tool(port, "find_tools", words="zebra")
    assert nothing["structuredContent"] == {"tools": [], "more": 0}
    assert "try others" in nothing["content"][0]["text"]


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("find_tools", {}, '"words" is a required property'),
        ("find_tools", {"words": "a", "limit": 1000}, "limit: 1000 is greater than the maximum of 20"),
        ("call_tool", {"name": "listIssue"}, "There is no tool listIssue; did you mean listIssues?"),
        ("call_tool", {"name": "\n" * 3000}, "find_tools finds those there are."),
        ("call_tool", {"name": "listIssues"}, '"owner" is a required property'),
        ("call_tool", {"name": "listIssues", "arguments": {"owner": "a", "state": "lost"}}, "state: "),
        ("call_tool", {"name": "listIssues", "arguments": []}, "arguments: [] is not of type"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(port: int, name: str, arguments: Any, words: str) -> None:  # fmt: skip
    result = rpc(port, name, arguments)
    assert result["isError"]
    text = result["content"][0]["text"]
    assert words in text
    assert len(text) < 1000


def rpc(port: int, name: str, arguments: Any) -> Any:
    params = {"name": name, "arguments": arguments}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    accept = "application/json, text/event-stream"
    return ask(port, "POST", "/mcp", message, accept=accept)[1]["result"]


def test_all_tools_are_listed_unless_asked(built: Path) -> None:
    with serving(built, "tracker", "mcp") as port:
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        accept = "application/json, text/event-stream"
        _, found = ask(port, "POST", "/mcp", message, accept=accept)
    names = [it["name"] for it in found["result"]["tools"]]
    assert len(names) == len(KINDS) + 2
    assert names[0] == "listIssues"


def test_many_tools_are_a_note(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(DOCUMENT)
    diagnostics = Diagnostics()
    options = pipeline.Options(paths=(tmp_path / "spec.yaml",), render=False)
    pipeline.compile_all(options, diagnostics, lambda _: None)
    (note,) = [it for it in diagnostics if it.code == "N525"]
    assert "212 tools" in note.message
    assert "--tools search" in note.hint
