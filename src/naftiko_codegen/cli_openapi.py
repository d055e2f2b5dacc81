"""The commands ``import`` and ``export``: OpenAPI documents that become capabilities, and the other way round."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from naftiko_codegen.cli_options import (
    ALLOW,
    CONFIG,
    OVERLAY,
    PATH,
    PATHS,
    QUIET,
    SCRIPTS,
    STRICT,
    VERBOSE,
    asked_for,
    terminal_of,
)

_OVERWRITE = click.option(
    "--overwrite", is_flag=True, help="Replace files that are there already."
)


@click.group("import")
def import_() -> None:
    """Make capabilities of documents in other languages."""


@import_.command("openapi")
@click.argument("document", type=PATH, metavar="DOC")
@click.option(
    "-o",
    "--output",
    type=PATH,
    required=True,
    metavar="DIR",
    help="The folder to write to. Created when missing.",
)
@_OVERWRITE
@OVERLAY
@STRICT
@ALLOW
@CONFIG
@QUIET
@VERBOSE
def _import_openapi(
    document: Path,
    output: Path,
    overwrite: bool,
    quiet: bool,
    verbose: bool,
    **asked: Any,
) -> int:
    """Write a capability for every tag of the OpenAPI document DOC.

    Each consumes the operations of its tag, with the variables of its credentials in binds, and exposes them by a
    REST and an MCP adapter. Built beside DOC, it has the types of DOC. What the language of capabilities cannot say
    is reported.

    \b
    Example:
      naftiko-codegen import openapi api.yaml -o specs
    """
    from naftiko_codegen.commands.import_ import import_ as run

    return run(
        asked_for(paths=(document,), output=output, **asked),
        terminal_of("text", quiet, verbose),
        overwrite=overwrite,
    )


@click.group()
def export() -> None:
    """Print in another language what a document says."""


@export.command("openapi")
@click.argument("spec", type=PATH)
@PATHS
@click.option(
    "-o",
    "--output",
    type=PATH,
    metavar="FILE",
    help="Write to this file: JSON, or YAML if it ends in .yaml or .yml. Standard output, as JSON, when left out.",
)
@click.option(
    "--adapter",
    default="",
    metavar="NAME",
    help="Which REST adapter, where there are several; the first when left out.",
)
@_OVERWRITE
@OVERLAY
@STRICT
@ALLOW
@SCRIPTS
@CONFIG
@QUIET
@VERBOSE
def _export_openapi(
    spec: Path,
    paths: tuple[Path, ...],
    output: Path | None,
    adapter: str,
    overwrite: bool,
    quiet: bool,
    verbose: bool,
    **asked: Any,
) -> int:
    """Print the OpenAPI document of the REST adapter of SPEC.

    It is the document that the generated REST server serves as /openapi.json. An OpenAPI document below PATH that
    describes the operations of SPEC lends it its types, as in a build of both.

    \b
    Examples:
      naftiko-codegen export openapi ships.yaml > ships.openapi.json
      naftiko-codegen export openapi ships.yaml upstream.yaml -o ships.openapi.yaml
    """
    from naftiko_codegen.commands.export import export as run

    return run(
        asked_for(paths=(spec, *paths), **asked),
        terminal_of("text", quiet, verbose),
        adapter=adapter,
        output=output,
        overwrite=overwrite,
    )
