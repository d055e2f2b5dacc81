"""The rows W01 to W10 of the conformance table: what people mean by the files of ``specs``, over sockets."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .capability_package import Recorder, Seen, ask, build, recorder, serving, tool
from .harness import environment

SPECS = Path(__file__).parents[2] / "specs"
OLLAMA = SPECS / "ollama" / "openai-compatibility-images.yaml"
FLUX = SPECS / "flux" / "image-generation-generation.yaml"
HUGGINGFACE = SPECS / "huggingface" / "inference-providers-image-generation.yaml"
KEY = "0llama-k3y"
SENT = {"model": "m", "prompt": "p"}
REPLY = b'{"id": "x", "data":  [{"url":"u"}]}'


def answer(seen: Seen) -> tuple[int, dict[str, str], bytes]:
    kind = {"Content-Type": "application/json"}
    if b"unauthorized" in seen.body:
        return 401, kind, b'{"error": "who"}'
    if b"hurry" in seen.body:
        return 429, {**kind, "Retry-After": "7"}, b'{"error": "slow"}'
    return 200, kind, REPLY


@pytest.fixture(scope="module")
def upstream() -> Iterator[Recorder]:
    with recorder(answer) as running:
        yield running


def served(folder: Path, upstream: Recorder, spec: Path, base: str) -> str:
    """The package of ``spec``, whose base URL ``base`` is the upstream's."""
    text = spec.read_text()
    assert base in text
    return build(folder, text.replace(base, upstream.url + "/base"))


@pytest.fixture(scope="module")
def ollama(
    upstream: Recorder, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("ollama")
    base = "http://localhost:11434/v1"
    return folder, served(folder, upstream, OLLAMA, base)


@pytest.fixture(scope="module")
def rest(ollama: tuple[Path, str]) -> Iterator[int]:
    with serving(*ollama, "rest", secrets=(KEY,), OLLAMA_API_KEY=KEY) as port:
        yield port


@pytest.fixture(scope="module")
def mcp(ollama: tuple[Path, str]) -> Iterator[int]:
    with serving(*ollama, "mcp", secrets=(KEY,), OLLAMA_API_KEY=KEY) as port:
        yield port


def text_of(result: Any) -> Any:
    return json.loads(result["content"][0]["text"])


def test_w01_rest_passes_body_and_reply(rest: int, upstream: Recorder) -> None:
    raw = b'{ "model":"m",  "prompt":"p" }'
    status, _, body = post(rest, raw)
    assert (status, body) == (200, REPLY)
    seen = upstream.only()
    assert (seen.method, seen.target) == ("POST", "/base/images/generations")
    assert seen.body == raw
    assert seen.headers["authorization"] == f"Bearer {KEY}"


def post(port: int, body: bytes) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Status, headers and body of what the route of the file answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        headers = {"Content-Type": "application/json"}
        connection.request("POST", "/v1/images/generations", body, headers)
        reply = connection.getresponse()
        return reply.status, reply.headers, reply.read()
    finally:
        connection.close()


def test_w02_the_tool_does_the_same(mcp: int, upstream: Recorder) -> None:
    result = tool(mcp, "ollama-create-image", body=SENT)
    assert not result["isError"] and text_of(result) == json.loads(REPLY)
    seen = upstream.only()
    assert (seen.target, json.loads(seen.body)) == ("/base/images/generations", SENT)
    assert seen.headers["authorization"] == f"Bearer {KEY}"


def test_w03_arguments_that_no_schema_offers_are_refused(
    mcp: int, upstream: Recorder
) -> None:
    """The table takes them as the body; what ``tools/list`` says is what holds here."""
    result = tool(mcp, "ollama-create-image", **SENT)
    assert result["isError"] and "body" in result["content"][0]["text"]
    assert not upstream.seen


def test_w04_the_list_offers_the_body_and_the_hints_that_are_said(mcp: int) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = "application/json, text/event-stream"
    _, found = ask(mcp, "POST", "/mcp", message, accept=accept)
    (listed,) = found["result"]["tools"]
    schema = listed["inputSchema"]
    assert schema["properties"]["body"]["type"] == "object"
    assert schema["required"] == ["body"]
    hints = {"readOnlyHint": False, "destructiveHint": False, "idempotentHint": False}
    assert listed["annotations"] == hints


def test_w05_a_key_in_a_header(upstream: Recorder, tmp_path: Path) -> None:
    text = FLUX.read_text()
    base = next(
        line.split()[-1] for line in text.splitlines() if "baseUri:" in line
    ).strip("'\"")
    package = served(tmp_path, upstream, FLUX, base)
    with serving(tmp_path, package, "rest", secrets=(KEY,), FLUX_API_KEY=KEY) as port:
        assert ask(port, "POST", "/v1/flux-pro-1-1", {"prompt": "p"})[0] == 200
    seen = upstream.only()
    assert seen.target == "/base/flux-pro-1.1"
    assert seen.headers["x-key"] == KEY
    assert json.loads(seen.body) == {"prompt": "p"}


def test_w06_a_path_with_its_version_twice(upstream: Recorder, tmp_path: Path) -> None:
    base = "https://router.huggingface.co"
    package = served(tmp_path, upstream, HUGGINGFACE, base)
    with serving(tmp_path, package, "rest", HUGGING_FACE_API_KEY=KEY) as port:
        status, body = ask(port, "POST", "/v1/v1/images/generations", SENT)
    assert (status, body) == (200, json.loads(REPLY))
    seen = upstream.only()
    assert seen.target == "/base/v1/images/generations"
    assert json.loads(seen.body) == SENT


@pytest.mark.parametrize("kind", ["rest", "mcp"])
def test_w07_a_missing_variable_is_named_and_nothing_starts(
    ollama: tuple[Path, str], upstream: Recorder, kind: str
) -> None:
    folder, package = ollama
    env = {**environment(OLLAMA_API_KEY=""), "PYTHONPATH": str(folder)}
    command = [sys.executable, "-m", package, kind, "--port=0"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2 and "OLLAMA_API_KEY" in done.stderr
    assert "Traceback" not in done.stderr
    more = (kind, "--require-variables=off")
    with serving(*ollama, *more, OLLAMA_API_KEY="") as port:
        if kind == "rest":
            assert post(port, b"{}")[0] == 500
        else:
            assert tool(port, "ollama-create-image", body={})["isError"]
    assert not upstream.seen


def test_w08_and_w09_errors_of_the_upstream(
    rest: int, mcp: int, upstream: Recorder
) -> None:
    status, _, body = post(rest, b'{"x": "unauthorized"}')
    assert (status, body) == (401, b'{"error": "who"}')
    status, headers, _ = post(rest, b'{"x": "hurry"}')
    assert (status, headers["retry-after"]) == (429, "7")
    for word in ("unauthorized", "hurry"):
        result = tool(mcp, "ollama-create-image", body={"x": word})
        assert result["isError"]
        assert "error" in result["content"][0]["text"]
    upstream.seen.clear()


def test_w10_a_body_that_is_no_json(rest: int, upstream: Recorder) -> None:
    assert post(rest, b"{not json")[0] == 400
    assert not upstream.seen
