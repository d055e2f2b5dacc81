"""`docs/conformance.md` has all rows in order, and every case and test that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "conformance.md").read_text()
COUNTS = zip(
    "MPRFJLACKIVW", (23, 18, 22, 16, 10, 20, 8, 14, 12, 10, 24, 10), strict=True
)
ROWS = re.findall(r"^\| ([A-Z]\d\d) \|.*\|([^|]*)\|$", PAGE, re.MULTILINE)


def test_all_rows_are_there() -> None:
    wanted = [
        f"{letter}{number:02}"
        for letter, count in COUNTS
        for number in range(1, count + 1)
    ]
    assert [row for row, _ in ROWS] == wanted


def test_every_row_has_a_proof() -> None:
    assert [row for row, proof in ROWS if "](" not in proof] == []


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)]+)\)", PAGE))))
def test_every_link_leads_somewhere(link: str) -> None:
    assert (DOCS / link).exists()
