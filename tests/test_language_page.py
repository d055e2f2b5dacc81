"""`docs/language.md` has all features in order, and every case and test that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "language.md").read_text()


def test_all_features_are_there() -> None:
    rows = re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)
    assert [int(row) for row in rows] == list(range(1, 102))


COMPILED = {"47", "85", "88", "96", "97", "98"}
"""Features that are findings or commands: nothing of them acts at run time."""


def test_every_feature_has_a_case_and_where_it_acts_a_test() -> None:
    rows = re.findall(r"^\| (\d+) \|(.*)$", PAGE, re.MULTILINE)
    assert [row for row, words in rows if "](../tests/cases/" not in words] == []
    tested = {row for row, words in rows if "](../tests/behaviour/" in words}
    assert {row for row, _ in rows} - tested == COMPILED
    assert [row for row, words in rows if "not yet" in words] == []


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)]+)\)", PAGE))))
def test_every_link_leads_somewhere(link: str) -> None:
    assert link.startswith("#") or (DOCS / link).exists()
