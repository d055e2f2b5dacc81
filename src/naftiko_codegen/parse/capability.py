"""Document → ``CapabilityView``: every version and dialect of the language in one shape.

Before: a document that ``check`` has walked, wrong types and all. After: frozen values; what was wrong is absent.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import clean, quote
from naftiko_codegen.parse.capability_consumes import consumed
from naftiko_codegen.parse.capability_control import control
from naftiko_codegen.parse.capability_exposes import functions, servers
from naftiko_codegen.parse.capability_view import CapabilityView, Variable
from naftiko_codegen.read.document import Json


def parse(root: Json, report: Report) -> CapabilityView:
    """The view of a document whose root is an object."""
    node = Node(root)
    info = node.find("info") or Node({}, ("info",))
    version = info.find("version")
    return CapabilityView(
        label=clean(info.text("label", "display")),
        description=clean(info.text("description")),
        version=(
            clean(str(version.value))
            if version and isinstance(version.value, str | int | float)
            else ""
        ),
        wanted_name=node.text("x-naftiko-name") or info.text("x-naftiko-name"),
        variables=tuple(_variables(node, report)),
        consumed=tuple(consumed(node, report)),
        servers=tuple(servers(node, report)),
        control=control(node, report),
        functions=tuple(functions(node, report)),
        imported=tuple(_imported(node)),
    )


def _imported(root: Node) -> Iterator[str]:
    """The namespaces that come from other files."""
    for owner in (root, root.find("capability") or Node(None)):
        for node in owner.entries("consumes"):
            if node.has("import", "location", "from"):
                yield node.text("as", "import")


def _variables(root: Node, report: Report) -> Iterator[Variable]:
    """The variables of ``binds``, at the root and below ``capability``, and of ``externalRefs`` (up to 0.5)."""
    for owner in (root, root.find("capability") or Node(None)):
        for bind in owner.entries("binds"):
            yield from _bound(
                bind, bind.text("namespace"), bind.text("location"), report
            )
    for reference in root.entries("externalRefs"):
        words = "`externalRefs` are language version 0.5: taken as `binds`"
        report.repeated("N220", words, reference.pointer, strict=False)
        location = (
            "" if reference.text("resolution") == "runtime" else reference.text("uri")
        )
        yield from _bound(reference, reference.text("name"), location, report)


def _bound(
    bind: Node, namespace: str, location: str, report: Report
) -> Iterator[Variable]:
    path = _path(location)
    if location and not path:
        words = f"secrets of {quote(location)} are read from environment variables of the same names"
        report.warning("N216", words, bind.pointer)
    for name, key in bind.pairs("keys"):
        if isinstance(key.value, str):
            store = "" if path else location
            yield Variable(name, namespace, key.value, key.pointer, path, store)


def _path(location: str) -> str:
    """The path that a ``file:`` URI means, relative when a dot or a name stands before it; else empty."""
    scheme, _, rest = location.partition("://")
    if scheme.lower() != "file":
        return ""
    path = unquote(rest.removeprefix("localhost"))
    if path.startswith(("/./", "/../")):
        path = path[1:]
    return path if path.isprintable() else ""
