"""A plain ``build`` that would change nothing, answered before click is imported: half of such a run is that import.

Whatever is unusual (an option not known here, a mistake, anything changed) is left to ``cli``, which starts afresh.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from naftiko_codegen.commands import build
from naftiko_codegen.commands.request import KNOWN_TARGETS, Asked, UsageError
from naftiko_codegen.report.terminal import Terminal


def unchanged(arguments: Sequence[str]) -> int | None:
    """The exit code of ``naftiko-codegen ARGUMENTS`` when it is an unchanged build; ``None`` leaves it to ``cli``."""
    read = _read(arguments)
    if read is None:
        return None
    try:
        return build.again(*read)
    except (UsageError, OSError):
        return None


def _read(arguments: Sequence[str]) -> tuple[Asked, Terminal] | None:
    """The request and where to print, if ``arguments`` are of the plain form ``build PATH… -o DIR``."""
    if not arguments or arguments[0] != "build":
        return None
    paths: list[Path] = []
    targets: list[str] = []
    output, verbosity = None, 0
    rest = iter(arguments[1:])
    for argument in rest:
        if argument in ("-o", "--output"):
            output = Path(next(rest, ""))
        elif argument == "--target":
            targets.append(next(rest, ""))
        elif argument in ("-q", "--quiet"):
            verbosity = -1
        elif argument.startswith("-"):
            return None
        else:
            paths.append(Path(argument))
    if output == Path("") or not set(targets) <= set(KNOWN_TARGETS):
        return None
    asked = Asked(tuple(paths), output, targets=tuple(targets))
    return asked, Terminal("text", verbosity)
