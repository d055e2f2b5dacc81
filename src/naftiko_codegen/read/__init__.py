"""Reading: the bytes of spec files become documents whose every value has a place."""

from __future__ import annotations

from naftiko_codegen.read.document import KEY, Document, Json, Kind, Pointer
from naftiko_codegen.read.limits import Limits
from naftiko_codegen.read.sources import Sources, find, load

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
