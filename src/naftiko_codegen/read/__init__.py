"""Reading: the bytes of spec files become documents whose every value has a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from naftiko_codegen.read.find import find

if TYPE_CHECKING:
    from naftiko_codegen.read.document import KEY, Document, Json, Kind, Pointer
    from naftiko_codegen.read.limits import Limits
    from naftiko_codegen.read.sources import Sources, load

_HOMES = {
    "KEY": "document",
    "Document": "document",
    "Json": "document",
    "Kind": "document",
    "Pointer": "document",
    "Limits": "limits",
    "Sources": "sources",
    "load": "sources",
}
"""Where the other names are; they are imported when first asked for."""


def __getattr__(name: str) -> object:
    """The public name ``name``, imported now."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


__all__ = [
    "KEY",
    "Document",
    "Json",
    "Kind",
    "Limits",
    "Pointer",
    "Sources",
    "find",
    "load",
]
