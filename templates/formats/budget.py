"""How much may be made of one reply."""

from __future__ import annotations

LONGEST = 8 * 1024 * 1024
"""Bytes or characters of a reply in HTML, Avro or Protocol Buffers."""

_LARGEST = 1_000_000


class Budget:
    """How much one reply may still become; raises ``ValueError`` when that is used up."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = _LARGEST

    def spend(self, values: int = 1, text: str = "") -> None:
        """Count ``values``, and one more for every sixteen characters of ``text``."""
        self._left -= values + len(text) // 16
        if self._left < 0:
            raise ValueError("too large")
