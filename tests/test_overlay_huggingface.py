"""Our overlay of the Hugging Face document says what the provider's page says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.read import Document, load

SPECS = Path(__file__).parents[1] / "specs"


@pytest.fixture(scope="module")
def document() -> Document:
    diagnostics = Diagnostics()
    sources = load([SPECS], diagnostics=diagnostics)
    assert not len(diagnostics)
    return next(doc for doc in sources.documents if doc.kind == "openapi")


def operation(document: Document) -> Any:
    return document.root["paths"]["/models/{model_id}/text-to-image"]["post"]


def test_it_is_valid_openapi(document: Document) -> None:
    OpenAPIV31SpecValidator(document.root).validate()


def test_body_parameters(document: Document) -> None:
    schemas = document.root["components"]["schemas"]
    found = schemas["TextToImageRequest"]["properties"]["parameters"]["properties"]
    size = found["target_size"]
    assert size["required"] == ["width", "height"]
    assert {name: item["type"] for name, item in size["properties"].items()} == {
        "width": "integer",
        "height": "integer",
    }
    assert found["scheduler"]["type"] == "string"
    assert found["seed"]["type"] == "integer"
    assert found["negative_prompt"]["oneOf"] == [
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}},
    ]
    assert "type" not in found["negative_prompt"]
    assert {"height", "width", "guidance_scale", "num_inference_steps"} <= set(found)
    assert all(item.get("description") for item in found.values())


def test_headers(document: Document) -> None:
    found = {
        item["name"]: item["schema"]
        for item in operation(document)["parameters"]
        if item["in"] == "header"
    }
    assert found == {
        "x-use-cache": {"type": "boolean", "default": True},
        "x-wait-for-model": {"type": "boolean", "default": False},
    }


def test_replies(document: Document) -> None:
    replies = operation(document)["responses"]
    assert list(replies) == ["200", "503"]
    assert "image/*" in replies["200"]["content"]
    schema = replies["503"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/ModelLoadingResponse"}


def test_model_ids_span_segments_everywhere(document: Document) -> None:
    found = [
        item
        for path in document.root["paths"].values()
        for item in path["post"]["parameters"]
        if item["in"] == "path"
    ]
    assert len(found) == 15
    for item in found:
        multi = item.get("x-naftiko-multi-segment", False)
        assert multi is (item["name"] == "model_id")


def test_the_variable_of_the_token(document: Document) -> None:
    scheme = document.root["components"]["securitySchemes"]["bearerAuth"]
    assert scheme["x-naftiko-env"] == "HUGGING_FACE_API_KEY"
    span = document.span(
        ("components", "securitySchemes", "bearerAuth", "x-naftiko-env")
    )
    assert Path(span.file).name == "inference.overlay.yaml"
