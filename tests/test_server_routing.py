"""The router and the reading of parameters, where single cases say more than requests over a socket."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from naftiko_codegen.templates_root import templates_root

sys.path.append(str(templates_root().parent))

from templates.rest.forms import Form
from templates.rest.values import Style, query_pairs, scalar, typed, types_of
from templates.server.problems import Problem
from templates.web.router import Router

PATHS = (
    "/a/fixed",
    "/a/{x}",
    "/a/{x}.json",
    "/a/pre-{x}.json",
    "/a/{x}/tail",
    "/a/{x}/{y}",
    "/m/{x*}",
    "/m/{x*}/tail",
    "/m/{x*}/mid/{y*}",
    "/m/one",
    "/caf\u00e9/{x}",
    "/sp ace",
    "/",
)


@pytest.fixture(scope="module")
def router() -> Router[str]:
    """A router that finds the template itself; names with a star may hold slashes."""
    made: Router[str] = Router()
    for path in reversed(PATHS):
        made.add(
            "GET", path.replace("*", ""), path, [n for n in "xy" if f"{{{n}*}}" in path]
        )
    return made


@pytest.mark.parametrize(
    ("path", "template", "values"),
    [
        ("/a/fixed", "/a/fixed", ()),
        ("/a/%66ixed", "/a/fixed", ()),
        ("/a/b", "/a/{x}", ("b",)),
        ("/a/b.json", "/a/{x}.json", ("b",)),
        ("/a/pre-b.json", "/a/pre-{x}.json", ("b",)),
        ("/a/.json", "/a/{x}", (".json",)),
        ("/a/b/tail", "/a/{x}/tail", ("b",)),
        ("/a/b/c", "/a/{x}/{y}", ("b", "c")),
        ("/a/b%2Fc", "/a/{x}", ("b%2Fc",)),
        ("/a/b%2Cc,d.json", "/a/{x}.json", ("b%2Cc,d",)),
        ("/a/b%2Ejson", "/a/{x}.json", ("b",)),
        ("/a/p%72e-a%2Cb.json", "/a/pre-{x}.json", ("a%2Cb",)),
        ("/m/one", "/m/one", ()),
        ("/m/two", "/m/{x*}", ("two",)),
        ("/m/one/two", "/m/{x*}", ("one/two",)),
        ("/m/b/c/tail", "/m/{x*}/tail", ("b/c",)),
        ("/m/tail/tail", "/m/{x*}/tail", ("tail",)),
        ("/m/b/mid/c/d", "/m/{x*}/mid/{y*}", ("b", "c/d")),
        ("/caf%C3%A9/b", "/caf\u00e9/{x}", ("b",)),
        ("/sp%20ace", "/sp ace", ()),
        ("/", "/", ()),
    ],
)
def test_the_most_specific_template_wins(
    router: Router[str], path: str, template: str, values: tuple[str, ...]
) -> None:
    assert router.find("GET", path) == (template, values)


def test_many_segments_end_early(router: Router[str]) -> None:
    with pytest.raises(Problem, match="nothing") as caught:
        router.find("GET", "/m/" + "a/mid/" * 5000)
    assert caught.value.status == 404


def test_another_template_may_have_the_method() -> None:
    router: Router[str] = Router()
    router.add("GET", "/a/fixed", "fixed")
    router.add("POST", "/a/{x}", "variable")
    assert router.find("POST", "/a/fixed") == ("variable", ("fixed",))
    with pytest.raises(Problem) as caught:
        router.find("PUT", "/a/fixed")
    assert caught.value.headers == (("allow", "GET, HEAD, OPTIONS, POST"),)


ARRAY = frozenset({"array"})
OBJECT = frozenset({"object"})


@pytest.mark.parametrize(
    ("style", "query", "value"),
    [
        (Style("n", "query", "", None, ARRAY), "n=a%2C1&n=b", ["a,1", "b"]),
        (Style("n", "query", "form", False, ARRAY), "n=a%2C1,b", ["a,1", "b"]),
        (Style("n", "query", "spaceDelimited", False, ARRAY), "n=a%20b+c", ["a", "b", "c"]),
        (Style("n", "query", "pipeDelimited", False, ARRAY), "n=a|b%7Cc%20d", ["a", "b|c d"]),
        (Style("n", "query", "deepObject", True, OBJECT), "n%5Ba%5D=1&n[b c]=%26&m[a]=2", {"a": "1", "b c": "&"}),
        (Style("n", "query", "deepObject", True, ARRAY), "n=a&n=b", ["a", "b"]),
        (Style("n", "query", "deepObject", True, OBJECT | {"integer"}), "n=5", "5"),
        (Style("n", "query", "pipeDelimited", False, ARRAY), "n=a%7Cb%7cc", ["a", "b", "c"]),
        (Style("n", "query", "form", False, OBJECT), "n=a,1,b,2", {"a": "1", "b": "2"}),
        (Style("n", "query", "form", False, OBJECT), "n=a%2C,%2C1", {"a,": ",1"}),
        (Style("n", "cookie", "", False, ARRAY), "n=a%2Cb+c", ["a", "b+c"]),
        (Style("n", "cookie", "", None, ARRAY), "n=a&n=b+c", ["a", "b+c"]),
        (Style("n", "query", "", None, frozenset()), "x=1&n=a+b%2B", "a b+"),
        (Style("n", "query", "", None, frozenset()), "x=1", None),
        (Style("n", "query", "", None, ARRAY), "", None),
    ],
)  # fmt: skip
def test_query_styles(style: Style, query: str, value: object) -> None:
    assert style.from_pairs(query_pairs(query.encode())) == value


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("n[0][a]=1&n[1][a]=2", [{"a": 1}, {"a": 2}]),
        ("n[0][b][0]=x&n[0][b][1]=y", [{"b": ["x", "y"]}]),
        ("n[0][b][]=x&n[0][b][]=y", [{"b": ["x", "y"]}]),
        ("n[0][b]=x&n[0][b]=y", [{"b": ["x", "y"]}]),
        ("n[a]=1", {"a": "1"}),
    ],
)
def test_lists_in_deep_objects(query: str, value: object) -> None:
    texts: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
    properties = {"a": {"type": "integer"}, "b": texts}
    schema = {"type": "array", "items": {"type": "object", "properties": properties}}
    style = Style("n", "query", "deepObject", True, ARRAY)
    found = style.from_pairs(query_pairs(query.encode()))
    assert typed(found, schema, {}) == value


@pytest.mark.parametrize(
    ("style", "text", "value"),
    [
        (Style("n", "path", "", None, ARRAY), "a,b", ["a", "b"]),
        (Style("n", "path", "", None, ARRAY), "a%2C1,b%252C", ["a,1", "b%2C"]),
        (Style("n", "path", "label", False, ARRAY), ".a,b", ["a", "b"]),
        (Style("n", "path", "label", False, ARRAY), "%2Ea%2Cb", ["a", "b"]),
        (Style("n", "path", "label", True, ARRAY), ".a%2E1.b", ["a.1", "b"]),
        (
            Style("n", "path", "matrix", True, ARRAY),
            ";n=a%3Bn%3Db;n=%2C",
            ["a;n=b", ","],
        ),
        (
            Style("\u00e4", "path", "matrix", False, ARRAY),
            ";%C3%A4=a%2C,b",
            ["a,", "b"],
        ),
        (Style("n", "path", "matrix", False, frozenset()), "%3Bn%3Da", "a"),
        (Style("n", "path", "", True, OBJECT), "a%3D=%2C1,b=2", {"a=": ",1", "b": "2"}),
        (Style("n", "path", "label", True, ARRAY), ".a.b", ["a", "b"]),
        (Style("n", "path", "matrix", False, ARRAY), ";n=a,b", ["a", "b"]),
        (Style("n", "path", "matrix", True, ARRAY), ";n=a;n=b", ["a", "b"]),
        (Style("n", "path", "matrix", True, OBJECT), ";a=1;b=2", {"a": "1", "b": "2"}),
        (Style("n", "path", "", True, OBJECT), "a=1,b=2", {"a": "1", "b": "2"}),
        (Style("n", "header", "", False, ARRAY), "a , b", ["a", "b"]),
        (Style("n", "header", "", False, OBJECT), "a, 1", {"a": "1"}),
        (Style("n", "header", "", False, frozenset()), " a, b ", "a, b"),
    ],
)
def test_path_and_header_styles(style: Style, text: str, value: object) -> None:
    assert style.from_text(text) == value


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (Style("n", "path", "label", False, ARRAY), "a"),
        (Style("n", "path", "matrix", False, ARRAY), ";m=a"),
        (Style("n", "path", "", False, OBJECT), "a,1,b"),
    ],
)
def test_texts_of_another_style(style: Style, text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        style.from_text(text)


@pytest.mark.parametrize(
    ("text", "types", "value"),
    [
        ("12", {"integer"}, 12),
        ("12", {"string", "integer"}, 12),
        ("012", {"string", "integer"}, "012"),
        ("1.5", {"number"}, 1.5),
        ("1", {"number"}, 1.0),
        ("true", {"boolean"}, True),
        ("", {"integer", "null"}, None),
        ("x", set(), "x"),
    ],
)
def test_scalars(text: str, types: set[str], value: object) -> None:
    found = scalar(text, frozenset(types))
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "text", ["", "1.0", "0x1", "+1", "\u0661", " 1", "1_0", "-", "1e2"]
)
def test_no_integers(text: str) -> None:
    with pytest.raises(ValueError, match="integer"):
        scalar(text, frozenset({"integer"}))


def test_types_behind_references_and_unions() -> None:
    schemas: dict[str, Any] = {
        "A": {"anyOf": [{"type": "integer"}, {"$ref": "#/components/schemas/B"}]},
        "B": {"enum": ["x", None]},
    }
    assert types_of({"$ref": "#/components/schemas/A"}, schemas) == {
        "integer",
        "string",
        "null",
    }
    schemas["C"] = {"allOf": [{"$ref": "#/components/schemas/C"}]}
    assert types_of({"$ref": "#/components/schemas/C"}, schemas) == frozenset()


FORM: dict[str, Any] = {
    "properties": {
        "size": {"type": "integer"},
        "tags": {"$ref": "#/components/schemas/Tags"},
        "meta": {"type": "object"},
    }
}
TAGS = {"Tags": {"type": "array", "items": {"type": "integer"}}}
URLENCODED = b"application/x-www-form-urlencoded"
PARTS = (
    b'--b\r\ncontent-disposition: form-data; name="size"\r\n\r\n7\r\n'
    b'--b\r\nContent-Disposition: form-data; name="a%22b"; filename="x"\r\n\r\n\xff\r\n--c\r\n'
    b'--b\r\nContent-Disposition: form-data; name="meta"\r\nContent-Type: application/json\r\n\r\n{"a": 1}\r\n--b--\r\n'
)


@pytest.mark.parametrize(
    ("kind", "body", "value"),
    [
        (URLENCODED, b"size=1&tags=1&other=%C3%A4+b", {"size": 1, "tags": [1], "other": "\u00e4 b"}),
        (URLENCODED, b"tags=1&tags=x&meta=%7B%22a%22%3A1%7D", {"tags": [1, "x"], "meta": {"a": 1}}),
        (URLENCODED, b"", {}),
        (b'multipart/form-data; boundary="b"', PARTS, {"size": 7, 'a"b': "\u00ff\r\n--c", "meta": {"a": 1}}),
        (b"multipart/form-data; boundary=b", b"--b--", {}),
    ],
)  # fmt: skip
def test_forms_as_values(kind: bytes, body: bytes, value: object) -> None:
    assert Form({"schema": FORM}, TAGS)(body, kind) == value


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (URLENCODED, b"\xff"),
        (URLENCODED, b"a=%ff"),
        (URLENCODED, b"a&" * 2000),
        (b"multipart/form-data", b"--b--"),
        (b"multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--"),
        (b"multipart/form-data; boundary=b", b'--b\r\nX: ; name="a"\r\n\r\nx\r\n--b'),
        (b"multipart/form-data; boundary=b", PARTS.replace(b'"a"', b"a")),
    ],
)
def test_forms_that_are_none(kind: bytes, body: bytes) -> None:
    with pytest.raises(Problem) as caught:
        Form({"schema": FORM}, TAGS)(body, kind)
    assert caught.value.status == 400
