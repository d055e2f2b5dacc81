"""Closed lists of values of prompts and resource templates → what clients complete their arguments with.

Before: ``enum: [cat, dog]`` of the argument ``kind``; after: ``{"kind": ["cat", "dog"]}`` below the prompt's name.
"""

from __future__ import annotations

from naftiko_codegen.ir.exposed import McpServer, Prompt, Resource
from naftiko_codegen.ir.model import Operation
from naftiko_codegen.ir.types import Literals
from naftiko_codegen.read.document import Json

PROMPT = "ref/prompt"
RESOURCE = "ref/resource"
"""The kinds of things whose arguments are completed, as the protocol calls them."""


def completions(
    server: McpServer, operations: dict[str, Operation]
) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Values by kind, name or URI template, and argument; empty when no argument has any."""
    found = {
        PROMPT: {item.name: _of_prompt(item) for item in server.prompts},
        RESOURCE: {
            item.uri: _of_template(item, operations) for item in server.resources
        },
    }
    return {
        kind: kept
        for kind, items in found.items()
        if (kept := {name: values for name, values in items.items() if values})
    }


def _of_prompt(prompt: Prompt) -> dict[str, list[str]]:
    return {item.name: list(item.values) for item in prompt.arguments if item.values}


def _of_template(
    resource: Resource, operations: dict[str, Operation]
) -> dict[str, list[str]]:
    """Of the placeholders that go to a parameter as they are: the values that the parameter may have."""
    tool = resource.tool
    if tool is None or tool.operation not in operations:
        return {}
    parameters = {item.key: item for item in operations[tool.operation].parameters}
    return {
        argument.name: values
        for argument in tool.arguments
        if argument.target in parameters
        and f"{{{argument.name}}}" in resource.uri
        and (values := _texts(parameters[argument.target].type))
    }


def _texts(kind: object) -> list[str]:
    """The values of a closed list as they stand in a URI."""
    values: tuple[Json, ...] = kind.values if isinstance(kind, Literals) else ()
    return [str(v) for v in values if isinstance(v, str | int) and v is not True and v is not False]  # fmt: skip
