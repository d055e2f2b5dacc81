"""Paths as people write them: unit tests, because each way would need a document of its own."""

from __future__ import annotations

import pytest

from naftiko_codegen.parse.capability_path import normal
from naftiko_codegen.read.jsonpath import QueryError


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("$.", "$"),
        ("name", "$.name"),
        ("$.a.b[0]", "$.a.b[0]"),
        ("$.a b.c", "$['a b'].c"),
        ("$.imo-number", "$['imo-number']"),
        ("$.it's.x", None),
        ("$.a.length()", "$.a.length()"),
        ("$.a-b.length()", "$['a-b'].length()"),
        ("$.a[?@.b == 'x.y z' && @.n > 1.5].c", "$.a[?@.b == 'x.y z' && @.n > 1.5].c"),
        ("$.a-b[?@.c == 'x.y z'].d", "$['a-b'][?@.c == 'x.y z'].d"),
        ("$..name", "$..name"),
        ("$[*]", "$[*]"),
        ("$.a[", None),
        ("$.a[?match(@.b, 'x')]", "$.a[?match(@.b, 'x')]"),
        ("$.a[?match(@.b, @.c)]", None),
        ("$.a[?search(@.b, '(x+)+')]", None),
    ],
)
def test_paths_become_those_of_the_standard(written: str, wanted: str | None) -> None:
    if wanted is not None:
        assert normal(written) == wanted
        return
    with pytest.raises(QueryError):
        normal(written)
