"""Operations and credentials → the plan of ``service.py`` and of the ``operations`` folder, which all targets share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.model import Body, Credential, Operation, Parameter
from naftiko_codegen.ir.package import Package
from naftiko_codegen.python.builders import functions, imported
from naftiko_codegen.python.layout import (
    STEP,
    WIDTH,
    bracketed,
    call,
    columns,
    import_line,
    literal,
    string,
)
from naftiko_codegen.python.naming import PackageNames
from naftiko_codegen.python.outcomes import readable
from naftiko_codegen.python.servers import addresses_code
from naftiko_codegen.python.text import Code, SpecText
from naftiko_codegen.read.document import Json
from naftiko_codegen.render.files import File


@frozen
class ServiceModule:
    """``service.py``: the upstream's name, base URL and credentials."""

    template: ClassVar[str] = "package/service.py.jinja"
    path: Code
    doc: SpecText
    service: Code
    uses_credentials: bool
    uses_files: bool
    addresses: Code


@frozen
class BindsModule:
    """``binds.py``: the files of variables, in packages that have any."""

    template: ClassVar[str] = "package/binds.py.jinja"
    path: Code
    doc: SpecText
    variables: Code


@frozen
class OperationsModule:
    """``operations/__init__.py`` for ungrouped operations, ``operations/<tag>.py`` for those of a tag."""

    template: ClassVar[str] = "package/operations.py.jinja"
    path: Code
    doc: SpecText
    runtime: Code
    definitions: tuple[Code, ...]


FOLDER = "formats"
"""The folder of ``templates/`` for replies that are no JSON."""

FILED = ("avro", "protobuf")
"""The formats that a file describes."""


def reading(package: Package) -> bool:
    """Whether any replies of ``package`` are read that are no JSON."""
    return any(operation.reply_format for operation in package.service.operations)


def plan(
    package: Package, names: PackageNames
) -> Iterator[ServiceModule | BindsModule | OperationsModule | File]:
    """The service module, that of variables in files, and a module of operations for each tag and for those without."""
    service = package.service
    yield ServiceModule(
        Code(f"{names.package}/service.py"),
        SpecText(f"{package.title}: where it is and what it asks for."),
        _service(package),
        bool(service.credentials),
        bool(service.files),
        addresses_code(service),
    )
    if service.files:
        yield _binds(package, names)
    for group in dict.fromkeys(["", *(g.name for g in service.groups)]):
        members = tuple(o for o in service.operations if o.group == group)
        title = f"Upstream operations of {package.title}" + (
            f": {group}." if group else "."
        )
        yield _module(f"operations/{names.groups[group].module}.py" if group else "operations/__init__.py",
                      title, members, names, service.base_url)  # fmt: skip
    yield from _schemas(service.operations, names)


def _service(package: Package) -> Code:
    service = package.service
    credentials = [credential(c, 2 * STEP) for c in service.credentials]
    arguments = [f"name={string(service.name)}", f"base_url={string(service.base_url)}"]
    if credentials:
        arguments.append(_tuple("credentials", credentials))
    if service.upstreams:
        before = STEP + len("upstreams=")
        urls = literal(dict(service.upstreams), indent=STEP, before=before, after=1)
        arguments.append(f"upstreams={urls}")
    if service.files:
        arguments.append("environ=VARIABLES")
    if service.needs_all:
        arguments.append("needs_all=True")
    return call("Service", arguments, before=len("SERVICE = "))


def _binds(package: Package, names: PackageNames) -> BindsModule:
    files = [
        call(
            "VariableFile",
            [string(file.path), literal(dict(file.keys), indent=2 * STEP, after=1)],
            indent=STEP,
            after=1,
        )
        for file in package.service.files
    ]
    return BindsModule(
        Code(f"{names.package}/binds.py"),
        SpecText(f"{package.title}: the files that variables are read from."),
        call("Variables", files, before=len("VARIABLES = ")),
    )


def credential(credential: Credential, indent: int) -> Code:
    """The ``Credential(…)`` of one credential."""
    arguments: list[str] = [
        string(credential.key),
        string(credential.kind),
        literal(credential.variables, indent=indent + STEP),
    ]
    if credential.kind == "apikey":
        arguments.append(f"name={string(credential.name)}")
        if credential.place != "header":
            arguments.append(f"place={string(credential.place)}")
    if credential.prefix:
        arguments.append(f"prefix={string(credential.prefix)}")
    if credential.suffix:
        arguments.append(f"suffix={string(credential.suffix)}")
    if credential.between:
        before = indent + STEP + len("between=")
        text = literal(credential.between, indent=indent + STEP, before=before, after=1)
        arguments.append(f"between={text}")
    if credential.token_url:
        arguments.append(f"token_url={string(credential.token_url)}")
    if credential.fields:
        before = indent + STEP + len("fields=")
        said = dict(credential.fields)
        text = literal(said, indent=indent + STEP, before=before, after=1)
        arguments.append(f"fields={text}")
    if credential.description:
        arguments.append(
            f"description={string(' '.join(credential.description.split()))}"
        )
    return call("Credential", arguments, indent=indent, after=1)


def _module(
    below: str,
    title: str,
    operations: tuple[Operation, ...],
    names: PackageNames,
    base_url: str,
) -> OperationsModule:
    uses = (
        ["Operation", "Parameter"]
        if any(o.parameters for o in operations)
        else ["Operation"]
    )
    runtime = (
        f"from .._runtime.operation import {', '.join(uses)}" if operations else ""
    )
    definitions = []
    builders: list[str] = []
    for operation in operations:
        constant = names.operations[operation.name].constant
        made = list(functions(operation, constant))
        builders += [text for _, text, _ in made]
        before = "".join(f"\n{text}\n\n" for _, text, _ in made)
        whole = _operation(operation, constant, base_url, made)
        definitions.append(
            f"{before}\n{constant} = {whole}" if made else f"{constant} = {whole}"
        )
    if builders:
        content = "from .._runtime.body import Content\n"
        content = content if any("-> Content" in text for text in builders) else ""
        runtime = f"{content}{runtime}\n" + import_line(
            ".._runtime.template", imported(builders)
        )
    if any(operation.reply_format for operation in operations):
        runtime += "\nfrom ..formats.reading import Reading"
    return OperationsModule(
        Code(f"{names.package}/{below}"),
        SpecText(title),
        Code(runtime),
        tuple(Code(d) for d in definitions),
    )


def operation_code(operation: Operation, constant: str, base_url: str) -> Code:
    """The ``Operation(…)`` behind ``constant = `` of one without gaps."""
    return _operation(operation, constant, base_url, ())


def _operation(
    operation: Operation,
    constant: str,
    base_url: str,
    builders: Sequence[tuple[str, Code, str]],
) -> Code:
    arguments: list[str] = [
        string(operation.name),
        string(operation.method),
        string(operation.path),
    ]
    if operation.parameters:
        parameters = [_parameter(p, 2 * STEP) for p in operation.parameters]
        arguments.append(_tuple("parameters", parameters))
    arguments += [f"{name}={literal(value, indent=STEP, before=STEP + len(name) + 1, after=1)}"
                  for name, value in _options(operation, base_url)]  # fmt: skip
    if operation.reply_format:
        arguments.append(f"reads={_reading(operation, constant)}")
    arguments += [f"body={name}" for key, _, name in builders if name.endswith("_body")]
    texts = [
        f"{string(key)}: {name}"
        for key, _, name in builders
        if not name.endswith("_body")
    ]
    if texts:
        before = STEP + len("texts=")
        said = bracketed("{", texts, "}", indent=STEP, before=before, after=1)
        arguments.append(f"texts={said}")
    return call("Operation", arguments, before=columns(constant) + 3)


def _reading(operation: Operation, constant: str) -> Code:
    """The ``Reading`` of replies that are no JSON."""
    said = operation.reply_schema and (
        schema_file(constant)
        if operation.reply_format in FILED
        else operation.reply_schema
    )
    arguments = [string(operation.reply_format), *([string(said)] if said else [])]
    return call("Reading", arguments, indent=STEP, before=STEP + len("reads="), after=1)


def _schemas(operations: Iterable[Operation], names: PackageNames) -> Iterator[File]:
    """The files that readings take."""
    for operation in operations:
        if operation.reply_format in FILED and operation.reply_schema:
            name = schema_file(names.operations[operation.name].constant)
            path = f"{names.package}/{FOLDER}/{name}"
            yield File(path, operation.reply_schema.encode())


def schema_file(constant: str) -> str:
    """The name of the file that describes the replies of an operation."""
    return f"{constant.lower()}.json"


def _tuple(keyword: str, items: Sequence[str]) -> str:
    """A tuple argument, one item a line; a single one stays on the line if it fits, as black insists."""
    line = f"{keyword}=({items[0]},)"
    if len(items) == 1 and "\n" not in line and STEP + len(line) < WIDTH:
        return line
    return (
        f"{keyword}=(\n"
        + "".join(f"{' ' * 2 * STEP}{item},\n" for item in items)
        + " " * STEP
        + ")"
    )


def _options(operation: Operation, base_url: str) -> Iterator[tuple[str, Json]]:
    """The keyword arguments of an operation that differ from their defaults."""
    if operation.body:
        yield "content_types", tuple(
            dict.fromkeys(c.media_type for c in operation.body.contents)
        )
        if operation.body.required:
            yield "body_required", True
        if coded := _encodings(operation.body):
            yield "encodings", coded
    if accept := accepted(operation):
        yield "accept", accept
    if operation.security:
        yield "security", operation.security
    if operation.scopes:
        yield "scopes", dict(operation.scopes)
    if operation.variables:
        yield "variables", operation.variables
    if operation.idempotent:
        yield "idempotent", True
    if operation.upstream:
        yield "upstream", operation.upstream
    elif operation.base_url != base_url:
        yield "base_url", operation.base_url


def _encodings(body: Body) -> dict[str, Json]:
    """How fields are written, by media type and name: style, explode and allowReserved, or a media type."""
    return {
        content.media_type: {
            it.name: it.media_type or (it.style, it.explode, it.allow_reserved)
            for it in content.encodings
        }
        for content in body.contents
        if content.encodings
    }


def accepted(operation: Operation) -> str:
    """The ``Accept`` header: the media types of the documented replies, successes first; empty for any.

    A reply that may be JSON is asked for as JSON alone: that is how it is read.
    """
    contents = [
        content.media_type
        for ok in (True, False)
        for reply in operation.replies
        if reply.status.startswith("2") is ok
        for content in readable(reply)
    ]
    types = list(dict.fromkeys(contents))
    return ", ".join(types) if types and "*/*" not in types else ""


def _parameter(parameter: Parameter, indent: int) -> Code:
    arguments: list[str] = [
        string(parameter.key),
        string(parameter.name),
        string(parameter.place),
    ]
    for name in ("required", "explode", "multi_segment", "allow_reserved"):
        if getattr(parameter, name):
            arguments.append(f"{name}=True")
    if parameter.style and parameter.style != _STYLES[parameter.place]:
        arguments.append(f"style={string(parameter.style)}")
    if parameter.constant is not ...:
        start = indent + STEP + len("constant=")
        arguments.append(
            f"constant={literal(parameter.constant, indent=indent + STEP, before=start, after=1)}"
        )
    return call("Parameter", arguments, indent=indent, after=1)


_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
