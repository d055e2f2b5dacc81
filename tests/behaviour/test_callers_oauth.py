"""Callers with OAuth 2 access tokens: signed ones, those the authorization server is asked about, and challenges."""

from __future__ import annotations

import asyncio
import json
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from behaviour import authority, exposed
from behaviour.authority import RESOURCE, Issuer
from behaviour.exposed import Registry, ask
from behaviour.test_callers import bearer, mcp, rest

pytestmark = pytest.mark.xdist_group("exposed-callers")

METADATA = "/.well-known/oauth-protected-resource/fleet"
SHOWN = f'resource_metadata="https://ships.example{METADATA}"'


def block(issuer: Issuer, more: str = "") -> str:
    return (
        f"{{type: oauth2, authorizationServerUri: '{issuer.url}', resource: '{RESOURCE}', "
        f"scopes: ['ships:list', 'ships:read']{more}}}"
    )


@dataclass
class World:
    port: int
    issuer: Issuer
    registry: Registry

    def ask(self, token: str) -> tuple[int, str]:
        """Status and challenge of a call with ``token``."""
        status, headers, _ = ask(self.port, "/ships", bearer(token))
        return status, headers.get("www-authenticate", "")


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    root = tmp_path_factory.mktemp("oauth")
    with authority.issuer() as issuer, exposed.registry() as registry:
        exposed.build(root, rest(block(issuer)))
        with exposed.serve(root, "rest", registry) as port:
            yield World(port, issuer, registry)


def test_good_tokens_get_in(signed: World) -> None:
    signed.registry.seen.clear()
    now = int(time.time())
    for token in (
        signed.issuer.token(),
        signed.issuer.token("two"),
        signed.issuer.token(algorithm="PS256"),
        signed.issuer.token(kid=None),
        signed.issuer.token(iss=signed.issuer.url + "/"),
        signed.issuer.token(aud=["x", RESOURCE], nbf=now - 5, iat=now + 3),
        signed.issuer.token(scope=None, scp=["ships:read", "ships:list", "more"]),
    ):
        assert signed.ask(token) == (200, "")
    assert not any("authorization" in r.headers for r in signed.registry.seen)
    assert signed.issuer.seen.count("/keys") == 1, "keys are read once"


def test_bad_tokens_do_not(signed: World) -> None:
    signed.registry.seen.clear()
    now, new = int(time.time()), signed.issuer.token
    for token, words in (
        (new(exp=now - 60), "Token expired"),
        (new(nbf=now + 600), "Token not yet valid"),
        (new(iss="https://other.example"), "Invalid issuer"),
        (new(iss=None), "Invalid issuer"),
        (new(aud="https://other.example"), "Invalid audience"),
        (new(aud=None), "Invalid audience"),
        (new(exp=None), "Token validation failed"),
        (new("strange", kid="one"), "Signature verification failed"),
        (new("strange"), "Signature verification failed"),
        (new("two", kid="one"), "Signature verification failed"),
        (new()[:-6] + "AAAAAA", "Signature verification failed"),
        (new(kid="secret"), "Signature verification failed"),
        (new(kid="broken"), "Signature verification failed"),
        ("a.b.c", "Token validation failed"),
        ("opaque", "Token validation failed"),
        ("x" * 20000, "Token validation failed"),
    ):
        challenge = f'Bearer error="invalid_token", error_description="{words}", {SHOWN}'  # fmt: skip
        assert signed.ask(token) == (401, challenge), words
    for algorithm, signature in (("none", ""), ("HS256", "AAAA")):
        head = b64encode(json.dumps({"alg": algorithm, "kid": "one"}).encode()).decode()
        forged = f"{head.rstrip('=')}.{new().split('.')[1]}.{signature}"
        assert signed.ask(forged)[0] == 401
    assert signed.registry.seen == []


def test_no_token_and_too_few_scopes(signed: World) -> None:
    for headers in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer "}):
        for path in ("/ships", "/nothing", "/openapi.json"):
            status, answered, body = ask(signed.port, path, headers)
            assert (status, answered["www-authenticate"]) == (401, f"Bearer {SHOWN}")
            assert json.loads(body)["status"] == 401
    status, challenge = signed.ask(signed.issuer.token(scope="ships:list"))
    assert status == 403
    assert challenge == (
        'Bearer error="insufficient_scope", error_description="The token lacks a scope.", '
        f'scope="ships:list ships:read", {SHOWN}'
    )


def test_the_metadata_is_open_to_all(signed: World) -> None:
    status, headers, body = ask(signed.port, METADATA)
    assert (status, headers["content-type"]) == (200, "application/json")
    assert json.loads(body) == {
        "resource": RESOURCE,
        "authorization_servers": [signed.issuer.url],
        "scopes_supported": ["ships:list", "ships:read"],
        "bearer_methods_supported": ["header"],
    }
    assert ask(signed.port, METADATA, method="POST")[0] == 401


def test_keys_are_not_read_for_every_unknown_name(signed: World) -> None:
    signed.ask(signed.issuer.token())
    before = len(signed.issuer.seen)
    for name in range(20):
        assert signed.ask(signed.issuer.token(kid=f"unknown-{name}"))[0] == 401
    assert len(signed.issuer.seen) == before


def test_a_server_that_cannot_be_asked(tmp_path: Path) -> None:
    with authority.issuer() as issuer, exposed.registry() as registry:
        exposed.build(tmp_path, rest(block(issuer)))
        for metadata, down in (
            ({}, True),
            ({"issuer": "https://other.example"}, False),
            ({"jwks_uri": "http://keys.example/"}, False),
            ({"jwks_uri": f"{issuer.url}/nothing"}, False),
        ):
            issuer.metadata, issuer.down = metadata, down
            with exposed.serve(tmp_path, "rest", registry) as port:
                status, headers, _ = ask(port, "/ships", bearer(issuer.token()))
                assert (status, headers["retry-after"]) == (503, "5")
                asked = len(issuer.seen)
                assert ask(port, "/ships", bearer(issuer.token()))[0] == 503
                assert len(issuer.seen) == asked, "it is not asked again at once"
                assert ask(port, "/ships")[0] == 401
    assert registry.seen == []


def test_introspection(tmp_path: Path) -> None:
    more = ", audience: fleet, tokenValidation: introspection"
    secret = {"INTROSPECTION_CLIENT_ID": "rs", "INTROSPECTION_CLIENT_SECRET": "a:b c"}
    now = int(time.time())
    good = {"active": True, "aud": "fleet", "scope": "ships:read ships:list"}
    with authority.issuer() as issuer, exposed.registry() as registry:
        exposed.build(tmp_path, rest(block(issuer, more)))
        said = exposed.refused_start(tmp_path, "rest", registry)
        for name in secret:
            assert f"{name}: tokens of callers are checked with it" in said
        issuer.active = {
            "good": {**good, "iss": issuer.url, "exp": now + 60},
            "short": {**good, "scope": "ships:read"},
            "old": {**good, "exp": now - 60},
            "early": {**good, "nbf": now + 60},
            "other": {**good, "iss": "https://other.example"},
            "away": {**good, "aud": ["x"]},
            "unbound": {"active": True, "scope": good["scope"]},
        }
        expected = {"good": 200, "short": 403, "old": 401, "early": 401, "other": 401, "away": 401,
                    "unbound": 401, "unknown": 401}  # fmt: skip
        with exposed.serve(tmp_path, "rest", registry, **secret) as port:
            for token, status in expected.items():
                assert ask(port, "/ships", bearer(token))[0] == status, token
            assert issuer.asked_with == f"Basic {b64encode(b'rs:a%3Ab+c').decode()}"
            before = len(issuer.seen)
            assert ask(port, "/ships", bearer("good"))[0] == 200
            assert len(issuer.seen) == before, "what was said is used again"
            document = ask(port, METADATA)[2]
            assert "bearer_methods_supported" in json.loads(document)


def test_an_mcp_server(tmp_path: Path) -> None:
    async def tools(port: int, token: str, mode: str) -> list[str]:
        http = httpx2.AsyncClient(headers=bearer(token))
        transport = streamable_http_client(
            f"http://127.0.0.1:{port}/mcp", http_client=http
        )
        async with http, Client(transport, mode=mode) as client:  # type: ignore[arg-type]
            return [tool.name for tool in (await client.list_tools()).tools]

    with authority.issuer() as issuer, exposed.registry() as registry:
        exposed.build(tmp_path, mcp(block(issuer)))
        with exposed.serve(tmp_path, "mcp", registry) as port:
            for mode in ("auto", "legacy"):
                assert asyncio.run(tools(port, issuer.token(), mode)) == ["list-ships"]
            for method in ("POST", "GET", "DELETE"):
                status, headers, _ = ask(port, "/mcp", {}, method)
                assert (status, headers["www-authenticate"]) == (401, f"Bearer {SHOWN}")
            few = issuer.token(scope="ships:list")
            status, headers, _ = ask(port, "/mcp", bearer(few), "POST")
            assert status == 403
            assert 'error="insufficient_scope"' in headers["www-authenticate"]
            assert json.loads(ask(port, METADATA)[2])["resource"] == RESOURCE
