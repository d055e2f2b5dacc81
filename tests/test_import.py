"""``import openapi``: the files that come out, what is said of what does not fit, and what is never overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from naftiko_codegen import pipeline
from naftiko_codegen.cli import main
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options

DOCUMENT = """\
openapi: 3.1.0
info: {title: Pet Store API, version: "1"}
servers: [{url: https://pets.example/v1/}]
tags: [{name: Pet Care, description: What pets need.}]
security: [{Key: []}]
paths:
  /pets/{petId}:
    put:
      operationId: updatePet
      summary: Update a pet
      tags: [Pet Care]
      parameters:
      - {name: petId, in: path, required: true, schema: {type: integer}, description: Its number.}
      - {name: mode, in: query, schema: {type: [string, "null"], enum: [soft, hard, null], default: soft}}
      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}
      responses: {"200": {description: OK, content: {application/json: {schema: {type: object}}}}}
components:
  securitySchemes: {Key: {type: apiKey, in: header, name: X-Key}}
"""
CAPABILITY = """\
naftiko: 1.0.0-alpha2
info:
  label: Pet Store API — Pet Care
  description: What pets need.
  tags:
  - Pet Store API
  - Pet Care
binds:
- namespace: env
  keys:
    PET_STORE_API_KEY: PET_STORE_API_KEY
capability:
  consumes:
  - type: http
    namespace: pet-store-pet-care
    baseUri: https://pets.example/v1
    description: Operations of Pet Store API — Pet Care.
    authentication:
      type: apikey
      key: X-Key
      value: '{{PET_STORE_API_KEY}}'
      placement: header
    resources:
    - name: pets-pet-id
      path: /pets/{{petId}}
      operations:
      - name: update-pet
        method: PUT
        label: Update a pet
        description: Update a pet
        inputParameters:
        - name: petId
          in: path
          type: integer
          description: Its number.
          required: true
        - name: mode
          in: query
          type: string
          default: soft
          enum:
          - soft
          - hard
        - name: body
          in: body
          type: object
          description: The body of the request.
          required: true
        body:
          type: json
          data: '{{body}}'
        outputRawFormat: json
        outputParameters:
        - name: result
          type: object
          value: $.
  exposes:
  - type: rest
    namespace: pet-store-pet-care-rest
    port: 8080
    resources:
    - path: /pets/{{petId}}
      name: pets-pet-id
      description: What is at /pets/{{petId}}.
      operations:
      - method: PUT
        name: update-pet
        description: Update a pet
        inputParameters:
        - name: petId
          in: path
          type: integer
          description: Its number.
        - name: mode
          in: query
          type: string
          description: The query parameter mode.
        - name: body
          in: body
          type: object
          description: The body of the request.
        call: pet-store-pet-care.update-pet
  - type: mcp
    namespace: pet-store-pet-care-mcp
    port: 9090
    transport: http
    description: MCP adapter for Pet Store API — Pet Care.
    tools:
    - name: update-pet
      description: Update a pet
      hints:
        readOnly: false
        destructive: false
        idempotent: true
      inputParameters:
      - name: petId
        type: integer
        description: Its number.
      - name: mode
        type: string
        description: The query parameter mode.
        required: false
      - name: body
        type: object
        description: The body of the request.
      call: pet-store-pet-care.update-pet
"""


def run(*words: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        main(["import", "openapi", *map(str, words)])
    return int(left.value.code or 0)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "api.yaml"
    path.write_text(DOCUMENT)
    return path


def test_the_style_that_people_publish(document: Path, tmp_path: Path) -> None:
    assert run(document, "-o", tmp_path / "specs") == 0
    (made,) = (tmp_path / "specs").iterdir()
    assert made.name == "pet-store-pet-care.yaml"
    assert made.read_text() == CAPABILITY


def test_what_comes_out_keeps_to_the_language_but_for_types_of_consumed_inputs(
    document: Path, tmp_path: Path
) -> None:
    run(document, "-o", tmp_path / "specs")
    diagnostics = Diagnostics()
    options = Options(paths=(tmp_path / "specs",), render=False, judge=True)
    _, made = pipeline.compile_all(options, diagnostics, lambda words: None)
    assert made is not None
    found = {it.code for it in diagnostics if it.severity.word != "note"}
    assert found == {"N209", "N252"}


def test_no_file_is_overwritten_unasked(
    document: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    goal = tmp_path / "specs/pet-store-pet-care.yaml"
    goal.parent.mkdir()
    goal.write_text("mine")
    text = document.read_text()
    document.write_text(text.replace("tags: [Pet Care]", "tags: [Other]", 1).replace(
        "components:", "  /a: {get: {tags: [Pet Care], responses: {}}}\ncomponents:", 1))  # fmt: skip
    assert run(document, "-o", goal.parent) == 2
    assert "is there already" in capsys.readouterr().err
    assert [(it.name, it.read_text()) for it in goal.parent.iterdir()] == [
        (goal.name, "mine")
    ]
    assert run(document, "-o", goal.parent, "--overwrite") == 0
    names = sorted(it.name for it in goal.parent.iterdir())
    assert names == ["pet-store-other.yaml", goal.name]
    assert yaml.safe_load(goal.read_text())["naftiko"] == "1.0.0-alpha2"


@pytest.mark.parametrize(
    "old, new, code, words",
    [
        ("put:", "trace:", "N710", "it knows no method TRACE"),
        ("application/json: {schema: {type: object}}}}\n      resp", "image/png: {}}}\n      resp",
         "N712", "sends image/png only beside this document"),
        ("[{Key: []}]", "[{Key: []}, {}]", "N711", "other ways to authenticate than with `Key`"),
        ("{application/json: {schema: {type: object}}}}\n      resp",
         "{application/json: {schema: {type: object}}, text/csv: {}}}\n      resp", "N711", "bodies of text/csv"),
    ],
)  # fmt: skip
def test_what_the_language_cannot_say(
    old: str, new: str, code: str, words: str, document: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    text = document.read_text()
    assert old in text
    document.write_text(text.replace(old, new))
    run(document, "-o", tmp_path / "specs", "-v")
    found = [line for line in capsys.readouterr().out.splitlines() if code in line]
    assert words in found[0]
    assert "api.yaml:9:7: " in found[0]


def test_only_openapi_documents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text(CAPABILITY)
    assert run(tmp_path / "a.yaml", "-o", tmp_path / "specs") == 2
    assert "is no OpenAPI document" in capsys.readouterr().err
    assert run(tmp_path / "b.yaml", "-o", tmp_path / "specs") == 2


def test_names_alike_are_told_apart_by_what_they_stand_for(tmp_path: Path) -> None:
    from naftiko_codegen.importing.naming import named

    made = named(["get_user", "getUser", "Straße", "日本", "a" * 90])
    assert len({it.lower() for it in made.values()}) == 5
    assert made["Straße"] == "stra-e"
    assert all(len(it) <= 64 for it in made.values())
    assert made == named(reversed(made))


def test_what_is_named_oddly_builds(document: Path, tmp_path: Path) -> None:
    text = document.read_text()
    odd = text.replace("/pets/{petId}:", '/pets"/{petId}/100%:').replace(
        "name: mode,", "name: body,"
    )
    document.write_text(odd)
    run(document, "-o", tmp_path / "specs")
    diagnostics = Diagnostics()
    options = pipeline.Options(paths=(document, tmp_path / "specs"), render=False)
    _, made = pipeline.compile_all(options, diagnostics, lambda words: None)
    assert made is not None
    assert {it.code for it in diagnostics if it.severity.word != "note"} == {"N209"}
    (found,) = (tmp_path / "specs").iterdir()
    assert "path: /pets%22/{{petId}}/100%25\n" in found.read_text()
    assert "data: '{{request-body}}'\n" in found.read_text()
