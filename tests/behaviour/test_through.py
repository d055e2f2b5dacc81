"""What a caller means is what the upstream gets, directly and through both servers, whatever characters it holds."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest

from .capability_package import build, imported
from .harness import ROOT, Process, free_port

sys.path.insert(0, str(ROOT))
from tests.tools.exercise_wire import Answer, Recorder, rpc, tools

TEXTS = (
    "plain", "a b", "a,b", "a%2Cb", "a+b", "a&b=c", "a;b=c", "a.b", "a|b", "a/b?c#d", "ä€😀", '"\\', "a%20b",
    "[x]{y}", "~'()*!$@:^`<>",
)  # fmt: skip
PATHS = ("simple", "exploded", "label", "labels", "matrix", "matrices")
IGNORED = {
    "host", "user-agent", "x-request-id", "accept-encoding", "connection", "traceparent", "content-length",
    "transfer-encoding",
}  # fmt: skip


class World:
    """A client of the upstream, and one of the REST server before it."""

    def __init__(self, module: Any, recorder: Recorder, rest: int, mcp: int) -> None:
        self.module, self.recorder, self.mcp = module, recorder, mcp
        self.urls = (f"{recorder.url}/v1", f"http://127.0.0.1:{rest}")
        self.tools = {tool["name"]: tool["inputSchema"] for tool in tools(mcp)}

    def sent(self, method: str, **given: Any) -> list[tuple[Any, ...]]:
        """What the upstream gets directly, from both clients through the REST server, and from a tool."""
        for url in self.urls:
            with self.module.ThroughClient(base_url=url) as client:
                getattr(client, method)(**given)

        async def run() -> None:
            async with self.module.AsyncThroughClient(base_url=self.urls[1]) as client:
                await getattr(client, method)(**given)

        asyncio.run(run())
        if "content_type" not in given:
            self.call(method, given)
        return [_plain(it) for it in self.recorder.take()]

    def call(self, tool: str, given: dict[str, Any]) -> None:
        """Call the tool with arguments of the names that it has for those of a client."""
        names = {_letters(name): name for name in self.tools[tool]["properties"]}
        arguments = {names[_letters(name)]: value for name, value in given.items()}
        found = rpc(self.mcp, "tools/call", {"name": tool, "arguments": arguments})
        assert not found["result"].get("isError"), found


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


def _plain(seen: dict[str, Any]) -> tuple[Any, ...]:
    headers = {k.lower(): v for k, v in seen["headers"]}
    return (
        seen["method"],
        seen["target"].removeprefix("/v1"),
        {k: v for k, v in headers.items() if k not in IGNORED},
        seen["body"],
    )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("through")
    recorder = Recorder()
    recorder.answer = Answer(b"", 204)
    name = build(folder, Path(__file__).with_name("through.yaml").read_text())
    upstream = f"--upstream={recorder.url}/v1"
    running: list[tuple[Process, int]] = []
    try:
        for kind in ("rest", "mcp"):
            port = free_port()
            command = [sys.executable, "-m", name, kind, f"--port={port}", upstream]
            process = Process(command, env={**os.environ, "PYTHONPATH": str(folder)})
            running.append((process, port))
            process.wait_for_port(port)
        with imported(folder, name) as module:
            yield World(module, recorder, *(port for _, port in running))
    finally:
        for process, _ in running:
            process.stop()
        recorder.server.shutdown()
    assert not any("Traceback" in process.log() for process, _ in running)


def alike(found: list[tuple[Any, ...]]) -> None:
    direct, *others = found
    assert len(others) == (2 if direct[0] == "POST" else 3)
    for other in others:
        assert other == direct


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("method", PATHS)
def test_paths(world: World, method: str, text: str) -> None:
    given = {"one": text, "many": [text, "z"], "object": {"k": text, "l": "m"}}
    alike(world.sent(method, **given))


@pytest.mark.parametrize("text", TEXTS)
def test_mixed_paths(world: World, text: str) -> None:
    alike(world.sent("mixed", one="a", many=[text, "z"]))
    alike(world.sent("deep", file=f"a/{text}/b".replace("\\", "")))


@pytest.mark.parametrize("text", [*TEXTS, "", " ", "a\nb"])
def test_queries(world: World, text: str) -> None:
    several = [text, "z"]
    given = {
        "a_b": text, "many": several, "flat": several, "open": several, "url": text,
        "object": {"k": text, "l": "m"}, "spread": {"s1": text}, "filter": {"k": text, "a b": "&"},
        "json": {"k": text}, "flag": True, "size": 1.5,
        "piped": several if "|" not in text else ["y", "z"],
        "spaced": several if " " not in text else ["y", "z"],
    }  # fmt: skip
    alike(world.sent("query", **given))


@pytest.mark.parametrize("text", [it for it in TEXTS if it.isascii()])
def test_headers_and_cookies(world: World, text: str) -> None:
    listed = [text, "z"] if "," not in text else ["y", "z"]
    given = {
        "x_one": text, "x_many": listed, "x_object": {"k": listed[0], "l": "m"},
        "x_exploded": {"k": listed[0]}, "x_json": {"k": text},
        "one": text, "many": listed, "each": [text, "z"], "object": {"k": listed[0], "l": "m"}, "json": {"k": text},
    }  # fmt: skip
    alike(world.sent("around", **given))


@pytest.mark.parametrize("text", [*TEXTS, "", "a\nb\0"])
def test_bodies(world: World, text: str) -> None:
    form = {"one": text, "many": [text, "z"], "object": {"k": text}}
    for kind in ("application/json", "application/vnd.form+json", "application/x-www-form-urlencoded"):  # fmt: skip
        alike(world.sent("bodies", body=form, content_type=kind))
    for kind in ("text/plain", "application/xml"):
        alike(world.sent("bodies", body=text, content_type=kind))
    alike(world.sent("bodies", body=text.encode(), content_type="image/png"))


@pytest.mark.parametrize("text", TEXTS)
def test_an_upstream_reads_what_was_meant(world: World, text: str) -> None:
    """By the rules of URLs alone: split, then decoded."""
    given = {"one": text, "many": [text, "z"], "object": {"k": text, "l": "m"}}
    between = {"simple": ",", "label": ",", "labels": ".", "matrix": ",", "matrices": ";many="}  # fmt: skip
    for method, separator in between.items():
        _, _, one, many, _ = world.sent(method, **given)[0][1].split("/")
        assert unquote(one).removeprefix(".").removeprefix(";one=") == text
        items = many.removeprefix(".").removeprefix(";many=").split(separator)
        assert [unquote(item) for item in items] == [text, "z"]
    several = {key: [text, "z"] for key in ("many", "flat", "open")}
    given = {"a_b": text, "filter": {"k": text}, **several}
    query = world.sent("query", **given)[0][1].partition("?")[2]
    found = parse_qs(query)
    assert (found["a b[]"], found["many"], found["filter[k]"]) == ([text], [text, "z"], [text])  # fmt: skip
    raw = dict(part.split("=", 1) for part in query.split("&"))
    for name in ("flat", "open"):
        assert [unquote(item) for item in raw[name].split(",")] == [text, "z"]
