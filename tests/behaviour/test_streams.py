"""Replies of events and of lines: given one by one while they arrive, by both clients, and let go of when closed."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from .capability_package import build, imported

CASE = Path(__file__).parents[1] / "cases" / "client" / "streams" / "spec.yaml"


@dataclass
class Upstream:
    """What is answered: pieces, each after the ones before it have been taken when ``go`` is set for it."""

    pieces: list[bytes] = field(default_factory=list)
    media_type: str = "text/event-stream"
    status: int = 200
    go: threading.Semaphore | None = None
    seen: list[tuple[str, str, Any]] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)
    url: str = ""


@contextmanager
def upstream() -> Iterator[Upstream]:
    made = Upstream()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            accept = self.headers.get("accept", "")
            made.seen.append((self.path, accept, json.loads(body) if body else None))
            self.send_response(made.status)
            self.send_header("Content-Type", made.media_type)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            try:
                for piece in made.pieces:
                    if made.go is not None:
                        assert made.go.acquire(timeout=20)
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                    self.wfile.flush()
                self.wfile.write(b"0\r\n\r\n")
            except OSError:
                made.gone.set()
                self.close_connection = True

        do_GET = do_POST = do_any

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("streams")
    package = build(folder, CASE.read_text())
    with imported(folder, package) as client:
        yield client


@pytest.fixture
def server() -> Iterator[Upstream]:
    with upstream() as made:
        yield made


def both(module: Any, server: Upstream, path: str, **values: Any) -> list[Any]:
    """All items, by the synchronous client; those of the asynchronous one must be the same."""

    def method(client: Any) -> Any:
        for name in path.split("."):
            client = getattr(client, name)
        return client

    with module.StreamsClient(base_url=server.url) as client:
        first = list(method(client)(**values))

    async def run() -> list[Any]:
        async with module.AsyncStreamsClient(base_url=server.url) as client:
            return [item async for item in await method(client)(**values)]

    assert asyncio.run(run()) == first
    return first


def test_data_of_events(module: Any, server: Upstream) -> None:
    server.pieces = [
        b"\xef\xbb\xbf: hello\r\n\r\ndata: {\"delta\": \"a",
        b"\",\r\ndata: \"index\": 1}\r", b"\n\r\n",
        b"event: ping\n\ndata:{\"delta\":\"\xc3", b"\xa9\"}\r\rdata: [DONE]\n\ndata: no\n\n",
    ]  # fmt: skip
    found = both(module, server, "chunks", id="1")
    assert [(item.delta, type(item).__name__) for item in found] == [("a", "Chunk"), ("é", "Chunk")]  # fmt: skip
    assert found[0].index == 1


def test_an_event_without_its_end_is_none(module: Any, server: Upstream) -> None:
    server.pieces = [b'data: {"delta": "a"}\n\ndata: {"delta": "b"}']
    assert [item.delta for item in both(module, server, "chunks", id="1")] == ["a"]


def test_texts_and_whole_events(module: Any, server: Upstream) -> None:
    server.pieces = [b"id: 7\nretry: 20\nevent: note\ndata: 12\ndata: b\n\ndata\n\n"]
    assert both(module, server, "words") == ["12\nb", ""]
    first, second = both(module, server, "notices")
    assert (first.event, first.data, first.id, first.retry) == ("note", "12\nb", "7", 20)  # fmt: skip
    assert second.data == ""
    server.pieces = [
        b'event: begun\ndata: {"text": "a"}\n\nevent: ended\ndata: {"delta": "b"}\n\n'
    ]
    begun, ended = both(module, server, "steps")
    assert (type(begun).__name__, begun.data.text) == ("Begun", "a")
    assert (type(ended).__name__, ended.data.delta) == ("Ended", "b")


def test_lines(module: Any, server: Upstream) -> None:
    server.media_type = "application/jsonl"
    server.pieces = [b'{"text": "a"}\r\n\n{"te', b'xt": "b", "done": true}\n{"text": "c"}']  # fmt: skip
    assert [item.text for item in both(module, server, "rows")] == ["a", "b", "c"]
    server.pieces = [b'1\n"x"\n', b"[null]"]
    assert both(module, server, "stream_rows") == [1, "x", [None]]


def test_a_method_beside_that_for_json(module: Any, server: Upstream) -> None:
    server.pieces = [b'data: {"delta": "a"}\n\n']
    models = __import__(module.__name__.split(".")[0]).models
    for body in ({"words": "hi"}, models.Question(words="hi", stream=False)):
        found = both(module, server, "chat.stream_chat", body=body)
        assert [item.delta for item in found] == ["a"]
    for path, accept, sent in server.seen:
        assert (path, accept) == ("/chat", "text/event-stream")
        assert sent == {"words": "hi", "stream": True}
    server.seen.clear()
    server.media_type, server.pieces = "application/x-ndjson", [b'{"text": "a"}\n']
    assert [item.text for item in both(module, server, "chat.stream_generate")] == ["a"]
    assert server.seen[0] == ("/generate", "application/x-ndjson", {"stream": True})
    server.media_type, server.pieces = "application/json", [b'{"text": "whole"}']
    with module.StreamsClient(base_url=server.url) as client:
        assert client.chat.chat(body={"words": "hi"}).text == "whole"


def test_items_arrive_before_the_end(module: Any, server: Upstream) -> None:
    server.pieces = [b'data: {"delta": "a"}\n\n', b'data: {"delta": "b"}\n\n']
    server.go = threading.Semaphore(1)
    with (
        module.StreamsClient(base_url=server.url) as client,
        client.chunks(id="1") as found,
    ):
        assert next(found).delta == "a"
        server.go.release()
        assert next(found).delta == "b"
        assert next(found, None) is None

    async def run() -> None:
        server.go = threading.Semaphore(1)
        async with (
            module.AsyncStreamsClient(base_url=server.url) as client,
            await client.chunks(id="1") as found,
        ):
            assert (await anext(found)).delta == "a"
            server.go.release()
            assert (await anext(found)).delta == "b"

    asyncio.run(run())


def test_closing_lets_go_of_the_connection(module: Any, server: Upstream) -> None:
    server.pieces = [b'data: {"delta": "a"}\n\n', *[b": more\n" * 20_000] * 200]
    with module.StreamsClient(base_url=server.url) as client:
        found = client.chunks(id="1")
        assert next(found).delta == "a"
        found.close()
        found.close()
        assert server.gone.wait(20)
        assert next(found, None) is None

    async def run() -> None:
        server.gone.clear()
        async with module.AsyncStreamsClient(base_url=server.url) as client:
            async with await client.chunks(id="1") as found:
                assert (await anext(found)).delta == "a"
            assert await asyncio.to_thread(server.gone.wait, 20)

    asyncio.run(run())


def test_faults(module: Any, server: Upstream) -> None:
    errors = __import__(module.__name__.split(".")[0]).errors
    server.pieces = [b"data: {no\n\n"]
    with pytest.raises(errors.DecodingError):
        both(module, server, "chunks", id="1")
    server.pieces = [b"x" * 1_000_000] * 9
    with pytest.raises(errors.ReplyTooLarge, match="line"):
        both(module, server, "chunks", id="1")
    server.pieces = [b"data: " + b"x" * 999_000 + b"\n"] * 9
    with pytest.raises(errors.ReplyTooLarge, match="event"):
        both(module, server, "words")
    server.media_type, server.pieces = "text/html", [b"<p>"]
    with pytest.raises(errors.DecodingError, match="text/html"):
        both(module, server, "words")
    server.media_type, server.status = "application/json", 400
    server.pieces = [b'{"error": "no"}']
    with pytest.raises(errors.BadRequest) as caught:
        both(module, server, "chat.stream_chat", body={"words": "hi"})
    assert caught.value.body.error == "no"
