"""Replies that are no JSON: what is made of CSV, XML and YAML, through REST and MCP."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from client_fixture import runtime

from .capability_package import Recorder, Seen, ask, build, recorder, serving, tool

as_json = runtime("formats").as_json

BODIES: dict[str, tuple[str, bytes]] = {
    "csv": ("text/csv; charset=latin-1", 'name,age\n"a, b",1\né,2\n'.encode("latin-1")),
    "psv": ("text/plain", b"name|age\r\n\"a, b\"|1\r\n\xc3\xa9|2\r\n"),
    "xml": ("application/xml", "<r><ship id='1'><name>a, b</name></ship><ship><name>é</name></ship></r>".encode()),
    "yaml": ("application/yaml", "ship:\n- {name: 'a, b', on: 2024-01-02}\n- {name: é}\n".encode()),
}  # fmt: skip
PATHS = {"csv": "$[*].name", "psv": "$[*].name", "xml": "$.ship[*].name", "yaml": "$.ship[*].name"}  # fmt: skip


def document() -> str:
    operations = "".join(
        f"      - {{name: {name}, method: GET, path: /{name}, outputRawFormat: {name}}}\n"
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
"""


def answer(seen: Seen) -> tuple[int, Mapping[str, str], bytes]:
    kind, body = BODIES[seen.target.rpartition("/")[2]]
    return 200, {"Content-Type": kind}, body


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Recorder]]:
    folder = tmp_path_factory.mktemp("formats")
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
    ],
)
def test_trees(form: str, data: str, wanted: Any) -> None:
    assert json.loads(as_json(form, data.encode())) == wanted


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
    ],
)
def test_what_is_refused(form: str, data: str) -> None:
    with pytest.raises(ValueError):
        as_json(form, data.encode())
