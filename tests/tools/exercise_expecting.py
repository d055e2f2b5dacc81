"""Values for every input, and the request that the upstream has to get for them."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.tools.exercise_reading import (
    PLACEHOLDER,
    Capability,
    Operation,
    Param,
    respelled,
)

CONNECTION = {
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "upgrade",
    "te",
    "trailer",
    "expect",
    "keep-alive",
}
"""Headers of the connection: the client writes them itself, whatever a file declares."""
NONE = object()


@dataclass
class Wanted:
    """The request that has to arrive."""

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    body: Any = NONE
    unsure: str = ""
    media_type: str = "application/json"


@dataclass
class Given:
    """What a caller gives: (name, place, value)."""

    inputs: list[tuple[Param, Any]]
    wanted: Wanted
    gaps: dict[str, Any] | None = None
    """What fills the placeholders of a body that the file writes, if it does."""


def value(name: str, place: str, schema: dict[str, Any]) -> Any:
    """A value that ``schema`` allows, and that shows what is not encoded as it must be."""
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind in ("integer", "number"):
        low = max(3, schema.get("minimum", 3))
        whole = min(low, schema.get("maximum", low))
        return whole if kind == "integer" else whole + 0.0
    if kind == "boolean":
        return True
    if kind == "array":
        return [value(name, place, schema.get("items") or {})] * 2
    if kind == "object":
        known = schema.get("properties") or {"k": {"type": "string"}}
        known = known if isinstance(known, dict) else {"k": {"type": "string"}}
        return {
            k: value(k, "body", v if isinstance(v, dict) else {})
            for k, v in known.items()
        }
    return _text(name, place, schema)


def _text(name: str, place: str, schema: dict[str, Any]) -> str:
    by_format = {
        "date-time": "2026-01-02T03:04:05Z",
        "date": "2026-01-02",
        "uuid": "0f0e0d0c-0b0a-4908-8706-050403020100",
        "uri": "https://example.com/a?b=c&d",
        "email": "a@example.com",
        "binary": "data",
        "byte": "ZGF0YQ==",
    }
    if schema.get("format") in by_format:
        return by_format[schema["format"]]
    odd = (
        f"{name[:12]} v;1" if place in ("header", "cookie") else f"{name[:12]} ä/&?#%+="
    )
    odd = odd.replace(";", "-").replace(" ", "-") if place == "cookie" else odd
    odd = odd.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", 999)]
    if pattern := schema.get("pattern"):
        tries = (odd, "abc", "ABC-123", "123", "a", "1", "A1B2C3D4E5F6")
        return next((t for t in tries if re.search(pattern, t)), odd)
    return odd


def wire(one: Any) -> str:
    """A scalar as it stands in a URL or header."""
    if isinstance(one, bool):
        return str(one).lower()
    return one if isinstance(one, str) else json.dumps(one)


def secret(variable: str) -> str:
    """What the environment variable holds while exercising."""
    return f"secret-of-{variable}"


def client_call(capability: Capability, operation: Operation) -> Given:
    """All parameters of an operation, by themselves."""
    inputs, slots = [], {}
    gaps: dict[str, Any] = {}
    for param in parameters(operation):
        if is_open(param, capability):
            made = value(param.name, param.place, param.schema)
            inputs.append((param, made))
            slots[id(param)] = made
    body: Any = NONE
    fields = [p for p in operation.params if p.place == "body"]
    template = body_template(operation)
    if template and fields:
        fields = []
    if len(fields) == 1 and fields[0].name == "body":
        body = value("body", "body", fields[0].schema or {"type": "object"})
    elif fields:
        body = {p.name: value(p.name, "body", p.schema) for p in fields}
    elif template:
        body = substituted(
            template,
            lambda name: (
                secret(variable_of(name, capability))
                if variable_of(name, capability)
                else gaps.setdefault(name, value(name, "body", {}))
            ),
        )
    elif operation.body is not None or operation.fed:
        body = {"k": "v"}
    if body is not NONE:
        inputs.append((Param("body", "body", {}, True), body))
    made = wanted(capability, operation, slots, body)
    return Given(inputs, made, gaps if template else None)


def body_template(operation: Operation) -> Any:
    """The JSON of a ``body:`` block with its placeholders, when there is more to it than one; else ``None``."""
    block = operation.body
    data = block.get("data") if isinstance(block, dict) and "type" in block else block
    if isinstance(data, str) and not PLACEHOLDER.fullmatch(data.strip()):
        quoted = re.sub(r'"?(\{\{[^{}]*\}\})"?', r'"\1"', data)
        try:
            return json.loads(quoted)
        except ValueError:
            return None
    return data if isinstance(data, dict | list) else None


def whole_name(operation: Operation) -> str:
    """The input that is all of the body."""
    block = operation.body
    data = block.get("data") if isinstance(block, dict) and "type" in block else block
    found = PLACEHOLDER.fullmatch(data.strip()) if isinstance(data, str) else None
    return found[1].split(".")[-1] if found else "body"


def substituted(node: Any, get: Callable[[str], Any]) -> Any:
    """``node`` with the value of every placeholder; a property whose value is ``NONE`` is left out."""
    if isinstance(node, dict):
        made = {k: substituted(v, get) for k, v in node.items()}
        return {k: v for k, v in made.items() if v is not NONE}
    if isinstance(node, list):
        return [substituted(v, get) for v in node]
    if isinstance(node, str) and (whole := PLACEHOLDER.fullmatch(node.strip())):
        return get(whole[1].split(".")[-1])
    if isinstance(node, str):
        return PLACEHOLDER.sub(lambda m: wire(get(m[1].split(".")[-1])), node)
    return node


def parameters(operation: Operation) -> list[Param]:
    """Those outside the body, the undeclared ones of the path included, those without a place in it left out."""
    names = {respelled(n): n for n in operation.placeholders}
    found, seen = [], set()
    for param in operation.params:
        if param.place == "path":
            if respelled(param.name) not in names:
                continue
            seen.add(respelled(param.name))
        transport = param.place == "header" and param.name.lower() in CONNECTION
        if param.place not in ("body", "environment") and not transport:
            found.append(param)
    for name in operation.placeholders:
        if respelled(name) not in seen:
            found.append(
                operation.undeclared.setdefault(name, Param(name, "path", {}, True))
            )
    declared = {p.name for p in found if p.place == "query"}
    for name, text in operation.query:
        if name not in declared:
            said = f"{{{text}}}" if re.fullmatch(r"\{[^{}]*\}", text) else text
            made = Param(name, "query", {}, True, said)
            found.append(operation.undeclared.setdefault(f"?{name}", made))
    return found


def is_open(param: Param, capability: Capability) -> bool:
    """Whether a caller gives the value: it is no constant and no variable."""
    if param.value is None:
        return True
    name = PLACEHOLDER.fullmatch(str(param.value).strip())
    return bool(name) and not variable_of(name[1], capability)


def variable_of(name: str, capability: Capability) -> str:
    """The environment variable that ``name`` in a template means; empty when it is none."""
    last = name.removeprefix("$").split(".")[-1]
    if last in capability.variables:
        return capability.variables[last]
    return last if re.fullmatch(r"[A-Z][A-Z0-9_]+", last) else ""


def expand(text: str, capability: Capability) -> str:
    """``text`` with its variables filled in."""

    def one(match: re.Match[str]) -> str:
        return secret(variable_of(match[1], capability) or match[1])

    return PLACEHOLDER.sub(one, text)


def wanted(
    capability: Capability, operation: Operation, slots: dict[int, Any], body: Any
) -> Wanted:
    """The request for the values of ``slots`` (by identity of the parameter) and the body."""
    made = Wanted(operation.method, "", body=body)
    block = operation.body if isinstance(operation.body, dict) else {}
    made.media_type = _MEDIA_TYPES.get(str(block.get("type")).lower(), made.media_type)
    texts = {}
    for param in parameters(operation):
        sent = slots.get(id(param), NONE)
        if param.value is not None and not is_open(param, capability):
            text = param.value
            sent = expand(text, capability) if isinstance(text, str) else text
        if sent is NONE:
            continue
        if param.place == "path":
            texts[respelled(param.name)] = wire(sent)
        elif param.place == "query":
            many = sent if isinstance(sent, list) else [sent]
            if isinstance(sent, dict):
                made.query += [(k, wire(v)) for k, v in sent.items()]
            else:
                made.query += [(param.name, wire(v)) for v in many]
        elif param.place == "header":
            many = sent if isinstance(sent, list) else [sent]
            made.headers[param.name.lower()] = ",".join(map(wire, many))
        elif param.place == "cookie":
            made.cookies[param.name] = wire(sent)
    made.path = operation.base + re.sub(
        r"\{([^{}]*)\}",
        lambda m: quote(texts.get(respelled(m[1]), "MISSING"), safe=""),
        operation.path,
    )
    authenticate(made, operation.authentication, capability)
    return made


def authenticate(made: Wanted, block: dict[str, Any], capability: Capability) -> None:
    """Add what an ``authentication`` block asks for; written secrets are read from the environment instead."""
    kind = str(block.get("type", "")).lower()
    secrets = [str(block[key]) for key in ("password", "token") if block.get(key)]
    if any(not PLACEHOLDER.search(s) and s.upper() != s for s in secrets):
        made.unsure = "a secret in the file"
        return
    text = {k: expand(v, capability) for k, v in block.items() if isinstance(v, str)}
    for key in ("token", "value", "username", "password"):
        if re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", text.get(key, "")):
            text[key] = secret(variable_of(text[key], capability))
    if kind == "bearer":
        token = text.get("token") or text.get("value") or ""
        made.headers["authorization"] = (
            token if token.startswith("Bearer ") else f"Bearer {token}"
        )
    elif kind == "basic":
        pair = f"{text.get('username', '')}:{text.get('password', '')}"
        made.headers["authorization"] = "Basic " + b64encode(pair.encode()).decode()
    elif kind == "apikey":
        name = text.get("key") or text.get("name") or ""
        place = text.get("placement") or text.get("in") or "header"
        if place == "header":
            made.headers.setdefault(name.lower(), text.get("value", ""))
        elif place == "query":
            made.query.append((name, text.get("value", "")))
        elif place == "cookie":
            made.cookies[name] = text.get("value", "")
        if isinstance(block.get("headers"), dict):
            for key, one in block["headers"].items():
                made.headers[key.lower()] = expand(str(one), capability)
            made.headers.pop("", None)
    elif kind:
        made.unsure = f"authentication {kind}"


_MEDIA_TYPES = {
    "form": "application/x-www-form-urlencoded",
    "formurlencoded": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data",
    "multipartform": "multipart/form-data",
}
