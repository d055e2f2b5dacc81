"""Paths, parameters, bodies, replies, servers and credentials of a document become IR, or a finding with a place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openapi_documents import Compiled, document, operation

from naftiko_codegen.ir.types import ArrayOf, ModelRef, Scalar


@pytest.mark.parametrize("version", ["3.0.0", "3.0.4", "3.1.0", "3.1.2", "3.2.0"])
def test_versions_3_are_read(tmp_path: Path, version: str) -> None:
    paths = "/a: {get: {operationId: go, responses: {'200': {description: ok}}}}"
    compiled = Compiled(tmp_path, document(paths, version=version))
    assert compiled.operation.name == "go"
    assert compiled.findings == []


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("openapi: 4.0.0", "openapi `4.0.0` is not a supported version"),
        ("openapi: '2.0'", "openapi `2.0` is not a supported version"),
        ("openapi: {}", "openapi `an object` is not a supported version"),
    ],
)
def test_other_versions_are_refused_by_name(
    tmp_path: Path, head: str, words: str
) -> None:
    compiled = Compiled(
        tmp_path, f"{head}\ninfo: {{title: x, version: '1'}}\npaths: {{}}\n"
    )
    assert compiled.refused
    assert compiled.one("N401").startswith(f"error N401 1:10 {words}")


def test_swagger_1_is_refused_by_name(tmp_path: Path) -> None:
    compiled = Compiled(
        tmp_path, "swagger: '1.2'\ninfo: {title: x, version: '1'}\npaths: {}\n"
    )
    assert "swagger `1.2` is not a supported version" in compiled.one("N401")


def test_a_version_may_end_in_any_words(tmp_path: Path) -> None:
    text = "openapi: '3.0.1-5,Gzt'\ninfo: {title: x, version: '1'}\npaths: {}\n"
    compiled = Compiled(tmp_path, text)
    assert "no paths" in compiled.one("N403")
    assert not compiled.failed


def test_every_wrong_type_is_found_at_once(tmp_path: Path) -> None:
    text = """\
openapi: 3.1.0
info: null
servers: {url: 1}
tags: {a: 1}
security: {x: []}
paths:
  /a: []
  /b: {get: x}
  /c: {get: {operationId: 5, parameters: {x: 1}, responses: []}}
  /d: {get: {operationId: d, tags: t, parameters: [1, null, {in: nowhere, name: a}], responses: {'200': null, abc: {}}}}
  /e: {GET: {}, post: {operationId: e, requestBody: [], responses: {'200': {description: 1}}}}
components:
  schemas: {A: null, B: {$ref: 5}, C: {type: frob}}
  securitySchemes: {x: {type: frob}}
"""
    compiled = Compiled(tmp_path, text)
    lines = sorted(
        {int(line.split()[2].partition(":")[0]) for line in compiled.findings}
    )
    assert lines == [2, 3, 4, 5, 7, 8, 9, 10, 11, 13, 14]
    assert compiled.failed
    assert [o.name for o in compiled.package.service.operations] == ["5", "d", "e"]
    assert "write get" in compiled.one("N404")


def test_a_tag_without_name_is_found_at_its_place(tmp_path: Path) -> None:
    text = """\
openapi: 3.1.0
info: {title: x, version: '1'}
tags:
  - name: ships
  - description: which one?
paths:
  /a: {get: {operationId: a, tags: [ships], responses: {'200': {description: 1}}}}
"""
    compiled = Compiled(tmp_path, text)
    finding = compiled.one("N403")
    assert "a tag has no name" in finding
    assert int(finding.split()[2].partition(":")[0]) == 5
    assert [o.name for o in compiled.package.service.operations] == ["a"]


def test_an_operation_in_full(tmp_path: Path) -> None:
    compiled = Compiled(
        tmp_path,
        operation(
            """\
            summary: Dock
            description: Dock a ship.
            tags: [Ships, Other]
            deprecated: true
            x-naftiko-name: dock_ship
            parameters:
            - {name: id, in: path, required: true, schema: {type: integer}, description: Its number., example: 7}
            - {name: tag, in: query, schema: {type: array, items: {type: string}}, style: pipeDelimited}
            - {name: limit, in: query, schema: {type: integer, default: 10}, example: ten}
            - {name: X-Trace, in: header, schema: {type: string}}
            - {name: Accept, in: header, schema: {type: string}}
            - {name: sid, in: cookie, schema: {type: string}}
            - {name: filter, in: query, content: {application/json: {schema: {type: object}}}}
            requestBody:
              required: true
              content:
                application/json: {schema: {type: object, properties: {a: {type: string}}}, example: {a: b}}
                image/png: {}
            responses:
              '200':
                description: Docked.
                headers: {X-Left: {schema: {type: integer}}}
                content: {application/json: {schema: {type: array, items: {type: string}}}}
              4xx: {description: Not docked.}
              default: {description: Else.}
            """,
            "/ships/{id}",
            "put",
        ),
    )
    made = compiled.operation
    assert (made.method, made.path, made.base_url) == (
        "PUT",
        "/ships/{id}",
        "https://harbour.test/v1",
    )
    assert (made.group, made.words, made.deprecated, made.idempotent) == (
        "Ships",
        "dock_ship",
        True,
        True,
    )
    keys = {p.key: (p.place, p.required, p.style, p.explode) for p in made.parameters}
    assert keys == {
        "id": ("path", True, "simple", False),
        "tag": ("query", False, "pipeDelimited", False),
        "limit": ("query", False, "form", True),
        "X-Trace": ("header", False, "simple", False),
        "sid": ("cookie", False, "form", True),
        "filter": ("query", False, "json", True),
    }
    assert made.parameters[0].example == 7
    assert (made.parameters[2].default, made.parameters[2].example) == (10, ...)
    assert made.body is not None
    assert made.body.required
    assert [(c.media_type, c.kind, c.type) for c in made.body.contents] == [
        ("application/json", "json", ModelRef("#go/request/application/json")),
        ("image/png", "binary", Scalar("binary")),
    ]
    assert made.body.contents[0].example == {"a": "b"}
    assert [r.status for r in made.replies] == ["200", "4XX", "default"]
    assert made.replies[0].contents[0].type == ArrayOf(Scalar("string"))
    assert made.replies[0].headers[0].name == "X-Left"
    assert [g.name for g in compiled.package.service.groups] == ["Ships"]
    assert compiled.codes() == ["N423"]


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("application/json; charset=utf-8", "json"),
        ("application/problem+json", "json"),
        ("application/x-www-form-urlencoded", "form"),
        ("multipart/form-data", "multipart"),
        ("text/plain", "text"),
        ("application/xml", "text"),
        ("text/event-stream", "text"),
        ("application/octet-stream", "binary"),
        ("'*/*'", "json"),
        ("image/*", "binary"),
    ],
)
def test_kind_of_a_body_follows_its_media_type(
    tmp_path: Path, media_type: str, kind: str
) -> None:
    compiled = Compiled(
        tmp_path,
        operation(
            f"requestBody: {{content: {{{media_type}: {{schema: {{properties: {{a: {{}}}}}}}}}}}}",
            method="post",
        ),
    )
    assert compiled.operation.body is not None
    assert compiled.operation.body.contents[0].kind == kind


def test_path_parameters_fit_the_path(tmp_path: Path) -> None:
    compiled = Compiled(
        tmp_path,
        operation(
            "parameters: [{name: ship, in: path, schema: {type: string}}]",
            "/ships/{ships}/{{ 7*7 }}/x y",
        ),
    )
    made = compiled.operation
    assert made.path == "/ships/{ships}/%7B%7B%207*7%20%7D%7D/x%20y"
    assert [(p.name, p.required, p.type) for p in made.parameters] == [
        ("ships", True, Scalar("string"))
    ]
    assert "did you mean `ships`?" in compiled.one("N427")
    assert "is not declared" in compiled.one("N426")
    assert "is not marked required" in compiled.one("N422")


@pytest.mark.parametrize(
    "sign", ["x-naftiko-multi-segment: true", "allowReserved: true"]
)
def test_slashes_pass_where_the_document_says_so(tmp_path: Path, sign: str) -> None:
    parameter = f"{{name: id, in: path, required: true, schema: {{type: string}}, example: a/b, {sign}}}"
    compiled = Compiled(tmp_path, operation(f"parameters: [{parameter}]", "/m/{id}"))
    assert compiled.operation.parameters[0].multi_segment
    assert compiled.findings == []


def test_an_example_with_a_slash_is_hinted_at(tmp_path: Path) -> None:
    parameter = (
        "{name: id, in: path, required: true, schema: {type: string, example: a/b}}"
    )
    compiled = Compiled(tmp_path, operation(f"parameters: [{parameter}]", "/m/{id}"))
    assert "x-naftiko-multi-segment" in compiled.one("N425")
    assert compiled.one("N425").startswith("note")


def test_a_query_in_a_path_is_sent_with_every_request(tmp_path: Path) -> None:
    compiled = Compiled(tmp_path, operation("", "/?Action=List&x=#frag"))
    assert compiled.operation.path == "/"
    assert [(p.name, p.constant) for p in compiled.operation.parameters] == [
        ("Action", "List"),
        ("x", ""),
    ]


def test_a_query_in_a_path_goes_before_what_is_declared(tmp_path: Path) -> None:
    body = "parameters: [{name: Action, in: query, required: true, schema: {enum: [List]}}]"
    compiled = Compiled(tmp_path, operation(body, "/?Action=List"))
    assert [(p.name, p.constant) for p in compiled.operation.parameters] == [
        ("Action", "List")
    ]
    assert any("it is no argument" in finding for finding in compiled.findings)


def test_parameters_of_the_path_item_are_overridden_by_place_and_name(
    tmp_path: Path,
) -> None:
    paths = """\
    /a/{id}:
      parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      - {name: id, in: query, schema: {type: string}}
      get:
        operationId: go
        parameters:
        - {$ref: '#/components/parameters/Id'}
        - {name: n, in: query, schema: {type: string}}
        - {name: n, in: query, schema: {type: integer}}
        responses: {'204': {description: ok}}
    """
    components = "parameters: {Id: {name: id, in: path, required: true, schema: {type: integer}}}"
    compiled = Compiled(tmp_path, document(paths, components))
    assert [(p.key, p.type.kind) for p in compiled.operation.parameters] == [  # type: ignore[union-attr]
        ("id_path", "integer"),
        ("id_query", "string"),
        ("n", "string"),
    ]
    assert "declared twice" in compiled.one("N421")


def test_names_of_operations_are_unique_without_case(tmp_path: Path) -> None:
    done = "responses: {'204': {description: ok}}"
    paths = f"""\
    /a: {{get: {{operationId: list, tags: [A], {done}}}}}
    /b: {{get: {{operationId: List, tags: [B], {done}}}}}
    /c/{{id}}: {{get: {{{done}}}}}
    """
    compiled = Compiled(tmp_path, document(paths))
    assert [o.name for o in compiled.package.service.operations] == [
        "list_A",
        "List_B",
        "get_c_by_id",
    ]
    assert "used twice" in compiled.one("N408")
    assert compiled.one("N407").startswith("note")


def test_names_that_no_context_tells_apart_are_an_error(tmp_path: Path) -> None:
    done = "responses: {'204': {description: ok}}"
    paths = f"/a-b: {{get: {{operationId: x, {done}}}}}\n/a.b: {{get: {{operationId: x, {done}}}}}"
    compiled = Compiled(tmp_path, document(paths))
    assert [line.split()[0] for line in compiled.findings] == ["error", "warning"]


@pytest.mark.parametrize(
    "path",
    ["//evil.test/a", "'@evil.test/a'", "https://evil.test/a", "'\\\\evil.test'"],
)
def test_paths_that_lead_away_are_errors(tmp_path: Path, path: str) -> None:
    compiled = Compiled(tmp_path, operation("", path))
    assert compiled.failed
    assert "leads away from the server" in compiled.one("N405")


def test_a_path_without_slash_gets_one(tmp_path: Path) -> None:
    compiled = Compiled(tmp_path, operation("", "ships"))
    assert compiled.operation.path == "/ships"
    assert compiled.one("N405").startswith("warning")


@pytest.mark.parametrize(
    ("server", "wanted"),
    [
        ("{url: https://a.test/}", "https://a.test"),
        (
            "{url: 'https://{h}.test:{p}/v', variables: {h: {default: a}, p: {default: 8443}}}",
            "https://a.test:8443/v",
        ),
        ("{url: 'http://127.0.0.1:11434'}", "http://127.0.0.1:11434"),
        ("{url: /v1}", ""),
        ("{url: //evil.test}", ""),
        ("{url: 'https://user:pw@a.test'}", ""),
        ("{url: 'https://a.test/#x'}", ""),
        ("{url: 'https://a.test/?x'}", ""),
        ("{url: 'https://a.test/../b'}", ""),
        ("{url: 'https://a.test:99999'}", ""),
        ("{url: 'ftp://a.test'}", ""),
        ("{url: 'https://{h}.test'}", ""),
        ("{url: 'https://{h}.test', variables: {h: {default: 'evil.test/#'}}}", ""),
        ('{url: "https://a.test/\'+x()+\'\\""}', ""),
        ("{}", ""),
        ("[]", ""),
    ],
)
def test_only_plain_absolute_servers_are_used(
    tmp_path: Path, server: str, wanted: str
) -> None:
    text = f"openapi: 3.1.0\ninfo: {{title: x, version: '1'}}\nservers: [{server}]\npaths: {{}}\n"
    compiled = Compiled(tmp_path, text)
    assert compiled.package.service.base_url == wanted
    assert not compiled.failed
    assert wanted or {"N440", "N402"} & set(compiled.codes())


def test_an_operation_of_another_server_keeps_it_with_a_finding(tmp_path: Path) -> None:
    compiled = Compiled(tmp_path, operation("servers: [{url: https://other.test}]"))
    assert compiled.operation.base_url == "https://other.test"
    assert "credentials are not sent there" in compiled.one("N442")


def test_the_one_server_of_all_operations_is_the_base(tmp_path: Path) -> None:
    text = operation("servers: [{url: https://other.test}]").replace(
        "servers: [{url: https://harbour.test/v1}]\n", ""
    )
    compiled = Compiled(tmp_path, text)
    assert compiled.package.service.base_url == "https://other.test"
    assert compiled.findings == []


def schemes(text: str, security: str = "[]") -> str:
    paths = "/a: {get: {operationId: go, responses: {'204': {description: ok}}}}"
    return document(paths, f"securitySchemes: {text}", more=f"security: {security}\n")


@pytest.mark.parametrize(
    ("scheme", "wanted"),
    [
        (
            "{type: http, scheme: Bearer}",
            ("bearer", ("HARBOUR_TOKEN",), "", "header", ""),
        ),
        (
            "{type: http, scheme: basic}",
            ("basic", ("HARBOUR_USERNAME", "HARBOUR_PASSWORD"), "", "header", ""),
        ),
        (
            "{type: http, scheme: Token}",
            ("apikey", ("HARBOUR_API_KEY",), "Authorization", "header", "Token "),
        ),
        (
            "{type: apiKey, in: query, name: k}",
            ("apikey", ("HARBOUR_API_KEY",), "k", "query", ""),
        ),
        (
            "{type: apiKey, in: cookie, name: k}",
            ("apikey", ("HARBOUR_API_KEY",), "k", "cookie", ""),
        ),
        ("{type: oauth2, flows: {}}", ("bearer", ("HARBOUR_TOKEN",), "", "header", "")),
        ("{type: openIdConnect}", ("bearer", ("HARBOUR_TOKEN",), "", "header", "")),
        (
            "{type: http, scheme: bearer, x-naftiko-env: MINE}",
            ("bearer", ("MINE",), "", "header", ""),
        ),
        (
            "{type: http, scheme: bearer, x-naftiko-env: '$(x)'}",
            ("bearer", ("HARBOUR_TOKEN",), "", "header", ""),
        ),
        (
            "{type: http, scheme: basic, x-naftiko-env: [U, P]}",
            ("basic", ("U", "P"), "", "header", ""),
        ),
    ],
)
def test_security_schemes_become_credentials(
    tmp_path: Path, scheme: str, wanted: tuple[object, ...]
) -> None:
    compiled = Compiled(tmp_path, schemes(f"{{s: {scheme}}}", "[{s: []}]"))
    (made,) = compiled.package.service.credentials
    assert (made.kind, made.variables, made.name, made.place, made.prefix) == wanted
    assert compiled.operation.security == (("s",),)
    assert ("N453" in compiled.codes()) == ("$" in scheme)


@pytest.mark.parametrize(
    "scheme",
    [
        "{type: apiKey, in: header, name: Host}",
        "{type: apiKey, in: header, name: cookie}",
        "{type: apiKey, in: header, name: Content-Length}",
        '{type: apiKey, in: header, name: "X\\r\\nY"}',
        "{type: apiKey, in: cookie, name: 'a=b; Domain=evil'}",
        "{type: apiKey, in: path, name: a}",
        "{type: mutualTLS}",
    ],
)
def test_schemes_that_cannot_be_sent_safely_are_refused(
    tmp_path: Path, scheme: str
) -> None:
    compiled = Compiled(tmp_path, schemes(f"{{s: {scheme}}}", "[{s: []}]"))
    assert compiled.package.service.credentials == ()
    assert {"N450", "N452"} & set(compiled.codes())
    assert {"N454", "N457"} <= set(compiled.codes())


def test_security_alternatives_and_their_override(tmp_path: Path) -> None:
    done = "responses: {'204': {description: ok}}"
    compiled = Compiled(
        tmp_path,
        document(
            f"""\
            /a: {{get: {{operationId: a, {done}}}}}
            /b: {{get: {{operationId: b, security: [], {done}}}}}
            /c: {{get: {{operationId: c, security: [{{}}, {{k: [], t: []}}, {{nope: []}}], {done}}}}}
            """,
            "securitySchemes: {t: {type: http, scheme: bearer}, k: {type: apiKey, in: query, name: k}}",
            more="security: [{t: []}]\n",
        ),
    )
    assert [o.security for o in compiled.package.service.operations] == [
        (("t",),),
        (),
        ((), ("k", "t")),
    ]
    assert "`nope`" in compiled.one("N454")
    assert compiled.one("N454").endswith("| those that can: `t`, `k`")
    assert "N457" not in compiled.codes()


def test_a_scheme_that_no_operation_asks_for_is_found(tmp_path: Path) -> None:
    both = "{used: {type: http, scheme: bearer}, spare: {type: http, scheme: basic}}"
    made = Compiled(tmp_path, schemes(both, "[{used: []}]"))
    assert made.one("N456").startswith("warning N456 ")
    assert "`spare`: its credential is never sent" in made.one("N456")


def test_credentials_of_one_kind_take_their_scheme_into_the_variable(
    tmp_path: Path,
) -> None:
    text = schemes(
        "{userToken: {type: http, scheme: bearer}, appToken: {type: http, scheme: bearer}}"
    )
    variables = [
        c.variables for c in Compiled(tmp_path, text).package.service.credentials
    ]
    assert variables == [("HARBOUR_USER_TOKEN",), ("HARBOUR_APP_TOKEN",)]


def test_json_and_yaml_give_the_same_package(tmp_path: Path) -> None:
    import yaml

    text = operation(
        "parameters: [{name: a, in: query, schema: {enum: [yes, 'no', 1.5]}}]"
    )
    first = Compiled(tmp_path, text)
    again = Compiled(
        tmp_path,
        json.dumps(yaml.safe_load(text.replace("yes", "'yes'"))),
        "harbour.json",
    )
    assert first.package == again.package


@pytest.mark.parametrize(
    ("method", "status"), [("get", "204"), ("get", "205"), ("head", "200")]
)
def test_replies_without_a_body_have_no_content(
    tmp_path: Path, method: str, status: str
) -> None:
    content = "content: {application/json: {schema: {type: object}}}"
    reply = f"'{status}': {{description: ok, {content}}}"
    compiled = Compiled(
        tmp_path,
        document(f"/a: {{{method}: {{operationId: go, responses: {{{reply}}}}}}}"),
    )
    assert compiled.operation.replies[0].contents == ()
    assert compiled.one("N438").startswith("note N438")
