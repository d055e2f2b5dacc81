"""The generated client, sync and async, against an upstream on a real socket: what is sent, what comes back."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from client_fixture import runtime, zoo

from .calling import MODES, TOKEN, call, client_class, use
from .scripted import parts, reply, scripted

pytestmark = pytest.mark.parametrize("mode", MODES)

FLUX = "black-forest-labs/FLUX.1-dev"
JSON, OCTETS = "application/json", "application/octet-stream"


def errors() -> Any:
    return runtime("errors")


def options(**chosen: Any) -> Any:
    zoo()  # makes the package that is imported
    from zoo.client import RequestOptions

    return RequestOptions(**chosen)


def test_json(mode: str) -> None:
    prompt = zoo().models.Prompt(inputs=["a"], negative_prompt=None)
    with scripted(reply(200, [{"generated_text": "b"}])) as server:
        found = call(
            mode, server, "text_language.text_generation", model_id=FLUX, body=prompt
        )
    assert found == [zoo().models.Generated(generated_text="b")]
    (seen,) = server.seen
    assert (seen.method, seen.target) == ("POST", f"/models/{FLUX}/text-generation")
    assert seen.json == {"inputs": ["a"], "negative-prompt": None}
    assert sorted(name.lower() for name, _ in seen.headers) == [
        "accept", "accept-encoding", "authorization", "content-length", "content-type", "host", "user-agent",
    ]  # fmt: skip
    assert seen.header("host") == server.url.removeprefix("http://")
    assert seen.header("authorization") == f"Bearer {TOKEN}"
    assert seen.header("content-type") == JSON
    assert seen.header("accept") == "application/json"
    assert seen.header("user-agent") == "zoo"
    assert seen.header("content-length") == str(len(seen.body))


def test_mapping_as_body(mode: str) -> None:
    with scripted(reply(200, {"created": 1})) as server:
        found = call(mode, server, "createimage", body={"prompt": "é", "n": 1})
    assert found == {"created": 1}
    assert server.seen[0].target == "/v1/images/generations"
    assert server.seen[0].json == {"prompt": "é", "n": 1}


def test_parameters(mode: str) -> None:
    with scripted(reply(200, {"meow": "m"})) as server:
        found = call(
            mode, server, "text_language.get_pet",
            id=7, tags=["a b", "c"], filter={"k": {"l": 1}}, x_trace="t", sort="down",
        )  # fmt: skip
    assert found == zoo().models.Cat(meow="m")
    (seen,) = server.seen
    assert (
        seen.target
        == "/pets/7?api-version=2024%201&tags=a%20b&tags=c&filter%5Bk%5D%5Bl%5D=1&sort=down"
    )
    assert seen.header("x-trace") == "t"
    assert seen.header("authorization") == f"Bearer {TOKEN}", "optional, and there"
    assert (seen.body, seen.header("content-type")) == (b"", None)
    with scripted(reply(200, {"bark": 1})) as server:
        call(mode, server, "text_language.get_pet", {"token": None}, id=7)
    assert server.seen[0].target == "/pets/7?api-version=2024%201"
    assert server.seen[0].header("authorization") is None


def test_no_body_and_text(mode: str) -> None:
    with scripted(
        reply(204), reply(200, "é".encode("latin-1"), "text/plain; charset=ISO-8859-1")
    ) as server:
        assert call(mode, server, "text_language.delete_pet", id=1) is None
        assert call(mode, server, "text_language.read_text") == "é"
    assert [seen.method for seen in server.seen] == ["DELETE", "GET"]


def test_base_url_with_path(mode: str) -> None:
    with scripted() as server:
        call(mode, f"{server.url}/deep/v1/", "createimage", body={})
    assert server.seen[0].target == "/deep/v1/v1/images/generations"


def test_refused_before_anything_is_sent(mode: str) -> None:
    with scripted() as server:
        for bad in ("..", "a\nb", "", "%2e%2e/x"):
            with pytest.raises(errors().ArgumentError, match="model_id"):
                call(mode, server, "images.draw", model_id=bad, body={"inputs": "x"})
        with pytest.raises(errors().ArgumentError, match="X-Trace"):
            call(
                mode,
                server,
                "text_language.get_pet",
                id=1,
                x_trace="a\r\nAuthorization: mine",
            )
        with pytest.raises(errors().ArgumentError, match="body is required"):
            call(mode, server, "createimage", body=None)
        with pytest.raises(errors().ArgumentError, match="no JSON"):
            call(mode, server, "createimage", body={"a": object()})
    assert (server.seen, server.connections) == ([], 0)


def test_binary_or_json(mode: str, tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(b"\x89PNG" * 50_000)
    with scripted() as server, path.open("rb") as file:
        for body in (
            b"png",
            bytearray(b"png"),
            io.BytesIO(b"png"),
            path,
            file,
            iter([b"p", b"ng"]),
            {"inputs": "url"},
        ):
            call(mode, server, "images.classify", model_id="m", body=body)
    sent = [(seen.header("content-type"), seen.body) for seen in server.seen]
    assert sent[:3] == [(OCTETS, b"png")] * 3
    assert sent[3:5] == [(OCTETS, path.read_bytes())] * 2
    assert sent[5:] == [(OCTETS, b"png"), (JSON, b'{"inputs":"url"}')]
    assert [seen.header("content-length") for seen in server.seen] == [
        "3",
        "3",
        "3",
        "200000",
        "200000",
        None,
        "16",
    ]
    assert [seen.header("transfer-encoding") for seen in server.seen].index(
        "chunked"
    ) == 5


def test_a_text_is_no_file(mode: str) -> None:
    """Neither the name of a file nor JSON can be meant for sure, so it is refused."""
    refused = pytest.raises(errors().ArgumentError, match="by a pathlib")
    with scripted() as server, refused:
        call(mode, server, "images.classify", model_id="m", body="cat.png")
    assert server.seen == []


def test_large_bytes(mode: str) -> None:
    data = os.urandom(3_000_000)
    with scripted() as server:
        call(mode, server, "images.classify", model_id="m", body=data)
    assert server.seen[0].body == data
    assert server.seen[0].header("content-length") == "3000000"


def test_content_type(mode: str) -> None:
    with scripted() as server:
        call(mode, server, "images.transcribe", model_id="m", body=b"x")
        call(
            mode,
            server,
            "images.transcribe",
            model_id="m",
            body=b"x",
            content_type="audio/wav",
        )
        with pytest.raises(
            errors().ArgumentError, match="one of audio/flac, audio/wav, audio/mp3"
        ):
            call(
                mode,
                server,
                "images.transcribe",
                model_id="m",
                body=b"x",
                content_type="audio/ogg",
            )
    assert [seen.header("content-type") for seen in server.seen] == [
        "audio/flac",
        "audio/wav",
    ]


def test_forms(mode: str) -> None:
    with scripted() as server:
        call(mode, server, "images.send_form", {"api_key": "k y"}, body={"a": "b c"})
        call(
            mode,
            server,
            "images.send_form",
            {"api_key": "k"},
            body={"a": b"file"},
            content_type="multipart/form-data",
        )
    first, second = server.seen
    assert (first.target, first.body) == ("/form?key=k%20y", b"a=b+c")
    assert second.header("content-type").startswith("multipart/form-data; boundary=")
    assert second.header("content-length") == str(len(second.body))
    assert b'name="a"; filename="a"' in second.body


def test_binary_reply(mode: str, tmp_path: Path) -> None:
    data = os.urandom(300_000)
    target = tmp_path / "out.png"
    with scripted(
        *[reply(200, data, "image/webp; q=1", X_Request_Id="r-1")] * 4
    ) as server:

        def work(client: Any) -> Any:
            return client.images.draw(model_id="m", body={"inputs": "x"})

        def save(client: Any) -> Any:
            if mode == "sync":
                found = work(client)
                assert found.content == found.read() == data
                with work(client) as again:
                    assert again.save(target) == len(data)
                buffer = io.BytesIO()
                assert work(client).save(buffer) == len(data)
                with work(client) as unread:
                    next(unread.iter_bytes())
                return found, buffer.getvalue()
            return asave(client)

        async def asave(client: Any) -> Any:
            found = await work(client)
            assert await found.read() == await found.read() == data
            async with await work(client) as again:
                assert await again.save(target) == len(data)
            buffer = io.BytesIO()
            assert await (await work(client)).save(buffer) == len(data)
            async with await work(client) as unread:
                await anext(unread.iter_bytes())
            return found, buffer.getvalue()

        found, copied = use(mode, server, save)
    assert (found.media_type, found.status, found.request_id) == (
        "image/webp",
        200,
        "r-1",
    )
    assert found.headers["content-TYPE"] == "image/webp; q=1"
    assert target.read_bytes() == copied == data
    assert [path.name for path in tmp_path.iterdir()] == ["out.png"]


def test_bytes_that_are_kept_have_a_limit(mode: str, tmp_path: Path) -> None:
    data, target = os.urandom(300_000), tmp_path / "out.png"
    with scripted(*[reply(200, data, "image/webp")] * 3) as server:

        def work(client: Any) -> Any:
            if mode != "sync":
                return awork(client)
            draw = partial(client.images.draw, model_id="m", body={"inputs": "x"})
            with pytest.raises(errors().ReplyTooLarge, match=r"299999 .* save\(\)"):
                draw().read(299_999)
            assert draw().save(target) == len(data)
            return draw().read(300_000)

        async def awork(client: Any) -> Any:
            draw = partial(client.images.draw, model_id="m", body={"inputs": "x"})
            with pytest.raises(errors().ReplyTooLarge, match=r"299999 .* save\(\)"):
                await (await draw()).read(299_999)
            assert await (await draw()).save(target) == len(data)
            return await (await draw()).read(300_000)

        assert use(mode, server, work) == target.read_bytes() == data


def test_a_broken_download_leaves_no_file(mode: str, tmp_path: Path) -> None:
    target = tmp_path / "out.png"
    target.write_bytes(b"old")
    with scripted(parts(b"x" * 1000, length=5000)) as server:

        def work(client: Any) -> Any:
            if mode == "sync":
                return client.images.fetch(id="i").save(target)

            async def run() -> Any:
                return await (await client.images.fetch(id="i")).save(target)

            return run()

        with pytest.raises(errors().ConnectionFailed):
            use(mode, server, work)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [
        ("out.png", b"old")
    ]


def test_replies_arrive_in_pieces(mode: str) -> None:
    """The first bytes can be used before the last were sent."""
    with scripted(parts(b"first", 5.0, b"last")) as server:

        def work(client: Any) -> Any:
            if mode == "sync":
                with client.images.fetch(id="i") as found:
                    return next(found.iter_bytes())

            async def run() -> Any:
                async with await client.images.fetch(id="i") as found:
                    return await anext(found.iter_bytes())

            return run()

        assert use(mode, server, work) == b"first"


def test_connections_are_used_again(mode: str) -> None:
    with scripted() as server:

        def work(client: Any) -> Any:
            if mode == "sync":
                return [client.createimage(body={}) for _ in range(3)]

            async def run() -> Any:
                return [await client.createimage(body={}) for _ in range(3)]

            return run()

        use(mode, server, work)
    assert (len(server.seen), server.connections) == (3, 1)


def test_cookies_are_not_kept(mode: str) -> None:
    with scripted(reply(200, {}, Set_Cookie="a=b; Path=/")) as server:

        def work(client: Any) -> Any:
            if mode == "sync":
                return [client.createimage(body={}) for _ in range(2)]

            async def run() -> Any:
                return [await client.createimage(body={}) for _ in range(2)]

            return run()

        use(mode, server, work)
    assert [seen.header("cookie") for seen in server.seen] == [None, None]


def test_tolerant_and_strict(mode: str) -> None:
    wrong = [{"generated_text": None, "new": 1}]
    arguments = {"model_id": "m", "body": {"inputs": "x"}}
    with scripted(*[reply(200, wrong, X_Request_Id="r-2")] * 4) as server:
        (found,) = call(mode, server, "text_language.text_generation", **arguments)
        assert (found.generated_text, found.extra_fields) == (None, {"new": 1})
        for settings, chosen in (({"strict": True}, None), ({}, options(strict=True))):
            with pytest.raises(errors().DecodingError) as caught:
                call(
                    mode,
                    server,
                    "text_language.text_generation",
                    settings,
                    **arguments,
                    options=chosen,
                )
            assert (caught.value.status, caught.value.request_id) == (200, "r-2")
            assert "$[0].new is not documented" in caught.value.issues
        call(
            mode,
            server,
            "text_language.text_generation",
            {"strict": True},
            **arguments,
            options=options(strict=False),
        )


def test_reply_that_is_no_json(mode: str) -> None:
    html = reply(200, b"<html>", "text/html")
    wrong = pytest.raises(errors().DecodingError, match=r"POST /\S+: .* no JSON")
    with scripted(html) as server, wrong as caught:
        call(mode, server, "createimage", body={})
    assert caught.value.raw == b"<html>"


def test_on_reply_and_headers(mode: str) -> None:
    infos: list[Any] = []
    with scripted(reply(201, {}, X_Request_Id="r-3")) as server:
        chosen = options(
            on_reply=infos.append, headers={"accept": "application/x", "X-More": "1"}
        )
        call(mode, server, "createimage", body={}, options=chosen)
        for bad in (
            {"Host": "x"},
            {"content-length": "1"},
            {"X\r\n": "1"},
            {"X": "a\nb"},
        ):
            with pytest.raises(errors().ArgumentError):
                call(mode, server, "createimage", body={}, options=options(headers=bad))
    assert [(info.status, info.request_id) for info in infos] == [(201, "r-3")]
    (seen,) = server.seen
    assert (seen.header("accept"), seen.header("x-more")) == ("application/x", "1")


def test_headers_of_replies_are_typed(mode: str) -> None:
    infos: list[Any] = []
    said = {"X_Left": " 12 ", "X_Words": "a, b", "X_When": "2026-01-02T03:04:05Z"}
    with scripted(reply(201, {}, **said)) as server:
        call(mode, server, "createimage", body={}, options=options(on_reply=infos.append))  # fmt: skip
    (info,) = infos
    assert info.header("x-left", int) == 12
    assert info.header("X-Left", str) == "12"
    assert info.header("X-Words", list[str]) == ["a", "b"]
    assert info.header("X-When", datetime).year == 2026
    assert info.header("X-None", int) is None
    with pytest.raises(errors().DecodingError, match="X-Words"):
        info.header("X-Words", int)


def test_compressed_reply(mode: str) -> None:
    import gzip

    packed = gzip.compress(b'{"a": 1}')
    with scripted(
        reply(200, packed, Content_Encoding="gzip"),
        reply(200, b"junk", Content_Encoding="gzip"),
    ) as server:
        assert call(mode, server, "createimage", body={}) == {"a": 1}
        with pytest.raises((errors().DecodingError, errors().ConnectionFailed)):
            call(mode, server, "createimage", body={})


def test_asynchronous_body(mode: str) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"b"

    with scripted() as server:
        if mode == "async":
            call(mode, server, "images.classify", model_id="m", body=chunks())
            assert (server.seen[0].body, server.seen[0].chunks) == (b"ab", 2)
        else:
            with pytest.raises(TypeError, match="asynchronous client"):
                call(mode, server, "images.classify", model_id="m", body=chunks())


def test_closing(mode: str) -> None:
    with scripted() as server:
        client = client_class(mode)(base_url=server.url, token="t")
        if mode == "sync":
            client.createimage(body={})
            client.close()
            client.close()
            with pytest.raises(errors().ClientClosed, match="closed"):
                client.createimage(body={})
        else:
            import asyncio

            async def run() -> None:
                await client.createimage(body={})
                await client.close()
                await client.close()
                with pytest.raises(errors().ClientClosed, match="closed"):
                    await client.createimage(body={})

            asyncio.run(run())
    assert len(server.seen) == 1


def test_your_own_transport(mode: str) -> None:
    with scripted() as server:
        if mode == "sync":
            import httpx2

            with httpx2.Client(headers={"X-Mine": "1"}, cookies={"a": "b"}) as mine:
                call(mode, server, "createimage", {"transport": mine}, body={})
                assert not mine.is_closed
            with httpx2.HTTPTransport() as transport:
                call(mode, server, "createimage", {"transport": transport}, body={})
        else:
            import aiohttp

            async def work(client: Any) -> None:
                async with aiohttp.ClientSession() as mine:
                    own = client_class(mode)(
                        base_url=server.url, token="t", transport=mine
                    )
                    await own.createimage(body={})
                    await own.close()
                    assert not mine.closed
                connector = aiohttp.TCPConnector()
                own = client_class(mode)(
                    base_url=server.url, token="t", transport=connector
                )
                await own.createimage(body={})
                await own.close()
                assert not connector.closed
                await connector.close()

            use(mode, server, work)
    assert len(server.seen) == 2


def test_proxy_from_the_environment(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted() as server:
        monkeypatch.setenv("http_proxy", server.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        call(mode, "http://api.invalid/v1", "createimage", body={})
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        call(mode, server, "createimage", body={})
    assert [seen.target for seen in server.seen] == [
        "http://api.invalid/v1/v1/images/generations",
        "/v1/images/generations",
    ]
