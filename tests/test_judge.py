"""Where complaints of openapi-spec-validator stand: a unit test, as it says so in many ways that a case cannot show."""

from __future__ import annotations

from pathlib import Path

import pytest
from openapi_documents import HEAD

from naftiko_codegen import pipeline
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options

TWICE = """\
paths:
  /a/{b}: {get: {operationId: same, responses: {"200": {description: ok}}}}
  /c: {get: {operationId: same, responses: {"200": {description: ok}}}}
"""
NAMES = """\
paths: {}
components:
  schemas:
    One: {type: object, properties: {a: {}}}
    Two:
      type: object
      required: [a, b, a]
"""
DEFAULTS = """\
paths: {}
components:
  schemas:
    One: {type: string, enum: [a]}
    Two:
      properties:
        three: {type: string, enum: [a], default: b}
"""
LIMITS = """\
paths: {}
components:
  schemas:
    One: {properties: {size: {exclusiveMinimum: 1}}}
    Two: {properties: {size: {exclusiveMinimum: true}}}
    Three: {properties: {size: {exclusiveMinimum: true}}}
"""
LISTS = """\
swagger: "2.0"
info: {title: Old, version: "1"}
paths:
  /a: {get: {responses: {"200": {description: ok, schema: {$ref: '#/definitions/One'}}}}}
  /b: {get: {responses: {"200": {description: ok, schema: {$ref: '#/definitions/Two'}}}}}
definitions:
  One: {type: array, items: [{type: string}, {type: number}]}
  Two:
    type: array
    items: [{type: string}, {type: number}]
"""


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            HEAD.format(version="3.0.3") + TWICE,
            {(5, "was not resolved"), (6, "not unique")},
        ),
        (HEAD.format(version="3.1.0") + NAMES, {(10, "non-unique")}),
        (HEAD.format(version="3.1.0") + DEFAULTS, {(10, "is not one of")}),
        (
            HEAD.format(version="3.1.0") + LIMITS,
            {(8, "True is not"), (9, "True is not")},
        ),
        (LISTS, {(7, "is not of type"), (10, "is not of type")}),
    ],
    ids=["operations", "a list", "a default", "limits", "items"],
)
def test_complaints_stand_where_their_cause_is(
    tmp_path: Path, text: str, places: set[tuple[int, str]]
) -> None:
    path = tmp_path / "harbour.yaml"
    path.write_text(text, encoding="utf-8")
    diagnostics = Diagnostics()
    options = Options(paths=(path,), judge=True, render=False, jobs=1)
    pipeline.judge(pipeline.read(options, diagnostics), 1, diagnostics)
    found = [(it.span.line, it.message) for it in diagnostics if it.code == "N490"]
    for line, words in places:
        assert any(at == line and words in it for at, it in found), found
    assert {line for line, _ in found} == {line for line, _ in places}
