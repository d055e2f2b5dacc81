# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What must be in the environment before a server starts: all that is missing is said at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from .settings import MissingVariables, Settings

_HINT = (
    "--require-variables off starts all the same, and refuses the calls that need one"
)


class Needing(Protocol):
    """A ``Service``, of this package or of another one."""

    def missing(self) -> Mapping[str, str]:
        """The variables that are missing, and what is to be said of each."""
        ...


def check(
    settings: Settings,
    services: Iterable[Needing],
    callers: Callable[[], Any] | None = None,
) -> None:
    """Raise ``MissingVariables`` unless requests to ``services`` and the checks of ``callers`` have what they need."""
    names: dict[str, str] = {}
    hint = ""
    if settings.require_variables:
        for service in services:
            names.update(service.missing())
        hint = _HINT if names else ""
    if callers is not None and settings.transport != "stdio":
        try:
            callers()
        except MissingVariables as error:
            names.update(error.names)
    if names:
        raise MissingVariables(names, hint)
