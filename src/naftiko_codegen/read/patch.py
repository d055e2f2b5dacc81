"""One document under overlays: the actions of the overlay language, one after the other."""

from __future__ import annotations

import json

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.frozen import changed, frozen
from naftiko_codegen.read import canonical
from naftiko_codegen.read.document import Document, Json, Pointer
from naftiko_codegen.read.jsonpath import CostError, Query, QueryError, Steps, select
from naftiko_codegen.read.kinds import kind
from naftiko_codegen.read.layers import Layers, Origin
from naftiko_codegen.read.limits import Limits
from naftiko_codegen.read.places import Places, locate


@frozen
class Action:
    """One action: what it changes, and the pointer of the action in its overlay.

    ``copy`` selects the node to merge instead of ``update``; ``remove`` wins over both.
    """

    at: Pointer
    target: Query
    remove: bool
    copy: Query | None
    update: Json


class _MismatchError(Exception):
    """An update that does not fit what it should change."""

    def __init__(self, origin: Origin, target: Span) -> None:
        super().__init__()
        self.origin = origin
        self.target = target


class Patch:
    """The tree of one document, changed by the actions of overlays in their order."""

    def __init__(
        self,
        document: Document,
        places: Places,
        diagnostics: Diagnostics,
        limits: Limits,
    ) -> None:
        """Findings go to ``diagnostics``; what overlays add stays within ``limits``."""
        self._document = document
        self._layers = Layers(document.root, places)
        self._diagnostics = diagnostics
        self._limits = limits
        self._steps = Steps(limits.nodes)
        self._room = limits.expansion

    def apply(
        self, overlay: Document, places: Places, actions: tuple[Action, ...]
    ) -> None:
        """Apply ``actions`` of ``overlay``, whose values stand at ``places``."""
        self._layers.add(places)
        for action in actions if self._room >= 0 else ():
            at = overlay.span((*action.at, "target"))
            try:
                self._apply(action, overlay, at)
            except QueryError as error:
                self._diagnostics.error("N141", error.message, at)
                if isinstance(error, CostError):
                    self._room = -1
                    return
            except _MismatchError as error:
                holder, step = error.origin
                self._diagnostics.error(
                    "N144",
                    "the overlay has another kind of value here than the document",
                    self._layers.find(holder, step, key=False) or at,
                    "remove the value of the document by an action of its own first",
                    (error.target, "the value of the document"),
                )

    def document(self) -> Document:
        """The document as it is after all actions."""
        layers, tree = self._layers, self._layers.tree

        def find(pointer: Pointer) -> Span:
            return locate(layers, tree, pointer)

        patched = changed(self._document, root=tree, kind=kind(tree), locate=find)
        if canonical.deeper(tree, self._limits.depth):
            message = f"overlays nest this document more than {self._limits.depth} deep"
            self._diagnostics.error("N111", message, patched.span(()))
            return self._document
        return changed(patched, digest=canonical.digest(tree))

    def _apply(self, action: Action, overlay: Document, at: Span) -> None:
        tree = self._layers.tree
        pointers = [found[0] for found in select(action.target, tree, self._steps)]
        if not pointers:
            message = f"this target matches nothing in {self._document.name}"
            self._diagnostics.warning("N142", message, at)
            return
        if action.remove:
            self._remove(pointers, at)
            return
        holder = overlay.root["actions"][action.at[-1]]
        update = action.update
        origin: Origin = (holder, "update")
        if action.copy is not None:
            span = overlay.span((*action.at, "copy"))
            self._layers.freeze()
            found = select(action.copy, tree, self._steps)
            if len(found) != 1:
                message = f"copy selects {len(found)} values instead of one"
                self._diagnostics.error("N144", message, span)
                return
            source, update = found[0]
            origin = self._origin(source) if source else (holder, "copy")
        self._room -= (len(json.dumps(update)) + 1) * len(pointers)
        if self._room < 0:
            raise CostError("overlays add more than this document may grow")
        for pointer in pointers:
            self._merge(pointer, update, origin)

    def _origin(self, pointer: Pointer) -> Origin:
        holder = self._layers.tree
        for step in pointer[:-1]:
            holder = holder[step]
        return self._layers.origin(holder, pointer[-1])

    def _remove(self, pointers: list[Pointer], at: Span) -> None:
        """Take values out of what holds them, the deepest first."""
        if () in pointers:
            self._diagnostics.error("N144", "the whole document cannot be removed", at)
            return
        groups: dict[Pointer, set[str | int]] = {}
        for pointer in pointers:
            groups.setdefault(pointer[:-1], set()).add(pointer[-1])
        for parent in sorted(groups, key=len, reverse=True):
            self._layers.remove(self._layers.own(parent), groups[parent])

    def _merge(self, pointer: Pointer, update: Json, origin: Origin) -> None:
        """Merge ``update`` into the value at ``pointer``."""
        layers = self._layers
        value = layers.tree
        for step in pointer:
            value = value[step]
        if isinstance(value, list):
            target = layers.own(pointer)
            if isinstance(update, list):
                self._extend(target, update)
            else:
                layers.append(target, update, origin)
        elif isinstance(value, dict) and isinstance(update, dict):
            self._merge_members(layers.own(pointer), update)
        elif pointer and not isinstance(value, dict) and not _holds(update):
            layers.put(layers.own(pointer[:-1]), pointer[-1], update, origin)
        else:
            raise _MismatchError(origin, locate(layers, layers.tree, pointer))

    def _merge_members(self, target: dict[str, Json], update: dict[str, Json]) -> None:
        """Merge each member of ``update`` into the owned ``target``."""
        layers = self._layers
        for name, value in update.items():
            origin = layers.origin(update, name)
            old = target.get(name)
            if name not in target or not (_holds(old) or _holds(value)):
                layers.put(target, name, value, origin)
            elif isinstance(old, dict) and isinstance(value, dict):
                self._merge_members(layers.own_child(target, name), value)
            elif isinstance(old, list) and isinstance(value, list):
                self._extend(layers.own_child(target, name), value)
            else:
                span = layers.find(target, name, key=False) or layers.root
                raise _MismatchError(origin, span)

    def _extend(self, target: list[Json], items: list[Json]) -> None:
        """Add ``items`` to the owned ``target``."""
        for index, item in enumerate(items):
            self._layers.append(target, item, self._layers.origin(items, index))


def _holds(value: Json) -> bool:
    return isinstance(value, dict | list)
