"""Words of a document inside Markdown: escaped so that they stay words, and rows of tables of them."""

from __future__ import annotations

import re

from naftiko_codegen.frozen import frozen
from naftiko_codegen.python.text import Code

_MARKUP = re.compile(r"([\\`*_\[\]<>&!|~$@])|(?<=\w)(:)(?=//)|(?<=\bwww)(\.)")
_BLOCK = re.compile(r"^([-+#=]|\d+(?=[.)]))")


@frozen
class Row:
    """One row of a table."""

    name: Code
    meaning: Code
    place: Code = Code("")


def escaped(text: str) -> Code:
    """``text`` on one line, in which nothing is markup, a link, a mention or HTML."""
    line = _MARKUP.sub(r"\\\g<0>", _one_line(text))
    start = _BLOCK.match(line)
    if start is None:
        return Code(line)
    if start[1].isdigit():
        return Code(f"{start[1]}\\{line[start.end() :]}")
    return Code("\\" + line)


def _one_line(text: str) -> str:
    """``text`` without line breaks and without characters that do not show."""
    visible = (char if char.isprintable() else " " for char in text)
    return " ".join("".join(visible).split())


def code_span(text: str) -> Code:
    """``text`` as inline code, fenced by more backticks than it holds in a row."""
    line = _one_line(text)
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", line)), default=0) + 1)
    padding = " " if line.startswith("`") or line.endswith("`") else ""
    return Code(f"{ticks}{padding}{line}{padding}{ticks}".replace("|", "\\|"))
