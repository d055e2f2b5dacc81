"""How a recorded request differs from the one that a capability asks for."""

from __future__ import annotations

import json
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.tools.exercise_expecting import NONE, Wanted, wire

TRANSPORT = {
    "host",
    "accept",
    "accept-encoding",
    "user-agent",
    "content-length",
    "content-type",
    "connection",
    "transfer-encoding",
    "cookie",
    "keep-alive",
    "x-request-id",
    "traceparent",
}
"""Headers that may be there without the file saying so; the content type is compared apart."""


def differences(want: Wanted, got: dict[str, Any]) -> list[str]:
    """How a recorded request differs from what has to arrive."""
    found = []
    path, _, query = got["target"].partition("?")
    if got["method"] != want.method:
        found.append(f"method {got['method']}, not {want.method}")
    if [unquote(s) for s in path.split("/")] != [
        unquote(s) for s in want.path.split("/")
    ]:
        found.append(f"path {path}, not {want.path}")
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    if pairs != sorted(want.query) and not want.unsure:
        found.append(f"query {pairs}, not {sorted(want.query)}")
    headers = {k.lower(): v for k, v in got["headers"]}
    for name, text in want.headers.items():
        if headers.get(name) != text:
            found.append(f"header {name}: {headers.get(name)!r}, not {text!r}")
    extra = headers.keys() - want.headers.keys() - TRANSPORT
    if extra and not want.unsure:
        found.append(f"headers nobody asked for: {sorted(extra)}")
    cookies = dict(
        p.strip().partition("=")[::2] for p in headers.get("cookie", "").split(";") if p
    )
    if cookies != want.cookies:
        found.append(f"cookies {cookies}, not {want.cookies}")
    found += _body(want, got["body"], headers.get("content-type", ""))
    return found


def _body(want: Wanted, body: bytes, media_type: str) -> list[str]:
    if want.body is NONE or (want.body == {} and not body):
        return [f"body {body!r}, but none is asked for"] if body else []
    asked = want.headers.get("content-type", want.media_type)
    try:
        sent = _decoded(body, media_type)
    except ValueError:
        return [f"body {body!r}, not {want.body!r}"]
    wanted_body = want.body
    if asked != "application/json" and isinstance(wanted_body, dict):
        wanted_body = {k: wire(v) for k, v in wanted_body.items()}
    found = [] if sent == wanted_body else [f"body {sent!r}, not {wanted_body!r}"]
    if media_type.partition(";")[0] != asked.partition(";")[0]:
        found.append(f"content type {media_type}, not {asked}")
    return found


_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


def _decoded(body: bytes, media_type: str) -> Any:
    """A body as JSON, or the texts of a form. Raises ``ValueError``."""
    if media_type.startswith(_FORM):
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    if media_type.startswith(_MULTIPART):
        head = f"Content-Type: {media_type}\r\n\r\n".encode()
        message: Any = BytesParser(policy=HTTP).parsebytes(head + body)
        return {
            part.get_param("name", header="content-disposition"): part.get_payload(
                decode=True
            ).decode()
            for part in message.iter_parts()
        }
    return json.loads(body)
