"""Names: a unit test, because every target depends on this table and a golden file would hide the rule."""

from __future__ import annotations

import keyword
from functools import partial

import pytest

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.python import names
from naftiko_codegen.python.names import Wanted, assign

SNAKE = {
    "textToImage": "text_to_image",
    "generateFluxPro11Ultra": "generate_flux_pro_11_ultra",
    "createimagegeneration": "createimagegeneration",
    "FLUX.1 [dev]": "flux_1_dev",
    "HTTPServer": "http_server",
    "getURLFor": "get_url_for",
    "text2textGeneration": "text2text_generation",
    "v1Images": "v1_images",
    "x-use-cache": "x_use_cache",
    "model_id": "model_id",
    "class": "class_",
    "list": "list_",
    "self": "self_",
    "ｓｅｌｆ": "self_",
    "2fa": "n2fa",
    "": "empty",
    "-": "dash",
    "🙂": "u1f642",
    "__init__": "init",
    "../../etc/passwd": "etc_passwd",
    "naïve café": "naïve_café",
}


@pytest.mark.parametrize(("text", "expected"), SNAKE.items())
def test_snake(text: str, expected: str) -> None:
    assert names.snake(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    {
        "TextToImageRequest": "TextToImageRequest",
        "text-to-image": "TextToImage",
        "OAuth2Token": "OAuth2Token",
        "2fa": "N2fa",
        "none": "None_",
        "🙂": "U1f642",
    }.items(),
)
def test_pascal(text: str, expected: str) -> None:
    assert names.pascal(text) == expected


@pytest.mark.parametrize(
    "text", ["CON", "com1", "..", "a/b", "日本", "x" * 300, "import", "\x00", " "]
)
def test_module_is_a_portable_file_name(text: str) -> None:
    name = names.module(text)
    assert name.isidentifier() and name.isascii() and name == name.lower()
    assert not keyword.iskeyword(name) and name not in {"con", "com1", "nul"}
    assert len(name) <= names.LONGEST


def test_a_long_name_keeps_apart_from_its_neighbour() -> None:
    assert names.snake("x" * 300) != names.snake("x" * 301)


def wanted(*ladders: str) -> list[Wanted]:
    return [
        Wanted(tuple(ladder.split()), partial(Span, "spec.yaml", line), f"thing {line}")
        for line, ladder in enumerate(ladders, 1)
    ]


def test_those_that_clash_climb_together_and_order_does_not_matter() -> None:
    found = Diagnostics()
    things = wanted("a a_one", "a a_two", "b b_one")
    assert assign(things, found) == ("a_one", "a_two", "b")
    assert assign(things[::-1], found) == ("b", "a_two", "a_one")
    assert not found.failed


def test_a_reserved_name_is_left() -> None:
    assert assign(wanted("body body_query"), Diagnostics(), reserved=["body"]) == (
        "body_query",
    )


def test_the_authors_own_name_never_yields() -> None:
    things = wanted("a a_one", "a a_two")
    things[0] = Wanted(("a",), partial(Span, "spec.yaml", 1), "thing 1", fixed=True)
    assert assign(things, Diagnostics()) == ("a", "a_two")


def test_a_clash_without_a_way_out_names_both_places() -> None:
    found = Diagnostics()
    assign(wanted("a", "a"), found)
    (item,) = found
    assert (item.code, item.span.line) == ("N501", 2)
    assert item.message == "thing 2 and thing 1 both become the name a"
    assert item.related == ((Span("spec.yaml", 1), "thing 1"),)


def test_file_names_clash_without_case() -> None:
    found = Diagnostics()
    assert assign(wanted("Tag Tag_x", "tag tag_y"), found, fold_case=True) == (
        "Tag_x",
        "tag_y",
    )


@pytest.mark.parametrize(
    "pair", [("a-b", "a_b"), ("A_B", "a_b"), ("a.b", "a b"), ("GMT+0", "GMT-0")]
)
def test_spelling_keeps_what_punctuation_and_case_kept_apart(
    pair: tuple[str, str],
) -> None:
    first, second = map(names.spelled, pair)
    assert first != second and first.isidentifier() and second.isidentifier()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("ValidUntilDate", "valid_until_date"),
        ("ValidUntilDate<", "valid_until_date_less"),
        ("$filter", "dollar_filter"),
        ("ids[]", "ids_open_close"),
        ("a-b", "a_b"),
    ],
)
def test_marks_are_written_out_before_capitals(text: str, wanted: str) -> None:
    assert names.marked(text) == wanted


def test_names_that_differ_in_a_mark_stay_short() -> None:
    assert names.distinct(["Date", "Date<", "$top"]) == ("date", "date_less", "top")
    assert names.distinct(["a-b", "a_b"]) == ("a_dash_b", "a_underscore_b")
