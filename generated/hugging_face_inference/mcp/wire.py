# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The answers of the fast path as bytes: serialised once at start, or framed around a result."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from .toolbox import Identity, Wire

MODERN = "2026-07-28"
"""The protocol version whose requests carry their own envelope."""

HANDSHAKE = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
"""The versions that begin with ``initialize``."""

FOREIGN = b'{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request: no JSON-RPC 2.0"}}'
"""The answer to what is no message."""

_encode = msgspec.json.Encoder().encode


class Answers:
    """Every answer of one server, for both protocol eras."""

    def __init__(
        self,
        identity: Identity,
        tools: Sequence[Wire],
        able: Wire,
        greeting: Wire,
    ) -> None:
        """Serialise what never changes; ``able`` are the capabilities, ``greeting`` those of the handshake era."""
        info = identity.implementation()
        said = {"instructions": identity.instructions} if identity.instructions else {}
        stamp = {"io.modelcontextprotocol/serverInfo": info}
        self._stamp = _encode({"_meta": stamp, "resultType": "complete"})[:-1] + b","
        self._hello = {"capabilities": greeting, "serverInfo": info, **said}
        listed = _encode({"tools": list(tools)})
        discovered = {
            **identity.cache,
            "capabilities": able,
            "supportedVersions": [MODERN],
            **said,
        }
        self.tools = listed
        self.modern_tools = (
            self._stamp + _encode(identity.cache)[1:-1] + b"," + listed[1:]
        )
        self.discovered = self._stamp + _encode(discovered)[1:]

    def initialized(self, version: str) -> bytes:
        """The result of ``initialize`` at a handshake version."""
        return _encode({"protocolVersion": version, **self._hello})

    def called(self, result: Wire, modern: bool) -> bytes:
        """The result of a tool call."""
        encoded = _encode(result)
        return self._stamp + encoded[1:] if modern else encoded


def framed(request_id: int | str, result: bytes) -> bytes:
    """A JSON-RPC answer around an encoded result."""
    return b'{"jsonrpc":"2.0","id":%b,"result":%b}' % (_encode(request_id), result)
