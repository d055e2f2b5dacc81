"""``validate``: every finding about the documents, and nothing else."""

from __future__ import annotations

from naftiko_codegen.commands.request import Asked, settled
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.report.findings import counts
from naftiko_codegen.report.terminal import Terminal


def validate(asked: Asked, terminal: Terminal) -> int:
    """Check what was ``asked`` for, print all findings, and return the exit code. Raises UsageError."""
    diagnostics = Diagnostics()
    settings = settled(asked, diagnostics)
    if diagnostics.failed:
        terminal.report(diagnostics, {}, excerpts=True)
        return 2
    from naftiko_codegen.options import Options
    from naftiko_codegen.pipeline import compile_all

    diagnostics = Diagnostics(strict=settings.strict)
    options = Options(
        paths=settings.paths,
        targets=settings.targets,
        overlays=settings.overlays,
        allowed=asked.allowed,
        packages=settings.packages,
        described=settings.described,
        selected=settings.selected,
        judge=True,
        gateway=settings.gateway,
        scripts=settings.scripts,
        suppress=settings.suppress,
        render=False,
        jobs=asked.jobs,
    )
    sources, compiled = compile_all(options, diagnostics, terminal.progress)
    facts = {"documents": len(sources.documents)}
    if compiled is not None:
        facts |= {"linked": compiled.linked, "linkable": compiled.linkable}
    terminal.report(diagnostics, facts, excerpts=True)
    number = len(sources.documents)
    found = counts(diagnostics) or "no findings"
    terminal.line(f"{number} document{'' if number == 1 else 's'}: {found}")
    if facts.get("linkable"):
        words = "operations of capabilities are described by OpenAPI documents"
        terminal.line(f"{facts['linked']} of {facts['linkable']} {words}")
    return 1 if diagnostics.failed else 0
