"""A call of the generated client that a README can show: the first operation, with the fewest arguments it takes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.ir.model import Content, Model, Operation, Origin
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.types import (
    ArrayOf,
    Literals,
    MapOf,
    ModelRef,
    Nullable,
    Scalar,
    Type,
    UnionOf,
)
from naftiko_codegen.python.layout import literal
from naftiko_codegen.python.naming import (
    PackageNames,
    argument_names,
    field_names,
    holdable,
)
from naftiko_codegen.python.text import Code
from naftiko_codegen.read.document import Json

_PLAIN = re.compile(r"[A-Za-z0-9._~/-]{1,60}")
_BYTES = 'b"..."'
_SCALARS: Mapping[str, Json] = {
    "string": "...",
    "integer": 1,
    "number": 1.0,
    "boolean": True,
    "null": None,
}


def client_call(package: Package, names: PackageNames) -> Code:
    """``client.group.method(argument=…)`` on one line."""
    operation = shortest(package)
    if operation is None:
        return Code("client")
    name = names.operations[operation.name]
    target = (
        f"{names.groups[operation.group].module}.{name.method}"
        if operation.group
        else name.method
    )
    keywords = argument_names(operation, nowhere, Diagnostics())
    arguments = [
        f"{keywords[p.key]}={literal(_plain(p.example) if p.example is not ... else _value(p.type, package))}"
        for p in operation.parameters
        if p.required and p.given
    ]
    if operation.body and operation.body.required:
        arguments.append(f"body={_body(operation.body.contents[0], package, names)}")
    return Code(f"client.{target}({', '.join(arguments)})")


def request(package: Package, operation: Operation) -> tuple[Mapping[str, str], Json]:
    """Path values by name, and the JSON body, of a call of ``operation``; ``None`` when the body is no JSON."""
    path = {
        p.name: _plain_word(p.example)
        for p in operation.parameters
        if p.place == "path"
    }
    content = operation.body.contents[0] if operation.body else None
    if content is None or content.kind != "json":
        return path, None
    return path, _value(content.type, package) or {"prompt": "..."}


def _plain_word(value: Json) -> str:
    """``value`` where it is safe in a shell and a URL, else a word that asks to be replaced."""
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else "VALUE"


def shortest(package: Package) -> Operation | None:
    """The first operation with a JSON body or none; the first at all otherwise."""
    operations = package.service.operations
    for operation in operations:
        if operation.body is None or operation.body.contents[0].kind == "json":
            return operation
    return operations[0] if operations else None


def nowhere(origin: Origin) -> Span:
    """Where names are made again that have been reported before."""
    return Span(origin.source)


def _plain(value: Json) -> Json:
    return value if isinstance(value, (str, int, float, bool)) else "..."


def _body(content: Content, package: Package, names: PackageNames) -> str:
    if content.kind == "binary":
        return _BYTES
    if content.kind == "text":
        return literal("...")
    if isinstance(content.type, ModelRef) and (
        model := _model(content.type.model, package)
    ):
        model = holdable(model, nowhere, Diagnostics())
        keywords = field_names(model, nowhere, Diagnostics())
        arguments = [
            f"{keywords[f.name]}={_field(f.type, package)}"
            for f in model.fields
            if f.required
        ]
        return f"models.{names.models[model.key]}({', '.join(arguments)})"
    return literal(_value(content.type, package) or {"prompt": "..."})


def _field(type_: Type, package: Package) -> str:
    """The smallest value of a field; files of forms are bytes."""
    match type_:
        case Scalar("binary"):
            return _BYTES
        case ArrayOf(Scalar("binary")):
            return f"[{_BYTES}]"
        case Nullable(inner):
            return _field(inner, package)
    return literal(_value(type_, package))


def _model(key: str, package: Package) -> Model | None:
    return next((m for m in package.service.models if m.key == key), None)


def _value(type_: Type, package: Package, depth: int = 0) -> Json:
    """The smallest value of ``type_``; models inside a value are written as plain objects."""
    match type_:
        case Scalar(kind):
            return _SCALARS.get(kind, "...")
        case Literals(values):
            return values[0]
        case UnionOf(variants):
            return _value(variants[0], package, depth)
        case Nullable(inner):
            return _value(inner, package, depth)
        case ArrayOf(items):
            return [_value(items, package, depth + 1)] if depth < 3 else []
        case MapOf():
            return {}
        case ModelRef(key) if depth < 3 and (model := _model(key, package)):
            return {
                f.name: _value(f.type, package, depth + 1)
                for f in model.fields
                if f.required
            }
    return {}
