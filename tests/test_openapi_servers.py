"""The REST and MCP servers of an OpenAPI document, and the document its REST server serves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openapi_documents import Compiled, document, operation
from openapi_spec_validator import OpenAPIV31SpecValidator, OpenAPIV32SpecValidator

from naftiko_codegen.ir.exposed import Hints
from naftiko_codegen.ir.rest_document import openapi_document

JSON_BODY = """\
requestBody:
  required: true
  content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}
"""
ORDER = """\
schemas:
  Order:
    type: object
    required: [ship, id]
    properties:
      id: {type: string, readOnly: true}
      ship: {type: string, minLength: 1, description: "Which\\u200b one."}
      note: {$ref: '#/components/schemas/Note'}
  Note: {type: object, properties: {text: {type: string, enum: [a, b]}}}
"""


def arguments(compiled: Compiled) -> dict[str, tuple[bool, str, str]]:
    return {a.name: (a.required, a.target, a.field) for a in compiled.tool.arguments}


def valid(compiled: Compiled) -> dict[str, object]:
    """The document of the REST server, which a judge of its own finds valid."""
    made = openapi_document(compiled.package)
    judge = (
        OpenAPIV31SpecValidator
        if made["openapi"] == "3.1.0"
        else OpenAPIV32SpecValidator
    )
    assert [str(error) for error in judge(made).iter_errors()] == []
    assert json.dumps(made) == json.dumps(openapi_document(compiled.package))
    return made  # type: ignore[no-any-return]


def test_servers_stand_at_their_ports_under_the_title(tmp_path: Path) -> None:
    package = Compiled(tmp_path, operation()).package
    assert package.rest is not None
    assert package.mcp is not None
    assert (package.rest.name, package.rest.port) == ("harbour", 8080)
    assert (package.mcp.name, package.mcp.port) == ("harbour", 9090)


def test_a_route_is_its_operation_at_its_own_path(tmp_path: Path) -> None:
    parameter = "{name: id, in: path, required: true, schema: {type: string}, x-naftiko-multi-segment: true}"
    compiled = Compiled(
        tmp_path,
        operation(f"parameters: [{parameter}]\n{JSON_BODY}", "/a/{id}", "put", ORDER),
    )
    assert compiled.package.rest is not None
    (route,) = compiled.package.rest.routes
    assert (route.method, route.path, route.operation) == ("PUT", "/a/{id}", "go")
    assert [
        (a.name, a.place, a.target, a.required, a.multi_segment)
        for a in route.arguments
    ] == [
        ("id", "path", "id", True, True),
        ("body", "body", "", True, False),
    ]


def test_two_operations_of_one_path_are_told_apart(tmp_path: Path) -> None:
    done = "responses: {'204': {description: ok}}"
    paths = f"/?a=1: {{get: {{operationId: one, {done}}}}}\n/?a=2: {{get: {{operationId: two, {done}}}}}"
    compiled = Compiled(tmp_path, document(paths))
    assert compiled.package.rest is not None
    assert [r.path for r in compiled.package.rest.routes] == ["/", "/two"]
    assert "is served at `/two`" in compiled.one("N481")


def test_fields_of_a_body_are_arguments_of_their_own(tmp_path: Path) -> None:
    query = "parameters: [{name: dry-run, in: query, schema: {type: boolean, default: false}}]\n"
    compiled = Compiled(
        tmp_path, operation(query + JSON_BODY, method="post", components=ORDER)
    )
    assert arguments(compiled) == {
        "ship": (True, "", "ship"),
        "dry-run": (False, "dry-run", ""),
        "note": (False, "", "note"),
    }
    ship, _, note = compiled.tool.arguments
    assert ship.schema == {
        "type": "string",
        "minLength": 1,
        "description": "Which one.",
    }
    assert note.schema == {
        "type": "object",
        "properties": {"text": {"type": "string", "enum": ["a", "b"]}},
    }


@pytest.mark.parametrize(
    "schema",
    [
        "{type: array, items: {type: string}}",
        "{type: object, properties: {ship-id: {type: string}}}",
        "{type: object, additionalProperties: {type: string}, properties: {a: {type: string}}}",
        "{type: object, minProperties: 1, properties: {a: {type: string}}}",
        "{oneOf: [{properties: {a: {type: string}}}, {type: object}]}",
        "{type: [object, 'null'], properties: {a: {type: string}}}",
    ],
)
def test_other_bodies_are_one_argument(tmp_path: Path, schema: str) -> None:
    text = f"""\
parameters: [{{name: ship_id, in: query, schema: {{type: string}}}}]
requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}
"""
    compiled = Compiled(tmp_path, operation(text, method="post"))
    assert arguments(compiled) == {
        "ship_id": (False, "ship_id", ""),
        "body": (False, "", ""),
    }


def test_bytes_are_base64_and_say_of_what_type(tmp_path: Path) -> None:
    text = "requestBody: {required: true, content: {image/png: {}, image/gif: {}}}"
    body, kind = Compiled(tmp_path, operation(text, method="post")).tool.arguments
    assert body.schema == {"type": "string", "contentEncoding": "base64"}
    assert (kind.name, kind.media_type, kind.required) == ("content_type", True, True)
    assert kind.schema == {"type": "string", "enum": ["image/png", "image/gif"]}


def test_bytes_or_fields(tmp_path: Path) -> None:
    text = """\
    requestBody:
      required: true
      content:
        image/png: {}
        application/json: {schema: {type: object, required: [url], properties: {url: {type: string}}}}
    """
    url, body = Compiled(tmp_path, operation(text, method="post")).tool.arguments
    assert (url.name, url.required, url.field) == ("url", False, "url")
    assert (body.name, body.required) == ("body", False)
    assert body.schema == {
        "type": "string",
        "contentEncoding": "base64",
        "contentMediaType": "image/png",
    }
    assert body.description == "The bytes, in base64. Give this, or url instead."


def test_a_file_of_a_form_is_base64(tmp_path: Path) -> None:
    text = """\
    requestBody:
      content:
        multipart/form-data:
          schema: {type: object, properties: {file: {type: string, format: binary}, "a[b]": {type: string}}}
    """
    file, other = Compiled(tmp_path, operation(text, method="post")).tool.arguments
    assert file.schema == {"type": "string", "contentEncoding": "base64"}
    assert (other.name, other.field) == ("a_b", "a[b]")


@pytest.mark.parametrize(
    ("method", "hints"),
    [
        ("get", Hints(True, False, True, True)),
        ("post", Hints(False, False, False, True)),
        ("put", Hints(False, False, True, True)),
        ("delete", Hints(False, True, True, True)),
    ],
)
def test_hints_follow_the_method(tmp_path: Path, method: str, hints: Hints) -> None:
    compiled = Compiled(tmp_path, operation("x-readOnly: true", method=method))
    assert compiled.tool.hints == hints


def test_a_reply_schema_refuses_no_real_reply(tmp_path: Path) -> None:
    text = """\
    responses:
      '200':
        description: ok
        content:
          application/json:
            schema:
              type: object
              required: [id]
              additionalProperties: false
              properties:
                id: {type: integer, format: int64, minimum: 1, description: Its id.}
                size: {type: string, enum: [S, L]}
                parts: {type: array, minItems: 1, items: {oneOf: [{type: string}, {type: object}]}}
    """
    assert Compiled(tmp_path, operation(text)).tool.output_schema == {
        "type": "object",
        "properties": {
            "id": {"type": ["number", "null"], "description": "Its id."},
            "size": {"type": ["string", "null"]},
            "parts": {
                "type": ["array", "null"],
                "items": {
                    "anyOf": [
                        {"type": ["string", "null"]},
                        {"type": ["object", "null"]},
                    ]
                },
            },
        },
    }


@pytest.mark.parametrize(
    "responses",
    [
        "{'204': {description: none}}",
        "{'200': {description: ok, content: {image/png: {}}}}",
        "{'200': {description: ok, content: {application/json: {}, text/csv: {}}}}",
        "{'200': {description: ok, content: {application/json: {}}}, '204': {description: none}}",
        "{'400': {description: bad, content: {application/json: {}}}}",
    ],
)
def test_replies_that_may_be_no_json_have_no_schema(
    tmp_path: Path, responses: str
) -> None:
    assert (
        Compiled(tmp_path, operation(f"responses: {responses}")).tool.output_schema
        is ...
    )


def test_recursive_schemas_stand_alone(tmp_path: Path) -> None:
    text = """\
    requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Tree'}}}}
    responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Tree'}}}}}
    """
    tree = "schemas: {Tree: {type: object, properties: {up: {$ref: '#/components/schemas/Tree'}, n: {type: integer}}}}"
    tool = Compiled(tmp_path, operation(text, method="post", components=tree)).tool
    assert tool.arguments[0].schema == {
        "$ref": "#/$defs/Tree",
        "$defs": {
            "Tree": {
                "type": "object",
                "properties": {
                    "up": {"$ref": "#/$defs/Tree"},
                    "n": {"type": "integer"},
                },
            }
        },
    }
    assert tool.output_schema["$defs"]["Tree"]["properties"]["n"] == {
        "type": ["number", "null"]
    }


def test_large_schemas_are_bounded(tmp_path: Path) -> None:
    lines = [
        f"X{n}: {{type: object, properties: {{a: {{$ref: '#/components/schemas/X{n + 1}'}}, "
        f"b: {{$ref: '#/components/schemas/X{n + 1}'}}}}}}"
        for n in range(20)
    ]
    components = "schemas:\n  " + "\n  ".join(
        [*lines, "X20: {type: object, properties: {c: {type: string}}}"]
    )
    text = """\
    requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/X0'}}}}
    responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/X0'}}}}}
    """
    tool = Compiled(
        tmp_path, operation(text, method="post", components=components)
    ).tool
    assert len(json.dumps(tool.output_schema)) < 20_000
    assert len(json.dumps([a.schema for a in tool.arguments])) < 20_000
    assert "X20" in tool.arguments[0].schema["$defs"]


def test_tool_names_and_descriptions_are_what_clients_take(tmp_path: Path) -> None:
    done = "responses: {'204': {description: ok}}"
    long = "word " * 400
    paths = f"""\
    /a: {{get: {{operationId: get.a-1, summary: "A\\u202ex", description: {long!r}, {done}}}}}
    /b: {{get: {{operationId: "get b/c", summary: Sum, description: Summary and more., {done}}}}}
    /c: {{get: {{operationId: {"x" * 90}, deprecated: true, {done}}}}}
    """
    compiled = Compiled(tmp_path, document(paths))
    assert compiled.package.mcp is not None
    first, second, third = compiled.package.mcp.tools
    assert (first.name, second.name) == ("get.a-1", "get_b_c")
    assert len(third.name) == 64
    assert (first.title, len(first.description) <= 1000) == ("Ax", True)
    assert second.description == "Summary and more."
    assert third.description == "Deprecated. GET /c"
    assert "invisible" in compiled.one("N482")


def test_the_served_document_is_valid_and_names_no_upstream(tmp_path: Path) -> None:
    text = f"""\
parameters:
- {{name: id, in: path, required: true, schema: {{type: string}}, x-naftiko-multi-segment: true, description: Ship.}}
- {{name: f, in: query, schema: {{type: object}}, style: deepObject}}
- {{name: j, in: query, content: {{application/json: {{schema: {{type: object}}}}}}}}
{JSON_BODY}
responses:
  '200': {{description: ok, content: {{image/png: {{schema: {{type: string, format: binary}}}}}}}}
  '400': {{description: bad, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Order'}}}}}}}}
"""
    secured = (
        ORDER
        + "securitySchemes: {t: {type: http, scheme: bearer, x-naftiko-env: SECRET_ENV}}\n"
    )
    compiled = Compiled(
        tmp_path, operation(text, "/a/{id}", "put", secured) + "security: [{t: []}]\n"
    )
    made = valid(compiled)
    assert made["servers"] == [{"url": "/"}]
    put = made["paths"]["/a/{id}"]["put"]  # type: ignore[index]
    assert put["parameters"] == [
        {
            "name": "id",
            "in": "path",
            "description": "Ship. It may hold several path segments, with slashes between them.",
            "required": True,
            "schema": {"type": "string"},
        },
        {
            "name": "f",
            "in": "query",
            "style": "deepObject",
            "schema": {"type": "object"},
        },
        {
            "name": "j",
            "in": "query",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
    ]
    assert put["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Order"
    }
    order = made["components"]["schemas"]["Order"]  # type: ignore[index]
    assert order["required"] == ["ship"]
    assert list(put["responses"]) == [
        "200",
        "400",
        "401",
        "404",
        "408",
        "413",
        "415",
        "422",
        "500",
        "502",
        "503",
        "504",
    ]
    assert list(put["responses"]["400"]["content"]) == [
        "application/json",
        "application/problem+json",
    ]
    dumped = json.dumps(made)
    assert not any(
        word in dumped
        for word in ("harbour.test", "SECRET_ENV", "x-naftiko", "security")
    )


def test_odd_component_names_become_legal_ones(tmp_path: Path) -> None:
    components = """\
    schemas:
      a/b c: {type: object, properties: {x: {$ref: '#/components/schemas/a_b_c'}}}
      a_b_c: {type: object, properties: {y: {$ref: '#/components/schemas/Problem'}}}
      Problem: {type: object, properties: {z: {type: string}}}
      '': {type: string}
      unused: {type: string}
    """
    text = """\
    responses:
      '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/a~1b c'}}}}
      '201': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/'}}}}
    """
    made = valid(Compiled(tmp_path, operation(text, components=components)))
    schemas = made["components"]["schemas"]  # type: ignore[index]
    assert list(schemas) == [
        "a_2f_b_20_c",
        "a_b_c",
        "Problem",
        "_empty_",
        "ServerProblem",
    ]
    assert schemas["a_2f_b_20_c"]["properties"]["x"] == {
        "$ref": "#/components/schemas/a_b_c"
    }


def test_methods_beyond_3_1_make_a_3_2_document(tmp_path: Path) -> None:
    paths = """\
    /a:
      query: {operationId: one, responses: {'204': {description: ok}}}
      additionalOperations: {COPY: {operationId: two, responses: {'204': {description: ok}}}}
    """
    made = valid(Compiled(tmp_path, document(paths, version="3.2.0")))
    assert made["openapi"] == "3.2.0"
    assert set(made["paths"]["/a"]) == {"query", "additionalOperations"}  # type: ignore[index]
