"""The connections of a generated server to its upstream: kept, ended and refused as HTTP/1.1 and TLS ask."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .rest_client import Server, running
from .rest_package import PACKAGE, TOKEN, write
from .rest_upstream import Peer
from .tls import self_signed

BINARY = {"Content-Type": "application/octet-stream"}


@pytest.fixture(scope="module")
def peer() -> Peer:
    """The upstream of this module."""
    started = Peer()
    started.start()
    return started


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled package."""
    place = tmp_path_factory.mktemp("rest")
    write(PACKAGE, place)
    return place


@pytest.fixture(scope="module")
def process(peer: Peer, folder: Path) -> Iterator[Server]:
    """The server of this module."""
    with running(folder, peer.url, PLAYED_TOKEN=TOKEN) as server:
        yield server


@pytest.fixture
def server(process: Server, peer: Peer) -> Server:
    """The server, with an upstream that has seen nothing."""
    peer.clear()
    return process


def get(server: Server, action: str) -> bytes:
    """The body of a good answer."""
    answer = server.call("GET", f"/v1/files/{action}")
    assert answer.status == 200, answer
    return answer.body


def test_one_connection_serves_many_calls(server: Server, peer: Peer) -> None:
    get(server, "a")
    before = peer.connections
    for action in ("a", "trailer", "interim", "big-200000", "status-404"):
        server.call("GET", f"/v1/files/{action}")
    server.call("POST", "/v1/files/a", b"x" * 300_000, BINARY)
    assert peer.connections == before


def test_calls_at_a_time(server: Server, peer: Peer) -> None:
    with ThreadPoolExecutor(16) as pool:
        bodies = list(pool.map(lambda n: get(server, f"interim?n={n}"), range(64)))
    assert len(bodies) == 64
    assert 1 < peer.connections <= 16


def test_reply_until_the_connection_closes(server: Server) -> None:
    assert get(server, "close") == b"until the end"
    assert get(server, "a")


def test_chunked_reply_with_trailer(server: Server) -> None:
    answer = server.call("GET", "/v1/files/trailer")
    assert answer.body == b"hi"
    assert "x-after" not in answer.headers


def test_reply_nobody_asked_for_reaches_nobody(server: Server) -> None:
    for _ in range(4):
        server.call("GET", "/v1/files/extra")
        assert b"stolen" not in get(server, "a")


def test_connection_closed_while_idle(server: Server) -> None:
    for _ in range(5):
        get(server, "idle")
        time.sleep(0.02)
        assert server.call("POST", "/v1/files/a", b"x", BINARY).status == 200


def test_reply_before_the_body_has_been_sent(server: Server, peer: Peer) -> None:
    peer.pause = 0.005
    answer = server.call("POST", "/v1/files/early", b"x" * 5_000_000, BINARY)
    assert (answer.status, answer.headers["retry-after"]) == (429, "7")
    assert get(server, "a")


def test_too_many_headers(server: Server) -> None:
    assert server.call("GET", "/v1/files/many-200").status == 200
    assert server.call("GET", "/v1/files/many-300").status == 502
    assert get(server, "a")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 with its key, in one file."""
    return self_signed(tmp_path_factory.mktemp("tls") / "both.pem")


def test_tls(folder: Path, certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    peer = Peer()
    peer.start(context)
    url = peer.url.replace("http:", "https:")
    with running(
        folder, url, PLAYED_TOKEN=TOKEN, SSL_CERT_FILE=str(certificate)
    ) as server:
        assert get(server, "a")
        assert len(get(server, "big-3000000")) == 3_000_000
        assert (
            server.call("POST", "/v1/files/a", b"x" * 3_000_000, BINARY).status == 200
        )
        assert peer.connections == 1
    peer.clear()
    with running(folder, url, PLAYED_TOKEN=TOKEN) as server:
        assert server.call("GET", "/v1/files/a").status == 502
    assert not peer.seen


def test_calls_over_a_proxy(folder: Path, peer: Peer) -> None:
    peer.clear()
    proxy = peer.url.removesuffix("/base")
    with running(
        folder, "http://upstream.example/base", PLAYED_TOKEN=TOKEN, http_proxy=proxy
    ) as server:
        assert get(server, "a")
    assert peer.last().target == "http://upstream.example/base/files/a"
