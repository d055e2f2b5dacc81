"""HTML → its tables, as lists of objects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from .budget import LONGEST, Budget
from .table import objects
from .texts import decoded

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?([A-Za-z0-9._-]{1,40})", re.I)
_DEEPEST = 400
_ATTRIBUTES = 200
_UNSEEN = frozenset(("script", "style", "template"))
_APART = re.compile(
    "address article aside blockquote br caption dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol option p pre section table tbody td tfoot th thead tr ul".replace(
        " ", "|"
    )
).fullmatch
"""Elements whose text does not touch that of their neighbours."""


def tree(data: bytes, media_type: str, selected: str) -> dict[str, Any]:
    """``{"tables": […]}``: those that the XPath ``selected`` finds or what it finds holds, all of them without one."""
    declared = _CHARSET.search(data[:2048])
    text = decoded(data, media_type, declared[1].decode("ascii") if declared else "")
    etree: Any = import_module("lxml.etree")
    if len(text) > LONGEST:
        raise ValueError("too large")
    budget = Budget()
    builder = _Builder(etree, budget)
    parser = etree.HTMLParser(target=builder, no_network=True)
    try:
        root = etree.HTML(text.replace("\0", ""), parser)
    except etree.LxmlError:
        raise ValueError("no HTML") from None
    if root is None:
        return {"tables": []}
    found = (_table(etree, table, budget) for table in _tables(root, selected))
    return {"tables": [table for table in found if table is not None]}


class _Builder:
    """What the parser tells, made a tree of bounded depth and size."""

    def __init__(self, etree: Any, budget: Budget) -> None:
        self._made = etree.TreeBuilder()
        self._budget = budget
        self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth > _DEEPEST or len(attributes) > _ATTRIBUTES:
            raise ValueError("nested too deeply")
        self._budget.spend()
        self._made.start(tag, attributes)

    def end(self, tag: str) -> None:
        """An element ends."""
        self._depth -= 1
        self._made.end(tag)

    def data(self, text: str) -> None:
        """Text goes on."""
        self._made.data(text)

    def close(self) -> Any:
        """The root; ``None`` when there is no element."""
        return self._made.close() if self._depth == 0 else None


def _tables(root: Any, selected: str) -> Iterator[Any]:
    """The tables, each once."""
    seen = set()
    for element in root.xpath(selected) if selected else [root]:
        for table in [element] if element.tag == "table" else element.iter("table"):
            if table not in seen:
                seen.add(table)
                yield table


def _table(etree: Any, table: Any, budget: Budget) -> list[dict[str, str]] | None:
    """The rows of ``table``; ``None`` when no column of it has a name."""
    parts = [*table.iter("thead"), table]
    heads: list[Any] = next(filter(None, map(_heads, parts)), [])
    names = [_text(etree, head, budget) for head in heads]
    if not any(names):
        return None
    return objects(names, _rows(etree, table, budget), budget)


def _heads(part: Any) -> list[Any]:
    """The header cells of the rows of ``part`` that are first where they stand."""
    rows = (row for row in part.iter("tr") if row.getprevious() is None)
    return [cell for row in rows for cell in row.iterchildren("th")]


def _rows(etree: Any, table: Any, budget: Budget) -> Iterator[list[str]]:
    """The cells of each row of the body that has no header cell."""
    body = table.xpath(".//tr[not(parent::thead or parent::tfoot)]")
    for row in body or table.iter("tr"):
        budget.spend()
        if row.find(".//th") is None:
            yield [_text(etree, cell, budget) for cell in row.iter("td")]


def _text(etree: Any, cell: Any, budget: Budget) -> str:
    """The text of ``cell`` on one line, as a browser would show it."""
    pieces: list[str] = [] if len(cell) else [cell.text or ""]
    for event, element in (
        etree.iterwalk(cell, events=("start", "end")) if len(cell) else ()
    ):
        apart = element is not cell and _APART(element.tag)
        pieces.append(" " if apart else "")
        if event == "start" and element.tag not in _UNSEEN:
            pieces.append(element.text or "")
        elif event == "end" and element is not cell:
            pieces.append(element.tail or "")
    text = " ".join("".join(pieces).split())
    budget.spend(len(pieces) // 8, text)
    return text
