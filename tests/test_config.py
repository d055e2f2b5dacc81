"""Configuration files: found, checked against their schema, every mistake with its line."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from naftiko_codegen.commands.request import Asked, UsageError, settled
from naftiko_codegen.config import settings
from naftiko_codegen.config.settings import Settings, find, load
from naftiko_codegen.config.toml_places import place
from naftiko_codegen.config.validate import mistakes
from naftiko_codegen.diagnostics import Diagnostics

SCHEMA = json.loads(Path(settings.__file__).with_name("schema.json").read_text())


def said(diagnostics: Diagnostics) -> list[str]:
    return [
        f"{it.span}: {it.code}: {it.message}" + (f" ({it.hint})" if it.hint else "")
        for it in diagnostics
    ]


def loaded(path: Path, text: str) -> tuple[Settings, list[str]]:
    path.write_text(text)
    diagnostics = Diagnostics()
    return load(path, path.name, diagnostics), said(diagnostics)


def test_toml_sets_everything(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/a.yaml").touch()
    (tmp_path / "o.yaml").touch()
    found, errors = loaded(
        tmp_path / "pyproject.toml",
        '[tool.naftiko-codegen]\npaths = ["specs", {path = "specs/a.yaml", package = "apple"}]\n'
        'output = "../out"\ntargets = ["rest"]\noverlays = ["o.yaml"]\nstrict = true\n',
    )
    assert errors == []
    assert found.paths == (tmp_path / "specs", tmp_path / "specs/a.yaml")
    assert found.packages == {tmp_path / "specs/a.yaml": "apple"}
    assert found.output == tmp_path / "../out"
    assert (found.targets, found.strict) == (("rest",), True)
    assert found.overlays == (tmp_path / "o.yaml",)


def test_yaml_sets_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").touch()
    found, errors = loaded(
        tmp_path / "naftiko-codegen.yaml",
        "paths:\n- path: a.yaml\n  package: apple\noutput: out\n",
    )
    assert errors == []
    assert found.packages == {tmp_path / "a.yaml": "apple"}


def test_mistakes_in_toml_have_lines(tmp_path: Path) -> None:
    _, errors = loaded(
        tmp_path / "pyproject.toml",
        '[project]\nname = "x"\n\n[tool.naftiko-codegen]\npahts = ["specs"]\noutput = 5\n'
        'targets = [\n  "clinet",\n]\npaths = [{path = "x", package = "No"}]\n',
    )
    assert errors == [
        "pyproject.toml:5:1: N002: unknown key: pahts (did you mean paths?)",
        "pyproject.toml:6:1: N003: output must be a text",
        "pyproject.toml:7:1: N003: an item of targets cannot be clinet (did you mean client?)",
        "pyproject.toml:10:1: N003: package cannot be No (lower-case letters, digits and underscores, a letter first)",
    ]


def test_mistakes_in_yaml_have_lines(tmp_path: Path) -> None:
    _, errors = loaded(
        tmp_path / "naftiko-codegen.yaml",
        "paths: []\ntargets:\n- rest\n- soap\nstrct: true\n",
    )
    assert errors == [
        "naftiko-codegen.yaml:1:8: N003: paths must not be empty",
        "naftiko-codegen.yaml:4:3: N003: an item of targets cannot be soap"
        " (one of: client, rest, mcp, skill, control, deploy)",
        "naftiko-codegen.yaml:5:1: N002: unknown key: strct (did you mean strict?)",
    ]


@pytest.mark.parametrize(
    ("name", "text", "start"),
    [
        (
            "pyproject.toml",
            "[tool.naftiko-codegen]\nx = = 1\n",
            "pyproject.toml:2:5: N001",
        ),
        ("naftiko-codegen.yaml", "a: [\n", "naftiko-codegen.yaml:"),
        ("naftiko-codegen.yaml", "- a\n", "naftiko-codegen.yaml:1:1: N003"),
        (
            "naftiko-codegen.yaml",
            "!!python/object/apply:os.system [x]\n",
            "naftiko-codegen.yaml:1:1",
        ),
    ],
)
def test_files_that_are_no_configuration(
    tmp_path: Path, name: str, text: str, start: str
) -> None:
    found, errors = loaded(tmp_path / name, text)
    assert errors[0].startswith(start)
    assert found.paths == ()


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "specs/../../x"])
def test_a_configuration_reads_nothing_outside_its_folder(
    tmp_path: Path, path: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    _, errors = loaded(folder / "naftiko-codegen.yaml", f"paths: [{path!r}]\n")
    assert errors[0].startswith("naftiko-codegen.yaml:1:9: N004")


def test_missing_path(tmp_path: Path) -> None:
    _, errors = loaded(tmp_path / "naftiko-codegen.yaml", "overlays: [none.yaml]\n")
    assert errors == [
        "naftiko-codegen.yaml:1:12: N005: there is no such file or folder: none.yaml"
    ]


def test_the_nearest_configuration_counts(tmp_path: Path) -> None:
    deep = tmp_path / "a/b"
    deep.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[tool.naftiko-codegen]\noutput = "x"\n')
    (tmp_path / "a/pyproject.toml").write_text('[project]\nname = "naftiko-codegen"\n')
    assert find(deep) == tmp_path / "pyproject.toml"
    (tmp_path / "a/naftiko-codegen.yaml").touch()
    assert find(deep) == tmp_path / "a/naftiko-codegen.yaml"


def test_the_command_line_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").touch()
    (tmp_path / "naftiko-codegen.yaml").write_text(
        "paths: [a.yaml]\noutput: out\ntargets: [rest]\n"
    )
    monkeypatch.chdir(tmp_path)
    found = settled(Asked(output=Path("elsewhere"), targets=("mcp",)), Diagnostics())
    assert (found.paths, found.output, found.targets) == (
        (tmp_path / "a.yaml",),
        Path("elsewhere"),
        ("mcp",),
    )
    with pytest.raises(UsageError, match="no such file"):
        settled(Asked(paths=(Path("b.yaml"),)), Diagnostics())


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"paths": ["a"]},
        {"paths": []},
        {"paths": [1]},
        {"paths": [{"path": "a", "package": "b_2"}]},
        {"paths": [{"package": "b"}]},
        {"paths": [{"path": "a", "package": "B-2"}]},
        {"paths": [{"path": "a", "x": 1}]},
        {"paths": [""]},
        {"output": ""},
        {"output": "x"},
        {"targets": ["client", "mcp"]},
        {"targets": ["soap"]},
        {"strict": 1},
        {"strict": True},
        {"overlays": "x"},
        {"other": 1},
    ],
)
def test_our_reading_of_the_schema_is_that_of_jsonschema(value: object) -> None:
    agreed = jsonschema.Draft202012Validator(SCHEMA).is_valid(value)
    assert (not list(mistakes(value, SCHEMA))) == agreed


@pytest.mark.parametrize(
    ("text", "pointer", "expected"),
    [
        ('[tool."naftiko-codegen"]\noutput="x"', ("output",), (2, 1)),
        ('tool.naftiko-codegen.output = "x"', ("output",), (1, 1)),
        ('[tool.naftiko-codegen]\n[[tool.naftiko-codegen.paths]]\npath="a"\n[[tool.naftiko-codegen.paths]]\n  path="b"',
         ("paths", 1, "path"), (5, 3)),
        ("[other]\noutput=1", ("output",), (1, 1)),
    ],
)  # fmt: skip
def test_places_in_toml(
    text: str, pointer: tuple[str | int, ...], expected: tuple[int, int]
) -> None:
    assert place(text, ("tool", "naftiko-codegen", *pointer)) == expected
