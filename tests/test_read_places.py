"""Where values and keys stand: block, flow and several lines, YAML and JSON."""

from __future__ import annotations

from pathlib import Path

import pytest
from read_fixture import attempt, loaded, place

from naftiko_codegen.read import KEY
from naftiko_codegen.read.places import locate

YAML = """\
# first
openapi: 3.1.0
info:
  title: 'a'
  "quoted key": >-
    folded
    text
  list:
  - one
  -   two: 2
      three: [x, {y: z}]
  -
  - - nested
empty:
anchor: &here
  a: é: b
same: *here
""".replace("é: b", "'é'")

PLACES = [
    ((), (2, 1)),
    (("openapi",), (2, 10)),
    (("openapi", KEY), (2, 1)),
    (("info",), (4, 3)),
    (("info", KEY), (3, 1)),
    (("info", "title"), (4, 10)),
    (("info", "quoted key"), (5, 17)),
    (("info", "quoted key", KEY), (5, 3)),
    (("info", "list"), (9, 3)),
    (("info", "list", 0), (9, 5)),
    (("info", "list", 1), (10, 7)),
    (("info", "list", 1, KEY), (10, 7)),
    (("info", "list", 1, "three"), (11, 14)),
    (("info", "list", 1, "three", 0), (11, 15)),
    (("info", "list", 1, "three", 1, "y"), (11, 22)),
    (("info", "list", 1, "three", 1, "y", KEY), (11, 19)),
    (("info", "list", 3, 0), (13, 7)),
    (("empty", KEY), (14, 1)),
    (("anchor",), (15, 9)),
    (("same",), (17, 7)),
    (("same", "a"), (16, 6)),
    # what does not exist stands where its nearest parent does
    (("info", "nope"), (4, 3)),
    (("info", "nope", "a", 0, KEY), (4, 3)),
    (("info", "list", 9), (9, 3)),
    (("info", "list", "0"), (9, 3)),
    (("info", "title", "x"), (4, 10)),
    (("nope",), (2, 1)),
    ((KEY,), (2, 1)),
]


@pytest.mark.parametrize(("pointer", "wanted"), PLACES)
def test_places_in_yaml(
    pointer: tuple[str | int, ...], wanted: tuple[int, int]
) -> None:
    assert place(YAML, *pointer) == wanted


JSON = '\ufeff{\r\n "a": [1, {"b\\"": "é", "c": {}}],\r "d" : [],\n"e":"[{"}'


@pytest.mark.parametrize(
    ("pointer", "wanted"),
    [
        ((), (1, 1)),
        (("a",), (2, 7)),
        (("a", KEY), (2, 2)),
        (("a", 0), (2, 8)),
        (("a", 1), (2, 11)),
        (("a", 1, 'b"'), (2, 19)),
        (("a", 1, 'b"', KEY), (2, 12)),
        (("a", 1, "c"), (2, 29)),
        (("d", KEY), (3, 2)),
        (("d",), (3, 8)),
        (("d", 0), (3, 8)),
        (("e",), (4, 5)),
        (("a", -2), (2, 7)),
    ],
)
def test_places_in_json(
    pointer: tuple[str | int, ...], wanted: tuple[int, int]
) -> None:
    assert place(JSON, *pointer, name="x.json") == wanted


def test_merged_keys_stand_where_they_were_written() -> None:
    text = "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\n  z: 4\n"
    assert place(text, "b", "x") == (1, 11)
    assert place(text, "b", "x", KEY) == (1, 8)
    assert place(text, "b", "y") == (4, 6)
    assert place(text, "b", "z", KEY) == (5, 3)


def test_an_empty_document_begins_at_its_first_character() -> None:
    for text in ("", "# nothing\n"):
        reading, _ = attempt(text)
        assert reading
        span = locate(reading.places, reading.root, ("a",))
        assert (span.line, span.column) == (1, 1)


def test_lines_and_spellings(tmp_path: Path) -> None:
    text = "openapi: 3.1.0\r\ninfo: {version: 1.10}\rx: [0x1F]\n"
    sources, _ = loaded(tmp_path, {"a.yaml": text})
    document = sources.documents[0]
    assert document.written(("info", "version")) == "1.10"
    assert document.written(("x", 0)) == "0x1F"
    assert document.written(("x",)) == ""
    lines = [sources.line(document.name, number) for number in range(6)]
    assert lines == ["", "openapi: 3.1.0", "info: {version: 1.10}", "x: [0x1F]", "", ""]
    assert sources.line("other.yaml", 1) == ""
