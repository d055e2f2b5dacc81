"""One route → its operation object: parameters, body, the upstream's replies and the server's own."""

from __future__ import annotations

from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.exposed import Argument, Route
from naftiko_codegen.ir.model import Content, Encoding, Operation, Parameter, Reply
from naftiko_codegen.ir.rest_document_components import Components
from naftiko_codegen.ir.schema_normal import PREFIX
from naftiko_codegen.ir.types import AnyType
from naftiko_codegen.read.document import Json, Pointer

_SEGMENTS = "It may hold several path segments, with slashes between them."
_DEFAULT_STYLES = {
    "path": "simple",
    "header": "simple",
    "query": "form",
    "cookie": "form",
}
_STYLES = {
    "path": ("matrix", "label"),
    "query": ("spaceDelimited", "pipeDelimited", "deepObject"),
}

_BAD_REQUEST = "The request cannot be read, or lacks something."
_OWN_REPLIES = {
    "401": "This server wants a token.",
    "404": "There is nothing at this path.",
    "500": "This server has no credential for the upstream.",
    "502": "The upstream cannot be reached, or its reply cannot be read.",
    "503": "This server is busy, or stopping.",
    "504": "The upstream did not answer in time.",
}
_OWN_BODY_REPLIES = {
    "408": "The body did not arrive in time.",
    "413": "The body is larger than this server takes.",
    "415": "The body is of no media type listed here.",
}
_UNFIT = "The request does not fit its schema."


def operation_object(
    route: Route, operation: Operation, components: Components
) -> dict[str, Json]:
    """The operation object of ``route``, which calls ``operation``."""
    made: dict[str, Json] = {"operationId": route.name}
    made |= {"tags": [route.tag]} if route.tag else {}
    made |= {"summary": route.summary} if route.summary else {}
    made |= {"description": route.description} if route.description else {}
    made |= {"deprecated": True} if route.deprecated else {}
    parameters = _parameters(route, operation, components)
    body = _body(route, operation, components)
    made |= {"parameters": parameters} if parameters else {}
    made |= {"requestBody": body} if body else {}
    made["responses"] = _responses(
        _shaped(route, operation),
        components,
        takes=bool(parameters),
        has_body=body is not None,
        is_head=route.method == "HEAD",
    )
    return made


def _shaped(route: Route, operation: Operation) -> tuple[Reply, ...]:
    """The replies of ``operation``; those that report success are what the route declares, or what a shape makes."""
    if route.replies:
        known = {reply.status for reply in route.replies}
        others = (r for r in operation.replies if r.status not in known)
        return (*route.replies, *(r for r in others if not r.status.startswith("2")))
    if route.reply_schema is ...:
        return operation.replies
    content = Content("application/json", "json", AnyType(), route.reply_schema)
    return tuple(
        changed(reply, contents=(content,)) if reply.status.startswith("2") else reply
        for reply in operation.replies
    )


def _parameters(
    route: Route, operation: Operation, components: Components
) -> list[Json]:
    """A parameter object for each input outside the body that a caller gives."""
    targets = {parameter.key: parameter for parameter in operation.parameters}
    found: dict[tuple[str, str], Json] = {}
    for argument in route.arguments:
        if argument.place in _DEFAULT_STYLES and argument.constant is ...:
            made = _parameter(argument, targets.get(argument.target), components)
            found.setdefault((argument.place, argument.name), made)
    return list(found.values())


def _parameter(
    argument: Argument, target: Parameter | None, components: Components
) -> dict[str, Json]:
    made: dict[str, Json] = {"name": argument.name, "in": argument.place}
    note = _SEGMENTS if argument.multi_segment else ""
    text = " ".join(part for part in (argument.description.strip(), note) if part)
    made |= {"description": text} if text else {}
    made |= {"required": True} if argument.required or argument.place == "path" else {}
    schema = components.schema(argument.schema)
    if target is None or target.place != argument.place:
        return {**made, "schema": schema}
    made |= {"deprecated": True} if target.deprecated else {}
    if target.style == "json":
        return {**made, "content": {"application/json": {"schema": schema}}}
    made |= _style(target)
    made["schema"] = schema
    return {**made, "example": target.example} if target.example is not ... else made


def _style(parameter: Parameter) -> dict[str, Json]:
    """Style and explode, where they are not the default."""
    made: dict[str, Json] = {}
    style = parameter.style or _DEFAULT_STYLES[parameter.place]
    if style in _STYLES.get(parameter.place, ()):
        made["style"] = style
    if parameter.explode != (style in ("form", "deepObject", "cookie")):
        made["explode"] = parameter.explode
    if parameter.allow_reserved and parameter.place == "query":
        made["allowReserved"] = True
    return made


def _body(
    route: Route, operation: Operation, components: Components
) -> dict[str, Json] | None:
    """The request body: the operation's own when it is passed on whole, else JSON made of its parts."""
    given = [a for a in route.arguments if a.place == "body" and a.constant is ...]
    if not given:
        return None
    whole = next((a for a in given if not (a.pointer or a.field or a.target)), None)
    contents = operation.body.contents if operation.body else ()
    if whole is not None and contents:
        content = {
            item.media_type: _media(item, whole.schema, components) for item in contents
        }
    elif whole is not None:
        content = {"application/json": {"schema": components.schema(whole.schema)}}
    else:
        content = {"application/json": {"schema": components.schema(_composed(given))}}
    made: dict[str, Json] = {}
    text = next(
        (a.description for a in given if a.description),
        operation.body.description if operation.body else "",
    )
    made |= {"description": text} if whole is not None and text else {}
    made["content"] = content
    return {**made, "required": True} if any(a.required for a in given) else made


def _media(content: Content, schema: Json, components: Components) -> dict[str, Json]:
    """A media type object; the route's own schema counts for JSON when it says more than the operation's."""
    if content.kind == "binary":
        return {}
    if content.kind == "text":
        is_stream = (
            content.item is not None
        )  # a schema would be that of one of its parts
        return {} if is_stream else {"schema": {"type": "string"}}
    made: dict[str, Json] = {"schema": components.schema(content.schema or schema)}
    if content.encodings:
        made["encoding"] = {it.name: _encoding(it) for it in content.encodings}
    return {**made, "example": content.example} if content.example is not ... else made


def _encoding(encoding: Encoding) -> dict[str, Json]:
    if encoding.media_type:
        return {"contentType": encoding.media_type}
    made: dict[str, Json] = {"style": encoding.style, "explode": encoding.explode}
    return {**made, "allowReserved": True} if encoding.allow_reserved else made


def _composed(arguments: list[Argument]) -> Json:
    """The object in which each argument stands at its pointer."""
    root: dict[str, Json] = {"type": "object", "properties": {}}
    for argument in arguments:
        pointer: Pointer = argument.pointer or (argument.name,)
        owner = root
        for step in pointer[:-1]:
            if argument.required:
                _require(owner, str(step))
            owner = owner["properties"].setdefault(
                str(step), {"type": "object", "properties": {}}
            )
            owner.setdefault("properties", {})
        schema = argument.schema if isinstance(argument.schema, dict) else {}
        text = {"description": argument.description} if argument.description else {}
        owner["properties"].setdefault(str(pointer[-1]), {**text, **schema})
        if argument.required:
            _require(owner, str(pointer[-1]))
    return root


def _require(owner: dict[str, Json], name: str) -> None:
    required = owner.setdefault("required", [])
    if name not in required:
        required.append(name)


def _responses(
    replies: tuple[Reply, ...],
    components: Components,
    *,
    takes: bool,
    has_body: bool,
    is_head: bool,
) -> dict[str, Json]:
    """The upstream's replies, then the server's own where they are not among them, by status."""
    found = {reply.status: _reply(reply, components) for reply in replies}
    if not any(status.startswith("2") or status == "default" for status in found):
        found["2XX"] = {"description": "The reply of the upstream."}
    own = dict(_OWN_REPLIES)
    own |= _OWN_BODY_REPLIES if has_body else {}
    own |= {"400": _BAD_REQUEST, "422": _UNFIT} if takes or has_body else {}
    problem = {
        "application/problem+json": {"schema": {"$ref": PREFIX + components.problem}}
    }
    for status, text in sorted(own.items()):
        reply = found.setdefault(status, {"description": text})
        if not is_head:  # no reply to it has a body
            reply["content"] = {**reply.get("content", {}), **problem}
    ordered = sorted(found, key=lambda status: (status == "default", status))
    return {status: found[status] for status in ordered}


def _reply(reply: Reply, components: Components) -> dict[str, Json]:
    made: dict[str, Json] = {
        "description": reply.description or "The reply of the upstream."
    }
    headers = {header.name: _header(header, components) for header in reply.headers}
    made |= {"headers": headers} if headers else {}
    content = {item.media_type: _media(item, {}, components) for item in reply.contents}
    return {**made, "content": content} if content else made


def _header(header: Parameter, components: Components) -> dict[str, Json]:
    made: dict[str, Json] = (
        {"description": header.description} if header.description else {}
    )
    return {**made, "schema": components.schema(header.schema)}
