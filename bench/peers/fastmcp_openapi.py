"""The MCP peer: `FastMCP.from_openapi` over the OpenAPI document named by DOCUMENT."""

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
app = FastMCP.from_openapi(document, client=client, name="peer").http_app(
    stateless_http=True, json_response=True
)
