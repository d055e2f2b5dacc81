"""Files that an OpenAPI document refers to → one document that holds them, every part of it still with its own place.

Before: ``$ref: shared.yaml#/Pet``; after: ``$ref: '#/x-naftiko-files/shared/Pet'``, and the file stands there. A
reference that leads to no file is reported and stays as it is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import NamedTuple, TypeAlias

from naftiko_codegen.check.text import quote
from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.frozen import changed
from naftiko_codegen.link.imports import Open
from naftiko_codegen.parse.openapi_refs import FILES, names_file
from naftiko_codegen.read.canonical import digest
from naftiko_codegen.read.document import Document, Json, Pointer

_DATA = frozenset(("example", "examples", "default", "enum", "const", "value"))
"""Keys whose values are data: a ``$ref`` in them is a string like any other."""

_MAPS = frozenset(
    [
        "properties",
        "patternProperties",
        "dependentSchemas",
        "$defs",
        "definitions",
        "schemas",
        "responses",
        "parameters",
        "requestBodies",
        "headers",
        "content",
    ]
)
"""Keys whose values are maps: the keys of those are names, whatever they look like."""

_NAMED = frozenset(
    ["securitySchemes", "callbacks", "links", "pathItems", "webhooks", "encoding"]
)
"""Further keys with names in their maps, which may start with ``x-``."""


def bundled(document: Document, opened: Open, diagnostics: Diagnostics) -> Document:
    """``document`` with the files that it refers to; the same object when it refers to none.

    Findings: N411, a reference to a file that may not or cannot be read.
    """
    if document.kind != "openapi" or not _leaves(document.root):
        return document
    return _Bundle(document, opened, diagnostics).whole()


def _leaves(root: Json) -> bool:
    """Whether anything below ``root`` looks like a reference to another file: a quick look, since most have none."""
    open_ = [root]
    while open_:
        value = open_.pop()
        if value.__class__ is dict:
            away = str(value.get("$ref", "#"))[:1] != "#"
            if (away or "discriminator" in value) and any(_outward(value, ())):
                return True
            open_ += value.values()
        elif value.__class__ is list:
            open_ += value
    return False


class _Reference(NamedTuple):
    """A reference that may leave its file: what holds it, its key, where that stands, whether in an extension."""

    holder: dict[str, Json]
    key: str
    pointer: Pointer
    extension: bool


def _references(value: Json, pointer: Pointer) -> Iterator[_Reference]:
    """Every reference below ``value``, those of discriminators too; data is left alone."""
    open_: list[tuple[Json, Pointer, bool, bool]] = [(value, pointer, False, False)]
    while open_:
        value, pointer, names, extra = open_.pop()
        if isinstance(value, list):
            open_ += [(v, (*pointer, i), False, extra) for i, v in enumerate(value)]
        elif isinstance(value, dict):
            if not names:
                yield from _own(value, pointer, extra)
            open_ += [
                (
                    v,
                    (*pointer, k),
                    not names and k in _MAPS,
                    extra or _adds(pointer, names, k),
                )
                for k, v in value.items()
                if isinstance(v, dict | list) and (names or k not in _DATA)
            ]


def _adds(pointer: Pointer, names: bool, key: str) -> bool:
    """Whether ``key`` at ``pointer`` starts an extension; among names it is a name like any other."""
    return key[:2] == "x-" and not names and _NAMED.isdisjoint(pointer[-1:])


def _own(
    value: dict[str, Json], pointer: Pointer, extension: bool
) -> Iterator[_Reference]:
    """The references that ``value`` itself makes."""
    if _is_reference(value.get("$ref")):
        yield _Reference(value, "$ref", pointer, extension)
    discriminator = value.get("discriminator")
    mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
    if isinstance(mapping, dict):
        place = (*pointer, "discriminator", "mapping")
        named = (tag for tag, it in mapping.items() if _is_reference(it))
        yield from (_Reference(mapping, tag, place, extension) for tag in named)


def _is_reference(target: Json) -> bool:
    """Whether ``target`` leads to this or to another file; a bare name does not."""
    return isinstance(target, str) and (target[:1] == "#" or names_file(target))


def _outward(root: Json, pointer: Pointer) -> Iterator[_Reference]:
    """The references to other files of this machine."""
    for found in _references(root, pointer):
        target = found.holder[found.key]
        if target[0] != "#":
            yield found


_Chosen: TypeAlias = Callable[[Json, Pointer], Iterator[_Reference]]


class _Bundle:
    """The files that one document reaches."""

    def __init__(
        self, document: Document, opened: Open, diagnostics: Diagnostics
    ) -> None:
        self._document = document
        self._open = opened
        self._diagnostics = diagnostics
        self._keys: dict[object, str] = {}
        self._files: dict[str, Document] = {}
        self._waiting: list[Document] = []

    def whole(self) -> Document:
        """The document with every file that it, or one of those files, refers to."""
        root = deepcopy(self._document.root)
        files: dict[str, Json] = {}
        self._redirect(root, self._document, _outward)
        while self._waiting:
            file = self._waiting.pop()
            files[self._key(file)] = tree = deepcopy(file.root)
            self._redirect(tree, file, _references)
        if not files:
            return self._document
        root[FILES] = dict(sorted(files.items()))
        used = {file.source: file.digest for file in self._files.values()}
        return changed(
            self._document,
            root=root,
            digest=digest(root),
            locate=self._locate,
            imported=tuple(sorted(used.items())),
        )

    def _redirect(self, tree: Json, file: Document, chosen: _Chosen) -> None:
        """Let the references of ``file``, whose copy ``tree`` is, name parts of the whole."""
        done: set[tuple[int, str]] = set()
        for holder, key, pointer, extension in list(chosen(tree, ())):
            path, _, fragment = holder[key].partition("#")
            if (id(holder), key) in done:
                continue
            done.add((id(holder), key))
            place = (*pointer, key)
            target = self._opened(file, path, place, extension) if path else file
            if target is not None:
                holder[key] = self._place(target) + fragment

    def _opened(
        self, file: Document, path: str, pointer: Pointer, extension: bool
    ) -> Document | None:
        """The file that ``path`` names; None after a finding, a note where it stands in an extension."""
        own = Diagnostics()
        found = self._open(file, path, pointer, own)
        say = self._diagnostics.note if extension else self._diagnostics.warning
        end = "; extensions are not read" if extension else "; any value is assumed"
        for finding in own:
            say("N411", finding.message + end, finding.span, finding.hint)
        if found is None and not own:
            words = f"the file {quote(path)} cannot be read{end}"
            say("N411", words, file.span(pointer))
        return found

    def _place(self, file: Document) -> str:
        """The reference to the root of ``file`` in the whole; a pointer may follow it."""
        if file.path == self._document.path:
            return "#"
        key = self._key(file)
        if key not in self._files:
            self._files[key] = file
            self._waiting.append(file)
        return f"#/{FILES}/" + key.replace("~", "~0").replace("/", "~1")

    def _key(self, file: Document) -> str:
        """What ``file`` is called in the whole: its path from the folder of the document, without extension.

        Two files that only their extension tells apart keep it.
        """
        folder = self._document.path.parent
        path = os.path.relpath(file.path, folder).replace(os.sep, "/")
        stem = os.path.splitext(path)[0]
        if self._keys.setdefault(stem, path) == path:
            return stem
        return path

    def _locate(self, pointer: Pointer) -> Span:
        """The place of a value, in the file that it came from."""
        if len(pointer) > 1 and pointer[0] == FILES and pointer[1] in self._files:
            return self._files[str(pointer[1])].locate(pointer[2:])
        return self._document.locate(pointer)
