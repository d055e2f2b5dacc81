"""What the compiler says about a document: diagnostics with a place, words and a hint, collected and sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum

from naftiko_codegen.frozen import frozen


class Severity(IntEnum):
    """How much a finding matters; only ``ERROR`` stops a build."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The lower-case word printed in front of the code."""
        return self.name.lower()


@frozen
class Span:
    """A place in a file: its display path, and line and column counted from 1 (0 means the whole file)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """``file:line:column``, shortened to ``file`` when there is no line."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def __lt__(self, other: Span) -> bool:
        """Findings are printed by file, line and column."""
        mine = (self.file, self.line, self.column)
        return mine < (other.file, other.line, other.column)


@frozen
class Diagnostic:
    """One finding.

    ``code`` is a stable identifier such as ``N301``; ``message`` and ``hint`` are plain sentences that quote the
    document's own words; ``related`` names further places (the other side of a clash).
    """

    code: str
    severity: Severity
    message: str
    span: Span
    hint: str = ""
    related: tuple[tuple[Span, str], ...] = ()

    def key(self) -> tuple[Span, str, str]:
        """The order in which findings are printed: by place, then code, then words."""
        return (self.span, self.code, self.message)


class Diagnostics:
    """The one mutable value of a run: every pass reports into it and goes on."""

    def __init__(self, *, strict: bool = False) -> None:
        """With ``strict``, findings reported with ``strict=True`` (departures from a specification) become errors."""
        self._items: dict[tuple[Span, str, str], Diagnostic] = {}
        self._strict = strict
        self._suppressed: Callable[[str, Span], bool] | None = None

    def fresh(self) -> Diagnostics:
        """An empty collection under the same policy, for work whose findings are added later."""
        made = Diagnostics(strict=self._strict)
        made._suppressed = self._suppressed
        return made

    def suppress(self, suppressed: Callable[[str, Span], bool]) -> None:
        """From now on, keep no warning or note for which ``suppressed`` is true; drop those that are there."""
        self._suppressed = suppressed
        self._items = {
            key: item
            for key, item in self._items.items()
            if item.severity is Severity.ERROR or not suppressed(item.code, item.span)
        }

    @property
    def suppressing(self) -> bool:
        """Whether there is anything that is not wanted: asking about places costs time."""
        return bool(self._suppressed)

    def suppressed(self, code: str, span: Span) -> bool:
        """Whether a warning or note of this code is not wanted at this place."""
        return bool(self._suppressed and self._suppressed(code, span))

    def error(
        self,
        code: str,
        message: str,
        span: Span,
        hint: str = "",
        *related: tuple[Span, str],
    ) -> None:
        """Report something for which no meaningful or safe code can be generated."""
        self.add(Diagnostic(code, Severity.ERROR, message, span, hint, related))

    def warning(
        self,
        code: str,
        message: str,
        span: Span,
        hint: str = "",
        *related: tuple[Span, str],
        strict: bool = False,
    ) -> None:
        """Report something accepted and normalised; ``strict=True`` marks a departure from the official language."""
        if self.suppressed(code, span):
            return
        severity = Severity.ERROR if strict and self._strict else Severity.WARNING
        self.add(Diagnostic(code, severity, message, span, hint, related))

    def note(
        self,
        code: str,
        message: str,
        span: Span,
        hint: str = "",
        *related: tuple[Span, str],
    ) -> None:
        """Report a matter of style."""
        if self.suppressed(code, span):
            return
        self.add(Diagnostic(code, Severity.NOTE, message, span, hint, related))

    def add(self, item: Diagnostic) -> None:
        """Keep ``item``; the same finding reported twice is kept once."""
        self._items.setdefault(item.key(), item)

    def __iter__(self) -> Iterator[Diagnostic]:
        """All findings in printing order."""
        return iter(sorted(self._items.values(), key=Diagnostic.key))

    def __len__(self) -> int:
        """How many findings there are."""
        return len(self._items)

    def count(self, severity: Severity) -> int:
        """How many findings have exactly this severity."""
        return sum(item.severity is severity for item in self._items.values())

    @property
    def failed(self) -> bool:
        """Whether any finding stops the build."""
        return any(item.severity is Severity.ERROR for item in self._items.values())
