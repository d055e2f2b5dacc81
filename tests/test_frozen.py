"""Frozen values: a unit test, because every pass relies on what dataclasses would have promised."""

from __future__ import annotations

import pickle
from typing import ClassVar

import pytest

from naftiko_codegen.frozen import changed, fields_of, frozen, is_frozen


@frozen
class Point:
    """A point."""

    kind: ClassVar[str] = "point"
    x: int
    y: int = 0
    label: str = ""

    def far(self) -> bool:
        return self.x > 100


@frozen
class Nothing:
    """No fields."""


def test_a_value_is_its_fields() -> None:
    point = Point(1, label="a")
    assert (point.x, point.y, point.label, point.kind) == (1, 0, "a", "point")
    assert point == Point(1, 0, "a") != Point(2, 0, "a")
    assert hash(point) == hash(Point(1, 0, "a"))
    assert repr(point) == "Point(x=1, y=0, label='a')"
    assert not point.far() and fields_of(point) == ("x", "y", "label")
    assert point != (1, 0, "a") and Nothing() == Nothing()


def test_a_value_does_not_change() -> None:
    point = Point(1)
    with pytest.raises(AttributeError, match="x cannot be changed"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del point.y
    with pytest.raises(AttributeError):
        point.other = 1  # type: ignore[attr-defined]
    assert changed(point, y=3) == Point(1, 3) and point == Point(1)


def test_missing_and_unknown_fields_are_errors() -> None:
    with pytest.raises(TypeError):
        Point()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Point(1, z=1)  # type: ignore[call-arg]


def test_a_value_matches_and_travels() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
    assert pickle.loads(pickle.dumps(Point(1, 2))) == Point(1, 2)


def test_what_is_a_value() -> None:
    assert is_frozen(Point(1)) and is_frozen(Nothing())
    assert not any(map(is_frozen, (1, "x", (1,), None, Point)))
