"""What the control server knows of itself, and of the servers beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from ..server.meter import Counts
from ..server.observer import Observer


@dataclass(frozen=True, slots=True)
class Beside:
    """A server of the same package, run in the same process: its kind, name, module and port."""

    kind: str
    name: str
    module: str
    port: int


@dataclass(frozen=True, slots=True)
class Scripting:
    """The bounds of scripts; ``timeout`` in milliseconds."""

    enabled: bool = True
    location: str = ""
    language: str = ""
    timeout: int = 60_000
    statements: int = 100_000
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    """The pages there are: ``traces`` and ``lines`` are how many of them are kept (0: no page).

    ``levels``: the level of the log may be changed; ``followers`` may follow it at a time (0: none).
    """

    label: str
    health: bool = True
    info: bool = False
    traces: int = 0
    lines: int = 0
    levels: bool = False
    followers: int = 0
    scripting: Scripting | None = None


class Served(Protocol):
    """A running application."""

    started: bool
    stopping: bool
    observer: Observer
    counts: tuple[Counts, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A server beside the control server, running."""

    site: Beside
    app: Served

    def state(self) -> dict[str, Any]:
        """As ``/health/ready`` and ``/status`` show it."""
        site, app = self.site, self.app
        name = {"namespace": site.name} if site.name else {}
        state = "started" if app.started and not app.stopping else "stopped"
        return {"type": site.kind, **name, "port": site.port, "state": state}
