# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The context of a trace as callers send it and the upstream gets it: W3C Trace Context, or B3 headers.

Within the server it is W3C's whatever goes over the network. Nothing else of the caller goes on: no baggage.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping

PARENT = "traceparent"
STATE = "tracestate"

_HEX = frozenset("0123456789abcdef")
_LONGEST_STATE = 512


def received(headers: Mapping[bytes, bytes], b3: bool) -> dict[str, str]:
    """What of the request's headers goes on, checked; nothing for a context that is not well formed."""
    if b3:
        return _of_b3(headers)
    if b"traceparent" not in headers:
        return {}
    state = headers.get(b"tracestate", b"").decode("latin-1")
    return given(headers[b"traceparent"].decode("latin-1"), state)


def given(parent: object, state: object) -> dict[str, str]:
    """A context from its two texts, checked."""
    if not isinstance(parent, str) or not _is_parent(parent):
        return {}
    found = {PARENT: parent}
    if isinstance(state, str) and _is_state(state):
        found[STATE] = state
    return found


def spell_b3(headers: MutableMapping[str, str]) -> None:
    """Put B3 headers in the place of W3C's."""
    headers.pop(STATE, None)
    parent = headers.pop(PARENT, "")
    if parent:
        _, trace, span, flags = parent.split("-")
        headers["X-B3-TraceId"] = trace
        headers["X-B3-SpanId"] = span
        headers["X-B3-Sampled"] = str(int(flags, 16) & 1)


def _of_b3(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    trace = headers.get(b"x-b3-traceid", b"").decode("latin-1").lower()
    span = headers.get(b"x-b3-spanid", b"").decode("latin-1").lower()
    if not _is_id(trace, 32, 16) or not _is_id(span, 16):
        return {}
    sampled = headers.get(b"x-b3-sampled", b"1") in (b"1", b"true", b"d")
    debug = headers.get(b"x-b3-flags") == b"1"
    return {PARENT: f"00-{trace:0>32}-{span}-{'01' if sampled or debug else '00'}"}


def _is_parent(text: str) -> bool:
    """Whether it is ``00-TRACE-SPAN-FLAGS``."""
    parts = text.split("-", 4)
    return (
        len(parts) == 4
        and parts[0] == "00"
        and _is_id(parts[1], 32)
        and _is_id(parts[2], 16)
        and len(parts[3]) == 2
        and _HEX.issuperset(parts[3])
    )


def _is_id(text: str, *lengths: int) -> bool:
    """Whether it is hexadecimal, of one of ``lengths``, and not zero."""
    return len(text) in lengths and _HEX.issuperset(text) and text.strip("0") != ""


def _is_state(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_STATE and text.isascii() and text.isprintable()
