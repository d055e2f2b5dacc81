"""Inputs made to exhaust the reader, and random damage: findings or a document, never more."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest
from read_fixture import attempt

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.read import Limits, load

SPECS = Path(__file__).parents[1] / "specs"
COUNT = int(os.environ.get("NAFTIKO_MUTATIONS", "400"))

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n"
    for n in range(12)
)
MERGES = "a: &a {k: v}\n" + "".join(
    f"b{n}: &b{n} {{<<: [{','.join([f'*b{n - 1}' if n else '*a'] * 9)}]}}\n"
    for n in range(12)
)


@pytest.mark.parametrize("text", [BOMB, MERGES])
def test_expansion_is_bounded(text: str) -> None:
    reading, found = attempt(text)
    assert reading is None and [line.split()[1] for line in found] == ["N112"]


def test_a_long_text_in_many_places_counts_by_its_length() -> None:
    text = f"a: &a {'x' * 1000}\nb: [{', '.join(['*a'] * 50)}]\n"
    assert attempt(text)[0]
    assert attempt(text, limits=Limits(expansion=40_000))[1] == ["2:161 N112 error"]


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        ("[" * 5000, "x.json", "1:201 N111"),
        ("[" * 201 + "]" * 201, "x.json", "1:201 N111"),
        ('{"a":' * 201 + "1" + "}" * 201, "x.json", "1:1001 N111"),
        ("[" * 5000, "x.yaml", "1:201 N111"),
        ("- " * 5000, "x.yaml", "1:401 N111"),
        ("".join(" " * n + "a:\n" for n in range(300)), "x.yaml", "201:201 N111"),
        (
            "a: &a "
            + "[" * 150
            + "]" * 150
            + "\nb: "
            + "[" * 60
            + "*a"
            + "]" * 60
            + "\n",
            "x.yaml",
            "1:",
        ),
    ],
)
def test_depth_is_bounded(text: str, name: str, wanted: str) -> None:
    reading, found = attempt(text, name)
    assert reading is None and found[0].startswith(wanted) and "N111" in found[0]


def test_allowed_depth() -> None:
    assert attempt("[" * 200 + "]" * 200, "x.json")[0]
    assert attempt("[" * 200 + "]" * 200)[0]


@pytest.mark.parametrize("name", ["x.json", "x.yaml"])
def test_the_number_of_values_is_bounded(name: str) -> None:
    limits = Limits(nodes=100)
    assert attempt("[" + "[]," * 20 + "[]]", name, limits)[0]
    assert attempt("[" + "[]," * 90 + "[]]", name, limits)[0] is None


def test_findings_of_one_file_are_bounded() -> None:
    assert len(attempt("a: 1\n" * 5000)[1]) == 200
    assert len(attempt("[" + "1e999," * 5000 + "1]", "x.json")[1]) == 200


def test_tag_directives_are_bounded() -> None:
    text = "".join(f"%TAG !{n}! tag:x\n" for n in range(1000)) + "---\na: 1\n"
    assert attempt(text)[1] == ["0:0 N112 error"]


def test_size_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("openapi: 3.1.0\n" + "#" * 100)
    diagnostics = Diagnostics()
    load([path], diagnostics=diagnostics, limits=Limits(file_bytes=100))
    assert [item.code for item in diagnostics] == ["N102"]


@pytest.mark.parametrize("share", range(4))
def test_random_damage(share: int, tmp_path: Path) -> None:
    """A seeded loop; NAFTIKO_MUTATIONS=10000 runs as many."""
    seeds = [path for path in sorted(SPECS.rglob("*")) if path.is_file()]
    for seed in range(share, COUNT, 4):
        random = Random(seed)
        source = random.choice(seeds)
        data = bytearray(source.read_bytes())
        for _ in range(random.randrange(1, 6)):
            damage(data, random)
        path = tmp_path / random.choice(["x.yaml", "x.json", "x.overlay.yaml"])
        path.write_bytes(data)
        diagnostics = Diagnostics()
        sources = load([path], diagnostics=diagnostics)
        assert sources.documents or len(diagnostics), f"seed {seed}"
        for document in sources.documents:
            assert document.span(("paths", "info", 0, "x")).line >= 1, f"seed {seed}"
        path.unlink()


PIECES = [
    b"&a ",
    b"*a",
    b"<<: *a\n",
    b"!!int ",
    b"? ",
    b"- ",
    b": ",
    b"[",
    b"]",
    b"{",
    b"}",
    b"'",
    b'"',
    b"\n---\n",
    b"\t",
    b"|\n",
    b"%TAG ! x\n",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\0",
    "\u2028".encode(),
    b"1e999",
    b"null",
    b"~: 1\n",
]


def damage(data: bytearray, random: Random) -> None:
    """One change: a piece put in, bytes taken out, moved, doubled or replaced."""
    at = random.randrange(len(data) + 1)
    end = min(len(data), at + random.choice([1, 1, 4, 40, 400]))
    kind = random.randrange(5)
    if kind == 0:
        data[at:at] = random.choice(PIECES)
    elif kind == 1:
        del data[at:end]
    elif kind == 2:
        data[at:at] = data[at:end]
    elif kind == 3:
        piece = data[at:end]
        del data[at:end]
        to = random.randrange(len(data) + 1)
        data[to:to] = piece
    elif at < len(data):
        data[at] = random.randrange(256)
