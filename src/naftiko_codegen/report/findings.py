"""Findings as people read them: a greppable first line, the lines around the place, a hint."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from naftiko_codegen.diagnostics import Diagnostic, Severity, Span
from naftiko_codegen.report.console import plain, plain_path

CONTEXT = 2
"""Lines shown before the line of a finding."""

WIDEST = 160
"""Columns of a source line that are shown."""

_BREAK = re.compile(r"\r\n?|\n")


def text(findings: Iterable[Diagnostic], *, excerpts: bool = True) -> Iterator[str]:
    """The printed lines of every finding; with ``excerpts`` the lines of the file around each place, and hints."""
    for finding in findings:
        severity = finding.severity.word
        yield f"{place(finding.span)}: {severity}[{finding.code}]: {plain(finding.message)}"
        if excerpts:
            yield from _excerpt(finding.span)
        for span, words in finding.related:
            yield f"  see {place(span)}: {plain(words)}"
        if finding.hint and excerpts:
            yield f"  hint: {plain(finding.hint)}"


def place(span: Span) -> str:
    """``file:line:column`` with a path that stays on one line."""
    file = plain_path(span.file)
    return f"{file}:{span.line}:{span.column}" if span.line else file


def _excerpt(span: Span) -> Iterator[str]:
    """The line of ``span`` with an arrow, and up to ``CONTEXT`` lines before it."""
    lines = source_lines(span.file) if span.line else ()
    if span.line > len(lines):
        return
    first = max(1, span.line - CONTEXT)
    width = len(str(span.line))
    for number in range(first, span.line + 1):
        arrow = "→" if number == span.line else " "
        line = _window(lines[number - 1], span.column if number == span.line else 1)
        yield f"{arrow} {number:>{width}} | {line}".rstrip()


def _window(line: str, column: int) -> str:
    """``line``, or the part of a very long one that holds ``column``."""
    if len(line) <= WIDEST:
        return plain(line)
    start = max(0, min(column - WIDEST // 2, len(line) - WIDEST))
    return f"{'…' if start else ''}{plain(line[start : start + WIDEST])}…"


@lru_cache(maxsize=32)
def source_lines(file: str) -> tuple[str, ...]:
    """The lines of a file that findings name; empty when it cannot be shown."""
    try:
        path = Path(file)
        if not path.is_file():
            return ()
        text = path.read_bytes().decode("utf-8-sig", "replace")
    except (OSError, ValueError):
        return ()
    return tuple(_BREAK.split(text))


def counts(findings: Iterable[Diagnostic]) -> str:
    """How many findings of each severity, in words: ``1 error, 12 warnings``; empty for none."""
    items = list(findings)
    parts = []
    for severity in sorted(Severity, reverse=True):
        number = sum(item.severity is severity for item in items)
        if number:
            parts.append(f"{number} {severity.word}{'s' if number > 1 else ''}")
    return ", ".join(parts)
