"""The rows R01 to R22 of the conformance table, in documents of our own; forwarding (R06 to R09, R22): test_forward."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .capability_package import Recorder, Seen, ask, build, recorder, serving

TOKEN, KEY = "t0ken-123", "abc-123-key"
ENV = {"DOOR_TOKEN": TOKEN, "DOOR_KEY": KEY}
SECRETS = (TOKEN, KEY)
VESSELS = (
    b"<vessels><vessel><vesselCode>V001</vesselCode><vesselName>Sea Eagle</vesselName></vessel>"
    b"<vessel><vesselCode>V002</vesselCode><vesselName>Harbor Star</vesselName></vessel></vessels>"
)
DOCUMENT = """\
naftiko: 1.0.0-alpha2
info: {label: Rows, description: Rows.}
binds:
- {namespace: env, keys: {DOOR_TOKEN: DOOR_TOKEN, DOOR_KEY: DOOR_KEY}}
capability:
  consumes:
  - type: http
    namespace: up
    baseUri: UPSTREAM/v1
    inputParameters:
    - {name: X-API-Key, in: header, value: ABC123}
    resources:
    - name: items
      path: /items
      operations:
      - {name: search-items, method: POST, inputParameters: [{name: q, in: query}]}
      - name: find-items
        method: GET
        inputParameters:
        - {name: X-Trace, in: header, value: "trace-{{requestId}}"}
        - {name: search, in: query, value: "{{q}}"}
      - {name: make-item, method: POST, inputParameters: [{name: body, in: body}]}
      - {name: fixed-items, method: GET, inputParameters: [{name: kind, in: query}, {name: gone, in: query}]}
    - name: users
      path: /users
      operations:
      - name: make-user
        method: POST
        body: {type: json, data: {user: {id: "{{id}}", name: "{{name}}"}}}
    - name: voyages
      path: /voyages
      operations:
      - name: make-voyage
        method: POST
        body: |
          {"shipImo": "{{shipImo}}"}
    - name: ships
      path: /ships/{{imo_number}}
      operations:
      - {name: get-ship, method: GET}
    - name: vessels
      path: /vessels
      operations:
      - {name: list-vessels, method: GET, outputRawFormat: xml}
    - name: people
      path: /people/{{id}}
      operations:
      - {name: get-person, method: GET}
  exposes:
  - type: rest
    namespace: rows
    port: 8080
    resources:
    - path: /search
      operations:
      - method: POST
        call: up.search-items
        inputParameters: [{name: q, in: body, type: string, description: q, value: $.user.id}]
    - path: /users
      operations:
      - method: POST
        call: up.make-user
        inputParameters:
        - {name: id, in: body, type: string, description: i, value: $.user.id}
        - {name: name, in: body, type: string, description: n, value: $.user.name}
    - path: /voyages
      operations:
      - method: POST
        call: up.make-voyage
        inputParameters: [{name: imo, in: body, type: string, description: i, value: $.shipImo}]
        with: {shipImo: rows.imo}
    - path: /ships/{{imo}}
      operations:
      - method: GET
        call: up.get-ship
        inputParameters: [{name: imo, in: path, type: string, description: i}]
        with: {imo_number: "{{imo}}"}
    - path: /legacy/vessels
      operations:
      - method: GET
        call: up.list-vessels
        outputParameters:
        - type: array
          mapping: $.vessel
          items:
            type: object
            properties: {code: {type: string, mapping: $.vesselCode}, name: {type: string, mapping: $.vesselName}}
    - path: /mock
      operations:
      - method: GET
        outputParameters:
        - {name: status, type: string, value: ready}
        - name: payload
          type: object
          properties: {id: {type: string, value: "42"}, tags: {type: array, items: {type: string, value: active}}}
    - path: /mapped/{id}
      operations:
      - method: GET
        call: up.get-person
        outputParameters:
        - type: object
          properties: {id: {type: string, mapping: $.user.id}, name: {type: string, mapping: $.user.name}}
    - path: /people/{id}
      operations:
      - {method: GET, call: up.get-person}
    - path: /fixed
      operations:
      - method: POST
        call: up.fixed-items
        inputParameters:
        - {name: kind, in: query, type: string, description: k, value: fixed}
        - {name: gone, in: body, type: string, description: g, value: $.does.not.exist}
    - path: /whole
      operations:
      - method: POST
        call: up.make-item
        inputParameters: [{name: body, in: body, type: object, description: All of it.}]
    - path: /find
      operations:
      - method: GET
        call: up.find-items
        inputParameters:
        - {name: requestId, in: query, type: string, description: r}
        - {name: q, in: query, type: string, description: q}
  - type: rest
    namespace: by-token
    port: 8081
    authentication: {type: bearer, token: "{{DOOR_TOKEN}}"}
    resources:
    - {path: /hello, operations: [{method: GET, outputParameters: [{name: value, type: string, value: ok}]}]}
  - type: rest
    namespace: by-key
    port: 8082
    authentication: {type: apikey, key: X-API-Key, value: "{{DOOR_KEY}}", placement: header}
    resources:
    - {path: /hello, operations: [{method: GET, outputParameters: [{type: string, value: ok}]}]}
"""
PERSON = b'{ "user":  {"id": "u-1", "name": "Alice"} }'


def answer(seen: Seen) -> tuple[int, dict[str, str], bytes]:
    json_type = {"Content-Type": "application/json"}
    if seen.target == "/v1/vessels":
        return 200, {"Content-Type": "application/xml"}, VESSELS
    if seen.target == "/v1/voyages":
        return 201, json_type, b'{"id": 1}'
    if seen.target == "/v1/people/html":
        return 200, {"Content-Type": "text/html"}, b"<html>"
    if seen.target == "/v1/people/bad":
        return 422, json_type, b'{"why":  "bad"}'
    return 200, {"Content-Type": "application/json; charset=utf-8"}, PERSON


@pytest.fixture(scope="module")
def upstream() -> Iterator[Recorder]:
    with recorder(answer) as running:
        yield running


@pytest.fixture(scope="module")
def folder(upstream: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("rows")
    build(made, DOCUMENT.replace("UPSTREAM", upstream.url))
    return made


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    with serving(folder, "rows", "rest", secrets=SECRETS, **ENV) as running:
        yield running


def raw(port: int, path: str) -> tuple[int, str, bytes]:
    """Status, media type and body."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        reply = connection.getresponse()
        return reply.status, reply.getheader("content-type") or "", reply.read()
    finally:
        connection.close()


def test_r01_a_part_of_the_body_becomes_a_query_parameter(
    port: int, upstream: Recorder
) -> None:
    assert ask(port, "POST", "/search", {"user": {"id": "999"}})[0] == 200
    seen = upstream.only()
    assert (seen.method, seen.target) == ("POST", "/v1/items?q=999")
    assert seen.headers["x-api-key"] == "ABC123"


def test_r02_parts_of_the_body_become_parts_of_the_body(
    port: int, upstream: Recorder
) -> None:
    sent = {"user": {"id": "123", "name": 'Al"ice'}}
    assert ask(port, "POST", "/users", sent)[0] == 200
    assert json.loads(upstream.only().body) == sent


def test_r03_a_raw_body_with_a_reference_and_the_status_of_the_upstream(
    port: int, upstream: Recorder
) -> None:
    sent = {"shipImo": "IMO-9321483"}
    assert ask(port, "POST", "/voyages", sent) == (201, {"id": 1})
    seen = upstream.only()
    assert json.loads(seen.body) == sent
    assert seen.headers["content-type"] == "application/json"


def test_r04_a_path_variable_by_a_template(port: int, upstream: Recorder) -> None:
    assert ask(port, "GET", "/ships/IMO-9321483")[0] == 200
    assert upstream.only().target == "/v1/ships/IMO-9321483"


def test_r05_xml_becomes_a_list(port: int, upstream: Recorder) -> None:
    wanted = [
        {"code": "V001", "name": "Sea Eagle"},
        {"code": "V002", "name": "Harbor Star"},
    ]
    assert ask(port, "GET", "/legacy/vessels") == (200, wanted)
    upstream.seen.clear()


def test_r10_a_mock_answers_with_its_values(port: int, upstream: Recorder) -> None:
    wanted = {"status": "ready", "payload": {"id": "42", "tags": ["active"]}}
    assert ask(port, "GET", "/mock") == (200, wanted)
    assert not upstream.seen


def test_r11_and_r17_outputs_and_the_reply_as_it_is(
    port: int, upstream: Recorder
) -> None:
    assert ask(port, "GET", "/mapped/1") == (200, {"id": "u-1", "name": "Alice"})
    assert raw(port, "/people/1") == (200, "application/json; charset=utf-8", PERSON)
    upstream.seen.clear()


def test_r12_nothing_is_there(port: int, upstream: Recorder) -> None:
    status, kind, _ = raw(port, "/nothing")
    assert (status, kind) == (404, "application/problem+json")
    assert ask(port, "DELETE", "/people/1")[0] == 405, "the engine says 404"
    assert not upstream.seen


@pytest.mark.parametrize(
    ("name", "header", "right"),
    [
        ("by-token", "authorization", f"Bearer {TOKEN}"),
        ("by-key", "x-api-key", KEY),
    ],
)
def test_r14_and_r15_callers_of_a_mock(
    folder: Path, name: str, header: str, right: str
) -> None:
    more = ("--adapter", name)
    with serving(folder, "rows", "rest", *more, secrets=SECRETS, **ENV) as port:
        assert ask(port, "GET", "/hello")[0] == 401
        assert ask(port, "GET", "/hello", **{header: f"{right}x"})[0] == 401
        said = ask(port, "GET", "/hello", **{header: right})
        assert said == (200, {"value": "ok"})


def test_r16_and_r18_replies_that_no_output_is_made_of(
    port: int, upstream: Recorder
) -> None:
    status, problem = ask(port, "GET", "/mapped/html")
    assert status == 502, "the engine says 500"
    assert problem["status"] == 502
    assert raw(port, "/people/bad") == (422, "application/json", b'{"why":  "bad"}')
    upstream.seen.clear()


def test_r19_nobody_answers(tmp_path: Path) -> None:
    build(tmp_path, DOCUMENT.replace("UPSTREAM", "http://127.0.0.1:9"))
    with serving(tmp_path, "rows", "rest", secrets=SECRETS, **ENV) as port:
        assert ask(port, "GET", "/people/1")[0] == 502


@pytest.mark.parametrize("body", [{}, {"does": {}}, {"other": 1}, None])
def test_r20_constants_and_what_is_not_there(
    port: int, upstream: Recorder, body: Any
) -> None:
    assert ask(port, "POST", "/fixed", body)[0] == 200
    assert upstream.only().target == "/v1/items?kind=fixed"
    assert ask(port, "POST", "/fixed?kind=other", body)[0] == 200
    assert upstream.only().target == "/v1/items?kind=fixed"


def test_r20_a_body_input_of_its_own_name_is_the_whole_body(
    port: int, upstream: Recorder
) -> None:
    sent = {"body": 1, "more": [None]}
    assert ask(port, "POST", "/whole", sent)[0] == 200
    assert json.loads(upstream.only().body) == sent


def test_r21_templates_in_headers_and_queries(port: int, upstream: Recorder) -> None:
    assert ask(port, "GET", "/find?requestId=abc&q=ice%20class")[0] == 200
    seen = upstream.only()
    assert seen.headers["x-trace"] == "trace-abc"
    assert seen.target in ("/v1/items?search=ice%20class", "/v1/items?search=ice+class")
