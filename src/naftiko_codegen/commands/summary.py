"""The last line of a build, and its numbers by name for the JSON report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from naftiko_codegen.diagnostics import Diagnostic
from naftiko_codegen.report.findings import counts

if TYPE_CHECKING:
    from naftiko_codegen.output.compare import Comparison
    from naftiko_codegen.pipeline import Compiled

Facts: TypeAlias = dict[str, Any]


def facts(compiled: Compiled, found: Comparison) -> Facts:
    """What ``compiled`` holds, and how many files of each kind a comparison ``found`` in the output folder."""
    return {
        "packages": len(compiled.packages),
        "files": len(compiled.files),
        "operations": compiled.operations,
        "declared": compiled.declared,
        "linked": compiled.linked,
        "linkable": compiled.linkable,
        "unchanged": found.count("unchanged"),
        "missing": found.count("missing"),
        "outdated": found.count("outdated"),
        "edited": found.count("edited", "foreign", "blocked", "kept"),
        "orphaned": found.count("orphaned"),
    }


def as_unchanged(seen: Facts) -> Facts:
    """The numbers of the same build once its output is up to date."""
    states = ("missing", "outdated", "edited", "orphaned")
    return {**seen, **dict.fromkeys(states, 0), "unchanged": seen["files"]}


def written(seen: Facts, findings: Iterable[Diagnostic]) -> str:
    """The last line of a build: what was compiled and what was written."""
    number = seen["missing"] + seen["outdated"] + seen["edited"]
    states = [f"{number} written", f"{seen['unchanged']} unchanged"]
    if seen["orphaned"]:
        states.append(f"{seen['orphaned']} removed")
    return _line(seen, states, findings)


def compared(seen: Facts, findings: Iterable[Diagnostic]) -> str:
    """The last line of ``--check``: what was compiled and how the folder differs."""
    words = {"edited": "edited by hand"}
    names = ("missing", "outdated", "edited", "orphaned")
    states = [f"{seen[name]} {words.get(name, name)}" for name in names if seen[name]]
    return _line(seen, states or ["up to date"], findings)


def stopped(findings: Iterable[Diagnostic]) -> str:
    """The last line of a build that wrote nothing."""
    return f"nothing written: {counts(findings)}"


def _line(seen: Facts, states: list[str], findings: Iterable[Diagnostic]) -> str:
    packages = _many(seen["packages"], "package")
    files = _many(seen["files"], "file")
    operations = f"{seen['operations']} of {_many(seen['declared'], 'operation')}"
    parts = [f"{packages}, {files}: {', '.join(states)}", operations]
    return "; ".join([*parts, *filter(None, [counts(findings)])])


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
