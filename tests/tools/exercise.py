"""Builds every document of a folder and calls all of it: `python -m tests.tools.exercise DIR [--limit N] [--mypy]`.

For each capability and each OpenAPI document: build, import, start both servers against a recording upstream, call
every operation through client, REST and MCP with values made from the schemas, and compare the recorded method, URL,
headers and body with what the raw document says; of OpenAPI documents every documented reply is decoded and encoded
back too. Exit code 1 when anything differs.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import traceback
from contextlib import ExitStack
from pathlib import Path

from tests.tools.exercise_wire import Outcome, Recorder, build, table

_API = re.compile(r"^\s*[\"']?(openapi|swagger|components)[\"']?\s*:", re.MULTILINE)


def _is_api(text: str) -> bool:
    """Whether ``text`` is of an OpenAPI document; in JSON the key that says so may stand at its end."""
    return bool(_API.search(text[:20000]) or _API.search(text[-500:]))


def documents(folder: Path) -> list[Path]:
    """The documents to exercise, in order."""
    if folder.is_file():
        return [folder]
    found = [p for p in folder.rglob("*") if p.suffix in (".yaml", ".yml", ".json")]
    return sorted(p for p in found if p.is_file())


def exercise(path: Path, folder: Path, recorder: Recorder, outcome: Outcome) -> str:
    """Build one document below ``folder`` and exercise it; the name of its package."""
    package = build(path, folder, outcome)
    if not package:
        return ""
    try:
        if _is_api(path.read_text(encoding="utf-8-sig")):
            from tests.tools.exercise_openapi import ApiExercise

            ApiExercise(path, recorder, outcome).run(folder, package)
        else:
            from tests.tools.exercise_capability import Exercise

            Exercise(path, recorder, outcome).run(folder, package)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        words = str(error)[-600:]
        outcome.wrong.append(
            f"stopped: {type(error).__name__} at {place.name}:{place.lineno}: {words}"
        )
    return package


def main() -> int:
    """Exercise a folder or a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--skip", type=int, default=0, help="leave out the first files")
    parser.add_argument("--mypy", action="store_true", help="also run mypy --strict")
    parser.add_argument("--pyright", action="store_true", help="also run pyright")
    given = parser.parse_args()
    outcomes: list[Outcome] = []
    recorder = Recorder()
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.callback(recorder.server.shutdown)
        found = documents(given.folder)[given.skip :]
        for number, path in enumerate(found[: given.limit]):
            name = (
                path.name
                if path == given.folder
                else str(path.relative_to(given.folder))
            )
            outcome = Outcome(name)
            outcomes.append(outcome)
            folder = work / f"p{number:03d}"
            package = exercise(path, folder, recorder, outcome)
            if package:
                (folder / package).rename(work / f"p{number:03d}_{package}")
            for line in outcome.wrong[:12]:
                print(f"{outcome.name}: {line}", flush=True)
        for checker in ("mypy", "pyright"):
            if getattr(given, checker):
                from tests.tools.exercise_types import checked

                for line in checked(checker, work, outcomes):
                    print(line, flush=True)
    print("\n".join(table(outcomes)))
    return int(any(outcome.wrong for outcome in outcomes))


if __name__ == "__main__":
    raise SystemExit(main())
