"""The SDKs that people already use, pointed at the generated REST servers over real sockets."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from typing import Any

import huggingface_hub
import openai
import pytest
from PIL import Image

from .calls import BY_PACKAGE, PNG
from .harness import Upstream
from .upstream import Plan

Origin = Callable[[str, str], str]

ROUTER = "hugging_face_inference_providers_image_generation"
OLLAMA = "ollama_openai_compatibility_images"
INFERENCE = "hugging_face_inference"
IMAGE_SERVERS = pytest.mark.parametrize(
    ("package", "prefix"), [(OLLAMA, "/v1"), (ROUTER, "/v1/v1")]
)
IMAGE: dict[str, Any] = {
    "model": "m",
    "prompt": 'a "cat"\n at dawn é😀',
    "n": 2,
    "size": "256x256",
    "response_format": "url",
}

pytestmark = pytest.mark.xdist_group("servers")


def sdk(base_url: str) -> openai.OpenAI:
    """The SDK as a user sets it up, with a key of the caller's own."""
    return openai.OpenAI(base_url=base_url, api_key="the-callers-own", max_retries=0)


def sent_directly(upstream: Upstream, package: str) -> bytes:
    """The body that the SDK sends when no generated server is in between."""
    below = "/v1" if package == ROUTER else ""
    with pytest.raises(openai.BadRequestError):
        sdk(upstream.url(package) + below).images.generate(**IMAGE)
    body: bytes = upstream.requests()[0]["body"]
    upstream.clear()
    return body


@IMAGE_SERVERS
def test_openai_images(
    upstream: Upstream, origin: Origin, package: str, prefix: str
) -> None:
    wanted = sent_directly(upstream, package)
    reply = sdk(origin(package, "rest") + prefix).images.generate(**IMAGE)
    assert reply.data and reply.data[0].url == "https://images.example/1.png"
    seen = upstream.only()
    assert seen["body"] == wanted
    assert seen["target"] == BY_PACKAGE[package].mount + (
        "/v1/images/generations" if package == ROUTER else "/images/generations"
    )


@IMAGE_SERVERS
def test_openai_images_async(
    upstream: Upstream, origin: Origin, package: str, prefix: str
) -> None:
    async def generate() -> Any:
        base_url = origin(package, "rest") + prefix
        async with openai.AsyncOpenAI(base_url=base_url, api_key="x") as client:
            replies = await asyncio.gather(
                *(client.images.generate(**IMAGE) for _ in range(4))
            )
        assert replies[3].data
        return replies[3].data[0].url

    assert asyncio.run(generate()) == "https://images.example/1.png"
    assert [item["problems"] for item in upstream.requests()] == [[]] * 4


@IMAGE_SERVERS
def test_openai_sees_upstream_errors(
    upstream: Upstream, origin: Origin, package: str, prefix: str
) -> None:
    client = sdk(origin(package, "rest") + prefix)
    upstream.plan(
        Plan(
            status=429,
            headers={"retry-after": "7", "set-cookie": "a=b"},
            body="eyJlcnJvciI6IHsiY29kZSI6ICJzbG93In19",
        )
    )
    with pytest.raises(openai.RateLimitError) as caught:
        client.images.generate(**IMAGE)
    assert caught.value.body == {"code": "slow"}
    assert caught.value.response.headers["retry-after"] == "7"
    assert client.images.generate(**IMAGE).data, "a cookie of the upstream came back"
    assert upstream.requests()[1]["problems"] == []


def test_openai_sees_a_dead_upstream(upstream: Upstream, origin: Origin) -> None:
    upstream.plan(Plan(cut=-1))
    with pytest.raises(openai.InternalServerError) as caught:
        sdk(origin(OLLAMA, "rest") + "/v1").images.generate(**IMAGE)
    assert caught.value.status_code == 502
    assert caught.value.response.headers["content-type"].startswith(
        "application/problem+json"
    )
    assert str(upstream.port) not in caught.value.response.text


@pytest.mark.parametrize("model_id", ["flux", "black-forest-labs/FLUX.1-dev"])
def test_hugging_face_text_to_image(
    upstream: Upstream, origin: Origin, model_id: str
) -> None:
    url = f"{origin(INFERENCE, 'rest')}/models/{model_id}/text-to-image"
    client = huggingface_hub.InferenceClient(model=url, token="hf_callers_own")
    image = client.text_to_image("a cat", guidance_scale=3.5, num_inference_steps=4)
    assert image.tobytes() == Image.open(io.BytesIO(PNG)).tobytes()
    seen = upstream.only()
    assert seen["target"] == f"/inference/models/{model_id}/text-to-image"
    assert json.loads(seen["body"]) == {
        "inputs": "a cat",
        "parameters": {"guidance_scale": 3.5, "num_inference_steps": 4},
    }


def test_hugging_face_audio(upstream: Upstream, origin: Origin) -> None:
    url = f"{origin(INFERENCE, 'rest')}/models/whisper/automatic-speech-recognition"
    client = huggingface_hub.InferenceClient(
        model=url, headers={"content-type": "audio/flac"}
    )
    sound = bytes(range(256)) * 1000
    assert client.automatic_speech_recognition(sound).text == "hello"
    assert upstream.only()["body"] == sound
