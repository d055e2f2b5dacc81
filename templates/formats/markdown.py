"""Markdown → its front matter, tables and sections."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

from .budget import Budget
from .table import objects
from .texts import decoded, yaml_value

_LONGEST = 1024 * 1024
"""Characters of one reply."""

_FRONT = re.compile(r"---[ \t]*\n(.*?)(?<![^\n])(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)


def tree(data: bytes, media_type: str, prefix: str) -> dict[str, Any]:
    """``frontMatter``, ``tables`` and ``sections``, those whose heading begins with ``prefix``."""
    text = decoded(data, media_type).replace("\r\n", "\n")
    if len(text) > _LONGEST:
        raise ValueError("too large")
    front, text = _front(text)
    parser: Any = import_module("markdown_it").MarkdownIt("commonmark")
    node: Any = import_module("markdown_it.tree").SyntaxTreeNode
    root = node(parser.enable("table").parse(text))
    tables: list[list[dict[str, str]]] = []
    sections: list[dict[str, Any]] = []
    budget = Budget()
    for block in root.children:
        if block.type == "heading":
            made = {"heading": _words(block), "level": int(block.tag[1]), "content": ""}
            sections.append(made)
        elif block.type == "table":
            tables += _table(block, budget)
        elif sections and (words := _words(block)):
            last = sections[-1]
            last.setdefault("blocks", []).append(words)
    for section in sections:
        section["content"] = "\n".join(section.pop("blocks", ()))
    kept = [s for s in sections if s["heading"].startswith(prefix)]
    return {"frontMatter": front, "tables": tables, "sections": kept}


def _front(text: str) -> tuple[dict[str, Any], str]:
    """The object that the text begins with, if it does, and the rest."""
    found = _FRONT.match(text)
    if not found:
        return {}, text
    try:
        value = yaml_value(found[1])
    except ValueError:
        return {}, text
    return (value, text[found.end() :]) if isinstance(value, dict) else ({}, text)


def _table(table: Any, budget: Budget) -> list[list[dict[str, str]]]:
    """The rows of ``table`` as a list of one; none when no column of it has a name."""
    rows = [
        [_words(cell) for cell in row.children]
        for part in table.children
        for row in part.children
    ]
    names, *body = rows
    return [objects(names, body, budget)] if any(names) else []


def _words(node: Any) -> str:
    """The text of a node without its marks; nothing of code blocks and HTML."""
    if node.type in ("text", "code_inline"):
        return str(node.content)
    if node.type in ("softbreak", "hardbreak"):
        return " " if node.type == "softbreak" else "\n"
    inline = node.type in ("inline", "link", "em", "strong", "image")
    return (
        ("" if inline else "\n")
        .join(filter(None, (_words(child) for child in node.children)))
        .strip(None if not inline else "")
    )
