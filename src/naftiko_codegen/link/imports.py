"""Imports of a capability → one document that holds what they name, every part of it still with its own place.

Before: ``{location, import, as}`` among ``consumes``, ``exposes``, ``aggregates`` and ``binds``. After: the entry of
the other file stands there, under its local name. An import that leads nowhere is reported and stays as it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote

from naftiko_codegen.check.node import Node
from naftiko_codegen.check.text import did_you_mean, quote
from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.frozen import changed, frozen
from naftiko_codegen.read.canonical import digest
from naftiko_codegen.read.document import Document, Json, Pointer

Open: TypeAlias = Callable[[Document, str, Pointer, Diagnostics], Document | None]
"""``Sources.open_relative``."""

_SECTIONS = {
    "consumes": ("consumed API", ("import", "location", "from")),
    "exposes": ("server", ("import",)),
    "aggregates": ("aggregate", ("import",)),
    "binds": ("bind", ("import",)),
}
"""What a section holds, and the keys that make an entry of it an import."""


@frozen
class _Found:
    """An entry, and where it stands; ``files`` are the documents on the way to it."""

    document: Document
    pointer: Pointer
    value: Json
    files: tuple[Document, ...]


def included(document: Document, opened: Open, diagnostics: Diagnostics) -> Document:
    """``document`` with its imports resolved; the same object when it has none.

    Findings: N203 (no location, no name), N316 (imports in a circle), N317 (nothing of that name), N130 to N133 (the
    file itself).
    """
    if document.kind != "capability" or not isinstance(document.root, dict):
        return document
    return _Imports(document, opened, diagnostics).whole()


class _Imports:
    """The imports of one document."""

    def __init__(
        self, document: Document, opened: Open, diagnostics: Diagnostics
    ) -> None:
        self._document = document
        self._open = opened
        self._diagnostics = diagnostics
        self._moved: dict[Pointer, tuple[Document, Pointer]] = {}
        self._files: dict[str, str] = {}

    def whole(self) -> Document:
        """The document with what it imports."""
        root = dict(self._document.root)
        capability = root.get("capability")
        found = self._owner(root, ())
        if isinstance(capability, dict):
            root["capability"] = capability = dict(capability)
            found += self._owner(capability, ("capability",))
        if not self._moved:
            return self._document
        if isinstance(capability, dict):
            self._binds(capability, ("capability",), found)
        else:
            self._binds(root, (), found)
        files = tuple(sorted(self._files.items()))
        return changed(
            self._document,
            root=root,
            digest=digest(root),
            locate=self._locate,
            home=self._home,
            imported=files,
        )

    def _owner(self, owner: dict[str, Json], at: Pointer) -> list[_Found]:
        """Put the entries that the imports below ``owner`` name in their place; those that may use variables."""
        made: list[_Found] = []
        for section in _SECTIONS:
            entries = owner.get(section)
            items = list(_items(entries))
            for key, entry in items:
                pointer = (*at, section, key)
                if not _is_import(section, entry):
                    continue
                found = self._found(
                    section, self._document, pointer, entry, (self._document,)
                )
                if found is None:
                    continue
                entries = _copied(owner, section)
                entries[key] = found.value
                self._moved[pointer] = (found.document, found.pointer)
                self._files |= {d.source: d.digest for d in found.files}
                made += [found] if section != "binds" else []
        return made

    def _binds(self, owner: dict[str, Json], at: Pointer, found: list[_Found]) -> None:
        """Variables that imported parts name may be bound in their own files: those come last."""
        known = owner.get("binds", [])
        if not isinstance(known, list):
            return
        owner["binds"] = known = list(known)
        for document in {f.document.path: f.document for f in found}.values():
            for index, entry in _items(document.root.get("binds")):
                if isinstance(entry, dict) and not _is_import("binds", entry):
                    self._moved[*at, "binds", len(known)] = (
                        document,
                        ("binds", index),
                    )
                    known.append(entry)
        if not known:
            del owner["binds"]

    def _found(
        self,
        section: str,
        document: Document,
        pointer: Pointer,
        entry: Json,
        chain: tuple[Document, ...],
    ) -> _Found | None:
        """What the import ``entry`` of ``document`` names; None after a finding."""
        node = Node(entry, pointer)
        place, name = node.text("location", "from"), node.text("import")
        what = _SECTIONS[section][0]
        if not place or not name:
            key = "location" if not place else "import"
            words = f"an import needs `{key}`"
            hint = "write `import: its-namespace` and `location: ./shared/file.yaml`"
            self._diagnostics.error("N203", words, document.span(pointer), hint)
            return None
        at = node.find("location", "from") or node
        file = self._open(
            document, relative_path(place, document), at.pointer, self._diagnostics
        )
        if file is None:
            return None
        if any(file.path == other.path for other in chain):
            names = " → ".join(d.name for d in (*chain, file))
            words = f"imports in a circle: {names}"
            self._diagnostics.error("N316", words, document.span(at.pointer))
            return None
        found = self._inside(section, file, name, (*chain, file))
        if found is None:
            span = document.span((*pointer, "import"))
            self._unknown(section, file, name, what, span)
            return None
        if found.document is file and not found.value:
            return None
        local = node.text("as") or name
        value = {**found.value, "namespace": local}
        if section != "consumes" and local != name:
            value = _respelled(value, name, local)
        return changed(found, value=value)

    def _inside(
        self, section: str, file: Document, name: str, chain: tuple[Document, ...]
    ) -> _Found | None:
        """The entry called ``name`` in ``file``; one without value when that is an import that leads nowhere."""
        for pointer, entry in _entries(file, section):
            if not _is_import(section, entry):
                if entry.get("namespace", pointer[-1]) == name:
                    return _Found(file, pointer, entry, chain[1:])
            elif (Node(entry).text("as") or Node(entry).text("import")) == name:
                further = self._found(section, file, pointer, entry, chain)
                return further or _Found(file, pointer, None, ())
        return None

    def _unknown(
        self, section: str, file: Document, name: str, what: str, span: Span
    ) -> None:
        """Report that ``file`` has nothing called ``name``."""
        known = [
            str(entry.get("as") or entry.get("namespace") or entry.get("import") or key)
            for (*_, key), entry in _entries(file, section)
        ]
        said = (
            f"it has {', '.join(map(quote, known))}"
            if known
            else f"it has no `{section}`"
        )
        hint = did_you_mean(name, known) or said
        words = f"{file.name} has no {what} of the namespace {quote(name)}"
        self._diagnostics.error("N317", words, span, hint)

    def _home(self, pointer: Pointer) -> Path:
        """The file that a value came from."""
        for depth in range(len(pointer), 0, -1):
            if moved := self._moved.get(pointer[:depth]):
                return moved[0].path
        return self._document.path

    def _locate(self, pointer: Pointer) -> Span:
        """The place of a value, in the file that it came from."""
        for depth in range(len(pointer), 0, -1):
            if moved := self._moved.get(pointer[:depth]):
                document, at = moved
                return document.locate((*at, *pointer[depth:]))
        return self._document.locate(pointer)


def _respelled(value: Json, old: str, new: str) -> Json:
    """``value`` whose own inputs, in every ``with``, are those of the namespace ``new``."""
    own = re.compile(rf"((?:^|\{{\{{)\s*(?:\$this\.)?){re.escape(old)}\.")

    def walk(item: Json, is_with: bool) -> Json:
        if isinstance(item, dict):
            return {k: walk(v, is_with or k == "with") for k, v in item.items()}
        if isinstance(item, list):
            return [walk(v, is_with) for v in item]
        if is_with and isinstance(item, str):
            return own.sub(lambda found: f"{found[1]}{new}.", item)
        return item

    return walk(value, False)


def _items(entries: Json) -> Iterator[tuple[str | int, Json]]:
    """The entries of a list, or of a map by name, that are objects."""
    items = entries.items() if isinstance(entries, dict) else ()
    pairs = enumerate(entries) if isinstance(entries, list) else items
    return ((key, entry) for key, entry in pairs if isinstance(entry, dict))


def _entries(file: Document, section: str) -> Iterator[tuple[Pointer, Json]]:
    """The entries of a library, then those of a capability."""
    root = file.root if isinstance(file.root, dict) else {}
    capability = root.get("capability")
    yield from (((section, k), e) for k, e in _items(root.get(section)))
    if isinstance(capability, dict):
        items = _items(capability.get(section))
        yield from ((("capability", section, k), e) for k, e in items)


def _is_import(section: str, entry: Json) -> bool:
    return Node(entry).has(*_SECTIONS[section][1])


def _copied(owner: dict[str, Json], section: str) -> Json:
    """The entries of ``section``, as a copy that ``owner`` holds from now on."""
    entries = owner[section]
    owner[section] = copy = (
        list(entries) if isinstance(entries, list) else dict(entries)
    )
    return copy


def relative_path(place: str, document: Document) -> str:
    """``place`` as a path below the folder of ``document``: file URIs and absolute paths are understood."""
    if place.lower().startswith("file:"):
        place = unquote(place[5:])
        place = place[2:] if place.startswith("//") else place
        if place.startswith(("/./", "/../")):
            place = place[1:]
    if os.path.isabs(place) and not place.startswith("//"):
        place = os.path.relpath(os.path.realpath(place), document.path.parent)
    return place
