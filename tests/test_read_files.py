"""Which files are read: candidates, kinds, references, and what may not be opened."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from read_fixture import findings, loaded, written

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.read import Document, Sources, find, load

API = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n"
REMOTE = ["https://example.test/x.yaml", "//example.test/x.yaml", "http:x", "data:,x"]
NO_PATH = [
    "/etc/passwd",
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "file://localhost/etc/passwd",
    "..\\..\\etc\\passwd",
    "a\0b",
    "a\nb",
    "x" * 5000,
]
OUTSIDE = [
    "../../../../../../../../etc/hostname",
    "./api.yaml/../../../secret.yaml#/x",
    "..%2f..%2f..%2fetc%2fhostname",
    "../..",
    "link.yaml",
    "folder/x.yaml",
    "x" * 1000,
    "a%00b",
]


def test_find(tmp_path: Path) -> None:
    names = ["b.yml", "a/c.YAML", "d.json", "a.txt", ".hidden.yaml", ".git/x.yaml"]
    names += ["node_modules/x.yaml", "a/node_modules/y.json", "e.yaml.bak"]
    written(tmp_path, dict.fromkeys(names, API))
    (tmp_path / "inside.yaml").symlink_to("b.yml")
    (tmp_path / "outside.yaml").symlink_to("/etc/hostname")
    (tmp_path / "up").symlink_to("..")
    found = [path.relative_to(tmp_path).as_posix() for path in find([tmp_path])]
    assert found == ["a/c.YAML", "b.yml", "d.json", "inside.yaml"]
    text = tmp_path / "a.txt"
    assert find([text, tmp_path / "a", tmp_path / "a", text]) == (
        text,
        tmp_path / "a/c.YAML",
    )


def test_kinds_names_and_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, {"s/a.v1.yaml": API, "s/b/c.json": '{"capability": {}}'})
    written(tmp_path, {"s/ikanos.yml": "ikanos: x\n", "s/swagger.yml": "swagger: x\n"})
    monkeypatch.chdir(tmp_path)
    diagnostics = Diagnostics()
    sources = load([Path("s")], diagnostics=diagnostics)
    assert [(doc.name, doc.source, doc.kind) for doc in sources.documents] == [
        ("s/a.v1.yaml", "a.v1", "openapi"),
        ("s/b/c.json", "b/c", "capability"),
        ("s/ikanos.yml", "ikanos", "capability"),
        ("s/swagger.yml", "swagger", "openapi"),
    ]
    assert [name for name, _ in sources.files] == [
        doc.name for doc in sources.documents
    ]
    one = load([Path("s/b/c.json")], diagnostics=diagnostics).documents[0]
    assert (one.source, one.path) == ("c", tmp_path / "s/b/c.json")
    below = load([Path("s/b/c.json")], root=Path("s"), diagnostics=diagnostics)
    assert below.documents[0].source == "b/c"
    assert not len(diagnostics)


def test_what_is_no_document(tmp_path: Path) -> None:
    sources, lines = loaded(tmp_path, {"a.yaml": "x: 1\n", "b.yaml": API, "c.txt": "x"})
    assert [document.source for document in sources.documents] == ["b"]
    assert lines == ["a.yaml:1:1 N120"]
    for name, wanted in [("a.yaml", "1:1 N120 error"), ("c.txt", "1:1 N120 error")]:
        diagnostics = Diagnostics()
        assert not load([tmp_path / name], diagnostics=diagnostics).documents
        assert findings(diagnostics) == [wanted]


def test_a_part_of_documents_is_read_when_it_is_named(tmp_path: Path) -> None:
    part = "components:\n  schemas: {A: {type: string}}\nsecurity: []\n"
    sources, lines = loaded(tmp_path, {"a.yaml": part, "b.yaml": API})
    assert [document.source for document in sources.documents] == ["b"]
    assert lines == ["a.yaml:1:1 N120"]
    diagnostics = Diagnostics()
    (read,) = load([tmp_path / "a.yaml"], diagnostics=diagnostics).documents
    assert (read.kind, read.root["openapi"]) == ("openapi", "3.1.0")
    assert read.span(("components", "schemas", "A")).line == 2
    assert findings(diagnostics) == ["1:1 N401 warning"]
    for other in (part + "info: x\nname: y\n", "components: [1]\n"):
        (tmp_path / "a.yaml").write_text(other)
        assert not load([tmp_path / "a.yaml"], diagnostics=Diagnostics()).documents


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "empty").mkdir()
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    for name, code in [
        ("pipe.yaml", "N101"),
        ("missing.yaml", "N101"),
        ("loop.yaml", "N101"),
        ("empty", "N121"),
        ("x" * 300, "N101"),
        ("a\0b", "N101"),
    ]:
        diagnostics = Diagnostics()
        assert not load([tmp_path / name], diagnostics=diagnostics).documents
        assert findings(diagnostics) == [f"0:0 {code} error"]


def test_the_same_file_and_the_same_source(tmp_path: Path) -> None:
    written(tmp_path, {"a.yaml": API})
    diagnostics = Diagnostics()
    sources = load([tmp_path, tmp_path / "a.yaml"], diagnostics=diagnostics)
    assert len(sources.documents) == 1 and not len(diagnostics)
    _, lines = loaded(tmp_path, {"a.json": '{"openapi": "3.1.0"}'})
    assert lines == ["a.yaml:1:1 N122"]


def opened(folder: Path, location: str) -> tuple[Document | None, str]:
    """What ``location`` in ``root/sub/api.yaml`` opens, and the finding."""
    sources, document = reference(folder, location)
    diagnostics = Diagnostics()
    found = sources.open_relative(document, location, ("x",), diagnostics)
    lines = [f"{item.code} {item.message}" for item in diagnostics]
    return found, lines[0] if lines else ""


def reference(folder: Path, location: str) -> tuple[Sources, Document]:
    """A root with documents and links, and a secret beside it."""
    api = "openapi: 3.1.0\nx: y\n"
    files = {"root/sub/api.yaml": api, "root/shared/my x.yaml": "x: 1\n"}
    written(folder, {**files, "secret.yaml": "secret: 1\n", "root/bad.yaml": "a: b: c"})
    for name, target in [
        ("link.yaml", "../../secret.yaml"),
        ("folder", "/etc"),
        ("loop", "loop"),
    ]:
        if not (folder / "root/sub" / name).is_symlink():
            (folder / "root/sub" / name).symlink_to(target)
    sources = load(
        [folder / "root/sub/api.yaml"], root=folder / "root", diagnostics=Diagnostics()
    )
    return sources, sources.documents[0]


@pytest.mark.parametrize(
    "location",
    ["../shared/my x.yaml", "../shared/my%20x.yaml#/x", "./../shared/./my x.yaml"],
)
def test_references_inside_the_root(tmp_path: Path, location: str) -> None:
    document, finding = opened(tmp_path, location)
    assert document and document.root == {"x": 1} and not finding
    assert document.source == "shared/my x" and document.kind == "other"


@pytest.mark.parametrize(
    ("locations", "code"),
    [
        (REMOTE, "N132"),
        (NO_PATH, "N133"),
        (OUTSIDE, "N130"),
        (["nope.yaml", "loop", "..", "."], "N131"),
    ],
)
def test_references_that_open_nothing(
    tmp_path: Path, locations: list[str], code: str
) -> None:
    for location in locations:
        document, finding = opened(tmp_path, location)
        assert document is None and finding.startswith(code), (location, finding)
        assert "secret" not in finding or "secret" in location
        assert finding.isprintable() and len(finding) < 200


def test_references_to_itself_and_to_broken_files(tmp_path: Path) -> None:
    for location in ("", "#/x", "api.yaml#/y", "./api.yaml"):
        document, finding = opened(tmp_path, location)
        assert document and document.source == "sub/api" and not finding
    assert opened(tmp_path, "../bad.yaml")[1].startswith("N106")
    assert opened(tmp_path, "../shared")[1].startswith("N131")


def test_allowed_roots(tmp_path: Path) -> None:
    _, document = reference(tmp_path, "")
    for allowed, wanted in [(tmp_path, {"secret": 1}), (tmp_path / "other", None)]:
        diagnostics = Diagnostics()
        sources = load(
            [document.path],
            root=tmp_path / "root",
            allow_roots=[allowed],
            diagnostics=diagnostics,
        )
        for location in ("link.yaml", "../../secret.yaml"):
            found = sources.open_relative(
                sources.documents[0], location, (), diagnostics
            )
            assert (found.root if found else None) == wanted
