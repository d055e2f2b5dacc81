"""Decoding: unit tests, because each shape of a wrong reply would need an upstream of its own."""

from __future__ import annotations

import datetime
import types
import uuid
from collections.abc import Mapping
from typing import Any, Literal

import pytest
from client_fixture import runtime, zoo

codec = runtime("codec")
errors = runtime("errors")
UNSET = codec.UNSET


def models() -> Any:
    return zoo().models


def decode(type_: Any, data: str, strict: bool = False) -> Any:
    return codec.decode(type_, data.encode(), strict)


def test_exact() -> None:
    found = decode(list[models().Generated], '[{"generated_text": "a", "score": 1}]')
    assert found == [models().Generated(generated_text="a", score=1.0)]
    assert found[0].extra_fields == {}


def test_wire_names() -> None:
    prompt = decode(models().Prompt, '{"inputs": ["a"], "negative-prompt": null}', True)
    assert (prompt.inputs, prompt.negative_prompt, prompt.parameters) == (
        ["a"],
        None,
        UNSET,
    )
    assert codec.encode(prompt) == b'{"inputs":["a"],"negative-prompt":null}'


TOLERATED = [
    ('{"generated_text": "a", "new": {"x": 1}}', ("a", UNSET), "$.new is not documented"),
    ('{"generated_text": null}', (None, UNSET), "$.generated_text is null, not a string"),
    ('{"generated_text": "a", "score": null}', ("a", None), "$.score is null, not a number"),
    ('{"generated_text": "a", "score": "high"}', ("a", "high"), "$.score is a string, not a number"),
    ('{"generated_text": "a", "score": true}', ("a", True), "$.score is a boolean, not a number"),
    ('{"score": 0.5}', (UNSET, 0.5), "$.generated_text is missing"),
    ('{"generated_text": ["a"]}', (["a"], UNSET), "$.generated_text is an array, not a string"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "values", "issue"), TOLERATED)
def test_tolerant_and_strict(
    data: str, values: tuple[object, object], issue: str
) -> None:
    found = decode(models().Generated, data)
    assert (found.generated_text, found.score) == values
    with pytest.raises(errors.DecodingError) as caught:
        decode(models().Generated, data, strict=True)
    assert caught.value.issues == (issue,)
    assert caught.value.raw == data.encode()
    assert issue in str(caught.value)


def test_unknown_fields_are_kept_and_sent_back() -> None:
    data = '{"inputs":"a","parameters":{"top_k":1,"new":[1]},"seed":7}'
    prompt = decode(models().Prompt, data)
    assert prompt.extra_fields == {"seed": 7}
    assert prompt.parameters.extra_fields == {"new": [1]}
    assert codec.encode(prompt) == data.encode()
    assert codec.encode([{"in": prompt}]) == f'[{{"in":{data}}}]'.encode()
    prompt.extra_fields["inputs"] = "not this one"
    assert b"not this" not in codec.encode(prompt)


def test_enum_and_nesting() -> None:
    prompt = decode(
        models().Prompt,
        '{"inputs": "a", "parameters": {"mode": "best", "temperature": 2}}',
    )
    assert (prompt.parameters.mode, prompt.parameters.temperature) == ("best", 2.0)
    with pytest.raises(
        errors.DecodingError,
        match=r"\$\.parameters\.mode is not one of the documented values",
    ):
        decode(
            models().Prompt,
            '{"inputs": "a", "parameters": {"mode": "best"}}',
            strict=True,
        )


def test_union_of_models() -> None:
    assert decode(models().Pet, '{"meow": "m"}', True) == models().Cat(meow="m")
    assert decode(models().Pet, '{"bark": 1}', True) == models().Dog(bark=1)
    close = decode(models().Pet, '{"bark": "loud", "age": 3}')
    assert isinstance(close, models().Dog)
    assert (close.bark, close.extra_fields) == ("loud", {"age": 3})
    assert isinstance(decode(list[models().Pet], '[{"bark": 1}]')[0], models().Dog)


def test_unions_of_json() -> None:
    kind = list[dict[str, Any]] | dict[str, Any] | str
    for data, value in {
        '"a"': "a",
        '{"a": 1}': {"a": 1},
        '[{"a": 1}]': [{"a": 1}],
    }.items():
        assert decode(kind, data, strict=True) == value
    assert decode(kind, "7") == 7
    assert decode(models().Cat | dict[str, int] | None, "null", True) is None


@pytest.mark.parametrize(
    ("type_", "data", "value"),
    [
        (int, "1.0", 1),
        (float, "1", 1.0),
        (int, "1.5", 1.5),
        (int, "true", True),
        (Literal[1, "a"], "true", True),
        (dict[str, int], '{"a": "b"}', {"a": "b"}),
        (list[int], '{"a": 1}', {"a": 1}),
        (list[list[float]], "[[1, null]]", [[1.0, None]]),
        (models().Cat, "[]", []),
        (Any, '{"a": [1, null]}', {"a": [1, None]}),
        (int, "123456789012345678901234567890", 123456789012345678901234567890),
    ],
)
def test_values_are_never_lost(type_: Any, data: str, value: object) -> None:
    found = decode(type_, data)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "data", ["", "{", "nope", '{"a":1}x', '"\\ud800"', "[" * 5000, "NaN"]
)
def test_no_json(data: str) -> None:
    for type_ in (Any, models().Generated, models().Pet):
        with pytest.raises(errors.DecodingError, match="no JSON"):
            decode(type_, data)


class Other(Mapping[str, int]):
    """A mapping that is no dict."""

    def __getitem__(self, key: str) -> int:
        return 1

    def __iter__(self) -> Any:
        return iter("a")

    def __len__(self) -> int:
        return 1


def test_encode() -> None:
    value = {
        "d": datetime.date(2026, 1, 2),
        "u": uuid.UUID(int=1),
        "m": types.MappingProxyType({"a": 1}),
        "o": Other(),
    }
    text = '{"d":"2026-01-02","u":"00000000-0000-0000-0000-000000000001","m":{"a":1},"o":{"a":1}}'
    assert codec.encode(value) == text.encode()
    loop: list[object] = []
    loop.append(loop)
    for bad in (object(), {1j: 2}, loop, "\ud800"):
        with pytest.raises(errors.ArgumentError):
            codec.encode(bad)
