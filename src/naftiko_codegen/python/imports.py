"""The import lines of a generated client module: what its code uses, in isort's order."""

from __future__ import annotations

import re
from collections.abc import Iterable

from naftiko_codegen.python.calls import Methods
from naftiko_codegen.python.layout import import_line
from naftiko_codegen.python.text import Code

HOMES = {
    "Mapping": "collections.abc",
    "Any": "typing",
    "Literal": "typing",
    "TypeAlias": "typing",
    "models": "..",
    "AsyncBinaryBody": ".._runtime.body",
    "BinaryBody": ".._runtime.body",
    "unstreamed": ".._runtime.body",
    "UNSET": ".._runtime.codec",
    "UnsetType": ".._runtime.codec",
    "Call": "._call",
    "RequestOptions": "._options",
    "AsyncBinaryReply": "._reply",
    "BinaryReply": "._reply",
    "AsyncItemStream": "..streams.stream",
    "ItemStream": "..streams.stream",
    "StreamCall": "..streams.stream",
    "AsyncPagedItems": "..pages.pages",
    "PagedItems": "..pages.pages",
    "ByCursor": "..pages.ways",
    "ByLast": "..pages.ways",
    "ByLink": "..pages.ways",
    "ByNumber": "..pages.ways",
    "ByOffset": "..pages.ways",
}
"""Where each name that the code of a method may use comes from."""


_WORD = re.compile(r"\w+")


def imports(methods: Methods, always: Iterable[str]) -> Code:
    """The lines for what ``methods`` use and for ``always`` (``module:name``): standard library, then relative."""
    used = {tuple(item.split(":")) for item in always}
    if methods.late:
        used |= {("functools", "cache")}
        used |= {("typing", "TYPE_CHECKING")} if methods.aliases else set()
    words = set(_WORD.findall(_text(methods)))
    used |= {(module, name) for name, module in HOMES.items() if name in words}
    modules = {module for module, _ in used}
    lines: list[str] = [
        import_line(module, [n for m, n in used if m == module]) for module in modules
    ]
    if methods.operations:
        parent, _, last = methods.operations.rpartition(".")
        name = f"{last} as operations" if parent else last
        lines.append(import_line(f"..{parent}", [name]))
    if "from .. import operations" in lines and "from .. import models" in lines:
        lines.remove("from .. import operations")
        lines[lines.index("from .. import models")] = (
            "from .. import models, operations"
        )
    library = sorted(line for line in lines if not line.startswith("from ."))
    relative = sorted((line for line in lines if line.startswith("from .")), key=_depth)
    return Code("\n".join([*library, *([""] if library else []), *relative]))


def _text(methods: Methods) -> str:
    """All code of ``methods``."""
    heads = [part for m in methods.methods for part in (m.head, m.async_head)]
    uses = (name for method in methods.methods for name in method.uses)
    return "\n".join([*methods.aliases, *methods.calls, *heads, *uses])


def _depth(line: str) -> tuple[int, str]:
    """Relative imports sort from the outer package inwards."""
    module = line.split(" ")[1]
    return (-(len(module) - len(module.lstrip("."))), module)
