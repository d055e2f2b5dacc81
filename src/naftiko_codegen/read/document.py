"""A read file: plain JSON values, and the place of every one of them, addressed by pointer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from naftiko_codegen.diagnostics import Span
from naftiko_codegen.frozen import frozen

Json: TypeAlias = Any
"""``dict[str, Json] | list[Json] | str | int | float | bool | None``: what JSON can say, never a YAML extra."""

Pointer: TypeAlias = tuple[str | int, ...]
"""The keys and indices that lead from the root to a value; ``()`` is the root."""

Kind: TypeAlias = Literal["capability", "openapi", "overlay", "other"]


@frozen
class Script:
    """What a script step runs, one file after the other: pairs of name and text.

    ``seconds`` is the longest that it may take, ``cpu`` the whole seconds of processor time among them.
    """

    language: str
    files: tuple[tuple[str, str], ...]
    seconds: float
    cpu: int


@frozen
class Attached:
    """A file that is no document: where it is, how findings and others call it, what it says."""

    path: Path
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One file after reading, and after the overlays that extend it.

    ``path`` is absolute; ``name`` is what findings print; ``source`` is the path below the spec root without its
    extension, so that a document keeps its identity when YAML becomes JSON; ``root`` is never changed after reading;
    ``digest`` is the sha256 of the meaning of ``root`` (canonical JSON), not of the bytes; ``imported`` are source and
    digest of the documents that parts of ``root`` were taken from; ``scripts`` are what its script steps run.
    ``home`` tells the file that a part of ``root`` was taken from, when not all of it stands in ``path``.
    """

    path: Path
    name: str
    source: str
    kind: Kind
    root: Json
    digest: str
    locate: Callable[[Pointer], Span] = field(repr=False, compare=False)
    line: Callable[[str, int], str] = field(
        repr=False, compare=False, default=lambda file, number: ""
    )
    home: Callable[[Pointer], Path] | None = field(
        repr=False, compare=False, default=None
    )
    imported: tuple[tuple[str, str], ...] = ()
    scripts: tuple[tuple[Pointer, Script], ...] = ()
    attached: Mapping[Pointer, tuple[Attached, ...]] = field(
        repr=False, default_factory=dict
    )
    """The files that the text at a pointer names, that one first and then those it imports."""

    def span(self, pointer: Pointer, *, key: bool = False) -> Span:
        """Where ``pointer`` stands; its nearest existing parent when it does not exist.

        With ``key`` the place of the last key of ``pointer``, else that of its value.
        """
        return self.locate((*pointer, KEY)) if key else self.locate(pointer)

    def folder(self, pointer: Pointer) -> Path:
        """The folder of the file in which ``pointer`` stands."""
        return (self.home(pointer) if self.home else self.path).parent

    def written(self, pointer: Pointer) -> str:
        """How the file spells the number or other bare scalar at ``pointer``.

        ``1.10`` is a number whose last digit is lost in ``root``, but not here. Empty
        when there is nothing of the kind.
        """
        span = self.locate(pointer)
        found = _BARE.match(self.line(span.file, span.line)[max(span.column - 1, 0) :])
        return found[0] if found else ""


_BARE = re.compile(r"""[^\s,:{}\[\]"'&*!|>#]+""")
KEY = -1
"""Appended to a pointer to mean the last key itself; no JSON array has an item at -1."""
