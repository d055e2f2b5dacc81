"""``export openapi``: the document that the generated REST server serves, and what an independent judge says of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from naftiko_codegen.cli import main

CASES = sorted((Path(__file__).parent / "cases").glob("*/*/expect/files/*/rest"))
CASES = [path for path in CASES if (path.parents[3] / "spec.yaml").is_file()]
TWINS = Path(__file__).parent / "cases/all/twins"


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        main(["export", "openapi", *map(str, arguments)])
    return int(left.value.code or 0)


@pytest.mark.parametrize("path", CASES, ids=lambda p: "-".join(p.parts[-6:-4]))
def test_it_is_what_the_server_serves(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = path.parents[3] / "spec.yaml"
    scripts = ["--allow-scripts"] if "scripts" in str(spec) else []
    assert run(spec, *scripts) == 0
    document = capsys.readouterr().out
    assert document == (path / "openapi.json").read_text()
    assert list(OpenAPIV31SpecValidator(json.loads(document)).iter_errors()) == []


def test_a_document_beside_it_lends_its_types(tmp_path: Path) -> None:
    capability, others = TWINS / "harbour.yaml", [TWINS / "harbour-openapi.yaml"]
    alone, linked = tmp_path / "alone.json", tmp_path / "linked.json"
    assert run(capability, "-o", alone) == 0
    assert run(capability, *others, "-o", linked) == 0
    served = TWINS / "expect/files/harbour_desk/rest/openapi.json"
    assert linked.read_text() == served.read_text() != alone.read_text()


def test_yaml_says_the_same(tmp_path: Path) -> None:
    case = CASES[0].parents[3]
    run(case / "spec.yaml", "-o", tmp_path / "a.yaml")
    run(case / "spec.yaml", "-o", tmp_path / "a.json")
    said = (tmp_path / "a.yaml").read_text()
    assert yaml.safe_load(said) == json.loads((tmp_path / "a.json").read_text())


def test_nothing_is_overwritten_unasked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec, goal = CASES[0].parents[3] / "spec.yaml", tmp_path / "a.json"
    goal.write_text("mine")
    assert run(spec, "-o", goal) == 2
    assert "is there already" in capsys.readouterr().err
    assert goal.read_text() == "mine"
    assert run(spec, "-o", goal, "--overwrite") == 0
    assert json.loads(goal.read_text())["openapi"] == "3.1.0"
    assert [it.name for it in tmp_path.iterdir()] == ["a.json"]


def test_which_adapter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = Path(__file__).parent / "cases/rest/several-adapters"
    assert run(case / "spec.yaml", "--adapter", "nobody") == 2
    said = capsys.readouterr().err
    names = said.rpartition("it has: ")[2].split(", ")
    assert run(case / "spec.yaml", "--adapter", names[1].strip()) == 0
    document = capsys.readouterr().out
    (served,) = case.glob("expect/files/*/rest/openapi_*.json")
    assert document == served.read_text()


@pytest.mark.parametrize(
    "words, text",
    [
        ("no REST server", "naftiko: 1.0.0-alpha2\ninfo: {label: A, description: B}\n"
         "capability:\n  exposes:\n  - {type: mcp, namespace: a, port: 1, tools: [{name: a, description: b,"
         " outputParameters: [{name: a, type: string, value: c}]}]}\n"),
        ("neither a capability",
         "overlay: 1.0.0\ninfo: {title: A, version: '1'}\nactions: [{target: $, remove: true}]"),
    ],
)  # fmt: skip
def test_what_has_no_document(
    words: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text(text)
    assert run(tmp_path / "a.yaml") == 2
    assert words in capsys.readouterr().err


def test_an_unknown_ending(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(CASES[0].parents[3] / "spec.yaml", "-o", tmp_path / "a.txt") == 2
    assert ".json, .yaml, .yml" in capsys.readouterr().err
