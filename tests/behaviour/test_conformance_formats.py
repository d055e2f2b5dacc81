"""Conformance rows F01 to F16: what replies of each format become, through a REST server and MCP tools."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from naftiko_codegen import pipeline
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options

from .capability_package import Recorder, Seen, ask, build, recorder, serving, tool

USERS = [
    {"id": "1", "name": "Ada Byron", "email": "ada@example.org"},
    {"id": "2", "name": "Bo Lund", "email": "bo@example.org"},
]
STOCK = [
    {"name": "Bolt", "price": "$4", "stock": "15"},
    {"name": "Nut", "price": "$9", "stock": "3"},
]
FEATURES = [{"feature": "Tables", "status": "GA"}, {"feature": "Front", "status": "Beta"}]  # fmt: skip
RECORDS = [
    {"id": "r1", "title": "First", "description": "One"},
    {"id": "r2", "title": "Second", "description": "é"},
]
HTML = """<!doctype html><html><body><h1>Shop</h1>
<table class="other"><thead><tr><th>Name</th></tr></thead><tbody><tr><td>Dropped</td></tr></tbody></table>
<table class="products"><thead><tr><th>Name</th><th>Price</th><th>Stock</th></tr></thead><tbody>
<tr><td> Bolt </td><td>$4</td><td>15</td></tr><tr><th>Sum</th><td>$13</td><td>18</td></tr>
<tr><td>Nut</td><td>$9</td><td>3</td></tr></tbody></table></body></html>"""
MARKDOWN = """---
title: Release notes
version: "2.1.0"
---
| Feature | Status |
|---------|--------|
| Tables  | GA     |
| Front   | Beta   |

## Overview
This release introduces **new** [features](https://example.org).

## API Reference
Everything.

## API Usage
Something.
"""
AVSC = {"type": "record", "name": "Page", "fields": [{"name": "records", "type": {"type": "array", "items": {
    "type": "record", "name": "Record",
    "fields": [{"name": name, "type": "string"} for name in ("id", "title", "description")]}}}]}  # fmt: skip
PROTO = """syntax = "proto3";
message Page { repeated Record records = 1; }
message Record { string id = 1; string title = 2; string description = 3; }
"""


def separated(char: str) -> bytes:
    rows = [["id", "name", "email"], *(list(user.values()) for user in USERS)]
    return "\r\n".join(char.join(row) for row in rows).encode()


def avro() -> bytes:
    texts = [value.encode() for record in RECORDS for value in record.values()]
    return b"\x04" + b"".join(bytes([2 * len(t)]) + t for t in texts) + b"\x00"


def protobuf() -> bytes:
    found = b""
    for record in RECORDS:
        texts = [value.encode() for value in record.values()]
        inner = b"".join(bytes([8 * n + 2, len(t)]) + t for n, t in enumerate(texts, 1))
        found += bytes([10, len(inner)]) + inner
    return found


XML = "<root>" + "".join(
    "<user>" + "".join(f"<{k}>{v}</{k}>" for k, v in user.items()) + "</user>"
    for user in USERS
) + "</root>"  # fmt: skip
YAML = json.dumps({"users": USERS})
BODIES = {
    "f01": ("csv", separated(",")), "f02": ("tsv", separated("\t")), "f02b": ("psv", separated("|")),
    "f03": ("xml", XML.encode()), "f04": ("yaml", YAML.encode()), "f05": ("html", HTML.encode()),
    "f08": ("markdown", MARKDOWN.encode()), "f09": ("markdown", MARKDOWN.encode()),
    "f10": ("markdown", MARKDOWN.encode()), "f11": ("html", b"<table><tr><th>Feature<th>Status"
                                                    b"<tr><td>Tables<td>GA<tr><td>Front<td>Beta</table>"),
    "f12": ("yaml", b"name: Ada\nage: 42\n"), "f12b": ("csv", b"name,age\nAda,39\n"),
    "f13": ("avro", avro()), "f14": ("protobuf", protobuf()), "f15": ("avro", avro()), "f15b": ("protobuf", b""),
}  # fmt: skip
SCHEMAS = {"f05": "table.products", "f10": "API", "f13": "page.avsc", "f14": "page.proto"}  # fmt: skip


def objects(mapping: str, *names: str, upper: bool = False) -> dict[str, Any]:
    properties = {
        name: {"type": "string", "mapping": f"$.{name.title() if upper else name}"}
        for name in names
    }
    items = {"type": "object", "properties": properties}
    return {"type": "array", "mapping": mapping, "items": items}


def users(mapping: str) -> dict[str, Any]:
    return objects(mapping, "id", "name", "email")


RECORD = objects("$.records", "id", "title", "description")
FEATURE = objects("$.tables[0]", "feature", "status", upper=True)
OUTPUTS: dict[str, dict[str, Any]] = {
    "f01": users("$"), "f02": users("$"), "f02b": users("$"), "f03": users("$.user"), "f04": users("$.users"),
    "f05": objects("$.tables[0]", "name", "price", "stock", upper=True), "f08": FEATURE, "f11": FEATURE,
    "f09": {"type": "object", "properties": {
        "title": {"type": "string", "mapping": "$.frontMatter.title"},
        "version": {"type": "string", "mapping": "$.frontMatter.version"},
        "heading": {"type": "string", "mapping": "$.sections[0].heading"},
        "level": {"type": "number", "mapping": "$.sections[0].level"},
        "content": {"type": "string", "mapping": "$.sections[0].content"}}},
    "f10": {"type": "array", "mapping": "$.sections[*].heading", "items": {"type": "string"}},
    "f12": {"type": "number", "mapping": "$.age"}, "f12b": {"type": "string", "mapping": "$[0].age"},
    "f13": RECORD, "f14": RECORD, "f15": RECORD, "f15b": RECORD,
}  # fmt: skip
WANTED: dict[str, Any] = {
    "f01": USERS, "f02": USERS, "f02b": USERS, "f03": USERS, "f04": USERS, "f05": STOCK, "f08": FEATURES,
    "f09": {"title": "Release notes", "version": "2.1.0", "heading": "Overview", "level": 2,
            "content": "This release introduces new features."},
    "f10": ["API Reference", "API Usage"], "f11": FEATURES, "f12": 42, "f12b": "39", "f13": RECORDS, "f14": RECORDS,
}  # fmt: skip


def document() -> str:
    operations = [
        {"name": row, "method": "GET", "path": f"/{row}", "outputRawFormat": form}
        | ({"outputSchema": SCHEMAS[row]} if row in SCHEMAS else {})
        for row, (form, _) in BODIES.items()
    ]
    calls = {row: {"call": f"up.{row}", "outputParameters": [made]} for row, made in OUTPUTS.items()}  # fmt: skip
    return json.dumps({
        "naftiko": "1.0.0-alpha2", "info": {"label": "Forms", "description": "Rows"},
        "capability": {
            "consumes": [{"type": "http", "namespace": "up", "baseUri": "http://127.0.0.1:9",
                          "resources": [{"name": "all", "path": "", "operations": operations}]}],
            "exposes": [
                {"type": "rest", "namespace": "rest", "port": 8080, "resources": [
                    {"name": row, "path": f"/{row}", "operations": [{"method": "GET", **call}]}
                    for row, call in calls.items()]},
                {"type": "mcp", "namespace": "mcp", "port": 9090,
                 "tools": [{"name": row, "description": row, **call} for row, call in calls.items()]},
            ],
        },
    })  # fmt: skip


def answer(seen: Seen) -> tuple[int, Mapping[str, str], bytes]:
    return 200, {"Content-Type": "text/plain"}, BODIES[seen.target.strip("/")][1]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Recorder]]:
    folder = tmp_path_factory.mktemp("conformance-formats")
    (folder / "page.avsc").write_text(json.dumps(AVSC))
    (folder / "page.proto").write_text(PROTO)
    build(folder, document())
    with recorder(answer) as upstream:
        yield folder, upstream


def test_rest(world: tuple[Path, Recorder]) -> None:
    folder, upstream = world
    with serving(folder, "forms", "rest", f"--upstream={upstream.url}") as port:
        for row, wanted in WANTED.items():
            assert ask(port, "GET", f"/{row}") == (200, wanted), row
        for row, form in (("f15", "avro"), ("f15b", "protobuf")):
            status, problem = ask(port, "GET", f"/{row}")
            words = f"{form} format requires outputSchema to be specified in operation specification"
            assert (status, problem["detail"]) == (502, words)


def test_mcp(world: tuple[Path, Recorder]) -> None:
    folder, upstream = world
    with serving(folder, "forms", "mcp", f"--upstream={upstream.url}") as port:
        for row, wanted in WANTED.items():
            found = tool(port, row)
            assert json.loads(found["content"][0]["text"]) == wanted, row
        assert "requires outputSchema" in tool(port, "f15")["content"][0]["text"]


def test_f16_a_format_that_is_none(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(document().replace('"outputRawFormat": "csv"', '"outputRawFormat": "INI"'))  # fmt: skip
    diagnostics = Diagnostics()
    options = Options(paths=(spec,))
    _, made = pipeline.compile_all(options, diagnostics, lambda _: None)
    assert made is None
    assert any(d.code == "N205" and "INI" in d.message for d in diagnostics)
