"""The rows M01 to M23 and P01 to P18 of the conformance table, in a document of our own, over sockets and pipes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from behaviour import exposed
from behaviour.exposed import Registry, ask
from behaviour.harness import environment

pytestmark = pytest.mark.xdist_group("mcp-conformance")

HEAD = """\
naftiko: 1.0.0-alpha2
info: {label: Fleet, description: Berths and crews.}
capability:
  consumes:
  - type: http
    namespace: harbour
    baseUri: http://127.0.0.1:9/v1
    inputParameters: [{name: X-Harbour, in: header, value: north}]
    resources:
    - name: berths
      path: /berths/{{berth_id}}/query
      operations:
      - name: ask-berth
        method: POST
        body: |
          {"filter": {"state": "free"}}
    - name: users
      path: /users/{{userId}}
      operations:
      - {name: get-user, method: GET}
      - {name: drop-user, method: DELETE}
    - name: ships
      path: /ships/{{imo_number}}
      operations:
      - {name: get-ship, method: GET, inputParameters: [{name: imo_number, in: path}]}
    - name: vessels
      path: /vessels
      operations:
      - {name: list-vessels, method: GET, outputRawFormat: xml}
  exposes:
"""
TOOLS = """\
  - type: mcp
    namespace: desk
    port: 9091
    tools:
    - name: query-berths
      label: Query berths
      description: Free berths.
      hints: {readOnly: true, openWorld: true}
      call: harbour.ask-berth
      with: {berth_id: north-1}
      outputParameters:
      - type: array
        mapping: $.results
        items:
          type: object
          properties:
            name: {type: string, mapping: "$.properties.Name.title[0].text.content"}
            status: {type: string, mapping: $.properties.Status.select.name}
    - name: drop-user
      description: Removes a user.
      hints: {readOnly: false, destructive: true, idempotent: true, openWorld: false}
      inputParameters: [{name: user-id, type: string, description: Who.}]
      call: harbour.drop-user
      with: {userId: desk.user-id}
    - name: read-user
      description: One user.
      inputParameters: [{name: user-id, type: string, description: Who.}]
      call: harbour.get-user
      with: {userId: "{{user-id}}"}
    - name: list-vessels
      description: All vessels.
      call: harbour.list-vessels
      outputParameters:
      - type: array
        mapping: $.vessel
        items:
          type: object
          properties: {vesselCode: {type: string, mapping: $.vesselCode}, name: {type: string, mapping: $.vesselName}}
    - name: get-ship
      description: One ship.
      call: harbour.get-ship
      inputParameters: [{name: imo, type: string, description: Its number.}]
      with: {imo_number: "{{imo}}"}
"""
LIBRARY = """\
    resources:
    - name: plan
      label: Berth plan
      uri: data://berths/north/plan
      description: The plan.
      mimeType: application/json
      call: harbour.ask-berth
      with: {berth_id: north-1}
    - name: profile
      label: User profile
      uri: data://users/{userId}/profile
      description: A profile.
      call: harbour.get-user
      with: {userId: "{{userId}}"}
    - name: user-name
      label: User name
      uri: data://users/u-1/name
      description: A name.
      mimeType: application/json
      call: harbour.get-user
      with: {userId: u-1}
      outputParameters: [{type: string, mapping: $.name}]
    - name: user-raw
      label: User as it is
      uri: data://users/u-2/raw
      description: What is missing.
      call: harbour.get-user
      with: {userId: u-2}
      outputParameters: [{type: string, mapping: $.missing}]
    - {name: docs, label: Docs, uri: "data://docs", description: To read., location: "file://FOLDER/docs"}
    prompts:
    - name: outreach
      label: Outreach
      description: Writes to somebody.
      arguments:
      - {name: person, description: Who., required: true}
      - {name: product, description: About what., required: true}
      template: [{role: user, content: "Write to {{person}} about {{product}}."}]
    - name: summary
      label: Summary
      description: Sums up.
      arguments:
      - {name: data, description: What., required: true}
      - {name: format, description: How., required: false}
      template:
      - {role: user, content: "Sum up as {{format}}: {{data}}"}
      - {role: assistant, content: Gladly.}
      - {role: user, content: Be short.}
    - name: echo
      description: Says it.
      arguments: [{name: message, description: What.}]
      template: [{role: user, content: "You said: {{message}}"}]
    - {name: analysis, description: In a file., location: "file://FOLDER/analysis.md"}
    - name: tasks
      description: Counts.
      arguments: [{name: name, description: Who.}, {name: count, description: How many.}]
      template: [{role: user, content: "Hello {{name}}, you have {{count}} tasks"}]
"""
HEADERS = {
    "content-type": "application/json",
    "accept": "application/json, text/event-stream",
}
HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}  # fmt: skip


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    with exposed.registry() as running:
        yield running


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mcp")
    (folder / "docs").mkdir()
    (folder / "docs" / "guide.md").write_text("# guide\n")
    (folder / "docs" / "data.json").write_text("{}")
    (folder / "secrets.txt").write_text("secret")
    (folder / "analysis.md").write_text("Analyze {{topic}} for {{audience}}")
    exposed.build(folder, TOOLS + LIBRARY.replace("FOLDER", str(folder)), HEAD)
    return folder


@pytest.fixture(scope="module")
def port(root: Path, registry: Registry) -> Iterator[int]:
    with exposed.serve(root, "mcp", registry) as running:
        yield running


def post(port: int, body: Any) -> tuple[int, dict[str, str], Any]:
    """Status, headers and document of the answer to a message."""
    raw = body if isinstance(body, str) else json.dumps(body)
    status, headers, said = ask(port, "/mcp", HEADERS, "POST", raw)
    if headers.get("content-type") == "text/event-stream":
        said = said.partition(b"data: ")[2]
    return status, headers, json.loads(said) if said.strip() else None


def message(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}


def result(port: int, method: str, **params: Any) -> Any:
    """The result of a request, which must not fail."""
    status, _, said = post(port, message(method, **params))
    assert (status, said["id"]) == (200, 7), said
    return said["result"]


def refused(port: int, body: Any) -> tuple[int, int, str]:
    """Status, code and words of a refusal."""
    status, _, said = post(port, body)
    assert said["jsonrpc"] == "2.0"
    return status, said["error"]["code"], said["error"]["message"]


def called(port: int, name: str, **arguments: Any) -> tuple[bool, list[str]]:
    """Whether a tool failed, and its texts."""
    found = result(port, "tools/call", name=name, arguments=arguments)
    return found["isError"], [block["text"] for block in found["content"]]


def read(port: int, uri: str) -> tuple[str, str]:
    """Text and media type of a resource."""
    (found,) = result(port, "resources/read", uri=uri)["contents"]
    assert found["uri"] == uri
    return found["text"], found["mimeType"]


def prompted(port: int, prompt: str, /, **arguments: str) -> list[tuple[str, str]]:
    """Role and text of each message of a prompt."""
    found = result(port, "prompts/get", name=prompt, arguments=arguments)["messages"]
    return [(said["role"], said["content"]["text"]) for said in found]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_m01_and_m06_no_streams_and_no_sessions(port: int, method: str) -> None:
    for more in ({}, {"mcp-session-id": "one"}):
        status, headers, _ = ask(port, "/mcp", more, method)
        assert (status, headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("", 400, -32700),  # M02
        ("{", 400, -32700),  # M03
        (message("initialize"), 200, -32602),  # M04: the protocol requires a version
        (message("unknown/method"), 200, -32601),  # M07
        ({**message("ping"), "jsonrpc": "1.0"}, 400, -32600),  # M08
        ({"id": 7, "method": "ping"}, 400, -32600),  # M08
        (message("tools/call", name="does-not-exist"), 200, -32602),  # M11
        ({"jsonrpc": "2.0", "id": 7, "method": "tools/call"}, 200, -32602),  # M12
    ],
)
def test_m02_to_m12_what_is_refused(
    port: int, body: Any, status: int, code: int
) -> None:
    got, said, words = refused(port, body)
    assert (got, said) == (status, code)
    assert words.strip()


def test_m04_and_m10_the_handshake(port: int) -> None:
    status, headers, said = post(port, message("initialize", **HELLO))
    assert (status, said["id"], said["jsonrpc"]) == (200, 7, "2.0")
    assert "mcp-session-id" not in headers
    assert said["result"]["protocolVersion"] == HELLO["protocolVersion"]
    assert set(said["result"]["capabilities"]) == {"tools", "resources", "prompts"}


@pytest.mark.parametrize("method", ["initialized", "cancelled"])
def test_m05_and_m17_notifications(port: int, method: str) -> None:
    body = {"jsonrpc": "2.0", "method": f"notifications/{method}"}
    assert post(port, body)[::2] == (202, None)


def test_m09_m13_and_m14_tools_alone_and_nobody_answers(tmp_path: Path) -> None:
    exposed.build(tmp_path, TOOLS, HEAD)
    nobody = Registry("http://127.0.0.1:1/v1")
    with exposed.serve(tmp_path, "mcp", nobody) as running:
        said = result(running, "initialize", **HELLO)
        assert set(said["capabilities"]) == {"tools"}
        failed, texts = called(running, "query-berths")
        assert (failed, len(texts)) == (True, 1)
        assert result(running, "ping") == {}


def test_m15_four_lines_over_pipes(root: Path) -> None:
    """The same document as over HTTP: every MCP server speaks both."""
    asked = [
        {**message("initialize", **HELLO), "id": 1},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {**message("tools/list"), "id": 2},
        {**message("ping"), "id": 3},
    ]
    command = [sys.executable, "-m", "fleet", "mcp", "--transport=stdio"]
    with subprocess.Popen(
        command,
        cwd=root,
        env=environment() | {"PYTHONPATH": str(root)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin and child.stdout
        child.stdin.write("".join(json.dumps(line) + "\n" for line in asked))
        child.stdin.flush()
        answers = [json.loads(child.stdout.readline()) for _ in range(3)]
        child.stdin.close()
        assert child.stdout.read() == ""
    assert sorted(said["id"] for said in answers) == [1, 2, 3]
    by_id = {said["id"]: said["result"] for said in answers}
    assert by_id[1]["serverInfo"]["name"] == "desk"
    assert by_id[2]["tools"][0]["name"] == "query-berths"
    assert by_id[3] == {}


def test_m16_hints_and_titles(port: int) -> None:
    tools = {tool["name"]: tool for tool in result(port, "tools/list")["tools"]}
    assert tools["query-berths"]["title"] == "Query berths"
    hints = {"readOnlyHint": True, "openWorldHint": True}
    assert tools["query-berths"]["annotations"] == hints
    assert tools["drop-user"]["annotations"] == {
        "readOnlyHint": False,
        "destructiveHint": True,
        "idempotentHint": True,
        "openWorldHint": False,
    }
    assert "title" not in tools["drop-user"]
    assert "annotations" not in tools["read-user"]


def test_m18_m19_and_m23_calls(port: int, registry: Registry) -> None:
    reply = {
        "results": [
            {
                "properties": {
                    "Name": {"title": [{"text": {"content": "A"}}]},
                    "Status": {"select": {"name": "Committed"}},
                }
            }
        ]
    }
    said = json.dumps(reply).encode()
    registry.answers["/v1/berths/north-1/query"] = (200, "application/json", said)
    failed, (text,) = called(port, "query-berths")
    assert (failed, json.loads(text)) == (False, [{"name": "A", "status": "Committed"}])
    sent = registry.seen[-1]
    assert (sent.method, sent.target) == ("POST", "/v1/berths/north-1/query")
    assert json.loads(sent.body) == {"filter": {"state": "free"}}
    assert sent.headers["x-harbour"] == "north"
    rows = [("V001", "Sea Eagle"), ("V002", "Ocean Star")]
    vessels = "".join(
        f"<vessel><vesselCode>{code}</vesselCode><vesselName>{name}</vesselName></vessel>"
        for code, name in rows
    )
    xml = f"<vessels>{vessels}</vessels>".encode()
    registry.answers["/v1/vessels"] = (200, "application/xml", xml)
    failed, (text,) = called(port, "list-vessels")
    wanted = [{"vesselCode": code, "name": name} for code, name in rows]
    assert (failed, json.loads(text)) == (False, wanted)
    assert not called(port, "get-ship", imo="IMO-9321483")[0]
    assert registry.seen[-1].target == "/v1/ships/IMO-9321483"


def test_m20_to_m22_replies_that_are_no_results(port: int, registry: Registry) -> None:
    registry.answers["/v1/berths/north-1/query"] = (200, "application/json", b"not json")  # fmt: skip
    failed, (text,) = called(port, "query-berths")
    assert failed and "not json" in text
    registry.answers["/v1/users/u-5"] = (500, "text/plain", b"boom")
    assert called(port, "read-user", **{"user-id": "u-5"}) == (
        True,
        ["The upstream service answered 500 Internal Server Error.\nboom"],
    )
    registry.answers["/v1/users/u-6"] = (204, "", b"")
    assert called(port, "drop-user", **{"user-id": "u-6"}) == (False, [])
    assert registry.seen[-1].method == "DELETE"


def test_p01_p02_p07_and_p11_the_lists(port: int) -> None:
    resources = result(port, "resources/list")["resources"]
    assert {
        "uri": "data://berths/north/plan",
        "name": "plan",
        "title": "Berth plan",
        "description": "The plan.",
        "mimeType": "application/json",
    } in resources
    uris = [item["uri"] for item in resources]
    assert {"data://docs/guide.md", "data://docs/data.json"} < set(uris)
    assert not any("{" in uri for uri in uris)
    (template,) = result(port, "resources/templates/list")["resourceTemplates"]
    assert template["uriTemplate"] == "data://users/{userId}/profile"
    assert (template["name"], template["title"]) == ("profile", "User profile")
    outreach, summary, *_ = result(port, "prompts/list")["prompts"]
    assert (outreach["name"], outreach["title"]) == ("outreach", "Outreach")
    assert [item["required"] for item in outreach["arguments"]] == [True, True]
    assert not any("title" in item for item in outreach["arguments"])
    assert [item["required"] for item in summary["arguments"]] == [True, False]


def test_p04_p05_and_p08_what_is_read(port: int, registry: Registry) -> None:
    alice, raw = b'{"id":"u-1","name":"Alice"}', b'{"id":"u-2"}'
    registry.answers["/v1/users/u-1"] = (200, "application/json", alice)
    registry.answers["/v1/users/u-2"] = (200, "application/json", raw)
    assert read(port, "data://users/u-1/name") == ('"Alice"', "application/json")
    assert read(port, "data://users/u-2/raw")[0] == raw.decode()
    assert read(port, "data://users/u-1/profile")[0] == alice.decode()
    assert read(port, "data://docs/guide.md") == ("# guide\n", "text/markdown")


@pytest.mark.parametrize(
    "params",
    [
        {},  # P03
        {"uri": "data://unknown"},  # P03
        {"uri": "data://users/a/b/profile"},  # P06
        {"uri": "data://docs/../secrets.txt"},  # P09
        {"uri": "data://docs"},  # P10
    ],
)
def test_p03_p06_p09_and_p10_what_is_not_read(
    port: int, registry: Registry, params: dict[str, str]
) -> None:
    registry.seen.clear()
    status, code, words = refused(port, message("resources/read", **params))
    assert (status, code) == (200, -32602)
    assert params.get("uri", "Invalid") in words
    assert not registry.seen


@pytest.mark.parametrize("params", [{"name": "nobody"}, {}])
def test_p15_prompts_that_are_not_there(port: int, params: dict[str, str]) -> None:
    assert refused(port, message("prompts/get", **params))[1] == -32602


def test_p12_to_p18_prompts(port: int) -> None:
    assert prompted(port, "outreach", person="Alice", product="Naftiko") == [
        ("user", "Write to Alice about Naftiko.")
    ]
    assert prompted(port, "summary", data="[1]", format="a table") == [
        ("user", "Sum up as a table: [1]"),
        ("assistant", "Gladly."),
        ("user", "Be short."),
    ]
    assert prompted(port, "summary", data="[1]")[0][1] == "Sum up as {{format}}: [1]"
    echoed = prompted(port, "echo", message="{{danger}}")
    assert echoed == [("user", "You said: {{danger}}")]
    assert prompted(port, "analysis", topic="solar energy", audience="engineers") == [
        ("user", "Analyze solar energy for engineers")
    ]
    assert prompted(port, "tasks", name="Alice", count="5") == [
        ("user", "Hello Alice, you have 5 tasks")
    ]
