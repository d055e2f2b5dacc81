"""Paths → the documents of a run: finding files, telling kinds, applying overlays."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.frozen import changed
from naftiko_codegen.read.document import Attached, Document, Pointer
from naftiko_codegen.read.find import Candidate, candidates, files, real_path
from naftiko_codegen.read.identity import told_apart
from naftiko_codegen.read.kinds import is_part
from naftiko_codegen.read.limits import DEFAULT, Limits
from naftiko_codegen.read.references import attach, open_relative, open_text
from naftiko_codegen.read.report import quoted
from naftiko_codegen.read.store import Store

_SHOWN = 8
"""Keys of a file of no known kind that are named."""


class Sources:
    """The documents of a run, everything read for them, and the way to read further."""

    def __init__(self, documents: tuple[Document, ...], store: Store) -> None:
        """``documents`` are capabilities and OpenAPI documents, overlays applied."""
        self.documents = documents
        self._store = store

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """The display name and the sha256 (hex) of the bytes of every file read so far."""
        return self._store.files

    def holding(self, documents: Iterable[Document]) -> Sources:
        """The same sources with ``documents`` instead of theirs."""
        return Sources(tuple(documents), self._store)

    def line(self, file: str, number: int) -> str:
        """Line ``number``, from 1, of the file that findings call ``file``; else empty."""
        return self._store.line(file, number)

    def text(self, file: str) -> str:
        """All of the file that findings call ``file``."""
        return self._store.text(file)

    def open_relative(
        self,
        document: Document,
        location: str,
        pointer: Pointer,
        diagnostics: Diagnostics,
    ) -> Document | None:
        """The document in the file that ``document`` names ``location`` at ``pointer``.

        ``location`` is a path relative to the file of ``document``; a fragment is not
        looked at. None when the file may not or cannot be read, which is reported at
        ``pointer``: outside the root (N130), missing (N131), remote (N132), no relative
        path (N133).
        """
        span = document.span(pointer)
        return open_relative(self._store, document, location, span, diagnostics)

    def open_text(
        self,
        document: Document,
        location: str,
        pointer: Pointer,
        diagnostics: Diagnostics,
    ) -> tuple[Path, str] | None:
        """The real path and the text of a file that is no document; see ``open_relative``.

        Line ends become those of Unix. None also for a file that is too large (N102) or no UTF-8 (N103).
        """
        span = document.span(pointer)
        return open_text(self._store, document, location, span, diagnostics)

    def attach(
        self,
        document: Document,
        location: str,
        pointer: Pointer,
        diagnostics: Diagnostics,
        folder: Path | None = None,
    ) -> Attached | None:
        """The text in the file that ``document`` names ``location`` at ``pointer``; see ``open_text``.

        It is looked for in ``folder``, else beside the file that says so, and then in the root.
        """
        span = document.span(pointer)
        return attach(self._store, document, location, span, diagnostics, folder)


def load(
    paths: Sequence[Path],
    *,
    root: Path | None = None,
    overlays: Sequence[Path] = (),
    allow_roots: Sequence[Path] = (),
    diagnostics: Diagnostics,
    limits: Limits = DEFAULT,
) -> Sources:
    """Read every document below ``paths`` and apply the overlays; never raises.

    ``root`` is the folder documents are known below and may name files in (default: the
    folder given, or the folder of the file given); ``overlays`` are applied in addition
    to those found below ``paths``; ``allow_roots`` are further folders whose files may
    be named by documents.
    """
    store = Store(allow_roots, limits)
    documents: list[Document] = []
    beside: list[Document] = []
    for candidate in candidates(paths, root):
        if not store.seen(candidate.path):
            document = store.document(candidate.path, candidate.root, diagnostics)
            if document and candidate.beside:
                beside.append(document)
            elif document and (usable := _usable(document, candidate, diagnostics)):
                documents.append(usable)
    documents += _extending(beside, documents)
    _report_nothing(paths, store, diagnostics)
    explicit = _explicit(overlays, root, store, diagnostics)
    if explicit or any(document.kind == "overlay" for document in documents):
        from naftiko_codegen.read.overlays import apply_all

        documents = apply_all(documents, explicit, store, diagnostics)
    return Sources(tuple(told_apart(documents, diagnostics)), store)


def _extending(beside: list[Document], documents: list[Document]) -> list[Document]:
    """Those of ``beside`` that are overlays of a document of the run; the others are none of our business."""
    known = {document.path for document in documents}
    return [
        overlay
        for overlay in beside
        if overlay.kind == "overlay"
        and isinstance(extends := overlay.root.get("extends"), str)
        and real_path(overlay.path.parent / extends) in known
    ]


def _explicit(
    overlays: Sequence[Path], root: Path | None, store: Store, diagnostics: Diagnostics
) -> list[Document]:
    """The overlays asked for by name."""
    found = []
    for path in overlays:
        document = store.document(path, real_path(root or path.parent), diagnostics)
        if document is not None and document.kind != "overlay":
            message = "this is no overlay: it has no key overlay"
            diagnostics.error("N120", message, document.span(()))
        elif document is not None:
            found.append(document)
    return found


def _usable(
    document: Document, candidate: Candidate, diagnostics: Diagnostics
) -> Document | None:
    """``document`` as the compiler knows what to do with it; None, which is said, when it does not."""
    if document.kind != "other":
        return document
    if candidate.named and is_part(document.root):
        message = "this document declares no OpenAPI version; 3.1.0 is assumed"
        hint = "write openapi: 3.1.0 at its top"
        diagnostics.warning("N401", message, document.span(()), hint, strict=True)
        whole = {"openapi": "3.1.0", **document.root}
        return changed(document, kind="openapi", root=whole)
    message = "neither a capability nor an OpenAPI document nor an overlay"
    hint = f"its root needs one of the keys ikanos, naftiko, capability, openapi, swagger, overlay; {_held(document)}"
    if candidate.named:
        diagnostics.error("N120", message, document.span(()), hint)
    else:
        if is_part(document.root):
            message = "a part of OpenAPI documents, without a version of its own"
        diagnostics.note("N120", message + "; skipped", document.span(()))
    return None


def _held(document: Document) -> str:
    """What the root of ``document`` holds instead."""
    root = document.root
    if not isinstance(root, dict) or not root:
        return "it holds no keys"
    more = f" and {len(root) - _SHOWN} more" if len(root) > _SHOWN else ""
    return f"it holds {', '.join(map(quoted, list(root)[:_SHOWN]))}{more}"


def _report_nothing(
    paths: Sequence[Path], store: Store, diagnostics: Diagnostics
) -> None:
    """Report every folder of ``paths`` that holds no candidate file."""
    for path in paths:
        if os.path.isdir(path) and next(files(path), None) is None:
            message = "no .yaml, .yml or .json file in this folder"
            diagnostics.error("N121", message, Span(store.display(path)))
