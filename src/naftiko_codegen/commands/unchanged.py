"""Whether a build would change anything: the last one remembered, so that an unchanged one is only hashed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from naftiko_codegen.commands.request import Asked
from naftiko_codegen.commands.summary import Facts, as_unchanged
from naftiko_codegen.config.settings import Settings
from naftiko_codegen.diagnostics import Diagnostic, Severity, Span
from naftiko_codegen.frozen import fields_of
from naftiko_codegen.output import state
from naftiko_codegen.report.console import shown

if TYPE_CHECKING:
    from naftiko_codegen.render.files import File


def key(asked: Asked, settings: Settings, output: Path) -> str:
    """The identity of everything a build depends on except bytes of documents: this program, options, file names.

    Paths are taken relative to ``output``, so that the key is the same in every working directory.
    """
    from naftiko_codegen.read.find import find

    def relative(paths: Iterable[Path]) -> list[str]:
        return [os.path.relpath(path, output) for path in paths]

    templates = [asked.templates] if asked.templates else []
    facts = {
        "tool": state.tool_digest(*templates),
        "python": sys.version,
        "paths": relative(settings.paths),
        "candidates": relative(find(settings.paths)),
        "overlays": relative(settings.overlays),
        "allowed": relative(asked.allowed),
        "templates": relative(templates),
        "packages": {
            os.path.relpath(path, output): name
            for path, name in settings.packages.items()
        },
        "described": {
            os.path.relpath(path, output): place and os.path.relpath(place, output)
            for path, place in settings.described.items()
        },
        "selected": {
            os.path.relpath(path, output): chosen.lists
            for path, chosen in settings.selected.items()
        },
        "targets": sorted(settings.targets),
        "strict": settings.strict,
        "suppress": settings.suppress,
        "gateway": settings.gateway,
        "scripts": settings.scripts,
    }
    return sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def save(
    output: Path,
    key: str,
    inputs: Iterable[tuple[str, str]],
    files: Iterable[File],
    found: Iterable[Diagnostic],
    facts: Facts,
) -> None:
    """Remember a finished build: ``inputs`` are the name, as findings print it, and sha256 of every file read."""
    result = {
        "facts": as_unchanged(facts),
        "findings": [_kept(finding, output) for finding in found],
    }
    state.save(
        output,
        key,
        {os.path.relpath(name, output): digest for name, digest in inputs},
        {file.path: sha256(file.content).hexdigest() for file in files},
        result,
    )


def load(output: Path, key: str) -> tuple[list[Diagnostic], Facts] | None:
    """The findings and numbers of the last build, if building again would change nothing."""
    result = state.load(output, key)
    if result is None:
        return None
    return [_finding(kept, output) for kept in result["findings"]], result["facts"]


def _kept(finding: Diagnostic, output: Path) -> dict[str, Any]:
    """``finding`` as JSON, its files relative to ``output``."""
    return {name: getattr(finding, name) for name in fields_of(finding)} | {
        "span": _span_kept(finding.span, output),
        "related": [
            [_span_kept(span, output), words] for span, words in finding.related
        ],
    }


def _span_kept(span: Span, output: Path) -> list[Any]:
    return [os.path.relpath(span.file, output), span.line, span.column]


def _finding(kept: Mapping[str, Any], output: Path) -> Diagnostic:
    """What ``_kept`` made JSON of, its files as this working directory names them."""
    related = tuple((_span(place, output), words) for place, words in kept["related"])
    severity = Severity(kept["severity"])
    return Diagnostic(
        kept["code"],
        severity,
        kept["message"],
        _span(kept["span"], output),
        kept["hint"],
        related,
    )


def _span(kept: list[Any], output: Path) -> Span:
    file, line, column = kept
    return Span(shown(Path(os.path.normpath(output / file))), line, column)
