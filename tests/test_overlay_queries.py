"""JSONPath as RFC 9535 has it: what queries select, and what is no query."""

from __future__ import annotations

from typing import Any

import pytest

from naftiko_codegen.read.jsonpath import CostError, QueryError, Steps, parse, select

TREE: Any = {
    "a": [1, 2, {"b": "x", "c": None}, "str", [True, 1.0]],
    "b": {"a": {"a": 5, "b": "x"}, "c-d": [[1], [1, 2]], "é": "x y"},
    "": {"'": 1, "\\": 2, "😀": 3},
}


def selected(query: str, tree: Any = TREE) -> list[Any]:
    """The pointers of what ``query`` selects."""
    return [list(pointer) for pointer, _ in select(parse(query), tree, Steps(100_000))]


SELECTED: list[tuple[str, list[Any]]] = [
    ("$", [[]]),
    ("$.a", [["a"]]),
    ("$ .b .a", [["b", "a"]]),
    ("$['b'][\"c-d\"]", [["b", "c-d"]]),
    ("$.b.é", [["b", "é"]]),
    ("$['']['\\'']", [["", "'"]]),
    ('$[""]["\\\\"]', [["", "\\"]]),
    ("$['']['\\ud83d\\ude00']", [["", "😀"]]),
    ("$['\\u0061'][0]", [["a", 0]]),
    ("$.a[-1]", [["a", 4]]),
    ("$.a[9]", []),
    ("$.a[-9]", []),
    ("$.b[0]", []),
    ("$.a.b", []),
    ("$.a['0']", []),
    ("$.a[1:3]", [["a", 1], ["a", 2]]),
    ("$.a[::2]", [["a", 0], ["a", 2], ["a", 4]]),
    ("$.a[::-2]", [["a", 4], ["a", 2], ["a", 0]]),
    ("$.a[-2:]", [["a", 3], ["a", 4]]),
    ("$.a[::0]", []),
    ("$.a[ 0 : 1 : 1 ]", [["a", 0]]),
    ("$.*", [["a"], ["b"], [""]]),
    ("$.a[*, 0]", [["a", n] for n in range(5)]),
    ("$.a[2, 0, 2]", [["a", 2], ["a", 0]]),
    ("$..b", [["b"], ["a", 2, "b"], ["b", "a", "b"]]),
    ("$.b..[0]", [["b", "c-d", 0], ["b", "c-d", 0, 0], ["b", "c-d", 1, 0]]),
    ("$.a[?@.b]", [["a", 2]]),
    ("$.a[?@.c]", [["a", 2]]),
    ("$.a[?!@.b && @ != 1]", [["a", 1], ["a", 3], ["a", 4]]),
    ("$.a[?@ == 1 || @ == 'str']", [["a", 0], ["a", 3]]),
    ("$.a[4][?@ == 1]", [["a", 4, 1]]),
    ("$.a[4][?@ == true]", [["a", 4, 0]]),
    ("$.a[?@ >= 2]", [["a", 1]]),
    ("$.a[?@ < 'sts']", [["a", 3]]),
    ("$.a[?@.zz == @.yy]", [["a", n] for n in range(5)]),
    ("$.a[?@.zz < @.yy]", []),
    ("$.a[?@.zz <= @.yy]", [["a", n] for n in range(5)]),
    ("$.a[?@.c == null]", [["a", 2]]),
    ("$.a[?@.b == $.b.a.b]", [["a", 2]]),
    ("$.b['c-d'][?@ == $.b['c-d'][0]]", [["b", "c-d", 0]]),
    ("$[?(@[0] || @.a) && !(@['c-d'])]", [["a"]]),
    ("$[?length(@) == 5]", [["a"]]),
    ("$[?length(@.é)==3]", [["b"]]),
    ("$[?count(@.*) > 4]", [["a"]]),
    ("$[?value(@..a) == 5]", []),
    ("$.b[?value(@.a) == 5]", [["b", "a"]]),
    ("$.b[?match(@, 'x.y')]", [["b", "é"]]),
    ("$.b[?match(@, 'x')]", []),
    ("$.b.a[?match(@, 'x')]", [["b", "a", "b"]]),
    ("$.b[?search(@, '[w-x]')]", [["b", "é"]]),
    ("$.b[?search(@, '^x')]", []),
    ("$.b[?search(@, '\\\\d')]", []),
    ("$.a[?@ == -0 || @ == 2e0]", [["a", 1]]),
]


@pytest.mark.parametrize(("query", "wanted"), SELECTED)
def test_selected(query: str, wanted: list[Any]) -> None:
    assert selected(query) == wanted


REFUSED = [
    "",
    "a",
    "@.a",
    " $",
    "$ ",
    "$.",
    "$..",
    "$...a",
    "$. a",
    "$.a-b",
    "$./x",
    "$.1",
    "$.'a'",
    "$[]",
    "$[a]",
    "$['a]",
    "$['a'",
    "$['\\x']",
    "$['\\ud800']",
    "$['\\\"']",
    "$['\n']",
    "$[01]",
    "$[-0]",
    "$[9007199254740992]",
    "$[1:2:3:4]",
    "$[0 1]",
    "$[,]",
    "$[?]",
    "$[?1]",
    "$[?'a']",
    "$[?@ == ]",
    "$[?@ = 1]",
    "$[?@.* == 1]",
    "$[?@..a == 1]",
    "$[?@[?@ == 1] == 1]",
    "$[?@ == 01]",
    "$[?@ == True]",
    "$[?!@ == 1]",
    "$[?!!@]",
    "$[?(@]",
    "$[?@ && ]",
    "$[?length(@)]",
    "$[?match(@, 'a') == true]",
    "$[?count(@)]",
    "$[?count(1) == 1]",
    "$[?length(@.*) == 1]",
    "$[?length() == 1]",
    "$[?length(@, @) == 1]",
    "$[?length (@) == 1]",
    "$[?nope(@)]",
    "$[?" + "(" * 100 + "@" + ")" * 100 + "]",
    "$" + "[?@" * 100 + "]" * 100,
    "$." + "a" * 5000,
]


@pytest.mark.parametrize("query", REFUSED)
def test_refused(query: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert 0 <= caught.value.offset <= len(query)


def test_every_step_counts() -> None:
    tree = {"a": [[n] for n in range(500)]}
    with pytest.raises(CostError):
        select(parse("$..[?$..[?@ == 1]]"), tree, Steps(100_000))
    steps = Steps(10)
    with pytest.raises(CostError):
        select(parse("$..*"), tree, steps)


def test_duplicates_do_not_multiply() -> None:
    tree: Any = 1
    for _ in range(100):
        tree = {"a": tree}
    assert len(selected("$" + "[*, 'a', *]" * 100, tree)) == 1
