"""An authorization server of tests: metadata, keys, introspection, and tokens of every kind."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

RESOURCE = "https://ships.example/fleet"
KEYS: dict[str, Any] = {
    "one": rsa.generate_private_key(65537, 2048),
    "two": ec.generate_private_key(ec.SECP256R1()),
    "strange": rsa.generate_private_key(65537, 2048),
}


@dataclass
class Issuer:
    """A running authorization server; ``seen`` are the paths asked for."""

    url: str
    published: list[str] = field(default_factory=lambda: ["one", "two"])
    seen: list[str] = field(default_factory=list)
    active: dict[str, dict[str, Any]] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    asked_with: str = ""
    down: bool = False

    def keys(self) -> list[dict[str, Any]]:
        """What it publishes, with keys beside them that sign nothing."""
        found: list[dict[str, Any]] = [
            {"kty": "oct", "kid": "secret", "k": "c2VjcmV0"},
            {"kty": "RSA", "kid": "broken", "n": "AQ"},
        ]
        for name in self.published:
            kind = RSAAlgorithm if name != "two" else ECAlgorithm
            key = json.loads(kind.to_jwk(KEYS[name].public_key()))
            found.append({**key, "kid": name})
        return found

    def token(self, key: str = "one", algorithm: str = "", kid: str | None = "", **changed: Any) -> str:  # fmt: skip
        """An access token; ``None`` leaves a claim out."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": RESOURCE, "exp": now + 600, "scope": "ships:list ships:read"}  # fmt: skip
        claims = {k: v for k, v in (claims | changed).items() if v is not None}
        algorithm = algorithm or ("ES256" if key == "two" else "RS256")
        headers = {} if kid is None else {"kid": kid or key}
        return jwt.encode(claims, KEYS[key], algorithm, headers)


@contextmanager
def issuer() -> Iterator[Issuer]:
    """The server on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            running.seen.append(self.path)
            if running.down:
                self.send_error(500)
            elif self.path == "/.well-known/openid-configuration":
                found = {
                    "issuer": running.url,
                    "jwks_uri": f"{running.url}/keys",
                    "introspection_endpoint": f"{running.url}/introspect",
                }
                self.say({**found, **running.metadata})
            elif self.path == "/keys":
                self.say({"keys": running.keys()})
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            running.seen.append(self.path)
            form = parse_qs(self.rfile.read(int(self.headers["content-length"])))
            running.asked_with = self.headers["authorization"]
            self.say(running.active.get(form[b"token"][0].decode(), {"active": False}))

        def say(self, found: object) -> None:
            body = json.dumps(found).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = Issuer(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
