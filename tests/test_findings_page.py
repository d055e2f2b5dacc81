"""`docs/findings.md` has a section for every code of the program, and none for codes that are gone."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "findings.md").read_text()


def codes() -> set[str]:
    sources = (ROOT / "src").rglob("*.py")
    return {
        code for path in sources for code in re.findall(r'"(N\d{3})"', path.read_text())
    }


def test_every_code_has_a_section() -> None:
    sections = re.findall(r"^## (N\d{3})$", PAGE, re.MULTILINE)
    assert sections == sorted(set(sections))
    assert set(sections) == codes()


def test_every_section_has_meaning_example_and_fix() -> None:
    for section in re.split(r"^## (?=N\d{3}$)", PAGE, flags=re.MULTILINE)[1:]:
        assert re.search(r"\*\*.+\*\* \(.+\)\. \S", section), section
        assert "- Example: " in section and "- Fix: " in section, section
