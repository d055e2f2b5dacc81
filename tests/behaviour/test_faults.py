"""An upstream that misbehaves, over REST and MCP: answered right, bounded, without secrets, and the next call works."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from .both import KINDS, Door, build, serving, until
from .mcp_package import SECRET
from .rest_package import TOKEN
from .rest_upstream import Peer
from .tls import self_signed

pytestmark = pytest.mark.xdist_group("both")

UNREACHED = "The upstream service cannot be reached or broke off."
BROKEN = "The upstream service broke off its reply."
LATE = "The upstream service did not answer in time."


@dataclass(frozen=True, slots=True)
class Fault:
    """What the upstream does; the status that REST answers with, what MCP says, and whether that is an error."""

    action: str
    status: int
    text: str
    failed: bool = True


FAULTS = (
    Fault("reset", 502, UNREACHED),
    Fault("reset-inside", 502, UNREACHED),
    Fault("reset-after", 502, BROKEN),
    Fault("cut-1000", 502, BROKEN),
    Fault("cut-100000", 200, BROKEN),
    Fault("cut-chunked", 200, BROKEN),
    Fault("junk", 502, UNREACHED),
    Fault("hang", 504, LATE),
    Fault("drip", 200, "The call took longer than 1.5 seconds."),
    Fault("lie--5", 502, UNREACHED),
    Fault("lie-abc", 502, UNREACHED),
    Fault("lie-3", 200, "hel", False),
    Fault("gzip", 200, "cannot be read: broken compression"),
    Fault("bomb-40", 200, "cannot be read: broken compression, or too large"),
    Fault("json", 200, '{"name"', False),
    Fault("endless", 200, "The reply of the upstream service is too large."),
    Fault("many-10000", 502, UNREACHED),
    Fault("many-200", 200, "{}", False),
    Fault("location-other", 302, "answered 302 Found"),
    Fault("location-network", 302, "answered 302 Found"),
    Fault("html", 200, "<script>alert(1)</script>", False),
    Fault("status-429", 429, "retry after 7 seconds"),
    Fault("status-503", 503, "retry after 7 seconds"),
    Fault("bare-429", 429, "answered 429 Too Many Requests"),
    Fault("bare-503", 503, "answered 503 Service Unavailable"),
    Fault("status-999", 502, "answered 999"),
    Fault("status-101", 502, UNREACHED),
    Fault("extra", 200, "{}", False),
    Fault("after-value", 200, BROKEN),
    Fault("after-extension", 200, BROKEN),
)
PASSED_ON = {"gzip", "bomb-40"}
"""Faults that REST leaves to the caller, as it passes on what it does not read."""


@pytest.fixture(scope="module")
def peer() -> Peer:
    """The upstream of this module."""
    started = Peer()
    started.start()
    return started


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled packages."""
    place = tmp_path_factory.mktemp("both")
    build(place)
    return place


@pytest.fixture(scope="module", params=KINDS)
def door(request: pytest.FixtureRequest, folder: Path, peer: Peer) -> Iterator[Door]:
    """A server with short limits, which keeps nothing of all the faults."""
    limits = (
        "--read-timeout=0.5",
        "--total-timeout=1.5",
        "--retries=0",
        "--breaker-failures=0",
    )
    with serving(request.param, folder, peer.url, *limits) as door:
        door.get("a")
        before = door.descriptors()
        yield door
        assert until(lambda: door.metric("naftiko_http_client_active") == 0)
        assert until(lambda: door.metric("naftiko_request_active") <= 1)
        assert until(lambda: door.descriptors() <= before + 4)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.action)
def test_faults(door: Door, peer: Peer, fault: Fault) -> None:
    before = door.server.memory()
    found = door.get(fault.action)
    if door.kind == "rest":
        assert found.status == fault.status
        assert found.failed == (
            (fault.failed and found.status < 300 and fault.action not in PASSED_ON)
            or found.status >= 400
        )
        assert not {"set-cookie", "location"} & set(found.headers)
        assert found.headers.get("retry-after") == (
            "7" if fault.text.startswith("retry") else None
        )
    else:
        assert (found.failed, found.status) == (fault.failed, 200)
        assert fault.text in found.text
    assert str(peer.port) not in found.text
    assert TOKEN not in found.text and SECRET not in found.text
    assert door.server.memory() - before < {"rest": 6, "mcp": 90}[door.kind] << 20
    assert not door.get("a").failed


def test_cookies_stay_with_nobody(door: Door, peer: Peer) -> None:
    assert "set-cookie" not in door.get("headers").headers
    peer.clear()
    door.get("a")
    assert "cookie" not in peer.last().headers


@pytest.fixture(scope="module")
def closed() -> Iterator[int]:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield probe.getsockname()[1]


@pytest.fixture(scope="module")
def untrusted(tmp_path_factory: pytest.TempPathFactory) -> Peer:
    """An upstream with a certificate that nobody has signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path_factory.mktemp("tls") / "both.pem"))
    started = Peer()
    started.start(context)
    return started


@pytest.mark.parametrize("kind", KINDS)
def test_upstreams_that_cannot_be_reached(
    folder: Path, peer: Peer, untrusted: Peer, closed: int, kind: str
) -> None:
    refusals = (
        (f"http://127.0.0.1:{closed}", UNREACHED),
        (untrusted.url.replace("http:", "https:"), UNREACHED),
        (untrusted.url, UNREACHED),
        (peer.url.replace("http:", "https:"), LATE),  # it waits for the end of a head
    )
    for url, words in refusals:
        limits = ("--retries=0", "--connect-timeout=0.5", "--read-timeout=0.5")
        with serving(kind, folder, url, *limits) as door:
            found = door.get("a")
            assert found.failed and words in found.text
            late = 504 if words == LATE else 502
            assert found.status == (late if kind == "rest" else 200)
            assert door.server.call("GET", "/healthz").status == 200
    assert not untrusted.seen


@pytest.mark.parametrize("kind", KINDS)
def test_a_connection_that_is_not_taken(folder: Path, kind: str) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        filling = [socket.socket() for _ in range(4)]
        for client in filling:
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", port))
        limits = ("--connect-timeout=0.3", "--retries=0")
        with serving(kind, folder, f"http://127.0.0.1:{port}", *limits) as door:
            found = door.get("a")
            assert found.failed and LATE in found.text
        for client in filling:
            client.close()
