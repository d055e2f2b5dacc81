"""Where a command prints: findings and summaries to standard output, progress to a terminal on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

from naftiko_codegen.diagnostics import Diagnostic, Severity
from naftiko_codegen.report import findings as text_report
from naftiko_codegen.report.console import plain_lines

Format: TypeAlias = Literal["text", "json", "sarif", "github"]
FORMATS: tuple[Format, ...] = ("text", "json", "sarif", "github")
_ERASE = "\r\x1b[K"


class Terminal:
    """``verbosity`` is -1 (errors only), 0, or 1 (also notes, and the lines around every finding)."""

    def __init__(self, format_: Format = "text", verbosity: int = 0) -> None:
        """Nothing is printed yet."""
        self.format = format_
        self.verbosity = verbosity
        self._progress = False

    def progress(self, words: str) -> None:
        """Show what is being done, on a terminal only; the next output replaces it."""
        if self.verbosity >= 0 and self.format == "text" and sys.stderr.isatty():
            sys.stderr.write(f"{_ERASE}{words} …")
            sys.stderr.flush()
            self._progress = True

    def line(self, words: str) -> None:
        """One line of standard output for a person; dropped where a machine reads, and when quiet."""
        if self.format == "text" and self.verbosity >= 0:
            self._put(words)

    def report(
        self, findings: Iterable[Diagnostic], summary: dict[str, Any], *, excerpts: bool
    ) -> None:
        """All findings in the chosen format; ``excerpts`` also around what is no error."""
        items = list(findings)
        if self.format == "text":
            self._report_text(items, excerpts)
            return
        from naftiko_codegen.report import machine

        if self.format == "json":
            self._put(machine.as_json(items, summary))
        elif self.format == "sarif":
            self._put(machine.as_sarif(items))
        else:
            for line in machine.as_github(items):
                self._put(line)

    def _report_text(self, items: list[Diagnostic], excerpts: bool) -> None:
        least = {-1: Severity.ERROR, 0: Severity.WARNING}.get(
            self.verbosity, Severity.NOTE
        )
        for item in items:
            if item.severity >= (
                Severity.NOTE if excerpts and self.verbosity >= 0 else least
            ):
                around = (
                    excerpts or self.verbosity > 0 or item.severity is Severity.ERROR
                )
                for line in text_report.text([item], excerpts=around):
                    self._put(line)

    def _put(self, words: str) -> None:
        self.done()
        sys.stdout.write(plain_lines(words) + "\n")

    def done(self) -> None:
        """Remove the progress line, if there is one."""
        if self._progress:
            sys.stderr.write(_ERASE)
            sys.stderr.flush()
            self._progress = False
