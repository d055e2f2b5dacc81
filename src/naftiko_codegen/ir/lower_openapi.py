"""OpenAPI document → ``ir.Package``: service, models, and the REST and MCP servers that expose every operation."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.ir.lower_openapi_operations import (
    Operations,
    multipart_components,
)
from naftiko_codegen.ir.lower_openapi_rest import rest_server
from naftiko_codegen.ir.lower_openapi_tools import mcp_server
from naftiko_codegen.ir.model import (
    Credential,
    Group,
    Operation,
    Origin,
    Server,
    ServerVariable,
    Service,
)
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.pages import with_pages
from naftiko_codegen.ir.schema import Types
from naftiko_codegen.ir.schema_fields import origin
from naftiko_codegen.ir.schema_normal import Schemas
from naftiko_codegen.ir.write_only import readable
from naftiko_codegen.parse.openapi import parse
from naftiko_codegen.parse.openapi_refs import Refs
from naftiko_codegen.parse.openapi_view import Api, SchemeView, ServerView
from naftiko_codegen.read.document import Document


def openapi_package(
    document: Document, diagnostics: Diagnostics, *, tools: bool = True
) -> Package | None:
    """The package of an OpenAPI 3 document; ``None`` when it is none, or names no paths that could be read.

    Without ``tools`` it has no MCP server, whose schemas are half of the work.
    """
    parsed = parse(document, diagnostics)
    if parsed is None:
        return None
    api, refs = parsed
    schemas = Schemas(refs)
    components = refs.root.get("components")
    found = (
        refs.report.mapping(components, "schemas", ("components",))
        if isinstance(components, dict)
        else {}
    )
    schemas.components(found)
    types = Types(schemas, multipart_components(api))
    operations = Operations(api, types)
    operations.prepare()
    types.components()
    service = _service(api, types, operations, refs)
    return Package(
        source=document.source,
        digest=document.digest,
        stem=_stem(document),
        title=api.title,
        service=service,
        rest=rest_server(api, service, refs.report),
        mcp=mcp_server(api, service, types, refs.report) if tools else None,
        description=api.description,
        version=api.version,
        wanted_name=api.wanted_name,
        origin=Origin(document.source, ("info", "title") if api.title else ()),
    )


def _stem(document: Document) -> str:
    """The file's name without its endings."""
    return document.path.name.split(".")[0] or document.source.rpartition("/")[2]


def _service(api: Api, types: Types, operations: Operations, refs: Refs) -> Service:
    lowered, hooks = operations.lower(), operations.hooks()
    lowered = with_pages(lowered, types.models, types.aliases)
    return Service(
        name=api.title,
        base_url=api.base_url,
        operations=lowered,
        groups=_groups(api, lowered, types),
        hooks=hooks,
        servers=tuple(_server(view, types) for view in api.servers),
        models=readable(types.models, types.aliases, lowered, hooks),
        aliases=types.aliases,
        credentials=_credentials(api, types),
        schemas=tuple(
            (name, named.schema) for name, named in types.schemas.named.items()
        ),
    )


def _server(view: ServerView, types: Types) -> Server:
    variables = (
        ServerVariable(
            it.name,
            it.default,
            it.values,
            it.description,
            origin(types.report.document, it.pointer),
        )
        for it in view.variables
    )
    return Server(view.name, view.url, view.description, tuple(variables))


def _groups(
    api: Api, operations: tuple[Operation, ...], types: Types
) -> tuple[Group, ...]:
    """The tags that operations are grouped by: the declared ones in their order, then the others as they come."""
    document = types.report.document
    used = dict.fromkeys(operation.group for operation in operations if operation.group)
    declared = [
        Group(t.name, t.description, origin(document, t.pointer))
        for t in api.tags
        if t.name in used
    ]
    names = {group.name for group in declared}
    first = {operation.group: operation.origin for operation in reversed(operations)}
    return (
        *declared,
        *(Group(name, "", first[name]) for name in used if name not in names),
    )


def _credentials(api: Api, types: Types) -> tuple[Credential, ...]:
    """A credential for each scheme, its environment variables named by the author or after the document's title."""
    title = _variable_words(api.title)
    wanted = [scheme.variables or _variables(scheme, title) for scheme in api.schemes]
    counts = Counter(name for names in wanted for name in set(names))
    found: list[Credential] = []
    for scheme, names in zip(api.schemes, wanted, strict=True):
        if not scheme.variables and any(counts[name] > 1 for name in names):
            names = _variables(scheme, _joined(title, _variable_words(scheme.key)))
        found.append(
            Credential(
                key=scheme.key,
                kind=scheme.kind,
                variables=names,
                name=scheme.name,
                place=scheme.place,
                prefix=scheme.prefix,
                description=scheme.description,
                token_url=scheme.token_url,
                origin=origin(types.report.document, scheme.pointer),
            )
        )
    return tuple(found)


def _variables(scheme: SchemeView, title: str) -> tuple[str, ...]:
    ends = {
        "bearer": ("TOKEN",),
        "basic": ("USERNAME", "PASSWORD"),
        "digest": ("USERNAME", "PASSWORD"),
        "apikey": ("API_KEY",),
        "oauth2": ("CLIENT_ID", "CLIENT_SECRET"),
    }[scheme.kind]
    return tuple(_joined(title.removesuffix(end).rstrip("_"), end) for end in ends)


def _joined(*parts: str) -> str:
    """``parts`` as the name of an environment variable."""
    name = "_".join(part for part in parts if part)
    return f"API_{name}" if name[:1].isdigit() else name


def _variable_words(text: str) -> str:
    """``Hugging Face Inference API`` gives ``HUGGING_FACE_INFERENCE``."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", plain)
    words = [word.upper() for word in re.findall(r"[A-Za-z0-9]+", split)]
    return "_".join(word for word in words if word != "API")[:60].rstrip("_")
