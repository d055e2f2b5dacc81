"""One MCP server over the tools of several packages."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from behaviour import mcp_package
from behaviour.mcp_fixtures import Server, zoo, zoo_environment
from behaviour.mcp_package import Zoo
from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.python import gateway_mcp
from naftiko_codegen.python.naming import plan_names
from naftiko_codegen.python.text import Code

__all__ = ["zoo"]
pytestmark = pytest.mark.xdist_group("mcp-zoo")

START = """
import sys
from gateway.mcp.server import serve
from gateway.server.settings import Settings
port = next(a.partition("=")[2] for a in sys.argv if a.startswith("--port"))
url = next(a.partition("=")[2] for a in sys.argv if a.startswith("--upstream"))
upstreams = ("zoo", url), ("pond", url + "/pond")
sys.exit(serve(Settings("gateway", port=int(port), upstreams=upstreams)))
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("gateway")
    pond = mcp_package.package(tuple(mcp_package.numbered(3)))
    members = ("zoo", mcp_package.package()), ("pond", pond)
    mcp_package.write(found, mcp_package.gateway_files(*members))
    (found / "start.py").write_text(START)
    return found


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_calls_reach_the_right_upstream(root: Path, zoo: Zoo, mode: Any) -> None:
    zoo.answer("GET /anything", {"of": "zoo"})
    zoo.answer("GET /pond/anything", {"of": "pond"})
    running = Server(root, zoo, script=str(root / "start.py"))

    async def run() -> None:
        async with Client(f"http://127.0.0.1:{running.port}/mcp", mode=mode) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            assert names == [
                *(tool.name for tool in mcp_package.TOOLS),
                "tool-0",
                "tool-1",
                "tool-2",
            ]
            for name, of in (("anything", "zoo"), ("tool-1", "pond")):
                result = await client.call_tool(name)
                assert result.structured_content == {"of": of}
                assert zoo.last

    try:
        asyncio.run(run())
    finally:
        running.stop()
    assert "Traceback" not in running.log(), running.log()


def test_a_missing_base_url_is_said(root: Path) -> None:
    imports = "from gateway.mcp.server import build; from gateway.server.settings import Settings"
    code = f"{imports}; build(Settings('gateway'))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=zoo_environment(root),
        capture_output=True,
        text=True,
    )
    assert "zoo: base_url is required" in done.stderr
    assert "--upstream zoo=URL" in done.stderr


def test_two_tools_of_one_name_are_an_error() -> None:
    diagnostics = Diagnostics()

    def locate(origin: Any) -> Span:
        return Span("zoo.yaml", 1)

    made = mcp_package.package()
    named = [
        (made, plan_names(made, Code(name), locate, diagnostics))
        for name in ("zoo", "pond")
    ]
    list(gateway_mcp.plan(named, locate, diagnostics))
    assert {item.code for item in diagnostics} == {"N521"}
    assert "pond-get-animal" in " ".join(item.hint for item in diagnostics)
