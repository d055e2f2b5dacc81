"""Reporting for one file that is being read: positions become spans, errors are counted."""

from __future__ import annotations

from naftiko_codegen.diagnostics import Diagnostics, Span


class RefusedError(Exception):
    """Raised inside a reader when the file cannot be read any further; already reported."""


class Report:
    """The findings of one file; ``errors`` says how many of them were errors."""

    def __init__(self, name: str, diagnostics: Diagnostics) -> None:
        """``name`` is the path as findings print it."""
        self.name = name
        self.diagnostics = diagnostics
        self.errors = 0

    def span(self, line: int, column: int) -> Span:
        """The place at ``line`` and ``column``, both from 1; line 0 is the whole file."""
        return Span(self.name, line, column)

    def error(
        self,
        code: str,
        message: str,
        span: Span,
        hint: str = "",
        *related: tuple[Span, str],
    ) -> None:
        """Report an error and go on; raises RefusedError after too many of them."""
        self.errors += 1
        if self.errors > 200:
            raise RefusedError
        self.diagnostics.error(code, message, span, hint, *related)

    def warning(
        self,
        code: str,
        message: str,
        span: Span,
        hint: str = "",
        *,
        strict: bool = False,
    ) -> None:
        """Report something that was read another way than it was written; ``strict``: an error with ``--strict``."""
        self.diagnostics.warning(code, message, span, hint, strict=strict)

    def refuse(
        self, code: str, message: str, span: Span, hint: str = ""
    ) -> RefusedError:
        """Report an error; the caller raises what is returned."""
        self.error(code, message, span, hint)
        return RefusedError()


def report_twice(key: str, first: Span, again: Span, report: Report) -> None:
    """Report that ``key`` stands at ``again`` although it stood at ``first`` already."""
    report.error(
        "N107",
        f"the key {quoted(key)} stands here again; it is on line {first.line} already",
        again,
        "keep one of the two",
        (first, "first here"),
    )


def quoted(text: str) -> str:
    """``text`` as findings print a word of the document: one line, at most 80 characters."""
    shown = text if len(text) <= 80 else text[:79] + "…"
    return '"' + "".join(c if c.isprintable() else _escaped(c) for c in shown) + '"'


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
