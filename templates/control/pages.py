"""The pages of the control server about what runs: health, status, and how scripts are bounded."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..server import tracesetup
from ..server.settings import Settings
from .endpoints import Answer, Get
from .site import Control, Neighbour

LIVE = "/health/live"
READY = "/health/ready"


def pages(
    control: Control, neighbours: Sequence[Neighbour], settings: Settings
) -> Iterator[Get]:
    """Health and status, as far as they are switched on."""
    if control.health:
        yield Get(LIVE, lambda path, query: (200, {"status": "UP"}))
        yield Get(READY, lambda path, query: _ready(neighbours))
    if control.info:
        status = Status(control, neighbours, settings)
        yield Get("/status", lambda path, query: (200, status.now()))


def _ready(neighbours: Sequence[Neighbour]) -> Answer:
    """503 as soon as one of the servers does not serve."""
    adapters = [item.state() for item in neighbours]
    up = all(item["state"] == "started" for item in adapters)
    found = {"status": "UP" if up else "DEGRADED", "adapters": adapters}
    return (200 if up else 503), found


class Status:
    """``/status``."""

    def __init__(
        self, control: Control, neighbours: Sequence[Neighbour], settings: Settings
    ) -> None:
        """The process has just started."""
        self._started = time.monotonic()
        self._label = control.label
        self._neighbours = neighbours
        self._traces = settings.traces

    def now(self) -> Mapping[str, Any]:
        """What there is to say."""
        active = self._traces and tracesetup.running()
        return {
            "capability": {"label": self._label},
            "engine": {"name": "naftiko-codegen", "python": platform.python_version()},
            "uptime": duration(time.monotonic() - self._started),
            "otel": {"status": "active" if active else "inactive"},
            "adapters": [item.state() for item in self._neighbours],
        }


def duration(seconds: float) -> str:
    """A duration as ISO 8601 writes it: ``PT1H2M3.5S``."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    parts = [f"{hours}H" * bool(hours), f"{minutes}M" * bool(minutes)]
    return f"PT{''.join(parts)}{round(rest, 3):g}S"
