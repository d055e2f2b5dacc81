"""Calls of an operation: values for every input, as a client, a REST caller and an MCP caller write them."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

from tests.tools.exercise_document import Document, Operation
from tests.tools.exercise_request import NONE, form_pairs, kind_of, wanted, word
from tests.tools.exercise_values import Maker, Unmakeable

BASE = "/base"
"""The path of the upstream's base URL."""

_ODD = {
    "path": " ä/&?#%+=;,",
    "query": " ä/&?#%+=;,",
    "header": " v-1",
    "cookie": "-v1",
}
"""What ordinary texts end in, by place."""


class Call:
    """Values for every input of an operation, and the request that has to arrive for them."""

    def __init__(
        self,
        document: Document,
        operation: Operation,
        media_type: str,
        maker: Maker,
        *,
        bare: bool = False,
    ) -> None:
        self.operation, self.media_type = operation, media_type
        self.values: dict[tuple[str, str], Any] = {}
        for parameter in operation.parameters:
            if bare and not parameter.required:
                continue
            odd = _ODD[parameter.place]
            if parameter.style == "spaceDelimited":
                odd = odd.replace(" ", "")  # no item can hold what stands between items
            try:
                made = maker.valid(parameter.schema, parameter.name, odd)
            except Unmakeable:
                if parameter.required:
                    raise
                continue
            if parameter.name.lower() == "content-encoding":
                made = "identity"  # the body is not compressed
            self.values[parameter.place, parameter.name] = made
        self.body: Any = NONE
        if media_type and (operation.body_required or not bare):
            self.body = body_of(document, operation, media_type, maker)
        self.wanted = wanted(operation, BASE, self.values, media_type, self.body)


def whole(call: Call, document: Document, *, tool: bool = False) -> None:
    """Expect ``stream: false`` where a reply would come in parts, and could come whole; tools never ask for parts."""
    good = [s for status, s in call.operation.replies.items() if status.startswith("2")]
    can = any(
        kind_of(media) == "json" and "stream" not in media for s in good for media in s
    )
    if not can or not isinstance(call.body, dict) or kind_of(call.media_type) != "json":
        return
    maker = Maker(document, sending=True)
    flat = maker.flat(call.operation.bodies[call.media_type].get("schema", {}))
    switch = maker.flat((flat.get("properties") or {}).get("stream", {}))
    if "boolean" not in maker.kinds(switch):
        return
    off = switch.get("default") is True
    if tool:
        call.body = {k: v for k, v in call.body.items() if k != "stream"}
        off = off or "stream" in (flat.get("required") or [])
    if off:
        call.wanted.body = {"stream": False, **call.body}
    elif tool:
        call.wanted.body = call.body


def body_of(
    document: Document, operation: Operation, media_type: str, maker: Maker
) -> Any:
    """A body of ``media_type``: a JSON value, a mapping (bytes in it are files), a text, or bytes."""
    kind = kind_of(media_type)
    schema = operation.bodies[media_type].get("schema", {})
    if kind == "text":
        return "<a>ä</a>" if "xml" in media_type else "line one\nä"
    if kind == "binary":
        return b"\x00binary\xff"
    made = maker.valid(schema, "body")
    if kind == "multipart" and isinstance(made, dict):
        properties = maker.flat(schema).get("properties") or {}
        return {k: _filed(v, maker, properties.get(k, {})) for k, v in made.items()}
    return made


def _filed(value: Any, maker: Maker, schema: Any) -> Any:
    """``value``, as bytes where the document says that it is a file."""
    flat = maker.flat(schema)
    if isinstance(value, list):
        return [_filed(v, maker, flat.get("items", {})) for v in value]
    media_type = str(flat.get("contentMediaType", ""))
    file = "binary" in (flat.get("format"), flat.get("contentEncoding")) or (
        media_type and "json" not in media_type and not media_type.startswith("text")
    )
    return value.encode() if isinstance(value, str) and file else value


def tool_media_type(tool: dict[str, Any], operation: Operation) -> str:
    """The media type in which a tool sends a body that is written as JSON arguments."""
    types = list(operation.bodies)
    wanted_kinds = ("json", "form", "multipart")
    structured = [t for kind in wanted_kinds for t in types if kind_of(t) == kind]
    if tool["base64"]:
        return next((t for t in types if kind_of(t) == "binary"), "")
    if tool["fields"] or structured:
        return structured[0] if structured else ""
    return types[0] if types else ""


def arguments_of(call: Call, tool: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The arguments of a tool for the values of ``call``, and what has no place in them."""
    arguments: dict[str, Any] = {}
    problems = []
    by_parameter = {tuple(p): a for a, p in tool["parameters"].items()}
    for (place, name), value in call.values.items():
        if (place, name) in by_parameter:
            arguments[by_parameter[place, name]] = value
        else:
            problems.append(f"no argument for the {place} parameter {name}")
    if call.body is NONE:
        return arguments, problems
    by_field = {f: a for a, f in tool["fields"].items()}
    fits = isinstance(call.body, dict) and call.body.keys() <= by_field.keys()
    whole = not fits or not by_field
    if tool["body"] and whole:
        body = call.body
        arguments[tool["body"]] = (
            b64encode(body).decode() if isinstance(body, bytes) else _plain(body)
        )
        if tool["content_type"]:
            arguments[tool["content_type"]] = concrete(call.media_type)
    else:
        for name, value in call.body.items():
            if name in by_field:
                arguments[by_field[name]] = _plain(value)
            else:
                problems.append(f"no argument for the field {name}")
    return arguments, problems


def _plain(value: Any) -> Any:
    """``value`` with bytes in base64."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return b64encode(value).decode() if isinstance(value, bytes) else value


def concrete(media_type: str) -> str:
    """A media type that ``media_type`` means."""
    return {"*/*": "application/octet-stream", "image/*": "image/png", "text/*": "text/plain",
            "audio/*": "audio/wav", "video/*": "video/mp4"}.get(media_type, media_type)  # fmt: skip


def concrete_status(said: str, others: Any) -> int:
    """A status that ``200``, ``4XX`` or ``default`` means; 0 for none."""
    if said.isdigit():
        return int(said) if int(said) >= 200 else 0
    if said.upper().endswith("XX"):
        start = int(said[0]) * 100
        return next(n for n in range(start + 18, start + 99) if str(n) not in others)
    fine = any(o.startswith("2") for o in others)
    return (418 if fine else 200) if said == "default" else 0


def encoded(call: Call) -> tuple[str, bytes]:
    """Media type and bytes of a body as a caller of the REST server writes it."""
    media_type, body = concrete(call.media_type), call.body
    kind = kind_of(media_type)
    if kind == "json":
        return media_type, json.dumps(body).encode()
    if kind == "form":
        return media_type, urlencode(form_pairs(body, call.wanted.media)).encode()
    if kind == "multipart":
        return f"{media_type}; boundary=b0unda7y", _parts(body)
    return media_type, body.encode() if isinstance(body, str) else body


def _parts(body: dict[str, Any]) -> bytes:
    made = b""
    for name, value in body.items():
        for one in value if isinstance(value, list) else [value]:
            file = f'; filename="{name}"' if isinstance(one, bytes) else ""
            made += f'--b0unda7y\r\nContent-Disposition: form-data; name="{name}"{file}\r\n'.encode()
            if isinstance(one, (dict, bytes)):
                made += (
                    b"Content-Type: "
                    + (
                        b"application/json"
                        if isinstance(one, dict)
                        else b"application/octet-stream"
                    )
                    + b"\r\n"
                )
            made += (
                b"\r\n"
                + (one if isinstance(one, bytes) else word(one).encode())
                + b"\r\n"
            )
    return made + b"--b0unda7y--\r\n"


def same(raw: bytes, got: bytes, media_type: str) -> bool:
    """Whether a reply came through; a text comes as JSON text, nothing as ``null``."""
    if raw == got or (not raw and got in (b"null", b"")):
        return True
    try:
        return bool(
            json.loads(got)
            == (json.loads(raw) if kind_of(media_type) == "json" else raw.decode())
        )
    except ValueError:
        return False
