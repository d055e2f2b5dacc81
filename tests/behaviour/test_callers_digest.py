"""Callers with digest authentication: real clients get in, answers to other requests and used answers do not."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from behaviour import exposed
from behaviour.exposed import Registry, ask
from behaviour.test_callers import mcp, rest

pytestmark = pytest.mark.xdist_group("exposed-callers")

WORD = "pässword: of callers"
BLOCK = '{type: digest, username: "{{FLEET_USER}}", password: "{{FLEET_WORD}}"}'
VARIABLES = {"FLEET_USER": "captain", "FLEET_WORD": WORD}
HASHES = {"SHA-256": hashlib.sha256, "MD5": hashlib.md5}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Registry]]:
    root = tmp_path_factory.mktemp("digest")
    exposed.build(root, rest(BLOCK) + mcp(BLOCK))
    with (
        exposed.registry() as registry,
        exposed.serve(root, "rest", registry, **VARIABLES) as port,
    ):
        yield port, registry


def challenges(port: int, path: str = "/ships") -> dict[str, str]:
    """The nonce by algorithm of a refusal."""
    reply = httpx2.get(f"http://127.0.0.1:{port}{path}")
    assert reply.status_code == 401
    found = {}
    for text in reply.headers.get_list("www-authenticate"):
        said = dict(re.findall(r'(\w+)="?([^",]+)', text.removeprefix("Digest ")))
        assert (said["realm"], said["qop"]) == ("callers", "auth")
        found[said["algorithm"]] = said["nonce"]
    assert list(found) == ["SHA-256", "MD5"], "the better one first"
    return found


def answer(nonce: str, uri: str, name: str = "SHA-256", nc: int = 1, **changed: str) -> dict[str, str]:  # fmt: skip
    """The header that answers a challenge, computed as RFC 7616 says."""
    said = {"user": "captain", "word": WORD, "method": "GET", "realm": "callers"} | changed  # fmt: skip

    def hashed(text: str) -> str:
        return HASHES[name](text.encode()).hexdigest()

    first = hashed(f"{said['user']}:{said['realm']}:{said['word']}")
    second = hashed(f"{said['method']}:{uri}")
    proof = hashed(f"{first}:{nonce}:{nc:08x}:0a4f113b:auth:{second}")
    return {
        "Authorization": f'Digest username="{said["user"]}", realm="{said["realm"]}", nonce="{nonce}", '
        f'uri="{uri}", algorithm={name}, response="{proof}", qop=auth, nc={nc:08x}, cnonce="0a4f113b"'
    }


def test_a_real_client_gets_in(served: tuple[int, Registry]) -> None:
    port, registry = served
    registry.seen.clear()
    with httpx2.Client(auth=httpx2.DigestAuth("captain", WORD)) as client:
        for _ in range(3):
            reply = client.get(f"http://127.0.0.1:{port}/ships?status=a%20b")
            assert reply.status_code == 200
    assert [r.target for r in registry.seen] == ["/v1/ships?status=a%20b"] * 3
    assert not any("authorization" in r.headers for r in registry.seen)
    with httpx2.Client(auth=httpx2.DigestAuth("captain", "wrong")) as client:
        assert client.get(f"http://127.0.0.1:{port}/ships").status_code == 401


@pytest.mark.parametrize("name", HASHES)
def test_both_algorithms(name: str, served: tuple[int, Registry]) -> None:
    port, _ = served
    nonce = challenges(port)[name]
    assert ask(port, "/ships", answer(nonce, "/ships", name))[0] == 200
    status, headers, _ = ask(port, "/ships", answer(nonce, "/ships", name))
    assert status == 401, "an answer counts once"
    assert "stale=true" in headers["www-authenticate"]
    for count, status in ((5, 200), (3, 200), (3, 401), (5, 401), (200, 200), (6, 401)):
        sent = answer(nonce, "/ships", name, count)
        assert ask(port, "/ships", sent)[0] == status, count


def test_what_is_refused(served: tuple[int, Registry]) -> None:
    port, registry = served
    registry.seen.clear()
    nonce = challenges(port)["SHA-256"]
    good = answer(nonce, "/ships")["Authorization"]
    bad = [
        answer(nonce, "/ships", word="wrong")["Authorization"],
        answer(nonce, "/ships", user="Captain")["Authorization"],
        answer(nonce, "/ships", realm="other")["Authorization"],
        answer(nonce, "/ships", method="POST")["Authorization"],
        answer("0" * 58, "/ships")["Authorization"],
        answer(nonce[:-1] + "0", "/ships")["Authorization"][:-1],
        good.replace("qop=auth", "qop=auth-int"),
        good.replace("SHA-256", "SHA-512"),
        good.replace("nc=00000001", "nc=1"),
        good + ', nc="00000002"',
        good.replace("Digest", "Basic"),
        "Digest",
        "Digest " + "a=" * 100,
    ]
    for header in bad:
        assert ask(port, "/ships", {"Authorization": header})[0] == 401, header
    assert ask(port, "/nothing", answer(nonce, "/ships"))[0] == 400
    assert ask(port, "/ships?status=x", answer(nonce, "/ships"))[0] == 400
    assert registry.seen == []
    whole = answer(nonce, f"http://127.0.0.1:{port}/ships")
    assert ask(port, "/ships", whole)[0] == 200, "a whole URL is as good"


def test_nonces_end(tmp_path: Path) -> None:
    """A nonce of the future or the past, made with the key that only this server has, is refused as stale."""
    from templates.callers import digest

    nonces = digest.Nonces(b"key")
    nonce = nonces.new()
    now = int(nonce[:10], 16)

    def of(seconds: int) -> str:
        start = f"{now + seconds:010x}{nonce[10:26]}"
        return start + nonces._proof(start)

    assert nonces.use(of(-200), 1)
    assert not nonces.use(of(-digest.NONCE_SECONDS - 5), 1)
    assert not nonces.use(of(120), 1)
    assert not digest.Nonces(b"other").use(nonce, 1)


def test_an_mcp_server(tmp_path: Path) -> None:
    exposed.build(tmp_path, mcp(BLOCK))
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Accept": "application/json, text/event-stream"}
    with (
        exposed.registry() as registry,
        exposed.serve(tmp_path, "mcp", registry, **VARIABLES) as port,
        httpx2.Client(auth=httpx2.DigestAuth("captain", WORD)) as client,
    ):
        url = f"http://127.0.0.1:{port}/mcp"
        assert httpx2.post(url, json=call, headers=headers).status_code == 401
        reply = client.post(url, json=call, headers=headers)
        assert json.loads(reply.text)["result"]["tools"][0]["name"] == "list-ships"


def test_it_does_not_start_without_the_password(tmp_path: Path) -> None:
    exposed.build(tmp_path, rest(BLOCK))
    with exposed.registry() as registry:
        said = exposed.refused_start(tmp_path, "rest", registry)
    for name in VARIABLES:
        assert f"{name}: callers are asked for it" in said
    assert "Traceback" not in said
