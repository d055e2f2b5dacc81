"""``export openapi``: the OpenAPI document of a REST adapter, as the generated server serves it."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from naftiko_codegen.commands.request import Asked, UsageError, settled
from naftiko_codegen.config.settings import Settings
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.report.console import plain, shown
from naftiko_codegen.report.terminal import Terminal

if TYPE_CHECKING:
    from naftiko_codegen.ir.package import Package


def export(
    asked: Asked,
    terminal: Terminal,
    *,
    adapter: str = "",
    output: Path | None = None,
    overwrite: bool = False,
) -> int:
    """Print or write the document of the REST ``adapter`` of the first path; the exit code. Raises UsageError.

    The other paths are read with it, and so is the document that the configuration names for it. Nothing is written
    after an error.
    """
    _check_usage(asked, output, overwrite)
    diagnostics = Diagnostics()
    settings = settled(asked, diagnostics)
    package = None
    if not diagnostics.failed:
        diagnostics = Diagnostics(strict=settings.strict)
        package = _package(asked, settings, diagnostics)
    with redirect_stdout(sys.stdout if output else sys.stderr):
        terminal.report(diagnostics, {}, excerpts=False)
    if package is None:
        return 1
    _put(_adapter(package, adapter, shown(asked.paths[0])), output, overwrite)
    if output:
        terminal.line(f"{shown(output)} describes the REST server of {plain(package.title)}")  # fmt: skip
    return 0


def _package(
    asked: Asked, settings: Settings, diagnostics: Diagnostics
) -> Package | None:
    """The package of the first path, with the types of its twins; None after an error. Raises UsageError."""
    from naftiko_codegen.modelling import modelled
    from naftiko_codegen.options import Options
    from naftiko_codegen.pipeline import read

    spec = Path(asked.paths[0]).resolve()
    lender = settings.described.get(spec)
    options = Options(
        paths=(*asked.paths, *([lender] if lender else [])),
        overlays=settings.overlays,
        allowed=asked.allowed,
        packages=settings.packages,
        described=settings.described,
        selected=settings.selected,
        scripts=settings.scripts,
        suppress=settings.suppress,
    )
    model = modelled(read(options, diagnostics), options, 1, diagnostics)
    if diagnostics.failed:
        return None
    own = [it.source for it in model.sources.documents if it.path == spec]
    found = next((it for it in model.packages if it.source in own), None)
    if found is None:
        words = "is neither a capability nor an OpenAPI document"
        raise UsageError(f"{shown(asked.paths[0])} {words}")
    return found


def _adapter(package: Package, name: str, spec: str) -> Package:
    """``package`` as if the REST adapter ``name``, or its first one, were its only one."""
    from naftiko_codegen.python.adapters import adapters

    found = {it.rest.name: it for it, _ in adapters(package, "rest") if it.rest}
    if not found:
        raise UsageError(f"{spec} exposes no REST server")
    if name and name not in found:
        names = ", ".join(map(plain, found))
        raise UsageError(f"{spec} has no REST adapter {plain(name)}; it has: {names}")
    return found[name] if name else next(iter(found.values()))


def _put(package: Package, output: Path | None, overwrite: bool) -> None:
    from naftiko_codegen.ir.rest_document import openapi_document
    from naftiko_codegen.output.data import as_json, written
    from naftiko_codegen.output.place import place
    from naftiko_codegen.output.staging import OutputError

    document = openapi_document(package)
    if output is None:
        sys.stdout.write(as_json(document))
        return
    try:
        replace = overwrite and output.exists()
        place(output, written(document, output).encode(), replace=replace)
    except OutputError as error:
        raise UsageError(str(error)) from None


def _check_usage(asked: Asked, output: Path | None, overwrite: bool) -> None:
    from naftiko_codegen.output.data import ENDINGS

    if not asked.paths[0].is_file():
        raise UsageError(f"there is no such file: {shown(asked.paths[0])}")
    if output and output.suffix not in ENDINGS:
        raise UsageError(f"{shown(output)} must end in one of: {', '.join(ENDINGS)}")
    if output and output.exists() and not overwrite:
        words = "is there already; name another file, or use --overwrite"
        raise UsageError(f"{shown(output)} {words}")
