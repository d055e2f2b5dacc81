"""The consumed side: base URLs, paths, parameters, bodies and credentials of the lowered operations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from capability_documents import Compiled, consumed, exposed

from naftiko_codegen.ir.model import Content, Parameter
from naftiko_codegen.ir.template import Fixed, Gap, Members, Mixed
from naftiko_codegen.ir.types import AnyType, ArrayOf, Literals, MapOf, Nullable, Scalar


def brief(parameter: Parameter) -> tuple[Any, ...]:
    found = (parameter.key, parameter.name, parameter.place, parameter.required)
    return found if parameter.constant is ... else (*found, parameter.constant)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://a.test", "https://a.test"),
        ("http://a.test:8080/v1", "http://a.test:8080/v1"),
        ("https://a.test/v1/", "https://a.test/v1"),
        ("https://a.test/two words", "https://a.test/two%20words"),
        ("", ""),
        ("https://{{env.HOST}}/v1", ""),
        ("https://{region}.a.test", ""),
    ],
)
def test_base_urls(tmp_path: Path, written: str, url: str) -> None:
    made = Compiled(
        tmp_path, consumed().replace("https://port.example.test/v1", f"'{written}'")
    )
    assert made.package.service.base_url == url
    assert made.operation.base_url == url
    assert bool(made.findings) == (written != url or not url)


@pytest.mark.parametrize(
    "written",
    ["ftp://a.test", "https://user:pass@a.test", "//a.test", "https://", "https://a.test?x=1", "https://a.test/../b",
     "https://a.test:99999", "https://a.test/#x", 'https://x"+f()+"', "https://[::1", "https://a\\nb.test", "a.test",
     "https://a.test//b"],
)  # fmt: skip
def test_refused_base_urls(tmp_path: Path, written: str) -> None:
    made = Compiled(
        tmp_path,
        consumed().replace(
            "https://port.example.test/v1", f'"{written}"'.replace('"+f()+"', "'+")
        ),
    )
    assert made.one("N213").startswith("error N213 9:14 `baseUri`")


@pytest.mark.parametrize(
    ("written", "path", "names"),
    [
        ("/ships/{{imo}}", "/ships/{imo}", ["imo"]),
        ("/ships/{imo}/x/{{ n }}", "/ships/{imo}/x/{n}", ["imo", "n"]),
        ("ships", "/ships", []),
        ("/", "/", []),
        ("/a('{key}')", "/a('{key}')", ["key"]),
        ("/ships/{{tools.imo}}", "/ships/{imo}", ["imo"]),
    ],
)
def test_paths(tmp_path: Path, written: str, path: str, names: list[str]) -> None:
    operation = Compiled(tmp_path, consumed(path=written.replace("'", "''"))).operation
    assert [p.name for p in operation.parameters] == names
    assert all(brief(p) == (p.name, p.name, "path", True) for p in operation.parameters)
    assert operation.path == path


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("//evil.test/x", "starts with two slashes"),
        ("/a/../b", "holds a segment `.` or `..`"),
        ("/a/%2e%2E/b", "holds a segment `.` or `..`"),
        ('/a"b', "holds characters that no path may have"),
        ("/a\\b", "holds characters that no path may have"),
        ("/a/{f()}", "holds `f()`, which is no name of a placeholder"),
        ("/a/{b", "holds braces that are no placeholder"),
    ],
)
def test_refused_paths(tmp_path: Path, written: str, why: str) -> None:
    made = Compiled(tmp_path, consumed(path=written))
    assert made.one("N214").startswith("error N214 13:13 path ")
    assert why in made.one("N214")


def test_a_path_with_a_query_and_a_fragment(tmp_path: Path) -> None:
    operation = Compiled(
        tmp_path, consumed(path="/ships?active=true&port={port}&all#top")
    ).operation
    assert operation.path == "/ships"
    assert [brief(p) for p in operation.parameters] == [
        ("active", "active", "query", False, "true"),
        ("port", "port", "query", True),
        ("all", "all", "query", False, ""),
    ]


def test_an_operation_with_a_path_of_its_own(tmp_path: Path) -> None:
    assert Compiled(tmp_path, consumed("path: /{imo}")).operation.path == "/ships/{imo}"
    assert (
        Compiled(tmp_path, consumed("path: /ships/all")).operation.path == "/ships/all"
    )


def test_environment_variables_in_paths(tmp_path: Path) -> None:
    made = Compiled(tmp_path, consumed(path="/ships/{{HARBOUR_KEY}}"))
    (parameter,) = made.operation.parameters
    assert parameter.text == Mixed((Gap("$HARBOUR_KEY"),)) and not parameter.given
    assert made.operation.variables == ("$HARBOUR_KEY",)


def test_an_undeclared_variable_as_the_value_of_a_parameter(tmp_path: Path) -> None:
    text = consumed(
        "inputParameters: [{name: V, in: header, value: '{{PORT_VERSION}}'}]"
    )
    made = Compiled(tmp_path, text)
    (credential,) = made.package.service.credentials
    assert credential.variables == ("PORT_VERSION",)
    assert made.operation.parameters == () and "PORT_VERSION" in made.one("N216")


def test_parameters_of_three_levels(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path,
        consumed(
            "inputParameters: [{name: x-trace, in: header}, {name: sid, in: cookie},"
            " {name: limit, in: query, value: '5'}]",
            "inputParameters: [{name: limit, in: query}, {name: Host, in: header}]",
            "inputParameters: [{name: X-Trace, in: header, value: on}]\nheaders: {X-Client: nk}",
        ),
    )
    assert [brief(p) for p in made.operation.parameters] == [
        ("X-Client", "X-Client", "header", False, "nk"),
        ("x-trace", "x-trace", "header", False),
        ("limit", "limit", "query", False, "5"),
        ("sid", "sid", "cookie", False),
    ]
    assert "`Host`" in made.one("N206")


def test_types_of_parameters(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path,
        consumed("""
            inputParameters:
            - {name: a, in: query}
            - {name: b, in: query, type: integer, required: true, default: 5}
            - {name: c, in: query, type: array, items: {type: string}}
            - {name: d, in: query, type: [number, 'null']}
            - {name: e, in: query, type: string, enum: [x, y, 1]}
            - {name: f, in: query, type: float, default: x}
            - {name: g, in: query, type: frobnicate}
            """),
    )
    types = {p.name: p.type for p in made.operation.parameters}
    assert types == {
        "a": Scalar("string"),
        "b": Scalar("integer"),
        "c": ArrayOf(Scalar("string")),
        "d": Nullable(Scalar("number")),
        "e": Literals(("x", "y")),
        "f": Scalar("number"),
        "g": Scalar("string"),
    }
    assert (
        made.operation.parameters[1].required
        and made.operation.parameters[1].default == 5
    )
    assert made.operation.parameters[5].default is ...
    assert [f.split(" ", 3)[3] for f in made.findings if " N205 " in f] == [
        "values of `enum` that are of another type are left out",
        "type `float` is no type of the language: taken as number",
        "default `x` is not of type number: left out",
        "type `frobnicate` is no type of the language: any value is accepted",
    ]


def test_a_parameter_under_the_name_of_another_input(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path,
        consumed(
            "inputParameters: [{name: X-Port, in: header, value: '{{portCode}}'}]"
        ),
    )
    assert [brief(p) for p in made.operation.parameters] == [
        ("portCode", "X-Port", "header", False)
    ]
    made = Compiled(
        tmp_path,
        consumed(
            "inputParameters: [{name: X-Port, in: header, value: 'p-{{portCode}}'}]"
        ),
    )
    sent, given = made.operation.parameters
    assert sent.text == Mixed(("p-", Gap("portCode")))
    assert brief(given) == ("portCode", "portCode", "template", False)


def test_one_name_in_two_places(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path,
        consumed("inputParameters: [{name: id, in: query}]", path="/ships/{id}"),
    )
    assert [brief(p) for p in made.operation.parameters] == [
        ("id path", "id", "path", True),
        ("id query", "id", "query", False),
    ]


def test_path_parameters_and_their_placeholders(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path,
        consumed(
            "inputParameters: [{name: ship_id, in: path}]", path="/ships/{ship-id}"
        ),
    )
    assert [brief(p) for p in made.operation.parameters] == [
        ("ship-id", "ship-id", "path", True)
    ]
    assert "`ship_id: ship-id`" in made.one("N305")
    made = Compiled(tmp_path, consumed("inputParameters: [{name: imo, in: path}]"))
    assert "taken as `/ships/{imo}`" in made.one("N310")
    assert made.operation.path == "/ships/{imo}" and not made.failed


def test_a_header_that_cannot_be_sent(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path,
        consumed('inputParameters: [{name: X, in: header, value: "a\\r\\nb: c"}]'),
    )
    assert "cannot be sent in a header" in made.one("N215")


def body(made: Compiled) -> tuple[Content, bool]:
    assert made.operation.body is not None
    (content,) = made.operation.body.contents
    assert (content.media_type, content.kind) == ("application/json", "json")
    return content, made.operation.body.required


def test_the_whole_body(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path,
        consumed(
            "inputParameters: [{name: body, in: body, type: object, required: true}]"
        ),
    )
    assert body(made) == (
        Content("application/json", "json", MapOf(AnyType()), {"type": "object"}),
        True,
    )
    made = Compiled(tmp_path, consumed("inputParameters: [{name: body, in: body}]"))
    assert body(made)[0].type == AnyType()


def test_a_body_of_several_parameters(tmp_path: Path) -> None:
    text = "inputParameters: [{name: imo, in: body, type: string, required: true}, {name: flag, in: body}]"
    content, required = body(Compiled(tmp_path, consumed(text)))
    properties = {"imo": {"type": "string"}, "flag": {}}
    assert content.schema == {
        "type": "object",
        "properties": properties,
        "required": ["imo"],
    }
    assert required


def test_body_blocks(tmp_path: Path) -> None:
    text = (
        "body: {type: json, data: {IMO: '{{tools.imo}}', Flag: '{{flag}}'}}\n"
        "inputParameters: [{name: imo, in: body, type: string}]"
    )
    content, _ = body(Compiled(tmp_path, consumed(text)))
    assert content.schema == {
        "type": "object",
        "properties": {"IMO": {"type": "string"}, "Flag": {}},
    }
    content, _ = body(
        Compiled(tmp_path, consumed("body: {type: json, data: '{{ship}}'}"))
    )
    assert content.schema == {}
    content, _ = body(Compiled(tmp_path, consumed("body: '{{ship}}'")))
    assert content.schema == {}


@pytest.mark.parametrize(
    ("block", "kind", "node"),
    [
        ("{type: json, data: {a: fixed}}", "json", Members((("a", Fixed("fixed")),))),
        (
            "{type: json, data: {a: {b: '{{c}}'}}}",
            "json",
            Members((("a", Members((("b", Gap("c")),))),)),
        ),
        (
            "{type: json, data: {key: '{{HARBOUR_KEY}}'}}",
            "json",
            Members((("key", Gap("$HARBOUR_KEY")),)),
        ),
        (
            "'{\"a\": {{b}}, \"c\": \"{{b}}\"}'",
            "json",
            Members((("a", Gap("b", alone=True)), ("c", Mixed((Gap("b"),))))),
        ),
        ("{type: form, data: {a: '{{b}}'}}", "form", Members((("a", Gap("b")),))),
        ("'{{a}} and {{b}}'", "text", Mixed((Gap("a", "json"), " and ", Gap("b", "json")))),
        ("{type: text, data: '{{a}}'}", "text", Mixed((Gap("a"),))),
        ("{type: xml, data: '<a>{{a}}</a>'}", "text", Mixed(("<a>", Gap("a", "xml"), "</a>"))),
        ("{type: xml, data: <a/>}", "text", Mixed(("<a/>",))),
        (
            "{type: sparql, data: 'ASK { <{{a}}> ?p \"#\\\"{{b}}\" FILTER(?n < {{c}}) }'}",
            "text",
            Mixed(
                ("ASK { <", Gap("a", "iri"), '> ?p "#\\"', Gap("b", "string"),
                 '" FILTER(?n < ', Gap("c", "bare"), ") }")
            ),
        ),
    ],
)  # fmt: skip
def test_bodies_that_the_document_writes(
    tmp_path: Path, block: str, kind: str, node: object
) -> None:
    made = Compiled(tmp_path, consumed(f"body: {block}"))
    assert made.operation.body is None
    template = made.operation.template
    assert template is not None and (template.kind, template.node) == (kind, node)


def test_values_of_the_document_stand_where_placeholders_name_them(
    tmp_path: Path,
) -> None:
    parameters = (
        "inputParameters: [{name: a, in: body, value: 'x {{b}}'},"
        " {name: n, in: body, value: '7'}]\n"
    )
    made = Compiled(
        tmp_path,
        consumed(parameters + "body: {type: json, data: {v: 'y {{a}}', w: '{{n}}'}}"),
    )
    assert made.operation.template is not None
    assert made.operation.template.node == Members(
        (("v", Mixed(("y ", "x ", Gap("b")))), ("w", Fixed("7")))
    )
    assert [brief(p) for p in made.operation.parameters] == [
        ("b", "b", "template", False)
    ]


@pytest.mark.parametrize(
    ("block", "wanted"),
    [
        (
            "{type: bearer, token: '{{env.HARBOUR_KEY}}'}",
            ("bearer", ("HARBOUR_KEY",), "", "header", "", ""),
        ),
        (
            "{type: bearer, token: 'Bearer {{HARBOUR_KEY}}'}",
            ("bearer", ("HARBOUR_KEY",), "", "header", "", ""),
        ),
        (
            "{type: apikey, key: X-Key, value: '{{HARBOUR_KEY}}'}",
            ("apikey", ("HARBOUR_KEY",), "X-Key", "header", "", ""),
        ),
        (
            "{type: apikey, key: k, value: 'Token {{HARBOUR_KEY}}', placement: query}",
            ("apikey", ("HARBOUR_KEY",), "k", "query", "Token ", ""),
        ),
        (
            "{type: basic, username: '{{HARBOUR_USER}}', password: '{{HARBOUR_KEY}}'}",
            ("basic", ("HARBOUR_USER", "HARBOUR_KEY"), "", "header", "", ""),
        ),
        (
            "{type: basic, username: me, password: '{{HARBOUR_KEY}}'}",
            ("basic", ("HARBOUR_KEY",), "", "header", "me:", ""),
        ),
        (
            "{type: basic, username: '{{HARBOUR_KEY}}'}",
            ("basic", ("HARBOUR_KEY",), "", "header", "", ":"),
        ),
    ],
)
def test_credentials(tmp_path: Path, block: str, wanted: tuple[Any, ...]) -> None:
    made = Compiled(tmp_path, consumed(api=f"authentication: {block}"))
    (c,) = made.package.service.credentials
    assert (c.kind, c.variables, c.name, c.place, c.prefix, c.suffix) == wanted
    assert made.operation.security == ((c.key,),)
    assert not made.findings


def test_several_keys_are_needed_together(tmp_path: Path) -> None:
    block = "authentication: {type: apikey, headers: {X-Key: '{{HARBOUR_KEY}}', X-User: '{{HARBOUR_USER}}'}}"
    made = Compiled(tmp_path, consumed(api=block))
    assert made.operation.security == (("X-Key", "X-User"),)


@pytest.mark.parametrize(
    ("block", "finding"),
    [
        ("{type: bearer, token: s3cret-value}", "variable `PORT_TOKEN` is read instead"),
        ("{type: bearer}", "error N217 10:21 a secret is written in the document, or is empty"),
        ("{type: bearer, token: '{{token}}'}", "error N215 10:43 `token` names no variable"),
        ("{type: bearer, token: '{{HARBOR_KEY}}'}", "is not declared in `binds`: read from the environment |"),
        ("{type: bearer, token: HARBOUR_KEY}", "secrets that are the name of a variable without braces"),
        ("{type: apikey, key: '{{env.HOME}}', value: '{{HARBOUR_KEY}}'}", "error N215 10:41 `key` of an API key"),
        ("{type: apikey, key: Host, value: '{{HARBOUR_KEY}}'}", "error N206 10:54 an API key cannot be sent as header"),
    ],
)  # fmt: skip
def test_doubtful_secrets(tmp_path: Path, block: str, finding: str) -> None:
    made = Compiled(tmp_path, consumed(api=f"authentication: {block}"))
    assert [line for line in made.findings if finding in line], made.findings
    assert not any("s3cret" in line for line in made.findings)


def test_a_header_from_the_environment_is_a_credential(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path,
        consumed(
            api="inputParameters: [{name: X-Tenant, in: header, value: '{{env.HARBOUR_USER}}'}]"
        ),
    )
    (credential,) = made.package.service.credentials
    assert (credential.kind, credential.name, credential.variables) == (
        "apikey",
        "X-Tenant",
        ("HARBOUR_USER",),
    )
    assert made.operation.security == (("X-Tenant",),)
    assert not made.operation.parameters


def test_a_parameter_in_the_environment_names_a_variable(tmp_path: Path) -> None:
    api = "inputParameters: [{name: tok, in: environment}]\nauthentication: {type: bearer, token: '{{tok}}'}"
    made = Compiled(tmp_path, consumed(api=api))
    assert made.package.service.credentials[0].variables == ("tok",)


def test_binds_with_a_location(tmp_path: Path) -> None:
    text = consumed(api="authentication: {type: bearer, token: '{{v.KEY}}'}").replace(
        "- {namespace: env,",
        "- {namespace: v, location: 'vault://x', keys: {KEY: vault-key}}\n- {namespace: env,",
    )
    made = Compiled(tmp_path, text)
    assert (
        "secrets of `vault://x` are read from environment variables of the same names"
        in made.findings[0]
    )
    assert made.package.service.credentials[0].variables == ("KEY",)


@pytest.mark.parametrize(
    ("operation", "type_", "media_type"),
    [
        (
            "outputParameters: [{name: r, type: object, value: $.}]",
            MapOf(AnyType()),
            "application/json",
        ),
        (
            "outputParameters: [{name: r, type: array, value: $}]",
            ArrayOf(AnyType()),
            "application/json",
        ),
        (
            "outputParameters: [{name: r, type: string, value: $.a}]",
            AnyType(),
            "application/json",
        ),
        ("outputRawFormat: csv", Scalar("string"), "text/csv"),
        ("outputRawFormat: avro", Scalar("binary"), "application/avro"),
        (
            "{outputRawFormat: binary, outputMediaType: image/png}",
            Scalar("binary"),
            "image/png",
        ),
    ],
)
def test_replies(tmp_path: Path, operation: str, type_: Any, media_type: str) -> None:
    text = (
        operation.strip("{}").replace(", outputMediaType", "\noutputMediaType")
        if operation[0] == "{"
        else operation
    )
    success, error = Compiled(tmp_path, consumed(text)).operation.replies
    assert (success.status, error.status) == ("2XX", "default")
    assert (success.contents[0].type, success.contents[0].media_type) == (
        type_,
        media_type,
    )


@pytest.mark.parametrize(
    ("method", "idempotent"),
    [("GET", True), ("PUT", True), ("DELETE", True), ("POST", False), ("PATCH", False)],
)
def test_methods(tmp_path: Path, method: str, idempotent: bool) -> None:
    operation = Compiled(
        tmp_path, consumed().replace("method: POST", f"method: {method}")
    ).operation
    assert (operation.method, operation.idempotent) == (method, idempotent)


def test_methods_beyond_the_language(tmp_path: Path) -> None:
    made = Compiled(tmp_path, consumed().replace("method: POST", "method: HEAD"))
    assert made.operation.replies[0].contents == ()
    assert "taken as it says: `HEAD`" in made.one("N205")
    made = Compiled(tmp_path, consumed().replace("method: POST", "method: post"))
    assert made.operation.method == "POST"
    made = Compiled(tmp_path, consumed().replace("method: POST", "method: PUSH"))
    assert made.one("N205").startswith(
        "error N205 17:17 `method` is `PUSH`: it must be one of GET, POST"
    )


def test_templates_in_texts_stay_as_they_are(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path,
        exposed("description: '{{env.HOME}} ${HOME}'").replace(
            "Harbour", "'{{env.HOME}}'", 1
        ),
    )
    assert made.package.title == "{{env.HOME}}"
    assert made.operation.description == "{{env.HOME}} ${HOME}"


def test_two_apis(tmp_path: Path) -> None:
    api = "authentication: {type: bearer, token: '{{HARBOUR_KEY}}'}"
    operations = "[{name: do-it, method: GET}, {name: other, method: GET}]"
    text = consumed(api=api) + f"""\
  - type: http
    namespace: fleet
    baseUri: https://port.example.test/v1/
    resources: [{{name: ships, path: /s, operations: {operations}}}]
"""
    service = Compiled(tmp_path, text).package.service
    assert [(o.name, o.security) for o in service.operations] == [
        ("port.do-it", (("port-bearer",),)),
        ("fleet.do-it", ()),
        ("other", ()),
    ]
    assert {o.base_url for o in service.operations} == {service.base_url}
    service = Compiled(tmp_path, text.replace("test/v1/", "test/v2")).package.service
    assert service.upstreams == (
        ("port", "https://port.example.test/v1"),
        ("fleet", "https://port.example.test/v2"),
    )
    assert [o.upstream for o in service.operations] == ["port", "fleet", "fleet"]


@pytest.mark.parametrize(
    ("block", "code", "words"),
    [
        ("{type: oauth2}", "N203", "nothing else says where tokens come from"),
        ("{type: oauth2, tokenEndpoint: 'ftp://x.test/t'}", "N213", "is not of scheme"),
        ("{type: oauth2, tokenEndpoint: 'https://a:b@x.test/t'}", "N213", "user information"),
        ("{type: oauth2, tokenEndpoint: 'https://{{HARBOUR_KEY}}/t'}", "N215", "must be a plain text"),
    ],
)  # fmt: skip
def test_handshakes_that_cannot_be(
    tmp_path: Path, block: str, code: str, words: str
) -> None:
    made = Compiled(tmp_path, consumed(api=f"authentication: {block}"))
    assert made.failed and words in made.one(code)
