"""The REST server as a process on a real socket: routes, inputs, errors of its own, and what goes upstream."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from .rest_client import Answer, Server, running
from .rest_package import PACKAGE, TOKEN, write
from .rest_upstream import Peer

JSON = {"Content-Type": "application/json"}
DEEP = b'{"name":"x","next":' * 900 + b"%b" + b"}" * 900


@pytest.fixture(scope="module")
def peer() -> Peer:
    """The upstream of this module."""
    started = Peer()
    started.start()
    return started


@pytest.fixture(scope="module")
def process(peer: Peer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of this module."""
    folder = tmp_path_factory.mktemp("rest")
    write(PACKAGE, folder)
    with running(folder, peer.url, "--max-body=2000000", PLAYED_TOKEN=TOKEN) as server:
        yield server


@pytest.fixture
def server(process: Server, peer: Peer) -> Server:
    """The server, with an upstream that has seen nothing."""
    peer.clear()
    return process


def problem(answer: Answer, status: int) -> dict[str, object]:
    """The problem document of ``answer``, which must be well formed."""
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, object] = json.loads(answer.body)
    assert document["status"] == status
    assert document["type"] == "about:blank"
    assert document["title"] and document["detail"]
    assert document["request_id"] == answer.headers["x-request-id"]
    return document


def test_pages_of_an_allowed_origin_may_call(peer: Peer, tmp_path: Path) -> None:
    """As a browser goes about it: a preflight without a token, then the call, of whose answer it wants permission."""
    write(PACKAGE, tmp_path)
    secrets = {"PLAYED_TOKEN": TOKEN, "PLAYED_SERVICE_CALLER_TOKEN": "c"}
    ask = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    page, other = ({"Origin": f"https://{n}.example"} for n in ("app", "evil"))
    allow = "--allow-origin=https://App.example/"
    with running(tmp_path, peer.url, allow, **secrets) as server:
        may = server.call("OPTIONS", "/v1/things", headers={**page, **ask})
        assert may.status == 204
        assert may.headers["access-control-allow-origin"] == page["Origin"]
        assert may.headers["access-control-allow-methods"] == "POST"
        wanted = ask["Access-Control-Request-Headers"]
        assert may.headers["access-control-allow-headers"] == wanted
        call = {**page, **JSON, "Authorization": "Bearer c"}
        for headers, status in ((call, 200), (page, 401)):
            answer = server.call("POST", "/v1/things", b'{"name":"x"}', headers)
            assert answer.status == status
            assert answer.headers["access-control-allow-origin"] == page["Origin"]
            assert "access-control-allow-credentials" not in answer.headers
        refused = server.call("OPTIONS", "/v1/things", headers={**other, **ask})
        assert refused.status == 403
        assert "access-control-allow-origin" not in refused.headers
        plain = server.call("GET", "/healthz")
        assert plain.status == 200 and "vary" not in plain.headers


def test_body_goes_on_byte_for_byte(server: Server, peer: Peer) -> None:
    body = b'{ "size":1e1, "name" : "caf\xc3\xa9", "x":[1.10] }'.replace(b"1e1", b"10")
    answer = server.call("POST", "/v1/things", body, JSON)
    assert answer.status == 200
    seen = peer.last()
    assert (seen.method, seen.target, seen.body) == ("POST", "/base/things", body)
    assert seen.headers["authorization"] == f"Bearer {TOKEN}"
    assert seen.headers["content-type"] == "application/json"


def test_only_declared_inputs_go_on(server: Server, peer: Peer) -> None:
    headers = {
        "X-Trace": "t 1", "Cookie": "session=s1; other=o2", "X-Forwarded-For": "1.2.3.4", "X-Evil": "1",
        "Authorization": "Bearer of-the-caller", "Accept-Language": "de", "Referer": "http://x/",
    }  # fmt: skip
    query = "limit=007"
    assert server.call("GET", f"/v1/things/1?{query}", headers=headers).status == 400
    query = "limit=7&verbose=true&tags=a%20b&tags=c%26d&unknown=1"
    assert server.call("GET", f"/v1/things/1?{query}", headers=headers).status == 200
    seen = peer.last()
    assert seen.target == "/base/things/1?limit=7&verbose=true&tags=a%20b&tags=c%26d"
    assert seen.headers == {
        "host": f"127.0.0.1:{peer.port}",
        "accept": "application/json",
        "accept-encoding": "identity",
        "authorization": f"Bearer {TOKEN}",
        "cookie": "session=s1",
        "user-agent": seen.headers["user-agent"],
        "x-request-id": seen.headers["x-request-id"],
        "x-trace": "t 1",
    }


def test_body_is_put_together_from_parts(server: Server, peer: Peer) -> None:
    body = json.dumps(
        {"owner": {"id": "me/you"}, "things": {"first": {"a": 1}}, "rest": 2}
    )
    assert server.call("POST", "/v1/picked?n=3", body.encode(), JSON).status == 200
    seen = peer.last()
    assert seen.target == "/base/picked/me%2Fyou?v=1"
    assert json.loads(seen.body) == {
        "count": 3,
        "what": {"a": 1},
        "kind": {"fixed": [True, None]},
    }
    assert seen.headers["content-length"] == str(len(seen.body))


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/v1/models/gpt2", "/base/models/gpt2"),
        ("/v1/models/org/name", "/base/models/org/name"),
        ("/v1/models/org%2Fname", "/base/models/org/name"),
        ("/v1/models/org/a/text-to-image", "/base/models/org/a/text-to-image"),
        (
            "/v1/models/text-to-image/text-to-image",
            "/base/models/text-to-image/text-to-image",
        ),
        ("/v1/models/text-to-image", "/base/models/text-to-image"),
        ("/v1/models/a%3Fb%23c%2525", "/base/models/a%3Fb%23c%2525"),
        ("/%76%31/models/caf%C3%A9", "/base/models/caf%C3%A9"),
    ],
)
def test_path_values_with_slashes(
    server: Server, peer: Peer, path: str, target: str
) -> None:
    assert server.call("POST", path, b'{"name":"x"}', JSON).status == 200
    assert peer.last().target == target


@pytest.mark.parametrize(
    "path", ["a%2Fb", "a%252Fb", "a b%25", "%F0%9F%90%88", ";=,:@&$"]
)
def test_path_value_of_one_segment_is_decoded_once(
    server: Server, peer: Peer, path: str
) -> None:
    path = path.replace(" ", "%20")
    assert server.call("GET", f"/v1/things/{path}").status == 200
    from urllib.parse import quote, unquote

    assert peer.last().target == "/base/things/" + quote(unquote(path), safe="")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/things/..", "/v1/things/.", "/v1/things/%2e%2e", "/v1/things/%2E.", "/v1/things/",
        "/v1/things/a%00b", "/v1/things/a%0d%0ab", "/v1/things/%", "/v1/things/%zz", "/v1/things/%ff",
        "/v1/models/../things", "/v1/models/a/../../things", "/v1/models/a%2F..%2Fb", "/v1/models/a//b",
        "/v1/models/a/%2e%2e/text-to-image",
    ],
)  # fmt: skip
def test_paths_that_lead_elsewhere_are_refused(
    server: Server, peer: Peer, path: str
) -> None:
    method = "POST" if "models" in path else "GET"
    body = b'{"name":"x"}' if method == "POST" else None
    is_broken = path.endswith(("%", "%zz", "%ff"))
    problem(server.call(method, path, body, JSON), 400 if is_broken else 404)
    assert not peer.seen


def test_not_found(server: Server, peer: Peer) -> None:
    for path in (
        "/",
        "/v1",
        "/v1/things/1/2",
        "/V1/things/1",
        "/v1//things/1",
        "/docs/../v1",
        "/v1/things/" + "a/" * 80,
    ):
        problem(server.call("GET", path), 404)
    assert not peer.seen


def test_methods(server: Server, peer: Peer) -> None:
    answer = server.call("DELETE", "/v1/files/a")
    assert "DELETE" in str(problem(answer, 405)["detail"])
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    answer = server.call("OPTIONS", "/v1/things/1")
    assert (answer.status, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert "access-control-allow-origin" not in answer.headers
    problem(server.call("POST", "/docs"), 405)
    assert not peer.seen
    answer = server.call("HEAD", "/v1/files/big-100000")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (
        200,
        b"",
        "100000",
    )


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        ("limit=x", 400, "limit"), ("limit=1.5", 400, "limit"), ("limit=", 400, "limit"),
        ("limit=1&limit=2", 400, "limit"),
        ("limit=0", 422, "limit"), ("verbose=yes", 400, "verbose"), ("verbose=1", 400, "verbose"),
        ("session=%ff", 200, ""), ("tags=%ff", 400, "UTF-8"), ("limit=1%0d%0aX:1", 400, "limit"),
    ],
)  # fmt: skip
def test_parameters_are_checked(
    server: Server, peer: Peer, query: str, status: int, word: str
) -> None:
    answer = server.call("GET", f"/v1/things/1?{query}")
    if status == 200:
        assert answer.status == 200
        return
    assert word in str(problem(answer, status))
    assert not peer.seen


def test_enum_of_a_path_parameter(server: Server, peer: Peer) -> None:
    document = problem(server.call("GET", "/v1/tasks/c"), 422)
    assert document["errors"] == [
        {"parameter": "kind", "detail": 'the value is not one of "a" or "b"'}
    ]
    assert server.call("GET", "/v1/tasks/b").status == 200
    assert peer.last().target == "/base/tasks/b"


def test_required_query_parameter(server: Server) -> None:
    document = problem(
        server.call("POST", "/v1/picked", b'{"owner":{"id":"a"}}', JSON), 400
    )
    assert document["errors"] == [{"parameter": "n", "detail": "is required"}]


def test_body_errors_point_into_the_body(server: Server, peer: Peer) -> None:
    body = {"name": "", "size": "secret-of-caller", "next": {"next": {"name": 3}}}
    document = problem(
        server.call("POST", "/v1/things", json.dumps(body).encode(), JSON), 422
    )
    errors = document["errors"]
    assert isinstance(errors, list)
    assert {item["pointer"] for item in errors} == {
        "/name",
        "/size",
        "/next",
        "/next/next/name",
    }
    assert "secret-of-caller" not in str(document)
    assert not peer.seen


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", JSON, 400),
        (b'{"name":"\xff"}', JSON, 400),
        (b'{"name":NaN}', JSON, 400),
        (b"[" * 100_000, JSON, 400),
        (DEEP % b'{"name":"x"}', JSON, 200),
        (DEEP % b"3", JSON, 422),
        (b'{"name":"x","size":' + b"[" * 500 + b"]" * 500 + b"}", JSON, 422),
        (b'{"name":"\\ud800"}', JSON, 400),
        (b'{"name":"x","size":' + b"9" * 900 + b"}", JSON, 200),
        (b'{"name":"x"}' + b" " * 2_000_000, JSON, 413),
        (b"", JSON, 400),
        (b"name=x", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (b'{"name":"x"}', {}, 415),
        (b'{"name":"x"}', {"Content-Type": "application/json; charset=latin-1"}, 415),
        (b'{"name":"x"}', JSON | {"Content-Encoding": "gzip"}, 415),
        (b'{"name":"x"}', {"Content-Type": "APPLICATION/JSON; Charset=UTF-8"}, 200),
        (b'[{"name":"x"}]', JSON, 422),
        (b"null", JSON, 422),
    ],
)
def test_bodies(
    server: Server, peer: Peer, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = server.call("POST", "/v1/things", body, headers)
    if status == 200:
        assert answer.status == 200
        return
    problem(answer, status)
    assert not peer.seen


def test_chunked_body_is_counted(server: Server, peer: Peer) -> None:
    chunk = b"%x\r\n%b\r\n" % (50_000, b" " * 50_000)
    head = b"POST /v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += b"Transfer-Encoding: chunked\r\n\r\n"
    answer = server.raw(head + chunk * 60 + b"0\r\n\r\n")
    assert b" 413 " in answer.split(b"\r\n")[0]
    assert not peer.seen
    answer = server.raw(head + b'c\r\n{"name":"x"}\r\n0\r\n\r\n', b"}")
    assert b" 200 " in answer.split(b"\r\n")[0]
    assert peer.last().headers["content-length"] == "12"


def test_optional_body_may_be_absent(server: Server, peer: Peer) -> None:
    assert server.call("POST", "/v1/models/m").status == 200
    assert "content-type" not in peer.last().headers


def test_binary_body(server: Server, peer: Peer) -> None:
    body = bytes(range(256)) * 5000
    assert (
        server.call("POST", "/v1/files/f", body, {"Content-Type": "image/webp"}).status
        == 200
    )
    seen = peer.last()
    assert (seen.size, seen.body) == (len(body), body[: len(seen.body)])
    assert (seen.headers["content-type"], seen.headers["content-length"]) == (
        "image/webp",
        str(len(body)),
    )
    problem(
        server.call("POST", "/v1/files/f", body, {"Content-Type": "text/html"}), 415
    )


def test_reply_headers(server: Server) -> None:
    answer = server.call("GET", "/v1/files/headers")
    assert answer.status == 200
    assert answer.body == b"\x89PNG"
    answer.headers.pop("date")
    assert answer.headers == {
        "content-type": "image/png",
        "etag": '"e1"',
        "cache-control": "max-age=5",
        "link": "</x>; rel=next",
        "retry-after": "3",
        "last-modified": "Sat, 21 Nov 2026 00:00:00 GMT",
        "x-ratelimit-remaining": "9",
        "x-upstream-request-id": "up-1",
        "x-request-id": answer.headers["x-request-id"],
        "x-content-type-options": "nosniff",
        "content-length": "4",
    }


@pytest.mark.parametrize("status", [201, 400, 401, 404, 418, 429, 500, 503, 599])
def test_status_and_body_of_the_upstream_are_passed_on(
    server: Server, status: int
) -> None:
    answer = server.call("GET", f"/v1/files/status-{status}")
    assert (answer.status, answer.body) == (status, b'{"error": 1}')
    assert answer.headers["retry-after"] == "7"


def test_redirects_are_passed_on_not_followed(server: Server, peer: Peer) -> None:
    answer = server.call("GET", "/v1/files/location-own")
    assert (answer.status, answer.headers["location"]) == (302, "/base/else")
    for place in ("other", "network"):
        assert (
            "location" not in server.call("GET", f"/v1/files/location-{place}").headers
        )
    assert len(peer.seen) == 3


def test_replies_a_browser_could_run_are_sandboxed(server: Server) -> None:
    policy = server.call("GET", "/v1/files/html").headers["content-security-policy"]
    assert policy == "default-src 'none'; sandbox"


def test_request_id(server: Server, peer: Peer) -> None:
    answer = server.call("GET", "/v1/files/a", headers={"X-Request-ID": "abc-1"})
    assert (
        answer.headers["x-request-id"] == "abc-1" == peer.last().headers["x-request-id"]
    )
    peer.clear()
    for bad in ("a b", "x" * 200, "ä", "a;b"):
        answer = server.call("GET", "/v1/files/a", headers={"X-Request-ID": bad})
        assert answer.headers["x-request-id"] not in (bad, "")
    ids = {seen.headers["x-request-id"] for seen in peer.seen}
    assert len(ids) == 4


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example:80"}, 421),
        ({"Host": ""}, 421),
        ({"Host": "user@127.0.0.1"}, 421),
        ({"Host": "localhost:x"}, 421),
        ({"Host": "LOCALHOST:1"}, 200),
        ({"Host": "[::1]:80"}, 200),
        ({"Host": "allowed.example"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "file://localhost"}, 403),
        ({"Origin": "http://localhost:3000"}, 200),
        ({"Origin": "https://app.example"}, 200),
    ],
)
def test_host_and_origin(
    guarded: Server, peer: Peer, headers: dict[str, str], status: int
) -> None:
    peer.clear()
    answer = guarded.call("GET", "/v1/files/a", headers=headers)
    assert answer.status == status
    assert bool(peer.seen) is (status == 200)
    assert guarded.call("GET", "/healthz", headers=headers).status == 200


@pytest.fixture(scope="module")
def guarded(peer: Peer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with allowed names, set by flags and by variables."""
    folder = tmp_path_factory.mktemp("rest")
    write(PACKAGE, folder)
    extra = {
        "PLAYED_TOKEN": TOKEN,
        "PLAYED_SERVICE_ALLOW_ORIGIN": "https://other.example,https://app.example",
    }
    with running(folder, peer.url, "--allow-host=allowed.example", **extra) as server:
        yield server


def test_repeated_headers(server: Server, peer: Peer) -> None:
    head = b"GET /v1/things/1 HTTP/1.1\r\nHost: localhost\r\n"
    assert b" 421 " in server.raw(head + b"Host: evil.example\r\n\r\n")
    assert b" 200 " in server.raw(head + b"X-Trace: a\r\nX-Trace: b\r\n\r\n", b"}")
    assert peer.last().headers["x-trace"] == "a, b"


def test_malformed_requests(server: Server, peer: Peer) -> None:
    post = b"POST /v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    both = b"Content-Length: 12\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    for data in (
        post + both,
        post + b"Content-Length: 12\r\nContent-Length: 13\r\n\r\n{}",
        post + b"Content-Length: -1\r\n\r\n",
        post + b"X: a\x00b\r\n\r\n",
        b"GET /v1/things/\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /v1/th ings HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"nonsense\r\n\r\n",
    ):
        answer = server.raw(data)
        assert answer.startswith(b"HTTP/1.1 4") or answer == b"", answer
    assert not peer.seen


def test_huge_head_is_refused(server: Server, peer: Peer) -> None:
    answer = server.raw(
        b"GET /v1/files/a HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 600_000
    )
    assert b" 431 " in answer.split(b"\r\n")[0] or answer == b""
    assert not peer.seen


def test_own_pages(server: Server, peer: Peer) -> None:
    document = server.call("GET", "/openapi.json")
    assert document.headers["content-type"] == "application/json"
    assert set(json.loads(document.body)["paths"]) == {route.path for route in PACKAGE.rest.routes}  # type: ignore[union-attr]
    tag = {"If-None-Match": document.headers["etag"]}
    assert server.call("GET", "/openapi.json", headers=tag).status == 304
    assert server.call("HEAD", "/openapi.json").body == b""
    page = server.call("GET", "/docs")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    for name, kind in (("docs.css", "text/css"), ("docs.js", "text/javascript")):
        assert f"docs/{name}".encode() in page.body
        assert (
            server.call("GET", f"/docs/{name}").headers["content-type"].startswith(kind)
        )
    assert (
        b"http" not in page.body.replace(b"https://", b"http://")
        or b"://" not in page.body
    )
    assert json.loads(server.call("GET", "/healthz").body) == {"status": "ok"}
    assert not peer.seen


def test_keep_alive_after_refusals(server: Server, peer: Peer) -> None:
    with server.connection() as connection:
        for _ in range(3):
            connection.request("POST", "/v1/things", b"{}", JSON)
            answer = connection.getresponse()
            assert (answer.status, bool(answer.read())) == (422, True)
        connection.request("GET", "/v1/files/a")
        assert connection.getresponse().read()
    assert len(peer.seen) == 1
