# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""How scripts of steps are bounded in this process; a control server may change it while it runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from .problems import Problem

STATEMENTS = 100_000
"""Statements that count as one second of processor time."""


class Governance:
    """The bounds: those of the document, which each script has of its own, until one is changed.

    ``timeout`` is in milliseconds; no ``allowed_languages``: all of them.
    """

    def __init__(self) -> None:
        """Nothing is said of all scripts."""
        self.enabled = True
        self.default_location = ""
        self.default_language = ""
        self.timeout = 0
        self.statement_limit = 0
        self.allowed_languages: list[str] = []
        self._changed: set[str] = set()
        self._runs = 0
        self._errors = 0
        self._seconds = 0.0
        self._last = ""

    def say(self, **values: Any) -> None:
        """What the document says."""
        for name, value in values.items():
            setattr(self, name, value)

    def change(self, **values: Any) -> None:
        """Change some of the bounds, which have been checked, for all scripts from now on."""
        self.say(**values)
        self._changed.update(values)

    def bounds(self, language: str, seconds: float, cpu: int) -> tuple[float, int]:
        """Seconds in all and of processor time for a script that has its own.

        Raises ``Problem`` 500 when it must not run.
        """
        if "enabled" in self._changed and not self.enabled:
            raise Problem(500, "Scripts are switched off on this server.")
        listed = "allowed_languages" in self._changed
        if listed and language not in self.allowed_languages:
            raise Problem(500, f"Scripts in {language} are switched off.")
        if "timeout" in self._changed:
            seconds = self.timeout / 1000
        if "statement_limit" in self._changed:
            cpu = -(-self.statement_limit // STATEMENTS)
        return seconds, cpu

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
