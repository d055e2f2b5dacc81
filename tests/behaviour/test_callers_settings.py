"""Callers that the environment asks something of, because the document does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from behaviour import authority, exposed
from behaviour.authority import RESOURCE
from behaviour.exposed import Registry, ask
from behaviour.test_callers import SECRET, basic, bearer, initialize, mcp, rest

pytestmark = pytest.mark.xdist_group("exposed-callers")

SETTINGS = {
    "token": ({"FLEET_CALLER_TOKEN": SECRET}, bearer(SECRET), bearer("x")),
    "basic": (
        {"FLEET_CALLER_BASIC": f"captain:{SECRET}"},
        basic(f"captain:{SECRET}"),
        basic(f"captain:{SECRET}x"),
    ),
    "key": ({"FLEET_CALLER_KEY": SECRET}, {"X-API-Key": SECRET}, bearer(SECRET)),
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("settings")
    line = "      authentication: \n"
    exposed.build(root, (rest("") + mcp("")).replace(line, ""))
    return root


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    with exposed.registry() as running:
        yield running


@pytest.mark.parametrize("name", SETTINGS)
def test_secrets(name: str, package: Path, registry: Registry) -> None:
    variables, good, bad = SETTINGS[name]
    with exposed.serve(package, "rest", registry, **variables) as port:
        for headers in ({}, bad):
            status, answered, _ = ask(port, "/ships", headers)
            assert status == 401
            assert answered["www-authenticate"]
        assert ask(port, "/ships", good)[0] == 200
        assert ask(port, "/healthz")[0] == 200
    with exposed.serve(package, "mcp", registry, **variables) as port:
        assert initialize(port, bad)[0] == 401
        assert initialize(port, good)[0] == 200


@pytest.mark.parametrize("kind", ["rest", "mcp"])
def test_access_tokens(kind: str, package: Path, registry: Registry) -> None:
    with authority.issuer() as issuer:
        flags = [f"--caller-issuer={issuer.url}", f"--caller-resource={RESOURCE}"]
        flags += ["--caller-scope=ships:read", "--caller-scope=ships:list"]
        with exposed.serve(package, kind, registry, *flags) as port:
            call = initialize if kind == "mcp" else ships
            assert call(port, bearer(issuer.token()))[0] == 200
            assert call(port, bearer(issuer.token(scope="ships:read")))[0] == 403
            assert call(port, bearer(issuer.token(aud="https://x.example")))[0] == 401
            metadata = "/.well-known/oauth-protected-resource/fleet"
            assert call(port, {})[1]["www-authenticate"].endswith(f'{metadata}"')
            assert ask(port, metadata)[0] == 200


def ships(port: int, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    return ask(port, "/ships", headers)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"TOKEN": SECRET, "KEY": SECRET}, "FLEET_CALLER_TOKEN and FLEET_CALLER_KEY are several"),
        ({"BASIC": SECRET}, "FLEET_CALLER_BASIC must be user:password"),
        ({"ISSUER": "https://login.example"}, "FLEET_CALLER_ISSUER needs FLEET_CALLER_RESOURCE"),
        ({"ISSUER": "http://login.example", "RESOURCE": "https://x.example"}, "issuer of access tokens must be"),
        ({"ISSUER": "https://login.example", "RESOURCE": "x"}, "resource of access tokens must be"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant(
    variables: dict[str, str], words: str, package: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name, value in variables.items():
        monkeypatch.setenv(f"FLEET_CALLER_{name}", value)
    said = exposed.refused_start(package, "rest", registry)
    assert words in said
    assert "Traceback" not in said
    assert SECRET not in said
