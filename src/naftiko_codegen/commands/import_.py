"""``import openapi``: an OpenAPI document → files of capabilities, one for each of its tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from naftiko_codegen.commands.request import Asked, UsageError, settled
from naftiko_codegen.config.settings import Settings
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.report.console import plain, shown
from naftiko_codegen.report.terminal import Terminal

if TYPE_CHECKING:
    from naftiko_codegen.importing.capability import Capability


def import_(asked: Asked, terminal: Terminal, *, overwrite: bool = False) -> int:
    """Write the capabilities of the one path of ``asked`` into its ``output``; the exit code. Raises UsageError.

    Nothing is written after an error, or when a file is there that may not be overwritten.
    """
    document, folder = asked.paths[0], asked.output
    if folder is None or not document.is_file():
        raise UsageError(f"there is no such file: {shown(document)}")
    diagnostics = Diagnostics()
    settings = settled(asked, diagnostics)
    found: list[Capability] = []
    if not diagnostics.failed:
        diagnostics = Diagnostics(strict=settings.strict)
        found = _capabilities(asked, settings, diagnostics)
    terminal.report(diagnostics, {}, excerpts=False)
    if diagnostics.failed:
        return 1
    if not found:
        raise UsageError(f"{shown(document)} has no operation that could be imported")
    from naftiko_codegen.output.data import as_yaml
    from naftiko_codegen.output.place import place_all
    from naftiko_codegen.output.staging import OutputError

    files = {f"{it.name}.yaml": as_yaml(it.root).encode() for it in found}
    try:
        place_all(folder, files, replace=overwrite)
    except OutputError as error:
        hint = "" if overwrite else "; nothing is written without --overwrite"
        raise UsageError(f"{shown(folder)}: {plain(str(error))}{hint}") from None
    for it in found:
        number = f"{it.operations} operation{'' if it.operations == 1 else 's'}"
        terminal.line(f"{shown(folder / f'{it.name}.yaml')}: {number}")
    return 0


def _capabilities(asked: Asked, settings: Settings, diagnostics: Diagnostics) -> list[Capability]:  # fmt: skip
    """The capabilities of the document; none after an error. Raises UsageError for what is no OpenAPI document."""
    from naftiko_codegen.importing.capability import capabilities
    from naftiko_codegen.modelling import locator, lower_document, translated
    from naftiko_codegen.options import Options
    from naftiko_codegen.pipeline import read

    options = Options(
        asked.paths,
        overlays=settings.overlays,
        allowed=asked.allowed,
        suppress=settings.suppress,
    )
    sources = translated(read(options, diagnostics), diagnostics)
    document = next(iter(sources.documents), None)
    if document is None or diagnostics.failed:
        return []
    if document.kind != "openapi":
        raise UsageError(f"{shown(asked.paths[0])} is no OpenAPI document")
    package = lower_document(document, diagnostics)
    if package is None or diagnostics.failed:
        return []
    return capabilities(package, locator(sources), diagnostics)
