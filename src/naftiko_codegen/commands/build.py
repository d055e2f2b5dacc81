"""``build``: documents → an output folder that holds their packages, or a report of how it differs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from naftiko_codegen.commands import summary, unchanged
from naftiko_codegen.commands.request import Asked, UsageError, settled
from naftiko_codegen.config.settings import Settings
from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.frozen import frozen
from naftiko_codegen.report.console import shown
from naftiko_codegen.report.terminal import Terminal

if TYPE_CHECKING:
    from naftiko_codegen.output.compare import Comparison
    from naftiko_codegen.pipeline import Compiled
    from naftiko_codegen.read.sources import Sources

FINE, STOPPED, MISUSED, DRIFTED = 0, 1, 2, 3
"""The exit codes."""


_OF_ONE_BUILD = frozenset(("N601", "N602", "N608"))
"""Notes about how a build was written: they are not true of the next one."""


@frozen
class Job:
    """One build: ``check`` writes nothing, ``overwrite`` replaces files edited by hand."""

    asked: Asked
    settings: Settings
    output: Path
    check: bool
    overwrite: bool

    @property
    def prune(self) -> bool:
        """Whether packages of documents that are gone are removed.

        Only a build of whole folders can know, or one of everything that the configuration names.
        """
        return not self.asked.paths or all(it.is_dir() for it in self.settings.paths)


def build(asked: Asked, terminal: Terminal, *, check: bool, overwrite: bool) -> int:
    """Build what was ``asked`` for and print what happened; returns the exit code. Raises UsageError."""
    diagnostics = Diagnostics()
    settings = settled(asked, diagnostics)
    if diagnostics.failed:
        terminal.report(diagnostics, {}, excerpts=False)
        return MISUSED
    if settings.output is None:
        raise UsageError(
            "name the folder to write: -o DIR, or output in a configuration file"
        )
    job = Job(
        asked, settings, Path(os.path.realpath(settings.output)), check, overwrite
    )
    if check:
        return _checked(job, terminal)
    key = unchanged.key(asked, settings, job.output)
    if _reported(job.output, key, terminal):
        return FINE
    return _built(job, key, terminal)


def again(asked: Asked, terminal: Terminal) -> int | None:
    """What ``build`` does when nothing has changed; ``None``, with nothing printed, when it has work to do."""
    diagnostics = Diagnostics()
    settings = settled(asked, diagnostics)
    if diagnostics.failed or settings.output is None:
        return None
    output = Path(os.path.realpath(settings.output))
    key = unchanged.key(asked, settings, output)
    return FINE if _reported(output, key, terminal) else None


def _reported(output: Path, key: str, terminal: Terminal) -> bool:
    """Whether the last build was the same; then what it found is printed again."""
    kept = unchanged.load(output, key)
    if kept is None:
        return False
    found, facts = kept
    terminal.report(found, facts, excerpts=False)
    terminal.line(summary.written(facts, found))
    return True


def _compile(
    job: Job, diagnostics: Diagnostics, terminal: Terminal
) -> tuple[Sources, Compiled | None]:
    """Run the pipeline; what stopped it has been printed when there is no result."""
    from naftiko_codegen.options import Options
    from naftiko_codegen.pipeline import compile_all

    asked, settings = job.asked, job.settings
    options = Options(
        paths=settings.paths,
        targets=settings.targets,
        overlays=settings.overlays,
        allowed=asked.allowed,
        packages=settings.packages,
        described=settings.described,
        selected=settings.selected,
        templates=asked.templates,
        judge=settings.strict,
        gateway=settings.gateway,
        scripts=settings.scripts,
        suppress=settings.suppress,
        jobs=asked.jobs,
    )
    sources, compiled = compile_all(options, diagnostics, terminal.progress)
    if compiled is None:
        terminal.report(diagnostics, {}, excerpts=False)
        terminal.line(summary.stopped(diagnostics))
    return sources, compiled


def _built(job: Job, key: str, terminal: Terminal) -> int:
    """Compile and write."""
    from naftiko_codegen.output.staging import OutputError
    from naftiko_codegen.output.write import write

    diagnostics = Diagnostics(strict=job.settings.strict)
    sources, compiled = _compile(job, diagnostics, terminal)
    if compiled is None:
        return STOPPED
    terminal.progress("writing")
    try:
        written = write(
            job.output,
            compiled.files,
            prune=job.prune,
            overwrite=job.overwrite,
            in_place=_stood_in(job),
            waiting=lambda: terminal.progress("waiting for another build"),
        )
    except (OutputError, OSError) as error:
        words = error.strerror if isinstance(error, OSError) else str(error)
        diagnostics.error(
            "N607", f"cannot write the output: {words}", Span(shown(job.output))
        )
        terminal.report(diagnostics, {}, excerpts=False)
        return STOPPED
    _explain(written.comparison, job, diagnostics)
    if written.piecewise:
        words = "the folder could not be exchanged as a whole; its packages were, one after the other"
        diagnostics.note("N608", words, Span(shown(job.output)))
    facts = summary.facts(compiled, written.comparison)
    terminal.report(diagnostics, facts, excerpts=False)
    if not written.done:
        terminal.line(summary.stopped(diagnostics))
        return STOPPED
    terminal.line(summary.written(facts, diagnostics))
    lasting = [it for it in diagnostics if it.code not in _OF_ONE_BUILD]
    unchanged.save(job.output, key, sources.files, compiled.files, lasting, facts)
    return FINE


def _checked(job: Job, terminal: Terminal) -> int:
    """Compile and compare."""
    from naftiko_codegen.output.compare import compare
    from naftiko_codegen.report import drift

    diagnostics = Diagnostics(strict=job.settings.strict)
    _, compiled = _compile(job, diagnostics, terminal)
    if compiled is None:
        return STOPPED
    found = compare(job.output, compiled.files, prune=job.prune)
    _explain_damage(found, job, diagnostics)
    facts = summary.facts(compiled, found)
    folder = shown(job.output)
    said = [*diagnostics]
    if terminal.format in ("sarif", "github"):
        said += drift.findings(found.changes, folder)
    terminal.report(said, {**facts, "drift": _drifted(found)}, excerpts=False)
    for line in drift.drift(found.changes, folder):
        terminal.line(line)
    terminal.line(summary.compared(facts, diagnostics))
    return DRIFTED if found.damaged or any(it.drift for it in found.changes) else FINE


def _drifted(found: Comparison) -> list[dict[str, str]]:
    """What differs, for the JSON report."""
    return [{"path": it.path, "state": it.what} for it in found.changes if it.drift]


def _stood_in(job: Job) -> bool:
    """Whether the output folder itself must stay: the working directory or a document is in it."""
    places = (Path(os.path.realpath(path)) for path in (Path(), *job.settings.paths))
    return any(place.is_relative_to(job.output) for place in places)


def _explain(found: Comparison, job: Job, diagnostics: Diagnostics) -> None:
    """Findings for what in the output folder is not as the last build left it."""
    folder = shown(job.output)
    report = diagnostics.note if job.overwrite else diagnostics.error
    again = "--overwrite-edited replaces it; to keep a change, make it in the document or in a template"
    for it in found.changes:
        place = Span(f"{folder}/{it.path}")
        if it.what == "edited":
            report("N601", "this file was edited by hand", place, again)
        elif it.what == "foreign":
            report(
                "N602",
                "a file that is not ours stands where one of ours belongs",
                place,
                again,
            )
        elif it.what == "blocked":
            words = "a link or a folder stands where a file of ours belongs"
            diagnostics.error("N603", words, place, "move it away")
        elif it.what == "kept":
            words = "no document asks for this file any more; it was edited by hand, so it stays"
            diagnostics.warning(
                "N605", words, place, "remove it when you do not need it"
            )
    _explain_damage(found, job, diagnostics)
    for path in found.unknown:
        diagnostics.note(
            "N606", "not a file of ours; it stays", Span(f"{folder}/{path}")
        )


def _explain_damage(found: Comparison, job: Job, diagnostics: Diagnostics) -> None:
    """Findings for manifests that cannot be believed."""
    report = diagnostics.note if job.overwrite else diagnostics.error
    hint = "restore it, or replace the package with --overwrite-edited"
    for path, words in found.damaged:
        place = Span(f"{shown(job.output)}/{path}")
        report("N604", f"this manifest cannot be used: {words}", place, hint)
