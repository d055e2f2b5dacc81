"""nginx with ``proxy_pass`` before the same upstream: what a proxy in C costs that does nothing else, as the limit."""

from __future__ import annotations

import shutil

from bench.processes import WORK

_CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream api {{
    server {authority};
    keepalive 128;
    keepalive_requests 1000000000;
  }}
  server {{
    listen 127.0.0.1:{port};
    location /v1/ {{
      proxy_pass http://api/;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Authorization "Bearer secret";
    }}
  }}
}}
"""


def nginx() -> str | None:
    """The program, where it is installed."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def command(program: str, origin: str, port: int) -> list[str]:
    """What runs it on ``port`` before the upstream at ``origin``."""
    folder = WORK / "nginx"
    folder.mkdir(parents=True, exist_ok=True)
    authority = origin.partition("://")[2]
    text = _CONFIGURATION.format(folder=folder, authority=authority, port=port)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    place = ["-p", str(folder), "-e", str(folder / "error.log")]
    return [program, *place, "-c", str(folder / "nginx.conf")]
