"""Runs schemathesis against a generated REST server: `python -m tests.tools.thesis DOCUMENT [-n EXAMPLES] [more]`.

The server is built and started, its upstream answers what the document allows, and every check of every phase is made
against the server's own `/openapi.json`. Further arguments go to `schemathesis run`. Exit code 1 when a check fails.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.tools.conforming import Conforming
from tests.tools.exercise_request import secret
from tests.tools.exercise_wire import Outcome, build, credentials, environment, serving

_RUN = "from schemathesis.cli import schemathesis; schemathesis()"
_WAYS = ("--no-color", "--checks=all", "--generation-deterministic", "--continue-on-failure",
         "--suppress-health-check=all")  # fmt: skip
_HOOKS = str(Path(__file__).with_name("thesis_hooks.py"))
_ALIKE = {**os.environ, "PYTHONHASHSEED": "0", "SCHEMATHESIS_HOOKS": _HOOKS}


def probed(path: Path, folder: Path, examples: int, *more: str) -> tuple[int, str]:
    """Exit code and words of schemathesis for the document at ``path``, whose package goes below ``folder``."""
    outcome = Outcome(path.name)
    package = build(path, folder, outcome)
    if not package:
        return 2, outcome.state
    upstream = Conforming(path)
    given = environment({name: secret(name) for name in credentials(folder, package)})
    given |= {"PYTHONPATH": str(folder), "PYTHONHASHSEED": "0"}
    limits = {f"{package.upper()}_{name}": "0" for name in ("RETRIES", "RATE")}
    try:
        with serving(package, "rest", {"": upstream.url}, given | limits, outcome) as port:  # fmt: skip
            url = f"http://127.0.0.1:{port}/openapi.json"
            command = [sys.executable, "-c", _RUN, "run", url, *_WAYS, f"-n{examples}", *more]  # fmt: skip
            done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=_ALIKE)  # fmt: skip
    finally:
        upstream.close()
    words = [done.stdout, done.stderr, *outcome.wrong]
    words += [f"no operation: {it}" for it in dict.fromkeys(upstream.unknown)]
    code = done.returncode or int(bool(outcome.wrong or upstream.unknown))
    return code, "\n".join(filter(None, words))


def main() -> int:
    """Probe one document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("document", type=Path)
    parser.add_argument("-n", "--examples", type=int, default=100)
    given, more = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        code, words = probed(given.document, Path(folder), given.examples, *more)
    print(words)
    return int(bool(code))


if __name__ == "__main__":
    raise SystemExit(main())
