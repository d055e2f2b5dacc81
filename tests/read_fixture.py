"""Reading texts as if they were files, for the tests of the reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.read import Limits, Sources, load
from naftiko_codegen.read.places import locate
from naftiko_codegen.read.reader import Reading, read


def findings(diagnostics: Diagnostics) -> list[str]:
    """Every finding as ``line:column code severity``, in order."""
    return [
        f"{item.span.line}:{item.span.column} {item.code} {item.severity.word}"
        for item in diagnostics
    ]


def attempt(
    text: str | bytes, name: str = "x.yaml", limits: Limits | None = None
) -> tuple[Reading | None, list[str]]:
    """Read one text; what came of it and the findings."""
    diagnostics = Diagnostics()
    data = text.encode() if isinstance(text, str) else text
    reading = read(data, name, diagnostics, limits or Limits())
    return reading, findings(diagnostics)


def value(text: str | bytes, name: str = "x.yaml") -> Any:
    """The value of one text that reads without findings."""
    reading, found = attempt(text, name)
    assert reading is not None and not found, found
    return reading.root


def place(text: str, *pointer: str | int, name: str = "x.yaml") -> tuple[int, int]:
    """Line and column of ``pointer``; a pointer that ends in -1 means the key."""
    reading, _ = attempt(text, name)
    assert reading is not None
    span = locate(reading.places, reading.root, pointer)
    return span.line, span.column


def written(folder: Path, files: dict[str, str]) -> Path:
    """``folder`` after writing ``files`` into it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def loaded(folder: Path, files: dict[str, str]) -> tuple[Sources, list[str]]:
    """Write ``files`` into ``folder`` and load it; findings begin with the file's name."""
    diagnostics = Diagnostics()
    sources = load([written(folder, files)], diagnostics=diagnostics)
    lines = [
        f"{Path(item.span.file).name}:{item.span.line}:{item.span.column} {item.code}"
        for item in diagnostics
    ]
    return sources, lines
