"""What request number ``n`` is, how the upstream misbehaves in its turn, and what the caller must get: all by number.

Odd numbers go to the REST server, even ones to the MCP server. One in a hundred has a fault; half of these pass, so
that a call that is made again succeeds, and half last. The table ``_outcome`` is written for the servers' options in
``bench/soak/run.py``: two repetitions of what is idempotent, a second of patience, and a breaker that must not open.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

FAULTS = (
    "reset", "reset-inside", "junk", "status-500", "status-503", "soon-503",
    "late", "cut", "short", "json", "slow", "drip",
)  # fmt: skip
"""Connection reset before or inside the head, no HTTP, failures without and with ``Retry-After``, no reply in time,
a body that breaks off or is longer than announced, broken JSON, a reply after a while, and one piece by piece."""

LATE_SECONDS, SLOW_SECONDS = 8.0, 0.2
_LARGE = 1500
_ONE_IN = 100
_MCP = (
    ("call-modern", 8), ("call-progress", 1), ("call-handshake", 6), ("call-sdk", 1),
    ("list-modern", 1), ("list-handshake", 1), ("ping", 1), ("discover", 1),
)  # fmt: skip
"""Shares of what is asked of the MCP server: both eras, calls with a progress token or, for the SDK, a log level."""
_MIX = tuple(kind for kind, share in _MCP for _ in range(share))


@dataclass(frozen=True, slots=True)
class Outcome:
    """``word`` says which answer is right; the upstream must be called ``least`` to ``most`` times."""

    word: str
    least: int = 1
    most: int = 1


RIGHT = Outcome("right")


def kind(n: int) -> str:
    """``rest``, or what is asked of the MCP server."""
    if n % 2:
        return "rest"
    found = _MIX[_draw(b"mcp", n, len(_MIX))]
    return found if found != "call-sdk" or not _draw(b"sdk", n, 5) else "call-modern"


def reads(n: int) -> bool:
    """Whether an item is read (GET, may be asked again), rather than made (POST, may not)."""
    return _draw(b"reads", n, 5) < 3


def calls(n: int) -> bool:
    """Whether the upstream is needed at all."""
    return n % 2 == 1 or kind(n).startswith("call")


def fault(n: int) -> str:
    """How the upstream misbehaves; empty for most."""
    if _draw(b"fault", n, _ONE_IN):
        return ""
    return FAULTS[_draw(b"which", n, len(FAULTS))]


def lasts(n: int) -> bool:
    """Whether it does so every time that it is asked."""
    return _draw(b"lasts", n, 2) == 1


def outcome(n: int) -> Outcome:
    """What must become of a request."""
    name = fault(n) if calls(n) else ""
    if not name:
        return RIGHT if calls(n) else Outcome("right", 0, 0)
    return _outcome(name, lasts(n), reads(n))


@lru_cache
def _outcome(name: str, lasting: bool, repeatable: bool) -> Outcome:
    if name in ("cut", "short", "json"):  # the head has come: not asked again
        return Outcome(name)
    if name in ("slow", "drip"):
        return RIGHT
    word = "unreached" if name in ("reset", "reset-inside", "junk") else name
    if not (repeatable or name == "soon-503"):
        return Outcome(word)
    if not lasting:
        return Outcome("right", 2, 2)
    # A kept connection that breaks is replaced once more within each try.
    return Outcome(word, 3, 6 if word == "unreached" else 3)


def note(n: int) -> str:
    """What an item is: not guessed from its number by mistake."""
    return blake2b(b"%d" % n, digest_size=12).hexdigest()


def large(n: int) -> bool:
    """Whether the item is larger than what is passed on in one piece."""
    return not _draw(b"large", n, 200) and fault(n) != "short"


def item(n: int) -> bytes:
    """The upstream's reply to a read."""
    return _item(str(n), note(n) * (_LARGE * 4 if large(n) else 2))


def _item(number: str, text: str) -> bytes:
    return json.dumps({"id": number, "note": text}).encode()


def made(n: int) -> bytes:
    """The upstream's reply to what was made; it has a member that the shape leaves out."""
    found = {"id": str(n), "note": note(n), "more": [1, 2]}
    return json.dumps(found).encode()


def refused(n: int) -> bytes:
    """The body of a reply that reports a failure."""
    return b'{"refused": %d}' % n


def broken(n: int) -> bytes:
    """A body that says it is JSON and is not."""
    return b'{"broken": %d,' % n


def _draw(salt: bytes, n: int, sides: int) -> int:
    """A number below ``sides``: the same for the same ``n`` in every process."""
    found = blake2b(b"%b %d" % (salt, n), digest_size=4).digest()
    return int.from_bytes(found) % sides
