"""Every Hugging Face operation through the generated client, sync and async, against Prism mocking the document."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .harness import ROOT
from .nodes import prism

pytestmark = pytest.mark.xdist_group("prism")

GROUPS = {
    "imageClassification": "computer_vision",
    "objectDetection": "computer_vision",
    "automaticSpeechRecognition": "audio",
    "textToImage": "multimodal",
}


@pytest.fixture(scope="module")
def mock(node: str) -> Iterator[str]:
    """The origin of a Prism that mocks the document."""
    with prism(
        node, ROOT / "specs" / "huggingface" / "inference-openapi.yml"
    ) as origin:
        yield origin
