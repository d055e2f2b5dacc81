"""The generated client when things go wrong: repetition, time-outs, typed errors, redirects, secrets."""

from __future__ import annotations

import logging
import time
import traceback
import zlib
from email.utils import formatdate
from typing import Any

import pytest
from client_fixture import runtime, zoo

from .calling import MODES, TOKEN, call, client_class, use
from .scripted import Step, hang, parts, refused, reply, reset, scripted

pytestmark = pytest.mark.parametrize("mode", MODES)

PROMPT = {"model_id": "m", "body": {"inputs": "x"}}
UNSAFE, SAFE = "text_language.text_generation", "images.fetch"


def errors() -> Any:
    return runtime("errors")


def options(**chosen: Any) -> Any:
    from zoo.client import RequestOptions

    return RequestOptions(**chosen)


def quick(times: int = 2, **more: Any) -> Any:
    """A policy that waits next to nothing."""
    return runtime("retry").Retry(times, first=0.01, longest=0.02, **more)


def timeouts(**limits: float) -> Any:
    return runtime("request").Timeouts(**limits)


def text(mode: str, server: Any, *, chosen: Any = None, **settings: Any) -> Any:
    """A call that the server may not see twice."""
    settings = {"retries": quick(), **settings}
    return call(mode, server, UNSAFE, settings, **PROMPT, options=chosen)


def image(mode: str, server: Any, **settings: Any) -> Any:
    """A call that may be repeated."""
    return call(mode, server, SAFE, {"retries": quick(), **settings}, id="i")


def close(connection: Any, server: Any) -> bool:
    """End the connection without a reply."""
    return False


OK = reply(200, [])
SOON = {"Retry_After": "0"}


@pytest.mark.parametrize(
    ("step", "unsafe", "safe"),
    [
        (reset, 1, 2),
        (close, 1, 2),
        (reply(429), 2, 2),
        (reply(429, **SOON), 2, 2),
        (reply(503, **SOON), 2, 2),
        (reply(503), 1, 2),
        (reply(500), 1, 2),
        (reply(502), 1, 2),
        (reply(408), 1, 2),
        (reply(404), 1, 1),
        (reply(429, Retry_After="1000"), 1, 1),
    ],
    ids=["reset", "close", "429", "429 now", "503 now", "503", "500", "502", "408", "404", "429 late"],
)  # fmt: skip
def test_repetition(mode: str, step: Step, unsafe: int, safe: int) -> None:
    """How many requests arrive when the first one fails and the second would not."""
    for work, expected in ((text, unsafe), (image, safe)):
        with scripted(step, OK) as server:
            try:
                work(mode, server)
            except errors().ApiError:
                assert expected == 1
            else:
                assert expected == 2
        assert len(server.seen) == expected
        assert (
            len(
                {
                    (s.method, s.target, s.body, s.header("authorization"))
                    for s in server.seen
                }
            )
            == 1
        )


def test_caller_allows_repetition(mode: str) -> None:
    with scripted(reset, reply(500), OK) as server:
        assert text(mode, server, chosen=options(retry_unsafe=True)) == []
    assert len(server.seen) == 3
    with scripted(reply(429), OK) as server, pytest.raises(errors().TooManyRequests):
        text(mode, server, chosen=options(retries=0))
    assert len(server.seen) == 1


def test_a_reply_has_a_largest_size(mode: str) -> None:
    """What is small on the wire and large in memory is read no further than the limit, and not asked for again."""
    packed = zlib.compress(bytes(runtime("request").LARGEST_REPLY + 1), wbits=31)
    with (
        scripted(reply(200, packed, Content_Encoding="gzip"), OK) as server,
        pytest.raises(errors().ReplyTooLarge),
    ):
        text(mode, server, chosen=options(retry_unsafe=True))
    assert len(server.seen) == 1


def test_gives_up(mode: str) -> None:
    with scripted(otherwise := reply(503, **SOON)) as server:
        server.otherwise = otherwise
        with pytest.raises(errors().ServiceUnavailable):
            text(mode, server, retries=quick(3))
    assert len(server.seen) == 4


def test_waits_as_asked(mode: str) -> None:
    for value in ("0.3", formatdate(time.time() + 2, usegmt=True)):
        with scripted(reply(429, Retry_After=value), OK) as server:
            start = time.monotonic()
            text(mode, server)
            assert time.monotonic() - start >= 0.3
    with scripted(reply(429, Retry_After="30")) as server:
        start = time.monotonic()
        with pytest.raises(errors().TooManyRequests):
            text(mode, server, retries=quick(total=5.0))
        assert time.monotonic() - start < 5


def test_bodies_that_cannot_be_sent_twice(mode: str, tmp_path: Any) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"file" * 20_000)
    with scripted(reply(429), OK) as server, pytest.raises(errors().TooManyRequests):
        call(
            mode,
            server,
            "images.classify",
            {"retries": quick()},
            model_id="m",
            body=iter([b"a"]),
        )
    assert len(server.seen) == 1
    with scripted(reply(429), reply(200, {})) as server, path.open("rb") as file:
        file.seek(4)
        call(
            mode,
            server,
            "images.classify",
            {"retries": quick()},
            model_id="m",
            body=file,
        )
    assert [seen.body for seen in server.seen] == [b"file" * 19_999] * 2


def test_refusal_during_the_upload(mode: str) -> None:
    """A server that answers before it has read everything is heard."""
    with scripted(reading=False) as server:
        server.greeting = reply(413, {"error": "too large"}, Connection="close")
        for body in (b"x" * 20_000_000, iter([b"x" * 100_000] * 200)):
            with pytest.raises(errors().StatusError, match=r"413 .*: too large"):
                call(mode, server, "images.classify", model_id="m", body=body)


def test_one_event_loop(mode: str) -> None:
    import asyncio

    with scripted() as server:
        client = client_class(mode)(base_url=server.url, token="t")
        if mode == "sync":
            client.createimage(body={})
            client.close()
            return
        asyncio.run(client.createimage(body={}))
        with pytest.raises(RuntimeError, match="another event loop"):
            asyncio.run(client.createimage(body={}))
        asyncio.run(client.close())


def test_refused(mode: str) -> None:
    with pytest.raises(errors().ConnectionFailed) as caught:
        text(mode, refused())
    assert not caught.value.sent
    assert str(caught.value).startswith("POST http://127.0.0.1:")


def test_refused_then_there(mode: str) -> None:
    """A server that starts late is reached, even by a call that may be made once only."""
    import socket
    import threading

    address = refused()
    port = int(address.rpartition(":")[2])

    def serve() -> None:
        time.sleep(0.2)
        with socket.create_server(("127.0.0.1", port)) as listener:
            connection, _ = listener.accept()
            with connection:
                while b"}" not in connection.recv(65536):
                    pass
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")

    thread = threading.Thread(target=serve)
    thread.start()
    policy = runtime("retry").Retry(8, first=0.1, longest=0.2)
    assert text(mode, address, retries=policy) == []
    thread.join()


def test_unknown_host(mode: str) -> None:
    with pytest.raises(errors().ConnectionFailed) as caught:
        text(mode, "http://nowhere.invalid", retries=0)
    assert not caught.value.sent


def test_truncated_reply(mode: str) -> None:
    step = parts(b"[", length=10)
    with (
        scripted(step, OK) as server,
        pytest.raises(errors().ConnectionFailed) as caught,
    ):
        text(mode, server)
    assert caught.value.sent
    assert len(server.seen) == 1


def test_garbage_instead_of_http(mode: str) -> None:
    def garbage(connection: Any, server: Any) -> bool:
        connection.sendall(b"\x00\x01\x02 nonsense\r\n\r\n")
        return False

    with scripted(garbage) as server, pytest.raises(errors().ConnectionFailed):
        text(mode, server)


def test_read_timeout(mode: str) -> None:
    for step in (hang, parts(b"x", 5.0, length=2)):
        with scripted(step) as server:
            start = time.monotonic()
            with pytest.raises(errors().TimedOut) as caught:
                text(mode, server, timeout=timeouts(read=0.2))
            assert time.monotonic() - start < 2
            assert caught.value.sent
        assert len(server.seen) == 1


def test_write_timeout(mode: str) -> None:
    for body in (b"x" * 30_000_000, iter([b"x" * 1_000_000] * 30)):
        with scripted(reading=False) as server:
            start = time.monotonic()
            with pytest.raises(errors().TimedOut):
                call(
                    mode, server, "images.classify", {"timeout": timeouts(write=0.3, read=9)}, model_id="m", body=body,
                )  # fmt: skip
            assert time.monotonic() - start < 5


def test_connect_timeout(mode: str) -> None:
    """Nobody answers at an address of the documentation network."""
    start = time.monotonic()
    with pytest.raises(errors().TransportError) as caught:
        text(mode, "http://192.0.2.1:81", timeout=timeouts(connect=0.2), retries=0)
    assert time.monotonic() - start < 3
    assert not caught.value.sent


def test_total_timeout(mode: str) -> None:
    drip = parts(*[b"x", 0.1] * 50)
    with scripted(drip, drip) as server:
        start = time.monotonic()
        with pytest.raises(errors().TimedOut):
            text(mode, server, timeout=timeouts(total=0.5))
        with pytest.raises(errors().TimedOut):
            image(mode, server, timeout=timeouts(total=0.5), retries=0)
        assert time.monotonic() - start < 4
    busy = reply(503, **SOON)
    with scripted() as server:
        server.otherwise = busy
        start = time.monotonic()
        with pytest.raises(errors().ApiError):
            text(mode, server, timeout=timeouts(total=0.3), retries=quick(10_000))
        assert time.monotonic() - start < 2


def test_pool_timeout(mode: str) -> None:
    """A connection that is in use is waited for no longer than asked."""
    if mode == "sync":
        import threading

        import httpx2

        limits = httpx2.Limits(max_connections=1)
        with scripted(hang) as server, httpx2.HTTPTransport(limits=limits) as transport:

            def work(client: Any) -> None:
                def first() -> None:
                    with pytest.raises(errors().TransportError):
                        client.createimage(body={}, options=options(timeout=1.5))

                thread = threading.Thread(target=first)
                thread.start()
                while not server.seen:
                    time.sleep(0.01)
                with pytest.raises(errors().TimedOut) as caught:
                    client.createimage(body={})
                assert not caught.value.sent
                thread.join()

            limit = timeouts(pool=0.2)
            use(mode, server, work, transport=transport, timeout=limit, retries=0)
    else:
        import asyncio

        import aiohttp

        async def run(client: Any) -> None:
            connector = aiohttp.TCPConnector(limit=1)
            own = client_class(mode)(
                base_url=server.url, token="t", transport=connector, timeout=timeouts(pool=1.0, connect=1.0), retries=0
            )  # fmt: skip
            first = asyncio.create_task(own.createimage(body={}))
            while not server.seen and not first.done():
                await asyncio.sleep(0.01)
            with pytest.raises(errors().TimedOut) as caught:
                await own.createimage(body={})
            assert not caught.value.sent
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            await connector.close()

        with scripted(hang) as server:
            use(mode, server, run)


STATUSES = {
    400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 409: "Conflict", 418: "StatusError",
    422: "UnprocessableEntity", 429: "TooManyRequests", 500: "ServerError",
    503: "ServiceUnavailable", 504: "ServerError",
}  # fmt: skip


def test_status_classes(mode: str) -> None:
    for status, name in STATUSES.items():
        with (
            scripted(
                reply(status, {"error": f"n {status}"}, X_Request_Id="r")
            ) as server,
            pytest.raises(errors().StatusError) as caught,
        ):
            text(mode, server, retries=0)
        error = caught.value
        assert type(error).__name__ == name
        assert (error.status, error.request_id, error.headers["x-request-id"]) == (
            status,
            "r",
            "r",
        )
        assert str(error).endswith(f": n {status}")
        assert (error.method, error.path) == ("POST", "/models/m/text-generation")
        assert error.raw == b'{"error": "n %d"}' % status


def test_typed_body_of_an_error(mode: str) -> None:
    loading = {"error": "Model m is loading", "estimated_time": 20.5, "more": 1}
    for name in (UNSAFE, "images.draw"):
        with (
            scripted(reply(503, loading)) as server,
            pytest.raises(errors().ServiceUnavailable) as caught,
        ):
            call(mode, server, name, {"strict": True}, **PROMPT)
        assert isinstance(caught.value.body, zoo().models.Loading)
        assert caught.value.body.estimated_time == 20.5
        assert caught.value.body.extra_fields == {"more": 1}
        assert "503 Service Unavailable: Model m is loading" in str(caught.value)


def test_untyped_bodies_of_errors(mode: str) -> None:
    for data, body in (
        (b'{"a": 1}', {"a": 1}),
        (b"<html>", None),
        (b"", None),
        (b'"words\\u0000\\n"', "words\0\n"),
    ):
        with (
            scripted(reply(418, data)) as server,
            pytest.raises(errors().StatusError) as caught,
        ):
            text(mode, server)
        assert (caught.value.body, caught.value.raw) == (body, data)
        assert str(caught.value).isprintable()
    with (
        scripted(reply(418, {"message": "w" * 5000})) as server,
        pytest.raises(errors().StatusError) as caught,
    ):
        text(mode, server)
    assert len(str(caught.value)) < 300


def test_missing_credential(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZOO_TOKEN", raising=False)
    with scripted() as server:
        words = r"createimage needs a credential of Zoo API: set ZOO_TOKEN \(bearer token: Token of the zoo\.\)"
        with pytest.raises(errors().MissingCredential, match=words):
            call(mode, server, "createimage", {"token": None}, body={})
        assert call(mode, server, "text_language.read_text", {"token": None}) == "{}"
        monkeypatch.setenv("ZOO_TOKEN", "from-environment")
        call(mode, server, "createimage", {"token": None}, body={})
    assert [seen.header("authorization") for seen in server.seen] == [
        None,
        "Bearer from-environment",
    ]


def test_secrets_stay_secret(mode: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither exceptions, nor their causes, nor ``repr``, nor logs at any level show a credential."""
    key = "zoo-s3cr3t-key"
    echo = {"error": f"no such token: {TOKEN}, no such key: {key}"}
    texts: list[str] = []
    with (
        caplog.at_level(logging.DEBUG),
        scripted(
            *[reply(401, echo), reset, reply(302, Location="http://x.invalid/")] * 2
        ) as server,
    ):

        def work(client: Any) -> Any:
            texts.extend(
                [
                    repr(client),
                    str(client),
                    repr(vars(client)),
                    repr(client._engine.core.authenticator),
                ]
            )
            if mode == "sync":
                for _ in range(3):
                    for method in (client.images.send_form, client.createimage):
                        try:
                            method(body={"a": "b"}, options=options(retries=0))
                        except errors().ApiError as error:
                            texts.extend(
                                [
                                    repr(error),
                                    "".join(traceback.format_exception(error)),
                                    repr(error.__context__),
                                ]
                            )
                return None

            async def run() -> None:
                for _ in range(3):
                    for method in (client.images.send_form, client.createimage):
                        try:
                            await method(body={"a": "b"}, options=options(retries=0))
                        except errors().ApiError as error:
                            texts.extend(
                                [
                                    repr(error),
                                    "".join(traceback.format_exception(error)),
                                    repr(error.__context__),
                                ]
                            )

            return run()

        use(mode, server, work, api_key=key)
    assert len(server.seen) == 6
    assert {seen.target for seen in server.seen} == {
        f"/form?key={key}",
        "/v1/images/generations",
    }
    shown = "\n".join([*texts, *(record.getMessage() for record in caplog.records)])
    assert "no such token: ***, no such key: ***" in shown
    assert TOKEN not in shown
    assert key not in shown


def test_redirect_within_the_origin(mode: str) -> None:
    with scripted(
        reply(302, Location="/elsewhere?a=b"), reply(200, b"png", "image/png")
    ) as server:
        assert image(mode, server) == b"png"
    assert [seen.target for seen in server.seen] == ["/images/i", "/elsewhere?a=b"]
    assert [seen.header("authorization") for seen in server.seen] == [
        f"Bearer {TOKEN}"
    ] * 2


def test_redirect_to_another_origin(mode: str) -> None:
    """A credential never leaves its origin, and nor does the request."""
    with (
        scripted() as other,
        scripted(reply(302, Location=f"{other.url}/x")) as server,
        pytest.raises(errors().Redirected) as caught,
    ):
        image(mode, server)
    assert other.connections == 0
    assert (caught.value.status, caught.value.location) == (302, f"{other.url}/x")


def test_redirect_of_a_post(mode: str) -> None:
    for status in (302, 307, 308):
        with (
            scripted(reply(status, Location="/x")) as server,
            pytest.raises(errors().Redirected),
        ):
            text(mode, server)
        assert len(server.seen) == 1


def test_redirect_in_a_circle(mode: str) -> None:
    with scripted() as server:
        server.otherwise = reply(302, Location="/again")
        with pytest.raises(errors().Redirected):
            image(mode, server)
    assert len(server.seen) == 6


@pytest.mark.parametrize(
    "url", ["", "zoo", "ftp://zoo", "http://u:p@zoo", "http://zoo/?a"]
)
def test_base_url_refused(mode: str, url: str) -> None:
    with pytest.raises(errors().ArgumentError, match="base_url"):
        client_class(mode)(base_url=url or "x:", token="t")
