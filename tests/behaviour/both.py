"""A REST and an MCP server in front of the same misbehaving upstream, called and watched in one way."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import mcp_package
from .mcp_package import BY_ID, SECRET, Tool
from .rest_client import Server, running
from .rest_package import PACKAGE, TOKEN, write

KINDS = ("rest", "mcp")
TOOL = "fetch"
"""The tool that gets what the last segment of an upstream path says, and believes nothing of the reply."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a caller got: of MCP the text of the result; ``failed`` is what REST says by its status."""

    status: int
    failed: bool
    text: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Door:
    """One running server of either kind."""

    kind: str
    server: Server

    def get(self, action: str) -> Outcome:
        """Have the upstream do ``action``, in a GET."""
        if self.kind == "rest":
            return self._over_rest(f"/v1/files/{action}")
        body, headers = message(TOOL, {"animal_id": action})
        found = self.server.call("POST", "/mcp", body, headers)
        result = json.loads(found.body)["result"]
        text = "".join(part.get("text", "") for part in result["content"])
        return Outcome(found.status, result["isError"], text, found.headers)

    def _over_rest(self, path: str) -> Outcome:
        with self.server.connection() as connection:
            connection.request("GET", path)
            reply = connection.getresponse()
            headers = {name.lower(): value for name, value in reply.getheaders()}
            text, whole = b"", True
            try:
                while piece := reply.read(65536):
                    text = (text + piece)[:65536]
            except (http.client.HTTPException, ConnectionError):
                whole = False
            if int(headers.get("content-length", 0)) > len(text):
                whole = False
            failed = reply.status >= 400 or not whole
            return Outcome(reply.status, failed, text.decode("latin-1"), headers)

    @contextmanager
    def begun(self, action: str) -> Iterator[socket.socket]:
        """The connection of a request that has been sent; the caller leaves at the end."""
        with socket.create_connection(("127.0.0.1", self.server.port), 20) as client:
            client.sendall(self.request(action))
            yield client

    def request(self, action: str) -> bytes:
        """The bytes of a request for ``action``."""
        if self.kind == "rest":
            return (
                f"GET /v1/files/{action} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
            )
        body, headers = message(TOOL, {"animal_id": action})
        lines = [f"{name}: {value}" for name, value in headers.items()]
        head = [
            "POST /mcp HTTP/1.1",
            "Host: localhost",
            *lines,
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join([*head, "", ""]).encode() + body

    def metric(self, name: str, **labels: str) -> float:
        """The sum of the samples that have the labels."""
        page = self.server.call("GET", "/metrics").body.decode()
        found = 0.0
        for label, value in re.findall(rf"^{name}\{{(.*)\}} (\S+)$", page, re.M):
            if all(f'{k}="{v}"' in label for k, v in labels.items()):
                found += float(value)
        return found

    def descriptors(self) -> int:
        """How many files and sockets the server holds."""
        return len(list(Path(f"/proc/{self.server.process.pid}/fd").iterdir()))


def message(tool: str, arguments: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a tools/call."""
    params = {"name": tool, "arguments": arguments}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
    }
    return json.dumps(body).encode(), headers


def build(folder: Path) -> None:
    """Compile both packages into ``folder``."""
    write(PACKAGE, folder)
    tools = (*mcp_package.TOOLS, Tool(TOOL, "animal", (BY_ID,)))
    mcp_package.build(folder, mcp_package.package(tools))


@contextmanager
def serving(
    kind: str, folder: Path, url: str, *options: str, **extra: str
) -> Iterator[Door]:
    """Run the server of ``kind`` until the block ends."""
    secrets = {"PLAYED_TOKEN": TOKEN, "ZOO_KEY": SECRET, **extra}
    program = ("-m", {"rest": "played_service", "mcp": mcp_package.NAME}[kind])
    with running(
        folder, url, *options, program=program, kind=kind, **secrets
    ) as server:
        yield Door(kind, server)


def until(condition: Callable[[], object], seconds: float = 5.0) -> bool:
    """Whether ``condition()`` becomes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
