"""The consumed side of a capability: upstream APIs, their operations, parameters, bodies and credentials."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from naftiko_codegen.check.capability_shapes import (
    FORMATS,
    METHODS,
    MORE_METHODS,
    PLACES,
)
from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import clean, quote
from naftiko_codegen.frozen import frozen
from naftiko_codegen.parse.capability_address import (
    base_url,
    join_paths,
    past_tunnel,
    path,
    query,
    value_text,
    without_fragment,
)
from naftiko_codegen.parse.capability_binary import largest
from naftiko_codegen.parse.capability_body import request_body
from naftiko_codegen.parse.capability_mapping import Mapped
from naftiko_codegen.parse.capability_meant import (
    body_key,
    completed,
    same_requests,
    with_key,
)
from naftiko_codegen.parse.capability_path import normal
from naftiko_codegen.parse.capability_schema import schema
from naftiko_codegen.parse.capability_template import template
from naftiko_codegen.parse.capability_view import (
    Authentication,
    Consumed,
    ConsumedParameter,
    Upstream,
)
from naftiko_codegen.read.document import Json
from naftiko_codegen.read.jsonpath import QueryError


@frozen
class _Shared:
    """What all operations of an API have: its parameters, the placeholders of its base URL, an API key for bodies."""

    namespace: str
    parameters: tuple[ConsumedParameter, ...]
    open_names: tuple[str, ...]
    key: ConsumedParameter | None
    mapped: Mapped


def consumed(root: Node, report: Report) -> Iterator[Consumed]:
    """Every upstream API that the document describes itself."""
    mapped = Mapped(root)
    for owner in (root, root.find("capability")):
        for node in owner.entries("consumes") if owner else ():
            if not node.has("import", "location", "from"):
                yield _api(node, mapped, report)


def _api(node: Node, mapped: Mapped, report: Report) -> Consumed:
    namespace = node.text("namespace")
    url, names = base_url(node, report)
    url = past_tunnel(node, url, report)
    key = body_key(node, report)
    shared = _Shared(
        namespace, (*_headers(node), *_parameters(node, report)), names, key, mapped
    )
    made = [
        operation
        for resource in node.entries("resources")
        for item in resource.entries("operations")
        if (operation := _operation(shared, resource, item, report))
    ]
    operations = tuple(operation for operation, _ in made)
    guessed = frozenset(operation.name for operation, is_guess in made if is_guess)
    same_requests(operations, guessed, report)
    asked = None if key else authentication(node)
    return Consumed(namespace, url, names, asked, operations, node.pointer,
                    (*shared.parameters, *([key] if key else ())))  # fmt: skip


def _operation(
    shared: _Shared, resource: Node, node: Node, report: Report
) -> tuple[Upstream, bool] | None:
    """The operation, and whether its path was completed; ``None`` without a name."""
    if not node.name:
        return None
    pointer = node.at("path") if node.has("path") else resource.at("path")
    text, pairs = query(
        without_fragment(
            join_paths(resource.text("path"), node.text("path")), pointer, report
        )
    )
    written = path(text, pointer, report)
    own = (*_parameters(resource, report), *_parameters(node, report))
    known = {p.name for p in (*shared.parameters, *own)} | {name for name, _ in pairs}
    asked = shared.mapped.parameters(
        f"{shared.namespace}.{node.name}",
        node.text("method"),
        {*known, *written[1]},
        report,
    )
    own = (*own, *asked)
    found = completed(written, own, shared.open_names, report)
    body, key = request_body(node, report), shared.key
    if key:
        body = with_key(body, key, report)
        own = own if body else (*own, key)
    made = Upstream(
        namespace=shared.namespace,
        name=node.name,
        method=_one_of(node.text("method"), (*METHODS, *MORE_METHODS), "GET"),
        path=found[0],
        placeholders=found[1],
        query=pairs,
        label=clean(node.text("label", "display")),
        description=clean(node.text("description")),
        parameters=_merged(shared.parameters, own),
        format=_one_of(node.text("outputRawFormat"), FORMATS, "json"),
        media_type=node.text("outputMediaType"),
        reply=_reply(node),
        body=body,
        pointer=node.pointer,
        outputs=tuple(_outputs(node, report)),
        schema=node.text("outputSchema").strip(),
        largest=largest(node, report),
    )
    return made, found is not written


def _outputs(node: Node, report: Report) -> Iterator[tuple[str, str]]:
    """The fields that a step gives which calls the operation; none when one of them is the whole reply."""
    found = [item for item in node.entries("outputParameters") if item.name]
    if any(item.text("value") in ("$", "$.") for item in found):
        return
    for item in found:
        try:
            yield item.name, normal(item.text("value"))
        except QueryError as error:
            words = f"`value` {quote(item.text('value'))} is no JSONPath: {error.message}; left out"
            report.warning("N222", words, item.pointer)


def _one_of(word: str, known: tuple[str, ...], default: str) -> str:
    return next((k for k in known if k.lower() == word.lower()), default)


def _merged(*levels: tuple[ConsumedParameter, ...]) -> tuple[ConsumedParameter, ...]:
    """The parameters of adapter, resource and operation; the inner level wins over the outer one."""
    found: dict[tuple[str, str], ConsumedParameter] = {}
    for level in levels:
        for parameter in level:
            name = (
                parameter.name.lower()
                if parameter.place == "header"
                else parameter.name
            )
            found[parameter.place, name] = parameter
    return tuple(found.values())


def _parameters(owner: Node, report: Report) -> tuple[ConsumedParameter, ...]:
    return tuple(
        _parameter(node, report)
        for node in owner.entries("inputParameters")
        if node.name and node.text("in").lower() in PLACES
    )


def _parameter(node: Node, report: Report) -> ConsumedParameter:
    place = node.text("in").lower()
    found = node.find("value")
    found_schema = schema(node, report)
    return ConsumedParameter(
        name=node.name,
        place=place,
        schema=found_schema if place == "body" else {"type": "string", **found_schema},
        required=place == "path" or node.flag("required") is True,
        description=clean(node.text("description")),
        value=value_text(found.value) if found else None,
        pointer=node.pointer,
    )


def _headers(node: Node) -> Iterator[ConsumedParameter]:
    """``headers:`` beside ``resources:``, a dialect: constants sent with every request."""
    for name, value in node.pairs("headers"):
        text = value_text(value.value)
        yield ConsumedParameter(
            name, "header", {"type": "string"}, False, "", text, value.pointer
        )


def _reply(node: Node) -> Literal["object", "array", "any"]:
    """What the whole reply is, when one of the outputs is the whole reply."""
    for output in node.entries("outputParameters"):
        if output.text("value") in ("$", "$."):
            return whole_type(output.text("type"))
    return "any"


def whole_type(word: Json) -> Literal["object", "array", "any"]:
    """The type of a reply that is passed on whole."""
    return "object" if word == "object" else "array" if word == "array" else "any"


def authentication(node: Node) -> Authentication | None:
    """The ``authentication`` of a consumed API or of a server, if it has one."""
    block = node.find("authentication")
    if block is None or not isinstance(block.value, dict):
        return None
    fields = tuple((k, template(n.value), n.pointer) for k, n in _texts(block))
    headers = tuple(
        (k, template(n.value), n.pointer)
        for k, n in block.pairs("headers")
        if isinstance(n.value, str)
    )
    said = block.value.get("scopes")
    scopes = said if isinstance(said, list) else []
    return Authentication(
        block.text("type").lower(), fields, headers, block.pointer,
        tuple(scope for scope in scopes if isinstance(scope, str)),
    )  # fmt: skip


def _texts(block: Node) -> Iterator[tuple[str, Node]]:
    for key, value in block.value.items():
        if isinstance(value, str):
            yield key, Node(value, block.at(key))
