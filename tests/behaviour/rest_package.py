"""A package with every kind of input and reply, compiled by the real planner and templates for the REST tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.ir.exposed import Argument, RestServer, Route
from naftiko_codegen.ir.model import (
    Body,
    Content,
    Credential,
    Operation,
    Parameter,
    Reply,
    Service,
)
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.types import AnyType, ArrayOf, Scalar
from naftiko_codegen.python import gateway, gateway_rest
from naftiko_codegen.python.naming import package_names, plan_names
from naftiko_codegen.python.plan import plan_package, runtime_folders
from naftiko_codegen.render.files import File
from naftiko_codegen.render.renderer import Renderer, View
from naftiko_codegen.render.runtime import copied
from naftiko_codegen.templates_root import templates_root

NAME = "played_service"
TOKEN = "played-secret"
STRING: dict[str, Any] = {"type": "string"}
INTEGER: dict[str, Any] = {"type": "integer", "minimum": 1}
TAGS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
THING: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "size": {"type": "integer"},
        "next": {"$ref": "#/components/schemas/Thing"},
    },
}
JSON_CONTENT = Content(
    "application/json", "json", AnyType(), {"$ref": "#/components/schemas/Thing"}
)
BINARY = tuple(
    Content(name, "binary", Scalar("binary"))
    for name in ("application/octet-stream", "image/*")
)
OK = (Reply("200", "fine", (Content("application/json", "json", AnyType()),)),)
SECURITY = (("token",),)


def parameter(name: str, place: Any, schema: Any, **more: Any) -> Parameter:
    """A parameter whose key is its name."""
    kind = ArrayOf(Scalar("string")) if schema is TAGS else Scalar("string")
    style = {"path": "simple", "header": "simple"}.get(place, "form")
    explode = style == "form"
    required = more.pop("required", place == "path")
    return Parameter(
        name, name, place, kind, required=required, style=style, explode=explode,
        schema=schema, **more,
    )  # fmt: skip


def operation(
    name: str, method: str, path: str, *parameters: Parameter, **more: Any
) -> Operation:
    """An upstream operation that needs the token."""
    return Operation(
        name, method, path, "http://127.0.0.1:9/base", parameters=parameters,
        replies=OK, security=SECURITY, idempotent=method == "GET", **more,
    )  # fmt: skip


MODEL = parameter("model_id", "path", STRING, multi_segment=True)
OPERATIONS = (
    operation("createThing", "POST", "/things", body=Body((JSON_CONTENT,), required=True)),
    operation(
        "findThings",
        "GET",
        "/things/{id}",
        parameter("id", "path", STRING),
        parameter("limit", "query", INTEGER),
        parameter("verbose", "query", {"type": "boolean"}),
        parameter("tags", "query", TAGS),
        parameter("X-Trace", "header", STRING),
        parameter("session", "cookie", STRING),
    ),
    operation("task", "GET", "/tasks/{kind}", parameter("kind", "path", {"type": "string", "enum": ["a", "b"]})),
    operation("upload", "POST", "/files/{name}", parameter("name", "path", STRING), body=Body(BINARY, required=True)),
    operation("download", "GET", "/files/{name}", parameter("name", "path", STRING)),
    operation("run", "POST", "/models/{model_id}", MODEL, body=Body((JSON_CONTENT,))),
    operation("paint", "POST", "/models/{model_id}/text-to-image", MODEL, body=Body((JSON_CONTENT,))),
    operation("pick", "POST", "/picked/{id}", parameter("id", "path", STRING),
              parameter("v", "query", STRING, constant="1"),
              body=Body((Content("application/json", "json", AnyType()),), required=True)),
)  # fmt: skip


def forwarded(name: str) -> Route:
    """The route of an operation that takes what the operation takes."""
    source = next(o for o in OPERATIONS if o.name == name)
    arguments = [
        Argument(
            p.name,
            p.place,
            p.required,
            p.schema,
            target=p.key,
            multi_segment=p.multi_segment,
        )
        for p in source.parameters
    ]
    if source.body:
        schema = source.body.contents[0].schema
        arguments.append(Argument("body", "body", source.body.required, schema))
    return Route(name, source.method, "/v1" + source.path, name, tuple(arguments))


ROUTES = (
    *(forwarded(o.name) for o in OPERATIONS if o.name != "pick"),
    Route(
        "pick",
        "POST",
        "/v1/picked",
        "pick",
        (
            Argument("n", "query", True, INTEGER, field="count"),
            Argument("who", "body", True, STRING, target="id", pointer=("owner", "id")),
            Argument(
                "what", "body", False, {}, field="what", pointer=("things", "first")
            ),
            Argument(
                "kind",
                "body",
                False,
                {},
                field="kind",
                constant={"fixed": [True, None]},
            ),
        ),
    ),
)
PACKAGE = Package(
    "played.yaml",
    "0" * 16,
    "played",
    "Played Service",
    Service(
        "Played Service",
        "http://127.0.0.1:9/base",
        OPERATIONS,
        credentials=(Credential("token", "bearer", ("PLAYED_TOKEN",)),),
        schemas=(("Thing", THING),),
    ),
    rest=RestServer("played", 8080, ROUTES),
)


def write(package: Package, folder: Path) -> str:
    """Compile ``package`` for REST into ``folder``; returns its name."""
    (name,) = write_all([package], folder)
    return name


def write_all(packages: Sequence[Package], folder: Path) -> tuple[str, ...]:
    """Compile packages for REST into ``folder``, and a gateway when there are several; returns their names."""
    diagnostics = Diagnostics()
    folders = package_names(packages, _nowhere, diagnostics)
    named = []
    for package, name in zip(packages, folders, strict=True):
        names = plan_names(package, name, _nowhere, diagnostics)
        named.append((package, names))
        planned = plan_package(package, names, ("rest",), _nowhere, diagnostics)
        save(folder, name, planned, runtime_folders(package, ("rest",)))
    if len(packages) > 1:
        planned = gateway_rest.plan(named, _nowhere, diagnostics)
        save(folder, "gateway", planned, gateway.runtime_folders(["rest"]))
    assert not list(diagnostics)
    return tuple(folders)


def save(
    folder: Path, name: str, planned: Iterable[View | File], copies: Sequence[str]
) -> None:
    """Render what is planned and copy the runtime."""
    parts = list(planned)
    files = [part for part in parts if isinstance(part, File)]
    views = [part for part in parts if not isinstance(part, File)]
    files += Renderer(templates_root()).render("played.yaml", views)
    files += copied([templates_root()], copies, name)
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)


def _nowhere(_: object) -> Span:
    return Span("played.yaml")
