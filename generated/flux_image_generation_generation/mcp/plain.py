# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Recognises the plain requests that are answered without the SDK; whatever is unusual is left to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, field

from .toolbox import Wire
from .wire import HANDSHAKE, MODERN

_READ = frozenset(
    {b"accept", b"content-type", b"mcp-protocol-version", b"mcp-method", b"mcp-name"}
)
_JSON = frozenset({b"application/json", b"application/json; charset=utf-8"})
_MODERN = MODERN.encode()
_HANDSHAKE = frozenset([None, *(version.encode() for version in HANDSHAKE)])
_NAMED = b"tools/call"
_KNOWN_ENVELOPES = 256
_LONGEST_ENVELOPE = 4096
_NAME = b'"traceparent"'
_TOKEN = b'"progressToken"'
_PREFIX = "io.modelcontextprotocol/"

_Object: TypeAlias = dict[str, Any]
_Handshake = Literal["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]


class _Strict(Struct, forbid_unknown_fields=True, gc=False):
    """An object with no other members than these."""


class _Icon(_Strict):
    src: str
    media_type: str | UnsetType = field(default=UNSET, name="mimeType")
    sizes: list[str] | UnsetType = UNSET


class _Implementation(_Strict):
    name: str
    version: str
    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    website: str | UnsetType = field(default=UNSET, name="websiteUrl")
    icons: list[_Icon] | UnsetType = UNSET


class _Roots(_Strict):
    changes: bool | UnsetType = field(default=UNSET, name="listChanged")


class _Sampling(_Strict):
    context: _Object | UnsetType = UNSET
    tools: _Object | UnsetType = UNSET


class _Elicitation(_Strict):
    form: _Object | UnsetType = UNSET
    url: _Object | UnsetType = UNSET


class _Capabilities(_Strict):
    experimental: dict[str, _Object] | UnsetType = UNSET
    extensions: dict[str, _Object] | UnsetType = UNSET
    roots: _Roots | UnsetType = UNSET
    sampling: _Sampling | UnsetType = UNSET
    elicitation: _Elicitation | UnsetType = UNSET


class _Meta(Struct, gc=False):
    """``_meta`` of a request; what else is in it means nothing here."""

    traceparent: str | UnsetType = UNSET
    tracestate: str | UnsetType = UNSET
    baggage: str | UnsetType = UNSET
    token: int | str | UnsetType = field(default=UNSET, name="progressToken")


class _Envelope(_Meta, kw_only=True):
    """``_meta`` of a modern request."""

    version: Literal["2026-07-28"] = field(name=f"{_PREFIX}protocolVersion")
    capabilities: _Capabilities = field(name=f"{_PREFIX}clientCapabilities")
    client: _Implementation | UnsetType = field(
        default=UNSET, name=f"{_PREFIX}clientInfo"
    )
    level: Any = field(default=UNSET, name=f"{_PREFIX}logLevel")


class _Bare(_Strict):
    meta: Raw = field(default=Raw(b""), name="_meta")


class _CallParams(_Strict):
    name: str
    arguments: _Object | None = None
    meta: Raw = field(default=Raw(b""), name="_meta")


class _HelloParams(_Strict):
    version: _Handshake = field(name="protocolVersion")
    capabilities: _Capabilities
    client: _Implementation = field(name="clientInfo")
    meta: Raw = field(default=Raw(b""), name="_meta")


class _Request(_Strict, tag_field="method"):
    jsonrpc: Literal["2.0"]


class Call(_Request, tag="tools/call"):
    """Call a tool."""

    id: int | str
    params: _CallParams


class ListTools(_Request, tag="tools/list"):
    """List the tools."""

    id: int | str
    params: _Bare = field(default_factory=_Bare)


class Discover(_Request, tag="server/discover"):
    """Ask what the server can do (modern era)."""

    id: int | str
    params: _Bare = field(default_factory=_Bare)


class Initialize(_Request, tag="initialize"):
    """Open a connection (handshake era)."""

    id: int | str
    params: _HelloParams


class Initialized(_Request, tag="notifications/initialized"):
    """The connection is open (handshake era); not answered."""

    params: _Bare = field(default_factory=_Bare)


class Ping(_Request, tag="ping"):
    """Ask for a sign of life (handshake era)."""

    id: int | str
    params: _Bare = field(default_factory=_Bare)


Plain: TypeAlias = Call | ListTools | Discover | Initialize | Initialized | Ping

_decode = msgspec.json.Decoder(Plain).decode
_decode_meta = msgspec.json.Decoder(_Meta).decode
_decode_envelope = msgspec.json.Decoder(_Envelope).decode
_MODERN_KINDS: dict[type, bytes] = {
    Call: b"tools/call",
    ListTools: b"tools/list",
    Discover: b"server/discover",
}


class Reader:
    """Reads requests; remembers envelopes it has checked, since clients repeat theirs."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: set[bytes] = set()

    def read(
        self, headers: Iterable[tuple[bytes, bytes]], body: bytes
    ) -> tuple[Plain, bool] | None:
        """The request and whether it is of the modern era; ``None`` leaves it to the SDK."""
        found = _headers(headers)
        if found is None:
            return None
        try:
            request = _decode(body)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        version = found.get(b"mcp-protocol-version")
        if version == _MODERN:
            return (request, True) if self._modern(request, found) else None
        plain = version in _HANDSHAKE and type(request) is not Discover
        return (request, False) if plain and _is_bare(request.params.meta) else None

    def read_alone(self, line: bytes) -> tuple[Plain, bool] | None:
        """As ``read``, of a message that comes without headers: its envelope tells the era."""
        try:
            request = _decode(line)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        meta = bytes(request.params.meta)
        if _TOKEN in meta:
            return None
        if meta and self._envelope(meta):
            return (request, True) if type(request) in _MODERN_KINDS else None
        plain = type(request) is not Discover and _is_bare(request.params.meta)
        return (request, False) if plain else None

    def _modern(self, request: Plain, found: dict[bytes, bytes]) -> bool:
        """Whether headers and envelope agree with the body, as the version demands."""
        method = _MODERN_KINDS.get(type(request))
        if method is None or found.get(b"mcp-method") != method:
            return False
        if isinstance(request, Call):
            name = request.params.name
            if found.get(b"mcp-name") != name.encode() or name.startswith("=?"):
                return False
        return self._envelope(bytes(request.params.meta))

    def _envelope(self, meta: bytes) -> bool:
        if meta in self._known:
            return True
        try:
            if _decode_envelope(meta).level is not UNSET:
                return False
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return False
        if _NAME in meta or _TOKEN in meta:
            return True  # no two are equal
        if len(self._known) < _KNOWN_ENVELOPES and len(meta) <= _LONGEST_ENVELOPE:
            self._known.add(meta)
        return True


class _Trace(Struct):
    traceparent: Any = None
    tracestate: Any = None


_decode_trace = msgspec.json.Decoder(_Trace).decode


def traced(meta: Raw) -> tuple[Any, Any]:
    """The trace that an envelope names, unchecked: ``traceparent`` and ``tracestate``, or nothing."""
    encoded = bytes(meta)
    if _NAME not in encoded:
        return None, None
    found = _decode_trace(encoded)
    return found.traceparent, found.tracestate


def token(meta: Raw) -> int | str | None:
    """The token under which the caller wants to hear of progress."""
    encoded = bytes(meta)
    if _TOKEN not in encoded:
        return None
    found = _decode_meta(encoded).token
    return None if isinstance(found, UnsetType) else found


_MIRROR = "x-mcp-header"


def plain_tools(tools: Sequence[Wire], listed: bytes) -> Sequence[Wire]:
    """Those of ``tools``, as ``listed``, whose calls need no headers that repeat arguments: the SDK compares these."""
    if _MIRROR.encode() not in listed:
        return tools
    return [tool for tool in tools if not _mirrors(tool["inputSchema"])]


def _mirrors(schema: Any) -> bool:
    if not isinstance(schema, dict):
        return False
    parts = schema.get("properties", {})
    return _MIRROR in schema or any(map(_mirrors, parts.values()))


class _Message(Struct):
    jsonrpc: Any = None


_decode_message = msgspec.json.Decoder(_Message).decode


def is_foreign(body: bytes) -> bool:
    """Whether a JSON object is no message of JSON-RPC 2.0."""
    try:
        return bool(_decode_message(body).jsonrpc != "2.0")
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False


def _is_bare(meta: Raw) -> bool:
    """Whether an envelope of the handshake era can be understood here."""
    encoded = bytes(meta)
    if not encoded:
        return True
    try:
        return bool(_decode_meta(encoded))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False


def _headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes] | None:
    """The headers that decide, or ``None`` when one of them is unusual."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _READ:
            if name in found:
                return None
            found[name] = value
        elif name.startswith(b"mcp-"):
            return None
    if found.get(b"content-type") not in _JSON:
        return None
    return found if _accepts(found.get(b"accept", b"")) else None


@lru_cache(maxsize=64)
def _accepts(value: bytes) -> bool:
    """Whether both kinds of answer are accepted, by name."""
    named = {part.partition(b";")[0].strip().lower() for part in value.split(b",")}
    return {b"application/json", b"text/event-stream"} <= named
