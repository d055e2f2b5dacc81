"""Replies that are no JSON: what is made of each format, through REST, MCP, resources and steps."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from .capability_package import Recorder, Seen, ask, build, recorder, serving, tool

BODIES: dict[str, tuple[str, bytes]] = {
    "csv": ("text/csv; charset=latin-1", 'name,age\n"a, b",1\né,2\n'.encode("latin-1")),
    "psv": ("text/plain", b"name|age\r\n\"a, b\"|1\r\n\xc3\xa9|2\r\n"),
    "xml": ("application/xml", "<r><ship id='1'><name>a, b</name></ship><ship><name>é</name></ship></r>".encode()),
    "yaml": ("application/yaml", "ship:\n- {name: 'a, b', day: 2024-01-02}\n- {name: é}\n".encode()),
    "html": ("text/html", "<table class='a ships'><tr><th>name<tr><td>a, b<tr><td>é</table><table><tr><td>1".encode()),
    "markdown": ("text/markdown", "| name |\n|-|\n| a, b |\n| é |\n".encode()),
    "avro": ("application/avro", b"\x04\x08a, b\x04\xc3\xa9\x00"),
    "protobuf": ("application/x-protobuf", b"\x0a\x06\x0a\x04a, b\x0a\x04\x0a\x02\xc3\xa9"),
}  # fmt: skip
PATHS = {"csv": "$[*].name", "psv": "$[*].name", "xml": "$.ship[*].name", "yaml": "$.ship[*].name",
         "html": "$.tables[0][*].name", "markdown": "$.tables[0][*].name",
         "avro": "$.ships[*].name", "protobuf": "$.ships[*].name"}  # fmt: skip
SCHEMAS = {
    "html": "table.ships",
    "avro": "shared/ships.avsc",
    "protobuf": "shared/ships.proto",
}
FILES = {
    "ships.avsc": json.dumps({
        "type": "record", "name": "Ships", "fields": [{"name": "ships", "type": {"type": "array", "items": {
            "type": "record", "name": "Ship", "fields": [{"name": "name", "type": "string"}]}}}],
    }),
    "ships.proto": 'syntax = "proto3"; import "ship.proto"; message Ships { repeated Ship ships = 1; }',
    "ship.proto": 'syntax = "proto3"; message Ship { string name = 1; int64 tons = 2; }',
}  # fmt: skip


def document() -> str:
    operations = "".join(
        f"      - {{name: {name}, method: GET, path: /{name}, outputRawFormat: {name}{schema(name)}}}\n"
        for name in BODIES
    )
    outputs = {
        name: f"outputParameters: [{{type: array, mapping: '{path}', items: {{type: string}}}}]"
        for name, path in PATHS.items()
    }
    routes = "".join(
        f"    - {{path: /{name}, name: {name}, operations: [{{method: GET, call: ships.{name}, {outputs[name]}}}]}}\n"
        for name in BODIES
    )
    resources = "".join(
        f"    - {{name: {name}, description: d, label: d, uri: ships://{name}, call: ships.{name}, {outputs[name]}}}\n"
        for name in BODIES
    )
    steps = "".join(
        f"      - {{type: call, name: {name}, call: ships.{name}}}\n" for name in BODIES
    )
    tools = "".join(
        f"    - {{name: {name}, description: d, call: ships.{name}, {outputs[name]}}}\n"
        for name in BODIES
    )
    return f"""\
naftiko: 1.0.0-alpha2
info: {{label: Formats, description: Ships}}
capability:
  consumes:
  - type: http
    namespace: ships
    baseUri: http://127.0.0.1:9
    resources:
    - name: ships
      path: /ships
      operations:
{operations}
  exposes:
  - type: rest
    namespace: rest
    port: 8080
    resources:
{routes}
  - type: mcp
    namespace: mcp
    port: 9090
    tools:
{tools}
    - name: all
      description: d
      steps:
{steps}
      mappings:
      - {{targetName: csv, value: $.csv}}
      - {{targetName: yaml, value: $.yaml}}
      - {{targetName: html, value: $.html}}
      - {{targetName: protobuf, value: $.protobuf}}
      outputParameters:
      - {{name: csv, type: array, items: {{type: object}}}}
      - {{name: yaml, type: object}}
      - {{name: html, type: object}}
      - {{name: protobuf, type: object}}
    resources:
{resources}
"""


def schema(name: str) -> str:
    return f", outputSchema: {SCHEMAS[name]}" if name in SCHEMAS else ""


def answer(seen: Seen) -> tuple[int, Mapping[str, str], bytes]:
    kind, body = BODIES[seen.target.rpartition("/")[2]]
    return 200, {"Content-Type": kind}, body


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Recorder]]:
    folder = tmp_path_factory.mktemp("formats")
    (folder / "shared").mkdir()
    for name, text in FILES.items():
        (folder / "shared" / name).write_text(text)
    build(folder, document())
    with recorder(answer) as upstream:
        yield folder, upstream


def test_rest(world: tuple[Path, Recorder]) -> None:
    folder, upstream = world
    with serving(folder, "formats", "rest", f"--upstream={upstream.url}") as port:
        for name in BODIES:
            assert ask(port, "GET", f"/{name}") == (200, ["a, b", "é"]), name


def test_mcp(world: tuple[Path, Recorder]) -> None:
    folder, upstream = world
    with serving(folder, "formats", "mcp", f"--upstream={upstream.url}") as port:
        for name in BODIES:
            found = tool(port, name)
            assert json.loads(found["content"][0]["text"]) == ["a, b", "é"], name


def test_steps(world: tuple[Path, Recorder]) -> None:
    folder, upstream = world
    with serving(folder, "formats", "mcp", f"--upstream={upstream.url}") as port:
        found = json.loads(tool(port, "all")["content"][0]["text"])
    assert found["csv"] == [{"name": "a, b", "age": "1"}, {"name": "é", "age": "2"}]
    assert found["yaml"]["ship"][0] == {"name": "a, b", "day": "2024-01-02"}
    assert found["html"] == {"tables": [[{"name": "a, b"}, {"name": "é"}]]}
    assert found["protobuf"]["ships"][0] == {"name": "a, b", "tons": 0}


def test_resources(world: tuple[Path, Recorder]) -> None:
    folder, upstream = world

    async def read(port: int) -> None:
        async with Client(f"http://127.0.0.1:{port}/mcp") as client:
            for name in ("html", "avro", "protobuf"):
                (content,) = (await client.read_resource(f"ships://{name}")).contents
                assert json.loads(content.text) == ["a, b", "é"], name

    with serving(folder, "formats", "mcp", f"--upstream={upstream.url}") as port:
        asyncio.run(read(port))


@pytest.mark.parametrize("form", ["avro", "protobuf"])
def test_bytes_of_another_schema(
    world: tuple[Path, Recorder], monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    folder, upstream = world
    monkeypatch.setitem(BODIES, form, ("application/octet-stream", b"\xff" * 40))
    with serving(folder, "formats", "rest", f"--upstream={upstream.url}") as port:
        status, problem = ask(port, "GET", f"/{form}")
    assert status == 502 and f"no {form.upper()}" in problem["detail"]


def test_a_reply_that_breaks_its_word(
    world: tuple[Path, Recorder], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, upstream = world
    monkeypatch.setitem(BODIES, "xml", ("application/xml", b"<a><b></a>"))
    with serving(folder, "formats", "rest", f"--upstream={upstream.url}") as port:
        status, problem = ask(port, "GET", "/xml")
        assert status == 502 and "no XML" in problem["detail"]
    with serving(folder, "formats", "mcp", f"--upstream={upstream.url}") as port:
        assert tool(port, "xml")["isError"] is True


HEAD = "<tr><th>A<th>B"
NOTES = """\
---
title: Notes
version: "2.1.0"
day: 2024-01-02
---
dropped
## Overview
This **release** introduces [new](http://x) features.

- a
- `b`

| A | B |
|---|---|
| 1 | x *y* |
| 2 |

```
code
```
# API <b>now</b>
one
two\\
three
"""


@pytest.fixture(scope="module")
def reading(world: tuple[Path, Recorder]) -> Iterator[Any]:
    folder, _ = world
    sys.path.insert(0, str(folder))
    yield importlib.import_module("formats.formats.reading").Reading
    sys.path.remove(str(folder))


def test_sections_by_the_beginning_of_their_headings(reading: Any) -> None:
    text = b"# Overview\na\n# API Reference\nb\n# API Usage\nc\n"
    found = json.loads(reading("markdown", "API")(text))["sections"]
    assert [s["heading"] for s in found] == ["API Reference", "API Usage"]


def test_the_same_table_in_html_and_markdown(reading: Any) -> None:
    html = b"<table><tr><th>A<th>B<tr><td>1<td>2</table>"
    markdown = b"| A | B |\n|---|---|\n| 1 | 2 |\n"
    first, second = reading("html")(html), reading("markdown")(markdown)
    assert json.loads(first)["tables"] == json.loads(second)["tables"] == [[{"A": "1", "B": "2"}]]  # fmt: skip


@pytest.mark.parametrize("form", ["avro", "protobuf"])
def test_no_schema(reading: Any, form: str) -> None:
    words = f"{form} format requires outputSchema to be specified"
    with pytest.raises(Exception, match=words):
        reading(form)(b"x")


@pytest.mark.parametrize(
    ("form", "data"),
    [("avro", b"\x04" * 9_000_000), ("protobuf", b"\n\x00" * 2_000_000)],
)
def test_too_much(reading: Any, form: str, data: bytes) -> None:
    with pytest.raises(Exception, match=f"no {form.upper()}"):
        reading(form, f"{form}.json")(data)


def test_a_package_that_is_missing(
    reading: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lxml.etree", None)
    with pytest.raises(Exception, match="need the package lxml"):
        reading("html")(b"<table>")


@pytest.mark.parametrize(
    ("form", "data", "wanted"),
    [
        ("xml", "<a><b>1</b></a>", {"b": "1"}),
        ("xml", "<a><v>1</v><v>2</v></a>", {"v": ["1", "2"]}),
        ("xml", "<a><v id='7'>x</v><e/></a>", {"v": {"id": "7", "": "x"}, "e": ""}),
        ("xml", "<n:a xmlns:n='u'><n:b>1</n:b></n:a>", {"b": "1"}),
        ("csv", "a,b\n1\n", [{"a": "1"}]),
        ("csv", 'a,b\n"x\ny","q""r"\n', [{"a": "x\ny", "b": 'q"r'}]),
        ("tsv", "a\tb\n1\t2\n", [{"a": "1", "b": "2"}]),
        ("yaml", "a: 1\n---\nb: 2\n", {"a": 1}),
        ("yaml", "d: 2024-01-02\n1: x\n", {"d": "2024-01-02", "1": "x"}),
        ("csv", "", None),
        ("html", " ", None),
        ("html", "hello", {"tables": []}),
        ("html", f"<table>{HEAD}<tr><td> 1<br>2 <td><b>b</b>c</table>", {"tables": [[{"A": "1 2", "B": "bc"}]]}),
        ("html", f"<table>{HEAD}<tr><td>1<tr><td>1<td>2<td>3</table>",
         {"tables": [[{"A": "1", "B": ""}, {"A": "1", "B": "2"}]]}),
        ("html", f"<table>{HEAD}<tr><th>1<td>2<tr><td>3<td>4</table>", {"tables": [[{"A": "3", "B": "4"}]]}),
        ("html", "<table><tr><th> <tr><td>1</table><table><tr><td>A<tr><td>1</table>", {"tables": []}),
        ("html", "<table><thead><tr><th>A</thead><tr><td>1<tfoot><tr><td>2</table>", {"tables": [[{"A": "1"}]]}),
        ("html", "<table><tr><th>A<tr><td><script>no</script>&amp;</table>", {"tables": [[{"A": "&"}]]}),
        ("markdown", "intro\n", {"frontMatter": {}, "tables": [], "sections": []}),
        ("markdown", NOTES, {
            "frontMatter": {"title": "Notes", "version": "2.1.0", "day": "2024-01-02"},
            "tables": [[{"A": "1", "B": "x y"}, {"A": "2", "B": ""}]],
            "sections": [
                {"heading": "Overview", "level": 2, "content": "This release introduces new features.\na\nb"},
                {"heading": "API now", "level": 1, "content": "one two\nthree"},
            ],
        }),
    ],
)  # fmt: skip
def test_trees(reading: Any, form: str, data: str, wanted: Any) -> None:
    assert json.loads(reading(form)(data.encode())) == wanted


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 10)}]\n"
    for n in range(8)
)


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ("xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("xml", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'),
        ("xml", "<a>"),
        ("xml", "<a>" * 400 + "</a>" * 400),
        ("yaml", "a: [\n"),
        ("yaml", "!!python/object/apply:os.system ['true']"),
        ("yaml", BOMB),
        ("csv", "a" * 200_000),
        ("html", "<div>" * 500),
        ("html", "<p " + " ".join(f"a{n}=1" for n in range(300)) + ">"),
        ("html", "<table><tr>" + "<th>a" * 2000 + "<tr><td>1" * 2000),
        ("markdown", "a" * 1_100_000),
    ],
)
def test_what_is_refused(reading: Any, form: str, data: str) -> None:
    with pytest.raises(Exception, match=f"no {form.upper()}"):
        reading(form)(data.encode())
