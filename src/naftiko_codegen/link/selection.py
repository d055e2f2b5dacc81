"""What the configuration selects of an OpenAPI document → the routes and tools that its servers have.

Before: a route and a tool for each operation; after, with ``methods: [GET]``: for those that are read with GET.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from naftiko_codegen.check.text import did_you_mean, quote
from naftiko_codegen.config.settings import Selection
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.model import Operation
from naftiko_codegen.ir.package import Package
from naftiko_codegen.read.document import Document, Json

_STARS = re.compile(r"(/\*\*\Z|\*\*|\*)")
_WHAT = {
    "tags": "tag",
    "paths": "path",
    "methods": "operation of the method",
    "operations": "operation",
}


def expose(
    packages: Sequence[Package],
    documents: Sequence[Document],
    selected: Mapping[Path, Selection],
    diagnostics: Diagnostics,
) -> list[Package]:
    """``packages``, those of documents with a selection by their path exposing no more than it names.

    Findings, all errors: N006 (a name of it that is not in the document), N007 (it names no operation in common),
    N008 (it is of no OpenAPI document).
    """
    known = {document.source: document for document in documents}
    others = [it.path for it in documents if it.kind != "openapi"]
    folders = [parent for it in documents for parent in it.path.parents]
    for path, selection in selected.items():
        if path in others or path in folders:
            words = f"{quote(path.name)} is no OpenAPI document: nothing can be selected of it"
            hint = "a capability exposes what it says; change it there"
            diagnostics.error("N008", words, selection.span, hint)
    made = []
    for package in packages:
        document = known[package.source]
        chosen = selected.get(document.path)
        openapi = document.kind == "openapi"
        made.append(
            _exposing(package, document, chosen, diagnostics)
            if chosen and openapi
            else package
        )
    return made


def _exposing(
    package: Package, document: Document, chosen: Selection, diagnostics: Diagnostics
) -> Package:
    facts = [(it.name, _facts(it, document.root)) for it in package.service.operations]
    names = {name for name, said in facts if _matches(chosen, said)}
    failed = _report_unknown(chosen, document, [it for _, it in facts], diagnostics)
    if not names and not failed:
        words = f"no operation of {quote(document.path.name)} is all that is selected"
        hint = "an operation must be named by every key; leave one out"
        diagnostics.error("N007", words, chosen.span, hint)
    rest, mcp = package.rest, package.mcp
    return changed(
        package,
        rest=rest and changed(
            rest, routes=tuple(it for it in rest.routes if it.operation in names)
        ),
        mcp=mcp and changed(
            mcp, tools=tuple(it for it in mcp.tools if it.operation in names)
        ),
    )  # fmt: skip


def _facts(operation: Operation, root: Json) -> dict[str, set[str]]:
    """What ``operation`` may be named by, by the keys of a selection."""
    raw, path = root, operation.path
    for step in operation.origin.pointer:
        raw = raw[step]
    if operation.origin.pointer[:1] == ("paths",):
        path = str(operation.origin.pointer[1])
    tags = raw.get("tags") if isinstance(raw, dict) else None
    said = raw.get("operationId") if isinstance(raw, dict) else None
    return {
        "tags": {it for it in tags if isinstance(it, str)} if isinstance(tags, list) else set(),
        "paths": {path, operation.path},
        "methods": {operation.method},
        "operations": {operation.name, *([said] if isinstance(said, str) else ())},
    }  # fmt: skip


def _matches(chosen: Selection, said: Mapping[str, set[str]]) -> bool:
    """Whether every list that is not empty names what is said."""
    return all(
        any(_names(key, word, said[key]) for word in words)
        for key, words in chosen.lists.items()
        if words
    )


def _names(key: str, word: str, said: Iterable[str]) -> bool:
    if key != "paths":
        return word in said
    pattern = _pattern(word)
    return any(pattern.fullmatch(path) for path in said)


def _pattern(word: str) -> re.Pattern[str]:
    """``/repos/**`` as an expression that ``/repos`` and all below it match."""
    meant = {"/**": "(/.*)?", "**": ".*", "*": "[^/]*"}
    parts = _STARS.split(word)
    return re.compile("".join(meant.get(part) or re.escape(part) for part in parts))


def _report_unknown(
    chosen: Selection,
    document: Document,
    facts: Sequence[Mapping[str, set[str]]],
    diagnostics: Diagnostics,
) -> bool:
    """N006 for every name that nothing has; whether there is one."""
    failed = False
    for key, words in chosen.lists.items():
        known = {name for said in facts for name in said[key]}
        for index, word in enumerate(words):
            if _names(key, word, known):
                continue
            failed = True
            message = f"{quote(document.path.name)} has no {_WHAT[key]} {quote(word)}"
            hint = did_you_mean(word, sorted(known))
            diagnostics.error("N006", message, chosen.places[key, index], hint)
    return failed
