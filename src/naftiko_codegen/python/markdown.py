"""Words of a document inside Markdown: escaped so that they stay words."""

from __future__ import annotations

import re

from naftiko_codegen.python.text import Code

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~:@&$=^'\"/])")
_HARMLESS = re.compile(r"(?<=[\w)\s])([.,'/()\-:])(?=[\s\w(]|$)")


def escaped(text: str) -> Code:
    """``text`` on one line, in which nothing is markup, a link, a mention or HTML."""
    line = " ".join(
        "".join(char if char.isprintable() else " " for char in text).split()
    )
    harmless = (
        {match.start() for match in _HARMLESS.finditer(line)}
        if not re.search(r"://|www\.|@", line)
        else set()
    )
    if re.match(r"\d+[.)]|[-+#>]", line):
        harmless -= set(range(len(line.split(" ")[0])))
    return Code(
        "".join(
            c if i in harmless else _SPECIAL.sub(r"\\\1", c) for i, c in enumerate(line)
        )
    )


def code_span(text: str) -> Code:
    """``text`` as inline code, fenced by more backticks than it holds in a row."""
    line = " ".join(
        "".join(char if char.isprintable() else " " for char in text).split()
    )
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", line)), default=0) + 1)
    padding = " " if line.startswith("`") or line.endswith("`") else ""
    return Code(f"{ticks}{padding}{line}{padding}{ticks}".replace("|", "\\|"))
