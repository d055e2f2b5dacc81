"""Resources that pass requests on: what goes upstream, what does not, and what comes back."""

from __future__ import annotations

import base64
import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .capability_package import Recorder, Seen, ask, build, recorder, serving

TOKEN = "n0tes-t0ken"
KEY = "sh1ps-k3y"
DOOR = "d00r-k3y"
SECRETS = (TOKEN, KEY, DOOR)
ENV = {"NOTES_TOKEN": TOKEN, "SHIPS_KEY": KEY, "DOOR_KEY": DOOR}
DOCUMENT = """\
naftiko: 1.0.0-alpha2
info: {label: Passage, description: Passage.}
binds:
- {namespace: env, keys: {NOTES_TOKEN: NOTES_TOKEN, SHIPS_KEY: SHIPS_KEY, DOOR_KEY: DOOR_KEY}}
capability:
  consumes:
  - type: http
    namespace: notes
    baseUri: UPSTREAM/v1
    authentication: {type: bearer, token: "{{NOTES_TOKEN}}"}
    inputParameters:
    - {name: Notes-Version, in: header, value: "2025-09-03"}
    - {name: lang, in: query, value: en}
    resources:
    - name: pages
      path: /pages
      operations:
      - {name: list-pages, method: GET}
  - type: http
    namespace: ships
    baseUri: UPSTREAM
    authentication: {type: apikey, key: key, value: "{{SHIPS_KEY}}", placement: query}
  - {type: http, namespace: open, baseUri: "UPSTREAM/open"}
  exposes:
  - type: rest
    namespace: passage-rest
    port: 8080
    authentication: {type: apikey, key: door, value: "{{DOOR_KEY}}", placement: query}
    resources:
    - path: /notes/{{path}}
      forward: {targetNamespace: notes, trustedHeaders: [X-Trace, Notes-Version]}
    - path: /notes/shadowed
      operations:
      - {method: GET, name: list-pages, call: notes.list-pages}
    - path: /ships
      forward: {targetNamespace: ships}
    - path: /open/{path}
      forward: {targetNamespace: open, trustedHeaders: [Authorization, Cookie]}
"""


def answer(seen: Seen) -> tuple[int, dict[str, str], bytes]:
    if seen.target.startswith("/v1/teapot"):
        return 418, {"Content-Type": "text/plain", "Set-Cookie": "a=b"}, b"short"
    if seen.target.startswith("/v1/big"):
        return 200, {"Content-Type": "application/octet-stream"}, b"z" * 300_000
    return 200, {"Content-Type": "application/json"}, b'{"ok": true}'


@pytest.fixture(scope="module")
def upstream() -> Iterator[Recorder]:
    with recorder(answer) as running:
        yield running


@pytest.fixture(scope="module")
def port(upstream: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("passage")
    build(folder, DOCUMENT.replace("UPSTREAM", upstream.url))
    with serving(folder, "passage", "rest", secrets=SECRETS, **ENV) as number:
        yield number


def send(
    port: int, method: str, path: str, body: Any = None, headers: Any = ()
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer; ``path`` gets what the server asks of callers."""
    door = f"{'&' if '?' in path else '?'}door={DOOR}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path + door, body, dict(headers))
        reply = connection.getresponse()
        found = {name.lower(): value for name, value in reply.getheaders()}
        return reply.status, found, reply.read()
    finally:
        connection.close()


def test_a_request_goes_to_the_rest_of_the_path_with_what_the_document_sends(
    port: int, upstream: Recorder
) -> None:
    status, headers, body = send(port, "GET", "/notes/a/b%2Fc/d%20e?q=1&q=%26")
    assert (status, body) == (200, b'{"ok": true}')
    assert headers["content-type"] == "application/json"
    seen = upstream.only()
    assert (seen.method, seen.target) == ("GET", "/v1/a/b%2Fc/d%20e?q=1&q=%26&lang=en")
    assert seen.headers["authorization"] == f"Bearer {TOKEN}"
    assert seen.headers["notes-version"] == "2025-09-03"


def test_the_path_itself_is_the_base_address(port: int, upstream: Recorder) -> None:
    for path, target in (
        ("/notes", "/v1?lang=en"),
        ("/notes/", "/v1/?lang=en"),
        ("/ships", f"/?key={KEY}"),
        ("/ships/imo/1", f"/imo/1?key={KEY}"),
        ("/open", "/open"),
    ):
        assert send(port, "GET", path)[0] == 200, path
        assert upstream.only().target == target


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_method_goes_with_its_body(
    port: int, upstream: Recorder, method: str
) -> None:
    body = b"\x00\xff not JSON"
    kind = {"Content-Type": "application/x-own; a=b"}
    assert send(port, method, "/notes/x", body, kind)[0] == 200
    seen = upstream.only()
    assert (seen.method, seen.body) == (method, body)
    assert seen.headers["content-type"] == "application/x-own; a=b"


def test_only_trusted_headers_and_never_credentials_or_cookies(
    port: int, upstream: Recorder
) -> None:
    given = {
        "X-Trace": "abc-123",
        "X-Secret": "no",
        "Notes-Version": "1999",
        "Authorization": "Bearer of-the-caller",
        "Cookie": "session=1",
        "Accept-Language": "de",
    }
    assert send(port, "GET", "/notes/x", headers=given)[0] == 200
    seen = upstream.only().headers
    assert seen["x-trace"] == "abc-123"
    assert seen["notes-version"] == "2025-09-03", "the document's own wins"
    assert seen["authorization"] == f"Bearer {TOKEN}"
    assert not {"x-secret", "cookie", "accept-language"} & seen.keys()
    assert send(port, "GET", "/open/x", headers=given)[0] == 200
    seen = upstream.only().headers
    assert not {"authorization", "cookie", "x-trace"} & seen.keys()


def test_credentials_go_to_their_own_upstream_only(
    port: int, upstream: Recorder
) -> None:
    send(port, "GET", "/ships/x?key=mine&a=1&lang=fr&%6Bey=mine")
    seen = upstream.only()
    assert seen.target == f"/x?a=1&lang=fr&key={KEY}"
    assert TOKEN not in str(seen.headers) and "authorization" not in seen.headers
    send(port, "GET", "/open/x")
    seen = upstream.only()
    assert KEY not in seen.target + str(seen.headers)
    assert TOKEN not in seen.target + str(seen.headers)
    assert DOOR not in seen.target


def test_callers_need_what_the_document_asks(port: int, upstream: Recorder) -> None:
    assert ask(port, "GET", "/notes/x")[0] == 401
    assert not upstream.seen


def test_an_operation_of_the_document_wins_for_its_method(
    port: int, upstream: Recorder
) -> None:
    assert send(port, "GET", "/notes/shadowed")[0] == 200
    assert upstream.only().target == "/v1/pages?lang=en"
    assert send(port, "POST", "/notes/shadowed", b"x")[0] == 200
    assert upstream.only().target == "/v1/shadowed?lang=en"


def test_status_and_body_come_back_without_cookies(
    port: int, upstream: Recorder
) -> None:
    status, headers, body = send(port, "GET", "/notes/teapot")
    assert (status, body) == (418, b"short")
    assert "set-cookie" not in headers
    assert send(port, "GET", "/notes/big")[2] == b"z" * 300_000
    upstream.seen.clear()


@pytest.mark.parametrize(
    "path",
    [
        "/notes/../secret",
        "/notes/a/%2e%2E/b",
        "/notes/a%2F..%2Fb",
        "/notes/..%5Cb",
        "/notes/..;/b",
        "/notes/%zz",
    ],
)
def test_paths_that_climb_are_refused(port: int, upstream: Recorder, path: str) -> None:
    assert send(port, "GET", path)[0] == 400
    assert not upstream.seen


def test_what_cannot_stand_in_an_address_is_encoded(
    port: int, upstream: Recorder
) -> None:
    raw = socket.create_connection(("127.0.0.1", port), timeout=10)
    with raw:
        line = f'GET /notes/a"b<c>{{d}}//e?x=<y>&door={DOOR} HTTP/1.1\r\n'
        raw.sendall(f"{line}Host: localhost\r\nConnection: close\r\n\r\n".encode())
        assert raw.makefile("rb").readline().split()[1] == b"200"
    seen = upstream.only()
    assert seen.target == "/v1/a%22b%3Cc%3E%7Bd%7D//e?x=%3Cy%3E&lang=en"


def test_a_long_body_is_passed_on_while_it_arrives(tmp_path: Path) -> None:
    """The upstream has the first half before the caller has sent the second."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(20)
    text = DOCUMENT.replace("UPSTREAM", f"http://127.0.0.1:{listener.getsockname()[1]}")
    build(tmp_path, text)
    half = b"x" * 200_000
    with serving(tmp_path, "passage", "rest", secrets=SECRETS, **ENV) as port:
        caller = socket.create_connection(("127.0.0.1", port), timeout=20)
        head = f"POST /open/x?door={DOOR} HTTP/1.1\r\nHost: localhost\r\n"
        caller.sendall(f"{head}Content-Length: {2 * len(half)}\r\n\r\n".encode() + half)
        upstream, _ = listener.accept()
        upstream.settimeout(20)
        got = b""
        while len(got.partition(b"\r\n\r\n")[2]) < len(half):
            got += upstream.recv(65536)
        assert b"content-length: 400000" in got.lower()
        upstream.sendall(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"
        )
        caller.sendall(half)
        said = b""
        while b"first" not in said:
            said += caller.recv(65536)
        upstream.sendall(b"4\r\nlast\r\n0\r\n\r\n")
        while b"last" not in said:
            said += caller.recv(65536)
        assert said.startswith(b"HTTP/1.1 200")
        caller.close()
        upstream.close()
    listener.close()


def test_an_upstream_that_is_not_there_is_a_502(tmp_path: Path) -> None:
    build(tmp_path, DOCUMENT.replace("UPSTREAM", "http://127.0.0.1:9"))
    with serving(tmp_path, "passage", "rest", secrets=SECRETS, **ENV) as port:
        status, headers, body = send(port, "GET", "/open/x")
        assert status == 502
        assert headers["content-type"] == "application/problem+json"
        assert "127.0.0.1" not in json.loads(body)["detail"]


def test_basic_credentials_written_in_the_document_come_from_the_environment(
    upstream: Recorder, tmp_path: Path
) -> None:
    text = DOCUMENT.replace("UPSTREAM", upstream.url).replace(
        '{type: bearer, token: "{{NOTES_TOKEN}}"}',
        "{type: basic, username: scott, password: tiger}",
    )
    build(tmp_path, text)
    env = {**ENV, "NOTES_PASSWORD": TOKEN}
    with serving(tmp_path, "passage", "rest", secrets=SECRETS, **env) as port:
        assert send(port, "GET", "/notes/x")[0] == 200
    word = upstream.only().headers["authorization"].removeprefix("Basic ")
    assert base64.b64decode(word).decode() == f"scott:{TOKEN}"
