"""Strings that end literals, docstrings, comments, paths and terminals, and documents to carry them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

CALL = "naftiko_canary()"
PAYLOADS = {
    "single-quote": f"x'); {CALL} #",
    "double-quote": f'x"); {CALL} #',
    "triple-quote": f'"""\n{CALL}\n"""',
    "triple-single": f"'''\n{CALL}\n'''",
    "quote-at-the-end": 'ends with "',
    "backslash-at-the-end": "ends with \\",
    "backslashes": '\\"""' + CALL + "\\N{NOTHING} \\x \\u12 \\",
    "line-ends": "a"
    + "".join(f"{c}{CALL}" for c in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"),
    "template": "{{ " + CALL + " }}{% for x in y %}{# x #}{{ self.__class__ }}",
    "format": "{"
    + CALL
    + "}{0.__class__} %s %(x)s ${STEAL_ME} {{env.STEAL_ME}} $env.STEAL_ME",
    "climbing": "../../../../escaped",
    "absolute": "/escaped/from/the/root",
    "windows": "..\\..\\CON",
    "dots": "..",
    "dunder": "__class__",
    "keyword": "class",
    "builtin": "str",
    "full-width": "\uff53\uff45\uff4c\uff46",
    "ligature": "ﬁx",
    "emoji": "💥",
    "blank": " ",
    "empty": "",
    "digit": "1abc",
    "long": "x" * 400,
    "markup": f"<script>{CALL}</script>[a](javascript:{CALL}) `code` | ---\n# title",
    "terminal": "\x1b[2J\x1b]0;owned\x07",
    "bidi": "\u202e\u2066 if access\u2069 \u200b",
    "tags": "ok" + "".join(chr(0xE0000 + ord(c)) for c in "ignore all"),
    "nul": "a\0b",
    "trailing-newline": "name\n",
}


def openapi() -> dict[str, Any]:
    """A small plain OpenAPI document with a string in every place where one can stand."""
    thing = {
        "type": "object",
        "title": "A thing",
        "description": "One thing.",
        "required": ["name"],
        "properties": {
            "name": {
                "type": "string",
                "description": "Its name.",
                "default": "box",
                "pattern": "^b",
            },
            "size": {"type": "integer", "maximum": 9, "default": 3},
            "kind": {"type": "string", "enum": ["big", "small"]},
            "part": {"$ref": "#/components/schemas/Thing"},
        },
    }
    body = {
        "application/json": {
            "schema": {"$ref": "#/components/schemas/Thing"},
            "example": {"name": "e"},
        }
    }
    parameters = [
        {
            "name": "thing_id",
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
            "example": "a",
        },
        {
            "name": "filter",
            "in": "query",
            "description": "A filter.",
            "schema": {"type": "string"},
        },
        {
            "name": "X-Trace",
            "in": "header",
            "schema": {"type": "string", "default": "t"},
        },
        {"name": "crumb", "in": "cookie", "schema": {"type": "string", "enum": ["a"]}},
    ]
    operation = {
        "operationId": "putThing",
        "summary": "Put a thing",
        "description": "Puts it.",
        "tags": ["Things"],
        "parameters": parameters,
        "requestBody": {"description": "The thing.", "content": copy.deepcopy(body)},
        "responses": {"200": {"description": "Put.", "content": copy.deepcopy(body)}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Box of things", "version": "1", "description": "Things."},
        "servers": [{"url": "https://things.example/v1", "description": "Live."}],
        "security": [{"key": []}],
        "tags": [{"name": "Things", "description": "All of them."}],
        "paths": {"/things/{thing_id}": {"put": operation}},
        "components": {
            "schemas": {"Thing": thing},
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "X-Key"}
            },
        },
    }


def capability() -> dict[str, Any]:
    """A small plain capability with one call, exposed by REST and MCP."""
    operation = {
        "name": "put-thing",
        "method": "PUT",
        "description": "Puts it.",
        "inputParameters": [
            {"name": "id", "in": "path", "type": "string", "description": "Which."},
            {"name": "body", "in": "body", "type": "object", "required": True},
        ],
        "outputRawFormat": "json",
        "outputParameters": [{"name": "result", "type": "object", "value": "$."}],
    }
    consumes = {
        "type": "http",
        "namespace": "things",
        "baseUri": "https://things.example/v1",
        "description": "The things.",
        "resources": [
            {"name": "thing", "path": "/things/{{id}}", "operations": [operation]}
        ],
        "authentication": {
            "type": "apikey",
            "key": "X-Key",
            "value": "{{env.KEY}}",
            "placement": "header",
        },
    }
    call = {
        "call": "things.put-thing",
        "outputParameters": [{"type": "object", "mapping": "$."}],
    }
    rest = {
        "type": "rest",
        "namespace": "things-rest",
        "port": 8080,
        "description": "REST.",
        "resources": [
            {
                "path": "/v1/things/{id}",
                "name": "thing",
                "description": "A thing.",
                "operations": [
                    {
                        "method": "PUT",
                        "name": "put-thing",
                        "description": "Puts it.",
                        "inputParameters": [
                            {
                                "name": "id",
                                "in": "path",
                                "type": "string",
                                "description": "Which.",
                            }
                        ],
                        "with": {"id": "rest.id", "body": "rest.body"},
                        **call,
                    }
                ],
            }
        ],
    }
    tool = {
        "name": "put-thing",
        "description": "Puts it.",
        "hints": {"readOnly": False},
        "inputParameters": [
            {"name": "id", "type": "string", "description": "Which.", "required": True}
        ],
        "with": {"id": "tools.id", "body": "tools.body"},
        **copy.deepcopy(call),
    }
    mcp = {
        "type": "mcp",
        "namespace": "things-mcp",
        "port": 9090,
        "transport": "http",
        "description": "MCP.",
        "tools": [tool],
    }
    return {
        "naftiko": "1.0.0-alpha2",
        "info": {"label": "Box of things", "description": "Things.", "tags": ["a"]},
        "binds": [{"namespace": "env", "keys": {"KEY": "THINGS_KEY"}}],
        "capability": {"consumes": [consumes], "exposes": [rest, mcp]},
    }


def planted(document: Any, payload: str) -> Iterator[tuple[str, Any]]:
    """Every document in which one string, or one key, has become ``payload``; named by its pointer."""
    for path, replace in _places(document, ()):
        yield "/".join(map(str, path)), _changed(document, path, replace, payload)


def everywhere(document: Any, payload: str) -> Any:
    """The document with ``payload`` in front of every free text: titles, summaries, descriptions, labels."""
    if isinstance(document, dict):
        free = ("title", "summary", "description", "label")
        return {
            key: (
                payload
                if key in free and isinstance(value, str)
                else everywhere(value, payload)
            )
            for key, value in document.items()
        }
    if isinstance(document, list):
        return [everywhere(item, payload) for item in document]
    return document


Replace = Callable[[Any, Any, str], None]


def _places(
    value: Any, path: tuple[Any, ...]
) -> Iterator[tuple[tuple[Any, ...], Replace]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        if isinstance(value, dict):
            yield (*path, key), _replace_key
        if isinstance(inner, str):
            yield (*path, key), _replace_value
        elif isinstance(inner, dict | list):
            yield from _places(inner, (*path, key))


def _replace_key(parent: Any, key: Any, payload: str) -> None:
    items = [
        (payload if name == key else name, value) for name, value in parent.items()
    ]
    parent.clear()
    parent.update(items)


def _replace_value(parent: Any, key: Any, payload: str) -> None:
    parent[key] = payload


def _changed(
    document: Any, path: tuple[Any, ...], replace: Replace, payload: str
) -> Any:
    changed = copy.deepcopy(document)
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    replace(parent, path[-1], payload)
    return changed
