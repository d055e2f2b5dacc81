"""Overlay documents (OpenAPI Overlay 1.0 and 1.1): what they extend and what they do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.read.document import Document, Json, Pointer
from naftiko_codegen.read.jsonpath import Query, QueryError, parse
from naftiko_codegen.read.patch import Action, Patch
from naftiko_codegen.read.references import resolve
from naftiko_codegen.read.report import quoted
from naftiko_codegen.read.store import Store

_VERSION = re.compile(r"1\.[01]\.[0-9]+")
_OVERLAY = {"overlay": str, "info": dict, "extends": str, "actions": list}
_INFO = {"title": str, "version": str, "description": str}
_ACTION = {
    "target": str,
    "description": str,
    "update": object,
    "copy": str,
    "remove": bool,
}
_WORDS = {str: "text", dict: "a mapping", list: "a list", bool: "true or false"}


def apply_all(
    documents: Sequence[Document],
    explicit: Sequence[Document],
    store: Store,
    diagnostics: Diagnostics,
) -> list[Document]:
    """The documents that are no overlays, each with the overlays that extend it applied.

    Those among ``documents`` need ``extends``; those in ``explicit`` may do without when
    there is one document only.
    """
    targets = {doc.path: doc for doc in documents if doc.kind != "overlay"}
    patches: dict[Path, Patch] = {}
    found = [document for document in documents if document.kind == "overlay"]
    named = {overlay.path for overlay in explicit}
    for overlay in [doc for doc in found if doc.path not in named] + list(explicit):
        actions = _actions(overlay, diagnostics)
        target = _extended(
            overlay, targets, store, diagnostics, named=overlay.path in named
        )
        if actions and target:
            if target.path not in patches:
                places = store.places(target)
                patches[target.path] = Patch(target, places, diagnostics, store.limits)
            patches[target.path].apply(overlay, store.places(overlay), actions)
    for patch in patches.values():
        document = patch.document()
        targets[document.path] = document
        store.replace(document)
    return list(targets.values())


def _extended(
    overlay: Document,
    targets: dict[Path, Document],
    store: Store,
    diagnostics: Diagnostics,
    *,
    named: bool,
) -> Document | None:
    """The document that ``overlay`` changes; None after reporting why there is none."""
    extends = overlay.root.get("extends")
    if extends is not None and not (named and "://" in extends):
        span = overlay.span(("extends",))
        path = resolve(store, overlay, extends, span, diagnostics)
        if path is None or path in targets:
            return None if path is None else targets[path]
        message = f"{quoted(extends)} is no document of this run; nothing is changed"
        diagnostics.warning("N143", message, span, "name that file or its folder too")
        return None
    if named and len(targets) == 1:
        return next(iter(targets.values()))
    message = "this overlay does not say which document it extends; nothing is changed"
    hint = "add extends with the relative path of the document"
    diagnostics.warning("N143", message, overlay.span(()), hint)
    return None


def _actions(overlay: Document, diagnostics: Diagnostics) -> tuple[Action, ...]:
    """The actions of ``overlay``; none after reporting an error in its shape."""
    shape = _Shape(overlay, diagnostics)
    root = overlay.root
    shape.check(root, (), _OVERLAY, ("overlay", "info", "actions"))
    version = root.get("overlay")
    if isinstance(version, str) and not _VERSION.fullmatch(version):
        message = f"version {quoted(version)} of the overlay language is not supported"
        shape.error(message, ("overlay",), "supported: 1.0.0 and 1.1.0")
    shape.check(root.get("info"), ("info",), _INFO, ("title", "version"))
    items = root.get("actions")
    found = []
    for number, item in enumerate(items if isinstance(items, list) else ()):
        at = ("actions", number)
        if not isinstance(item, dict):
            shape.error("an action is a mapping", at)
            continue
        shape.check(item, at, _ACTION, ("target",))
        found.append(shape.action(item, at))
    if items == []:
        shape.error("there must be at least one action", ("actions",))
    return () if shape.failed else tuple(action for action in found if action)


class _Shape:
    """Checks of one overlay document; ``failed`` after the first error."""

    def __init__(self, overlay: Document, diagnostics: Diagnostics) -> None:
        self.failed = False
        self._overlay = overlay
        self._diagnostics = diagnostics

    def error(self, message: str, at: Pointer, hint: str = "") -> None:
        """Report ``message`` at the value ``at`` points to."""
        self.failed = True
        self._diagnostics.error("N140", message, self._overlay.span(at), hint)

    def check(
        self,
        value: Json,
        at: Pointer,
        fields: Mapping[str, type],
        required: tuple[str, ...],
    ) -> None:
        """Check the mapping at ``at``: known fields, their types, required ones."""
        if not isinstance(value, dict):
            return
        for name in required:
            if name not in value:
                self.error(f"the field {name} is missing", at)
        for name, item in value.items():
            if name not in fields:
                if not name.startswith("x-"):
                    span = self._overlay.span((*at, name), key=True)
                    message = f"the field {quoted(name)} has no meaning here"
                    self._diagnostics.warning("N140", message, span, strict=True)
            elif not isinstance(item, fields[name]):
                self.error(f"{name} must be {_WORDS[fields[name]]}", (*at, name))

    def action(self, item: dict[str, Json], at: Pointer) -> Action | None:
        """The action that ``item`` describes."""
        remove = item.get("remove", False) is not False
        if not remove and ("update" in item) == ("copy" in item):
            self.error("an action needs one of update, copy and remove: true", at)
            return None
        target = self.query(item, at, "target")
        copy = self.query(item, at, "copy") if "copy" in item else None
        if target is None:
            return None
        return Action(at, target, remove, copy, item.get("update"))

    def query(self, item: dict[str, Json], at: Pointer, name: str) -> Query | None:
        """The JSONPath query in the field ``name``."""
        text = item.get(name)
        if not isinstance(text, str):
            return None
        try:
            return parse(text)
        except QueryError as error:
            self.failed = True
            where = f"at character {error.offset + 1} of {quoted(text)}"
            span = self._overlay.span((*at, name))
            self._diagnostics.error("N141", f"{error.message}, {where}", span)
            return None
