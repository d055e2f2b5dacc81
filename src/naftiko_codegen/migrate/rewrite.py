"""One walk over a capability that changes it, in place, into the words of another version of the language.

Every object is rewritten after what is below it, so that pointers stay those of the document as it was.
"""

from __future__ import annotations

import re
from typing import Any

from naftiko_codegen.check.capability_shapes import SERVERS, SHAPES, Key
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.migrate import keyed, outputs, variables
from naftiko_codegen.migrate.lacking import Lacking
from naftiko_codegen.migrate.versions import MAPS, RENAMED, RUNTIME, reached
from naftiko_codegen.read.document import Pointer

_THIS = "$this."
_REFERENCE = re.compile(r"[\w-]+\.[\w*-]+", re.ASCII)
_STANDALONE = {"exposes": "server", "aggregates": "aggregate"}
"""Sections that are lists of these, at the root as below ``capability``."""


def rewrite(root: dict[str, Any], target: str, report: Report) -> None:
    """Change ``root`` into ``target``; N701 for what that version lacks, N702 for lists that cannot be maps."""
    walk = _Walk(target, report)
    walk.object(root, "document", ())
    variables.rewrite(root, target)
    for old in ("ikanos", "naftiko"):
        new = "ikanos" if reached(target, MAPS) else "naftiko"
        if old in root:
            keyed.renamed(root, old, new)
            root[new] = target


class _Walk:
    """What a place below needs to know from above: the target, and the namespace that references begin with."""

    def __init__(self, target: str, report: Report) -> None:
        self._target = target
        self._report = report
        self._lacking = Lacking(target, report)
        self._maps = reached(target, MAPS)
        self._namespace = ""

    def object(self, node: Any, shape: str, at: Pointer, owner: str = "") -> None:
        """Rewrite an object of ``shape``, everything below it first; ``owner`` is the name of what holds it."""
        if not isinstance(node, dict):
            return
        self._lacking.check(node, shape, at)
        shape = _variant(node, shape)
        if shape in ("aggregate", "server rest", "server mcp"):
            self._namespace = str(node.get("namespace") or "")
        for key, value in list(node.items()):
            self._member(node, key, value, shape, (*at, key))
        self._words(node, shape)

    def _member(
        self, node: dict[str, Any], key: str, value: Any, shape: str, at: Pointer
    ) -> None:
        known = _key(shape, key)
        if known is None:
            return
        if known.kind == "object":
            self.object(value, known.shape, at)
        elif known.kind == "list" or (known.shape == "aggregate"):
            for place, item in _pairs(value):
                self.object(item, known.shape, (*at, place))
        elif known.kind == "collection":
            for place, item in _pairs(value):
                self.object(item, known.shape, (*at, place))
            node[key] = self._collection(value, known.shape, node, at)
        elif key == "outputParameters" and known.kind == "any":
            node[key] = outputs.rewritten(node, self._target)
        elif key == "with" and isinstance(value, dict):
            self._withs(value)

    def _collection(
        self, found: Any, shape: str, owner: dict[str, Any], at: Pointer
    ) -> Any:
        """``found`` as a map since 1.0.0-alpha3, as a list before."""
        if not all(isinstance(item, dict) for _, item in _pairs(found)):
            return found
        if not self._maps:
            return keyed.listed(found) if isinstance(found, dict) else found
        if not isinstance(found, list) or not found:
            return {} if found == [] else found
        names = _names(found, shape, owner)
        if "" in names or len(set(names)) < len(names):
            why = "without names" if "" in names else "with the same name"
            words = f"{{}} stay lists: entries {why} cannot stand in a map"
            hint = "give each a name of its own: the name is its key in this version"
            self._report.repeated("N702", words, at, hint, word=quote(str(at[-1])))
            return found
        return keyed.by_name(found, names)

    def _withs(self, values: dict[str, Any]) -> None:
        """References to inputs: ``$this.ns.x`` up to 0.5, ``ns.x`` since."""
        for key, value in values.items():
            if not isinstance(value, str):
                continue
            bare = value.removeprefix(_THIS)
            if not _REFERENCE.fullmatch(bare):
                continue
            if reached(self._target, RUNTIME):
                values[key] = bare
            elif value == bare and bare.partition(".")[0] == self._namespace:
                values[key] = _THIS + bare

    def _words(self, node: dict[str, Any], shape: str) -> None:
        for pair in RENAMED.get(shape, ()):
            old, new = pair if self._maps else pair[::-1]
            if old in node and new not in node:
                keyed.renamed(node, old, new)
        if shape == "server rest":
            old, new = ("rest", "api") if self._target == "0.4" else ("api", "rest")
            if node.get("type") == old:
                node["type"] = new


def _key(shape: str, name: str) -> Key | None:
    if shape in ("document", "capability") and name in _STANDALONE:
        return Key("list", _STANDALONE[name])
    return SHAPES.get(shape, {}).get(name)


def _variant(node: dict[str, Any], shape: str) -> str:
    """The kind of an object where several may stand."""
    if shape in ("consumed API", "server", "aggregate", "bind") and "import" in node:
        return "import"
    return SERVERS.get(str(node.get("type")), "") if shape == "server" else shape


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, list):
        return list(enumerate(value))
    return list(value.items()) if isinstance(value, dict) else []


def _names(found: list[Any], shape: str, owner: dict[str, Any]) -> list[str]:
    """The names of entries; a route takes that of its function or, when it is alone, of its resource."""
    names = [_name(item, shape) for item in found]
    alone = shape == "route" and names.count("") == 1
    taken = str(owner.get("name") or "") if alone else ""
    return [name or (taken if taken not in names else "") for name in names]


def _name(item: dict[str, Any], shape: str) -> str:
    name, ref = item.get("name"), item.get("ref")
    if isinstance(name, str) and name:
        return name
    inherits = shape in ("route", "tool") and isinstance(ref, str)
    return str(ref).rpartition(".")[2] if inherits else ""
