"""A hand-made package with one MCP tool of every kind, built into a folder; and the upstream that it calls."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.ir.exposed import Argument, Hints, McpServer, Tool
from naftiko_codegen.ir.model import (
    Body,
    Content,
    Credential,
    Operation,
    Parameter,
    Reply,
    Service,
)
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.types import AnyType, Scalar
from naftiko_codegen.python import gateway, gateway_mcp
from naftiko_codegen.python.naming import PackageNames, plan_names
from naftiko_codegen.python.plan import plan_package, runtime_folders
from naftiko_codegen.python.text import Code
from naftiko_codegen.render import File, Renderer
from naftiko_codegen.render.runtime import copied
from naftiko_codegen.templates_root import templates_root

SECRET = "s3cr3t-token-of-the-zoo"
NAME = "zoo"
STRING = {"type": "string"}
ANIMAL = {
    "type": "object",
    "properties": {"name": STRING, "friends": {"type": "array", "items": {"$ref": "#/components/schemas/Animal"}}},
    "required": ["name"],
}  # fmt: skip
JSON = "application/json"


def _json(schema: Any) -> Content:
    return Content(JSON, "json", AnyType(), schema)


def _reply(*contents: Content, status: str = "200") -> tuple[Reply, ...]:
    return (Reply(status, "Fine.", contents),)


def _get(name: str, *contents: Content, **more: Any) -> Operation:
    path = more.pop("path", f"/{name}")
    security = (("zoo",),)
    return Operation(
        name, "GET", path, "", replies=_reply(*contents), security=security, idempotent=True, **more
    )  # fmt: skip


def _raw(media_type: str) -> Content:
    kind = "text" if media_type.startswith("text/") else "binary"
    return Content(media_type, kind, Scalar("binary"))  # type: ignore[arg-type]


REF = {"$ref": "#/components/schemas/Animal"}
ID = Parameter("animal_id", "animal_id", "path", Scalar("string"), required=True)
LOUD = Parameter("loud", "loud", "query", Scalar("boolean"))
TRACE = Parameter("X-Trace", "X-Trace", "header", Scalar("string"))
SOUNDS = Body((_raw("audio/flac"), _raw("audio/wav")), required=True)
FORM = {
    "type": "object",
    "properties": {"title": STRING, "photo": {"type": "string", "format": "binary"}},
}
PHOTO = Body(
    (Content("multipart/form-data", "multipart", AnyType(), FORM),), required=True
)
ANY = Body((_json(REF), _raw("image/*")), required=True)
NEW = Body((_json(REF),), required=True)

OPERATIONS = (
    _get("animal", _json(REF), path="/animals/{animal_id}", parameters=(ID, LOUD, TRACE)),
    _get("animals", _json({"type": "array", "items": REF}), path="/animals"),
    _get("picture", _raw("image/png")),
    _get("sound", _raw("audio/wav")),
    _get("story", _raw("text/plain")),
    _get("paper", _raw("application/pdf")),
    _get("anything"),
    Operation("add", "POST", "/animals", "", body=NEW, replies=_reply(_json(REF)), security=(("zoo",),)),
    Operation("listen", "POST", "/listen", "", body=SOUNDS, replies=_reply(_json({})), security=(("zoo",),)),
    Operation("photo", "POST", "/photos", "", body=PHOTO, replies=_reply(_json({})), security=(("zoo",),)),
    Operation("thing", "POST", "/things", "", body=ANY, replies=_reply(_json({})), security=(("zoo",),)),
    Operation("remove", "DELETE", "/animals/{animal_id}", "", parameters=(ID,), replies=(Reply("204", "Gone."),),
              security=(("zoo",),)),
)  # fmt: skip


def _arg(
    name: str, schema: Any = None, required: bool = False, **more: Any
) -> Argument:
    return Argument(
        name, "argument", required, STRING if schema is None else schema, **more
    )


BY_ID = _arg(
    "animal_id", required=True, target="animal_id", description="Which animal."
)
BASE64 = {"type": "string", "contentEncoding": "base64"}
LOUDLY = _arg("loud", {"type": "boolean"}, target="loud")
TOOLS = (
    Tool("get-animal", "animal", (BY_ID, LOUDLY, _arg("trace", target="X-Trace")),
         "Get an animal", "One animal by its id.", Hints(True, False, True, None), REF),
    Tool("list-animals", "animals", (), description="All animals.", output_schema={"type": "array", "items": REF}),
    Tool("picture", "picture", ()),
    Tool("sound", "sound", ()),
    Tool("story", "story", ()),
    Tool("paper", "paper", ()),
    Tool("anything", "anything", ()),
    Tool("add-animal", "add", (_arg("name", required=True, field="name"),
                               _arg("friends", {"type": "array", "items": REF}, field="friends"),
                               _arg("kind", constant="zoo", field="kind")), output_schema=REF),
    Tool("add-animal-body", "add", (_arg("body", REF, required=True),), output_schema=REF),
    Tool("listen", "listen", (_arg("body", BASE64, required=True),
                              _arg("content_type", {"enum": ["audio/flac", "audio/wav"]}, media_type=True))),
    Tool("add-photo", "photo", (_arg("title", field="title"), _arg("photo", BASE64, field="photo"))),
    Tool("add-thing", "thing", (_arg("name", field="name"), _arg("body", BASE64),
                                _arg("content_type", media_type=True))),
    Tool("remove-animal", "remove", (BY_ID,), hints=Hints(False, True)),
)  # fmt: skip


def numbered(count: int) -> Iterator[Tool]:
    """Many tools."""
    for number in range(count):
        yield Tool(f"tool-{number}", "anything", (), description=f"Number {number}.")


def package(tools: tuple[Tool, ...] = TOOLS) -> Package:
    """The zoo."""
    zoo = Credential("zoo", "bearer", ("ZOO_KEY",))
    service = Service(
        "Zoo", "", OPERATIONS, credentials=(zoo,), schemas=(("Animal", ANIMAL),)
    )
    mcp = McpServer("zoo-mcp", 9090, tools, instructions="Ask the zoo.")
    return Package("zoo", "0" * 64, "zoo", "Zoo", service, mcp=mcp, version="1.2")


def files(made: Package, name: str = NAME) -> Iterator[File]:
    """The emitted files of a package with its MCP server."""
    diagnostics = Diagnostics()
    names = plan_names(
        made, Code(name), lambda origin: Span(origin.source), diagnostics
    )
    planned = list(
        plan_package(
            made, names, ("mcp",), lambda origin: Span(origin.source), diagnostics
        )
    )
    assert not diagnostics.failed, list(diagnostics)
    renderer = Renderer(templates_root())
    yield from (item for item in planned if isinstance(item, File))
    yield from renderer.render(
        made.source, (item for item in planned if not isinstance(item, File))
    )
    yield from copied([templates_root()], runtime_folders(made, ("mcp",)), name)


def gateway_files(*members: tuple[str, Package]) -> Iterator[File]:
    """The emitted files of several packages, and of the gateway's MCP server over them."""
    named: list[tuple[Package, PackageNames]] = []
    diagnostics = Diagnostics()
    for name, made in members:
        yield from files(made, name)
        named.append(
            (
                made,
                plan_names(
                    made, Code(name), lambda origin: Span(origin.source), diagnostics
                ),
            )
        )
    views = gateway_mcp.plan(named, lambda origin: Span(origin.source), diagnostics)
    yield from Renderer(templates_root()).render("gateway", views)
    assert not diagnostics.failed, list(diagnostics)
    yield from copied([templates_root()], gateway.runtime_folders(["mcp"]), "gateway")
    yield File("gateway/__init__.py", b"")


def write(root: Path, emitted: Iterator[File]) -> None:
    """Write files below ``root``."""
    for file in emitted:
        path = root / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)


def build(root: Path, made: Package | None = None, name: str = NAME) -> None:
    """Write the package below ``root``."""
    write(root, files(made or package(), name))


@dataclass
class Seen:
    """A request that reached the upstream."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    gone: threading.Event = field(default_factory=threading.Event)


@dataclass
class Answer:
    """What the upstream says; ``seconds`` to wait before, in which a lost caller is noticed."""

    body: bytes = b"{}"
    media_type: str = JSON
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0


class Zoo:
    """A running upstream; ``answers`` maps method and path to what comes back."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.seen: list[Seen] = []
        self.answers: dict[str, Answer | Callable[[Seen], Answer]] = {}

    def answer(
        self, request: str, body: Any = None, media_type: str = JSON, **more: Any
    ) -> None:
        """Set the answer of e.g. ``GET /animals``; what is no bytes is sent as JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers[request] = Answer(data, media_type, **more)

    @property
    def last(self) -> Seen:
        """The latest request, which must have carried our token and nothing of the caller's."""
        seen = self.seen[-1]
        assert seen.headers["authorization"] == f"Bearer {SECRET}"
        assert not {"cookie", "x-caller", "mcp-method", "origin"} & set(seen.headers)
        return seen


@contextmanager
def upstream() -> Iterator[Zoo]:
    """Run the upstream in threads."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16

        def _serve(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            headers = {k.lower(): v for k, v in self.headers.items()}
            seen = Seen(self.command, self.path, headers, self.rfile.read(length))
            zoo.seen.append(seen)
            found = zoo.answers.get(
                f"{self.command} {self.path}", Answer(b'"none"', status=404)
            )
            said = found(seen) if callable(found) else found
            if said.seconds and self._left(said.seconds):
                seen.gone.set()
                self.close_connection = True
                return
            self.send_response(said.status)
            for name, value in (("content-type", said.media_type), *said.headers):
                if value:
                    self.send_header(name, value)
            if said.status != 204:
                self.send_header("content-length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(b"" if said.status == 204 else said.body)
            self.wfile.flush()

        def _left(self, seconds: float) -> bool:
            self.connection.setblocking(False)
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                try:
                    if self.connection.recv(1) == b"":
                        return True
                except BlockingIOError:
                    time.sleep(0.02)
                except OSError:
                    return True
            self.connection.setblocking(True)
            return False

        do_GET = do_POST = do_DELETE = _serve

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    zoo = Zoo(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield zoo
    finally:
        server.shutdown()
        server.server_close()
