"""How scripts of steps are bounded in this process; a control server may change it while it runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


class Governance:
    """The bounds: ``timeout`` in milliseconds, ``0`` where only those of each script hold; no languages: all."""

    def __init__(self) -> None:
        """Nothing is bounded more than each script says."""
        self.enabled = True
        self.default_location = ""
        self.default_language = ""
        self.timeout = 0
        self.statement_limit = 0
        self.allowed_languages: list[str] = []
        self._runs = 0
        self._errors = 0
        self._seconds = 0.0
        self._last = ""

    def set(self, **values: Any) -> None:
        """Change some of the bounds, which have been checked."""
        for name, value in values.items():
            setattr(self, name, value)

    def ran(self, seconds: float, failed: bool) -> None:
        """A script has ended."""
        self._runs += 1
        self._errors += failed
        self._seconds += seconds
        now = datetime.now(UTC)
        self._last = now.isoformat(timespec="milliseconds")

    def stats(self) -> dict[str, Any]:
        """What has been run, in the words of the language."""
        mean = self._seconds / self._runs * 1000 if self._runs else 0.0
        found: dict[str, Any] = {
            "totalExecutions": self._runs,
            "totalErrors": self._errors,
            "averageDurationMs": round(mean, 3),
        }
        return {**found, "lastExecutionAt": self._last} if self._last else found


GOVERNANCE = Governance()
