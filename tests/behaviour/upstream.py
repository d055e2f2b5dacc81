"""A real HTTP upstream process that plays the services of `calls.py`, checks what it receives and records it.

Standard library only, so that the demo runs it too. `python upstream.py [--port P]` prints one JSON line with its port.
Control paths: `GET /__requests` (all records), `DELETE /__requests` (forget them and the planned misbehaviour), `POST
/__plan` (a JSON list of `Plan` fields: how the next replies of the services misbehave, one entry per request).
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if not __package__:
    sys.path.insert(0, str(Path(__file__).parents[1]))

from behaviour.calls import JSON, SERVICES, Call, Service

ALLOWED = frozenset(
    {
        "host",
        "user-agent",
        "accept",
        "accept-encoding",
        "connection",
        "content-type",
        "content-length",
        "transfer-encoding",
        "x-request-id",
        "x-use-cache",
        "x-wait-for-model",
    }
)
REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 503: "Service Unavailable"}


@dataclass(slots=True)
class Received:
    """One request as it came over the wire; ``target`` holds the raw bytes of the request line as Latin-1."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    service: str = ""
    operation: str = ""
    problems: list[str] = field(default_factory=list)

    def header(self, name: str) -> str:
        """The value of a header, empty when absent, joined by commas when repeated."""
        return ", ".join(value for key, value in self.headers if key.lower() == name)

    def record(self) -> dict[str, Any]:
        """What `GET /__requests` says about this request; ``body`` is base64."""
        return {
            "method": self.method,
            "target": self.target,
            "headers": self.headers,
            "body": base64.b64encode(self.body).decode(),
            "service": self.service,
            "operation": self.operation,
            "problems": self.problems,
        }


@dataclass(slots=True)
class Plan:
    """How one reply departs from the good one.

    ``cut`` closes the connection after that many bytes of the body (-1: before any reply); ``delay`` is in seconds;
    ``body`` is base64 and empty for the good reply's own body; ``chunked`` sends the body in chunks.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    delay: float = 0.0
    cut: int | None = None
    chunked: bool = False


def shape_problems(value: Any, shape: Any, where: str) -> Iterator[str]:
    """What ``value`` lacks of ``shape`` (see `calls.Call`)."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            yield f"{where}: no object"
            return
        for name, inner in shape.items():
            if name not in value:
                yield f"{where}.{name}: missing"
            else:
                yield from shape_problems(value[name], inner, f"{where}.{name}")
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{where}: no list"
            return
        for index, item in enumerate(value):
            yield from shape_problems(item, shape[0], f"{where}[{index}]")
    elif not isinstance(value, shape):
        yield f"{where}: wrong type {type(value).__name__}"


def body_problems(received: Received, call: Call) -> Iterator[str]:
    """What is wrong with the body or its media type."""
    media_type = received.header("content-type").partition(";")[0].strip().lower()
    if media_type not in call.body_types:
        yield f"content-type: {media_type!r} is none of {call.body_types}"
    elif media_type != JSON:
        if not received.body:
            yield "body: empty"
    else:
        try:
            yield from shape_problems(json.loads(received.body), call.shape, "body")
        except ValueError as error:
            yield f"body: no JSON: {error}"


def header_problems(received: Received, service: Service) -> Iterator[str]:
    """Headers that should not have come, and the credential when it is not exactly ours."""
    name, wanted = service.header
    if received.header(name) != wanted:
        yield f"{name}: {received.header(name)!r} instead of {wanted!r}"
    names = [key.lower() for key, _ in received.headers]
    for key in sorted(set(names)):
        if key not in ALLOWED and key != name:
            yield f"unexpected header {key}"
        if names.count(key) > 1:
            yield f"repeated header {key}"
    if "content-length" in names and "transfer-encoding" in names:
        yield "both content-length and transfer-encoding"


def find(received: Received) -> tuple[Service, Call] | None:
    """The operation that a request line means; the longest template wins."""
    path = received.target.partition("?")[0]
    found = [
        (service, call)
        for service in SERVICES
        for call in service.calls
        if re.fullmatch(_pattern(service.mount + call.path), path)
    ]
    return max(found, key=lambda pair: len(pair[1].path), default=None)


def _pattern(template: str) -> str:
    literals = re.split(r"\{\w+\}", template)
    return ".+".join(re.escape(part) for part in literals)


class Upstream:
    """The records and plans of one upstream process, and its connections."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.plans: list[Plan] = []

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer the requests of one connection until the peer closes it."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self._exchange(reader, writer):
                pass
        writer.close()

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        received = await read_request(reader)
        if received.target.startswith("/__"):
            writer.write(reply(200, {"content-type": JSON}, self._control(received)))
        elif not await self._answer(received, writer):
            return False
        await writer.drain()
        return received.header("connection").lower() != "close"

    def _control(self, received: Received) -> bytes:
        if received.method == "DELETE":
            self.received.clear()
            self.plans.clear()
        elif received.target == "/__plan":
            self.plans += [Plan(**item) for item in json.loads(received.body)]
        return json.dumps([item.record() for item in self.received]).encode()

    async def _answer(self, received: Received, writer: asyncio.StreamWriter) -> bool:
        self.received.append(received)
        found = find(received)
        if found is None or found[1].method != received.method:
            received.problems.append("no such operation")
            writer.write(_problem(404, received))
            return True
        service, call = found
        received.service, received.operation = service.package, call.operation
        received.problems += header_problems(received, service)
        received.problems += body_problems(received, call)
        if received.problems:
            writer.write(_problem(400, received))
            return True
        return await send(writer, call, self.plans.pop(0) if self.plans else Plan())


def _problem(status: int, received: Received) -> bytes:
    body = json.dumps({"error": "; ".join(received.problems)}).encode()
    return reply(status, {"content-type": JSON}, body)


async def send(writer: asyncio.StreamWriter, call: Call, plan: Plan) -> bool:
    """Send the good reply of ``call`` as changed by ``plan``; false when the connection is to be closed."""
    await asyncio.sleep(plan.delay)
    if plan.cut == -1:
        return False
    raw = (
        call.reply if isinstance(call.reply, bytes) else json.dumps(call.reply).encode()
    )
    body = base64.b64decode(plan.body) if plan.body else raw
    headers = {
        "content-type": call.reply_type,
        "x-request-id": "upstream-1",
    } | plan.headers
    data = reply(plan.status, headers, body, chunked=plan.chunked)
    if plan.cut is not None:
        writer.write(data[: len(data) - len(body) + plan.cut])
        await writer.drain()
        return False
    writer.write(data)
    return True


def reply(
    status: int, headers: dict[str, str], body: bytes, *, chunked: bool = False
) -> bytes:
    """A complete HTTP/1.1 reply."""
    if chunked:
        length = "transfer-encoding: chunked"
        pieces = (body[at : at + 1000] for at in range(0, len(body), 1000))
        body = b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"
    else:
        length = f"content-length: {len(body)}"
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Other')}", length]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


async def read_request(reader: asyncio.StreamReader) -> Received:
    """The next request of a connection, body included."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    request_line, *lines = head[:-4].split("\r\n")
    method, target, _ = request_line.split(" ")
    pairs = (line.partition(":") for line in lines)
    received = Received(method, target, [(k, v.strip()) for k, _, v in pairs], b"")
    if received.header("transfer-encoding").lower() == "chunked":
        received.body = await _read_chunks(reader)
    elif length := received.header("content-length"):
        received.body = await reader.readexactly(int(length))
    return received


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int(await reader.readline(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)


async def main(port: int) -> None:
    """Listen on loopback until killed."""
    server = await asyncio.start_server(
        Upstream().serve, "127.0.0.1", port, limit=1 << 20
    )
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description="Play the upstream services on loopback."
    )
    parser.add_argument("--port", type=int, default=0)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(parser.parse_args().port))
