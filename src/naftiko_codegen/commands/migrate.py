"""``migrate``: one capability, rewritten in another version of the language."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from naftiko_codegen.check.capability_root import check_version
from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.commands.request import UsageError
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.migrate.rewrite import rewrite
from naftiko_codegen.migrate.text import written
from naftiko_codegen.output.place import place
from naftiko_codegen.output.staging import OutputError
from naftiko_codegen.read.document import Document
from naftiko_codegen.read.sources import Sources, load
from naftiko_codegen.report.console import shown
from naftiko_codegen.report.terminal import Terminal
from naftiko_codegen.suppressions import Suppressions


def migrate(
    file: Path,
    target: str,
    output: Path | None,
    terminal: Terminal,
    *,
    in_place: bool = False,
    strict: bool = False,
) -> int:
    """Rewrite ``file`` in version ``target``, to ``output``, over itself, or to standard output; the exit code.

    Nothing is written after an error. Raises UsageError.
    """
    _check_usage(file, output, in_place)
    diagnostics = Diagnostics(strict=strict)
    sources = load([file], diagnostics=diagnostics)
    files = [name for name, _ in sources.files]
    diagnostics.suppress(Suppressions((), files, sources.text))
    document = _document(sources, diagnostics)
    text = ""
    if document:
        text = migrated(document, sources.text(files[0]), target, diagnostics)
    with redirect_stdout(sys.stdout if output or in_place else sys.stderr):
        terminal.report(diagnostics, {}, excerpts=False)
    if diagnostics.failed:
        return 1
    if output or in_place:
        goal = output or file
        _put(goal, text, replace=in_place)
        terminal.line(f"{shown(goal)} is a capability of version {target}")
    else:
        sys.stdout.write(text)
    return 0


def migrated(
    document: Document, text: str, target: str, diagnostics: Diagnostics
) -> str:
    """``text``, that of ``document``, in version ``target``.

    Findings: N701 (that version lacks something), N702 (lists that stay), N703 (comments are lost), N704 (files that
    it imports from).
    """
    report = Report(document, diagnostics)
    wanted = json.loads(json.dumps(document.root))  # no two places share a value
    rewrite(wanted, target, report)
    report.flush()
    _imports(document, report)
    unheard = Report(document, Diagnostics())
    made, kept = written(text, wanted, lambda root: rewrite(root, target, unheard))
    if not kept:
        words = "comments of this file are lost: it is written anew"
        report.warning("N703", words, ())
    return made


def _document(sources: Sources, diagnostics: Diagnostics) -> Document | None:
    """The one capability of ``sources``, if its version is known."""
    if diagnostics.failed or not sources.documents:
        return None
    document = sources.documents[0]
    report = Report(document, diagnostics)
    if document.kind != "capability" or not isinstance(document.root, dict):
        report.error("N200", "only capabilities have versions to migrate to", ())
        return None
    check_version(Node(document.root), report)
    return None if diagnostics.failed else document


def _imports(document: Document, report: Report) -> None:
    """N704: files that are not migrated with this one."""
    for node in _imported(Node(document.root)):
        at = node.find("location", "from") or node
        place_ = quote(str(at.value))
        words = "imported files stay as they are: {}"
        hint = "migrate them too; this compiler mixes versions, an engine may not"
        report.repeated("N704", words, at.pointer, hint, word=place_, strict=False)
    report.flush()


def _imported(root: Node) -> Iterator[Node]:
    for owner in filter(None, (root, root.find("capability"))):
        for section in ("consumes", "exposes", "aggregates", "binds"):
            yield from (n for n in owner.entries(section) if n.has("import"))


def _check_usage(file: Path, output: Path | None, in_place: bool) -> None:
    if not file.is_file():
        raise UsageError(f"there is no such file: {shown(file)}")
    if output and in_place:
        raise UsageError("either -o or --in-place: where should it go?")
    if output and output.exists():
        words = "is there already; name another file, or use --in-place"
        raise UsageError(f"{shown(output)} {words}")


def _put(goal: Path, text: str, **how: Any) -> None:
    try:
        place(goal, text.encode(), **how)
    except OutputError as error:
        raise UsageError(str(error)) from None
