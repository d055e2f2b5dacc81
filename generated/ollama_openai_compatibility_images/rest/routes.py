# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What the table of routes in ``app.py`` is written in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from .._runtime.operation import Operation
from ..server.steps import Flow

Shape: TypeAlias = Callable[..., Any]
"""Makes an answer of a reply; one that sees the inputs is given these too."""

ABSENT = object()
"""Stands for a constant that is not there: ``None`` is a JSON value."""


class Input:
    """An input of a route, and where its value goes.

    ``place`` is ``path``, ``query``, ``header``, ``cookie`` or ``body``. ``target`` is the key of a parameter of the
    operation, ``field`` the property of the JSON body that the value becomes; without both it is the whole body, or,
    with ``media_type``, the body's media type. ``pointer`` picks a part of the JSON body. A ``constant`` is no input:
    it is sent with every call.
    """

    __slots__ = (
        "constant",
        "field",
        "media_type",
        "multi",
        "name",
        "place",
        "pointer",
        "required",
        "target",
    )

    def __init__(
        self,
        name: str,
        place: str,
        *,
        target: str = "",
        field: str = "",
        pointer: tuple[str | int, ...] = (),
        required: bool = False,
        multi: bool = False,
        media_type: bool = False,
        constant: object = ABSENT,
    ) -> None:
        """``multi``: the path value may hold slashes."""
        self.name = name
        self.place = place
        self.target = target
        self.field = field
        self.pointer = pointer
        self.required = required
        self.multi = multi
        self.media_type = media_type
        self.constant = constant


class Route:
    """One exposed operation: ``method`` and ``path`` as callers see them, and the upstream operation they reach."""

    __slots__ = (
        "computed",
        "flow",
        "inputs",
        "largest",
        "method",
        "operation",
        "path",
        "sees_inputs",
        "shape",
    )

    def __init__(
        self,
        method: str,
        path: str,
        operation: Operation | None,
        *inputs: Input,
        shape: Shape | None = None,
        flow: Flow | None = None,
        sees_inputs: bool = False,
        computed: Shape | None = None,
        largest: int = 0,
    ) -> None:
        """``path`` holds one ``{name}`` per path input; ``shape`` makes the answer from the upstream's JSON.

        With ``sees_inputs`` it is given the inputs too, by their targets; ``computed`` makes further values of these.

        Without an operation nothing is called: ``shape`` makes the answer from the inputs, by their targets,
        or ``flow`` calls several operations. ``largest`` is the most bytes that a reply may have, 0 any.
        """
        self.method = method
        self.path = path
        self.operation = operation
        self.inputs = inputs
        self.shape = shape
        self.flow = flow
        self.sees_inputs = sees_inputs
        self.computed = computed
        self.largest = largest
