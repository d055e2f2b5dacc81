"""OAuth 2 client credentials and digest: tokens are asked for once, renewed when refused, and go nowhere else."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
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

CLIENT, SECRET, PASSWORD = "the-client", "s3cret of clients", "pässword:x"
JSON = {"Content-Type": "application/json"}
ENV = {"BANK_ID": CLIENT, "BANK_SECRET": SECRET, "VAULT_USER": "mufasa", "VAULT_WORD": PASSWORD}  # fmt: skip


def document(bank: Recorder, vault: Recorder, token: Recorder) -> str:
    return f"""\
naftiko: 1.0.0-alpha2
info: {{label: Guarded, description: Behind handshakes}}
binds:
- namespace: env
  keys: {{ID: BANK_ID, SECRET: BANK_SECRET, USER: VAULT_USER, WORD: VAULT_WORD}}
capability:
  consumes:
  - type: http
    namespace: bank
    baseUri: {bank.url}
    authentication:
      type: oauth2
      authorizationServerUri: {token.url}
      tokenEndpoint: {token.url}/token
      resource: {bank.url}
      scopes: [read, 'write:all']
      clientId: '{{{{ID}}}}'
      clientSecret: '{{{{SECRET}}}}'
    resources:
    - {{name: money, path: /money, operations: [{{name: pay, method: POST, body: '{{{{body}}}}'}}]}}
  - type: http
    namespace: vault
    baseUri: {vault.url}/deep
    authentication: {{type: digest, username: '{{{{USER}}}}', password: '{{{{WORD}}}}'}}
    resources:
    - {{name: gold, path: '/gold/{{{{id}}}}', operations: [{{name: gold, method: GET}}]}}
  exposes:
  - type: rest
    namespace: rest
    port: 8080
    resources:
    - {{name: pay, path: /pay, operations: [{{method: POST, call: bank.pay}}]}}
    - {{name: gold, path: '/gold/{{{{id}}}}', operations: [{{method: GET, call: vault.gold}}]}}
  - type: mcp
    namespace: mcp
    port: 9090
    tools:
    - {{name: pay, description: d, call: bank.pay}}
    - {{name: gold, description: d, call: vault.gold}}
"""


class Issuer:
    """A token endpoint: every token is new; it counts what it gave."""

    def __init__(self) -> None:
        self.given = 0
        self.status = 200
        self.lifetime: Any = 3600

    def __call__(self, seen: Seen) -> tuple[int, Mapping[str, str], bytes]:
        pair = base64.b64decode(seen.headers["authorization"].removeprefix("Basic "))
        assert pair == b"the-client:s3cret+of+clients"
        assert (seen.method, seen.target) == ("POST", "/token")
        form = dict(part.split("=") for part in seen.body.decode().split("&"))
        assert form["grant_type"] == "client_credentials"
        assert form["scope"] == "read+write%3Aall"
        if self.status != 200:
            return self.status, JSON, b'{"error": "invalid_client", "hint": "secret"}'
        self.given += 1
        said = {"access_token": f"tok-{self.given}", "token_type": "Bearer", "expires_in": self.lifetime}  # fmt: skip
        return 200, JSON, json.dumps(said).encode()


class Bank:
    """Accepts one token at a time."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer

    def __call__(self, seen: Seen) -> tuple[int, Mapping[str, str], bytes]:
        fits = seen.headers.get("authorization") == f"Bearer tok-{self.issuer.given}"
        return (200, JSON, b'{"paid": true}') if fits else (401, JSON, b"{}")


class Vault:
    """Digest with a nonce that changes on demand."""

    def __init__(self) -> None:
        self.nonce = "n0"
        self.counts: list[str] = []
        self.algorithm = "SHA-256"

    def __call__(self, seen: Seen) -> tuple[int, Mapping[str, str], bytes]:
        challenge = f'Digest realm="a \\"b\\"", nonce="{self.nonce}", qop="auth,auth-int", algorithm={self.algorithm}, opaque="o"'  # noqa: E501
        refusal = 401, {"WWW-Authenticate": f'Basic realm="x", {challenge}'}, b"{}"
        said = dict(re.findall(r'(\w+)=(?:")?((?:[^",\\]|\\.)*)', seen.headers.get("authorization", "")))  # fmt: skip
        if said.get("nonce") != self.nonce:
            return refusal
        hashed = {"SHA-256": hashlib.sha256, "MD5": hashlib.md5}[self.algorithm]

        def h(text: str) -> str:
            return hashed(text.encode()).hexdigest()

        assert said["uri"] == seen.target and said["opaque"] == "o"
        middle = f"{said['nc']}:{said['cnonce']}:auth"
        first = h(f'mufasa:a "b":{PASSWORD}')
        wanted = h(f"{first}:{self.nonce}:{middle}:{h(f'{seen.method}:{seen.target}')}")
        if said["response"] != wanted:
            return refusal
        self.counts.append(said["nc"])
        return 200, JSON, b'{"gold": 1}'


class World:
    """Everything that runs."""

    def __init__(self, folder: Path, bank: Recorder, vault: Recorder, token: Recorder) -> None:  # fmt: skip
        self.folder, self.bank, self.vault, self.token = folder, bank, vault, token
        self.issuer = Issuer()
        self.lock = Vault()
        bank.answer, vault.answer, token.answer = Bank(self.issuer), self.lock, self.issuer  # fmt: skip

    def forget(self) -> None:
        """Forget all requests; everything works again."""
        for peer in (self.bank, self.vault, self.token):
            peer.seen.clear()
        self.issuer.__init__()  # type: ignore[misc]
        self.lock.__init__()  # type: ignore[misc]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("guarded")
    with recorder() as bank, recorder() as vault, recorder() as token:
        build(folder, document(bank, vault, token))
        yield World(folder, bank, vault, token)


@pytest.fixture
def fresh(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    for name, value in ENV.items():
        monkeypatch.setenv(name, value)
    world.forget()
    return world


Use = Callable[[str], Any]


@pytest.fixture(params=["rest", "mcp"])
def server(fresh: World, request: pytest.FixtureRequest) -> Iterator[Use]:
    """A call of ``pay`` or ``gold`` through a server, whether it worked."""
    kind = request.param
    with serving(fresh.folder, "guarded", kind, secrets=(SECRET, PASSWORD, "tok-"), **ENV) as port:  # fmt: skip

        def use(name: str) -> bool:
            if kind == "mcp":
                given: Any = {"id": "a b"} if name == "gold" else {"body": {"n": 1}}
                return not tool(port, name, **given)["isError"]
            if name == "gold":
                return ask(port, "GET", "/gold/a%20b")[0] == 200
            return ask(port, "POST", "/pay", {"n": 1})[0] == 200

        yield use


def test_one_token_for_many_calls(fresh: World, server: Use) -> None:
    assert all(server("pay") for _ in range(3))
    assert fresh.issuer.given == 1
    assert [json.loads(seen.body) for seen in fresh.bank.seen] == [{"n": 1}] * 3
    assert all(SECRET not in str(s) and "Basic" not in str(s) for s in fresh.bank.seen)


def test_a_refused_token_is_renewed_once(fresh: World, server: Use) -> None:
    assert server("pay")
    fresh.issuer.given += 1  # the bank forgets the first token
    before = len(fresh.bank.seen)
    assert server("pay") is True
    assert len(fresh.bank.seen) == before + 2


def test_a_short_lived_token_is_asked_for_again(fresh: World, server: Use) -> None:
    fresh.issuer.lifetime = "0"
    assert server("pay")
    assert fresh.issuer.given == 1


def test_a_token_endpoint_that_refuses(fresh: World, server: Use) -> None:
    fresh.issuer.status = 401
    assert server("pay") is False
    assert not fresh.bank.seen


def test_digest(fresh: World, server: Use) -> None:
    assert server("gold") and server("gold")
    assert fresh.lock.counts == ["00000001", "00000002"]
    assert len(fresh.vault.seen) == 3
    assert all(seen.target == "/deep/gold/a%20b" for seen in fresh.vault.seen)
    fresh.lock.nonce = "n1"
    assert server("gold") and fresh.lock.counts[-1] == "00000001"
    assert all(PASSWORD not in str(seen) for seen in fresh.vault.seen)


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_digest_of_clients(fresh: World, algorithm: str) -> None:
    fresh.lock.algorithm = algorithm
    with imported(fresh.folder, "guarded") as module:
        made = clients(module, "GuardedClient", {}, "gold", {"id": "x"})
    assert made == [{"gold": 1}] * 2 and fresh.lock.counts == ["00000001"] * 2


def test_tokens_of_clients(fresh: World) -> None:
    with imported(fresh.folder, "guarded") as module:
        made = clients(module, "GuardedClient", {}, "pay", {"body": {"n": 1}})
        assert made == [{"paid": True}] * 2
        assert fresh.issuer.given == 2
        with module.GuardedClient() as client:
            client.pay(body={})
            fresh.issuer.given += 1
            client.pay(body={})
        assert fresh.issuer.given == 5
        fresh.issuer.status = 400
        with module.GuardedClient() as client, pytest.raises(Exception, match="400: invalid_client") as caught:  # fmt: skip  # noqa: E501
            client.pay(body={})
        assert SECRET not in str(caught.value)


def test_a_wrong_password_is_the_401_of_the_upstream(fresh: World) -> None:
    with imported(fresh.folder, "guarded") as module:
        settings = {"digest_auth": ("mufasa", "wrong")}
        with module.GuardedClient(**settings) as client, pytest.raises(Exception, match="401"):  # fmt: skip
            client.gold(id="x")
    assert len(fresh.vault.seen) == 2


def test_a_missing_secret_is_named(
    fresh: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BANK_SECRET")
    with imported(fresh.folder, "guarded") as module, module.GuardedClient() as client, pytest.raises(Exception, match="BANK_ID and BANK_SECRET"):  # fmt: skip  # noqa: E501
        client.pay(body={})
    assert not fresh.token.seen
