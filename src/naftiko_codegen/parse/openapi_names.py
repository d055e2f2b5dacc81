"""Names of operations: the ``operationId``, with words of context where two are alike, or the words of the path."""

from __future__ import annotations

import re
from collections import defaultdict

from naftiko_codegen.check.text import quote
from naftiko_codegen.frozen import changed
from naftiko_codegen.parse.openapi_parameters import PLACEHOLDER
from naftiko_codegen.parse.openapi_report import Report
from naftiko_codegen.parse.openapi_view import OperationView
from naftiko_codegen.read.document import Json, Pointer

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


def wanted_name(raw: dict[str, Json], pointer: Pointer, report: Report) -> str:
    """``x-naftiko-name`` when it is an identifier."""
    name = report.text(raw, "x-naftiko-name", pointer)
    if name and not _IDENTIFIER.fullmatch(name):
        message = f"x-naftiko-name {quote(name)} is no identifier of at most 64 characters; it is not used"
        report.warning("N409", message, (*pointer, "x-naftiko-name"))
        return ""
    return name


def named(found: list[OperationView], report: Report) -> tuple[OperationView, ...]:
    """Every operation with a name of its own: its ``operationId``, that with a word of context, or its path's words."""
    views = [view if view.name else _derived(view, report) for view in found]
    wanted = [view.name for view in views]
    _report_clashes(views, report, "words of the tag or path are added to both")
    for context in (_tag_words, _path_words, _method_and_path):
        for index in [index for members in _clashes(views) for index in members]:
            views[index] = changed(
                views[index], name=f"{wanted[index]}_{context(views[index])}".strip("_")
            )
    _report_clashes(views, report, "give one of them another operationId", error=True)
    return tuple(views)


def _derived(view: OperationView, report: Report) -> OperationView:
    name = _method_and_path(view)
    report.note(
        "N407",
        f"{view.method} {quote(view.path)} has no operationId; it is called {name}",
        view.pointer,
    )
    return changed(view, name=name)


def _path_words(view: OperationView) -> str:
    """The words of the path: ``/users/{id}`` gives ``users_by_id``."""
    spelled = PLACEHOLDER.sub(lambda match: f"by_{match[1]}", view.path)
    return "_".join(re.findall(r"\w+", spelled)) or "root"


def _tag_words(view: OperationView) -> str:
    return "_".join(re.findall(r"\w+", view.group))


def _method_and_path(view: OperationView) -> str:
    return f"{view.method.lower()}_{_path_words(view)}"


def _clashes(views: list[OperationView]) -> list[list[int]]:
    """The indices of operations whose names differ at most in case, as tools of one name would."""
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    for index, view in enumerate(views):
        by_name[view.name.casefold()].append(index)
    return [members for members in by_name.values() if len(members) > 1]


def _report_clashes(
    views: list[OperationView], report: Report, hint: str, *, error: bool = False
) -> None:
    """Say which operations share a name, with both places."""
    say = report.diagnostics.error if error else report.diagnostics.warning
    for members in _clashes(views):
        first = views[members[0]]
        other = (
            report.document.span(first.pointer, key=True),
            f"{first.method} {quote(first.path)}",
        )
        for view in [views[index] for index in members[1:]]:
            message = f"the operation name {quote(view.name)} is used twice"
            say(
                "N408",
                message,
                report.document.span(view.pointer, key=True),
                hint,
                other,
            )
