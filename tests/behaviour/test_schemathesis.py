"""schemathesis against REST servers of three sizes: every check, every phase, the same examples every time."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .harness import ROOT

sys.path.insert(0, str(ROOT))
from tests.tools.thesis import probed

DOCUMENTS = (
    ROOT / "specs/flux/image-generation-generation.yaml",
    Path(__file__).parent / "probed/shipyard.yaml",
    ROOT / "specs/huggingface/inference-openapi.yml",
)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_the_server_does_what_its_document_says(path: Path, tmp_path: Path) -> None:
    code, words = probed(path, tmp_path, 5)
    assert code == 0, words
    assert "No issues found" in words
