"""The REST server of an OpenAPI document: every operation at its own path."""

from __future__ import annotations

from naftiko_codegen.check.text import quote
from naftiko_codegen.ir.exposed import Argument, RestServer, Route
from naftiko_codegen.ir.model import Operation, Service
from naftiko_codegen.parse.openapi_parameters import PLACEHOLDER
from naftiko_codegen.parse.openapi_report import Report
from naftiko_codegen.parse.openapi_view import Api, OperationView
from naftiko_codegen.read.document import Json

PORT = 8080


def rest_server(api: Api, service: Service, report: Report) -> RestServer:
    """One route for each operation; two that share method and path are told apart by the operation's name."""
    taken: set[tuple[str, str]] = set()
    routes: list[Route] = []
    for view, operation in zip(api.operations, service.operations, strict=True):
        path = view.path
        if (view.method, _template(path)) in taken:
            path = f"{path.rstrip('/')}/{view.name}"
            message = f"{view.method} {quote(view.path)} is taken by another operation; it is served at {quote(path)}"
            report.warning("N481", message, view.pointer, key=True)
        taken.add((view.method, _template(path)))
        routes.append(_route(path, view, operation))
    return RestServer(server_name(api), PORT, tuple(routes), api.description)


def server_name(api: Api) -> str:
    """The words of the title as an adapter's name: ``hugging-face-inference``."""
    words = "".join(c if c.isalnum() else " " for c in api.title.lower()).split()
    return "-".join(word for word in words if word != "api")[:64] or "api"


def _template(path: str) -> str:
    """``path`` with all placeholders alike."""
    return PLACEHOLDER.sub("{}", path)


def _route(path: str, view: OperationView, operation: Operation) -> Route:
    return Route(
        name=operation.name,
        method=operation.method,
        path=path,
        operation=operation.name,
        arguments=(*_parameters(operation), *_body(operation)),
        summary=operation.summary,
        description=operation.description,
        tag=operation.group,
        deprecated=operation.deprecated,
        origin=operation.origin,
    )


def _parameters(operation: Operation) -> list[Argument]:
    """Each parameter a caller gives, taken from the place it goes to."""
    return [
        Argument(
            name=parameter.name,
            place="body" if parameter.place == "template" else parameter.place,
            required=parameter.required,
            schema=parameter.schema,
            target=parameter.key,
            multi_segment=parameter.multi_segment,
            description=parameter.description,
            origin=parameter.origin,
        )
        for parameter in operation.parameters
        if parameter.constant is ...
    ]


def _body(operation: Operation) -> list[Argument]:
    """The whole body; its schema is that of the JSON content, if there is one."""
    body = operation.body
    if body is None:
        return []
    schema: Json = next(
        (content.schema for content in body.contents if content.kind == "json"), {}
    )
    return [
        Argument(
            "body",
            "body",
            body.required,
            schema,
            description=body.description,
            origin=body.origin,
        )
    ]
