"""The only opener of files: regular ones, bounded in size and number, each read once."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from errno import EINVAL
from pathlib import Path

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.read.document import Document, Pointer
from naftiko_codegen.read.find import SUFFIXES, real_path
from naftiko_codegen.read.kinds import kind
from naftiko_codegen.read.limits import Limits
from naftiko_codegen.read.places import Places, excerpt, locate
from naftiko_codegen.read.reader import Reading, read


class Store:
    """Reads files below the roots of a run and remembers what it read."""

    def __init__(self, allow_roots: Sequence[Path], limits: Limits) -> None:
        """Files may also be read below each of ``allow_roots``."""
        self._allowed = tuple(real_path(root) for root in allow_roots)
        self.limits = limits
        self._here = Path.cwd()
        self._documents: dict[Path, Document | None] = {}
        self._roots: dict[Path, Path] = {}
        self._places: dict[Path, Places] = {}
        self._names: dict[str, tuple[Path, str]] = {}

    def display(self, path: Path) -> str:
        """``path`` as findings print it: relative below the working directory, one line."""
        whole = Path(os.path.abspath(path))
        shown = (
            whole.relative_to(self._here) if whole.is_relative_to(self._here) else whole
        )
        return "".join(c if c.isprintable() else "\ufffd" for c in shown.as_posix())

    def permits(self, path: Path, root: Path) -> bool:
        """Whether the resolved ``path`` lies below ``root`` or an allowed root."""
        return any(path.is_relative_to(place) for place in (root, *self._allowed))

    def root_of(self, document: Document) -> Path:
        """The folder below which files named by ``document`` must lie."""
        return self._roots[document.path]

    def document(
        self, path: Path, root: Path, diagnostics: Diagnostics
    ) -> Document | None:
        """The document in ``path``, which is read once.

        None when it cannot be read, which is reported when it is asked for first.
        """
        real = real_path(path)
        if real not in self._documents:
            self._roots[real] = root
            reading = self._read(path, real, diagnostics)
            self._documents[real] = None
            if reading is not None:
                source = _source(real, root)
                made = self._document(real, self.display(path), source, reading)
                self._documents[real] = made
                self._places[real] = reading.places
        return self._documents[real]

    def plain(self, path: Path, span: Span, diagnostics: Diagnostics) -> str | None:
        """The text of a file that is no document, with line ends as in Unix; None after reporting why at ``span``."""
        name = self.display(path)
        try:
            data = self._bytes(path)
        except (OSError, ValueError) as error:
            words = (getattr(error, "strerror", None) or "cannot be read").lower()
            diagnostics.error("N101", f"{name}: {words}", span)
            return None
        self._names[name] = (path, hashlib.sha256(data).hexdigest())
        if len(data) > self.limits.plain_bytes:
            message = f"{name} is larger than {self.limits.plain_bytes} bytes"
            diagnostics.error("N102", message, span)
            return None
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            diagnostics.error("N103", f"{name} is not UTF-8", span)
            return None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def path(self, name: str) -> Path:
        """Where the file is that findings call ``name``."""
        return self._names[name][0]

    def places(self, document: Document) -> Places:
        """The places of what was read from the file of ``document``."""
        return self._places[document.path]

    def replace(self, document: Document) -> None:
        """Remember ``document``, with its overlays applied, instead of what was read."""
        self._documents[document.path] = document

    def seen(self, path: Path) -> bool:
        """Whether this file was read already, under any name."""
        return real_path(path) in self._documents

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """The display name and the sha256 (hex) of the bytes of every file read."""
        return tuple(sorted((name, sha) for name, (_, sha) in self._names.items()))

    def line(self, name: str, number: int) -> str:
        """Line ``number``, from 1, of the file that findings call ``name``; else empty."""
        if name not in self._names or number < 1:
            return ""
        return excerpt(self.text(name), number)

    def text(self, name: str) -> str:
        """All of the file that findings call ``name``, undecodable bytes replaced."""
        text = self._bytes(self._names[name][0]).decode(errors="replace")
        return text.removeprefix("\ufeff")

    def _read(self, path: Path, real: Path, diagnostics: Diagnostics) -> Reading | None:
        name = self.display(path)
        if len(self._documents) >= self.limits.files:
            message = f"more than {self.limits.files} files"
            diagnostics.error("N134", message, Span(name), "name fewer paths")
            return None
        try:
            data = self._bytes(real)
        except (OSError, ValueError) as error:
            words = (getattr(error, "strerror", None) or "cannot be read").lower()
            diagnostics.error("N101", words, Span(name))
            return None
        self._names[name] = (real, hashlib.sha256(data).hexdigest())
        if len(data) > self.limits.file_bytes:
            message = f"larger than {self.limits.file_bytes} bytes"
            diagnostics.error("N102", message, Span(name), "split the document")
            return None
        return read(data, name, diagnostics, self.limits)

    def _document(
        self, path: Path, name: str, source: str, reading: Reading
    ) -> Document:
        """``reading`` as a document whose places are found along pointers."""
        root, places = reading.root, reading.places

        def find(pointer: Pointer) -> Span:
            return locate(places, root, pointer)

        what = kind(root)
        return Document(path, name, source, what, root, reading.digest, find, self.line)

    def _bytes(self, path: Path) -> bytes:
        """At most one byte more than may be read; raises OSError, also for no file."""
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise OSError(EINVAL, "not a regular file")
            return file.read(self.limits.file_bytes + 1)


def _source(real: Path, root: Path) -> str:
    """The path below ``root`` without its extension: what a document is known by."""
    inside = real.relative_to(root) if real.is_relative_to(root) else Path(real.name)
    known = inside.suffix.lower() in (*SUFFIXES, ".txt")
    return (inside.with_suffix("") if known else inside).as_posix()
