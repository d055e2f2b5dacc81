"""Security of OpenAPI documents: tokens by client credentials, digest, what operations override."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from .capability_package import (
    Recorder,
    Seen,
    ask,
    build,
    clients,
    imported,
    recorder,
    serving,
    tool,
)

JSON = {"Content-Type": "application/json"}
PAIR = ("the-client", "s3cret:of clients")
ENV = {"GUARDED_CLIENT_ID": PAIR[0], "GUARDED_CLIENT_SECRET": PAIR[1]}


def document(api: Recorder, login: Recorder) -> str:
    return f"""\
openapi: 3.1.0
info: {{title: Guarded API, version: '1'}}
servers: [{{url: '{api.url}/v1'}}]
security: [{{login: [read]}}]
paths:
  /read: {{get: {{operationId: read, responses: {{'200': {{$ref: '#/components/responses/any'}}}}}}}}
  /write:
    post:
      operationId: write
      security: [{{login: [write, 'all:x']}}]
      responses: {{'200': {{$ref: '#/components/responses/any'}}}}
  /open: {{get: {{operationId: open, security: [], responses: {{'200': {{$ref: '#/components/responses/any'}}}}}}}}
  /vault:
    get:
      operationId: vault
      security: [{{vault: []}}]
      responses: {{'200': {{$ref: '#/components/responses/any'}}}}
components:
  responses: {{any: {{description: d, content: {{application/json: {{schema: {{}}}}}}}}}}
  securitySchemes:
    login: {{type: oauth2, flows: {{clientCredentials: {{tokenUrl: '{login.url}/token', scopes: {{}}}}}}}}
    vault: {{type: http, scheme: digest}}
"""


def issue(seen: Seen) -> tuple[int, Mapping[str, str], bytes]:
    """A token that spells the scopes it is for."""
    pair = base64.b64decode(seen.headers["authorization"].removeprefix("Basic "))
    assert pair == b"the-client:s3cret%3Aof+clients"
    form = dict(part.split("=") for part in seen.body.decode().split("&"))
    assert form["grant_type"] == "client_credentials"
    token = f"tok-{form['scope']}"
    said = {"access_token": token, "token_type": "bearer", "expires_in": 3600}
    return 200, JSON, json.dumps(said).encode()


WANTED = {"/v1/read": "Bearer tok-read", "/v1/write": "Bearer tok-write+all%3Ax"}


def api(seen: Seen) -> tuple[int, Mapping[str, str], bytes]:
    """Accepts the token of each path, and any answer to its challenge."""
    sent = seen.headers.get("authorization", "")
    if seen.target == "/v1/vault" and not re.match("Digest .*response=", sent):
        challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256'
        return 401, {"WWW-Authenticate": challenge}, b""
    if sent != WANTED.get(seen.target, sent) and sent != "Bearer mine":
        return 401, JSON, b"{}"
    return 200, JSON, json.dumps(sent.partition(" ")[0]).encode()


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, Recorder, Recorder]]:
    folder = tmp_path_factory.mktemp("guarded")
    with recorder(api) as upstream, recorder(issue) as login:
        build(folder, document(upstream, login))
        yield folder, upstream, login


@pytest.fixture
def fresh(
    world: tuple[Path, Recorder, Recorder], monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, Recorder, Recorder]:
    for name in ("GUARDED_TOKEN", *ENV):
        monkeypatch.delenv(name, raising=False)
    world[1].seen.clear()
    world[2].seen.clear()
    return world


def test_clients_get_a_token_for_each_set_of_scopes(fresh: Any) -> None:
    folder, upstream, login = fresh
    with imported(folder, "guarded") as module:
        given = {"client_credentials": PAIR}
        assert clients(module, "GuardedClient", given, "write", {}) == ["Bearer"] * 2
        login.seen.clear()
        with module.GuardedClient(**given) as client:
            assert [client.read(), client.write(), client.read()] == ["Bearer"] * 3
            assert client.open() == ""
    assert len(login.seen) == 2
    assert all(PAIR[1] not in str(seen) for seen in upstream.seen)


def test_a_token_of_the_caller_goes_as_it_is(
    fresh: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _, login = fresh
    with imported(folder, "guarded") as module:
        assert clients(module, "GuardedClient", {"token": "mine"}, "read", {}) == ["Bearer"] * 2  # fmt: skip
        assert not login.seen
        monkeypatch.setenv("GUARDED_TOKEN", "of the environment")
        given = {"client_credentials": PAIR}
        assert clients(module, "GuardedClient", given, "read", {}) == ["Bearer"] * 2
    assert len(login.seen) == 2, "what the caller gives goes before the environment"


def test_digest(fresh: Any) -> None:
    folder, upstream, _ = fresh
    with imported(folder, "guarded") as module:
        given = {"digest_auth": ("mufasa", "pass word")}
        assert clients(module, "GuardedClient", given, "vault", {}) == ["Digest"] * 2
    assert len(upstream.seen) == 4
    assert all("pass word" not in str(seen) for seen in upstream.seen)


def test_missing_credentials_are_named(fresh: Any) -> None:
    folder, upstream, _ = fresh
    words = "GUARDED_TOKEN .* or GUARDED_CLIENT_ID and GUARDED_CLIENT_SECRET"
    with imported(folder, "guarded") as module, module.GuardedClient() as client, pytest.raises(Exception, match=words):  # fmt: skip  # noqa: E501
        client.read()
    assert not upstream.seen


@pytest.mark.parametrize("kind", ["rest", "mcp"])
def test_servers(fresh: Any, kind: str) -> None:
    folder, _, login = fresh
    env = {**ENV, "GUARDED_USERNAME": "mufasa", "GUARDED_PASSWORD": "pass word"}
    with serving(folder, "guarded", kind, secrets=(PAIR[1], "tok-"), **env) as port:

        def use(name: str) -> bool:
            if kind == "mcp":
                return not tool(port, name)["isError"]
            return ask(port, "POST" if name == "write" else "GET", f"/{name}")[0] == 200

        assert all(use(name) for name in ("read", "write", "open", "vault", "read"))
    assert len(login.seen) == 2
