"""The name that was probably meant, among a few names and among thousands."""

from __future__ import annotations

from naftiko_codegen.check.text import nearest

MANY = [f"get-thing-{number}" for number in range(2000)] + ["make-ship", "list-ports"]


def test_the_nearest_of_a_few() -> None:
    assert nearest("naem", ["type", "name", "label"]) == "name"
    assert nearest("something", ["type", "name"]) == ""


def test_the_nearest_of_many_begins_or_ends_like_it() -> None:
    assert nearest("make-shipp", MANY) == "make-ship"
    assert nearest("ist-ports", MANY) == "list-ports"
    assert nearest("mkae-ship", MANY) == "make-ship"
    assert nearest("qqqqqq", MANY) == ""


def test_the_order_of_many_does_not_matter() -> None:
    assert nearest("get-thing-17x", MANY) == nearest("get-thing-17x", MANY[::-1])
