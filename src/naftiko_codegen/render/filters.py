"""The four filters of the templates: the only way from ``SpecText`` to output."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from naftiko_codegen.python.layout import WIDTH, string
from naftiko_codegen.python.text import Code, SpecText

_KEPT = {"\n", "\t"}
_WITHOUT_KEPT = str.maketrans("", "", "\n\t")


def literal(value: SpecText) -> Code:
    """``value`` as a string literal."""
    return string(value.text)


def docstring(value: SpecText, indent: int = 4) -> Code:
    """``value`` as a docstring at ``indent``: escaped, wrapped at 88 columns, closed as black closes it."""
    text = _visible(value.text).replace("\t", " ").strip("\n ")
    if "\n" not in text and len(text) <= max(WIDTH - indent - 6, 20):
        return Code(f'"""{_opened(text)}{_closing(text)}"""')
    first, *rest = [
        line for part in text.split("\n") for line in _wrapped(part, WIDTH - indent)
    ] or [""]
    if not rest:
        return Code(f'"""{_opened(first)}{_closing(first)}"""')
    margin = " " * indent
    lines = [margin + _quoted(line) if line else "" for line in _dedented(rest)]
    return Code("\n".join([f'"""{_opened(first)}', *lines, f'{margin}"""']))


def _opened(line: str) -> str:
    """The first line of a docstring, apart from the quotes before it."""
    quoted = _quoted(line)
    return f" {quoted}" if quoted.startswith('"') else quoted


def _closing(line: str) -> str:
    """What keeps a quote that ends the only line apart from the quotes behind it."""
    return " " if line.endswith('"') else ""


def _quoted(line: str) -> str:
    """``line`` so that nothing in it ends the docstring or starts an escape."""
    return line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def _dedented(lines: list[str]) -> list[str]:
    """``lines`` without their common indent, which black would remove."""
    margin = min(
        (len(line) - len(line.lstrip(" ")) for line in lines if line), default=0
    )
    return [line[margin:] for line in lines]


def _wrapped(line: str, width: int) -> list[str]:
    """``line`` in lines of ``width``, its own indent kept; one empty line for a blank one."""
    if not line.strip(" "):
        return [""]
    start = line[: len(line) - len(line.lstrip(" "))][: width // 2]
    text = line.strip(" ")
    if len(start) + len(text) <= max(width - 6, 20):
        return [start + text]
    return list(_filled(text, max(width - 6, 20), start, start and start + " " * 4))


def _filled(text: str, width: int, start: str, further: str) -> Iterator[str]:
    """Lines of ``width``, as ``textwrap`` makes them without breaking words, in a tenth of its time."""
    indent = start
    while len(text) > (room := width - len(indent)):
        end = text.rfind(" ", 0, room + 1)
        if end <= 0:
            end = text.find(" ", room)
        if end < 0:
            break
        yield indent + text[:end].rstrip(" ")
        text, indent = text[end:].lstrip(" "), further
    yield indent + text


def comment(value: SpecText) -> Code:
    """``value`` as the words of one ``#`` comment line: every control, separator and invisible character is a space."""
    return Code(" ".join(_visible(value.text).split()))


def indent(value: Code, width: int) -> Code:
    """``value`` with every line after the first indented by ``width``; blank lines stay empty."""
    first, *rest = value.split("\n")
    return Code(
        "\n".join([first, *(" " * width + line if line else "" for line in rest)])
    )


def _visible(text: str) -> str:
    """``text`` with Unix line ends and without characters that a reader of the code would not see."""
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.translate(_WITHOUT_KEPT).isprintable():
        return text
    return "".join(
        char if char in _KEPT or char.isprintable() else _unseen(char) for char in text
    )


def _unseen(char: str) -> str:
    """What stands for an invisible character: a space for a separator, nothing for a format or control character."""
    return (
        " "
        if unicodedata.category(char).startswith("Z")
        or char in "\v\f\x1c\x1d\x1e\x1f\x85"
        else ""
    )
