"""Variables: values that several of them make, values from files, and what happens when one is missing."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from behaviour import exposed
from behaviour.exposed import HEAD, Registry, ask
from behaviour.harness import environment
from behaviour.test_callers import bearer, mcp, rest

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


BINDS = """\
binds:
  - namespace: vault
    location: {location}
    keys: {{TEAM: team-key, WORD: word-key}}
"""
BASIC = '{type: basic, username: "{{TEAM}}", password: "{{WORD}}"}'
FILES = {
    "secrets.json": '{"team-key": "fleet", "word-key": 123.50, "x": null}',
    "secrets.yaml": "team-key: fleet\nword-key: 123.50\n",
    "deep/secrets.yml": "{team-key: fleet, word-key: '123.50'}",
    "secrets.env": "# ours\nexport team-key='fleet'\nword-key=123.50\n",
    ".env": "team-key=fleet\nword-key=\"123.50\"\n",
    "secrets": '{"team-key": "fleet", "word-key": "123.50"}',
}  # fmt: skip
PAIR = f"Basic {b64encode(b'fleet:123.50').decode()}"


@pytest.mark.parametrize(
    ("start", "name"),
    [
        *(("file:///./", name) for name in FILES),
        ("file://./", "secrets.json"),
        ("", "secrets.json"),
    ],
)
def test_files(start: str, name: str, registry: Registry, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(FILES[name])
    location = f"{start or f'file://{tmp_path}/'}{name}"
    assert "N216" not in exposed.build(
        tmp_path, OPEN, head(BASIC, BINDS.format(location=location))
    )
    with exposed.serve(tmp_path, "rest", registry) as port:
        assert sent(registry, port)["authorization"] == PAIR
    with exposed.serve(tmp_path, "rest", registry, WORD="another") as port:
        pair = b64encode(b"fleet:another").decode()
        assert sent(registry, port)["authorization"] == f"Basic {pair}"


def test_a_directory_has_a_file_for_each_key(
    registry: Registry, tmp_path: Path
) -> None:
    folder = tmp_path / "run" / "secrets"
    folder.mkdir(parents=True)
    (folder / "team-key").write_text("fleet\n")
    (folder / "word-key").write_text("123.50\n")
    location = f"file://{folder}"
    exposed.build(tmp_path, OPEN, head(BASIC, BINDS.format(location=location)))
    with exposed.serve(tmp_path, "rest", registry) as port:
        assert sent(registry, port)["authorization"] == PAIR


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", '{"team-key": "fleet"}', "WORD: key 'word-key' not found in file"),
        ("a.json", '{"team-key": "fleet", "word-key": ["s3cret"]}', "WORD: key 'word-key' not found in file"),
        ("a.json", '{"team-key": "fleet", "word-key": " "}', "WORD: key 'word-key' not found in file"),
        ("a.json", '["s3cret"]', "holds no map"),
        ("a.json", '{"team-key": "s3cret', "holds something else than its name says"),
        ("a.json", "[" * 100_000, "holds something else than its name says"),
        ("a.yaml", "team-key: [s3cret", "holds something else than its name says"),
        ("a.yaml", "a: &a [s3cret]\nteam-key: *a", "key 'team-key' not found in file"),
        ("a.json", "\xff", "is not in UTF-8"),
        ("a.json", " " * 1024 * 1024 + "{}", "is too large"),
        ("a.json", "", "cannot be read: No such file or directory"),
    ],
)  # fmt: skip
def test_files_that_are_wrong(
    name: str, content: str, words: str, registry: Registry, tmp_path: Path
) -> None:
    if content:
        (tmp_path / name).write_text(content, encoding="latin-1")
    binds = BINDS.format(location=f"file://{tmp_path}/{name}")
    exposed.build(tmp_path, OPEN, head(BASIC, binds))
    said = exposed.refused_start(tmp_path, "rest", registry)
    assert "exit code 2" in said
    assert words in said
    assert "Traceback" not in said
    assert "s3cret" not in said


@pytest.mark.parametrize("kind", ["rest", "mcp", "stdio"])
def test_all_that_is_missing_is_said_at_once(
    kind: str, registry: Registry, tmp_path: Path
) -> None:
    block = '{type: bearer, token: "{{FLEET_KEY}}{{FLEET_WORD}}"}'
    exposed.build(tmp_path, rest(block) + mcp(block), head(BASIC))
    more = ("--transport=stdio",) if kind == "stdio" else ()
    kind = kind.replace("stdio", "mcp")
    said = exposed.refused_start(tmp_path, kind, registry, more)
    assert "exit code 2" in said
    assert "Traceback" not in said
    for name in ("TEAM", "WORD"):
        assert f"\n  {name}: requests need it" in said
    for name in ("FLEET_KEY", "FLEET_WORD"):
        assert (f"\n  {name}: callers" in said) == (not more)
    assert "--require-variables off" in said


def test_a_server_can_be_started_without_them(
    registry: Registry, tmp_path: Path
) -> None:
    exposed.build(tmp_path, OPEN, head(BASIC))
    with exposed.serve(
        tmp_path, "rest", registry, "--require-variables=off", WORD="only one of them"
    ) as port:
        registry.seen.clear()
        assert ask(port, "/openapi.json")[0] == 200
        status, _, body = ask(port, "/ships")
        assert status == 500
        assert b"This server has no credential" in body
        assert registry.seen == []


def test_a_parameter_from_the_environment_is_a_variable(
    registry: Registry, tmp_path: Path
) -> None:
    line = "                - name: status\n"
    more = "                - {name: TOKEN, in: environment}\n"
    own = head('{type: bearer, token: "{{TOKEN}}"}').replace(line, more + line)
    exposed.build(tmp_path, OPEN, own)
    with exposed.serve(tmp_path, "rest", registry, TOKEN="abcdef") as port:
        headers = sent(registry, port)
    assert headers["authorization"] == "Bearer abcdef"
    assert "token" not in headers


def test_a_client_stays_lazy(registry: Registry, tmp_path: Path) -> None:
    """It is made without its variables, and says at the first call which are missing, and why."""
    binds = BINDS.format(location=f"file://{tmp_path}/nothing.json")
    exposed.build(tmp_path, OPEN, head(BASIC, binds))
    code = (
        "from fleet import FleetClient, errors\n"
        f"client = FleetClient(base_url={registry.url!r})\n"
        "try: client.list_ships()\n"
        "except errors.MissingCredential as error: print(error)\n"
        f"print(FleetClient(base_url={registry.url!r}, basic_auth=('a', 'b')).list_ships())"
    )
    env = environment() | {"PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30)
    assert done.stderr == ""
    first, second = done.stdout.splitlines()
    assert "set TEAM and WORD" in first
    assert "nothing.json cannot be read: No such file or directory" in first
    assert "ships" in second
