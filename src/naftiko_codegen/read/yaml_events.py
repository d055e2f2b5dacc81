"""YAML text → the events of libyaml, corrected to YAML 1.2, and its syntax errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.events import ScalarEvent

from naftiko_codegen.read.places import Lines
from naftiko_codegen.read.report import RefusedError, Report

_HIDDEN = "\x85\u2028\u2029\ufeff"
"""Characters that libyaml takes for line breaks or refuses; YAML 1.2 has them as text."""
_STAND_INS = "\U0010fff0\U0010fff1\U0010fff2\U0010fff3"
_FORBIDDEN = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""A pattern of the characters that YAML does not allow; it is slow to compile."""


_MOST = 200
"""From so many on, characters that YAML does not allow are no slip."""

DROPPED = "\U0010fff4"
"""In place of a forbidden character while the rest of a text is read."""


def without_forbidden(text: str) -> str | None:
    """``text`` with ``DROPPED`` for each of the few characters in it that YAML does not allow.

    None when there are many, or when they would not be told from what stands there already.
    """
    made, count = re.subn(_FORBIDDEN, DROPPED, text, count=_MOST)
    return None if DROPPED in text or count == _MOST else made


def report_forbidden(text: str, report: Report) -> None:
    """Report every forbidden character of ``text`` as left out."""
    lines = Lines(report.name, text)
    for found in re.finditer(_FORBIDDEN, text):
        words = f"the control character U+{ord(found[0]):04X} is left out"
        span = lines.span(found.start())
        report.warning("N104", words, span, "delete it", strict=True)


def _stand_in(text: str) -> str:
    """``text`` with every character that libyaml would misread replaced by another."""
    if text.isascii() or any(character in text for character in _STAND_INS):
        return text
    for character, other in zip(_HIDDEN, _STAND_INS, strict=True):
        text = text.replace(character, other)
    return text


def events(text: str, report: Report) -> Iterator[Any]:
    """The events of ``text``, each with a start_mark and an end_mark counted from 0.

    Raises RefusedError; the iterator raises yaml.YAMLError.
    """
    shown = _stand_in(text)
    if shown.count("%TAG") > 100:
        raise report.refuse("N112", "too many %TAG directives", report.span(0, 0))
    loader: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    found = iter(loader(shown).get_event, None)
    return found if shown is text else _restored(found)


def _restored(events: Iterator[Any]) -> Iterator[Any]:
    table = str.maketrans(_STAND_INS, _HIDDEN)
    for event in events:
        if event.__class__ is ScalarEvent:
            event.value = event.value.translate(table)
        yield event


def syntax(error: yaml.YAMLError, text: str, report: Report) -> RefusedError:
    """Report why ``text`` is no YAML; the caller raises what is returned."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        words = [getattr(error, "context", None), getattr(error, "problem", None)]
        message = ": ".join(word for word in words if word)
        return report.refuse(
            "N106", message, report.span(mark.line + 1, mark.column + 1)
        )
    found = re.search(_FORBIDDEN, text)
    if found is None:
        return report.refuse("N106", "this is no YAML", report.span(0, 0))
    message = f"the control character U+{ord(found[0]):04X} cannot stand in a YAML file"
    return report.refuse("N104", message, Lines(report.name, text).span(found.start()))
