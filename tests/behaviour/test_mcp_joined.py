"""Resources and prompts of several packages behind one gateway: read, completed, and told of when they change."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mcp_types as types
import pytest
from mcp import Client, MCPError

from naftiko_codegen import pipeline
from naftiko_codegen.diagnostics import Diagnostics

from . import everything
from .exposed import Registry
from .harness import ROOT, Process, environment, free_port

OTHER = ROOT / "tests" / "cases" / "mcp" / "completions" / "spec.yaml"
pytestmark = [
    pytest.mark.xdist_group("joined"),
    pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning"),
]


@pytest.fixture(scope="module")
def stub() -> Iterator[Registry]:
    with everything.stub() as running:
        yield running


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("joined")
    everything.build(root)
    paths = (root / "spec.yaml", OTHER)
    options = pipeline.Options(paths=paths, gateway=True)
    _, made = pipeline.compile_all(options, Diagnostics(), lambda words: None)
    assert made is not None
    for file in made.files:
        (root / file.path).parent.mkdir(parents=True, exist_ok=True)
        (root / file.path).write_bytes(file.content)
    return root


@pytest.fixture(scope="module")
def url(built: Path, stub: Registry) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "gateway", "mcp", f"--port={port}", "--sessions=on"]  # fmt: skip
    command += [f"--upstream={name}={stub.url}" for name in ("everything", "animal_house")]  # fmt: skip
    process = Process(command, env=environment() | {"PYTHONPATH": str(built)})
    try:
        process.wait_for_port(port)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.stop()
    assert "Traceback" not in process.log()


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_each_package_completes_its_own(url: str, mode: Any) -> None:
    async def run() -> list[list[str]]:
        found = []
        async with Client(url, mode=mode) as client:
            for prompt, name in (("praise", "kind"), ("test_prompt_with_arguments", "arg1")):  # fmt: skip
                about = types.PromptReference(type="ref/prompt", name=prompt)
                said = await client.complete(about, {"name": name, "value": ""})
                found.append(said.completion.values)
            for uri, name in (("house://{sort}/{name}", "sort"), ("test://animals/{kind}", "kind")):  # fmt: skip
                template = types.ResourceTemplateReference(type="ref/resource", uri=uri)
                said = await client.complete(template, {"name": name, "value": "c"})
                found.append(said.completion.values)
            with pytest.raises(MCPError, match="Nothing to complete"):
                nobody = types.PromptReference(type="ref/prompt", name="nobody")
                await client.complete(nobody, {"name": "x", "value": ""})
        return found

    expected = [["cat", "dog", 'say "hi"'], ["paris", "park", "party"], ["cat"], ["cat"]]  # fmt: skip
    assert asyncio.run(run()) == expected


def test_progress_and_news_come_through(url: str, built: Path) -> None:
    told: list[float] = []
    news: asyncio.Queue[str] = asyncio.Queue()

    async def note(done: float, total: float | None, message: str | None) -> None:
        told.append(done)

    async def heard(message: Any) -> None:
        if isinstance(message, types.ResourceUpdatedNotification):
            news.put_nowait(message.params.uri)

    async def run() -> None:
        async with Client(url, mode="legacy", message_handler=heard) as client:
            name = "test_tool_with_progress"
            await client.call_tool(name, {}, progress_callback=note)
            uri = "test://watched-resource/news.txt"
            await client.subscribe_resource(uri)
            (built / "watched" / "news.txt").write_text("news of the gateway")
            assert await asyncio.wait_for(news.get(), 10) == uri
            with pytest.raises(MCPError, match="nothing to watch"):
                await client.subscribe_resource("house://cat/tom")

    asyncio.run(run())
    assert told == [1, 2, 3]
