"""References to other files: what they name is part of the document, at its own place; what cannot be read is any."""

from __future__ import annotations

from pathlib import Path

from openapi_documents import Compiled, document

from naftiko_codegen.ir.types import AnyType

SHIPS = """\
/ships:
  get:
    operationId: go
    responses:
      '200': {description: ok, content: {application/json: {schema: {$ref: '%s'}}}}
"""


def compiled(folder: Path, ref: str, **files: str) -> Compiled:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return Compiled(folder, document(SHIPS % ref))


def reply_type(made: Compiled) -> object:
    return made.operation.replies[0].contents[0].type


def test_a_finding_in_another_file_names_that_file(tmp_path: Path) -> None:
    text = "Ship:\n  type: object\n  properties:\n    name: {type: text}\n"
    made = compiled(tmp_path, "shared.yaml#/Ship", shared=text)
    assert made.one("N461").startswith("warning N461 4:18 `text` is no type")
    assert made.model("Ship").origin.pointer == ("x-naftiko-files", "shared", "Ship")


def test_a_missing_file_is_found_once_and_its_part_is_any_value(tmp_path: Path) -> None:
    made = compiled(tmp_path, "none.yaml#/Ship")
    assert len(made.findings) == 1
    assert made.one("N411").startswith("warning N411 9:78 ")
    assert made.one("N411").endswith("any value is assumed | paths start at the folder of this file")  # fmt: skip
    assert reply_type(made) == AnyType()


def test_a_missing_file_of_an_extension_is_a_note(tmp_path: Path) -> None:
    paths = "/a: {get: {responses: {'200': {description: ok}}, x-code: [{source: {$ref: code/go.php}}]}}"
    made = Compiled(tmp_path, document(paths))
    assert made.one("N411").startswith("note N411 ")
    assert made.one("N411").split(" | ")[0].endswith("; extensions are not read")


def test_a_name_that_looks_like_an_extension_is_none(tmp_path: Path) -> None:
    text = "components: {securitySchemes: {x-key: {$ref: key.yaml}}, schemas: {x-ship: {$ref: ship.yaml}}}\n"
    made = Compiled(tmp_path, document("{}", more=text))
    found = [it for it in made.findings if "N411" in it]
    assert [it.split(" ", 1)[0] for it in found] == ["warning", "warning"]


def test_a_file_outside_the_root_is_not_looked_at(tmp_path: Path) -> None:
    folder = tmp_path / "specs"
    folder.mkdir()
    (tmp_path / "secret.yaml").write_text("Ship: {type: string}\n")
    made = compiled(folder, "../secret.yaml#/Ship")
    assert "outside the folder of the documents" in made.one("N411")
    assert reply_type(made) == AnyType()


def test_a_remote_reference_is_not_followed(tmp_path: Path) -> None:
    made = compiled(tmp_path, "https://127.0.0.1:1/x.yaml#/Ship")
    assert "nothing is fetched" in made.one("N411")
    assert len(made.findings) == 1


def test_a_part_that_the_file_has_not_is_found(tmp_path: Path) -> None:
    made = compiled(tmp_path, "shared.yaml#/Shp", shared="Ship: {type: string}\n")
    assert "names nothing" in made.one("N410")


def test_files_may_refer_to_each_other_in_a_circle(tmp_path: Path) -> None:
    one = "A: {type: object, properties: {b: {$ref: 'two.yaml#/B'}}}\n"
    two = "B: {type: object, properties: {a: {$ref: 'one.yaml#/A'}}}\n"
    made = compiled(tmp_path, "one.yaml#/A", one=one, two=two)
    assert made.findings == []
    assert [model.key for model in made.package.service.models] == ["A", "B"]


def test_data_that_looks_like_a_reference_is_left_alone(tmp_path: Path) -> None:
    text = "Ship: {type: object, properties: {example: {$ref: '#/Name'}}, example: {$ref: none.yaml}}\n"
    text += "Name: {type: string}\n"
    made = compiled(tmp_path, "shared.yaml#/Ship", shared=text)
    assert made.findings == []
    assert made.model("Ship").fields[0].name == "example"


def test_parts_of_equal_name_in_two_files_keep_apart(tmp_path: Path) -> None:
    text = "Ship: {type: object, properties: {x: {$ref: 'other.yaml#/Ship'}}}\n"
    other = "Ship: {type: object, properties: {y: {type: string}}}\n"
    made = compiled(tmp_path, "shared.yaml#/Ship", shared=text, other=other)
    assert sorted(m.key for m in made.package.service.models) == ["Ship", "other/Ship"]


def test_swagger_findings_stand_where_the_file_says_it(tmp_path: Path) -> None:
    text = """\
swagger: '2.0'
info: {title: Harbour, version: '1'}
paths:
  /ships:
    post:
      parameters:
        - name: ship
          in: body
          schema: {$ref: '#/definitions/None'}
      responses: {'200': {description: ok, schema: {$ref: '#/definitions/Ship'}}}
definitions:
  Ship:
    type: object
    properties:
      name: {type: text}
"""
    made = Compiled(tmp_path, text)
    assert made.one("N410").startswith("warning N410 9:26 ")
    assert made.one("N461").startswith("warning N461 15:20 ")
