"""Servers of a document that callers choose: by name and by their variables, and never another host."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .capability_package import Recorder, build, imported, recorder
from .harness import ROOT, Process, free_port

sys.path.insert(0, str(ROOT))
from tests.tools.exercise_wire import rpc, send


def document(real: Recorder, test: Recorder) -> str:
    return f"""\
openapi: 3.2.0
info: {{title: Chosen, version: '1'}}
servers:
- {{name: real, url: 'http://127.0.0.1:{real.port}/{{region}}/{{path}}', variables: {{region: {{default: eu, enum: [eu, us]}}, path: {{default: v1}}}}}}
- {{name: test, url: 'http://{{host}}:{test.port}', variables: {{host: {{default: localhost}}}}}}
security: [{{key: []}}]
paths:
  /a: {{get: {{operationId: a, responses: {{'200': {{description: d}}}}}}}}
  /own:
    servers: [{{url: 'http://127.0.0.1:{real.port}/own'}}]
    get: {{operationId: own, responses: {{'200': {{description: d}}}}}}
components: {{securitySchemes: {{key: {{type: http, scheme: bearer}}}}}}
"""  # noqa: E501


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder: Path = tmp_path_factory.mktemp("chosen")
    with recorder() as real, recorder() as test:
        name = build(folder, document(real, test))
        with imported(folder, name) as module:
            yield module, real, test


def sent(world: Any, **chosen: Any) -> list[tuple[str, bool]]:
    """Targets that both clients call, and whether the credential went along."""
    module, real, test = world

    async def run() -> None:
        async with module.AsyncChosenClient(token="t", **chosen) as client:
            await client.own()

    with module.ChosenClient(token="t", **chosen) as client:
        client.a()
    asyncio.run(run())
    seen = [(it.target, "authorization" in it.headers) for it in real.seen + test.seen]
    real.seen.clear()
    test.seen.clear()
    return seen


def test_the_first_one_is_the_default(world: Any) -> None:
    assert sent(world) == [("/eu/v1/a", True), ("/own/own", True)]


def test_a_choice(world: Any) -> None:
    wanted = [("/us/v2/beta/a", True), ("/own/own", True)]
    assert sent(world, region="us", path="v2/beta") == wanted


def test_another_server_keeps_those_of_operations(world: Any) -> None:
    assert sent(world, server="test") == [("/own/own", False), ("/a", True)]


def test_a_base_url_goes_before(world: Any) -> None:
    url = f"http://127.0.0.1:{world[2].port}/mine"
    wanted = [("/mine/a", True), ("/mine/own", True)]
    assert sent(world, base_url=url, region="us") == wanted


@pytest.mark.parametrize(
    "chosen",
    [
        {"server": "other"},
        {"region": "asia"},
        {"path": "../x"},
        {"path": "a?b"},
        {"path": "a#b"},
        {"path": ".."},
        {"server": "test", "host": "evil.test/x"},
        {"server": "test", "host": "evil.test#"},
        {"server": "test", "host": "me@evil.test"},
        {"server": "test", "host": "evil.test:1"},
        {"server": "test", "host": ""},
    ],
)
def test_what_is_refused(world: Any, chosen: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"server|region|path|host"):
        world[0].ChosenClient(token="t", **chosen)


@pytest.mark.parametrize(
    ("flags", "given", "target"),
    [
        ([], {}, "/eu/v1/a"),
        (["--server-variable=region=us", "--server-variable=path=v2/b"], {}, "/us/v2/b/a"),
        ([], {"SERVER_VARIABLE": "region=us,path=v3"}, "/us/v3/a"),
        (["--server=test"], {"SERVER_VARIABLE": "host=127.0.0.1"}, "/a"),
    ],
)  # fmt: skip
def test_rest_servers_choose_too(
    world: Any, flags: list[str], given: dict[str, str], target: str
) -> None:
    wanted = [(target, True), ("/own/own", "test" not in str(flags))]
    assert served(world, "rest", flags, given, "/a", "/own") == sorted(wanted)


def test_mcp_servers_choose_too(world: Any) -> None:
    flags = ["--server=real", "--server-variable=region=us"]
    seen = served(world, "mcp", flags, {}, "a")
    assert seen == [("/us/v1/a", True)]


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        ("--server=other", "server must be one of real, test"),
        ("--server-variable=zone=us", "the names are: host, path, region"),
        ("--server-variable=region", "server variables are NAME=VALUE"),
        ("--server-variable=region=asia", "region must be one of eu, us"),
        ("--server-variable=path=../x", "path cannot be this"),
    ],
)
def test_servers_refuse_what_clients_refuse(world: Any, flag: str, words: str) -> None:
    command = [sys.executable, "-m", "chosen", "rest", "--port=0", flag]
    folder = str(Path(world[0].__file__).parents[2])
    done = subprocess.run(
        command, capture_output=True, text=True, env={"PYTHONPATH": folder}
    )
    assert done.returncode == 2 and words in done.stderr


def served(
    world: Any, kind: str, flags: list[str], given: dict[str, str], *calls: str
) -> list[tuple[str, bool]]:
    """Targets that a server calls, and whether the credential went along; ``calls`` are paths or tools."""
    module, real, test = world
    port = free_port()
    more = {f"CHOSEN_{name}": value for name, value in given.items()}
    path = str(Path(module.__file__).parents[2])
    env = {**os.environ, **more, "PYTHONPATH": path, "CHOSEN_TOKEN": "t"}
    command = [sys.executable, "-m", "chosen", kind, f"--port={port}", *flags]
    process = Process(command, env=env)
    try:
        process.wait_for_port(port)
        for call in calls:
            if kind == "rest":
                assert send(port, "GET", call)[0] == 200
            else:
                rpc(port, "tools/call", {"name": call, "arguments": {}})
    finally:
        process.stop()
    seen = [(it.target, "authorization" in it.headers) for it in real.seen + test.seen]
    real.seen.clear()
    test.seen.clear()
    return sorted(seen)
