"""Findings about the inputs of routes and tools: derived ones, and those that reach nothing."""

from __future__ import annotations

from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.link.slots import Slot
from naftiko_codegen.link.spelling import Spelled
from naftiko_codegen.parse.capability_view import Input, Unit
from naftiko_codegen.read.document import Pointer


def derived(unit: Unit, slot: Slot, rest: bool, report: Report) -> None:
    """N304: ``unit`` does not declare what fills ``slot``."""
    what = "routes" if rest else "tools"
    if unit.inputs:
        words = f"{what} that do not declare what the called operation needs: derived from it: {{}}"
        report.repeated(
            "N304", words, unit.pointer, word=quote(slot.feed), strict=False
        )
    else:
        words = f"{what} that declare no inputs: derived from the called operation"
        hint = "declare `inputParameters` to name, type and describe them here"
        report.repeated("N304", words, unit.pointer, hint, strict=slot.required)


def not_sent(what: str, name: str, pointer: Pointer, report: Report) -> None:
    """N306: an input, or a route variable, that nothing upstream takes."""
    words = f"{what} that the called operation does not take, not sent: {{}}"
    report.repeated("N306", words, pointer, word=quote(name), strict=False)


def unreachable(unit: Unit, name: str, report: Report) -> None:
    """N308: a route variable that nobody declares and that reaches nothing."""
    words = f"route variable {quote(name)} reaches nothing in {quote(unit.call)}"
    hint = "name it in `with`, or take it out of the path"
    report.error("N308", words, unit.pointer, hint)


def check_place(
    unit: Unit, declared: Input, placeholders: Spelled[str], report: Report
) -> None:
    """N310: a path input of a route that has no place in its path."""
    if declared.place == "path" and declared.name not in placeholders:
        words = f"path input {quote(declared.name)} has no place in {quote(unit.path)}: taken from the query"
        hint = f"write `{{{{{declared.name}}}}}` into the path, or `in: query`"
        report.warning("N310", words, declared.pointer, hint, strict=True)
