"""Paths, queries, headers and cookies: unit tests, because the table of refusals is the security of every target."""

from __future__ import annotations

import datetime
import enum
import uuid
from typing import Any

import pytest
from client_fixture import runtime

operation = runtime("operation")
errors = runtime("errors")


codec = runtime("codec")


class Range(codec.Model, kw_only=True):  # type: ignore[name-defined,misc,call-arg]
    gt: int | codec.UnsetType = codec.UNSET
    lt: int | codec.UnsetType = codec.UNSET


class Colour(enum.StrEnum):
    RED = "red one"


def prepare(path: str, values: dict[str, object], *parameters: Any) -> Any:
    return operation.Operation("x", "GET", path, parameters=parameters).prepare(values)


def one(place: str, value: object, name: str = "v", **more: Any) -> Any:
    """The target of an operation with one parameter."""
    path = "/a/{v}/z" if place == "path" else "/a"
    return prepare(path, {name: value}, operation.Parameter(name, name, place, **more))


PATHS = {
    "gpt2": "gpt2",
    "a b": "a%20b",
    "é": "%C3%A9",
    "日本": "%E6%97%A5%E6%9C%AC",
    "a?b#c": "a%3Fb%23c",
    "100%": "100%25",
    "%41": "%2541",
    "a;b=c": "a%3Bb%3Dc",
    ".hidden": ".hidden",
    "...": "...",
    "a..b": "a..b",
    "~x_y-z.1": "~x_y-z.1",
    "@:": "%40%3A",
    True: "true",
    7: "7",
    1.5: "1.5",
    Colour.RED: "red%20one",
    datetime.date(2026, 1, 2): "2026-01-02",
    uuid.UUID(int=1): "00000000-0000-0000-0000-000000000001",
}


@pytest.mark.parametrize(("value", "encoded"), PATHS.items())
def test_path(value: object, encoded: str) -> None:
    assert one("path", value).path == f"/a/{encoded}/z"


def test_slashes() -> None:
    flux = "black-forest-labs/FLUX.1-dev"
    assert one("path", flux, multi_segment=True).path == f"/a/{flux}/z"
    assert one("path", flux).path == "/a/black-forest-labs%2FFLUX.1-dev/z"


REFUSED = [
    "", ".", "..", "%2e", "%2E%2e", ".%2e", "a/../b", "../x", "a/..", "a%2f..%2fb", "a%2F%2e%2E%2Fb", "..\\x", "a\x00",
    "a\nb", "a\rb", "\x7f", "\x85", "\u2028", "\ud800", None, b"x", {"a": ".."}, [], {},
]  # fmt: skip


@pytest.mark.parametrize("multi", [False, True])
@pytest.mark.parametrize("value", REFUSED, ids=repr)
def test_refused(value: object, multi: bool) -> None:
    with pytest.raises(errors.ArgumentError, match="v ") as caught:
        one("path", value, multi_segment=multi)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("value", ["/a", "a/", "a//b", "a/./b", "/"])
def test_refused_segments(value: str) -> None:
    with pytest.raises(errors.ArgumentError):
        one("path", value, multi_segment=True)


def test_dots_from_two_values() -> None:
    parameters = [operation.Parameter(name, name, "path") for name in "ab"]
    assert prepare("/{a}-{b}", {"a": "x", "b": "y"}, *parameters).path == "/x-y"
    label = operation.Parameter("v", "v", "path", style="label")
    with pytest.raises(errors.ArgumentError):
        prepare(
            "/x/.{v}/y", {"v": "a"}, operation.Parameter("v", "v", "path", constant="")
        )
    assert prepare("/x/{v}", {"v": "a"}, label).path == "/x/.a"


STYLED = [
    ("path", ["a", "b c"], {}, "/a/a,b%20c/z"),
    ("path", {"k": "v", "w": 1}, {}, "/a/k,v,w,1/z"),
    ("path", {"k": "v", "w": 1}, {"explode": True}, "/a/k=v,w=1/z"),
    ("path", "x", {"style": "label"}, "/a/.x/z"),
    ("path", ["x", "y"], {"style": "label"}, "/a/.x,y/z"),
    ("path", ["x", "y"], {"style": "label", "explode": True}, "/a/.x.y/z"),
    ("path", "x", {"style": "matrix"}, "/a/;v=x/z"),
    ("path", ["x", "y"], {"style": "matrix"}, "/a/;v=x,y/z"),
    ("path", ["x", "y"], {"style": "matrix", "explode": True}, "/a/;v=x;v=y/z"),
    ("path", {"k": 1, "l": 2}, {"style": "matrix", "explode": True}, "/a/;k=1;l=2/z"),
    ("query", "a b&c=d+e", {}, "/a?v=a%20b%26c%3Dd%2Be"),
    ("query", "", {}, "/a?v="),
    ("query", True, {}, "/a?v=true"),
    ("query", ["a", "b,c"], {}, "/a?v=a,b%2Cc"),
    ("query", ["a", "b"], {"explode": True}, "/a?v=a&v=b"),
    ("query", [], {"explode": True}, "/a"),
    ("query", ["a", "b"], {"style": "spaceDelimited"}, "/a?v=a%20b"),
    ("query", ["a", "b"], {"style": "pipeDelimited"}, "/a?v=a%7Cb"),
    ("query", {"k": 1, "l": None}, {"explode": True}, "/a?k=1"),
    ("query", {"k": 1, "l": "m"}, {}, "/a?v=k,1,l,m"),
    ("query", {"k": 1, "l": {"m": [1, 2]}}, {"style": "deepObject"},
     "/a?v%5Bk%5D=1&v%5Bl%5D%5Bm%5D%5B0%5D=1&v%5Bl%5D%5Bm%5D%5B1%5D=2"),
    ("query", [{"k": 1}, "b"], {"style": "deepObject"}, "/a?v%5B0%5D%5Bk%5D=1&v%5B1%5D=b"),
    ("query", Range(gt=1), {"style": "deepObject"}, "/a?v%5Bgt%5D=1"),
    ("query", Range(gt=1), {"explode": True}, "/a?gt=1"),
    ("path", Range(gt=1), {}, "/a/gt,1/z"),
    ("query", "a/b?c#d&e", {"allow_reserved": True}, "/a?v=a/b?c%23d%26e"),
    ("query", "é日", {}, "/a?v=%C3%A9%E6%97%A5"),
    ("query", None, {}, "/a"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "value", "style", "path"), STYLED)
def test_styles(place: str, value: object, style: dict[str, Any], path: str) -> None:
    assert one(place, value, **style).path == path


def test_headers_and_cookies() -> None:
    assert one("header", ["a", 1, True], "X-V").headers["X-V"] == "a,1,true"
    assert one("header", {"a": 1}, "X-V", explode=True).headers["X-V"] == "a=1"
    assert one("cookie", "a b;c", "v").headers["Cookie"] == "v=a%20b%3Bc"


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\n", "\0", "é", "\x7f"])
def test_header_injection(value: str) -> None:
    with pytest.raises(errors.ArgumentError, match="X-V"):
        one("header", value, "X-V")


def test_control_characters() -> None:
    assert one("query", "a\r\nb\0").path == "/a?v=a%0D%0Ab%00"
    assert one("cookie", "a\nb").headers["Cookie"] == "v=a%0Ab"
    with pytest.raises(errors.ArgumentError, match="v holds a control character"):
        one("path", "a\nb")


def test_required() -> None:
    for value in ({}, {"v": None}, {"v": runtime("codec").UNSET}):
        with pytest.raises(errors.ArgumentError, match="v is required"):
            prepare("/a", value, operation.Parameter("v", "v", "query", required=True))


def test_constants() -> None:
    places = ("path", "query", "header", "cookie")
    parameters = [
        operation.Parameter(f"{place} key", f"v-{place}", place, constant="x 1")
        for place in places
    ]
    ready = operation.Operation("x", "GET", "/a/{v-path}", parameters=tuple(parameters))
    for _ in range(2):
        target = ready.prepare({"query key": "mine", "v-header": "mine"})
        assert target.path == "/a/x%201?v-query=x%201"
        assert target.headers == {
            "Accept": "*/*",
            "v-header": "x 1",
            "Cookie": "v-cookie=x%201",
        }


def test_same_name_in_two_places() -> None:
    found = prepare(
        "/{id}",
        {"id": "p", "id query": "q"},
        operation.Parameter("id", "id", "path"),
        operation.Parameter("id query", "id", "query"),
    )
    assert found.path == "/p?id=q"


def test_literal_path() -> None:
    assert prepare("/a b/é/{x}?v=1&w#f", {}).path == "/a%20b/%C3%A9/%7Bx%7D?v=1&w%23f"
    assert one("query", "2").path == "/a?v=2"
    with_query = prepare("/a?x=1", {"v": 2}, operation.Parameter("v", "v", "query"))
    assert with_query.path == "/a?x=1&v=2"


@pytest.mark.parametrize("name", ["a b", "a:b", "a\r\nb", "", "é"])
@pytest.mark.parametrize("place", ["header", "cookie"])
def test_names_of_headers(name: str, place: str) -> None:
    with pytest.raises(errors.ArgumentError):
        one(place, "x", name)


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ("path", "/a/%7B%22k%22%3A%5B1%2Ctrue%5D%2C%22%5Cu00e9%22%3A%22x%20y%22%7D"),
        (
            "query",
            "/a/{p}?p=%7B%22k%22%3A%5B1%2Ctrue%5D%2C%22%5Cu00e9%22%3A%22x%20y%22%7D",
        ),
    ],
)
def test_json_parameters_outside_headers(place: str, wanted: str) -> None:
    value = {"k": [1, True], "é": "x y"}
    made = operation.Operation(
        "o",
        "GET",
        "/a/{p}",
        parameters=(operation.Parameter("p", "p", place, style="json"),),
    )
    path = made.prepare({"p": value}).path
    assert path == wanted.replace("{p}", "%7Bp%7D" if place == "query" else "{p}")


def test_json_parameters_in_headers_and_cookies() -> None:
    value = {"k": "é;"}
    places = (("h", "header"), ("c", "cookie"))
    parameters = tuple(
        operation.Parameter(n, n, place, style="json") for n, place in places
    )
    target = operation.Operation("o", "GET", "/", parameters=parameters).prepare(
        {"h": value, "c": value}
    )
    assert target.headers["h"] == '{"k":"\\u00e9;"}'
    assert target.headers["Cookie"] == "c=%7B%22k%22%3A%22%5Cu00e9%3B%22%7D"


def test_parts_say_what_they_are() -> None:
    """Media types of the document, those of callers before them, and headers of callers."""
    fields = {
        "meta": ("", {"a": 1}, "application/x+json", {"X-Id": "7"}),
        "text": "x",
        "files": [b"1", ("n.gif", b"2", "image/gif")],
    }
    coded = {"text": "text/csv", "files": "image/png"}
    made = runtime("multipart").multipart(fields, coded)
    whole = b"".join(made.body)
    heads = [part.partition(b"\r\n\r\n")[0] for part in whole.split(b"\r\n--")[:-1]]
    assert [head.partition(b"form-data; ")[2].decode() for head in heads] == [
        'name="meta"\r\nContent-Type: application/x+json\r\nX-Id: 7',
        'name="text"\r\nContent-Type: text/csv',
        'name="files"; filename="files"\r\nContent-Type: image/png',
        'name="files"; filename="n.gif"\r\nContent-Type: image/gif',
    ]
    assert made.length == len(whole)
    for bad in ({"X-Id": "a\r\nX: y"}, {"X Id": "a"}):
        with pytest.raises(errors.ArgumentError):
            runtime("multipart").multipart({"a": ("", "b", "text/plain", bad)})
