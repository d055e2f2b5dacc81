"""The configuration file: where it is, what it says, and what is wrong with it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from naftiko_codegen.config.validate import Pointer, mistakes
from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.frozen import frozen

YAML_NAMES = ("naftiko-codegen.yaml", "naftiko-codegen.yml")
_MENTION = re.compile(rb"naftiko-codegen[\"']?\s*[\].={]")
_TABLE = ("tool", "naftiko-codegen")
_Places = Callable[[Pointer, bool], Span]


@frozen
class Selection:
    """Which operations of an OpenAPI document are exposed: those that every list names that is not empty.

    ``places`` are where ``(key, index)`` stands in the configuration; ``span`` is where all of it does.
    """

    tags: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    span: Span = Span("")
    places: Mapping[tuple[str, int], Span] = MappingProxyType({})

    @property
    def lists(self) -> dict[str, tuple[str, ...]]:
        """The lists by their keys."""
        return {key: getattr(self, key) for key in SELECTED}


SELECTED = ("tags", "paths", "methods", "operations")


@frozen
class Settings:
    """What a configuration file sets, paths made absolute.

    ``packages`` are package names by file, ``described`` the OpenAPI documents of capabilities, None where there is
    to be none, ``selected`` what is exposed of OpenAPI documents.
    """

    paths: tuple[Path, ...] = ()
    output: Path | None = None
    targets: tuple[str, ...] = ()
    overlays: tuple[Path, ...] = ()
    strict: bool = False
    gateway: bool = True
    scripts: bool = False
    suppress: tuple[str, ...] = ()
    packages: Mapping[Path, str] = MappingProxyType({})
    described: Mapping[Path, Path | None] = MappingProxyType({})
    selected: Mapping[Path, Selection] = MappingProxyType({})
    file: Path | None = None


def find(start: Path) -> Path | None:
    """The nearest configuration at or above the folder ``start``: our own file, or a pyproject.toml with our table."""
    for folder in (start, *start.parents):
        for name in YAML_NAMES:
            if (folder / name).is_file():
                return folder / name
        pyproject = folder / "pyproject.toml"
        try:
            if _MENTION.search(pyproject.read_bytes()) and _has_table(pyproject):
                return pyproject
        except OSError:
            continue
    return None


def _has_table(path: Path) -> bool:
    """Whether a TOML file has our table; a file that cannot be parsed counts when it seems to."""
    import tomllib

    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        tool = tomllib.loads(text).get("tool")
    except (tomllib.TOMLDecodeError, RecursionError):
        return (
            re.search(r"^\s*\[+\s*tool\s*\.\s*[\"']?naftiko-codegen", text, re.M)
            is not None
        )
    return isinstance(tool, dict) and _TABLE[1] in tool


def load(path: Path, name: str, diagnostics: Diagnostics) -> Settings:
    """What the file at ``path`` sets; ``name`` is what findings call it. Empty settings when it has an error."""
    text = path.read_text(encoding="utf-8", errors="replace")
    read = _read_toml if path.suffix == ".toml" else _read_yaml
    found = read(text, name, diagnostics)
    if found is None:
        return Settings(file=path)
    value, span = found
    schema = json.loads(Path(__file__).with_name("schema.json").read_bytes())
    wrong = list(mistakes({} if value is None else value, schema))
    for it in wrong:
        diagnostics.error(
            "N002" if it.key else "N003", it.message, span(it.pointer, it.key), it.hint
        )
    return (
        Settings(file=path)
        if wrong
        else _settings(value or {}, path, span, diagnostics)
    )


def _settings(
    value: dict[str, Any], file: Path, span: _Places, diagnostics: Diagnostics
) -> Settings:
    """``value``, which fits the schema, with its paths checked and made absolute."""
    packages: dict[Path, str] = {}
    described: dict[Path, Path | None] = {}
    selected: dict[Path, Selection] = {}
    paths: list[Path] = []

    def inside(text: str, *pointer: str | int) -> Path:
        place = (file.parent / text).resolve()
        if not place.is_relative_to(file.parent.resolve()):
            hint = "name places elsewhere on the command line"
            diagnostics.error(
                "N004",
                f"{text} is outside the folder of the configuration",
                span(pointer, False),
                hint,
            )
        elif not os.path.exists(place):
            diagnostics.error(
                "N005", f"there is no such file or folder: {text}", span(pointer, False)
            )
        return place

    for index, item in enumerate(value.get("paths", ())):
        entry: dict[str, Any] = {"path": item} if isinstance(item, str) else item
        paths.append(inside(entry["path"], "paths", index))
        if "package" in entry:
            packages[paths[-1]] = entry["package"]
        if place := entry.get("described_by"):
            described[paths[-1]] = inside(place, "paths", index, "described_by")
        elif "described_by" in entry:
            described[paths[-1]] = None
        if found := entry.get("select"):
            selected[paths[-1]] = _selection(found, ("paths", index, "select"), span)
    overlays = tuple(
        inside(text, "overlays", index)
        for index, text in enumerate(value.get("overlays", ()))
    )
    return Settings(
        paths=tuple(paths),
        output=file.parent / value["output"] if "output" in value else None,
        targets=tuple(value.get("targets", ())),
        overlays=overlays,
        strict=value.get("strict", False),
        gateway=value.get("gateway", True),
        scripts=value.get("allow-scripts", False),
        suppress=tuple(value.get("suppress", ())),
        packages=packages,
        described=described,
        selected=selected,
        file=file,
    )


def _selection(value: dict[str, list[str]], pointer: Pointer, span: _Places) -> Selection:  # fmt: skip
    """``value``, which fits the schema, with the place of everything in it."""
    places = {
        (key, index): span((*pointer, key, index), False)
        for key, words in value.items()
        for index, _ in enumerate(words)
    }
    lists = {key: tuple(words) for key, words in value.items()}
    return Selection(**lists, span=span(pointer, False), places=places)


def _read_toml(
    text: str, name: str, diagnostics: Diagnostics
) -> tuple[Any, _Places] | None:
    import tomllib

    from naftiko_codegen.config.toml_places import place

    def span(pointer: Pointer, key: bool) -> Span:
        return Span(name, *place(text, (*_TABLE, *pointer)))

    try:
        value = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = re.search(r"\s*\(at line (\d+), column (\d+)\)", str(error))
        where = Span(name, int(at[1]), int(at[2])) if at else Span(name)
        words = str(error)[: at.start()] if at else str(error)
        diagnostics.error("N001", f"this is not TOML: {words}", where)
        return None
    return value["tool"][_TABLE[1]], span


def _read_yaml(
    text: str, name: str, diagnostics: Diagnostics
) -> tuple[Any, _Places] | None:
    from naftiko_codegen.read.document import KEY
    from naftiko_codegen.read.places import locate
    from naftiko_codegen.read.reader import read

    reading = read(text.encode(), name, diagnostics)
    if reading is None:
        return None
    root, places = reading.root, reading.places

    def span(pointer: Pointer, key: bool) -> Span:
        return locate(places, root, (*pointer, KEY) if key else pointer)

    return root, span
