"""Whole-process CPU of building the Hugging Face document, cold and unchanged, against openapi-python-client."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from bench.measure import Row, alternate, command_cpu, compare
from bench.processes import DOCUMENT, WORK, environment, peer


def build(output: Path, *options: str, cold: bool) -> float:
    """CPU seconds of one `naftiko-codegen build` of the document; ``cold`` empties ``output`` first."""
    if cold:
        shutil.rmtree(output, ignore_errors=True)
    command = [sys.executable, "-m", "naftiko_codegen", "build", str(DOCUMENT)]
    return command_cpu([*command, "-q", "-o", str(output), *options], env=environment())


def peer_build(output: Path) -> float:
    """CPU seconds of one cold run of openapi-python-client, its formatting hooks included."""
    shutil.rmtree(output, ignore_errors=True)
    command = [peer("openapi-python-client"), "generate", "--path", str(DOCUMENT)]
    return command_cpu([*command, "--output-path", str(output)])


def measure(scale: float) -> list[Row]:
    """The compile rows, from ``7 * scale`` rounds."""
    actions: dict[str, Callable[[], float]] = {
        "client": lambda: build(WORK / "client", "--target", "client", cold=True),
        "peer": lambda: peer_build(WORK / "peer-client"),
        "all": lambda: build(WORK / "all", cold=True),
        "unchanged": lambda: build(WORK / "all", cold=False),
    }
    seconds = alternate(actions, max(1, round(7 * scale)))
    name = "openapi-python-client"
    cold_client = "cold build, `--target client`"
    return [
        compare(
            cold_client, seconds["client"], name, seconds["peer"], unit="s", limit=0.4
        ),
        compare(
            "cold build, all targets",
            seconds["all"],
            name,
            seconds["peer"],
            unit="s",
            limit=0.6,
        ),
        compare(
            "unchanged rebuild",
            seconds["unchanged"],
            "cold build",
            seconds["all"],
            unit="s",
            limit=0.25,
        ),
    ]
