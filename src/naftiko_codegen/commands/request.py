"""What the user asked for: the command line over the configuration file over the defaults."""

from __future__ import annotations

import os
from pathlib import Path

from naftiko_codegen.config.settings import Settings, find, load
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import frozen
from naftiko_codegen.options import TARGETS
from naftiko_codegen.report.console import shown

KNOWN_TARGETS = (*TARGETS, "deploy")
_SERVERS = ("rest", "mcp", "skill")


class UsageError(Exception):
    """The command line asks for something that cannot be done; the message says what to write instead."""


@frozen
class Asked:
    """The command line: empty or None where it is silent."""

    paths: tuple[Path, ...] = ()
    output: Path | None = None
    targets: tuple[str, ...] = ()
    overlays: tuple[Path, ...] = ()
    templates: Path | None = None
    allowed: tuple[Path, ...] = ()
    config: Path | None = None
    strict: bool = False
    gateway: bool | None = None
    scripts: bool = False
    jobs: int = 0


def settled(asked: Asked, diagnostics: Diagnostics) -> Settings:
    """``asked`` with the gaps filled from the nearest configuration; mistakes in it are reported.

    The configuration is looked for at and above the first path, or the working directory when no path is named.
    Raises UsageError when there is nothing to compile.
    """
    _exist(asked)
    file = asked.config or find(_start(asked.paths))
    found = load(file, shown(file), diagnostics) if file else Settings()
    if not (asked.paths or found.paths or diagnostics.failed):
        raise UsageError(
            "name the files or folders to compile, or set paths in a configuration file"
        )
    return Settings(
        paths=asked.paths or found.paths,
        output=asked.output or found.output,
        targets=_complete(asked.targets or found.targets or TARGETS),
        overlays=asked.overlays or found.overlays,
        strict=asked.strict or found.strict,
        gateway=found.gateway if asked.gateway is None else asked.gateway,
        scripts=asked.scripts or found.scripts,
        packages=found.packages,
        described=found.described,
        selected=found.selected,
        suppress=found.suppress,
        file=file,
    )


def _complete(targets: tuple[str, ...]) -> tuple[str, ...]:
    """``targets``, with the servers to be deployed when none is named."""
    if "deploy" not in targets or not set(targets).isdisjoint(_SERVERS):
        return targets
    return (*_SERVERS, *targets)


def _exist(asked: Asked) -> None:
    """Raise UsageError for a path of the command line that is not there, or is no folder where one is needed."""
    for path in (*asked.paths, *asked.overlays):
        if not os.path.exists(path):
            raise UsageError(f"there is no such file or folder: {shown(path)}")
    for path in (*((asked.templates,) if asked.templates else ()), *asked.allowed):
        if not os.path.isdir(path):
            raise UsageError(f"there is no such folder: {shown(path)}")
    if asked.config and not os.path.isfile(asked.config):
        raise UsageError(f"there is no such file: {shown(asked.config)}")


def _start(paths: tuple[Path, ...]) -> Path:
    """The folder from which a configuration is looked for upwards."""
    if not paths:
        return Path(os.getcwd())
    first = Path(os.path.abspath(paths[0]))
    return first if first.is_dir() else first.parent
