"""Layout: a unit test, because "what black leaves" is a promise about every input, not about one golden file."""

from __future__ import annotations

import ast
from typing import Any

import black
import pytest

from naftiko_codegen.python.annotations import laid_out
from naftiko_codegen.python.layout import call, literal, tuple_of
from naftiko_codegen.python.text import SpecText
from naftiko_codegen.render.filters import docstring

VALUES: list[Any] = [
    {"a": [1, 2, {"b": "c" * 70}], "x": ("y",), "q": 'a"b\'c"', "n": None, "f": 1.5},
    {"long": ["aaaaaaaaaaaaaaaaaaaaaaaa"] * 6, "deep": {"deep": {"deep": ["x" * 60]}}},
    ["x"],
    [],
    {},
    (),
    "a\\b\u202e\x00é\n\r\u2028\U000e0041\ud800",
    '"""',
    [True, -1, 10**40, 1e300],
    "x" * 200,
    ["x" * 100],
]


def blackened(text: str) -> str:
    return black.format_str(text, mode=black.Mode())


@pytest.mark.parametrize("value", VALUES, ids=lambda v: repr(v)[:30])
def test_literals_are_stable_and_true(value: Any) -> None:
    text = f"value = {literal(value, before=8)}\n"
    assert blackened(text) == text
    assert ast.literal_eval(text[8:].strip()) == value


def test_a_call_explodes_when_it_does_not_fit() -> None:
    text = call("function", ['"' + "x" * 40 + '"', '"' + "y" * 40 + '"']) + "\n"
    assert text.count("\n") == 4 and blackened(text) == text


@pytest.mark.parametrize("width", range(76, 84))
def test_a_tuple_of_one_keeps_its_comma(width: int) -> None:
    text = f"TUPLE = {tuple_of(['x' * width], before=8)}\n"
    assert "x," in text and blackened(text) == text


@pytest.mark.parametrize(
    "annotation",
    [
        "int",
        "Literal[" + ", ".join(f'"{"v" * 9}{i}"' for i in range(12)) + "]",
        "Literal[" + ", ".join(f'"{"v" * 9}{i}"' for i in range(12)) + "] | None",
        "dict[str, " + "A" * 40 + "] | " + "B" * 50,
        " | ".join(c * 38 for c in "ABCDE"),
        " | ".join(c * 20 for c in "ABCD"),
    ],
    ids=lambda a: a[:20],
)
def test_long_annotations_are_stable(annotation: str) -> None:
    shown = laid_out(annotation, indent=4, before=10, after=9)
    text = f"def f(\n    self,\n    *,\n    task: {shown} = UNSET,\n) -> None: ...\n"
    assert blackened(text) == text


WORDS = [
    "hello",
    "x" * 90,
    "a\n\n  b\n\n  b\n\n  b",
    'ends"',
    '"""boo"""',
    "a\\",
    "word " * 40,
    '"q" ' * 30,
    *("x" * n for n in range(74, 84)),
    'multi\nends"',
    "m\nb\\",
    "tab\tand  two spaces",
    "list:\n- one\n  - two\n    more",
]


@pytest.mark.parametrize("words", WORDS, ids=lambda w: w[:12])
@pytest.mark.parametrize("indent", [0, 4, 8])
def test_docstrings_are_stable(words: str, indent: int) -> None:
    opening = "".join(f"{' ' * i}class C:\n" for i in range(0, indent, 4))
    text = f"{opening}{' ' * indent}{docstring(SpecText(words), indent)}\n"
    compile(text, "t", "exec")
    assert blackened(text) == text
