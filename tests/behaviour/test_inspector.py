"""The MCP Inspector's command line, strict, against every generated MCP server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .calls import PNG, SERVICES
from .harness import Upstream, environment, server_command
from .nodes import INSPECTOR, run_node

Origin = Callable[[str, str], str]
ERAS = pytest.mark.parametrize("era", ["legacy", "modern"])

pytestmark = pytest.mark.xdist_group("servers")


@pytest.mark.parametrize("package", [*(item.package for item in SERVICES), "gateway"])
@ERAS
def test_tools_are_clean(node: str, origin: Origin, package: str, era: str) -> None:
    url = f"{origin(package, 'mcp')}/mcp"
    args = ("--protocol-era", era, "--method", "tools/list", "--strict")
    done = run_node(node, INSPECTOR, "--cli", url, *args)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["tools"]


@ERAS
def test_an_image_arrives_whole(
    node: str, upstream: Upstream, origin: Origin, tmp_path: Path, era: str
) -> None:
    url = f"{origin('hugging_face_inference', 'mcp')}/mcp"
    image = tmp_path / "out.png"
    arguments = json.dumps({"model_id": "flux", "inputs": "cat"})
    args = [
        "--protocol-era",
        era,
        "--method",
        "tools/call",
        "--tool-name",
        "textToImage",
    ]
    args += [
        "--tool-args-json",
        arguments,
        "--output",
        str(image),
        "--output-format",
        "raw",
    ]
    done = run_node(node, INSPECTOR, "--cli", url, *args, "-q")
    assert done.returncode == 0, done.stdout + done.stderr
    assert image.read_bytes() == PNG


def test_stdio_from_a_configuration_file(
    node: str, upstream: Upstream, tmp_path: Path
) -> None:
    package = "flux_image_generation_generation"
    command, *args = server_command(package, "mcp", upstream, "--transport=stdio")
    wanted = ("PYTHONPATH", "FLUX_API_KEY", "PATH")
    env = {key: value for key, value in environment().items() if key in wanted}
    entry = {"type": "stdio", "command": command, "args": args, "env": env}
    config = tmp_path / "mcp.json"
    config.write_text(json.dumps({"mcpServers": {"flux": entry}}))
    options = ["--config", str(config), "--server", "flux", "--method", "tools/call"]
    options += ["--tool-name", "generate-image-flux-1-1-pro-2"]
    options += ["--tool-args-json", '{"body": {"prompt": "a cat"}}']
    done = run_node(node, INSPECTOR, "--cli", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "task-flux-pro-1.1-ultra" in done.stdout
    assert upstream.only()["target"] == "/bfl/v1/flux-pro-1.1-ultra"
