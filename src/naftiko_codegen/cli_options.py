"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

FORMATS = ("text", "json", "sarif", "github")
PATH = click.Path(path_type=Path)
PATHS = click.argument("paths", nargs=-1, type=PATH, metavar="[PATH]...")
OVERLAY = click.option(
    "--overlay",
    "overlays",
    multiple=True,
    type=PATH,
    metavar="FILE",
    help="Apply this OpenAPI Overlay too. Repeatable. Overlays found below PATH that name their document in "
    "'extends' are applied by themselves.",
)
STRICT = click.option(
    "--strict",
    is_flag=True,
    help="Treat departures from the official languages as errors.",
)
FORMAT = click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How findings are printed: for people, as JSON, as SARIF 2.1.0, or as GitHub annotations.",
)
QUIET = click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
VERBOSE = click.option(
    "-v",
    "--verbose",
    is_flag=True,
    help="Also print notes, and the lines around every finding.",
)
JOBS = click.option(
    "--jobs",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Processes to use; 0, the default, starts more than one only for large inputs.",
)
ALLOW = click.option(
    "--allow-root",
    "allowed",
    multiple=True,
    type=PATH,
    metavar="DIR",
    help="Let documents refer to files below DIR too. Repeatable. They can always refer to files below PATH.",
)
SCRIPTS = click.option(
    "--allow-scripts",
    "scripts",
    is_flag=True,
    help="Compile script steps: their files become part of the package and run on the server, in bounded processes.",
)
GATEWAY = click.option(
    "--gateway/--no-gateway",
    default=None,
    help="Join the servers of all packages in one more package, gateway. On by default, for two packages or more.",
)
CONFIG = click.option(
    "--config",
    type=PATH,
    metavar="FILE",
    help="Use this configuration instead of looking for one.",
)


def asked_for(**options: Any) -> Any:
    """What the command line asks for (``commands.request.Asked``)."""
    from naftiko_codegen.commands.request import Asked

    return Asked(**options)


def terminal_of(format_: str, quiet: bool, verbose: bool) -> Any:
    """Where a command prints."""
    from naftiko_codegen.report.terminal import Terminal

    return Terminal(format_, verbose - quiet)  # type: ignore[arg-type]
