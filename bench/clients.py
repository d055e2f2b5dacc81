"""CPU per call of the generated client against the HTTP library it stands on, in turns inside one process."""

from __future__ import annotations

import json
import subprocess
import sys

from bench.measure import Row, compare
from bench.processes import ROOT, environment, upstream

NAMES = {"sync": ("httpx2", 1.10), "async": ("aiohttp", 1.15)}
PROCESSES = 3


def run(mode: str, origin: str, blocks: int, calls: int) -> dict[str, list[float]]:
    """The µs per call of each block, ours and raw, from one process."""
    command = [
        sys.executable,
        "-m",
        "bench.client_loop",
        mode,
        origin,
        str(blocks),
        str(calls),
    ]
    env = environment(HUGGING_FACE_API_KEY="token")
    output = subprocess.run(
        command, env=env, cwd=ROOT, capture_output=True, text=True, check=True
    )
    values: dict[str, list[float]] = json.loads(output.stdout)
    return values


def measure(scale: float) -> list[Row]:
    """One row for sync (one call at a time) and one for async (16 at once)."""
    rows = []
    with upstream() as origin:
        for mode, (name, limit) in NAMES.items():
            ours: list[float] = []
            raw: list[float] = []
            for _ in range(PROCESSES):
                values = run(mode, origin, max(3, round(20 * scale)), 200)
                ours += values["ours"]
                raw += values["raw"]
            what = f"client call, {mode}"
            rows.append(compare(what, ours, f"raw {name}", raw, unit="µs", limit=limit))
    return rows
