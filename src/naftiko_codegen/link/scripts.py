"""Script steps of a capability → the texts of their files, which become part of the package.

Before: ``{type: script, file, location, dependencies}``. After: the document with the text of every file beside it.
Nothing is read unless scripts are allowed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from naftiko_codegen.check.node import Node
from naftiko_codegen.check.text import did_you_mean, quote
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import changed, frozen
from naftiko_codegen.link.imports import relative_path
from naftiko_codegen.read.document import Document, Pointer, Script

OpenText: TypeAlias = Callable[[Document, str, Pointer, Diagnostics], tuple[Path, str] | None]  # fmt: skip
"""``Sources.open_text``."""

LANGUAGES = ("python", "javascript")
_OTHER = ("groovy",)
_SPELLINGS = {"js": "javascript"}
_SEGMENT = re.compile(r"[A-Za-z0-9._-]+\Z", re.ASCII)
_MILLISECONDS = 60_000
_CPU_SECONDS = 10
_STATEMENTS = 100_000
"""Statements that count as one second of processor time."""


@frozen
class _Defaults:
    """What the first control adapter with ``management.scripting`` says for all scripts."""

    enabled: bool = True
    location: str = ""
    language: str = ""
    allowed: tuple[str, ...] = ()
    milliseconds: int = _MILLISECONDS
    statements: int = 0

    @property
    def cpu(self) -> int:
        """Whole seconds of processor time."""
        return -(-self.statements // _STATEMENTS) or _CPU_SECONDS


def scripted(
    document: Document, opened: OpenText, allowed: bool, diagnostics: Diagnostics
) -> Document:
    """``document`` with its scripts; the same object when it has none.

    Findings: N330 (not allowed), N331 (place, language or file that is missing or unusable), N101 to N103 and N130 to
    N133 (the file itself).
    """
    if document.kind != "capability" or not isinstance(document.root, dict):
        return document
    steps = [step for step in _steps(Node(document.root)) if is_script(step)]
    if not steps:
        return document
    defaults = _defaults(Node(document.root).find("capability") or Node(None))
    if not (allowed and defaults.enabled):
        _refuse(document, steps[0], defaults, diagnostics)
        return document
    found = _Scripts(document, opened, defaults, diagnostics)
    scripts = tuple((s.pointer, made) for s in steps if (made := found.script(s)))
    return changed(
        document, scripts=scripts, imported=(*document.imported, *found.inputs)
    )


def is_script(step: Node) -> bool:
    """Whether a step runs a script."""
    return step.text("type") == "script"


def _steps(root: Node) -> Iterator[Node]:
    capability = root.find("capability") or Node(None)
    for server in capability.entries("exposes"):
        for unit in (*server.entries("tools"), *server.entries("resources")):
            yield from unit.entries("steps")
            for operation in unit.entries("operations"):
                yield from operation.entries("steps")
    for aggregate in capability.entries("aggregates"):
        for function in aggregate.entries("functions", "flows"):
            yield from function.entries("steps")


def _refuse(
    document: Document, step: Node, defaults: _Defaults, diagnostics: Diagnostics
) -> None:
    """Report that scripts may not run."""
    words = "script steps are code that runs on the server: they are not allowed here"
    hint = "read the scripts, then allow them with --allow-scripts"
    if not defaults.enabled:
        words = "the control adapter switches scripts off (`enabled: false`)"
        hint = "take the script steps out, or switch scripts on"
    diagnostics.error("N330", words, document.span(step.pointer), hint)


def _defaults(capability: Node) -> _Defaults:
    for server in capability.entries("exposes"):
        management = server.find("management") or Node(None)
        node = management.find("scripting")
        if server.text("type") == "control" and node:
            words = node.find("allowedLanguages")
            allowed = words.value if words and isinstance(words.value, list) else ()
            return _Defaults(
                enabled=node.flag("enabled") is not False,
                location=node.text("defaultLocation"),
                language=node.text("defaultLanguage"),
                allowed=tuple(str(word) for word in allowed),
                milliseconds=max(node.integer("timeout") or _MILLISECONDS, 1),
                statements=max(node.integer("statementLimit") or 0, 0),
            )
    return _Defaults()


class _Scripts:
    """The scripts of one document."""

    def __init__(
        self,
        document: Document,
        opened: OpenText,
        defaults: _Defaults,
        diagnostics: Diagnostics,
    ) -> None:
        self._document = document
        self._open = opened
        self._defaults = defaults
        self._diagnostics = diagnostics
        self._known: dict[str, Path] = {}
        self._digests: dict[str, str] = {}

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        """Name and digest of every file."""
        return tuple(sorted(self._digests.items()))

    def script(self, step: Node) -> Script | None:
        """What ``step`` runs; ``None`` after an error."""
        language = self._language(step)
        location = step.text("location") or self._defaults.location
        if not location:
            self._error(step, f"script step {quote(step.name)} has no `location`")
        if not (language and location):
            return None
        folder = self._folder(location, step)
        wanted = step.find("dependencies")
        listed = wanted.value if wanted and isinstance(wanted.value, list) else []
        at = (*step.pointer, "dependencies")
        asked = [(str(name), (*at, index)) for index, name in enumerate(listed)]
        asked.append((step.text("file"), (*step.pointer, "file")))
        files = [self._file(name, folder, pointer) for name, pointer in asked]
        if not all(files):
            return None
        return Script(
            language=language,
            files=tuple(file for file in files if file),
            seconds=self._defaults.milliseconds / 1000,
            cpu=self._defaults.cpu,
        )

    def _folder(self, location: str, step: Node) -> str:
        """``location``, which is relative to the file of its step, as a path from the folder of the document."""
        at = step.pointer if step.has("location") else ()
        here = self._document.path.parent
        if self._document.folder(at) == here:
            return relative_path(location, self._document)
        moved = changed(self._document, path=self._document.folder(at) / "step")
        place = moved.path.parent / relative_path(location, moved)
        return os.path.relpath(place, here)

    def _language(self, step: Node) -> str:
        """One of ``LANGUAGES``; ``""`` after an error."""
        said = step.text("language") or self._defaults.language
        language = _SPELLINGS.get(said.lower(), said.lower())
        allowed = self._defaults.allowed
        if not said:
            self._error(step, f"script step {quote(step.name)} has no `language`")
        elif language not in LANGUAGES:
            what = f"scripts in {said.title()}" if language in _OTHER else quote(said)
            words = f"{what}: scripts run in Python and in JavaScript only"
            self._error(step, words, did_you_mean(said, LANGUAGES))
        elif allowed and language not in allowed and said not in allowed:
            words = (
                f"{quote(said)} is not in the allowed languages of the control adapter"
            )
            self._error(step, words)
        else:
            return language
        return ""

    def _file(self, name: str, folder: str, pointer: Pointer) -> tuple[str, str] | None:
        """Name and text of a file below ``folder``."""
        parts = name.split("/")
        if not all(map(_SEGMENT.match, parts)) or {".", ".."} & set(parts):
            words = f"{quote(name)} is no path below the `location` of its step"
            self._diagnostics.error("N331", words, self._document.span(pointer))
            return None
        found = self._open(
            self._document, f"{folder}/{name}", pointer, self._diagnostics
        )
        if found is None:
            return None
        path, text = found
        root = os.path.realpath(self._document.path.parent / folder)
        if not path.is_relative_to(root):
            words = f"{quote(name)} leads out of the `location` of its step"
            self._diagnostics.error("N331", words, self._document.span(pointer))
            return None
        if self._known.setdefault(name, path) != path:
            words = f"two different scripts are called {quote(name)}"
            hint = "they become files of one folder: give one of them another name"
            self._diagnostics.error("N331", words, self._document.span(pointer), hint)
            return None
        self._digests[f"{name} (script)"] = sha256(text.encode()).hexdigest()
        return name, text

    def _error(self, step: Node, words: str, hint: str = "") -> None:
        self._diagnostics.error("N331", words, self._document.span(step.pointer), hint)
