"""Tables of HTML and Markdown → lists of objects, within bounds."""

from __future__ import annotations

from collections.abc import Iterable

from .budget import Budget


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
