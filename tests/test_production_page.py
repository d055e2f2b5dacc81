"""``docs/production.md`` lists every setting and metric as the runtime has them; ``--update-golden`` rewrites it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from naftiko_codegen.python.settings import metrics, settings

PAGE = Path(__file__).parent.parent / "docs" / "production.md"
SERVERS = ("rest", "mcp", "skill", "control")


def tables() -> dict[str, Iterator[str]]:
    return {"settings": setting_rows(), "metrics": metric_rows()}


def setting_rows() -> Iterator[str]:
    yield "| variable | flag | meaning |"
    yield "| --- | --- | --- |"
    for row in settings("PACKAGE", SERVERS, has_choice=True):
        yield f"| {row.variable} | {row.flag} | {row.meaning} |"


def metric_rows() -> Iterator[str]:
    yield "| metric | type | meaning |"
    yield "| --- | --- | --- |"
    for row in metrics():
        yield f"| {row.name} | {row.kind} | {row.meaning} |"


def test_the_page_has_the_tables_of_the_runtime(request: pytest.FixtureRequest) -> None:
    text = wanted = PAGE.read_text()
    for name, rows in tables().items():
        before, start, rest = wanted.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition(f"<!-- /{name} -->")
        assert start and end
        lines = "".join(f"{row}\n" for row in rows)
        wanted = f"{before}{start}{lines}{end}{after}"
    if request.config.getoption("--update-golden"):
        PAGE.write_text(wanted)
    else:
        assert text == wanted, "run this test with --update-golden"
