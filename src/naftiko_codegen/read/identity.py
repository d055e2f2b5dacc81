"""Documents of several folders that are known by the same path: told apart by their folders."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import changed
from naftiko_codegen.read.document import Document


def told_apart(
    documents: Sequence[Document], diagnostics: Diagnostics
) -> list[Document]:
    """``documents`` with one ``source`` each: a shared one is spelled from the folder common to all that share it.

    Files that only their extension tells apart are reported as N122.
    """
    sharing: dict[str, list[Document]] = {}
    for document in documents:
        sharing.setdefault(document.source, []).append(document)
    return [
        (
            _spelled(document, sharing[document.source], diagnostics)
            if len(sharing[document.source]) > 1
            else document
        )
        for document in documents
    ]


def _spelled(
    document: Document, sharing: Sequence[Document], diagnostics: Diagnostics
) -> Document:
    """``document`` known by its path below the folder common to all of ``sharing``."""
    other = sharing[0]
    if document is not other and _stem(document) == _stem(other):
        diagnostics.error(
            "N122",
            f"this file and {other.name} are the same but for their extension",
            document.span(()),
            "keep one of the two",
            (other.span(()), "the other file"),
        )
        return document
    common = os.path.commonpath([other.path.parent for other in sharing])
    return changed(document, source=_stem(document).relative_to(common).as_posix())


def _stem(document: Document) -> Path:
    """The path of ``document`` without its extension."""
    return document.path.with_suffix("")
