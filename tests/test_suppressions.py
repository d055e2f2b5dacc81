"""Findings that an author does not want: by code in the configuration, by comments in the document."""

from __future__ import annotations

from pathlib import Path

import pytest

from naftiko_codegen import modelling, pipeline
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options

SPEC = """\
{top}
naftiko: 1.0.0-alpha2
info: {{label: One, description: One.}}
capability:
  consumes:
  - type: http
    namespace: one
    baseUri: https://one.example.com
    resources:
    - name: things
      path: /things
      operations:
      - name: find
        method: GET
        {above}
        colour: red {beside}
      - name: other
        method: GET
        colour: blue
"""


def findings(folder: Path, *codes: str, **comments: str) -> list[str]:
    path = folder / "spec.yaml"
    path.write_text(SPEC.format(**{"top": "#", "above": "#", "beside": "", **comments}))
    diagnostics = Diagnostics()
    options = Options(paths=(path,), suppress=codes)
    sources = pipeline.read(options, diagnostics)
    modelling.lower(sources, options, 1, diagnostics)
    return [f"{it.span.line} {it.code}" for it in diagnostics]


def test_a_departure_is_reported_at_its_first_place(tmp_path: Path) -> None:
    assert findings(tmp_path) == ["16 N204"]


@pytest.mark.parametrize(
    "comments",
    [
        {"above": "# naftiko-codegen: ignore N204"},
        {"beside": "# naftiko-codegen: ignore N999, N204"},
    ],
    ids=lambda c: next(iter(c)),
)
def test_a_comment_suppresses_one_place(
    tmp_path: Path, comments: dict[str, str]
) -> None:
    assert findings(tmp_path, **comments) == ["19 N204"]


def test_other_codes_stay(tmp_path: Path) -> None:
    assert findings(tmp_path, above="# naftiko-codegen: ignore N209") == ["16 N204"]


def test_a_comment_at_the_top_suppresses_all(tmp_path: Path) -> None:
    assert findings(tmp_path, top="# naftiko-codegen: ignore-file N204") == []
    assert findings(tmp_path, above="# naftiko-codegen: ignore-file N204") == [
        "16 N204"
    ]


def test_the_configuration_suppresses_everywhere(tmp_path: Path) -> None:
    assert findings(tmp_path, "N204") == []


def test_errors_are_never_suppressed(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text("naftiko: 1.0.0-alpha2\n")
    diagnostics = Diagnostics()
    options = Options(paths=(tmp_path / "spec.yaml",), suppress=("N200",))
    sources = pipeline.read(options, diagnostics)
    modelling.lower(sources, options, 1, diagnostics)
    assert [it.code for it in diagnostics] == ["N200"]
