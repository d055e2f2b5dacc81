"""Flow control: turns and waiting, calls made again, and an upstream that is down."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .both import KINDS, Door, build, serving, until
from .rest_upstream import Peer

pytestmark = pytest.mark.xdist_group("both")


@pytest.fixture(scope="module")
def upstream() -> Peer:
    """The upstream of this module."""
    started = Peer()
    started.start()
    return started


@pytest.fixture
def peer(upstream: Peer) -> Peer:
    """The upstream, which has seen nothing."""
    upstream.clear()
    return upstream


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled packages."""
    place = tmp_path_factory.mktemp("both")
    build(place)
    return place


@pytest.fixture(scope="module", params=KINDS)
def repeating(
    request: pytest.FixtureRequest, folder: Path, upstream: Peer
) -> Iterator[Door]:
    """A server that makes calls again."""
    with serving(request.param, folder, upstream.url, "--retry-patience=1") as door:
        yield door


@pytest.mark.parametrize("kind", KINDS)
def test_calls_beyond_the_bound_wait_in_turn(
    folder: Path, peer: Peer, kind: str
) -> None:
    limits = ("--max-calls=1", "--max-waiting=1", "--waiting-timeout=20")
    with (
        serving(kind, folder, peer.url, *limits) as door,
        ThreadPoolExecutor() as pool,
    ):
        with door.begun("hang"):
            assert until(lambda: len(peer.seen) == 1)
            waits = pool.submit(door.get, "a")
            assert until(lambda: door.metric("naftiko_http_client_waiting") == 1)
            assert len(peer.seen) == 1
            refused = door.get("a")
            assert refused.failed and "busy" in refused.text
            if kind == "rest":
                assert (refused.status, refused.headers["retry-after"]) == (503, "1")
        assert not waits.result(10).failed
        assert not door.get("a").failed
        assert door.metric("naftiko_http_client_shed_total", reason="busy") == 1
        assert until(lambda: door.metric("naftiko_http_client_active") == 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_turn_that_does_not_come(folder: Path, peer: Peer, kind: str) -> None:
    limits = ("--max-calls=1", "--waiting-timeout=0.2")
    with serving(kind, folder, peer.url, *limits) as door:
        with door.begun("hang"):
            assert until(lambda: len(peer.seen) == 1)
            assert "busy" in door.get("a").text
            with door.begun("a"):
                assert until(lambda: door.metric("naftiko_http_client_waiting") == 1)
            assert until(lambda: door.metric("naftiko_http_client_waiting") == 0)
            assert len(peer.seen) == 1
        assert until(lambda: not door.get("a").failed)


def test_a_reply_that_is_streamed_holds_its_turn(folder: Path, peer: Peer) -> None:
    limits = ("--max-calls=1", "--waiting-timeout=0.2")
    with serving("rest", folder, peer.url, *limits) as door:
        with door.begun("drip") as client:
            assert client.recv(10)
            assert door.get("a").status == 503
        assert until(lambda: door.get("a").status == 200)


@pytest.mark.parametrize(
    ("plan", "calls", "status"),
    [
        (["reset"], 2, 200),
        (["soon-503", "junk"], 3, 200),
        (["bare-500"] * 3, 3, 500),
        (["soon-429"], 2, 200),
        (["status-503"], 1, 503),  # Retry-After: 7
        (["bare-501"], 1, 501),
        (["location-other"], 1, 302),
    ],
    ids=str,
)
def test_calls_that_may_be_repeated(
    repeating: Door, peer: Peer, plan: list[str], calls: int, status: int
) -> None:
    peer.plan = list(plan)
    found = repeating.get("a")
    assert len(peer.seen) == calls
    assert found.failed == (status >= 400 or (repeating.kind == "mcp" and status > 299))
    if repeating.kind == "rest":
        assert found.status == status
        assert found.headers.get("retry-after") == (
            "7" if plan == ["status-503"] else None
        )
    assert len({seen.headers["x-request-id"] for seen in peer.seen}) == 1


@pytest.mark.parametrize(
    ("plan", "path", "calls", "status"),
    [
        (["reset"], "/v1/things", 1, 502),
        (["bare-503"], "/v1/things", 1, 503),
        (["soon-503"], "/v1/things", 2, 200),
        (["soon-429"], "/v1/things", 2, 200),
        (["soon-429"], "/v1/files/a", 1, 429),  # a body that is passed on as it comes
    ],
)
@pytest.mark.parametrize("repeating", ["rest"], indirect=True)
def test_calls_that_may_not_be_repeated(
    repeating: Door, peer: Peer, plan: list[str], path: str, calls: int, status: int
) -> None:
    peer.plan = list(plan)
    kind = "application/json" if path == "/v1/things" else "image/png"
    headers = {"Content-Type": kind}
    body = b'{"name":"x"}'
    assert repeating.server.call("POST", path, body, headers).status == status
    assert len(peer.seen) == calls
    assert all(seen.body == body for seen in peer.seen)


@pytest.mark.parametrize("kind", KINDS)
def test_an_upstream_that_is_down(folder: Path, peer: Peer, kind: str) -> None:
    limits = ("--breaker-failures=3", "--breaker-seconds=1", "--retries=0")
    with serving(kind, folder, peer.url, *limits) as door:
        for action in ("reset", "reset", "a", "bare-502", "junk", "reset"):
            door.get(action)
        seen = len(peer.seen)
        refused = door.get("a")
        assert refused.failed and "is down; try again in 1 s" in refused.text
        if kind == "rest":
            assert (refused.status, refused.headers["retry-after"]) == (503, "1")
        assert len(peer.seen) == seen
        assert door.metric("naftiko_http_client_breaker_open") == 1
        assert until(lambda: not door.get("a").failed)
        assert len(peer.seen) == seen + 1
        assert not door.get("a").failed
        assert door.metric("naftiko_http_client_breaker_open") == 0
        assert door.metric("naftiko_http_client_breaker_opened_total") == 1
        assert door.metric("naftiko_http_client_shed_total", reason="down") >= 1
        assert "is down: 3 calls failed in a row" in door.server.log
        assert "answers again" in door.server.log


@pytest.mark.parametrize("more", [b"", b"\r\nMcp-Unusual: 1"], ids=["plain", "sdk"])
def test_callers_who_leave_end_the_call(
    repeating: Door, peer: Peer, more: bytes
) -> None:
    head, separator, rest = repeating.request("hang").partition(b"\r\nHost:")
    address = ("127.0.0.1", repeating.server.port)
    with socket.create_connection(address, 20) as client:
        client.sendall(head + more + separator + rest)
        assert until(lambda: peer.seen)
        assert repeating.metric("naftiko_http_client_active") == 1
    assert until(lambda: peer.gone == 1)
    assert until(lambda: repeating.metric("naftiko_http_client_active") == 0)
