"""The command line: click commands and nothing else."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from naftiko_codegen import __version__
from naftiko_codegen.cli_openapi import export, import_
from naftiko_codegen.cli_options import (
    ALLOW,
    CONFIG,
    FORMAT,
    GATEWAY,
    JOBS,
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

_EPILOG = """\b
Configuration is read from naftiko-codegen.yaml, or from the table
[tool.naftiko-codegen] of a pyproject.toml, in the folder of PATH or above it:
\b
    paths = ["specs", {path = "other/api.yaml", package = "other_api"}]
    output = "generated"
    overlays = ["house.overlay.yaml"]
    targets = ["client", "mcp"]
\b
Beside path, select = {tags = ["users"], methods = ["GET"]} says what the servers of a
document expose, by tags, paths, methods and operations; package names its package.
Further keys: gateway, strict and allow-scripts, true or false. Paths are relative to the
file; what the command line says comes first.
\b
Shell completion, once for every shell you use:
\b
    bash  eval "$(_NAFTIKO_CODEGEN_COMPLETE=bash_source naftiko-codegen)"
    zsh   eval "$(_NAFTIKO_CODEGEN_COMPLETE=zsh_source naftiko-codegen)"
    fish  _NAFTIKO_CODEGEN_COMPLETE=fish_source naftiko-codegen | source
\b
Exit codes: 0 fine; 1 findings that stop; 2 wrong usage; 3 --check found
differences; 70 a bug in this program.
"""


@click.group(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="naftiko-codegen")
def cli() -> None:
    """Make Python packages from API descriptions.

    Give it Naftiko capabilities (YAML) and OpenAPI documents (YAML or JSON). For each
    it writes a package with a typed client, a REST server and an MCP server, which you
    keep in your own repository and which does not need this program to run.

    \b
    Examples:
      naftiko-codegen build specs -o generated     write packages for all of specs/
      naftiko-codegen build specs -o generated --check     are they up to date?
      naftiko-codegen validate api.yaml            what is wrong with this document?
      naftiko-codegen trace api.yaml getUser       where does this code come from?
      naftiko-codegen migrate ships.yaml           the same in the newest language
      naftiko-codegen import openapi api.yaml -o specs     a capability for every tag
      naftiko-codegen export openapi ships.yaml    the OpenAPI document of its REST server
    """


@cli.command()
@PATHS
@click.option(
    "-o",
    "--output",
    type=PATH,
    metavar="DIR",
    help="The folder to write. Created when missing.",
)
@click.option(
    "--target",
    "targets",
    multiple=True,
    type=click.Choice(("client", "rest", "mcp", "skill", "control", "deploy")),
    help="What to generate. Repeatable; everything but deploy when left out.",
)
@GATEWAY
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing; show what a build would change, and exit with 3 if anything.",
)
@click.option(
    "--overwrite-edited",
    "overwrite",
    is_flag=True,
    help="Replace files that were edited by hand; without it, such a file stops the build.",
)
@OVERLAY
@STRICT
@JOBS
@FORMAT
@click.option(
    "--templates",
    type=PATH,
    metavar="DIR",
    help="Look for templates here first; what they make is formatted with black.",
)
@ALLOW
@SCRIPTS
@CONFIG
@QUIET
@VERBOSE
def build(
    check: bool, overwrite: bool, format_: str, quiet: bool, verbose: bool, **asked: Any
) -> int:
    """Write one package for every document below PATH.

    PATH is a file or a folder; folders are searched for .yaml, .yml and .json files.
    Files in the output folder that this program did not write are left alone. Either
    all of the new output is put in place or none of it.

    \b
    Examples:
      naftiko-codegen build specs -o generated
      naftiko-codegen build api.yaml -o generated --target client
      naftiko-codegen build specs -o generated --check --format github
    """
    from naftiko_codegen.commands.build import build as run

    return run(
        asked_for(**asked),
        terminal_of(format_, quiet, verbose),
        check=check,
        overwrite=overwrite,
    )


@cli.command()
@PATHS
@GATEWAY
@OVERLAY
@STRICT
@JOBS
@FORMAT
@ALLOW
@SCRIPTS
@CONFIG
@QUIET
@VERBOSE
def validate(format_: str, quiet: bool, verbose: bool, **asked: Any) -> int:
    """Show everything that is wrong or doubtful in the documents below PATH.

    Each finding names file, line and column, shows the lines around the place and says
    what to do. OpenAPI documents are also judged by openapi-spec-validator. Nothing is
    written.

    \b
    Examples:
      naftiko-codegen validate specs
      naftiko-codegen validate api.yaml --strict
      naftiko-codegen validate specs --format sarif > findings.sarif
    """
    from naftiko_codegen.commands.validate import validate as run

    return run(asked_for(**asked), terminal_of(format_, quiet, verbose))


@cli.command()
@click.argument("spec", type=PATH)
@click.argument("operation")
@OVERLAY
@ALLOW
@SCRIPTS
@CONFIG
def trace(spec: Path, operation: str, **asked: Any) -> int:
    """Follow one OPERATION of SPEC through every pass, down to the emitted lines.

    OPERATION is an operationId, the name of a capability's operation, or the name of a
    tool. Overlays beside SPEC (files with overlay in their name) are applied, as in a
    build of its folder.

    \b
    Example:
      naftiko-codegen trace specs/flux/image-generation-generation.yaml generatefluxdev
    """
    from naftiko_codegen.commands.trace import trace as run

    return run(
        asked_for(paths=(spec,), **asked),
        operation,
        terminal_of("text", quiet=False, verbose=False),
    )


@cli.command()
@click.argument("file", type=PATH)
@click.option(
    "--to",
    "target",
    metavar="VERSION",
    help="The version of the language to rewrite FILE in; the newest when left out.",
)
@click.option(
    "-o",
    "--output",
    type=PATH,
    metavar="OUT",
    help="Write to this file, which must not be there yet; standard output when left out.",
)
@click.option("--in-place", is_flag=True, help="Write over FILE itself.")
@STRICT
@QUIET
@VERBOSE
def migrate(
    file: Path,
    target: str | None,
    output: Path | None,
    in_place: bool,
    strict: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Rewrite the capability FILE in another version of the language.

    The result is compiled to the same packages. Comments are kept. What the other
    version has no words for stays in the file and is reported; with --strict it stops.

    \b
    Examples:
      naftiko-codegen migrate ships.yaml > ships.ikanos.yaml
      naftiko-codegen migrate ships.yaml --to 1.0.0-alpha2 --in-place
    """
    from naftiko_codegen.check.capability_shapes import VERSIONS
    from naftiko_codegen.commands.migrate import migrate as run

    wanted = target or VERSIONS[-1]
    if wanted not in VERSIONS:
        raise click.BadParameter(f"one of {', '.join(VERSIONS)}", param_hint="--to")
    terminal = terminal_of("text", quiet, verbose)
    return run(file, wanted, output, terminal, in_place=in_place, strict=strict)


cli.add_command(import_)
cli.add_command(export)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code; never a traceback, unless NAFTIKO_CODEGEN_DEBUG is set."""
    try:
        code = cli.main(arguments, prog_name="naftiko-codegen", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        code = _reader_gone()
    except (KeyboardInterrupt, click.Abort):
        code = _say("interrupted", 130)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except Exception as error:
        code = _unexpected(error)
    sys.exit(code or 0)


def _unexpected(error: Exception) -> int:
    """Wrong usage found after parsing, or a bug of ours: one line either way."""
    from naftiko_codegen.commands.request import UsageError
    from naftiko_codegen.report.console import plain

    if isinstance(error, UsageError):
        return _say(f"Error: {plain(str(error))}", 2)
    if os.environ.get("NAFTIKO_CODEGEN_DEBUG"):
        raise error
    words = plain(f"{type(error).__name__}: {error}")[:300]
    return _say(
        f"internal error, a bug in naftiko-codegen: {words}\n"
        "Please report it with the document. NAFTIKO_CODEGEN_DEBUG=1 shows where it happened.",
        70,
    )


def _reader_gone() -> int:
    """The program we print to has ended: end too, without a second complaint at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _say(words: str, code: int) -> int:
    """``words`` on standard error, after removing a progress line."""
    start = "\r\x1b[K" if sys.stderr.isatty() else ""
    sys.stderr.write(f"{start}{words}\n")
    return code
