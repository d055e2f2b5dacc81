"""What texts mean: scalars of YAML 1.2 and JSON, keys, tags, anchors, merges, encodings."""

from __future__ import annotations

import json
from typing import Any

import pytest
from read_fixture import attempt, value

from naftiko_codegen.read.places import locate

SCALARS: list[tuple[str, Any]] = [
    ("", None),
    ("~", None),
    ("null", None),
    ("NULL", None),
    ("nULL", "nULL"),
    ("true", True),
    ("True", True),
    ("FALSE", False),
    ("yes", "yes"),
    ("no", "no"),
    ("on", "on"),
    ("off", "off"),
    ("y", "y"),
    ("0", 0),
    ("-12", -12),
    ("+12", 12),
    ("012", 12),
    ("0o17", 15),
    ("0x1F", 31),
    ("0b11", "0b11"),
    ("1_000", "1_000"),
    ("1:30", "1:30"),
    ("190:20:30", "190:20:30"),
    ("2020-01-01", "2020-01-01"),
    ("1.5", 1.5),
    ("1.", 1.0),
    (".5", 0.5),
    ("1e3", 1000.0),
    ("-1.5E-3", -0.0015),
    (".", "."),
    ("-", [None]),
    ("1.2.3", "1.2.3"),
    ("0x", "0x"),
    ("-0x1", "-0x1"),
    ("e3", "e3"),
    ("'12'", "12"),
    ('"true"', "true"),
    ("!!str 12", "12"),
    ("! 12", "12"),
    ("!!int '12'", 12),
    ("!!float 1", 1),
    ("!!null ''", None),
    ("<<", "<<"),
    ("=", "="),
    ("|-\n   a\n   b", "a\nb"),
    (">-\n   a\n   b", "a b"),
    ('"a\\\n  b"', "ab"),
    ('"\\x41\\u00e9\\U0001F600"', "Aé😀"),
    ("'\u2028\x85\ufeff'", "\u2028\x85\ufeff"),
    ("\U0010fff0", "\U0010fff0"),
    ("é", "é"),
    ("1" * 308, int("1" * 308)),
]


@pytest.mark.parametrize(("text", "wanted"), SCALARS)
def test_scalars(text: str, wanted: Any) -> None:
    read = value(f"k:\n  {text}\n")["k"]
    assert read == wanted and type(read) is type(wanted)


@pytest.mark.parametrize("text", [t for t, v in SCALARS if v == "<<" or "x" in t])
def test_scalars_in_flow_style(text: str) -> None:
    assert value(f"[{text}, {text}]")[0] == dict(SCALARS)[text]


def test_keys_that_are_numbers_keep_their_spelling() -> None:
    assert value("200: a\n0x1F: b\n010: c\n'5': d\n") == {
        "200": "a",
        "0x1F": "b",
        "010": "c",
        "5": "d",
    }


def test_keys_that_are_no_text() -> None:
    reading, found = attempt("true: a\n1.5: b\nno: c\n")
    assert reading and reading.root == {"true": "a", "1.5": "b", "no": "c"}
    assert found == ["1:1 N109 warning", "2:1 N109 warning"]
    reading, found = attempt("~: a\n[1, 2]: b\n? {x: 1}\n: c\nd: e\n")
    assert reading is None
    assert found == ["1:1 N109 error", "2:1 N109 error", "3:3 N109 error"]


def test_duplicate_keys_name_both_lines() -> None:
    for name, text in (
        ("x.yaml", "a: 1\nb:\n  c: 1\n  'c': 2\na: 3\n"),
        ("x.json", '{"a": 1,\n"b": {\n"c": 1,\n  "\\u0063": 2},\n"a": 3}'),
    ):
        reading, found = attempt(text, name)
        assert reading is None
        assert [line.partition(":")[0] for line in found] == ["4", "5"]
        assert all("N107 error" in line for line in found)
    assert value('[{"a": 1}, {"a": 1}]', "x.json") == [{"a": 1}, {"a": 1}]


def test_repeated_keys_of_an_openapi_document() -> None:
    head = '"openapi": "3.1.0", "paths": {"/a": {"get": {"x": 1}}, "/b": {}, '
    text = f'{{{head}"/a": {{"get": {{"x": 2}}, "put": {{}}}},\n"/a": {{"get": {{"x": 2}}}}}}}}'
    for name in ("x.json", "x.yaml"):
        reading, found = attempt(text, name)
        assert reading is not None
        assert found == [
            f"{place} N107 warning" for place in ("1:67", "1:74", "2:1", "2:8")
        ]
        paths = {"/a": {"get": {"x": 2}, "put": {}}, "/b": {}}
        assert reading.root == {"openapi": "3.1.0", "paths": paths}
        pointers = [("paths", "/a", "get"), ("paths", "/a", "put"), ("paths", "/b")]
        places = [locate(reading.places, reading.root, it) for it in pointers]
        assert [(it.line, it.column) for it in places] == [(1, 81), (1, 98), (1, 63)]


def test_repeated_keys_are_bounded() -> None:
    twice = ",".join(f'"x-{n}": 1, "x-{n}": 2' for n in range(500))
    reading, found = attempt(f'{{"openapi": "3.1.0", {twice}}}', "x.json")
    assert reading is None and len(found) == 201


@pytest.mark.parametrize(
    "text",
    [
        "openapi: 3.1.0\n<<: {a: 1}\n<<: {b: 2}\n",
        "openapi: 3.1.0\nx: &x {a: 1, a: 2}\nservers: {<<: *x, a: 3, url: 1, url: 2}\n",
        "openapi: 3.1.0\nopenapi: 3.0.0\n",
        "openapi: 3.1.0\nservers: [{url: a, url: b}]\n",
        "naftiko: 1.0.0-alpha2\nopenapi: 1\nopenapi: 1.0\n",
    ],
)
def test_repeated_keys_that_stay_errors(text: str) -> None:
    reading, found = attempt(text)
    assert reading is None
    assert any(line.endswith("N107 error") for line in found)


def test_control_characters_of_an_openapi_document() -> None:
    text = "openapi: 3.1.0 # \x01\ninfo: {description: a\x02b\x03,\n title: \x7f}\n"
    reading, found = attempt(text)
    assert reading is not None
    assert reading.root["info"] == {"description": "ab", "title": ""}
    places = "1:18", "2:22", "2:24", "3:9"
    assert found == [f"{place} N104 warning" for place in places]
    many = "info: {description: " + "\x01" * 200 + "}"
    for other in (many, "a\x01: b", "servers: [{url: \x01}]", "x: '\U0010fff4 \x01'"):
        reading, found = attempt(f"openapi: 3.1.0\n{other}\n")
        assert reading is None and [it[-10:] for it in found] == ["N104 error"]


def test_unknown_tags() -> None:
    text = (
        "a: !!python/object/apply:os.system [x]\nb: !foo {}\nc: !!set {x}\nd: !!int x\n"
    )
    reading, found = attempt(text)
    assert reading is None
    assert found == [f"{line}:4 N108 error" for line in (1, 2, 3, 4)]
    assert value("a: !!map {}\nb: !!seq []\n") == {"a": {}, "b": []}


def test_anchors_and_aliases() -> None:
    assert value("a: &x [1, &y b]\n*y : *x\n") == {"a": [1, "b"], "b": [1, "b"]}
    assert attempt("a: *x\n")[1] == ["1:4 N113 error"]
    assert attempt("a: &x [*x]\n")[1] == ["1:8 N113 error"]
    assert attempt("&x a: {b: &x {c: *x}}\n")[1] == ["1:18 N113 error"]
    assert attempt("a: &x [1]\n*x : 2\n")[1] == ["2:1 N109 error"]


def test_merge_keys() -> None:
    text = """
base: &base {a: 1, b: 2}
more: &more {b: 3, c: 4}
one: {z: 0, <<: *base, a: 5}
two: {<<: [*base, *more]}
three: {'<<': 1}
"""
    read = value(text)
    assert list(read["one"].items()) == [("z", 0), ("b", 2), ("a", 5)]
    assert read["two"] == {"a": 1, "b": 2, "c": 4}
    assert read["three"] == {"<<": 1}
    assert attempt("<<: 1\n")[1] == ["1:1 N117 error"]


def test_documents_in_one_file() -> None:
    assert value("%YAML 1.2\n---\na: 1\n...\n") == {"a": 1}
    assert value("") is None
    assert value("# nothing\n") is None
    assert attempt("a: 1\n---\nb: 2\n") == (None, ["2:1 N115 error"])


@pytest.mark.parametrize("name", ["x.json", "x.yaml"])
def test_json(name: str) -> None:
    text = '\ufeff {"a": [1, 2.5, true, null, "\\ud83d\\ude00\\u0000\x7f"], "": {}}'
    assert value(text, name) == {"a": [1, 2.5, True, None, "😀\0\x7f"], "": {}}


def test_json_that_is_yaml_is_read_as_yaml() -> None:
    assert value("{a: 1, # comment\n b: [x,]}") == {"a": 1, "b": ["x"]}
    assert attempt("{a: 1}", "x.json") == (None, ["1:2 N105 error"])
    assert attempt('{"a": 1', "x.json") == (None, ["1:8 N105 error"])
    assert attempt('{"a": 1}\n{', "x.json") == (None, ["2:1 N105 error"])


def test_the_digest_is_that_of_the_meaning() -> None:
    texts = ["b: [1, ~]\na: é\n", "# x\n'a': \"\\u00e9\"\nb:\n- 1\n-\n"]
    digests = {attempt(text)[0].digest for text in texts}  # type: ignore[union-attr]
    reading, _ = attempt(json.dumps({"a": "é", "b": [1, None]}), "x.json")
    assert reading and digests == {reading.digest}


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"a: b\nc: \xe9\n", "2:4 N103"),
        ("a: é\n".encode("utf-16"), "0:0 N103"),
        (b"a: x\0y\n", "1:5 N104"),
        (b"a: 1\nb: \x1b[2J\n", "2:4 N104"),
        (b"a: \x7f", "1:4 N104"),
        ("a: \ufffe".encode(), "1:4 N104"),
        (b'{"a": "x\0"}', "1:9 N104"),
        (b'"\\ud800"', "1:4 N106"),
        (b"a: b: c\n", "1:5 N106"),
        (b"a: 'b\n", "2:1 N106"),
        (b"a:\n\t- b\n", "2:1 N106"),
        (b"a: .inf\nb: .nan\n", "1:4 N110"),
        (b"a: 1e400\n", "1:4 N110"),
        (b"a: " + b"9" * 6000, "1:4 N110"),
    ],
)
def test_bytes_that_are_no_yaml(data: bytes, wanted: str) -> None:
    reading, found = attempt(data)
    assert reading is None and found[0].startswith(wanted), found


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b'{"a": NaN, "b": -Infinity}', ["1:7 N110 error", "1:17 N110 error"]),
        (b'{"a": 1e400}', ["1:7 N110 error"]),
        (b'{"a": %s}' % (b"9" * 6000), ["1:7 N110 error"]),
        (b'{"a\\ud800": "\\udc00"}', ["1:2 N114 error", "1:13 N114 error"]),
        (b'{"a": "x\0"}', ["1:9 N105 error"]),
    ],
)
def test_bytes_that_are_no_json(data: bytes, wanted: list[str]) -> None:
    assert attempt(data, "x.json") == (None, wanted)
