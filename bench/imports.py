"""CPU of importing the generated Hugging Face client against importing the HTTP library below it."""

from __future__ import annotations

import sys

from bench.measure import Row, alternate, command_cpu, compare
from bench.processes import environment

CLIENT = "from hugging_face_inference import HuggingFaceInferenceClient"


def run(statement: str) -> float:
    """CPU seconds of an interpreter that runs one statement."""
    return command_cpu([sys.executable, "-c", statement], env=environment())


def measure(scale: float) -> list[Row]:
    """One row: both imports without the bare interpreter's own time."""
    rounds = max(1, round(15 * scale))
    seconds = alternate(
        {
            "ours": lambda: run(CLIENT),
            "httpx2": lambda: run("import httpx2"),
            "bare": lambda: run("pass"),
        },
        rounds,
    )
    net = {
        name: [1000 * (a - b) for a, b in zip(values, seconds["bare"], strict=True)]
        for name, values in seconds.items()
    }
    what = "import of the Hugging Face client"
    return [
        compare(what, net["ours"], "import httpx2", net["httpx2"], unit="ms", limit=1.5)
    ]
