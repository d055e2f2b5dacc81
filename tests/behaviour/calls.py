"""What the played upstream services accept and answer: one example call for every operation of `specs/`."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import Any


def png(width: int = 8, height: int = 8) -> bytes:
    """A valid RGB image of the given size in pixels."""
    rows = b"".join(
        b"\0"
        + bytes(
            channel
            for x in range(width)
            for channel in (x * 31 % 256, y * 31 % 256, 90)
        )
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data))
        + kind
        + data
        + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


PNG = png()
FLAC = b"fLaC\x00\x00\x00\x22" + bytes(range(256))
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Call:
    """One operation: how to call it, what must arrive, what comes back.

    ``shape`` lists the required fields of a JSON body: a type, a tuple of types, ``[type]`` or a nested ``dict``.
    ``body`` and ``reply`` are JSON values, or ``bytes`` sent as they are.
    """

    operation: str
    method: str
    path: str
    parameters: dict[str, str]
    body: Any
    reply: Any
    shape: dict[str, Any] = field(default_factory=dict)
    body_types: tuple[str, ...] = (JSON,)
    reply_type: str = JSON

    @property
    def target(self) -> str:
        """The path with the example parameters in their places."""
        return self.path.format(**self.parameters)


def _model(
    operation: str,
    task: str,
    model: str,
    body: Any,
    reply: Any,
    shape: dict[str, Any],
    **more: Any,
) -> Call:
    path = f"/models/{{model_id}}/{task}" if task else "/models/{model_id}"
    return Call(
        operation, "POST", path, {"model_id": model}, body, reply, shape, **more
    )


_BOX = {"xmin": 1, "ymin": 2, "xmax": 30, "ymax": 40}
_TEXT = {"inputs": str}
_TEXTS = {"inputs": (str, list)}

INFERENCE = (
    _model(
        "runInference", "", "gpt2", {"inputs": ["a", "b"]}, [{"any": "thing"}], _TEXTS
    ),
    Call(
        "runPipelineInference",
        "POST",
        "/pipeline/{task}",
        {"task": "text-generation"},
        {"inputs": "a"},
        {"generated": True},
        _TEXTS,
    ),
    _model(
        "textGeneration",
        "text-generation",
        "gpt2",
        {"inputs": "Once", "parameters": {"max_new_tokens": 5, "stop": ["."]}},
        [{"generated_text": "Once upon a time."}],
        _TEXT,
    ),
    _model(
        "textClassification",
        "text-classification",
        "distilbert",
        {"inputs": "I love it"},
        [[{"label": "POSITIVE", "score": 0.99}]],
        _TEXT,
    ),
    _model(
        "questionAnswering",
        "question-answering",
        "roberta",
        {"inputs": {"question": "Where?", "context": "In Paris."}},
        {"answer": "Paris", "score": 0.9, "start": 3, "end": 8},
        {"inputs": {"question": str, "context": str}},
    ),
    _model(
        "summarization",
        "summarization",
        "bart",
        {"inputs": "long", "parameters": {"max_length": 3}},
        [{"summary_text": "l"}],
        _TEXT,
    ),
    _model(
        "translation",
        "translation",
        "opus",
        {"inputs": "Hello"},
        [{"translation_text": "Bonjour"}],
        _TEXT,
    ),
    _model(
        "fillMask",
        "fill-mask",
        "bert",
        {"inputs": "[MASK] is"},
        [{"sequence": "it is", "score": 0.5, "token": 7, "token_str": "it"}],
        _TEXT,
    ),
    _model(
        "featureExtraction",
        "feature-extraction",
        "mini",
        {"inputs": ["a"]},
        [[0.5, -1.25]],
        _TEXTS,
    ),
    _model(
        "imageClassification",
        "image-classification",
        "vit",
        PNG,
        [{"label": "cat", "score": 0.75}],
        {},
        body_types=("application/octet-stream", JSON),
    ),
    _model(
        "objectDetection",
        "object-detection",
        "detr",
        PNG,
        [{"label": "cat", "score": 0.75, "box": _BOX}],
        {},
        body_types=("application/octet-stream",),
    ),
    _model(
        "automaticSpeechRecognition",
        "automatic-speech-recognition",
        "whisper",
        FLAC,
        {"text": "hello"},
        {},
        body_types=("audio/flac", "audio/wav", "audio/mp3"),
    ),
    _model(
        "textToImage",
        "text-to-image",
        "flux",
        {"inputs": "a cat", "parameters": {"guidance_scale": 3.5}},
        PNG,
        _TEXT,
        reply_type="image/png",
    ),
    _model(
        "zeroShotClassification",
        "zero-shot-classification",
        "bart-mnli",
        {"inputs": "hi", "parameters": {"candidate_labels": ["a", "b"]}},
        {"sequence": "hi", "labels": ["a", "b"], "scores": [0.75, 0.25]},
        {"inputs": str, "parameters": {"candidate_labels": [str]}},
    ),
    _model(
        "sentenceSimilarity",
        "sentence-similarity",
        "mini",
        {"inputs": {"source_sentence": "a", "sentences": ["b", "c"]}},
        [0.5, 0.25],
        {"inputs": {"source_sentence": str, "sentences": [str]}},
    ),
)

_IMAGES = {"created": 1763700000, "data": [{"url": "https://images.example/1.png"}]}
_PROMPT = {"model": "m", "prompt": "a cat"}


def _json_call(operation: str, path: str, body: Any, reply: Any) -> Call:
    return Call(operation, "POST", path, {}, body, reply, {"prompt": str})


ROUTER = (
    _json_call("createimagegeneration", "/v1/images/generations", _PROMPT, _IMAGES),
)
OLLAMA = (_json_call("createimage", "/images/generations", _PROMPT, _IMAGES),)
FLUX = tuple(
    _json_call(
        "generate" + name.replace("-", "").replace(".", ""),
        f"/{name}",
        {"prompt": "a cat", "seed": 7},
        {"id": f"task-{name}", "polling_url": "https://api.example/v1/get_result?id=1"},
    )
    for name in (
        "flux-dev",
        "flux-pro",
        "flux-pro-1.1",
        "flux-pro-1.1-ultra",
        "flux-schnell",
    )
)


@dataclass(frozen=True, slots=True)
class Service:
    """One played upstream.

    ``mount`` is where it sits below the upstream's origin (it ends where the document's base URL ends), ``variable``
    the environment variable that holds ``secret``, and ``header`` the exact header line that must arrive.
    """

    package: str
    mount: str
    variable: str
    secret: str
    header: tuple[str, str]
    calls: tuple[Call, ...]


SERVICES = (
    Service(
        "hugging_face_inference",
        "/inference",
        "HUGGING_FACE_API_KEY",
        "hugging-face-secret",
        ("authorization", "Bearer hugging-face-secret"),
        INFERENCE,
    ),
    Service(
        "hugging_face_inference_providers_image_generation",
        "/router",
        "HUGGING_FACE_API_KEY",
        "hugging-face-secret",
        ("authorization", "Bearer hugging-face-secret"),
        ROUTER,
    ),
    Service(
        "flux_image_generation_generation",
        "/bfl/v1",
        "FLUX_API_KEY",
        "flux-secret",
        ("x-key", "flux-secret"),
        FLUX,
    ),
    Service(
        "ollama_openai_compatibility_images",
        "/ollama/v1",
        "OLLAMA_API_KEY",
        "ollama-secret",
        ("authorization", "Bearer ollama-secret"),
        OLLAMA,
    ),
)
BY_PACKAGE = {service.package: service for service in SERVICES}
