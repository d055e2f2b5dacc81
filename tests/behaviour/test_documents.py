"""Every operation of documents of our own, called through both clients, REST and MCP, against a recording upstream."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .harness import ROOT

sys.path.insert(0, str(ROOT))
from tests.tools.exercise import exercise
from tests.tools.exercise_wire import Outcome, Recorder

DOCUMENTS = sorted((Path(__file__).parent / "documents").glob("*.yaml"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_what_arrives_is_what_the_document_says(path: Path, tmp_path: Path) -> None:
    recorder, outcome = Recorder(), Outcome(path.name)
    exercise(path, tmp_path, recorder, outcome)
    recorder.server.shutdown()
    assert outcome.wrong == []
    assert outcome.state == "built"
    assert outcome.right["rest"] >= 2
    assert outcome.right == outcome.calls
