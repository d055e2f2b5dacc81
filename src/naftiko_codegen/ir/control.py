"""What a control adapter tells of the servers beside it, and what it lets be changed."""

from __future__ import annotations

from typing import Literal

from naftiko_codegen.frozen import frozen

Propagation = Literal["w3c", "b3"]


@frozen
class Telemetry:
    """What is recorded. ``sampling`` is the share of traces kept, ``buffer`` how many of them ``/traces`` shows.

    ``traces`` is whether it shows any; ``endpoint`` is where they are sent, or the environment variable ``variable``
    says it; without both the variables of OpenTelemetry do.
    """

    enabled: bool = True
    metrics: bool = True
    traces: bool = True
    sampling: float = 1.0
    propagation: Propagation = "w3c"
    buffer: int = 100
    endpoint: str = ""
    variable: str = ""


@frozen
class Logs:
    """Access to the log: ``level`` may be changed, ``stream`` followed by at most ``subscribers`` at a time."""

    level: bool = True
    stream: bool = False
    subscribers: int = 5


@frozen
class Scripting:
    """The bounds of script steps: ``timeout`` in milliseconds; ``location`` is a ``file:`` URI, or empty."""

    enabled: bool = True
    location: str = ""
    language: str = ""
    timeout: int = 60_000
    statements: int = 100_000
    languages: tuple[str, ...] = ()
