"""Binary replies: how large they may be over REST and MCP, resources that are blobs, and replies that are declared."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
import urllib.request
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from mcp import Client

from .capability_package import Recorder, Seen, ask, build, recorder, serving, tool

DOCUMENT = """\
ikanos: 1.0.0-beta1
info: {label: Pictures, description: Ships}
consumes:
- type: http
  namespace: files
  baseUri: http://127.0.0.1:9
  resources:
    picture:
      path: /picture/{{size}}
      operations:
        get-picture:
          method: GET
          inputParameters: {size: {in: path}}
          outputRawFormat: binary
          outputMediaType: image/png
    small:
      path: /small/{{size}}
      operations:
        get-small:
          method: GET
          inputParameters: {size: {in: path}}
          outputRawFormat: binary
          maxBinarySize: 0.5KiB
    text:
      path: /text/{{size}}
      operations:
        get-text: {method: GET, inputParameters: {size: {in: path}}}
capability:
  exposes:
  - type: rest
    namespace: web
    port: 8080
    maxBinarySize: 1KiB
    resources:
      picture:
        path: /picture/{{size}}
        operations:
          picture:
            method: GET
            inputParameters: {size: {in: path, type: string, description: Bytes}}
            call: files.get-picture
            responseBinary: {mediaType: image/png, description: The ship.}
      small:
        path: /small/{{size}}
        operations:
          small:
            method: GET
            inputParameters: {size: {in: path, type: string, description: Bytes}}
            call: files.get-small
            responses: {'2XX': {content: {application/x-ship: {binary: true}}}}
      text:
        path: /text/{{size}}
        operations:
          text:
            method: GET
            inputParameters: {size: {in: path, type: string, description: Bytes}}
            call: files.get-text
  - type: mcp
    namespace: tools
    port: 9090
    maxBinarySize: 1KiB
    tools:
      picture:
        description: d
        inputParameters: {size: {type: string, description: Bytes}}
        call: files.get-picture
      small:
        description: d
        inputParameters: {size: {type: string, description: Bytes}}
        call: files.get-small
    resources:
      blob:
        label: Blob
        description: d
        uri: ship://{{size}}
        mimeType: application/x-ship
        binary: true
        call: files.get-text
"""


def answer(seen: Seen) -> tuple[int, Mapping[str, str], bytes]:
    kind = "image/png" if "picture" in seen.target else "text/plain"
    return 200, {"Content-Type": kind}, b"\xff" * int(seen.target.rpartition("/")[2])


@contextmanager
def chunked() -> Iterator[str]:
    """An upstream that does not say how long its replies are."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            size = int(self.path.rpartition("/")[2])
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%b\r\n0\r\n\r\n" % (size, b"\xff" * size))

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Recorder]]:
    folder = tmp_path_factory.mktemp("binary")
    build(folder, DOCUMENT)
    with recorder(answer) as upstream:
        yield folder, upstream


def test_rest(world: tuple[Path, Recorder]) -> None:
    folder, upstream = world

    def asked(path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", path)
        reply = connection.getresponse()
        found = reply.status, reply.read()
        connection.close()
        return found

    with serving(folder, "pictures", "rest", f"--upstream={upstream.url}") as port:
        assert asked("/picture/1024") == (200, b"\xff" * 1024)
        status, problem = asked("/picture/1025")
        assert status == 502 and b"maxBinarySize (limit=1024 bytes)" in problem
        assert asked("/small/512")[0] == 200
        status, problem = asked("/small/513")
        assert status == 502 and b"limit=512" in problem
        assert asked("/text/5000") == (200, b"\xff" * 5000)
        url = f"http://127.0.0.1:{port}/openapi.json"
        with urllib.request.urlopen(url, timeout=20) as page:
            paths = json.load(page)["paths"]
    replies = paths["/picture/{size}"]["get"]["responses"]
    assert replies["200"] == {"description": "The ship.", "content": {"image/png": {}}}
    assert "application/x-ship" in paths["/small/{size}"]["get"]["responses"]["2XX"]["content"]  # fmt: skip


def test_a_reply_of_unknown_length(world: tuple[Path, Recorder]) -> None:
    folder, _ = world
    with chunked() as url, serving(folder, "pictures", "rest", f"--upstream={url}") as port:  # fmt: skip
        status, problem = ask(port, "GET", "/picture/1025")
        assert status == 502 and "limit=1024" in problem["detail"]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/picture/9", timeout=20) as reply:  # fmt: skip
            assert reply.read() == b"\xff" * 9


def test_mcp(world: tuple[Path, Recorder]) -> None:
    folder, upstream = world

    async def blob(port: int) -> tuple[str, bytes]:
        async with Client(f"http://127.0.0.1:{port}/mcp") as client:
            (content,) = (await client.read_resource("ship://7")).contents
            return content.mime_type, b64decode(content.blob)

    with serving(folder, "pictures", "mcp", f"--upstream={upstream.url}") as port:
        found = tool(port, "picture", size="1024")["content"][0]
        assert (found["type"], found["mimeType"]) == ("image", "image/png")
        for name, limit in (("picture", 1024), ("small", 512)):
            found = tool(port, name, size=str(limit + 1))
            words = f"Upstream response exceeded maxBinarySize (limit={limit} bytes)"
            assert found["isError"] is True and found["content"][0]["text"] == words
        assert asyncio.run(blob(port)) == ("application/x-ship", b"\xff" * 7)
