"""Markdown: a unit test with a real parser, because a README that looks right may still hold a link."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from naftiko_codegen.python.markdown import code_span, escaped

HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "<https://evil.example>",
    "https://evil.example www.evil.example me@evil.example",
    "# heading",
    "- item\n- item",
    "1. item",
    "> quote",
    "a | b | c",
    "`code` ``code``",
    "***bold*** __x__ ~~y~~",
    "&amp; &lt;b&gt;",
    "\x1b[2J\u202eevil\n\n# heading",
    "--- \n===",
    "\\",
]


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("form", ["{}", "| {} | x |", "- {}"])
def test_words_stay_words(words: str, form: str) -> None:
    parser = MarkdownIt("commonmark", {"linkify": False}).enable("table")
    text = form.format(escaped(words))
    if form.startswith("|"):
        text = f"| a | b |\n| --- | --- |\n{text}"
    allowed = {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}
    allowed |= {"softbreak", "bullet_list_open", "bullet_list_close"}
    allowed |= {"list_item_open", "list_item_close"}
    kinds = {
        t.type
        for block in parser.parse(text)
        for t in (block, *(block.children or ()))
        if not t.type.startswith(("table_", "thead_", "tbody_", "tr_", "td_", "th_"))
    }
    assert kinds <= allowed
    shown = "".join(
        t.content for b in parser.parse(text) for t in b.children or () if t.content
    )
    plain = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    assert plain in shown


@pytest.mark.parametrize("words", ["x", "`", "a``b", "GET /x/{id}"])
def test_code_spans_hold_their_words(words: str) -> None:
    (inline,) = [t for t in MarkdownIt().parse(code_span(words)) if t.type == "inline"]
    assert [t.type for t in inline.children or ()] == ["code_inline"]
    assert (inline.children or [])[0].content == words


def test_prose_stays_readable() -> None:
    words = "Run inference on 200,000+ models (text, images), simply."
    assert escaped(words).replace("\\", "") == words
    assert escaped("A plain sentence, with words.") == "A plain sentence, with words."
