"""Tables of HTML and Markdown → lists of objects, within bounds."""

from __future__ import annotations

from collections.abc import Iterable

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


def objects(
    names: list[str], rows: Iterable[list[str]], budget: Budget
) -> list[dict[str, str]]:
    """One object for each of ``rows``: missing cells are empty, surplus ones are left out."""
    found = []
    for row in rows:
        budget.spend(len(names))
        filled = row + [""] * (len(names) - len(row))
        found.append(dict(zip(names, filled, strict=False)))
    return found
