"""The exposed side: calls are resolved, inputs are linked or derived, routes and tools are lowered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from capability_documents import Compiled, consumed, exposed

from naftiko_codegen.ir.exposed import Argument, Hints, Route, Tool
from naftiko_codegen.ir.shape import Input

BODY = "inputParameters: [{name: body, in: body, type: object, description: A ship., required: true}]"
IMO = "inputParameters: [{name: imo, in: path, type: string}, {name: limit, in: query, type: integer}]"


def route(made: Compiled) -> Route:
    assert made.package.rest is not None
    (found,) = made.package.rest.routes
    return found


def tool(made: Compiled) -> Tool:
    assert made.package.mcp is not None
    (found,) = made.package.mcp.tools
    return found


def brief(arguments: tuple[Argument, ...]) -> list[tuple[Any, ...]]:
    """Name, place, what it fills, and the part of the body or the constant if there is one."""
    return [
        (
            a.name,
            a.place,
            a.target or a.field or "BODY",
            *((a.pointer,) if a.pointer else ()),
        )
        + (() if a.constant is ... else (a.constant,))
        for a in arguments
    ]


def test_the_shape_people_write(tmp_path: Path) -> None:
    given = (
        "with: {{body: {}.body}}\noutputParameters:\n- {{type: object, mapping: $.}}"
    )
    tool_given = (
        given.format("tools")
        + "\nhints: {readOnly: false, destructive: false, idempotent: false}"
    )
    made = Compiled(
        tmp_path, exposed(BODY, given.format("rest"), tool_given, at="/v1/ships")
    )
    schema = {"type": "object", "description": "A ship."}
    found = route(made)
    assert (found.method, found.path, found.operation, found.tag) == (
        "POST",
        "/v1/ships",
        "do-it",
        "ships",
    )
    (argument,) = found.arguments
    assert argument == Argument("body", "body", True, schema, description="A ship.")
    assert (
        made.package.rest is not None
        and made.package.rest.port == 8080
        and made.package.rest.address == ""
    )
    found = tool(made)
    assert found.arguments == (
        Argument("body", "argument", True, schema, description="A ship."),
    )
    assert (found.name, found.operation, found.output_schema) == (
        "do-it",
        "do-it",
        {"type": "object"},
    )
    assert found.hints == Hints(False, False, False, None)
    assert made.package.mcp is not None and made.package.mcp.port == 9090
    assert (made.package.stem, made.package.source) == ("harbour", "harbour.naftiko")


def test_inputs_are_derived_from_the_operation(tmp_path: Path) -> None:
    text = IMO + "\n" + BODY.replace("inputParameters: [", "").replace("]", "")
    text = IMO.replace("]", ", {name: body, in: body, type: object, required: true}]")
    made = Compiled(tmp_path, exposed(text, path="/ships/{imo}", at="/v1/ships/{imo}"))
    assert brief(route(made).arguments) == [
        ("imo", "path", "imo"),
        ("limit", "query", "limit"),
        ("body", "body", "BODY"),
    ]
    found = tool(made).arguments
    assert brief(found) == [
        ("imo", "argument", "imo"),
        ("limit", "argument", "limit"),
        ("body", "argument", "BODY"),
    ]
    assert [a.required for a in found] == [True, False, True]
    assert found[1].schema == {"type": "integer"}


@pytest.mark.parametrize(
    "reference",
    [
        "rest.imo",
        "port-rest.imo",
        "{{imo}}",
        "{{rest.imo}}",
        "$.imo",
        "$this.port-rest.imo",
    ],
)
def test_references_in_with(tmp_path: Path, reference: str) -> None:
    given = f"with: {{imo: '{reference}'}}"
    made = Compiled(
        tmp_path, exposed(IMO, given, path="/ships/{imo}", at="/v1/ships/{imo}")
    )
    assert brief(route(made).arguments) == [
        ("imo", "path", "imo"),
        ("limit", "query", "limit"),
    ]


def test_references_to_other_names_and_constants(tmp_path: Path) -> None:
    given = (
        "inputParameters: [{name: ship, type: string, description: The ship},"
        " {name: n, type: integer, required: false, description: n}]\n"
    )
    text = exposed(
        IMO,
        "with: {imo: rest.n, limit: 5}",
        given + "with: {imo: ship, limit: '7'}",
        path="/ships/{imo}",
        at="/v1/{n}",
    )
    made = Compiled(tmp_path, text.replace("method: POST", "method: GET"))
    assert brief(route(made).arguments) == [
        ("n", "path", "imo"),
        ("limit", "query", "limit", 5),
    ]
    found = tool(made).arguments
    assert brief(found) == [
        ("ship", "argument", "imo"),
        ("limit", "argument", "limit", "7"),
        ("n", "argument", "n"),
    ]
    assert found[0].description == "The ship" and found[0].required
    assert made.one("N307").endswith("taken as the inputs: `ship`")
    assert made.one("N306").endswith("not sent: `n`")


def test_declared_inputs_of_a_route(tmp_path: Path) -> None:
    given = """
        inputParameters:
        - {name: imo, in: header, type: string, description: d}
        - {name: limit, in: body, type: integer, description: d, value: "$.page['size'][0]"}
        """
    made = Compiled(tmp_path, exposed(IMO, given, path="/ships/{imo}"))
    found = route(made).arguments
    assert brief(found) == [
        ("imo", "header", "imo"),
        ("limit", "body", "limit", ("page", "size", 0)),
    ]
    assert [a.required for a in found] == [True, False]
    made = Compiled(
        tmp_path,
        exposed(
            IMO, given.replace("$.page['size'][0]", "$..size"), path="/ships/{imo}"
        ),
    )
    assert (
        "JSONPath expressions other than member names and indices are not supported yet"
        in made.one("N290")
    )
    made = Compiled(
        tmp_path,
        exposed(IMO, given.replace("$.page['size'][0]", "9"), path="/ships/{imo}"),
    )
    assert brief(route(made).arguments)[1] == ("limit", "query", "limit", "9")


def test_declared_inputs_leave_optional_parameters_out(tmp_path: Path) -> None:
    given = "inputParameters: [{name: limit, type: integer, description: d}]"
    made = Compiled(tmp_path, exposed(IMO, "", given, path="/ships/{imo}", at="/{imo}"))
    assert brief(tool(made).arguments) == [
        ("imo", "argument", "imo"),
        ("limit", "argument", "limit"),
    ]
    assert any(
        "do not declare what the called operation needs: derived from it: `imo`" in f
        for f in made.findings
    )


def test_respelled_and_renamed_route_variables(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path, exposed("", "", path="/ships/{ship-id}", at="/v1/{ship_id}")
    )
    assert brief(route(made).arguments) == [("ship_id", "path", "ship-id")]
    made = Compiled(
        tmp_path, exposed("", "", path="/ships/{imo}/{n}", at="/v1/{a}/{b}")
    )
    assert brief(route(made).arguments) == [("a", "path", "imo"), ("b", "path", "n")]
    assert made.one("N305").endswith("paired in order: `a: imo`, `b: n`")


def test_a_route_variable_that_reaches_nothing(tmp_path: Path) -> None:
    made = Compiled(tmp_path, exposed(at="/v1/{imo}"))
    assert made.one("N308").startswith(
        "error N308 27:9 route variable `imo` reaches nothing in `port.do-it`"
    )


def test_similar_names_stay_apart(tmp_path: Path) -> None:
    text = "inputParameters: [{name: due, in: query}, {name: due>, in: query}, {name: due<, in: query}]"
    made = Compiled(
        tmp_path,
        exposed(
            text, "with: {due: rest.due, 'due>': 'rest.due>', 'due<': 'rest.due<'}"
        ),
    )
    assert brief(route(made).arguments) == [
        ("due", "query", "due"),
        ("due>", "query", "due>"),
        ("due<", "query", "due<"),
    ]


def test_fields_of_a_body(tmp_path: Path) -> None:
    text = "inputParameters: [{name: imo, in: body, type: string, required: true}, {name: flag, in: body}]"
    made = Compiled(tmp_path, exposed(text))
    assert brief(route(made).arguments) == [("body", "body", "BODY")]
    assert brief(tool(made).arguments) == [
        ("imo", "argument", "imo"),
        ("flag", "argument", "flag"),
    ]
    assert [a.required for a in tool(made).arguments] == [True, False]
    made = Compiled(
        tmp_path, exposed(text, "with: {imo: rest.number}", "with: {body: tools.body}")
    )
    assert brief(route(made).arguments)[0] == ("number", "body", "imo", ("number",))
    assert brief(tool(made).arguments) == [("body", "argument", "BODY")]


def test_inputs_that_become_the_body(tmp_path: Path) -> None:
    given = "inputParameters: [{name: imo, in: body, type: string, description: d}]"
    made = Compiled(tmp_path, exposed("", given, given.replace("in: body, ", "")))
    assert brief(route(made).arguments) == [("imo", "body", "imo", ("imo",))]
    assert brief(tool(made).arguments) == [("imo", "argument", "imo")]
    assert made.operation.body is not None
    assert "any JSON is sent" in made.one("N309")


def test_a_body_block_by_input_names(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path, exposed("body: {type: json, data: {IMO: '{{tools.imo}}'}}")
    )
    assert brief(tool(made).arguments) == [("imo", "argument", "IMO")]


def test_with_that_gives_what_nothing_takes(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path,
        exposed("", "with: {speed: rest.speed}").replace("method: POST", "method: GET"),
    )
    assert made.one("N306").endswith("left out: `speed`")
    assert route(made).arguments == ()


def test_a_mixed_value_in_with(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path, exposed(IMO, "with: {imo: 'IMO-{{imo}}'}", path="/ships/{imo}")
    )
    assert brief(route(made).arguments) == [
        ("limit", "query", "limit"),
        ("imo", "query", "imo"),
    ]
    computed = route(made).computed
    assert computed is not None
    ((key, shape),) = computed.members
    assert (key, shape.pieces) == ("imo", ("IMO-", Input(("imo",))))


def test_input_schema_of_a_tool(tmp_path: Path) -> None:
    given = "inputSchema: {type: object, required: [imo], properties: {imo: {type: string}, limit: {type: integer}}}"
    made = Compiled(tmp_path, exposed(IMO, "", given, path="/ships/{imo}", at="/{imo}"))
    assert [(a.name, a.required) for a in tool(made).arguments] == [
        ("imo", True),
        ("limit", False),
    ]


def test_calls(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path, exposed().replace("call: port.do-it", "call: port.do-itt")
    )
    errors = [line for line in made.findings if " N301 " in line]
    assert errors == [
        "error N301 28:15 call names no operation: port.do-itt | did you mean `do-it`?",
        "error N301 36:13 call names no operation: port.do-itt | did you mean `do-it`?",
    ]
    made = Compiled(tmp_path, exposed().replace("call: port.do-it", "call: do-it"))
    assert made.one("N303").endswith(
        "taken as the only operation of that name, `port.do-it` (2 places, this is the first)"
    )
    assert route(made).operation == "do-it"
    text = exposed().replace(
        "      - name: do-it\n",
        "      - {name: do-it, method: GET}\n      - name: do-it\n",
    )
    assert [
        line.split()[1] for line in Compiled(tmp_path, text).findings if "N302" in line
    ] == ["N302", "N302"]


@pytest.mark.parametrize(
    ("method", "hints", "wanted", "code"),
    [
        ("DELETE", "{readOnly: true}", Hints(read_only=False), "N219"),
        ("DELETE", "{destructive: false}", Hints(destructive=True), "N219"),
        (
            "POST",
            "{readOnly: true, openWorld: true}",
            Hints(read_only=True, open_world=True),
            "N219",
        ),
        (
            "GET",
            "{readOnly: true, idempotent: true}",
            Hints(read_only=True, idempotent=True),
            "",
        ),
    ],
)
def test_hints(
    tmp_path: Path, method: str, hints: str, wanted: Hints, code: str
) -> None:
    made = Compiled(
        tmp_path,
        exposed("", "", f"hints: {hints}").replace("method: POST", f"method: {method}"),
    )
    assert tool(made).hints == wanted
    assert ("N219" in made.codes()) == bool(code)


def test_ports_and_addresses(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path,
        exposed().replace("port: 9090", "port: 8080\n    address: '{{env.HOST}}'"),
    )
    assert [line.split(" ", 3)[3] for line in made.findings if " N212 " in line] == [
        "port 8080 is that of another server too",
        "address `{{env.HOST}}` is no host name and no IP address",
    ]
    made = Compiled(tmp_path, exposed().replace("port: 9090", "address: 127.0.0.1"))
    assert made.one("N212") == "warning N212 30:5 no `port`: 9090 is the default"
    assert made.package.mcp is not None and made.package.mcp.address == "127.0.0.1"


def test_replies_that_are_not_json_have_no_schema(tmp_path: Path) -> None:
    given = "outputParameters: [{type: object, mapping: $.}]"
    assert (
        tool(
            Compiled(tmp_path, exposed("outputRawFormat: csv", "", given))
        ).output_schema
        is ...
    )
    assert tool(Compiled(tmp_path, exposed())).output_schema is ...


def test_a_capability_that_exposes_nothing_is_a_client(tmp_path: Path) -> None:
    made = Compiled(tmp_path, consumed())
    assert made.package.rest is None and made.package.mcp is None and not made.findings


def test_wanted_name(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path, consumed().replace("info: {", "x-naftiko-name: quay\ninfo: {")
    )
    assert made.package.wanted_name == "quay"
