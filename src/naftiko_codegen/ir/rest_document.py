"""``ir.Package`` → the OpenAPI 3.1 document that its REST server serves at ``/openapi.json``."""

from __future__ import annotations

from naftiko_codegen.ir.exposed import RestServer, Route
from naftiko_codegen.ir.model import Operation, Reply
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.rest_document_callers import security_schemes
from naftiko_codegen.ir.rest_document_components import Components
from naftiko_codegen.ir.rest_document_forwards import forwarded_items
from naftiko_codegen.ir.rest_document_operations import operation_object
from naftiko_codegen.read.document import Json

ANSWERED = Operation(
    "", "GET", "/", "", replies=(Reply("200", "What is made of the request."),)
)
"""What a route calls that answers by itself."""
_METHODS = frozenset(
    ("get", "put", "post", "delete", "options", "head", "patch", "trace")
)


def openapi_document(package: Package) -> Json:
    """The document of the package's REST server, in the author's order; it names no upstream and no credential.

    Components hold what the operations refer to and ``Problem``, the server's own errors (RFC 9457). The version is
    3.1.0, or 3.2.0 when an operation has a method that 3.1 does not know.
    """
    server = package.rest
    if server is None:
        raise ValueError("the package has no REST server")
    components = Components(package.service)
    paths = _paths(package, server, components)
    known = all(route.method.lower() in _METHODS for route in server.routes)
    document: dict[str, Json] = {
        "openapi": "3.1.0" if known else "3.2.0",
        "info": _info(package),
        "servers": [{"url": "/"}],
    }
    if tags := _tags(package, server):
        document["tags"] = tags
    objects = components.objects()
    if server.callers:
        objects["securitySchemes"] = security_schemes(server.callers)
        document["security"] = [{name: [] for name in objects["securitySchemes"]}]
    return {**document, "paths": paths, "components": objects}


def _info(package: Package) -> dict[str, Json]:
    info: dict[str, Json] = {"title": package.title or package.stem or "API"}
    if package.description:
        info["description"] = package.description
    return {**info, "version": package.version or "1.0.0"}


def _tags(package: Package, server: RestServer) -> list[Json]:
    """The tags of the routes: first those of the service in their order, then the others as they come."""
    said = [route.tag for route in server.routes]
    said += [forward.tag for forward in server.forwards]
    used = dict.fromkeys(tag for tag in said if tag)
    described = {
        group.name: group.description
        for group in package.service.groups
        if group.name in used
    }
    return [
        {
            "name": name,
            **({"description": described[name]} if described.get(name) else {}),
        }
        for name in dict.fromkeys((*described, *used))
    ]


def _paths(
    package: Package, server: RestServer, components: Components
) -> dict[str, Json]:
    """Path items by path, operations by method in lower case."""
    operations = {operation.name: operation for operation in package.service.operations}
    names = [route.name for route in server.routes]
    paths: dict[str, dict[str, Json]] = {}
    for route in server.routes:
        made = operation_object(
            route, operations.get(route.operation, ANSWERED), components
        )
        if names.count(route.name) > 1:
            made.pop("operationId")
        _place(paths.setdefault(route.path, {}), route, made)
    for path, item in forwarded_items(server, components):
        paths[path] = item | paths.get(path, {})
    return paths


def _place(item: dict[str, Json], route: Route, operation: Json) -> None:
    """Put an operation into its path item; 3.2 has a place of their own for methods it does not know."""
    method = route.method.lower()
    if method in _METHODS or method == "query":
        item[method] = operation
    else:
        item.setdefault("additionalOperations", {})[route.method] = operation
