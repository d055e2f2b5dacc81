"""Requests that no honest caller sends, to REST and MCP: refused as documented, and nothing reaches the upstream."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from .both import KINDS, TOOL, Door, build, message, serving, until
from .rest_upstream import Peer

pytestmark = pytest.mark.xdist_group("both")

PATHS = {"rest": "/v1/things", "mcp": "/mcp"}
CREDENTIAL = "of-a-caller-7f3a"
NEXT = b"GET /v1/files/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"


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
def door(
    request: pytest.FixtureRequest, folder: Path, upstream: Peer
) -> Iterator[Door]:
    """A server with short limits for callers, which stands all attacks."""
    limits = (
        "--head-timeout=0.5", "--body-timeout=0.5", "--answer-timeout=0.5", "--max-body=200000", "--retries=0",
    )  # fmt: skip
    with serving(request.param, folder, upstream.url, *limits) as door:
        door.get("a")
        before = door.descriptors()
        yield door
        assert not door.get("a").failed
        assert until(lambda: door.descriptors() <= before + 4)
        assert until(lambda: door.metric("naftiko_request_active") <= 1)


def post(door: Door, *headers: str, body: bytes | None = None) -> bytes:
    """A POST with a body that is fine, unless another is given; with its length, unless the headers have one."""
    given = (
        message(TOOL, {"animal_id": "a"})[0] if door.kind == "mcp" else b'{"name":"x"}'
    )
    sent = given if body is None else body
    names = {header.partition(":")[0].lower() for header in headers}
    lines = [f"POST {PATHS[door.kind]} HTTP/1.1", "Content-Type: application/json"]
    lines += ["Accept: application/json, text/event-stream"] * (door.kind == "mcp")
    lines += ["Host: localhost"] * ("host" not in names)
    if not names & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(sent)}")
    return "\r\n".join([*lines, *headers, "", ""]).encode("latin-1") + sent


def status(door: Door, data: bytes) -> int:
    """The status of the only answer to ``data``; 0: the connection was closed without one."""
    answer = door.server.raw(data)
    assert answer.count(b"HTTP/1.1 ") <= 1, answer
    return int(answer.split(b" ")[1]) if answer else 0


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (["Content-Length: 5", "Transfer-Encoding: chunked"], b"0\r\n\r\n" + NEXT),
        (["Transfer-Encoding: chunked", "Content-Length: 5"], b"0\r\n\r\n" + NEXT),
        (["Content-Length: 0", "Content-Length: 60"], NEXT),
        (["Content-Length: +5"], NEXT),
        (["Content-Length: 0x10"], NEXT),
        (["Content-Length: 5, 5"], NEXT),
        (["Content-Length : 5"], NEXT),
        (["Transfer-Encoding: xchunked"], b"0\r\n\r\n" + NEXT),
        (["Transfer-Encoding: chunked, identity"], b"0\r\n\r\n" + NEXT),
        (["Transfer-Encoding:\x0bchunked"], b"0\r\n\r\n" + NEXT),
        (["Transfer-Encoding: chunked"], b"-1\r\n\r\n" + NEXT),
        (["Transfer-Encoding: chunked"], b"fffffffffffffffff\r\n" + NEXT),
        (["Transfer-Encoding: chunked"], b"2;\nx\r\n{}\r\n0\r\n\r\n" + NEXT),
        (["X: a\x00b"], None),
        (["X: a\rHost: evil"], None),
        ([" folded: x"], None),
        (["X\n: y"], None),
        (["Host: localhost", "Host: evil.example"], None),
        (["Host: localhost\r\n Host: evil"], None),
    ],
    ids=str,
)
def test_requests_that_may_be_read_in_two_ways(
    door: Door, peer: Peer, headers: list[str], body: bytes | None
) -> None:
    found = status(door, post(door, *headers, body=body))
    assert found == 0 or 400 <= found < 500
    assert not peer.seen


def chunked(door: Door, end: bytes) -> bytes:
    """A POST that is fine, in one chunk, up to its last one, which ``end`` follows."""
    body = post(door).partition(b"\r\n\r\n")[2]
    return post(
        door,
        "Transfer-Encoding: chunked",
        body=b"%x\r\n%b\r\n0\r\n%b" % (len(body), body, end),
    )


@pytest.mark.parametrize(
    "trailer",
    [b"Host: evil.example", b"Origin: null", b"Content-Type: text/x", b"X: y"],
)
def test_trailers_are_no_headers(door: Door, peer: Peer, trailer: bytes) -> None:
    assert status(door, chunked(door, trailer + b"\r\n\r\n")) == 200
    assert len(peer.seen) == 1


@pytest.mark.parametrize(
    "piece", [b"a:b\r\n" * 4000, b"a" * 20_000, b"0;" + b"a" * 20_000], ids=range(3)
)
def test_trailers_without_end(door: Door, peer: Peer, piece: bytes) -> None:
    before = door.server.memory()
    sent = 0
    with (
        socket.create_connection(("127.0.0.1", door.server.port), 5) as client,
        pytest.raises(ConnectionError),
    ):
        client.sendall(chunked(door, b"")[: -3 if piece[:1] == b"0" else None])
        while sent < 100_000_000:
            client.sendall(piece)
            sent += len(piece)
    assert door.server.memory() - before < 16 << 20


@pytest.mark.parametrize("words", ["h2c", "websocket", "x"])
def test_other_protocols_are_passed_over(door: Door, peer: Peer, words: str) -> None:
    given = ("Connection: Upgrade, HTTP2-Settings", f"Upgrade: {words}")
    assert status(door, post(door, *given)) == 200
    head, _, body = post(door, *given).partition(b"\r\n\r\n")
    with socket.create_connection(("127.0.0.1", door.server.port), 5) as client:
        for piece in (head + b"\r\n\r\n", body[:3], body[3:] + NEXT):
            client.sendall(piece)
            until(lambda: False, 0.05)
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200 ") and answer.count(b"HTTP/1.1") == 1
    assert b"connection: close\r\n" in answer
    assert len(peer.seen) == 2


def test_bodies_of_other_protocols_are_no_requests(door: Door, peer: Peer) -> None:
    inner = post(door)
    given = ("Connection: upgrade", "Upgrade: h2c", f"Content-Length: {len(inner)}")
    with socket.create_connection(("127.0.0.1", door.server.port), 5) as client:
        client.sendall(post(door, *given, body=b""))
        until(lambda: False, 0.05)
        client.sendall(inner)
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 400 ") and answer.count(b"HTTP/1.1") == 1
    assert not peer.seen


def test_junk_after_a_request_leaves_it_its_answer(door: Door, peer: Peer) -> None:
    assert status(door, post(door) + b"BOGUS\r\n\r\n" + post(door)) == 200
    assert len(peer.seen) == 1


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Host: evil.example", 421),
        ("Host: localhost.evil.example", 421),
        ("Host: 127.0.0.1@evil.example", 421),
        ("Host: localhost:80:80", 421),
        ("Host: ", 421),
        ("Origin: http://evil.example", 403),
        ("Origin: null", 403),
        ("Origin: http://localhost@evil.example", 403),
        ("Origin: http://localhost, http://evil.example", 403),
    ],
)
def test_forged_hosts_and_origins(
    door: Door, peer: Peer, header: str, expected: int
) -> None:
    assert status(door, post(door, header)) == expected
    assert not peer.seen


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("BREW {path} HTTP/1.1", {400}),
        ("TRACE {path} HTTP/1.1", {405}),
        ("CONNECT evil.example:443 HTTP/1.1", {0, 400, 404, 405}),
        ("PUT {path} HTTP/1.1", {405}),
        ("GET http://evil.example{path} HTTP/1.1", {404, 405, 421}),
        ("PRI * HTTP/2.0", {0, 400, 404, 405}),
        ("GET /..%2f..%2fetc/passwd HTTP/1.1", {400, 404}),
        ("GET //evil.example/%2e%2e HTTP/1.1", {400, 404}),
        ("GET {path} HTTP/9.9", {0, 400, 405}),
    ],
)
def test_unknown_methods_and_targets(
    door: Door, peer: Peer, line: str, expected: set[int]
) -> None:
    head = line.format(path=PATHS[door.kind])
    assert status(door, f"{head}\r\nHost: localhost\r\n\r\n".encode()) in expected
    assert not peer.seen


@pytest.mark.parametrize(
    "value",
    [
        "..",
        ".",
        "%2e%2e",
        "a/../../x",
        "..\\..\\x",
        "a\r\nX-Evil: 1",
        "a\x00b",
        "a b?c=d#e",
        "%2e%2e%2f",
        "//evil",
        "\ud800",
    ],
    ids=repr,
)
def test_path_values_stay_one_segment(door: Door, peer: Peer, value: str) -> None:
    if door.kind == "rest":
        encoded = "".join(
            f"%{byte:02x}" for byte in value.encode("utf-8", "surrogatepass")
        )
        found = door.server.call("GET", f"/v1/files/{encoded}")
        refused = found.status >= 400
    else:
        body, headers = message(TOOL, {"animal_id": value})
        answer = json.loads(door.server.call("POST", "/mcp", body, headers).body)
        refused = "error" in answer or answer["result"]["isError"]
    depth = {"rest": "/base/files/", "mcp": "/base/animals/"}[door.kind]
    for seen in peer.seen:
        rest = seen.target.removeprefix(depth)
        assert rest != seen.target and not set(rest) & set("/\\?# \r\n")
        assert rest not in ("..", ".") and "x-evil" not in seen.headers
    assert refused is not bool(peer.seen)
    assert refused or value not in ("..", ".", "a\r\nX-Evil: 1", "a\x00b", "\ud800")


def test_header_values_stay_one_line(door: Door, peer: Peer) -> None:
    if door.kind == "rest":
        head = b"GET /v1/things/1?verbose=true HTTP/1.1\r\nHost: localhost\r\n"
        for value in (b"a\nX-Evil: 1", b"a\rX-Evil: 1", b"a\x00"):
            assert status(door, head + b"X-Trace: " + value + b"\r\n\r\n") in (0, 400)
    else:
        for value in ("a\r\nX-Evil: 1", "a\nb", "a\rb", "a\x00b"):
            arguments = {"animal_id": "1", "trace": value}
            body, headers = message("get-animal", arguments)
            answer = door.server.call("POST", "/mcp", body, headers)
            assert json.loads(answer.body)["result"]["isError"]
    assert not peer.seen


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 90_000,
        b"[" * 90_000 + b"]" * 90_000,
        b'{"a":' * 30_000 + b"1" + b"}" * 30_000,
        b'{"name":' + b"9" * 100_000 + b"}",
        b'{"name":1e999999999}',
        b'{"name":"\\ud800"}',
        b'\xff\xfe{"name":"x"}',
        b"{" + b",".join(b'"k%d":1' % n for n in range(12_000)),
    ],
    ids=range(8),
)
def test_json_made_to_hurt(door: Door, peer: Peer, body: bytes) -> None:
    before = door.server.memory()
    assert 400 <= status(door, post(door, body=body)) < 500
    nested: Any = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
    call = json.dumps(nested)[:-1].encode() + b',"params":{"name":"fetch","arguments":'
    if door.kind == "mcp":
        found = door.server.raw(post(door, body=call + body + b"}}"), b"}")
        assert b" 400 " in found.split(b"\r\n")[0] or b"rror" in found
    assert not peer.seen
    assert door.server.memory() - before < 40 << 20


def test_too_large(door: Door, peer: Peer) -> None:
    assert status(door, post(door, "Content-Length: 200001", body=b"")) == 413
    assert status(door, post(door, "Content-Length: " + "9" * 18, body=b"")) == 413
    chunk = b"%x\r\n%b\r\n" % (100_000, b" " * 100_000)
    assert status(door, post(door, "Transfer-Encoding: chunked", body=chunk * 3)) == 413
    assert status(door, post(door, "X: " + "a" * 700_000)) in (0, 400, 431)
    assert status(door, post(door, *["X: a"] * 60_000)) in (0, 400, 431)
    assert not peer.seen


@pytest.mark.parametrize(
    ("cut", "expected"), [(1, 0), (30, 0), (-1, 408)], ids=["line", "head", "body"]
)
def test_slow_requests(door: Door, peer: Peer, cut: int, expected: int) -> None:
    assert status(door, post(door)[:cut]) == expected
    assert not peer.seen


def test_many_slow_requests(door: Door, peer: Peer) -> None:
    before = door.descriptors()
    with ExitStack() as stack:
        for _ in range(100):
            address = ("127.0.0.1", door.server.port)
            client = stack.enter_context(socket.create_connection(address))
            client.sendall(post(door)[:40])
        assert not door.get("a").failed
        assert until(lambda: door.descriptors() <= before + 4)


def test_an_answer_that_nobody_takes(door: Door, peer: Peer) -> None:
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", door.server.port))
        client.sendall(door.request("big-20000000"))
        assert until(lambda: door.metric("naftiko_request_active") == 2)
        assert until(lambda: door.metric("naftiko_request_active") == 1)
    assert until(lambda: door.metric("naftiko_http_client_active") == 0)


def test_batches_and_pipelines(door: Door, peer: Peer) -> None:
    if door.kind == "mcp":
        one = message(TOOL, {"animal_id": "a"})[0]
        batch = b"[" + b",".join([one] * 1000) + b"]"
        assert status(door, post(door, body=batch)) == 400
        assert not peer.seen
    address = ("127.0.0.1", door.server.port)
    with socket.create_connection(address, 20) as client:
        client.sendall(door.request("hang") * 8)
        assert until(lambda: peer.seen)
        assert door.metric("naftiko_request_active") == 2
    assert until(lambda: door.metric("naftiko_request_active") == 1)
    assert len(peer.seen) == 1
    assert status(door, door.request("hang") * 500) == 0
    assert until(lambda: door.metric("naftiko_request_active") == 1)
    assert len(peer.seen) <= 2


def test_credentials_of_callers_go_nowhere(door: Door, peer: Peer) -> None:
    given = (
        f"Authorization: Bearer {CREDENTIAL}", f"X-API-Key: {CREDENTIAL}", f"Cookie: s={CREDENTIAL}",
        f"Proxy-Authorization: Basic {CREDENTIAL}", f"X-Forwarded-For: {CREDENTIAL}",
    )  # fmt: skip
    refused = door.server.raw(post(door, *given, body=b"{"), b"}")
    assert CREDENTIAL.encode() not in refused
    assert not peer.seen
    answer = door.server.raw(post(door, *given), b"}")
    assert b" 200 " in answer.split(b"\r\n")[0]
    assert CREDENTIAL.encode() not in answer
    assert CREDENTIAL not in str(peer.last())
    assert CREDENTIAL not in door.server.log


@pytest.mark.parametrize("kind", KINDS)
def test_more_connections_than_there_may_be(
    folder: Path, peer: Peer, kind: str
) -> None:
    with serving(kind, folder, peer.url, "--max-connections=3") as door:
        address = ("127.0.0.1", door.server.port)
        with ExitStack() as stack:
            for _ in range(3):
                stack.enter_context(socket.create_connection(address))
            answer = door.server.raw(b"")
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 503 ") and b"retry-after: 1" in head
            assert f"content-length: {len(body)}".encode() in head
            assert json.loads(body)["status"] == 503
        assert until(lambda: b" 503 " not in door.server.raw(door.request("a"))[:20])


@pytest.mark.parametrize("kind", KINDS)
def test_requests_of_one_caller(folder: Path, peer: Peer, kind: str) -> None:
    variable = {"rest": "PLAYED_SERVICE", "mcp": "ZOO"}[kind] + "_CALLER_TOKEN"
    path = PATHS[kind].replace("things", "files/a")
    for extra in ({}, {variable: CREDENTIAL}):
        with serving(
            kind, folder, peer.url, "--rate=3", "--metrics=off", **extra
        ) as door:
            headers = {"Authorization": f"Bearer {CREDENTIAL}"} if extra else {}
            for expected in (0, 0, 0, 429):
                found = door.server.call("GET", path, headers=headers)
                assert expected in (0, found.status)
                assert found.status not in (401, 503)
            assert 15 <= int(found.headers["retry-after"]) <= 20
            assert door.server.call("GET", "/healthz").status == 200
