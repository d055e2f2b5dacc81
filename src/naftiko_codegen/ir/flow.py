"""Several upstream calls one after the other, and what is made of their replies, in no particular language."""

from __future__ import annotations

from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.shape import Input, Shape
from naftiko_codegen.read.document import Json, Script


@frozen
class Result:
    """What an earlier step gave, or what is at ``path`` in it."""

    step: str
    path: tuple[str | int, ...] = ()


@frozen
class Value:
    """A value for a call: a ``constant``, the one piece as it is, or several pieces written one after the other."""

    constant: Json = ...
    pieces: tuple[str | Input | Result, ...] = ()


@frozen
class Step:
    """One step.

    With ``script`` it runs that with the inputs and ``values`` by name.
    With ``operation`` a call: ``values`` by parameter key, ``fields`` by property of the body, ``body`` all of it;
    ``shape`` are the fields that the operation declares. Without it a lookup: in what the step ``index`` gave, the
    object whose member ``match`` is ``sought`` (or each of a list), with its members ``picked``.
    """

    name: str
    operation: str = ""
    values: tuple[tuple[str, Value], ...] = ()
    fields: tuple[tuple[str, Value], ...] = ()
    body: Value | None = None
    shape: Shape | None = None
    index: str = ""
    match: str = ""
    sought: Value = Value()
    picked: tuple[str, ...] = ()
    script: Script | None = None


@frozen
class Flow:
    """Steps in order; ``result`` is the object answered: paths of names, and what stands there when it is there.

    A value of one ``Result`` may be absent; every other one is always there.

    When nothing of it is there, the answer is the reply of the last call.
    """

    steps: tuple[Step, ...]
    result: tuple[tuple[tuple[str, ...], Value], ...] = ()
