"""The REST server when callers or configuration misbehave: bounded, and up afterwards. Upstreams: `test_faults.py`."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .rest_client import Server, running
from .rest_package import PACKAGE, TOKEN, write
from .rest_upstream import CHUNK, Peer

BINARY = {"Content-Type": "application/octet-stream"}
MIB = 1024 * 1024


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
    """The server of this module, with short limits."""
    limits = (
        "--read-timeout=0.5",
        "--total-timeout=1.5",
        "--body-timeout=0.5",
        "--retries=0",
        "--max-body=60000000",
    )
    with running(folder, peer.url, *limits, PLAYED_TOKEN=TOKEN) as server:
        yield server


@pytest.fixture
def server(process: Server, peer: Peer) -> Server:
    """The server, with an upstream that has seen nothing."""
    peer.clear()
    return process


def until(condition: object, seconds: float = 5.0) -> bool:
    """Whether ``condition()`` becomes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_reply_that_breaks_off_is_not_made_whole(server: Server) -> None:
    request = "GET /v1/files/%s HTTP/1.1\r\nHost: localhost\r\n\r\n"
    answer = server.raw((request % "cut-chunked").encode(), b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ") and b"hello" in answer
    assert not answer.endswith(b"0\r\n\r\n")
    answer = server.raw((request % "cut-100000").encode(), b"never")
    assert b"content-length: 100000" in answer and answer.endswith(b"hello")
    assert server.call("GET", "/v1/files/a").status == 200


def test_whole_request_is_bounded(server: Server, peer: Peer) -> None:
    started = time.monotonic()
    answer = server.raw(
        b"GET /v1/files/drip HTTP/1.1\r\nHost: localhost\r\n\r\n", b"never"
    )
    assert answer.startswith(b"HTTP/1.1 200 ") and not answer.endswith(b"0\r\n\r\n")
    assert time.monotonic() - started < 8
    assert until(lambda: peer.gone == 1)


@pytest.mark.parametrize("action", ["hang", "drip"])
def test_caller_that_leaves_ends_the_upstream_call(
    folder: Path, peer: Peer, action: str
) -> None:
    peer.clear()
    with running(folder, peer.url, PLAYED_TOKEN=TOKEN) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(
                f"GET /v1/files/{action} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
            )
            assert until(lambda: peer.seen)
            assert peer.gone == 0
        assert until(lambda: peer.gone == 1)
        assert until(
            lambda: '"status":null' in server.log if action == "hang" else True
        )


def test_caller_that_leaves_after_sending(folder: Path, peer: Peer) -> None:
    peer.clear()
    with running(folder, peer.url, PLAYED_TOKEN=TOKEN) as server:
        head = b"POST /v1/files/hang HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(head + b"Content-Length: 4\r\n\r\nabcd")
            assert until(lambda: peer.seen and peer.last().size == 4)
        assert until(lambda: peer.gone == 1)


def test_caller_that_leaves_while_sending(server: Server, peer: Peer) -> None:
    head = b"POST /v1/files/a HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 1000000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(head + b"x" * 1000)
        assert until(lambda: peer.seen)
    assert server.call("GET", "/v1/files/a").status == 200


def test_slow_callers(server: Server, peer: Peer) -> None:
    head = b"POST /v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += b"Content-Length: 12\r\n\r\n"
    assert b" 408 " in server.raw(head).split(b"\r\n")[0]
    assert b" 408 " in server.raw(head + b'{"na').split(b"\r\n")[0]
    assert not peer.seen
    head = head.replace(b"things", b"files/a").replace(
        b"application/json", b"image/png"
    )
    assert b" 408 " in server.raw(head + b"half").split(b"\r\n")[0]


def test_missing_credential(folder: Path, peer: Peer) -> None:
    peer.clear()
    with running(folder, peer.url) as server:
        assert server.call("GET", "/healthz").status == 200
        answer = server.call("GET", "/v1/files/a")
        assert answer.status == 500
        assert b"PLAYED_TOKEN" not in answer.body
        assert until(lambda: "PLAYED_TOKEN" in server.log)
    assert not peer.seen


def test_callers_token(folder: Path, peer: Peer) -> None:
    extra = {"PLAYED_TOKEN": TOKEN, "PLAYED_SERVICE_CALLER_TOKEN": "of-callers"}
    with running(folder, peer.url, **extra) as server:
        answer = server.call("GET", "/v1/files/a")
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
        wrong = {"Authorization": "Bearer wrong"}
        assert server.call("GET", "/docs", headers=wrong).status == 401
        right = {"Authorization": "Bearer of-callers"}
        assert server.call("GET", "/v1/files/a", headers=right).status == 200
        assert server.call("GET", "/healthz").status == 200
        assert "of-callers" not in server.log


def test_busy_server_sheds(folder: Path, peer: Peer) -> None:
    with running(folder, peer.url, "--max-concurrency=1", PLAYED_TOKEN=TOKEN) as server:
        peer.clear()
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(b"GET /v1/files/hang HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert until(lambda: peer.seen)
            answer = server.call("GET", "/v1/files/a")
            assert (answer.status, answer.headers["retry-after"]) == (503, "1")
            assert server.call("GET", "/healthz").status == 200
        assert until(lambda: server.call("GET", "/v1/files/a").status == 200)


def test_large_reply_streams_in_flat_memory(server: Server) -> None:
    server.call("GET", "/v1/files/big-1000000")
    before = server.memory()
    size = 50 * MIB
    with server.connection() as connection:
        connection.request("GET", f"/v1/files/big-{size}")
        reply = connection.getresponse()
        read = 0
        while piece := reply.read(65536):
            assert piece == (CHUNK * 2)[read % len(CHUNK) :][: len(piece)]
            read += len(piece)
            time.sleep(0.001)
    assert read == size
    assert server.memory() - before < 5 * MIB


def test_large_body_streams_in_flat_memory(folder: Path, peer: Peer) -> None:
    size = 50 * MIB
    with running(folder, peer.url, "--max-body=60000000", PLAYED_TOKEN=TOKEN) as server:
        server.call("POST", "/v1/files/a", b"x" * MIB, BINARY)
        peer.clear()
        peer.pause = 0.001
        before = server.memory()
        assert server.call("POST", "/v1/files/a", b"x" * size, BINARY).status == 200
        last = peer.last()
        assert (last.size, last.headers["content-length"]) == (size, str(size))
        assert server.memory() - before < 5 * MIB


def test_chunked_body_streams(server: Server, peer: Peer) -> None:
    with server.connection() as connection:
        connection.request("POST", "/v1/files/a", iter([b"a" * 1000] * 50), BINARY)
        assert connection.getresponse().status == 200
    assert (peer.last().size, peer.last().chunked) == (50_000, True)


def test_binary_body_above_the_limit(folder: Path, peer: Peer) -> None:
    with running(folder, peer.url, "--max-body=100000", PLAYED_TOKEN=TOKEN) as server:
        peer.clear()
        assert server.call("POST", "/v1/files/a", b"x" * 100_001, BINARY).status == 413
        assert not peer.seen
        with server.connection() as connection:
            connection.request("POST", "/v1/files/a", iter([b"a" * 50_000] * 4), BINARY)
            assert connection.getresponse().status == 413
        assert server.call("POST", "/v1/files/a", b"x" * 100_000, BINARY).status == 200


def test_faults_leave_nothing_open(server: Server, peer: Peer) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def open_files() -> int:
        return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))

    def send(number: int) -> int:
        action = (
            "a",
            "reset",
            "junk",
            "cut-9",
            "cut-chunked",
            "lie-3",
            "close",
            "extra",
            "status-503",
            "idle",
        )[number % 10]
        try:
            return server.call("GET", f"/v1/files/{action}").status
        except (ConnectionError, http.client.HTTPException):
            return 0

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(send, range(100)))
        before = open_files()
        statuses = list(pool.map(send, range(600)))
    assert set(statuses) <= {0, 200, 502, 503}
    assert statuses.count(200) >= 180
    assert until(lambda: open_files() <= before + 8)


def test_expect_continue_is_answered_before_the_body(
    server: Server, peer: Peer
) -> None:
    head = "POST /v1/files/a HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n"
    head += "Expect: 100-continue\r\n\r\n"
    assert b"HTTP/1.1 100 " in server.raw((head % ("image/png", 10)).encode())
    assert b" 415 " in server.raw((head % ("text/html", 10)).encode()).split(b"\r\n")[0]
    assert (
        b" 413 "
        in server.raw((head % ("image/png", 10**12)).encode()).split(b"\r\n")[0]
    )


def test_stop_lets_requests_finish_within_a_bound(folder: Path, peer: Peer) -> None:
    with running(
        folder, peer.url, "--shutdown-timeout=1", PLAYED_TOKEN=TOKEN
    ) as server:
        peer.clear()
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
            client.sendall(b"GET /v1/files/hang HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert until(lambda: peer.seen)
            started = time.monotonic()
            os.kill(server.process.pid, signal.SIGTERM)
            assert b" 503 " in client.recv(65536).split(b"\r\n")[0]
        server.process.wait(10)
        assert time.monotonic() - started < 6


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port=x"], "--port must be a whole number"),
        (["--upstream=ftp://x"], "--upstream must be a URL"),
        (["--upstream=http://u:p@x"], "must not hold a user"),
        (["--read-timeout=0"], "--read-timeout must be a number of seconds above 0"),
        (["--access-log=maybe"], "--access-log must be one of: on, off"),
    ],
)
def test_unusable_settings(folder: Path, options: list[str], words: str) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-m", "played_service", "rest", *options]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 2
    assert words in done.stderr


def test_port_in_use(folder: Path, server: Server) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-m", "played_service", "rest", f"--port={server.port}"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1 port {server.port}" in done.stderr
    assert "Traceback" not in done.stderr
