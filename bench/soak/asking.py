"""Request number ``n`` as bytes, and whether an answer to it is the right one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bench.soak import plan

MODERN, HANDSHAKE = "2026-07-28", "2025-11-25"
_PREFIX = "io.modelcontextprotocol/"
_ENVELOPE = {
    f"{_PREFIX}protocolVersion": MODERN,
    f"{_PREFIX}clientCapabilities": {},
    f"{_PREFIX}clientInfo": {"name": "soak", "version": "1"},
}
_METHODS = {
    "list": "tools/list",
    "ping": "ping",
    "discover": "server/discover",
    "call": "tools/call",
}
_UNWANTED = ("Cookie: a=b", "X-Forwarded-For: 1.2.3.4")
_STATUS = {"unreached": 502, "late": 504, "status-500": 500, "status-503": 503, "soon-503": 503}  # fmt: skip
_WORDS = {
    "unreached": "The upstream service cannot be reached or broke off.",
    "late": "The upstream service did not answer in time.",
    "cut": "The upstream service broke off its reply.",
    "status-500": "answered 500",
    "status-503": "answered 503",
    "soon-503": "retry after 0 seconds",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in lower case. ``whole``: the connection did not end before the body."""

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bool


def request(n: int, port: int) -> bytes:
    """The bytes to send, with headers that must not reach the upstream."""
    lines = [f"Host: 127.0.0.1:{port}", f"X-Request-ID: soak-{n}", *_UNWANTED]
    kind = plan.kind(n)
    if kind == "rest" and plan.reads(n):
        return _http(f"GET /items/{n}", lines, b"")
    lines.append("Content-Type: application/json")
    if kind == "rest":
        return _http("POST /items", lines, json.dumps(_arguments(n)).encode())
    message = _message(n, kind)
    lines.append("Accept: application/json, text/event-stream")
    if kind in ("call-handshake", "list-handshake", "ping"):
        lines.append(f"MCP-Protocol-Version: {HANDSHAKE}")
    else:
        lines += [f"MCP-Protocol-Version: {MODERN}", f"Mcp-Method: {message['method']}"]
        lines += [f"Mcp-Name: {_tool(n)}"] if kind.startswith("call") else []
    return _http("POST /mcp", lines, json.dumps(message).encode())


def _http(start: str, lines: list[str], body: bytes) -> bytes:
    length = [f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([f"{start} HTTP/1.1", *lines, *length, "", ""]).encode() + body


def _tool(n: int) -> str:
    return "read-item" if plan.reads(n) else "make-item"


def _arguments(n: int) -> dict[str, str]:
    given = {"id": str(n)}
    return given if plan.reads(n) else {**given, "note": plan.note(n)}


def _message(n: int, kind: str) -> dict[str, Any]:
    """The JSON-RPC message; its id is the number, as text or as it is."""
    method = _METHODS[kind.partition("-")[0]]
    params: dict[str, Any] = {}
    if kind.startswith("call"):
        params = {"name": _tool(n), "arguments": _arguments(n)}
    if kind in ("call-modern", "list-modern", "discover"):
        params["_meta"] = _ENVELOPE
    elif kind == "call-progress":
        params["_meta"] = {**_ENVELOPE, "progressToken": n}
    elif kind == "call-sdk":
        params["_meta"] = {**_ENVELOPE, f"{_PREFIX}logLevel": "error"}
    request_id = n if n % 4 else str(n)
    return {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}


def wrong(n: int, got: Answer) -> str:
    """What is wrong with an answer to request ``n``; empty for the right one."""
    named = got.headers.get("x-request-id")
    if named != f"soak-{n}":
        return f"it is the answer to {named}"
    found = plan.outcome(n)
    good = _rest(n, found.word, got) if n % 2 else _mcp(n, found.word, got)
    return "" if good else f"not what {found.word!r} should give"


def _rest(n: int, word: str, got: Answer) -> bool:
    """Reads are passed on as they are, what was made is shaped."""
    reads = plan.reads(n)
    if word == "cut" and reads and plan.large(n):  # already on its way: cut as well
        return not got.whole and plan.item(n).startswith(got.body)
    if not got.whole:
        return False
    if word == "right" or (reads and word in ("short", "json")):
        return got.status == 200 and _is_reply(n, word, got.body)
    if word in ("cut", "short", "json"):
        return got.status == 502 and json.loads(got.body)["status"] == 502
    said = plan.refused(n) if word[-3:].isdigit() else _WORDS[word].encode()
    return got.status == _STATUS[word] and said in got.body


def _is_reply(n: int, word: str, body: bytes) -> bool:
    if word == "json":
        return body == plan.broken(n)
    if plan.reads(n):
        return body == (plan.item(n) if word == "right" else plan.item(n)[:-5])
    return bool(json.loads(body) == {"id": str(n), "note": plan.note(n)})


def _mcp(n: int, word: str, got: Answer) -> bool:
    if got.status != 200 or not got.whole:
        return False
    message = _decoded(got)
    if message["id"] != (n if n % 4 else str(n)):
        return False
    result = message["result"]
    kind = plan.kind(n)
    if kind == "ping":
        return bool(result == {})
    if kind == "discover":
        return bool(result["supportedVersions"] == [MODERN])
    if kind.startswith("list"):
        return {tool["name"] for tool in result["tools"]} == {"read-item", "make-item"}
    (block,) = result["content"]
    return _called(n, word, block["text"], result)


def _decoded(got: Answer) -> Any:
    """The message of an answer, which may come as an event."""
    if got.headers["content-type"] == "application/json":
        return json.loads(got.body)
    lines = got.body.decode().splitlines()
    (data,) = [line for line in lines if line.startswith('data: {"')]
    return json.loads(data.removeprefix("data: "))


def _called(n: int, word: str, text: str, result: dict[str, Any]) -> bool:
    reads = plan.reads(n)
    if word == "right" or (reads and word in ("short", "json")):
        good = _is_reply(n, word, text.encode())
        if word == "right" and not reads:
            good &= result["structuredContent"]["note"] == plan.note(n)
        return good and not result.get("isError")
    words = _WORDS.get(word, "the reply is not the JSON that was promised")
    said = plan.refused(n).decode() if word[-3:].isdigit() else ""
    return bool(result["isError"]) and words in text and said in text
