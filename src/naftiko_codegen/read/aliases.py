"""YAML anchors, aliases and merge keys, with what they add to a document counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from naftiko_codegen.diagnostics import Span
from naftiko_codegen.read.document import Json
from naftiko_codegen.read.report import Report, quoted


@dataclass(slots=True)
class _Anchor:
    """An anchored node: its value, where it began, and its expanded size once it ended."""

    value: Json
    start: int
    added: int
    size: int | None


class Aliases:
    """The anchors of one document; ``used`` says whether any alias was followed.

    Sizes are characters of source text, an aliased node counted again at every use, so
    that a small file cannot stand for a huge tree.
    """

    def __init__(self, report: Report, limit: int) -> None:
        """``limit`` is the number of characters that aliases may add."""
        self.used = False
        self._report = report
        self._limit = limit
        self._added = 0
        self._named: dict[str, _Anchor] = {}
        self._open: dict[int, _Anchor] = {}

    def scalar(self, name: str, value: Json, size: int) -> None:
        """Remember a scalar of ``size`` characters."""
        self._named[name] = _Anchor(value, 0, 0, size)

    def begin(self, name: str, container: Json, offset: int) -> None:
        """Remember a container that begins at ``offset``."""
        anchor = _Anchor(container, offset, self._added, None)
        self._named[name] = self._open[id(container)] = anchor

    def end(self, container: Json, offset: int) -> None:
        """Take the size of ``container``, which ends at ``offset``, if it is anchored."""
        anchor = self._open.pop(id(container), None)
        if anchor is not None:
            anchor.size = offset - anchor.start + self._added - anchor.added

    def follow(self, name: str, span: Span) -> Json:
        """The value of ``*name``; reports unknown names, cycles and bombs (RefusedError)."""
        self.used = True
        anchor = self._named.get(name)
        if anchor is None:
            message = f"the alias *{quoted(name)[1:-1]} follows no anchor of that name"
            self._report.error("N113", message, span)
            return None
        if anchor.size is None:
            message = f"the alias *{quoted(name)[1:-1]} stands inside what it names"
            self._report.error(
                "N113", message, span, "a document cannot contain itself"
            )
            return None
        self._added += anchor.size
        if self._added > self._limit:
            message = f"aliases expand this file by more than {self._limit} characters"
            raise self._report.refuse("N112", message, span)
        return anchor.value


def merge(
    target: dict[str, Json], marks: dict[int, list[Any]], span: Span, report: Report
) -> None:
    """Replace the ``<<`` entry of ``target`` by the mappings it names, in its place.

    Keys that ``target`` says itself win, then those of earlier mappings.
    """
    value = target["<<"]
    sources = value if isinstance(value, list) else [value]
    if not all(isinstance(source, dict) for source in sources):
        report.error(
            "N117",
            "<< takes a mapping or a list of mappings",
            span,
            'quote "<<" if it is a name',
        )
        return
    made: dict[str, Json] = {}
    places: list[Any] = []
    own = marks[id(target)]
    for number, (key, item) in enumerate(target.items()):
        if key != "<<":
            made[key] = item
            places += own[2 * number : 2 * number + 2]
            continue
        for source in sources:
            theirs = marks[id(source)]
            for index, (name, inner) in enumerate(source.items()):
                if name not in made and name not in target:
                    made[name] = inner
                    places += theirs[2 * index : 2 * index + 2]
    target.clear()
    target.update(made)
    own[:] = places
