"""Files named inside documents: only relative paths, only below the root, never remote."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.read.document import Attached, Document
from naftiko_codegen.read.report import quoted
from naftiko_codegen.read.store import Store

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_FILE = re.compile(r"file:", re.IGNORECASE)


def open_relative(
    store: Store,
    document: Document,
    location: str,
    span: Span,
    diagnostics: Diagnostics,
) -> Document | None:
    """The document in the file ``location``, relative to that of ``document``.

    None when it may not or cannot be read, which is reported at ``span``.
    """
    path = resolve(store, document, location, span, diagnostics)
    if path is None:
        return None
    return store.document(path, store.root_of(document), diagnostics)


def open_text(
    store: Store,
    document: Document,
    location: str,
    span: Span,
    diagnostics: Diagnostics,
) -> tuple[Path, str] | None:
    """The real path and the text of the file ``location``, relative to that of ``document``.

    None when it may not or cannot be read, which is reported at ``span``.
    """
    path = resolve(store, document, location, span, diagnostics)
    text = None if path is None else store.plain(path, span, diagnostics)
    return None if path is None or text is None else (path, text)


def attach(
    store: Store,
    document: Document,
    location: str,
    span: Span,
    diagnostics: Diagnostics,
    folder: Path | None = None,
) -> Attached | None:
    """The text in the file ``location`` of ``folder``, or of that where ``span`` is, or of the root.

    None when it may not or cannot be read, which is reported at ``span``.
    """
    beside = folder or store.path(span.file).parent
    folders = (beside, store.root_of(document))
    path = resolve(store, document, location, span, diagnostics, folders)
    text = None if path is None else store.plain(path, span, diagnostics)
    return None if path is None or text is None else Attached(path, location, text)


def resolve(
    store: Store,
    document: Document,
    location: str,
    span: Span,
    diagnostics: Diagnostics,
    folders: tuple[Path, ...] = (),
) -> Path | None:
    """The existing file that ``location`` names; None after reporting why there is none.

    It is looked for in ``folders``, one after the other, or beside ``document``. Nothing is said about files outside
    the root, not even whether they exist.
    """
    name = location.partition("#")[0]
    if not name:
        return document.path
    problem = _unusable(name)
    if problem:
        diagnostics.error(*problem, span)
        return None
    root = store.root_of(document)
    for folder, spelling in product(
        folders or (document.path.parent,), _spellings(name)
    ):
        path = _resolved(folder, spelling)
        if path is None or not store.permits(path, root):
            message = f"{quoted(location)} lies outside the folder of the documents"
            hint = "allow its folder with --allow-root, or copy the file"
            diagnostics.error("N130", message, span, hint)
            return None
        if path.is_file():
            return path
    message = f"{quoted(location)} names no file"
    diagnostics.error("N131", message, span, "paths start at the folder of this file")
    return None


def _spellings(name: str) -> Iterator[str]:
    """``name`` as a path, then as the path that it is as a URI reference."""
    yield name
    if "%" in name:
        from urllib.parse import unquote

        yield unquote(name)


def _resolved(folder: Path, spelling: str) -> Path | None:
    """The real path of ``spelling`` below ``folder``, links followed; None if impossible."""
    try:
        path = Path(os.path.realpath(folder / spelling))
        path.is_file()
    except (OSError, ValueError):
        return None
    return path


def _unusable(name: str) -> tuple[str, str] | None:
    """The code and words that refuse ``name`` before any file is looked at."""
    shown = quoted(name)
    path_like = not (name.startswith("/") or "\\" in name) and name.isprintable()
    if name.startswith("//") or (_SCHEME.match(name) and not _FILE.match(name)):
        return "N132", f"{shown} is remote; nothing is fetched from the network"
    if _FILE.match(name) or not path_like or len(name) > 4096:
        return "N133", f"{shown} is no relative path with forward slashes"
    return None
