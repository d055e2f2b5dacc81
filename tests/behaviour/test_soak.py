"""The soak of `bench/soak`, short: both servers before an upstream that misbehaves, every answer and count checked."""

from __future__ import annotations

import subprocess
import sys

from .harness import ROOT


def test_a_short_soak() -> None:
    command = [sys.executable, "-m", "bench", "soak", "--requests=3000"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "nothing is wrong" in found.stdout
