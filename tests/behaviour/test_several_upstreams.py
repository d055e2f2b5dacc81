"""Several upstreams in one capability: each gets its own requests and credentials, and never those of another."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .capability_package import (
    Recorder,
    ask,
    build,
    clients,
    imported,
    recorder,
    serving,
    tool,
)
from .harness import environment

NORTH, SOUTH = "n0rth-secret", "s0uth-secret"
SECRETS = {"NORTH_TOKEN": NORTH, "SOUTH_KEY": SOUTH}
CLOSED = "http://127.0.0.1:9"


def document(south: str = "https://south.example.test") -> str:
    return f"""\
naftiko: 1.0.0-alpha2
info: {{label: Two harbours, description: Ships}}
binds:
- {{namespace: env, keys: {{NORTH: NORTH_TOKEN, SOUTH: SOUTH_KEY}}}}
capability:
  consumes:
  - type: http
    namespace: north
    baseUri: https://north.example.test/v1
    authentication: {{type: bearer, token: '{{{{NORTH}}}}'}}
    resources:
    - {{name: ships, path: /ships, operations: [{{name: list-north, method: GET}}]}}
  - type: http
    namespace: south
    baseUri: {south}
    inputParameters: [{{name: X-Key, in: header, value: '{{{{SOUTH}}}}'}}]
    resources:
    - {{name: ships, path: /boats, operations: [{{name: list-south, method: GET}}]}}
  exposes:
  - type: rest
    namespace: rest
    port: 8080
    resources:
    - {{name: north, path: /north, operations: [{{method: GET, call: north.list-north}}]}}
    - {{name: south, path: /south, operations: [{{method: GET, call: south.list-south}}]}}
  - type: mcp
    namespace: mcp
    port: 9090
    tools:
    - {{name: north, description: d, call: north.list-north}}
    - {{name: south, description: d, call: south.list-south}}
"""


@pytest.fixture(scope="module")
def peers() -> Iterator[tuple[Recorder, Recorder]]:
    with recorder() as north, recorder() as south:
        yield north, south


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("harbours")
    build(folder, document())
    return folder


def check(peers: tuple[Recorder, Recorder], times: int = 1) -> None:
    """Each upstream was asked for its own path with its own credential, and saw nothing of the other's."""
    north, south = peers
    assert [seen.target for seen in north.seen] == ["/base/ships"] * times
    assert [seen.target for seen in south.seen] == ["/boats"] * times
    for seen in north.seen:
        assert seen.headers["authorization"] == f"Bearer {NORTH}"
        assert SOUTH not in str(seen) and "x-key" not in seen.headers
    for seen in south.seen:
        assert seen.headers["x-key"] == SOUTH
        assert NORTH not in str(seen) and "authorization" not in seen.headers
    north.seen.clear()
    south.seen.clear()


def test_clients(
    peers: tuple[Recorder, Recorder], built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    north, south = peers
    settings = {"base_url": {"north": f"{north.url}/base", "south": south.url}}
    with imported(built, "two_harbours") as module:
        for method in ("list_north", "list_south"):
            clients(module, "TwoHarboursClient", settings, method, {})
    check(peers, times=2)


@pytest.mark.parametrize(
    "base_url", [CLOSED, {"west": CLOSED}, {"north": "ftp://x"}, {"": CLOSED}]
)
def test_a_base_url_that_would_mix_upstreams_is_refused(
    built: Path, base_url: object
) -> None:
    with (
        imported(built, "two_harbours") as module,
        pytest.raises(ValueError, match=r"north|base_url"),
    ):
        module.TwoHarboursClient(base_url=base_url)


@pytest.mark.parametrize("kind", ["rest", "mcp"])
def test_servers(kind: str, peers: tuple[Recorder, Recorder], built: Path) -> None:
    north, south = peers
    more = (f"--upstream=north={north.url}/base", f"--upstream=south={south.url}")
    with serving(
        built, "two_harbours", kind, *more, secrets=(NORTH, SOUTH), **SECRETS
    ) as port:
        for name in ("north", "south"):
            if kind == "rest":
                assert ask(port, "GET", f"/{name}")[0] == 200
            else:
                assert tool(port, name)["isError"] is False
    check(peers)


def test_a_variable_names_them_too(
    peers: tuple[Recorder, Recorder], built: Path
) -> None:
    north, south = peers
    urls = f"north={north.url}/base,south={south.url}"
    with serving(
        built, "two_harbours", "rest", TWO_HARBOURS_UPSTREAM=urls, **SECRETS
    ) as port:
        assert ask(port, "GET", "/north")[0] == ask(port, "GET", "/south")[0] == 200
    check(peers)


def test_one_url_for_all_is_refused(built: Path) -> None:
    command = [sys.executable, "-m", "two_harbours", "rest", f"--upstream={CLOSED}"]
    env = {**environment(), "PYTHONPATH": str(built)}
    ended = subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode == 2
    assert "--upstream takes NAME=URL; the names are: north, south" in ended.stderr


def test_a_missing_credential_of_one_is_not_taken_from_the_other(
    peers: tuple[Recorder, Recorder], built: Path
) -> None:
    north, south = peers
    more = (
        f"--upstream=north={north.url}/base",
        f"--upstream=south={south.url}",
        "--require-variables=off",
    )
    with serving(built, "two_harbours", "rest", *more, NORTH_TOKEN=NORTH) as port:
        assert ask(port, "GET", "/south")[0] == 500
        assert ask(port, "GET", "/north")[0] == 200
    assert not south.seen and len(north.seen) == 1
    north.seen.clear()


def test_one_header_of_two_secrets_stays_two_credentials(tmp_path: Path) -> None:
    text = document("https://north.example.test/v1").replace("authentication: {type: bearer, token:", "inputParameters: [{name: X-Key, in: header, value:")  # fmt: skip  # noqa: E501
    text = text.replace("'{{NORTH}}'}", "'{{NORTH}}'}]")
    build(tmp_path, text)
    with imported(tmp_path, "two_harbours") as module:
        first = module._client.operations.LIST_NORTH.security
        second = module._client.operations.LIST_SOUTH.security
        known = module._client.SERVICE.credentials
    assert first != second
    assert known[first[0][0]].variables == ("NORTH_TOKEN",)
    assert known[second[0][0]].variables == ("SOUTH_KEY",)
