"""Overlay documents: what their actions do, where values then stand, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from read_fixture import findings, loaded, written

from naftiko_codegen.diagnostics import Diagnostics, Severity
from naftiko_codegen.read import KEY, Document, load

API = """\
openapi: 3.1.0
info: {title: t, version: '1'}
tags: [{name: a}, {name: b}]
paths:
  /x:
    get: {summary: one, deprecated: false, tags: [a]}
    put: {summary: two}
  /y:
    get: {summary: three}
"""
HEAD = "overlay: 1.0.0\ninfo: {title: o, version: '1'}\nextends: api.yaml\n"


def overlaid(folder: Path, actions: str, api: str = API) -> tuple[Document, list[str]]:
    """The document after ``actions``, and the findings."""
    overlay = HEAD + "actions:\n" + actions
    sources, lines = loaded(folder, {"api.yaml": api, "o.yaml": overlay})
    assert [document.kind for document in sources.documents] == ["openapi"]
    return sources.documents[0], lines


UPDATES: list[tuple[str, str, Any]] = [
    # objects are merged, however deep; scalars replaced; arrays concatenated
    (
        "- {target: $.info, update: {title: u, x: {y: 1}}}",
        "info",
        {"title": "u", "version": "1", "x": {"y": 1}},
    ),
    (
        "- {target: $, update: {info: {title: u}}}",
        "info",
        {"title": "u", "version": "1"},
    ),
    (
        "- {target: $, update: {tags: [{name: c}]}}",
        "tags",
        [{"name": "a"}, {"name": "b"}, {"name": "c"}],
    ),
    # an array grows by the value, or by each item of an array
    (
        "- {target: $.tags, update: {name: c}}",
        "tags",
        [{"name": "a"}, {"name": "b"}, {"name": "c"}],
    ),
    (
        "- {target: $.tags, update: [{name: c}, 1]}",
        "tags",
        [{"name": "a"}, {"name": "b"}, {"name": "c"}, 1],
    ),
    # a scalar is replaced
    ("- {target: $.info.title, update: u}", "info", {"title": "u", "version": "1"}),
    (
        "- {target: $.info, update: {title: null}}",
        "info",
        {"title": None, "version": "1"},
    ),
    # every match, in the order of the actions
    (
        "- {target: '$.tags[*]', update: {x: 1}}",
        "tags",
        [{"name": "a", "x": 1}, {"name": "b", "x": 1}],
    ),
    (
        "- {target: $.tags, remove: true}\n- {target: $, update: {tags: [1]}}",
        "tags",
        [1],
    ),
    # removal, from objects and arrays; remove wins over update
    ("- {target: '$.tags[0]', remove: true}", "tags", [{"name": "b"}]),
    ("- {target: '$.tags[*]', remove: true, update: {x: 1}}", "tags", []),
    ("- {target: '$.tags[?@.name == ''b'']', remove: true}", "tags", [{"name": "a"}]),
    ("- {target: $.info.version, remove: true}", "info", {"title": "t"}),
    ("- {target: $.info, remove: true}", "info", None),
    ("- {target: '$.info..*', remove: true}", "info", {}),
    # copy (1.1)
    (
        "- {target: '$.tags[0]', copy: $.info}",
        "tags",
        [{"name": "a", "title": "t", "version": "1"}, {"name": "b"}],
    ),
    (
        "- {target: $.tags, copy: $.info.title}",
        "tags",
        [{"name": "a"}, {"name": "b"}, "t"],
    ),
    ("- {target: $.tags, copy: $.tags}", "tags", [{"name": "a"}, {"name": "b"}] * 2),
]


@pytest.mark.parametrize(("actions", "field", "wanted"), UPDATES)
def test_actions(tmp_path: Path, actions: str, field: str, wanted: Any) -> None:
    document, lines = overlaid(tmp_path, actions)
    assert document.root.get(field) == wanted and not lines
    again = load([tmp_path / "api.yaml"], diagnostics=Diagnostics()).documents[0]
    assert document.digest != again.digest


def test_what_was_read_is_neither_changed_nor_copied(tmp_path: Path) -> None:
    api = "openapi: 3.1.0\na: &a {x: {y: 1}}\nb: *a\nc: {d: [1]}\n"
    actions = "- {target: $.a.x, update: {z: 2}}\n- {target: $.e, remove: true}\n"
    document, _ = overlaid(tmp_path, actions, api)
    assert document.root["a"] == {"x": {"y": 1, "z": 2}}
    assert document.root["b"] == {"x": {"y": 1}}


def test_copies_do_not_share_what_is_changed_later(tmp_path: Path) -> None:
    actions = """\
- {target: $.info, update: {x: {y: 1}}}
- {target: '$.tags[0]', copy: $.info}
- {target: $.info.x, update: {y: 2}}
- {target: $.info, copy: $}
- {target: $.info.info, update: {title: inner}}
"""
    document, lines = overlaid(tmp_path, actions)
    assert document.root["tags"][0]["x"] == {"y": 1} and not lines
    assert document.root["info"]["title"] == "t"
    assert document.root["info"]["info"]["title"] == "inner"
    assert json.dumps(document.root)


def test_places(tmp_path: Path) -> None:
    actions = """\
- target: $.paths['/x'].get
  update:
    summary: new
    x-more: {a: [1, 2]}
    tags: [b]
- {target: '$.tags[0]', remove: true}
- target: $.tags
  update: {name: c}
- target: $.paths['/y'].get
  copy: $.paths['/x'].put
"""
    document, lines = overlaid(tmp_path, actions)
    get = ("paths", "/x", "get")

    def at(*pointer: str | int) -> str:
        span = document.span(pointer)
        return f"{Path(span.file).name}:{span.line}:{span.column}"

    assert not lines
    assert at(*get) == "api.yaml:6:10"
    assert at(*get, "summary") == "o.yaml:7:14"
    assert at(*get, "summary", KEY) == "o.yaml:7:5"
    assert at(*get, "deprecated") == "api.yaml:6:37"
    assert at(*get, "x-more", "a", 1) == "o.yaml:8:21"
    assert at(*get, "tags") == "api.yaml:6:50"
    assert at(*get, "tags", 0) == "api.yaml:6:51"
    assert at(*get, "tags", 1) == "o.yaml:9:12"
    assert at("tags", 0, "name") == "api.yaml:3:26"
    assert at("tags", 1, "name") == "o.yaml:12:18"
    assert at("paths", "/y", "get", "summary") == "api.yaml:7:20"
    assert at("paths", "/y", "nope") == "api.yaml:9:5"
    assert document.written(("tags", 0)) == ""


def test_places_of_json(tmp_path: Path) -> None:
    overlay = json.dumps(
        {
            "overlay": "1.0.0",
            "info": {"title": "o", "version": "1"},
            "extends": "./api.json",
            "actions": [{"target": "$.info", "update": {"x": [1]}}],
        },
        indent=1,
    )
    api = '{"openapi": "3.1.0",\n "info": {"title": "t"}}'
    sources, _ = loaded(tmp_path, {"api.json": api, "o.json": overlay})
    document = sources.documents[0]
    assert document.span(("info", "title")).line == 2
    span = document.span(("info", "x", 0))
    assert (Path(span.file).name, span.line) == ("o.json", 13)


ERRORS = [
    ("- {target: $.nope, update: 1}", "o.yaml:5:12 N142"),
    ("- {target: '$.tags[9]', remove: true}", "o.yaml:5:12 N142"),
    ("- {target: $.info, update: 1}", "o.yaml:5:28 N144"),
    ("- {target: $.info, update: [1]}", "o.yaml:5:28 N144"),
    ("- {target: $.info.title, update: {}}", "o.yaml:5:34 N144"),
    ("- {target: $, update: {info: {title: [1]}}}", "o.yaml:5:38 N144"),
    ("- {target: $, update: {tags: {}}}", "o.yaml:5:30 N144"),
    ("- {target: $, remove: true}", "o.yaml:5:12 N144"),
    ("- {target: $.info, copy: '$.tags[*]'}", "o.yaml:5:26 N144"),
    ("- {target: info, remove: true}", "o.yaml:5:12 N141"),
    ("- {target: $.x-y, remove: true}", "o.yaml:5:12 N141"),
    ("- {target: $.a, copy: '$['}", "o.yaml:5:23 N141"),
    ("- {target: $.a}", "o.yaml:5:3 N140"),
    ("- {target: $.a, remove: false}", "o.yaml:5:3 N140"),
    ("- {target: $.a, update: 1, copy: $}", "o.yaml:5:3 N140"),
    ("- {update: 1}", "o.yaml:5:3 N140"),
    ("- {target: 1, remove: true}", "o.yaml:5:12 N140"),
    ("- {target: $.info, remove: 1}", "o.yaml:5:28 N140"),
    ("- x", "o.yaml:5:3 N140"),
    ("  []", "o.yaml:5:3 N140"),
    ("  {}", "o.yaml:5:3 N140"),
    ("- {target: $.info, update: {x: 1}, updat: 1}", "o.yaml:5:36 N140"),
]


@pytest.mark.parametrize(("actions", "wanted"), ERRORS)
def test_findings(tmp_path: Path, actions: str, wanted: str) -> None:
    assert overlaid(tmp_path, actions)[1][0] == wanted


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        ("overlay: 2.0.0\ninfo: {title: o, version: '1'}", ["1:10"]),
        ("overlay: 1\ninfo: {title: o, version: '1'}", ["1:10"]),
        ("overlay: 1.0.0", ["1:1"]),
        ("overlay: 1.0.0\ninfo: {title: o}", ["2:7"]),
        ("overlay: 1.0.0\ninfo: []", ["2:7"]),
        ("overlay: 1.0.0\ninfo: {title: 1, version: 1.0}", ["2:15", "2:27"]),
    ],
)
def test_findings_in_the_head(tmp_path: Path, head: str, wanted: list[str]) -> None:
    text = head + "\nextends: api.yaml\nactions: [{target: $, update: {}}]\n"
    _, lines = loaded(tmp_path, {"api.yaml": API, "o.yaml": text})
    assert lines == [f"o.yaml:{at} N140" for at in wanted]


@pytest.mark.parametrize(
    "actions",
    [
        "- {target: $.tags, copy: $.tags}\n" * 100,
        "- {target: '$..[?$..[?$..[?$..[?$..[?@ == 1]]]]]', remove: true}\n",
        "- {target: \"$..[?search(@, '(a|a)*b')]\", remove: true}\n",
        "- {target: \"$..[?search(@, 'a*b*c*d*e*f*')]\", remove: true}\n",
    ],
)
def test_costly_actions_are_refused(tmp_path: Path, actions: str) -> None:
    _, lines = overlaid(tmp_path, actions)
    assert lines[-1].endswith("N141")


def test_depth_stays_bounded(tmp_path: Path) -> None:
    deep = "{a: " * 150 + "1" + "}" * 150
    target = "$" + ".a" * 149
    actions = (
        f"- {{target: $, update: {deep}}}\n"
        f"- {{target: {target}.a, remove: true}}\n"
        f"- {{target: {target}, update: {deep}}}\n"
    )
    assert [line.split()[1] for line in overlaid(tmp_path, actions)[1]] == ["N111"]


UPDATE = "actions: [{target: $.info, update: {title: changed}}]\n"


@pytest.mark.parametrize(
    ("extends", "code"),
    [
        ("other.yaml", "N143"),
        ("nope.yaml", "N131"),
        ("../api.yaml", "N130"),
        ("/api.yaml", "N133"),
        ("https://example.test/api.yaml", "N132"),
    ],
)
def test_extends_that_names_no_document(
    tmp_path: Path, extends: str, code: str
) -> None:
    overlay = HEAD.replace("api.yaml", extends) + UPDATE
    files = {"api.yaml": API, "o.yaml": overlay, "other.yaml": "x: 1\n"}
    sources, lines = loaded(tmp_path, files)
    assert f"o.yaml:3:10 {code}" in lines
    assert sources.documents[0].root["info"]["title"] == "t"


def test_overlays_asked_for(tmp_path: Path) -> None:
    bare = HEAD.replace("extends: api.yaml\n", "")
    remote = HEAD.replace("api.yaml", "https://example.test/api.yaml")
    for name, head in [("bare", bare), ("remote", remote), ("local", HEAD)]:
        written(tmp_path, {"s/api.yaml": API, f"s/{name}.yaml": head + UPDATE})
    diagnostics = Diagnostics()
    api = tmp_path / "s/api.yaml"
    for name in ("bare", "remote", "local"):
        overlay = tmp_path / f"s/{name}.yaml"
        sources = load([api], overlays=[overlay], diagnostics=diagnostics)
        assert [doc.root["info"]["title"] for doc in sources.documents] == ["changed"]
        assert len(sources.files) == 2
    assert not len(diagnostics)
    load([api, tmp_path / "s/bare.yaml"], diagnostics=diagnostics)
    assert findings(diagnostics) == ["1:1 N143 warning"]


def test_an_overlay_asked_for_needs_one_document(tmp_path: Path) -> None:
    bare = HEAD.replace("extends: api.yaml\n", "") + UPDATE
    written(
        tmp_path, {"s/a.yaml": API, "s/b.yaml": API, "o.yaml": bare, "x.yaml": "x: 1\n"}
    )
    diagnostics = Diagnostics()
    for name in ("o.yaml", "x.yaml"):
        load([tmp_path / "s"], overlays=[tmp_path / name], diagnostics=diagnostics)
    assert findings(diagnostics) == ["1:1 N143 warning", "1:1 N120 error"]


def test_two_overlays_of_one_document(tmp_path: Path) -> None:
    first = HEAD + "actions: [{target: $.info, update: {x: 1, title: a}}]\n"
    second = HEAD + "actions: [{target: $.info, update: {y: 2, title: b}}]\n"
    files = {"api.yaml": API, "1.yaml": first, "2.yaml": second}
    sources, lines = loaded(tmp_path, files)
    document = sources.documents[0]
    assert document.root["info"] == {"title": "b", "version": "1", "x": 1, "y": 2}
    assert [Path(document.span(("info", key)).file).name for key in "xy"] == [
        "1.yaml",
        "2.yaml",
    ]
    assert not lines and len(sources.files) == 3


def test_a_capability_may_be_overlaid(tmp_path: Path) -> None:
    overlay = HEAD.replace("api.yaml", "cap.yaml") + UPDATE
    sources, _ = loaded(
        tmp_path, {"cap.yaml": "naftiko: x\ninfo: {}\n", "o.yaml": overlay}
    )
    assert sources.documents[0].kind == "capability"
    assert sources.documents[0].root["info"] == {"title": "changed"}


def test_unknown_fields_are_errors_when_strict(tmp_path: Path) -> None:
    text = HEAD + "more: 1\nx-more: 1\n" + UPDATE
    written(tmp_path, {"api.yaml": API, "o.yaml": text})
    for strict, severity in [(False, Severity.WARNING), (True, Severity.ERROR)]:
        diagnostics = Diagnostics(strict=strict)
        load([tmp_path], diagnostics=diagnostics)
        assert [item.severity for item in diagnostics] == [severity]


def test_an_overlay_beside_a_named_file_applies_if_it_extends_it(
    tmp_path: Path,
) -> None:
    from naftiko_codegen.diagnostics import Diagnostics
    from naftiko_codegen.read import load

    api = tmp_path / "api.yaml"
    api.write_text("openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths: {}\n")
    text = (
        "overlay: 1.0.0\ninfo: {title: O, version: '1'}\nextends: FILE\n"
        "actions: [{target: $.info, update: {title: B}}]\n"
    )
    (tmp_path / "api.overlay.yaml").write_text(text.replace("FILE", "./api.yaml"))
    (tmp_path / "other.overlay.yaml").write_text(text.replace("FILE", "other.yaml"))
    (tmp_path / "overlay-notes.yaml").write_text("notes: []\n")
    found = Diagnostics()
    (document,) = load([api], diagnostics=found).documents
    assert document.root["info"]["title"] == "B"
    assert list(found) == []
