"""What ``build --check`` found, file by file, with a bounded unified diff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import unified_diff
from itertools import islice

from naftiko_codegen.diagnostics import Diagnostic, Severity, Span
from naftiko_codegen.output.compare import Change, What
from naftiko_codegen.output.manifest import NAME
from naftiko_codegen.report.console import plain_lines, plain_path

MOST_LINES = 60
"""Lines of one diff that are shown."""

LARGEST = 200_000
"""Bytes of a file beyond which no diff is made."""

WORDS: dict[What, str] = {
    "missing": "missing",
    "outdated": "outdated",
    "edited": "edited by hand",
    "foreign": "not ours",
    "blocked": "blocked by a link or a folder",
    "orphaned": "orphaned",
    "kept": "orphaned and edited by hand",
}


def drift(changes: Iterable[Change], folder: str) -> Iterator[str]:
    """One line for each differing file, ``folder`` in front of its path, and the diff to what a build would write."""
    for change in sorted(changes, key=_is_manifest):
        if change.drift:
            path = plain_path(f"{folder}/{change.path}")
            yield f"{path}: {WORDS[change.what]}"
            shown = change.what in ("outdated", "edited", "foreign")
            if shown and not _is_manifest(change):
                yield from _diff(change, path)


def _is_manifest(change: Change) -> bool:
    """Whether it is a list of digests, which says nothing that the files do not say."""
    return change.path.endswith(f"/{NAME}")


def findings(changes: Iterable[Change], folder: str) -> Iterator[Diagnostic]:
    """The differing files as findings, for formats that know nothing else."""
    for change in changes:
        if change.drift:
            words = f"{WORDS[change.what]}: not what a build would leave here"
            place = Span(f"{folder}/{change.path}")
            hint = "build again and commit the result"
            yield Diagnostic("N609", Severity.ERROR, words, place, hint)


def _diff(change: Change, path: str) -> Iterator[str]:
    """The unified diff from the file on disk to the generated one, cut off when long."""
    if max(len(change.old), len(change.new)) > LARGEST:
        yield "  (too large for a diff)"
        return
    old = change.old.decode("utf-8", "replace").splitlines()
    new = change.new.decode("utf-8", "replace").splitlines()
    lines = unified_diff(
        old, new, f"{path} (on disk)", f"{path} (generated)", lineterm=""
    )
    for line in islice(lines, MOST_LINES):
        yield "  " + plain_lines(line)
    left = sum(1 for _ in lines)
    if left:
        yield f"  … {left} more lines"
