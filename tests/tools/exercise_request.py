"""The request that an OpenAPI document asks for, written by its rules alone, and how a recorded one differs from it."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from tests.tools.exercise_document import Document, Operation, Parameter

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
NONE = object()
_TRANSPORT = {
    "host", "accept", "accept-encoding", "user-agent", "content-length", "content-type", "connection",
    "transfer-encoding", "cookie", "keep-alive", "x-request-id", "traceparent",
}  # fmt: skip
_BETWEEN = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}


@dataclass
class Wanted:
    """The request that has to arrive; ``alternatives`` are what each way to sign it adds."""

    method: str
    path: str
    query: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)
    media_type: str = ""
    body: Any = NONE
    media: dict[str, Any] = field(default_factory=dict)
    alternatives: list[tuple[dict[str, str], list[str], list[str]]] = field(
        default_factory=list
    )


def kind_of(media_type: str) -> str:
    """``json``, ``form``, ``multipart``, ``text`` or ``binary``."""
    name = media_type.partition(";")[0].strip().lower()
    if name.endswith(("/json", "+json")):
        return "json"
    if name in (FORM, MULTIPART):
        return "form" if name == FORM else "multipart"
    texts = ("/xml", "+xml", "yaml", "jsonl", "ndjson")
    return "text" if name.startswith("text/") or name.endswith(texts) else "binary"


def word(value: Any) -> str:
    """A scalar as it stands in a URL, a header or a form."""
    if isinstance(value, bool):
        return str(value).lower()
    return (
        value
        if isinstance(value, str)
        else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    )


def wanted(
    operation: Operation,
    base: str,
    values: dict[tuple[str, str], Any],
    media_type: str,
    body: Any,
) -> Wanted:
    """The request for values by place and name, without credentials."""
    made = Wanted(operation.method, "", media_type=media_type, body=body)
    made.media = operation.bodies.get(media_type, {})
    path, _, fixed = operation.path.partition("?")
    made.query += [piece for piece in fixed.split("&") if piece]
    for parameter in operation.parameters:
        value = values.get((parameter.place, parameter.name), NONE)
        if value is NONE:
            continue
        if parameter.place == "path":
            written = in_path(parameter, value)
            if parameter.reserved:
                written = written.replace("%2F", "/")
            path = path.replace("{" + parameter.name + "}", written)
        elif parameter.place == "query":
            made.query += in_query(parameter, value)
        elif parameter.place == "header":
            made.headers[parameter.name.lower()] = in_header(parameter, value)
        else:
            made.cookies += in_query(parameter, value)
    made.path = base + path
    return made


def in_path(parameter: Parameter, value: Any) -> str:
    """A value in the style of a path parameter."""
    pairs = _pieces(parameter, value)
    lead = {"label": ".", "matrix": ";"}.get(parameter.style, "")
    name = quote(parameter.name, safe="")
    if parameter.style == "matrix" and not (
        parameter.explode and isinstance(value, dict)
    ):
        if parameter.explode:
            return "".join(f";{name}={p}" for p in pairs)
        return f";{name}={','.join(pairs)}"
    between = {"label": ".", "matrix": ";"}.get(parameter.style, ",")
    return lead + (between if parameter.explode else ",").join(pairs)


def in_query(parameter: Parameter, value: Any) -> list[str]:
    """The ``name=value`` pieces of a query or cookie parameter."""
    name = quote(parameter.name, safe="")
    if parameter.text:
        return [f"{name}={_escaped(json.dumps(value, separators=(',', ':')))}"]
    if parameter.style == "deepObject" and isinstance(value, (dict, list)):
        return _deep(name, value)
    pieces = _pieces(parameter, value)
    if isinstance(value, dict) and parameter.explode:
        return pieces
    if isinstance(value, list) and not value:
        return []
    if isinstance(value, list) and parameter.explode:
        return [f"{name}={p}" for p in pieces]
    return [f"{name}={_BETWEEN.get(parameter.style, ',').join(pieces)}"]


def in_header(parameter: Parameter, value: Any) -> str:
    """The value of a header parameter."""
    if parameter.text:
        return json.dumps(value, separators=(",", ":"))
    return unquote(",".join(_pieces(parameter, value)))


def _pieces(parameter: Parameter, value: Any) -> list[str]:
    if parameter.text:
        return [_escaped(json.dumps(value, separators=(",", ":")))]
    if isinstance(value, dict):
        pairs = [(_escaped(k), _escaped(v)) for k, v in value.items() if v is not None]
        if parameter.explode:
            return [f"{k}={v}" for k, v in pairs]
        return [part for pair in pairs for part in pair]
    return [_escaped(v) for v in (value if isinstance(value, list) else [value])]


def _escaped(value: Any) -> str:
    return quote(word(value), safe="")


def _deep(prefix: str, value: dict[str, Any] | list[Any]) -> list[str]:
    made = []
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        inner = f"{prefix}%5B{_escaped(key)}%5D"
        if isinstance(item, (dict, list)):
            made += _deep(inner, item)
        elif item is not None:
            made.append(f"{inner}={_escaped(item)}")
    return made


def sign(
    made: Wanted,
    operation: Operation,
    document: Document,
    variables: dict[str, list[str]],
) -> None:
    """Add what each alternative of ``security`` adds; ``variables`` are those of the environment by scheme."""
    schemes = document.schemes()
    for needs in operation.security:
        if needs.keys() - schemes.keys():
            continue
        headers: dict[str, str] = {}
        query: list[str] = []
        cookies: list[str] = []
        for name in needs:
            scheme = schemes.get(name) or {}
            secrets = [secret(v) for v in variables.get(name, [])] or ["MISSING"]
            if scheme.get("type") == "apiKey":
                piece = f"{quote(scheme['name'], safe='')}={quote(secrets[0], safe='')}"
                if scheme.get("in") == "header":
                    headers[scheme["name"].lower()] = secrets[0]
                (query if scheme.get("in") == "query" else []).append(piece)
                (cookies if scheme.get("in") == "cookie" else []).append(piece)
            elif (
                scheme.get("type") == "http"
                and str(scheme.get("scheme")).lower() == "basic"
            ):
                headers["authorization"] = (
                    "Basic " + b64encode(":".join(secrets).encode()).decode()
                )
            else:
                headers["authorization"] = f"Bearer {secrets[0]}"
        made.alternatives.append((headers, query, cookies))


def secret(variable: str) -> str:
    """What the environment variable holds while exercising."""
    return f"secret-of-{variable}"


def differences(want: Wanted, got: dict[str, Any]) -> list[str]:
    """How a recorded request differs from what has to arrive."""
    found = []
    path, _, query = got["target"].partition("?")
    if got["method"] != want.method:
        found.append(f"method {got['method']}, not {want.method}")
    if _same(path) != _same(want.path):
        found.append(f"path {path}, not {want.path}")
    headers = {k.lower(): v for k, v in got["headers"]}
    cookies = [c.strip() for c in headers.get("cookie", "").split(";") if c]
    signed = []
    for more, pieces, extra in want.alternatives or [({}, [], [])]:
        problems = _query(query.split("&") if query else [], [*want.query, *pieces])
        problems += _headers(headers, {**want.headers, **more})
        expected = [*want.cookies, *extra]
        if sorted(map(_same, cookies)) != sorted(map(_same, expected)):
            problems.append(f"cookies {cookies}, not {expected}")
        signed.append(problems)
    return found + min(signed, key=len) + _body(want, got["body"], headers)


def _query(got: list[str], want: list[str]) -> list[str]:
    if sorted(map(_same, got)) == sorted(map(_same, want)):
        return []
    extra = sorted({*map(_same, got)} - {*map(_same, want)})
    lacking = sorted({*map(_same, want)} - {*map(_same, got)})
    return [f"query has {extra[:4]}, lacks {lacking[:4]}"]


def _headers(got: dict[str, str], want: dict[str, str]) -> list[str]:
    found = []
    for name, value in want.items():
        if name not in _TRANSPORT - {"user-agent"} and got.get(name) != value:
            found.append(f"header {name}: {got.get(name)!r}, not {value!r}")
    extra = got.keys() - want.keys() - _TRANSPORT
    return [*found, f"headers nobody asked for: {sorted(extra)}"] if extra else found


def _same(part: str) -> str:
    """``part`` with every character percent-encoded that may be, and no other: delimiters stay apart from data."""
    made = quote(part, safe="%/:?#[]@!$&'()*+,;=~")
    return re.sub(
        r"%[0-9A-Fa-f]{2}",
        lambda m: c if re.fullmatch(r"[\w.~-]", c := unquote(m[0])) and c.isascii() else m[0].upper(),
        made,
    )  # fmt: skip


def _body(want: Wanted, body: bytes, headers: dict[str, str]) -> list[str]:
    if want.body is NONE:
        return [f"body {body[:200]!r}, but none is asked for"] if body else []
    media_type = headers.get("content-type", "")
    bare = media_type.partition(";")[0].strip().lower()
    asked = want.media_type.partition(";")[0].strip().lower()
    found = (
        []
        if bare == asked or "*" in asked
        else [f"content type {media_type}, not {want.media_type}"]
    )
    kind = kind_of(asked)
    if kind == "json":
        try:
            sent = json.loads(body)
        except ValueError:
            return [*found, f"body {body[:200]!r} is no JSON"]
        if sent != want.body:
            found.append(f"body {str(sent)[:300]}, not {str(want.body)[:300]}")
    elif kind == "form":
        got = sorted(parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True))
        if got != (asked_for := sorted(form_pairs(want.body, want.media))):
            found.append(f"form {str(got)[:300]}, not {str(asked_for)[:300]}")
    elif kind == "multipart":
        found += _multipart(want, body, media_type)
    elif body != (want.body if isinstance(want.body, bytes) else want.body.encode()):
        found.append(f"body {body[:100]!r}, not {want.body[:100]!r}")
    return found


def form_pairs(body: dict[str, Any], media: dict[str, Any]) -> list[tuple[str, str]]:
    """Names and values of a form: a list repeats its field, an object is JSON unless ``encoding`` gives it a style."""
    made: list[tuple[str, str]] = []
    for name, value in body.items():
        coding = (media.get("encoding") or {}).get(name) or {}
        styled = {"style", "explode", "allowReserved"} & coding.keys()
        if styled and isinstance(value, (dict, list)):
            style = coding.get("style", "form")
            explode = coding.get("explode", style in ("form", "deepObject"))
            parameter = Parameter(
                name, "query", False, {}, style, explode, False, False
            )
            made += parse_qsl("&".join(in_query(parameter, value)), True)
        elif value is not None:
            many = value if isinstance(value, list) else [value]
            made += [(name, word(one)) for one in many if one is not None]
    return made


def _multipart(want: Wanted, body: bytes, media_type: str) -> list[str]:
    message: Any = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + media_type.encode() + b"\r\n\r\n" + body
    )
    got = []
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, tuple):
            name = name[2]
        data = part.get_payload(decode=True)
        got.append((str(name), data if isinstance(data, bytes) else b""))
    asked = []
    for name, value in want.body.items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                data = one if isinstance(one, bytes) else word(one).encode()
                asked.append((name, data))
    if _parsed(got) == _parsed(asked):
        return []
    return [f"parts {str(got)[:300]}, not {str(asked)[:300]}"]


def _parsed(parts: list[tuple[str, bytes]]) -> list[str]:
    """Parts in an order, JSON objects without their white space."""
    made = []
    for name, data in parts:
        value: object = data
        if data[:1] in (b"{", b"["):
            value = json.loads(data)
        made.append(f"{name} {value!r}")
    return sorted(made)
