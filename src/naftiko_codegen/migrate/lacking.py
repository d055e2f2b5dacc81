"""What a version of the language lacks of a capability: N701, once for each kind of thing."""

from __future__ import annotations

from typing import Any

from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.migrate.versions import (
    MAPS,
    RUNTIME,
    SINCE,
    STATIC,
    WORDS_SINCE,
    reached,
)
from naftiko_codegen.read.document import Pointer

_HINT = "it stays in the file and is compiled as before; an engine of that version does not know it"


class Lacking:
    """Reports what is not in ``target``."""

    def __init__(self, target: str, report: Report) -> None:
        self._target = target
        self._report = report

    def check(self, node: dict[str, Any], shape: str, at: Pointer) -> None:
        """Report the keys and words of one object; ``shape`` is that of its place."""
        if shape in ("consumed API", "server", "aggregate", "bind"):
            self._import(node, shape, at)
        if shape == "server":
            self._choices(node, shape, at)
            shape = {"mcp": "server mcp"}.get(str(node.get("type")), "server rest")
        for key, since in SINCE.get(shape, {}).items():
            if key in node:
                self._lacks(f"`{key}` of a {shape}", since, (*at, key))
        self._choices(node, shape, at)
        self._more(node, shape, at)

    def _choices(self, node: dict[str, Any], shape: str, at: Pointer) -> None:
        for (owner, key), words in WORDS_SINCE.items():
            word = node.get(key)
            if owner == shape and isinstance(word, str) and word in words:
                said = f"`{key}: {word}` of a {shape}"
                self._lacks(said, words[word], (*at, key))

    def _import(self, node: dict[str, Any], shape: str, at: Pointer) -> None:
        if "import" in node:
            since = "0.5" if shape == "consumed API" else MAPS
            self._lacks(f"an import of a {shape}", since, (*at, "import"))

    def _more(self, node: dict[str, Any], shape: str, at: Pointer) -> None:
        """What is more than a word: mocks, structured bodies, nested targets."""
        if shape == "tool" and not any(k in node for k in ("call", "steps", "ref")):
            self._lacks("a tool that calls nothing", STATIC, at)
        if isinstance(node.get("body"), dict):
            self._lacks("a structured `body`", RUNTIME, (*at, "body"))
        name = node.get("targetName", node.get("target"))
        if shape == "step mapping" and isinstance(name, str) and "." in name:
            self._lacks("a dotted target of a mapping", STATIC, at)

    def _lacks(self, what: str, since: str, at: Pointer) -> None:
        if not reached(self._target, since):
            words = f"{what} came with {since}: {quote(self._target)} has no words for it, so it is kept"
            self._report.repeated("N701", words, at, _HINT)
