"""What documents mean but do not write: the request that is sent is the one that is meant, as the findings say."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from .capability_package import Recorder, ask, build, recorder, serving, tool

KEY = "m4il-k3y"
PASSWORD = "0ther-w0rd"
DOCUMENT = """\
naftiko: 1.0.0-alpha2
info: {label: Letters, description: Letters.}
binds:
- {namespace: env, keys: {MAIL_KEY: MAIL_KEY}}
capability:
  consumes:
  - type: http
    namespace: mail
    baseUri: UPSTREAM/mail
    authentication: {type: apikey, key: key, value: "{{MAIL_KEY}}", placement: body}
    resources:
    - name: messages
      path: /messages
      operations:
      - {name: search, method: POST, body: {type: json, data: {query: "{{tools.query}}"}}}
      - {name: list-all, method: POST}
  - type: http
    namespace: voice
    baseUri: UPSTREAM/voice
    authentication: {type: basic, username: scott, password: tiger}
    resources:
    - name: calls
      path: /accounts/{account}/calls.json
      operations:
      - name: get-call
        method: GET
        inputParameters:
        - {name: account, in: path}
        - {name: call_id, in: path}
    - name: lists
      path: /lists
      operations:
      - name: delete-list
        method: DELETE
        inputParameters:
        - {name: list_id, in: path}
    - name: images
      path: /images
      operations:
      - name: make-image
        method: POST
        body: {type: multipart, data: {prompt: "{{tools.prompt}}", seed: "{{tools.seed}}", steps: 20}}
  exposes:
  - type: rest
    namespace: letters-rest
    port: 8080
    resources:
    - path: /search
      operations:
      - {method: POST, name: search, call: mail.search}
    - path: /all
      operations:
      - {method: POST, name: list-all, call: mail.list-all}
    - path: /lists/{list_id}
      operations:
      - {method: DELETE, name: delete-list, call: voice.delete-list, with: {list_id: rest.list_id}}
    - path: /call
      operations:
      - method: GET
        name: get-call
        call: voice.get-call
        inputParameters:
        - {name: account, in: path, type: string, description: Whose.}
        - {name: call_id, in: path, type: string, description: Which.}
  - type: mcp
    namespace: letters-mcp
    port: 8081
    tools:
    - {name: get-call, description: Get., call: voice.get-call}
    - {name: make-image, description: Make., call: voice.make-image}
    - {name: search, description: Search., call: mail.search}
"""
ENV = {"MAIL_KEY": KEY, "VOICE_PASSWORD": PASSWORD}


@pytest.fixture(scope="module")
def upstream() -> Iterator[Recorder]:
    with recorder() as running:
        yield running


@pytest.fixture(scope="module")
def folder(upstream: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("letters")
    build(made, DOCUMENT.replace("UPSTREAM", upstream.url))
    return made


@pytest.fixture(scope="module")
def rest(folder: Path) -> Iterator[int]:
    with serving(folder, "letters", "rest", secrets=(KEY, PASSWORD), **ENV) as port:
        yield port


@pytest.fixture(scope="module")
def mcp(folder: Path) -> Iterator[int]:
    with serving(folder, "letters", "mcp", secrets=(KEY, PASSWORD), **ENV) as port:
        yield port


def test_a_path_parameter_without_a_place_is_a_segment_at_the_end(
    rest: int, mcp: int, upstream: Recorder
) -> None:
    assert ask(rest, "DELETE", "/lists/a%2Fb")[0] == 200
    seen = upstream.only()
    assert (seen.method, seen.target) == ("DELETE", "/voice/lists/a%2Fb")
    assert not tool(mcp, "get-call", account="AC1", call_id="CA2").get("isError")
    assert upstream.only().target == "/voice/accounts/AC1/calls/CA2.json"


def test_a_path_input_without_a_place_comes_from_the_query(
    rest: int, upstream: Recorder
) -> None:
    assert ask(rest, "GET", "/call?account=AC1&call_id=CA2")[0] == 200
    assert upstream.only().target == "/voice/accounts/AC1/calls/CA2.json"
    assert ask(rest, "GET", "/call?account=AC1")[0] == 400
    assert not upstream.seen


def test_an_api_key_in_the_body_is_a_member_of_it(
    rest: int, mcp: int, upstream: Recorder
) -> None:
    assert ask(rest, "POST", "/search", {"query": "q"})[0] == 200
    seen = upstream.only()
    assert json.loads(seen.body) == {"key": KEY, "query": "q"}
    assert KEY not in seen.target and KEY not in str(seen.headers)
    assert not tool(mcp, "search", query="q").get("isError")
    assert json.loads(upstream.only().body) == {"key": KEY, "query": "q"}
    assert ask(rest, "POST", "/all")[0] == 200
    assert json.loads(upstream.only().body) == {"key": KEY}


def test_a_written_secret_is_read_from_the_environment(
    rest: int, upstream: Recorder
) -> None:
    assert ask(rest, "DELETE", "/lists/1")[0] == 200
    word = upstream.only().headers["authorization"].removeprefix("Basic ")
    assert base64.b64decode(word).decode() == f"scott:{PASSWORD}"


def test_a_written_secret_stands_in_no_file(folder: Path) -> None:
    (folder / "spec.yaml").unlink()
    made = [path for path in folder.rglob("*") if path.is_file()]
    assert made and not any(b"tiger" in path.read_bytes() for path in made)


def test_members_of_a_multipart_object_are_parts(mcp: int, upstream: Recorder) -> None:
    assert not tool(mcp, "make-image", prompt="a cat").get("isError")
    seen = upstream.only()
    assert seen.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="prompt"\r\n\r\na cat\r\n' in seen.body
    assert b'name="steps"\r\n\r\n20\r\n' in seen.body
    assert b"seed" not in seen.body, "what nobody gives is no part"


def test_mapping_says_which_parameter_an_input_goes_to(
    upstream: Recorder, tmp_path: Path
) -> None:
    document = f"""\
naftiko: 1.0.0-alpha2
info: {{label: Services, description: Services.}}
capability:
  consumes:
  - type: http
    namespace: up
    baseUri: {upstream.url}
    resources:
    - name: services
      path: /services
      operations:
      - {{name: delete-service, method: DELETE}}
      - {{name: list-services, method: GET, inputParameters: [{{name: like, in: query}}]}}
      - {{name: make-service, method: POST}}
  exposes:
  - type: rest
    namespace: services-rest
    port: 8080
    resources:
    - path: /services
      operations:
      - method: GET
        call: up.list-services
        inputParameters:
        - {{name: pattern, in: query, type: string, description: d, mapping: up.list-services.like}}
        - {{name: most, in: query, type: string, description: d, mapping: $.query.limit}}
      - method: POST
        call: up.make-service
        inputParameters:
        - {{name: name, type: string, description: d, mapping: body.name}}
        - {{name: size, type: string, description: d, mapping: $.body.size}}
  - type: mcp
    namespace: services-mcp
    port: 8081
    tools:
    - name: delete-service
      description: Delete.
      call: up.delete-service
      inputParameters: [{{name: service, type: string, description: d, mapping: pathParameters.name}}]
"""
    package = build(tmp_path, document)
    with serving(tmp_path, package, "rest") as port:
        assert ask(port, "GET", "/services?pattern=a&most=3")[0] == 200
        assert upstream.only().target == "/services?like=a&limit=3"
        body = {"name": "n", "size": "s", "more": 1}
        assert ask(port, "POST", "/services", body)[0] == 200
        assert json.loads(upstream.only().body) == {"name": "n", "size": "s"}
    with serving(tmp_path, package, "mcp") as port:
        assert not tool(port, "delete-service", service="x").get("isError")
        assert upstream.only().target == "/services/x"


def test_inputs_have_the_names_of_their_placeholders_however_deep_the_body_is(
    upstream: Recorder, tmp_path: Path
) -> None:
    document = f"""\
naftiko: 1.0.0-alpha2
info: {{label: Members, description: Members.}}
capability:
  consumes:
  - type: http
    namespace: up
    baseUri: {upstream.url}
    resources:
    - name: members
      path: /members
      operations:
      - {{name: flat, method: POST, body: {{type: json, data: {{address: "{{{{tools.email}}}}"}}}}}}
      - {{name: deep, method: POST, body: {{type: json, data: {{m: {{address: "{{{{tools.email}}}}"}}}}}}}}
  exposes:
  - type: rest
    namespace: members-rest
    port: 8080
    resources:
    - {{path: /flat, operations: [{{method: POST, call: up.flat}}]}}
    - {{path: /deep, operations: [{{method: POST, call: up.deep}}]}}
"""
    with serving(tmp_path, build(tmp_path, document), "rest") as port:
        for path, wanted in (
            ("/flat", {"address": "a"}),
            ("/deep", {"m": {"address": "a"}}),
        ):
            assert ask(port, "POST", path, {"email": "a"})[0] == 200
            assert json.loads(upstream.only().body) == wanted
