"""Forwarding resources → path items: what a caller may send there is what the upstream takes."""

from __future__ import annotations

from collections.abc import Iterator

from naftiko_codegen.ir.exposed import Forward, RestServer
from naftiko_codegen.ir.rest_document_components import Components
from naftiko_codegen.ir.schema_normal import PREFIX
from naftiko_codegen.read.document import Json

_METHODS = ("get", "post", "put", "patch", "delete")
_REST = {
    "name": "path", "in": "path", "required": True, "description": "The rest of the path, slashes included.",
    "schema": {"type": "string"},
}  # fmt: skip


def forwarded_items(
    server: RestServer, components: Components
) -> Iterator[tuple[str, dict[str, Json]]]:
    """Path and item of every place that passes requests on."""
    for forward in server.forwards:
        yield forward.path or "/", _item(forward, components, below=False)
        yield f"{forward.path}/{{path}}", _item(forward, components, below=True)


def _item(forward: Forward, components: Components, *, below: bool) -> dict[str, Json]:
    return {method: _operation(forward, method, components, below) for method in _METHODS}  # fmt: skip


def _operation(
    forward: Forward, method: str, components: Components, below: bool
) -> dict[str, Json]:
    made: dict[str, Json] = {"tags": [forward.tag]} if forward.tag else {}
    made |= {"summary": forward.summary} if forward.summary else {}
    made |= {"description": forward.description} if forward.description else {}
    parameters = [_REST] if below else []
    parameters += [
        {"name": name, "in": "header", "schema": {"type": "string"}}
        for name in forward.trusted
    ]
    made |= {"parameters": parameters} if parameters else {}
    if method in ("post", "put", "patch"):
        made["requestBody"] = {"content": {"*/*": {}}}
    problem = {"schema": {"$ref": PREFIX + components.problem}}
    made["responses"] = {
        "2XX": {"description": "The reply of the upstream."},
        "default": {
            "description": "An error of the upstream, or of this server.",
            "content": {"application/problem+json": problem, "*/*": {}},
        },
    }
    return made
