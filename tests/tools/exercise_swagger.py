"""Swagger 2.0 → the words of OpenAPI 3.0, as far as requests and replies go."""

from __future__ import annotations

from typing import Any

_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_SCHEMA = (
    "type", "format", "items", "enum", "default", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "multipleOf",
)  # fmt: skip
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")


def modern(root: dict[str, Any]) -> dict[str, Any]:
    """``root`` with servers, request bodies, contents and security schemes; references stay as they are."""
    shared = root.get("parameters") or {}
    paths: dict[str, Any] = {}
    for path, item in (root.get("paths") or {}).items():
        above = [_named(p, shared) for p in item.get("parameters") or []]
        made: dict[str, Any] = {}
        for method in _METHODS:
            if method in item:
                made[method] = _operation(root, above, item[method], shared)
        paths[path] = made
    schemes = {
        k: _scheme(v) for k, v in (root.get("securityDefinitions") or {}).items()
    }
    found = {**root, "paths": paths, "components": {"securitySchemes": schemes}}
    return {**found, "servers": [{"url": root.get("basePath") or "/"}]}


def _named(parameter: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    reference = str(parameter.get("$ref", ""))
    found: dict[str, Any] = shared.get(reference.rpartition("/")[2], parameter)
    return found


def _operation(
    root: dict[str, Any],
    above: list[dict[str, Any]],
    raw: dict[str, Any],
    shared: dict[str, Any],
) -> dict[str, Any]:
    own = [_named(p, shared) for p in raw.get("parameters") or []]
    names = {(p.get("in"), p.get("name")) for p in own}
    every = own + [p for p in above if (p.get("in"), p.get("name")) not in names]
    made = {k: v for k, v in raw.items() if k not in ("parameters", "responses")}
    made["parameters"] = [
        _parameter(p) for p in every if p.get("in") not in ("body", "formData")
    ]
    consumes = raw.get("consumes", root.get("consumes")) or ["application/json"]
    fields = [p for p in every if p.get("in") == "formData"]
    for body in (p for p in every if p.get("in") == "body"):
        content = {m: {"schema": body.get("schema", {})} for m in consumes}
        made["requestBody"] = {
            "required": bool(body.get("required")),
            "content": content,
        }
    if fields:
        made["requestBody"] = _form(fields, consumes)
    produces = raw.get("produces", root.get("produces")) or ["application/json"]
    made["responses"] = {
        status: _reply(root, reply, produces)
        for status, reply in (raw.get("responses") or {}).items()
    }
    return made


def _reply(
    root: dict[str, Any], reply: dict[str, Any], produces: list[str]
) -> dict[str, Any]:
    reference = str(reply.get("$ref", ""))
    reply = (root.get("responses") or {}).get(reference.rpartition("/")[2], reply)
    if "schema" not in reply:
        return {}
    if reply["schema"].get("type") == "file":
        return {
            "content": {
                m: {"schema": {"type": "string", "format": "binary"}} for m in produces
            }
        }
    return {"content": {m: {"schema": reply["schema"]} for m in produces}}


def _form(fields: list[dict[str, Any]], consumes: list[str]) -> dict[str, Any]:
    file = any(p.get("type") == "file" for p in fields)
    types = [m for m in consumes if m in (_FORM, _MULTIPART)] or [_FORM]
    types = [_MULTIPART] if file else types
    schema = {
        "type": "object",
        "properties": {p["name"]: _schema(p) for p in fields},
        "required": [p["name"] for p in fields if p.get("required")],
    }
    return {
        "required": bool(schema["required"]),
        "content": {m: {"schema": schema} for m in types},
    }


def _schema(parameter: dict[str, Any]) -> dict[str, Any]:
    if parameter.get("type") == "file":
        return {"type": "string", "format": "binary"}
    return {k: parameter[k] for k in _SCHEMA if k in parameter}


def _parameter(raw: dict[str, Any]) -> dict[str, Any]:
    made = {
        "name": raw.get("name"),
        "in": raw.get("in"),
        "required": raw.get("required"),
        "schema": _schema(raw),
    }
    if raw.get("type") == "array":
        kind = raw.get("collectionFormat", "csv")
        made["explode"] = kind == "multi"
        if kind in ("ssv", "pipes"):
            made["style"] = {"ssv": "spaceDelimited", "pipes": "pipeDelimited"}[kind]
    return made


def _scheme(raw: dict[str, Any]) -> dict[str, Any]:
    return {"type": "http", "scheme": "basic"} if raw.get("type") == "basic" else raw
