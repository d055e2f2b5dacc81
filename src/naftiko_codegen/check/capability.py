"""The structure of a capability document: every key, its type and its place, all findings in one walk.

Before: any JSON value. After: findings; what the later passes read is of the right type, or they see it as absent.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from naftiko_codegen.check.capability_root import check_version, contents
from naftiko_codegen.check.capability_shapes import (
    OPEN,
    SERVERS,
    SHAPES,
    Key,
)
from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import did_you_mean, hides, kind, nearest, quote
from naftiko_codegen.read.document import KEY, Json

_EXTENSION = "x-"
_ELSEWHERE = ("exposes", "aggregates")
_PARTS = ("consumes", *_ELSEWHERE)
"""Sections that stand at the root of a document without `capability`."""
_INHERITED = ("name", "description")


def check(root: Json, report: Report) -> bool:
    """Walk ``root``; whether there is anything at all that the next passes could read.

    Findings: N200 (no capability), N201 (version), N202 to N205 (type, missing key, unknown key, value), N206 (empty
    name), N209 (dialect), N218 (hidden text), N290 (not supported yet).
    """
    node = Node(root)
    if isinstance(root, dict):
        check_version(node, report)
    if not isinstance(root, dict) or not node.has("capability", *_PARTS):
        known = (
            [k for k in root if isinstance(k, str)] if isinstance(root, dict) else []
        )
        hint = (
            did_you_mean("capability", known)
            and f"{quote(nearest('capability', known))} is no key of the language"
        )
        report.error(
            "N200",
            f"no capability: {contents(root)}",
            (),
            hint or "it needs `capability:` or `consumes:`",
        )
        return False
    _object(node, "document", report)
    for name in _ELSEWHERE:
        if node.has("capability") and node.has(name):
            words = f"`{name}` beside `capability`: it belongs below it"
            report.error("N200", words, (name, KEY), "move it there")
    return True


def _object(node: Node, shape: str, report: Report) -> None:
    """Check all keys of one object."""
    if not isinstance(node.value, dict):
        report.error(
            "N202",
            f"{_article(shape)} must be an object, not {kind(node.value)}",
            node.pointer,
        )
        return
    shape = _variant(node, shape, report)
    if not shape or shape in OPEN:
        return
    keys = SHAPES[shape]
    for name, value in node.value.items():
        _member(Node(value, (*node.pointer, name)), name, shape, report)
    for name, key in keys.items():
        known = (name == "name" and node.key) or (name in _INHERITED and _refers(node))
        if key.need and not node.has(name) and not known:
            _absent(node, name, key, shape, report)


def _refers(node: Node) -> bool:
    """Whether an object is a tool or route that takes what it does not say from a function."""
    return node.has("ref")


def _absent(node: Node, name: str, key: Key, shape: str, report: Report) -> None:
    if key.need == "error":
        present = node.value if isinstance(node.value, dict) else {}
        close = nearest(name, (k for k in present if k not in SHAPES[shape]))
        hint = f"{quote(close)} looks like it" if close else ""
        report.error("N203", f"{_article(shape)} needs `{name}`", node.pointer, hint)
    else:
        report.repeated(
            "N203",
            f"{_article(shape)} should have {{}}",
            node.pointer,
            word=f"`{name}`",
        )


def _variant(node: Node, shape: str, report: Report) -> str:
    """The shape of one of several kinds of objects, or ``""`` when it is none that is checked further."""
    if shape == "consumed API" and node.has("import", "location", "from"):
        return "import"
    if shape in ("server", "aggregate") and node.has("import"):
        return "import"
    if shape != "server":
        return shape
    word = node.text("type")
    if word in SERVERS:
        return SERVERS[word]
    said = f"`type` {quote(word)}" if word else "no `type`"
    words = f"a server with {said}: it must be `rest`, `mcp`, `skill` or `control`"
    report.error("N205", words, node.pointer, did_you_mean(word, SERVERS))
    return ""


def _member(node: Node, name: str, shape: str, report: Report) -> None:
    """Check one key and what is below it."""
    key = SHAPES[shape].get(name)
    if key is None:
        _unknown(node, name, shape, report)
    elif node.value is None:
        report.repeated(
            "N202",
            f"`{name}` of {_article(shape)} is empty: taken as absent",
            node.pointer,
            "remove it, or give it a value",
        )
    else:
        if key.status == "dialect":
            words = (
                f"{_article(shape)} has no {{}} in the official language: {key.words}"
            )
            report.repeated(
                "N209",
                words,
                (*node.pointer, KEY),
                "nothing to do, unless a stricter tool reads this file too: then leave it out",
                word=f"`{name}`",
                owner=node.pointer[:-1],
            )
        _VALUES[key.kind](node, name, key, shape, report)


def _unknown(node: Node, name: str, shape: str, report: Report) -> None:
    if name.startswith(_EXTENSION):
        return
    place, owner = (*node.pointer, KEY), node.pointer[:-1]
    if near := _near(name, shape):
        words = f"unknown key {quote(name)} of {_article(shape)} is ignored"
        hint = f"did you mean {quote(near)}?"
        report.repeated("N204", words, place, hint, owner=owner)
    else:
        words = f"unknown keys of {_article(shape)} are ignored: {{}}"
        report.repeated("N204", words, place, word=quote(name), owner=owner)


_ADAPTERS = {
    "server rest": "REST adapter",
    "server mcp": "MCP adapter",
    "server skill": "skill adapter",
    "server control": "control adapter",
}


@lru_cache(256)
def _near(name: str, shape: str) -> str:
    return nearest(name, SHAPES[shape]) if len(name) > 2 else ""


def _article(shape: str) -> str:
    words = _ADAPTERS.get(shape, shape)
    if words in _CALLED_BY_KEY:
        return f"the {words}" if words == "document" else f"`{words}`"
    return f"an {words}" if words[0] in "aeiouM" else f"a {words}"


_CALLED_BY_KEY = frozenset({"document", "capability", "info", "hints", "authentication", "body", "management", "logs",
                            "scripting", "observability", "metrics", "traces", "exporters"})  # fmt: skip


def _wrong(node: Node, name: str, shape: str, wanted: str, report: Report) -> None:
    words = f"`{name}` of {_article(shape)} must be {wanted}, not {kind(node.value)}"
    hint = (
        "put it in quotes"
        if wanted == "a text" and not isinstance(node.value, dict | list)
        else ""
    )
    report.error("N202", words, node.pointer, hint)


def _text(node: Node, name: str, key: Key, shape: str, report: Report) -> None:
    if not isinstance(node.value, str):
        _wrong(node, name, shape, "a text", report)
    elif not node.value and key.need == "error" and name not in ("baseUri", "path"):
        report.error(
            "N206", f"`{name}` of {_article(shape)} is the empty text", node.pointer
        )
    elif key.choices and node.value not in key.choices:
        _choice(node, name, key, report)
    elif name in ("label", "display", "description") and hides(node.value):
        words, hint = (
            f"invisible characters in `{name}` are removed",
            "readers do not see them, models and terminals do",
        )
        report.repeated("N218", words, node.pointer, hint, strict=False)


def _choice(node: Node, name: str, key: Key, report: Report) -> None:
    """A word that is not one of the closed list; only its case may differ."""
    same = [c for c in (*key.choices, *key.more) if c.lower() == node.value.lower()]
    if node.value in key.more:
        words = f"`{name}` outside the official language, taken as it says: {{}}"
        report.repeated("N205", words, node.pointer, word=quote(node.value))
    elif same:
        report.repeated(
            "N205",
            f"`{name}` is {quote(node.value)}: taken as {quote(same[0])}",
            node.pointer,
        )
    else:
        words = f"`{name}` is {quote(node.value)}: it must be one of {', '.join(key.choices)}"
        report.error("N205", words, node.pointer, did_you_mean(node.value, key.choices))


def _scalar(node: Node, name: str, key: Key, shape: str, report: Report) -> None:
    if isinstance(node.value, dict | list):
        _wrong(node, name, shape, "a text", report)
    elif not isinstance(node.value, str):
        report.repeated(
            "N202",
            f"`{name}` of {_article(shape)} is {kind(node.value)}: taken as text",
            node.pointer,
        )


def _integer(node: Node, name: str, key: Key, shape: str, report: Report) -> None:
    if not isinstance(node.value, int) or isinstance(node.value, bool):
        _wrong(node, name, shape, "an integer", report)


def _number(node: Node, name: str, key: Key, shape: str, report: Report) -> None:
    if not isinstance(node.value, int | float) or isinstance(node.value, bool):
        _wrong(node, name, shape, "a number", report)


def _boolean(node: Node, name: str, key: Key, shape: str, report: Report) -> None:
    if not isinstance(node.value, bool):
        _wrong(node, name, shape, "true or false", report)


def _below(node: Node, name: str, key: Key, shape: str, report: Report) -> None:
    _object(node, key.shape, report)


def _switch(node: Node, name: str, key: Key, shape: str, report: Report) -> None:
    if isinstance(node.value, dict):
        _object(node, key.shape, report)
    elif not isinstance(node.value, bool):
        _wrong(node, name, shape, "true, false or an object", report)


def _list(node: Node, name: str, key: Key, shape: str, report: Report) -> None:
    if not isinstance(node.value, list):
        _wrong(node, name, shape, "a list", report)
        return
    for index, item in enumerate(node.value):
        _object(Node(item, (*node.pointer, index)), key.shape, report)


def _collection(node: Node, name: str, key: Key, shape: str, report: Report) -> None:
    if not isinstance(node.value, dict):
        _list(node, name, key, shape, report)
        return
    for word, item in node.value.items():
        entry = Node(item, (*node.pointer, word), word)
        _object(entry, key.shape, report)
        if entry.text("name") not in ("", word):
            words = f"`name` {quote(entry.text('name'))} differs from the key {quote(word)} it stands under"
            report.error("N208", words, entry.at("name"))


def _texts(node: Node, name: str, key: Key, shape: str, report: Report) -> None:
    if not isinstance(node.value, list) or not all(
        isinstance(item, str) for item in node.value
    ):
        report.repeated(
            "N202",
            f"`{name}` of {_article(shape)} should be a list of texts",
            node.pointer,
        )


def _map(node: Node, name: str, key: Key, shape: str, report: Report) -> None:
    if not isinstance(node.value, dict):
        _wrong(node, name, shape, "an object", report)
        return
    for word, value in node.value.items():
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            words = f"{quote(word)} in `{name}` must be a text or a number, not {kind(value)}"
            report.error("N202", words, (*node.pointer, word))


def _any(node: Node, name: str, key: Key, shape: str, report: Report) -> None:
    """Any value: a later pass judges it."""


_VALUES: dict[str, Callable[[Node, str, Key, str, Report], None]] = {
    "text": _text, "scalar": _scalar, "integer": _integer, "number": _number, "boolean": _boolean, "switch": _switch,
    "object": _below, "list": _list, "collection": _collection, "texts": _texts, "map": _map, "any": _any,
}  # fmt: skip
