"""Schemas that stand one behind another by the thousand, in rows, circles and levels: all build and can be imported."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from naftiko_codegen.cli import main

Make = Callable[[int], dict[str, Any]]


def ref(number: int) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/S{number}"}


def ship(**more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"id": {"type": "string"}, **more}}


def row(count: int) -> dict[str, Any]:
    """Each has the next one as a property."""
    return {f"S{i}": ship(next=ref(i + 1)) for i in range(count)} | {
        f"S{count}": ship()
    }


def circle(count: int) -> dict[str, Any]:
    """The last one has the first as a property."""
    return {f"S{i}": ship(next=ref((i + 1) % count)) for i in range(count)}


def names(count: int) -> dict[str, Any]:
    """Each is another name of the next one."""
    return {f"S{i}": ref(i + 1) for i in range(count)} | {f"S{count}": ship()}


def heirs(count: int) -> dict[str, Any]:
    """Each includes the next one."""
    parts = {
        f"S{i}": {"allOf": [ref(i + 1), ship(**{f"p{i % 9}": {"type": "string"}})]}
        for i in range(count)
    }
    return parts | {f"S{count}": ship()}


def doubled(count: int) -> dict[str, Any]:
    """Each includes the next one twice."""
    parts = {f"S{i}": {"allOf": [ref(i + 1), ref(i + 1)]} for i in range(60)}
    return parts | {"S60": ship()} | {f"T{i}": ship() for i in range(count)}


def lists(count: int) -> dict[str, Any]:
    """Each is a list of the next one, the last of the first."""
    return {
        f"S{i}": {"type": "array", "items": ref((i + 1) % count)} for i in range(count)
    }


def document(schemas: dict[str, Any]) -> dict[str, Any]:
    """A document with one operation, which sends and gets an ``S0``."""
    content = {"application/json": {"schema": ref(0)}}
    operation = {
        "operationId": "echo",
        "requestBody": {"content": content},
        "responses": {"200": {"description": "ok", "content": content}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Deep", "version": "1"},
        "servers": [{"url": "https://deep.test"}],
        "paths": {"/echo": {"post": operation}},
        "components": {"schemas": schemas},
    }


def build(folder: Path, content: dict[str, Any]) -> int:
    """Build ``content`` as the package ``deep``; the exit code."""
    path = folder / "deep.json"
    path.write_text(json.dumps(content))
    with pytest.raises(SystemExit) as ended:
        main(
            ["build", str(path), "-o", str(folder / "out"), "-q", "--target", "client"]
        )
    return int(ended.value.code or 0)


PROGRAM = """\
from deep import models
from deep._runtime.codec import decode, encode
import deep.client, deep.operations
text = b'{"id":"a"}' if isinstance(models.S0, type) else b"[]"
assert encode(decode(models.S0, text, strict=True)) == text
"""


@pytest.mark.parametrize(
    ("make", "count"),
    [(make, 2000) for make in (row, circle, names, heirs, doubled, lists)]
    + [(make, 300) for make in (row, circle, heirs)],
)
def test_all_are_imported_and_decoded(make: Make, count: int, tmp_path: Path) -> None:
    assert build(tmp_path, document(make(count))) == 0
    command = [sys.executable, "-c", PROGRAM]
    ran = subprocess.run(
        command, cwd=tmp_path / "out", capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr[-600:]


def test_what_the_first_includes_is_all_there(tmp_path: Path) -> None:
    assert build(tmp_path, document(heirs(300))) == 0
    text = (tmp_path / "out/deep/models.py").read_text()
    first = text.split("class S0(")[1].split("\nclass ")[0]
    assert all(f"p{number}:" in first for number in range(9))
    assert "    id: str" in first


@pytest.mark.parametrize("levels", [64, 90])
@pytest.mark.parametrize("key", ["properties", "items", "allOf", "anyOf"])
def test_levels_within_one_schema(key: str, levels: int, tmp_path: Path) -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        inner = {"a": schema} if key == "properties" else schema
        schema = {key: [inner] if key.endswith("Of") else inner}
    assert build(tmp_path, document({"S0": schema})) == 0
    command = [sys.executable, "-c", "import deep.client, deep.models"]
    assert subprocess.run(command, cwd=tmp_path / "out").returncode == 0


def test_more_levels_than_are_read_are_a_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(300):
        schema = {"type": "array", "items": schema}
    assert build(tmp_path, document({"S0": schema})) == 1
    assert "error[N111]: nested more than" in capsys.readouterr().out
