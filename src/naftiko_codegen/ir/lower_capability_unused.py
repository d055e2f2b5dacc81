"""What a capability document says that no package holds: libraries for others to import, functions nobody refers to."""

from __future__ import annotations

from naftiko_codegen.check.text import quote
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.ir.lower_capability_library import resource_units
from naftiko_codegen.parse.capability_view import CapabilityView
from naftiko_codegen.read.document import Document

_MOST = 12


def unused(view: CapabilityView, document: Document, diagnostics: Diagnostics) -> bool:
    """Say (N271) what nothing is generated from; whether that is the whole document."""
    if _is_library(view, document):
        words = (
            "nothing is generated from this document alone: it holds what others import"
        )
        diagnostics.note("N271", words, document.span(()))
        return True
    used = {
        unit.ref
        for server in view.servers
        for unit in (*server.units, *resource_units(server))
    }
    alone = [unit for unit in view.functions if unit.name not in used]
    if alone:
        names = ", ".join(quote(unit.name) for unit in alone[:_MOST])
        more = f" and {len(alone) - _MOST} more" if len(alone) > _MOST else ""
        words = f"no route and no tool refers to {names}{more}: nothing is generated from that"
        hint = "refer to a function with `ref`"
        diagnostics.note("N271", words, document.span(alone[0].pointer), hint)
    return False


def _is_library(view: CapabilityView, document: Document) -> bool:
    """Whether the document has no upstream, and no servers of its own."""
    if view.consumed or view.imported:
        return False
    if document.root.get("capability"):
        return bool(view.functions and not view.servers)
    return bool(view.functions or view.servers)
