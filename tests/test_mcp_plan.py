"""What the planning of MCP servers makes of odd packages; unit tests, since no real document has all of it."""

from __future__ import annotations

import ast
import json
from typing import Any

import black
import pytest
from behaviour import mcp_package
from behaviour.mcp_package import ANIMAL, REF

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.exposed import Argument, Hints, Tool
from naftiko_codegen.ir.model import Content, Operation, Reply, Service
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.types import AnyType
from naftiko_codegen.python import mcp
from naftiko_codegen.python.mcp_schemas import input_schema, output_schema
from naftiko_codegen.python.naming import plan_names
from naftiko_codegen.python.text import Code

STRING = {"type": "string"}
COMPONENTS: dict[str, Any] = {
    "Animal": ANIMAL,
    "a/b~c d": STRING,
    "Both": {"allOf": [REF, {"properties": {"x": STRING}}]},
    "Either": {"oneOf": [REF, {"type": "object"}], "discriminator": {"propertyName": "kind"}},
    "Mixed": {"oneOf": [REF, STRING]},
    "Chain": {"$ref": "#/components/schemas/Animal", "description": "Its own words."},
}  # fmt: skip


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize(
    ("schema", "wrapped"),
    [
        ({"type": "object"}, False),
        (ref("Animal"), False),
        (ref("Chain"), False),
        (ref("Both"), False),
        (ref("Either"), False),
        (ref("Mixed"), True),
        ({}, True),
        (True, True),
        ({"type": ["object", "null"]}, True),
        ({"type": "array", "items": REF}, True),
        (STRING, True),
        ({"enum": [1]}, True),
    ],
)
def test_the_root_of_an_output_schema_is_always_an_object(
    schema: Any, wrapped: bool
) -> None:
    made, is_wrapped = output_schema(schema, COMPONENTS)
    assert (made["type"], is_wrapped) == ("object", wrapped)
    assert ("result" in made.get("properties", {})) is wrapped
    text = json.dumps(made)
    assert "components" not in text
    assert "discriminator" not in text


def test_only_needed_components_are_taken_along() -> None:
    made, _ = output_schema(REF, COMPONENTS)
    assert list(made["$defs"]) == ["Animal"]
    assert made["$defs"]["Animal"]["properties"]["friends"]["items"] == {
        "$ref": "#/$defs/Animal"
    }
    assert "$defs" not in output_schema({"type": "object"}, COMPONENTS)[0]


def test_an_odd_component_name_is_found() -> None:
    argument = Argument("x", "argument", True, ref("a~1b~0c%20d"))
    made = input_schema((argument,), COMPONENTS)
    assert made["properties"]["x"] == {"$ref": "#/$defs/a~1b~0c%20d"}
    assert made["$defs"] == {"a/b~c d": STRING}


def test_property_names_are_no_keywords() -> None:
    schema = {
        "type": "object",
        "properties": {"$ref": STRING, "discriminator": STRING, "items": STRING},
    }
    assert output_schema(schema, {})[0] == schema
    value = {"type": "object", "default": {"$ref": "#/components/schemas/Animal"}}
    assert output_schema(value, COMPONENTS)[0] == value


def test_descriptions_and_constants() -> None:
    arguments = (
        Argument("a", "argument", True, STRING, description="From here."),
        Argument(
            "b",
            "argument",
            False,
            {**STRING, "description": "Its own."},
            description="Not this.",
        ),
        Argument("c", "argument", False, STRING, constant="x", field="c"),
        Argument("d", "argument", False, False),
        Argument("e", "argument", False, True),
    )
    made = input_schema(arguments, {})
    assert made["properties"]["a"]["description"] == "From here."
    assert made["properties"]["b"]["description"] == "Its own."
    assert made["properties"]["d"] == {"not": {}}
    assert made["properties"]["e"] == {}
    assert "c" not in made["properties"]
    assert made["required"] == ["a"]


JSON = Content("application/json", "json", AnyType(), {"type": "object"})
IMAGE = Content("image/png", "binary", AnyType())


@pytest.mark.parametrize(
    ("replies", "promised"),
    [
        ((), True),
        ((Reply("200", "", (JSON,)),), True),
        ((Reply("200", "", (JSON,)), Reply("404", "", (IMAGE,))), True),
        ((Reply("200", "", (JSON, IMAGE)),), False),
        ((Reply("200", "", (JSON,)), Reply("204", "")), False),
        ((Reply("204", ""),), False),
    ],
)
def test_structured_content_is_promised_only_when_it_always_comes(
    replies: tuple[Reply, ...], promised: bool
) -> None:
    operation = Operation("o", "GET", "/o", "", replies=replies)
    tool = Tool("t", "o", (), output_schema={"type": "object"})
    (item,) = wire(package(operation, tool))
    assert ("outputSchema" in item) is promised


def package(operation: Operation, *tools: Tool) -> Package:
    made = mcp_package.package(tools)
    service = Service("S", "http://upstream.example", (operation,))
    return changed(made, service=service)


def planned(made: Package) -> tuple[list[Any], Diagnostics]:
    diagnostics = Diagnostics()

    def locate(origin: Any) -> Span:
        return Span("x.yaml")

    names = plan_names(made, Code("x"), locate, diagnostics)
    return list(mcp.plan(made, names, locate, diagnostics)), diagnostics


def wire(made: Package) -> Any:
    (found,) = [
        item
        for item in planned(made)[0]
        if getattr(item, "path", "").endswith("tools.json")
    ]
    return json.loads(found.content)


def test_two_tools_of_one_name_are_an_error() -> None:
    operation = Operation("o", "GET", "/o", "")
    _, diagnostics = planned(package(operation, Tool("t", "o", ()), Tool("t", "o", ())))
    assert [item.code for item in diagnostics] == ["N520"]


HOSTILE = (
    'x"""\n\r\u2028\\N{BULLET}{{ 7*7 }}{% raw %}\'); import os #\x00\x1b[31m</script>'
)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_hostile_words_stay_words(count: int) -> None:
    operation = Operation(
        HOSTILE, "POST", "/o", "", replies=(Reply("200", HOSTILE, (JSON,)),)
    )
    arguments = (
        Argument(
            HOSTILE,
            "argument",
            True,
            {"description": HOSTILE, "enum": [HOSTILE]},
            field=HOSTILE,
        ),
        Argument(
            "c", "argument", False, STRING, constant={HOSTILE: [HOSTILE]}, field="c"
        ),
    )
    tools = [
        Tool(
            f"{HOSTILE}{n}",
            HOSTILE,
            arguments,
            HOSTILE,
            HOSTILE,
            Hints(True),
            {"title": HOSTILE},
        )
        for n in range(count)
    ]
    made = changed(package(operation, *tools), title=HOSTILE, source=HOSTILE)
    assert made.mcp
    made = changed(made, mcp=changed(made.mcp, name=HOSTILE, instructions=HOSTILE))
    for file in mcp_package.files(made, "x"):
        if file.path.startswith("x/mcp/") and file.path.endswith(".py"):
            text = file.content.decode()
            ast.parse(text)
            mode = black.Mode(target_versions={black.TargetVersion.PY311})
            assert black.format_str(text, mode=mode) == text, file.path
    assert [item["name"] for item in wire(made)] == [tool.name for tool in tools]
