"""Steps of a unit → the statements of an asynchronous function: a call or a search a line, and the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from naftiko_codegen.ir.flow import Flow, Result, Step, Value
from naftiko_codegen.ir.shape import Input, Shape
from naftiko_codegen.python.flow_paths import (
    Calling,
    Expression,
    Object,
    constant,
    functions,
    laid,
)
from naftiko_codegen.python.layout import STEP, columns, string, tuple_of
from naftiko_codegen.python.names import distinct
from naftiko_codegen.python.naming import PackageNames
from naftiko_codegen.python.text import Code
from naftiko_codegen.read.document import Script

RUNTIME = ("NOTHING", "composed", "declared", "lookup", "part")
"""What comes from ``server/steps.py``."""
_TAKEN = frozenset(
    (*RUNTIME, "at", "call", "flows", "inputs", "operations", "script", "text")
)
_INPUTS = Code("inputs")


class Statements(NamedTuple):
    """The lines of a flow, its answer, the functions it uses, and (name, shape) of those that must be made for it."""

    lines: tuple[Code, ...]
    answer: Code
    used: set[str]
    shapes: tuple[tuple[Code, Shape], ...]


def statements(flow: Flow, name: str, names: PackageNames) -> Statements:
    """What the function ``name`` of ``flow`` does."""
    variables = _variables([step.name for step in flow.steps], f"{name}__")
    lines: list[Code] = []
    used: set[str] = set()
    shapes: list[tuple[Code, Shape]] = []
    for step in flow.steps:
        value, start = _step(step, variables, names)
        used |= functions([value])
        if step.shape:
            own = Code(f"_{name}__{variables[step.name].rstrip('_')}")
            shapes.append((own, step.shape))
            lines.append(_line(f"{variables[step.name]} = {start}", value))
            value, start = Calling("declared", (variables[step.name], own)), ""
            used |= functions([value])
        lines.append(_line(f"{variables[step.name]} = {start}", value))
    answer = _answer(flow, variables)
    used |= functions([answer])
    before = STEP + len("return ")
    laid_out = laid(answer, indent=STEP, before=before)
    return Statements(tuple(lines), laid_out, used, tuple(shapes))


def _variables(steps: Sequence[str], spare: str) -> Mapping[str, Code]:
    """A variable for the result of each step."""
    unique = tuple(dict.fromkeys(steps))
    plain = distinct(unique)
    return {
        step: Code(f"{name}_result" if name in _TAKEN else name)
        for step, name in zip(unique, plain, strict=True)
    }


def _line(start: str, value: Expression) -> Code:
    return Code(start + laid(value, indent=STEP, before=STEP + columns(start)))


def _step(
    step: Step, variables: Mapping[str, Code], names: PackageNames
) -> tuple[Expression, str]:
    """The expression of a step, and what stands before it."""
    if step.match:
        sought = _value(step.sought, variables)
        picked = tuple_of([string(name) for name in step.picked])
        found = (variables[step.index], string(step.match), sought, picked)
        return Calling("lookup", found), ""
    if step.script:
        return _script(step, step.script, variables), "await "
    named = names.operations[step.operation]
    values = Object(tuple((string(k), _value(v, variables)) for k, v in step.values))
    arguments: list[Expression] = [Code(f"operations.{named.constant}"), values]
    if step.body:
        arguments.append(_value(step.body, variables))
    elif step.fields:
        pairs = tuple((string(k), _value(v, variables)) for k, v in step.fields)
        arguments.append(Object(pairs))
    return Calling("call", tuple(arguments)), "await "


def _script(step: Step, script: Script, variables: Mapping[str, Code]) -> Expression:
    seen = tuple((string(k), _value(v, variables)) for k, v in step.values)
    files = tuple_of([string(name) for name, _ in script.files])
    limits = Code(f"seconds={script.seconds!r}"), Code(f"cpu={script.cpu}")
    first = string(script.language)
    return Calling("script", (first, files, _INPUTS, Object(seen), *limits))


def _value(value: Value, variables: Mapping[str, Code]) -> Expression:
    if value.constant is not ...:
        return constant(value.constant)
    made = tuple(_piece(piece, variables) for piece in value.pieces)
    return made[0] if len(made) == 1 else Calling("text", made)


def _piece(piece: str | Input | Result, variables: Mapping[str, Code]) -> Expression:
    if isinstance(piece, str):
        return string(piece)
    if isinstance(piece, Input):
        return Calling("at", (_INPUTS, *map(string, piece.path)))
    found = variables[piece.step]
    if not piece.path:
        return found
    return Calling("at", (found, *map(_key, piece.path)))


def _key(name: str | int) -> Code:
    return Code(str(name)) if isinstance(name, int) else string(name)


def _answer(flow: Flow, variables: Mapping[str, Code]) -> Expression:
    """The object of the mappings, or the last reply, or without one what the last script gives."""
    calls = [step.name for step in flow.steps if step.operation]
    scripts = [step.name for step in flow.steps if step.script]
    last = variables[calls[-1]] if calls else Code("NOTHING")
    members = [_member(path, value, variables) for path, value in flow.result]
    if not members and scripts and not calls:
        return Calling("composed", (variables[scripts[-1]],))
    if not members:
        return last if calls else Code("None")
    return Calling("composed", (last, *members))


def _member(
    path: tuple[str, ...], value: Value, variables: Mapping[str, Code]
) -> Expression:
    """``(path, what stands there)``; a part of a step may be absent."""
    keys = tuple_of([string(name) for name in path])
    first, *more = value.pieces or ("",)
    if more or not isinstance(first, Result):
        return Calling("", (keys, _value(value, variables)))
    found: Expression = variables[first.step]
    if first.path:
        found = Calling("part", (found, *map(_key, first.path)))
    return Calling("", (keys, found))
