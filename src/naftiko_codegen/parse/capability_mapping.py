"""``mapping`` of an input, a dialect: which parameter of the called operation the input goes to.

``pathParameters.name``, ``$.query.name`` and ``body.name`` say the place, ``namespace.operation.name`` the parameter.
Another path that starts with ``$`` is a part of the caller's own body, like ``value``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.frozen import frozen
from naftiko_codegen.parse.capability_template import Reference, respelled
from naftiko_codegen.parse.capability_view import ConsumedParameter, With

_PLACES = {
    "path": "path", "pathparameters": "path", "query": "query", "queryparameters": "query", "header": "header",
    "headers": "header", "headerparameters": "header", "body": "body",
}  # fmt: skip
_PLACED = re.compile(r"(?:\$\.)?([A-Za-z]+)\.([\w-]+)\Z", re.ASCII)
_CALLED = re.compile(r"[\w-]+\.[\w-]+\.([\w-]+)\Z", re.ASCII)


@frozen
class Destination:
    """A parameter of the called operation; ``place`` is empty when the mapping does not say it."""

    place: str
    name: str


def destination(node: Node) -> Destination | None:
    """Where the ``mapping`` of an input sends it; ``None`` when it says nothing of that."""
    text = node.text("mapping").strip()
    placed = _PLACED.match(text)
    if placed and placed[1].lower() in _PLACES:
        return Destination(_PLACES[placed[1].lower()], placed[2])
    called = _CALLED.match(text)
    return Destination("", called[1]) if called else None


def renamed(unit: Node) -> Iterator[With]:
    """The inputs of a route or tool that go to parameters of other names, as lines of ``with``."""
    said = {name for name, _ in unit.pairs("with")}
    for node in unit.entries("inputParameters"):
        found = destination(node)
        if found and node.name and found.name not in (node.name, *said):
            yield With(found.name, (Reference(node.name),), node.at("mapping"))


class Mapped:
    """What the inputs of all routes and tools of a document are mapped to, by ``call``."""

    def __init__(self, root: Node) -> None:
        """``root`` is the document."""
        self._found: dict[str, list[tuple[Destination, Node]]] = {}
        self._named: dict[str, list[tuple[Destination, Node]]] = {}
        """Required inputs that nothing says the destination of: what a deletion without parameters deletes."""
        capability = root.find("capability") or Node(None)
        for server in capability.entries("exposes"):
            for unit in _units(server):
                call = unit.text("call")
                for node in unit.entries("inputParameters"):
                    if found := destination(node):
                        self._found.setdefault(call, []).append((found, node))
                    elif _names(node) and not unit.has("with"):
                        named = Destination("path", node.name)
                        self._named.setdefault(call, []).append((named, node))

    def parameters(
        self, call: str, method: str, declared: set[str], report: Report
    ) -> Iterator[ConsumedParameter]:
        """The parameters of the operation ``call`` besides the ``declared`` ones (N304): those outside the body.

        A deletion that declares none would delete everything at its path: required inputs say what it deletes.
        """
        known = {respelled(name) for name in declared}
        asked = self._found.get(call, [])
        if method.upper() == "DELETE" and not declared:
            asked = [*asked, *self._named.get(call, ())]
        for found, node in asked:
            if found.place in ("", "body") or respelled(found.name) in known:
                continue
            known.add(respelled(found.name))
            words = "parameters of called operations that only an input of a route or tool names: taken as declared: {}"
            report.repeated(
                "N304",
                words,
                node.at("mapping") if node.has("mapping") else node.pointer,
                word=quote(found.name),
                strict=False,
            )
            yield ConsumedParameter(
                found.name, found.place, {"type": "string"}, found.place == "path", "", None, node.pointer
            )  # fmt: skip


def _names(node: Node) -> bool:
    """Whether an input may say what a deletion deletes: it is required, and no body."""
    in_body = node.text("in").lower() in ("body", "header") or node.name == "body"
    return bool(node.name and node.flag("required")) and not in_body


def _units(server: Node) -> Iterator[Node]:
    """The routes or tools of an adapter."""
    yield from server.entries("tools")
    for resource in server.entries("resources"):
        yield from resource.entries("operations")
