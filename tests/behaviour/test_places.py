"""The golden case `all/places`, built and called: where values come from, and where they go."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from behaviour.capability_package import (
    Recorder,
    Seen,
    ask,
    build,
    imported,
    recorder,
    serving,
)
from behaviour.harness import environment

pytestmark = pytest.mark.xdist_group("exposed-places")

CASE = Path(__file__).parents[1] / "cases" / "all" / "places"
VALUES = {"DEPOT_KEY": "s3cret-of-the-depot", "DEPOT_TENANT": "north-east"}
REPLIES = {
    "/v1/parcels": ("application/xml", b"<all><parcel><id>1</id></parcel><parcel><id>2</id></parcel></all>"),
    "/v1/parcels/places": ("application/yaml", b"north: Oslo\n"),
    "/rates": ("text/tab-separated-values", b"to\tprice\nOslo\t7\n"),
}  # fmt: skip


def answer(seen: Seen) -> tuple[int, Mapping[str, str], bytes]:
    path = seen.target.partition("?")[0]
    kind, body = REPLIES[path]
    if seen.method == "POST":
        kind, body = "application/json", b'{"id": 3}'
    return 200, {"Content-Type": kind}, body


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("places")
    shutil.copytree(CASE / "shared", made / "shared")
    assert build(made, (CASE / "spec.yaml").read_text()) == "depot"
    return made


@pytest.fixture(scope="module")
def upstream() -> Iterator[Recorder]:
    with recorder(answer) as running:
        yield running


def upstreams(upstream: Recorder) -> tuple[str, str]:
    return f"--upstream=depot={upstream.url}/v1/", f"--upstream=carriers={upstream.url}"


def check_added(seen: Seen, session: str = "") -> None:
    """What the upstream must get for a parcel."""
    assert (seen.method, seen.target) == ("POST", f"/v1/parcels?key={VALUES['DEPOT_KEY']}")  # fmt: skip
    assert json.loads(seen.body) == {"weight": 2.5, "sender": "Ada"}
    assert seen.headers["x-depot"] == "north"
    assert seen.headers["x-tenant"] == VALUES["DEPOT_TENANT"]
    assert seen.headers.get("cookie", "") == session


def test_routes(folder: Path, upstream: Recorder) -> None:
    start = ("depot", "rest", *upstreams(upstream))
    secrets = (VALUES["DEPOT_KEY"],)
    with serving(folder, *start, secrets=secrets, **VALUES) as port:
        body = {"weight": 2.5, "from": {"name": "Ada"}}
        said = ask(port, "POST", "/parcels", body, **{"X-Session": "s-1"})
        assert said == (200, {"id": 3})
        check_added(upstream.only(), "session=s-1")
        assert ask(port, "GET", "/parcels") == (200, ["1", "2"])
        assert ask(port, "GET", "/places") == (200, "Oslo")
        upstream.seen.clear()
        assert ask(port, "GET", "/rates") == (200, [{"to": "Oslo"}])
        seen = upstream.only()
        assert seen.target == "/rates", "the key of the depot stays there"
        assert "x-depot" not in seen.headers


def test_a_tool_over_pipes(folder: Path, upstream: Recorder) -> None:
    hello = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"},
    }
    arguments = {"weight": 2.5, "sender": "Ada"}
    asked = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call",
         "params": {"name": "add-parcel", "arguments": arguments}},
    ]  # fmt: skip
    command = [sys.executable, "-m", "depot", "mcp", "--transport=stdio"]
    with subprocess.Popen(
        [*command, *upstreams(upstream)],
        env=environment(**VALUES) | {"PYTHONPATH": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin and child.stdout
        child.stdin.write("".join(json.dumps(line) + "\n" for line in asked))
        child.stdin.flush()
        _, said = (json.loads(child.stdout.readline()) for _ in range(2))
        child.stdin.close()
    assert said["result"]["structuredContent"] == {"id": 3}
    check_added(upstream.only())


def test_a_client(
    folder: Path, upstream: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in VALUES.items():
        monkeypatch.setenv(name, value)
    urls = {"depot": f"{upstream.url}/v1/", "carriers": upstream.url}
    with imported(folder, "depot") as module, module.DepotClient(base_url=urls) as it:
        it.add_parcel(body={"weight": 2.5, "sender": "Ada"}, session="s-2")
        check_added(upstream.only(), "session=s-2")
        assert "Oslo" in it.list_rates()
        assert upstream.only().target == "/rates"


def test_lists_may_be_kept_as_the_document_says(
    folder: Path, upstream: Recorder
) -> None:
    prefix = "io.modelcontextprotocol/"
    meta = {f"{prefix}protocolVersion": "2026-07-28", f"{prefix}clientCapabilities": {}}
    start = ("depot", "mcp", "--transport=http", *upstreams(upstream))
    with serving(folder, *start, **VALUES) as port:
        for method in ("tools/list", "server/discover"):
            message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"_meta": meta}}  # fmt: skip
            headers = {
                "accept": "application/json, text/event-stream",
                "mcp-protocol-version": "2026-07-28",
                "mcp-method": method,
            }
            _, fast = ask(port, "POST", "/mcp", message, **headers)
            _, slow = ask(port, "POST", "/mcp", message, **headers, **{"mcp-unusual": "1"})  # fmt: skip
            assert fast == slow
            kept = (fast["result"]["ttlMs"], fast["result"]["cacheScope"])
            assert kept == (60000, "private")
