"""CPU of importing the generated Hugging Face client against importing the HTTP library below it."""

from __future__ import annotations

import sys

from bench.measure import Row, alternate, command_cpu, compare
from bench.processes import environment

CLIENT = "from hugging_face_inference import HuggingFaceInferenceClient"
OPENED = f"{CLIENT}; HuggingFaceInferenceClient(token='t').natural_language_processing"


def run(statement: str) -> float:
    """CPU seconds of an interpreter that runs one statement."""
    return command_cpu([sys.executable, "-c", statement], env=environment())


def measure(scale: float) -> list[Row]:
    """The imports without the bare interpreter's own time."""
    rounds = max(1, round(15 * scale))
    seconds = alternate(
        {
            "ours": lambda: run(CLIENT),
            "opened": lambda: run(OPENED),
            "httpx2": lambda: run("import httpx2"),
            "bare": lambda: run("pass"),
        },
        rounds,
    )
    net = {
        name: [1000 * (a - b) for a, b in zip(values, seconds["bare"], strict=True)]
        for name, values in seconds.items()
    }
    return [
        compare(what, net[name], "import httpx2", net["httpx2"], unit="ms", limit=1.5)
        for name, what in (
            ("ours", "import of the Hugging Face client"),
            ("opened", "the same, and a client opened with one tag"),
        )
    ]
