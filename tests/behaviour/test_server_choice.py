"""Servers of a document that callers choose: by name and by their variables, and never another host."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .capability_package import Recorder, build, imported, recorder


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
