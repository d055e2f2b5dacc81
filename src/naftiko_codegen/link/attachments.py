"""The files that describe replies (``outputSchema``) → texts held by the document, with those that they import."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from naftiko_codegen.check.node import Node
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import changed
from naftiko_codegen.read.document import Attached, Document, Pointer

_FILED = ("avro", "protobuf")
"""The formats whose ``outputSchema`` names a file."""

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)
_IMPORT = re.compile(
    r"""(?:^|;)\s*import\s+(?:public\s+|weak\s+)?["']([^"'\n]+)["']""", re.M
)
_OWN = "google/protobuf/"
_MOST = 100
"""Files that one schema may be made of."""


class Attach(Protocol):
    """``Sources.attach``."""

    def __call__(
        self,
        document: Document,
        location: str,
        pointer: Pointer,
        diagnostics: Diagnostics,
        folder: Path | None = None,
    ) -> Attached | None:
        """The text in a file."""


def attached(document: Document, attach: Attach, diagnostics: Diagnostics) -> Document:
    """``document`` with the schemas that its consumed operations name; the same object when there are none."""
    if document.kind != "capability":
        return document
    found: dict[Pointer, tuple[Attached, ...]] = {}
    for node in _named(Node(document.root)):
        file = attach(document, str(node.value), node.pointer, diagnostics)
        if file is not None:
            pointer = node.pointer
            more = _imported(document, file, pointer, attach, diagnostics)
            found[pointer] = (file, *more)
    if not found:
        return document
    files = {f.name: sha256(f.text.encode()).hexdigest() for fs in found.values() for f in fs}  # fmt: skip
    imported = tuple(sorted({**dict(document.imported), **files}.items()))
    return changed(document, attached=found, imported=imported)


def _named(root: Node) -> Iterator[Node]:
    """Every ``outputSchema`` that names a file."""
    for owner in filter(None, (root, root.find("capability"))):
        for api in owner.entries("consumes"):
            for resource in api.entries("resources"):
                for operation in resource.entries("operations"):
                    schema = operation.find("outputSchema")
                    form = operation.text("outputRawFormat").lower()
                    if schema and form in _FILED and operation.text("outputSchema"):
                        yield schema


def _imported(
    document: Document,
    file: Attached,
    pointer: Pointer,
    attach: Attach,
    diagnostics: Diagnostics,
) -> Iterator[Attached]:
    """The files that a ``.proto`` imports, and those that they import: named from its own folder."""
    if file.path.suffix != ".proto":
        return
    seen: set[str] = set()
    waiting = [file]
    while waiting and len(seen) < _MOST:
        for name in _IMPORT.findall(_COMMENT.sub(" ", waiting.pop().text)):
            if name in seen or name.startswith(_OWN):
                continue
            seen.add(name)
            found = attach(document, name, pointer, diagnostics, file.path.parent)
            if found is not None:
                waiting.append(found)
                yield found
