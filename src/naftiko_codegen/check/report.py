"""Reports by pointer into one document; the same departure at many places becomes one finding with a count."""

from __future__ import annotations

from naftiko_codegen.diagnostics import Diagnostics, Severity
from naftiko_codegen.frozen import changed, frozen
from naftiko_codegen.read.document import Document, Pointer

_MANY = 12


@frozen
class _Repeated:
    pointer: Pointer
    hint: str
    strict: bool
    words: dict[str, None]
    places: set[Pointer]


class Report:
    """Where the passes over one capability report to; they know pointers, never spans."""

    __slots__ = ("_before", "_diagnostics", "_document", "_repeated")

    def __init__(self, document: Document, diagnostics: Diagnostics) -> None:
        self._document = document
        self._diagnostics = diagnostics
        self._before = diagnostics.count(Severity.ERROR)
        self._repeated: dict[tuple[str, str], _Repeated] = {}

    def error(
        self,
        code: str,
        message: str,
        pointer: Pointer,
        hint: str = "",
        *others: tuple[Pointer, str],
    ) -> None:
        """Report something for which nothing meaningful or safe can be generated; ``others`` are further places."""
        related = ((self._document.span(place), words) for place, words in others)
        self._diagnostics.error(
            code, message, self._document.span(pointer), hint, *related
        )

    def warning(
        self,
        code: str,
        message: str,
        pointer: Pointer,
        hint: str = "",
        *,
        strict: bool = False,
    ) -> None:
        """Report something that is accepted; ``strict`` marks a departure from the official language."""
        self._diagnostics.warning(
            code, message, self._document.span(pointer), hint, strict=strict
        )

    def missing(self, feature: str, pointer: Pointer) -> None:
        """Report a part of the language that this compiler does not have."""
        hint = "nothing is generated from a document that needs it: its meaning would be lost"
        self.error("N290", f"{feature} not supported yet", pointer, hint)

    def repeated(
        self, code: str, message: str, pointer: Pointer, hint: str = "", *, word: str = "",
        owner: Pointer = (), strict: bool = True,
    ) -> None:  # fmt: skip
        """Count a departure; ``flush`` reports it once, at its first place, with the number of places.

        Departures that differ only in a ``word`` are one: all their words stand where ``message`` says ``{}``. Several
        of one ``owner`` count once; one that is ``strict`` makes all of them so. A place whose author does not want to
        hear it does not count.
        """
        quiet = self._diagnostics
        if quiet.suppressing and quiet.suppressed(code, self._document.span(pointer)):
            return
        found = self._repeated.setdefault(
            (code, message), _Repeated(pointer, hint, strict, {}, set())
        )
        if strict and not found.strict:
            self._repeated[code, message] = found = changed(found, strict=True)
        found.words[word] = None
        found.places.add(owner or pointer)

    def flush(self) -> None:
        """Report what ``repeated`` has counted since the last flush."""
        for (code, message), found in self._repeated.items():
            count = len(found.places)
            said = message.replace("{}", _listed(list(found.words)))
            words = f"{said} ({count} places, this is the first)" if count > 1 else said
            self.warning(code, words, found.pointer, found.hint, strict=found.strict)
        self._repeated.clear()

    @property
    def failed(self) -> bool:
        """Whether an error was reported since this report began."""
        return self._diagnostics.count(Severity.ERROR) > self._before


def _listed(words: list[str]) -> str:
    """The words with commas; of many only the first."""
    return (
        ", ".join(words)
        if len(words) <= _MANY
        else f"{', '.join(words[:_MANY])} and {len(words) - _MANY} more"
    )
