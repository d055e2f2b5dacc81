"""The MCP peer: `FastMCP.from_openapi` over the OpenAPI document named by DOCUMENT; as a program, over stdio."""

from __future__ import annotations

import os
from pathlib import Path

import httpx2
import yaml
from fastmcp import FastMCP

document = yaml.load(
    Path(os.environ["DOCUMENT"]).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
)
client = httpx2.AsyncClient(
    base_url=os.environ["UPSTREAM"],
    headers={"Authorization": f"Bearer {os.environ['HF_TOKEN']}"},
    limits=httpx2.Limits(max_connections=None),
)
server = FastMCP.from_openapi(document, client=client, name="peer")

if __name__ == "__main__":
    server.run("stdio", show_banner=False)
else:
    app = server.http_app(stateless_http=True, json_response=True)
