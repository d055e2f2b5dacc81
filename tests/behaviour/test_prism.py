"""Every Hugging Face operation through the generated client, sync and async, against Prism mocking the document."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from .calls import INFERENCE, Call
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


def arguments(call: Call) -> dict[str, Any]:
    """The keyword arguments of the client method for the example call."""
    media = len(call.body_types) > 1 and isinstance(call.body, bytes)
    types = {"content_type": call.body_types[0]} if media else {}
    return {**call.parameters, "body": call.body, **types}


def method(client: Any, call: Call) -> Any:
    """The client method of an operation."""
    group = getattr(client, GROUPS.get(call.operation, "natural_language_processing"))
    return getattr(group, snake(call.operation))


def snake(name: str) -> str:
    """An operationId as the client spells it."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def check(reply: Any, call: Call) -> None:
    """Prism answers with the document's examples, whose types are those of our own examples."""
    if isinstance(call.reply, bytes):
        assert reply.media_type == "image/png"
    elif isinstance(call.reply, list) and call.operation != "runInference":
        assert isinstance(reply, list)
        assert len(reply) == 1
    else:
        assert reply is not None


@pytest.mark.parametrize("call", INFERENCE, ids=lambda call: call.operation)
def test_sync(mock: str, call: Call) -> None:
    from hugging_face_inference import HuggingFaceInferenceClient

    with HuggingFaceInferenceClient(base_url=mock, token="x") as client:
        check(method(client, call)(**arguments(call)), call)


@pytest.mark.parametrize("call", INFERENCE, ids=lambda call: call.operation)
def test_async(mock: str, call: Call) -> None:
    from hugging_face_inference import AsyncHuggingFaceInferenceClient

    async def run() -> None:
        async with AsyncHuggingFaceInferenceClient(base_url=mock, token="x") as client:
            check(await method(client, call)(**arguments(call)), call)

    asyncio.run(run())
