"""`make demo`: one call through a generated client, REST server and MCP server, against a stand-in for the provider.

The stand-in is the upstream process of the behaviour tests: it refuses a wrong path, body, header or credential.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "generated")]

from behaviour.harness import Upstream, environment, server  # noqa: E402

FLUX = "flux_image_generation_generation"
OLLAMA = "ollama_openai_compatibility_images"


def say(label: str, text: object = "") -> None:
    """Print one aligned line."""
    print(f"   {label:14}{text}" if text else f"\n{label}")


def show_upstream(upstream: Upstream) -> None:
    """Print the one request that reached the stand-in, its secret masked, and forget it."""
    seen = upstream.only()
    say("upstream saw", f"{seen['method']} {seen['target']}")
    for name, value in seen["headers"]:
        if name.lower() in ("authorization", "x-key"):
            scheme, _, _ = value.rpartition(" ")
            say("", f"{name}: {scheme} ***".replace(":  ", ": "))
    body = seen["body"].decode()
    say("", body)
    upstream.clear()


def call_client(upstream: Upstream) -> None:
    """One typed call of the client made from the OpenAPI document."""
    from hugging_face_inference import HuggingFaceInferenceClient

    say("1. The generated client: hugging_face_inference")
    say(
        "call",
        "client.multimodal.text_to_image(model_id='black-forest-labs/FLUX.1-dev', …)",
    )
    with HuggingFaceInferenceClient(
        base_url=upstream.url("hugging_face_inference")
    ) as client:
        reply = client.multimodal.text_to_image(
            model_id="black-forest-labs/FLUX.1-dev",
            body={"inputs": "a lighthouse at dawn"},
        )
        image = reply.read()
    show_upstream(upstream)
    say("got", f"{reply.media_type}, {len(image)} bytes")


def call_rest(upstream: Upstream) -> None:
    """One request to the REST server made from the Flux capability."""
    say(f"2. The generated REST server: python -m {FLUX} rest")
    with server(FLUX, "rest", upstream) as origin:
        url = f"{origin}/v1/flux-pro-1-1"
        say("call", f"POST {url}")
        request = urllib.request.Request(  # noqa: S310
            url,
            b'{"prompt": "a lighthouse at dawn"}',
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310
            status, body = reply.status, reply.read().decode()
    show_upstream(upstream)
    say("got", f"{status} {body}")


async def call_mcp(upstream: Upstream) -> None:
    """One tool call, by the official client, to the MCP server made from the Ollama capability."""
    from mcp import Client

    say(f"3. The generated MCP server: python -m {OLLAMA} mcp")
    with server(OLLAMA, "mcp", upstream) as origin:
        async with Client(f"{origin}/mcp") as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            say("tools", ", ".join(tools))
            body = {"model": "m", "prompt": "a lighthouse at dawn"}
            say("call", f"{tools[0]} {json.dumps({'body': body})}")
            result = await client.call_tool(tools[0], {"body": body})
    show_upstream(upstream)
    say("got", json.dumps(result.structured_content))


def main() -> None:
    """Run the three calls in order; any failure ends the program with a traceback."""
    os.environ.update(environment())
    upstream = Upstream()
    print(f"A stand-in for the providers listens on {upstream.origin}.")
    try:
        call_client(upstream)
        call_rest(upstream)
        asyncio.run(call_mcp(upstream))
    finally:
        upstream.process.stop()
    print("\nAll three calls arrived as the documents ask for.")


if __name__ == "__main__":
    main()
