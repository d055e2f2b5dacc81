"""The MCP server on standard input and output: large, many, broken and cancelled messages, and the end of its input."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from . import everything
from .exposed import Registry
from .harness import environment

pytestmark = pytest.mark.xdist_group("stdio")
HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}
PREFIX = "io.modelcontextprotocol/"
ENVELOPE = {f"{PREFIX}protocolVersion": "2026-07-28", f"{PREFIX}clientCapabilities": {}}


class Child:
    """A server whose pipes are ours."""

    def __init__(self, root: Path, upstream: Registry, *more: str) -> None:
        options = ["--transport=stdio", f"--upstream={upstream.url}", *more]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "everything", "mcp", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment() | {"PYTHONPATH": str(root)},
        )
        assert self.process.stdin and self.process.stdout
        self.stdin, self.stdout = self.process.stdin, self.process.stdout

    def send(self, *lines: bytes | dict[str, Any]) -> None:
        """Write lines, objects as messages of JSON-RPC."""
        for line in lines:
            if isinstance(line, dict):
                line = json.dumps({"jsonrpc": "2.0", **line}).encode()
            self.stdin.write(line + b"\n")
        self.stdin.flush()

    def read(self) -> dict[str, Any]:
        """The next message."""
        found: dict[str, Any] = json.loads(self.stdout.readline())
        return found

    def ask(self, number: int, method: str, **params: Any) -> dict[str, Any]:
        """The answer to a request, before which nothing else is said."""
        self.send({"id": number, "method": method, "params": params})
        answer = self.read()
        assert answer["id"] == number
        return answer

    def stop(self) -> None:
        """End it, and close the pipes."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.stdout, self.process.stderr):
            assert pipe
            pipe.close()

    def greet(self) -> None:
        """Open a connection of the handshake era."""
        assert self.ask(0, "initialize", **HELLO)["result"]["serverInfo"]
        self.send({"method": "notifications/initialized"})


@pytest.fixture(scope="module")
def stub() -> Iterator[Registry]:
    with everything.stub() as running:
        yield running


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("stdio")
    everything.build(root)
    return root


@contextmanager
def serving(built: Path, stub: Registry, *more: str) -> Iterator[Child]:
    """A server that has been greeted; it must end by itself, without a traceback."""
    child = Child(built, stub, *more)
    try:
        child.greet()
        yield child
        child.stdin.close()
        assert child.process.wait(15) == 0
        assert child.process.stderr
        assert b"Traceback" not in child.process.stderr.read()
    finally:
        child.stop()


def call(number: int, name: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "method": "tools/call", "params": {"name": name, **more}}


def test_many_messages_at_once(built: Path, stub: Registry) -> None:
    count = 3000
    with serving(built, stub) as child:
        pings = [{"id": n, "method": "ping"} for n in range(1, count)]
        writer = threading.Thread(
            target=child.send, args=[*pings, call(count, "test_simple_text")]
        )
        writer.start()
        assert sorted(child.read()["id"] for _ in range(count)) == [*range(1, count + 1)]  # fmt: skip
        writer.join()


def test_a_large_message(built: Path, stub: Registry) -> None:
    with serving(built, stub, "--max-body=1000000") as child:
        words = "x" * 900_000
        answer = child.ask(1, "tools/call", name="test_simple_text", arguments={"a": words})  # fmt: skip
        assert answer["result"]["isError"]
        child.send(call(2, "test_simple_text", arguments={"a": "x" * 5_000_000}))
        refused = child.read()
        assert (refused["id"], refused["error"]["code"]) == (None, -32600)
        assert child.ask(3, "ping")["result"] == {}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", -32700),
        (b"\xff\xfe", -32700),
        (b'{"a":' * 100_000, -32700),
        (b"[" * 100_000, -32600),
        (b"[]", -32600),
        (b"7", -32600),
        (b'{"id":1,"method":"ping"}', -32600),
        (b'{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600),
    ],
)
def test_a_broken_line_is_refused(broken: Child, line: bytes, code: int) -> None:
    broken.send(b"", b"  ", line)
    refused = broken.read()
    assert (refused["id"], refused["error"]["code"]) == (None, code)
    assert broken.ask(9, "ping")["result"] == {}


def test_null_parameters_are_none(broken: Child) -> None:
    broken.send(b'{"jsonrpc":"2.0","id":8,"method":"tools/list","params":null}')
    assert broken.read()["result"]["tools"]


@pytest.fixture(scope="module")
def broken(built: Path, stub: Registry) -> Iterator[Child]:
    with serving(built, stub) as child:
        yield child


def test_what_is_running_ends_after_the_input(built: Path, stub: Registry) -> None:
    with serving(built, stub) as child:
        child.stdin.write(json.dumps({"jsonrpc": "2.0", **call(1, "test_tool_with_progress")}).encode())  # fmt: skip
        child.stdin.close()
        assert child.read()["result"]["isError"] is False
        assert child.stdout.read() == b""


def test_a_plain_call_is_cancelled(built: Path, stub: Registry) -> None:
    with serving(built, stub) as child:
        stub.gone.clear()
        stub.waiting.clear()
        child.send(call(1, "test_slow"))
        assert stub.waiting.wait(10)
        child.send({"method": "notifications/cancelled", "params": {"requestId": 1}})
        assert stub.gone.wait(10)
        nobody = {"method": "notifications/cancelled", "params": {"requestId": [1]}}
        child.send(nobody)
        assert child.ask(2, "ping")["result"] == {}


def test_the_sdk_goes_on_where_the_fast_path_has_begun(
    built: Path, stub: Registry
) -> None:
    with serving(built, stub) as child:
        text = child.ask(1, "tools/call", name="test_simple_text")["result"]
        read = child.ask(2, "resources/read", uri="test://static-text")["result"]
        assert read["contents"][0]["text"] == text["content"][0]["text"]
        unknown = child.ask(3, "tools/call", name="nobody")["error"]
        assert unknown["message"] == "Unknown tool: nobody"
        assert child.ask(4, "tools/list")["result"]["tools"]


def test_requests_of_the_modern_era_need_no_greeting(
    built: Path, stub: Registry
) -> None:
    child = Child(built, stub)
    try:
        found = child.ask(1, "server/discover", _meta=ENVELOPE)["result"]
        assert found["supportedVersions"] == ["2026-07-28"]
        called = child.ask(2, "tools/call", name="test_simple_text", _meta=ENVELOPE)
        assert called["result"]["resultType"] == "complete"
        read = child.ask(3, "resources/read", uri="test://static-text", _meta=ENVELOPE)
        assert read["result"]["ttlMs"] >= 0
    finally:
        child.stop()


def test_a_request_before_the_greeting_is_refused(built: Path, stub: Registry) -> None:
    child = Child(built, stub)
    try:
        assert "error" in child.ask(1, "tools/list")
    finally:
        child.stop()
