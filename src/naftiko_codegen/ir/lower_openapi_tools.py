"""The MCP server of an OpenAPI document: a tool for every operation, its arguments flat where that is unambiguous."""

from __future__ import annotations

from naftiko_codegen.check.text import hides, quote
from naftiko_codegen.ir.exposed import Argument, Hints, McpServer, Tool
from naftiko_codegen.ir.lower_openapi_bodies import Bodies, may_be_whole, unstreamed
from naftiko_codegen.ir.lower_openapi_rest import server_name
from naftiko_codegen.ir.lower_openapi_tool_names import (
    argument_names,
    folded,
    tool_names,
)
from naftiko_codegen.ir.model import Operation, Parameter, Service
from naftiko_codegen.ir.schema import Types
from naftiko_codegen.ir.schema_inline import Inliner, bounded
from naftiko_codegen.parse.openapi_report import Report
from naftiko_codegen.parse.openapi_view import Api
from naftiko_codegen.read.document import Json

PORT = 9090
LONGEST = 1000
"""Characters of a tool's description."""

_READS = frozenset(("GET", "HEAD", "OPTIONS", "TRACE", "QUERY"))


def mcp_server(api: Api, service: Service, types: Types, report: Report) -> McpServer:
    """One tool for each operation, in the author's order."""
    inliner = Inliner(types.schemas.by_ref)
    bodies = Bodies(types, inliner)
    names = tool_names([operation.name for operation in service.operations])
    tools = [
        _tool(o, name, bodies, inliner, report)
        for o, name in zip(service.operations, names, strict=True)
    ]
    return McpServer(
        server_name(api), PORT, tuple(tools), bounded(api.description, LONGEST)
    )


def _tool(
    operation: Operation, name: str, bodies: Bodies, inliner: Inliner, report: Report
) -> Tool:
    for key, text in (
        ("summary", operation.summary),
        ("description", operation.description),
    ):
        if hides(text):
            message = f"the {key} of {quote(operation.name)} holds invisible characters; they are left out"
            report.warning("N482", message, (*operation.origin.pointer, key))
    return Tool(
        name=name,
        operation=operation.name,
        arguments=_arguments(operation, bodies, inliner),
        title=bounded(operation.summary, 120),
        description=_description(operation),
        hints=_hints(operation),
        output_schema=_output(operation, inliner),
        origin=operation.origin,
    )


def _description(operation: Operation) -> str:
    """Summary and description, the first only when the second does not begin with it."""
    summary, description = operation.summary.strip(), operation.description.strip()
    parts = [description] if description.startswith(summary) else [summary, description]
    text = (
        "\n\n".join(part for part in parts if part)
        or f"{operation.method} {operation.path}"
    )
    return bounded(f"Deprecated. {text}" if operation.deprecated else text, LONGEST)


def _hints(operation: Operation) -> Hints:
    """What the method promises; a document's own word never counts."""
    return Hints(
        read_only=operation.method in _READS,
        destructive=operation.method == "DELETE",
        idempotent=operation.idempotent,
        open_world=True,
    )


def _arguments(
    operation: Operation, bodies: Bodies, inliner: Inliner
) -> tuple[Argument, ...]:
    """Parameters, then the body: its fields when all their names are free, else the whole of it."""
    given = [p for p in operation.parameters if p.constant is ...]
    names = argument_names([p.key for p in given])
    arguments = [
        _argument(p, name, inliner) for p, name in zip(given, names, strict=True)
    ]
    fields = bodies.arguments(operation, {folded(name) for name in names})
    arguments += unstreamed(fields) if may_be_whole(operation) else fields
    return tuple(sorted(arguments, key=lambda argument: not argument.required))


def _argument(parameter: Parameter, name: str, inliner: Inliner) -> Argument:
    return Argument(
        name=name,
        place="argument",
        required=parameter.required,
        schema=inliner.strict(parameter.schema),
        target=parameter.key,
        multi_segment=parameter.multi_segment,
        description=bounded(parameter.description, LONGEST),
        origin=parameter.origin,
    )


def _output(operation: Operation, inliner: Inliner) -> Json:
    """A loose schema of the JSON that every success replies with; ``...`` when one may reply with something else."""
    replies = [reply for reply in operation.replies if reply.status.startswith("2")]
    replies = replies or [
        reply for reply in operation.replies if reply.status == "default"
    ]
    schemas: list[Json] = []
    for reply in replies:
        if not reply.contents or any(
            content.kind != "json" for content in reply.contents
        ):
            return ...
        schemas += [c.schema for c in reply.contents if c.schema not in schemas]
    if not schemas:
        return ...
    return inliner.loose(schemas[0] if len(schemas) == 1 else {"anyOf": schemas})
