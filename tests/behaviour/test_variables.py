"""Variables: values that several of them make, values from files, and what happens when one is missing."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from behaviour import exposed
from behaviour.exposed import HEAD, Registry, ask
from behaviour.test_callers import bearer, rest

pytestmark = pytest.mark.xdist_group("exposed-variables")

OPEN = rest("").replace("      authentication: \n", "")
VALUES = {"TEAM": "the fleet", "CAPTAIN": "nemo", "WORD": "s3cret:of ships"}


def head(authentication: str, binds: str = "") -> str:
    """A capability whose upstream asks for something."""
    line = "      baseUri: http://127.0.0.1:9/v1\n"
    made = HEAD.replace(line, f"{line}      authentication: {authentication}\n")
    return made.replace("capability:\n", f"{binds}capability:\n", 1)


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    with exposed.registry() as running:
        yield running


def sent(registry: Registry, port: int) -> dict[str, str]:
    """The headers that the upstream gets with a call."""
    registry.seen.clear()
    status, _, body = ask(port, "/ships")
    assert status == 200, body
    return registry.seen.pop().headers


@pytest.mark.parametrize(
    ("block", "name", "value"),
    [
        ('{type: bearer, token: "{{TEAM}}:{{WORD}}"}', "authorization", "Bearer the fleet:s3cret:of ships"),
        ('{type: bearer, token: "Bearer x {{TEAM}}{{CAPTAIN}}"}', "authorization", "Bearer x the fleetnemo"),
        ('{type: apikey, key: X-Key, value: "v1 {{TEAM}}/{{CAPTAIN}}."}', "x-key", "v1 the fleet/nemo."),
        ('{type: basic, username: "{{CAPTAIN}}@{{TEAM}}", password: "{{WORD}}!"}', "authorization",
         "Basic nemo@the fleet:s3cret:of ships!"),
    ],
)  # fmt: skip
def test_several_variables(
    block: str, name: str, value: str, registry: Registry, tmp_path: Path
) -> None:
    exposed.build(tmp_path, OPEN, head(block))
    with exposed.serve(tmp_path, "rest", registry, **VALUES) as port:
        got = sent(registry, port)[name]
    if got.startswith("Basic "):
        got = f"Basic {b64decode(got.removeprefix('Basic ')).decode()}"
    assert got == value


def test_several_variables_of_callers(registry: Registry, tmp_path: Path) -> None:
    block = '{type: basic, username: "{{CAPTAIN}}@{{TEAM}}", password: "{{WORD}}"}'
    exposed.build(tmp_path, rest(block))
    pair = b64encode(b"nemo@the fleet:s3cret:of ships").decode()
    with exposed.serve(tmp_path, "rest", registry, **VALUES) as port:
        assert ask(port, "/ships", {"Authorization": f"Basic {pair}"})[0] == 200
        assert ask(port, "/ships", bearer("s3cret:of ships"))[0] == 401
