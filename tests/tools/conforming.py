"""An upstream that answers every operation of an OpenAPI document with a reply the document allows, made once."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.tools.exercise_calls import BASE, concrete, concrete_status
from tests.tools.exercise_document import Document, Operation
from tests.tools.exercise_request import kind_of, word
from tests.tools.exercise_values import Maker, Unmakeable

_API = re.compile(r"^\s*[\"']?(openapi|swagger)[\"']?\s*:", re.MULTILINE)
_HOLE = re.compile(r"\{[^{}]+\}")
Reply = tuple[int, dict[str, str], bytes]
_PROBLEM = {"content-type": "application/problem+json"}
_WITHOUT: dict[str, Reply] = {"2": (204, {}, b""), "404": (404, _PROBLEM, b"{}")}
"""Replies of an operation whose document has none of that status."""


class Conforming:
    """Serves at ``url`` until ``close``; ``unknown`` are requests that mean no operation."""

    def __init__(self, path: Path) -> None:
        """Upstream of the OpenAPI document at ``path``; that of a capability says ``{}`` to everything."""
        self.document = Document(path)
        self.unknown: list[str] = []
        self._gone: set[str] = set()
        self._replies: dict[tuple[str, str], Reply] = {}
        made = self._made() if _API.search(path.read_text()[:20000]) else ()
        self._routes = sorted(made, key=lambda it: (it[0], it[1].pattern))
        self._is_capability = not self._routes
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.conforming = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{BASE}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()

    def reply(self, method: str, target: str) -> Reply:
        """The reply to a request; 404 when the document does not know it."""
        path = target.partition("?")[0]
        for _, pattern, known, operation in self._routes:
            if known == method and pattern.fullmatch(path):
                status = "2" if self._is_there(method, path) else "404"
                return self._replies[str(operation), status]
        if self._is_capability:
            return 200, {"content-type": "application/json"}, b"{}"
        self.unknown.append(f"{method} {target}")
        return 404, {"content-type": "application/json"}, b'{"unknown": true}'

    def _is_there(self, method: str, path: str) -> bool:
        """Whether a path has not been deleted, or has been made again since."""
        if any(f"{path}/".startswith(f"{gone}/") for gone in self._gone):
            return False
        if method == "DELETE":
            self._gone.add(path)
        elif method == "POST":
            self._gone = {it for it in self._gone if not it.startswith(f"{path}/")}
        return True

    def _made(self) -> Iterator[tuple[int, re.Pattern[str], str, Operation]]:
        """Number of holes, pattern of the path and method of every operation."""
        for operation in self.document.operations():
            for status, without in _WITHOUT.items():
                self._replies[str(operation), status] = self._documented(operation, status) or without  # fmt: skip
            path = operation.path.partition("?")[0]
            long = {
                p.name for p in operation.parameters if p.place == "path" and p.reserved
            }
            names = [hole[1:-1] for hole in _HOLE.findall(path)]
            holes = ["(.+)" if name in long else "([^/]+)" for name in names]
            pieces = [re.escape(quote(piece, safe="/:@!$&'()*+,;=~")) for piece in _HOLE.split(path)]  # fmt: skip
            text = "".join(f"{piece}{hole}" for piece, hole in zip(pieces, [*holes, ""], strict=True))  # fmt: skip
            weight = 100 * len(long) + len(holes)
            yield weight, re.compile(
                re.escape(BASE) + text
            ), operation.method, operation
            if holes and not long:  # a configuration may let slashes through, too
                any_ = text.replace("[^/]+", ".+")
                yield 10_000 - len(path), re.compile(re.escape(BASE) + any_), operation.method, operation  # fmt: skip

    def _documented(self, operation: Operation, wanted: str) -> Reply | None:
        """The first documented reply whose status starts so, in JSON where there is a choice."""
        found = sorted(
            (concrete_status(said, operation.replies), kind_of(media) != "json", said, media)
            for said, content in operation.replies.items()
            for media in content or {"": {}}
        )  # fmt: skip
        for status, _, said, media in found:
            if not str(status).startswith(wanted):
                continue
            try:
                headers = self._headers(operation, said)
                if not media:
                    return status, headers, b""
                body = self._body(media, operation.replies[said][media])
            except Unmakeable:
                continue
            return status, {**headers, "content-type": concrete(media)}, body
        return None

    def _body(self, media_type: str, schema: Any) -> bytes:
        kind = kind_of(media_type)
        made = Maker(self.document, sending=False).valid(schema, "body")
        if kind == "json":
            return json.dumps(made).encode()
        if media_type.startswith("text/event-stream"):
            return f"data: {json.dumps(made)}\n\n".encode()
        return (made if isinstance(made, str) else json.dumps(made)).encode()

    def _headers(self, operation: Operation, status: str) -> dict[str, str]:
        """The headers that the document declares for a reply."""
        item = self.document.follow(self.document.root["paths"][operation.path])
        raw = item[operation.method.lower()]["responses"]
        reply = self.document.follow(raw.get(status, raw.get(int(status) if status.isdigit() else status)))  # fmt: skip
        found = {}
        for name, header in (reply.get("headers") or {}).items():
            schema = self.document.follow(header).get("schema", {"type": "string"})
            found[name] = word(Maker(self.document, sending=False).valid(schema, "header", "-1"))  # fmt: skip
        return found


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _any(self) -> None:
        self._drain()
        status, headers, body = self.server.conforming.reply(self.command, self.path)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _drain(self) -> None:
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline(), 16):
                self.rfile.read(size + 2)
            self.rfile.readline()
        else:
            self.rfile.read(int(self.headers.get("content-length") or 0))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _any
    do_TRACE = do_QUERY = _any

    def log_message(self, *_: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    conforming: Conforming
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client may leave when it likes."""
