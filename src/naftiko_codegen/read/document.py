"""A read file: plain JSON values, and the place of every one of them, addressed by pointer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from naftiko_codegen.diagnostics import Span

Json: TypeAlias = Any
"""``dict[str, Json] | list[Json] | str | int | float | bool | None``: what JSON can say, never a YAML extra."""

Pointer: TypeAlias = tuple[str | int, ...]
"""The keys and indices that lead from the root to a value; ``()`` is the root."""

Kind: TypeAlias = Literal["capability", "openapi", "overlay", "other"]


@dataclass(frozen=True, slots=True)
class Document:
    """One file after reading, and after the overlays that extend it.

    ``path`` is absolute; ``name`` is what findings print; ``source`` is the path below the spec root without its
    extension, so that a document keeps its identity when YAML becomes JSON; ``root`` is never changed after reading;
    ``digest`` is the sha256 of the meaning of ``root`` (canonical JSON), not of the bytes.
    """

    path: Path
    name: str
    source: str
    kind: Kind
    root: Json
    digest: str
    locate: Callable[[Pointer], Span] = field(repr=False, compare=False)

    def span(self, pointer: Pointer, *, key: bool = False) -> Span:
        """Where ``pointer`` stands; its nearest existing parent when it does not exist.

        With ``key`` the place of the last key of ``pointer``, else that of its value.
        """
        return self.locate((*pointer, KEY)) if key else self.locate(pointer)


KEY = -1
"""Appended to a pointer to mean the last key itself; no JSON array has an item at -1."""
