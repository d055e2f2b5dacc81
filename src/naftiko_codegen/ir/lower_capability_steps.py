"""``steps`` and ``mappings`` of a unit → the flow it runs: every name an input or an earlier step."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import did_you_mean, quote
from naftiko_codegen.ir.flow import Flow, Result, Step, Value
from naftiko_codegen.ir.shape import Input, Shape
from naftiko_codegen.link.references import meaning
from naftiko_codegen.link.slots import Called, Slot
from naftiko_codegen.link.spelling import Spelled
from naftiko_codegen.parse.capability_path import normal, split
from naftiko_codegen.parse.capability_template import (
    Reference,
    Text,
    input_name,
    template,
)
from naftiko_codegen.parse.capability_template import literal as text_of
from naftiko_codegen.parse.capability_view import Constant, Unit, Upstream, With
from naftiko_codegen.parse.capability_view import Step as StepView
from naftiko_codegen.read.document import Pointer, Script
from naftiko_codegen.read.jsonpath import QueryError, parse
from naftiko_codegen.read.jsonpath.query import Index, Name

Resolve = Callable[[StepView], tuple[Upstream, Called] | None]
"""What a step calls."""


def flow(
    unit: Unit,
    resolve: Resolve,
    scripts: Mapping[Pointer, Script],
    namespaces: frozenset[str],
    report: Report,
) -> Flow:
    """The flow of ``unit``; ``scripts`` are those that could be read.

    N313 for a reference to no earlier step, N314 for a call that lacks a value.
    """
    lowering = _Steps(unit, scripts, namespaces, report)
    steps = tuple(made for step in unit.steps if (made := lowering.step(step, resolve)))
    result = tuple(
        (tuple(line.target.split(".")), found)
        for line in unit.mappings
        if (found := lowering.mapped(line.value, (*line.pointer, "value")))
    )
    return Flow(steps, result)


class _Steps:
    """The steps of one unit, and the names that are in sight of the next one."""

    def __init__(
        self,
        unit: Unit,
        scripts: Mapping[Pointer, Script],
        namespaces: frozenset[str],
        report: Report,
    ) -> None:
        self._scripts = scripts
        names = [*(i.name for i in unit.inputs), *unit.placeholders]
        self._inputs: Spelled[str] = Spelled((name, name) for name in names)
        self._names = names
        self._namespaces = namespaces
        self._report = report
        self._steps: dict[str, None] = {}
        self._outer = {line.key: line for line in unit.withs}
        self._opened: set[str] = set()
        self._fields: dict[str, str] = {}
        """The steps that give the fields which the called operations declare."""

    def step(self, step: StepView, resolve: Resolve) -> Step | None:
        """One step; later ones see it."""
        if step.kind == "script":
            made = self._script(step)
        elif step.kind == "lookup":
            made = self._lookup(step)
        else:
            made = self._call(step, resolve)
        self._steps[step.name] = None
        if made and made.shape:
            self._fields |= {name: step.name for name, _ in made.shape.members}
        return made

    def mapped(self, text: str, pointer: Pointer) -> Value | None:
        """What a member of the answer is: a part of a step, ``$.{{x}}``, or a text (N315)."""
        written = template(text)
        found = meaning(written, self._namespaces, ())
        if found.kind == "input" and ("{{" in text or not text.startswith("$")):
            return Value(pieces=(self._named(found.name, pointer),))
        head = text.partition(".")[0]
        if text.startswith("$") or head in self._steps:
            path = text if text.startswith("$") else f"$.{text}"
            result = self.result(path, pointer)
            return Value(pieces=(result,)) if result else None
        words = "mappings that name no step: taken as texts: {}"
        hint = "a part of a step is written `$.step.a.b`"
        self._report.repeated(
            "N315", words, pointer, hint, word=quote(text), strict=False
        )
        if found.kind == "mixed":
            return self._template(written, pointer)
        return Value(text)

    def result(self, text: str, pointer: Pointer) -> Result | None:
        """``$.step.a[0].b`` as a part of what an earlier step gave."""
        path = _path(text)
        if path and path[0] in self._steps:
            return Result(str(path[0]), path[1:])
        words = f"{quote(text)} names no part of an earlier step"
        hint = did_you_mean(str(path[0]) if path else text, self._steps)
        self._report.error("N313", words, pointer, hint or "it is written `$.step.a.b`")
        return None

    def _lookup(self, step: StepView) -> Step | None:
        if step.index not in self._steps:
            words = f"`index` names no earlier step: {quote(step.index)}"
            hint = did_you_mean(step.index, self._steps)
            self._report.error("N313", words, (*step.pointer, "index"), hint)
            return None
        text = text_of(step.sought)
        sought = (
            self._sought(text, step)
            if text is not None and text.startswith("$.")
            else self._value(step.sought, (*step.pointer, "lookupValue"))
        )
        return Step(step.name, index=step.index, match=step.match, sought=sought, picked=step.picked)  # fmt: skip

    def _sought(self, text: str, step: StepView) -> Value:
        found = self.result(text, (*step.pointer, "lookupValue"))
        return Value(pieces=(found,)) if found else Value()

    def _script(self, step: StepView) -> Step | None:
        """A script sees the inputs, the results of all steps before it, and what its ``with`` says."""
        found = self._scripts.get(step.pointer)
        if found is None:
            return None  # said when it was read
        seen = {line.key: self._opening(line) for line in self._outer.values()}
        seen |= {name: Value(pieces=(Result(name),)) for name in self._steps}
        seen |= {line.key: self._value(line.value, line.pointer) for line in step.withs}
        return Step(step.name, script=found, values=tuple(seen.items()))

    def _call(self, step: StepView, resolve: Resolve) -> Step | None:
        found = resolve(step)
        if found is None:
            return None
        upstream, called = found
        withs: Spelled[With] = Spelled((w.key, w) for w in step.withs)
        by_field = any(feed in withs for _, feed in called.fields)
        filled = [
            (slot, value)
            for slot in called.slots(by_field=by_field)
            if (value := self._fill(slot, withs, step))
        ]
        return Step(
            step.name,
            called.operation.name,
            tuple((slot.target, value) for slot, value in filled if slot.target),
            tuple((slot.field, value) for slot, value in filled if slot.field),
            next((value for slot, value in filled if slot.whole), None),
            _declared(upstream),
        )

    def _fill(self, slot: Slot, withs: Spelled[With], step: StepView) -> Value | None:
        """What a call sends for ``slot``: what ``with`` says, or the input or step of that name."""
        if line := withs.get(slot.feed):
            return self._value(line.value, line.pointer)
        if line := self._outer.get(slot.feed):
            return self._opening(line)
        if slot.feed in self._steps:
            return Value(pieces=(Result(slot.feed),))
        if name := self._inputs.get(slot.feed):
            return Value(pieces=(Input((name,)),))
        if slot.required:
            words = f"step {quote(step.name)} lacks a value for {quote(slot.feed)}"
            hint = "give it in `with`, or declare an input of that name"
            self._report.error("N314", words, step.pointer, hint)
        return None

    def _value(self, value: Text | Constant, pointer: Pointer) -> Value:
        if not isinstance(value, tuple):
            return Value(value)
        found = meaning(value, self._namespaces, self._names)
        if found.kind == "constant":
            return Value(found.constant)
        if found.kind == "mixed":
            return self._template(value, pointer)
        if found.kind == "bare":
            words = (
                "bare words in `with` that are names of inputs: taken as the inputs: {}"
            )
            self._report.repeated("N307", words, pointer, word=quote(found.name))
        return self._template((Reference(found.name),), pointer)

    def _template(self, text: Text, pointer: Pointer) -> Value:
        pieces: list[str | Input | Result] = []
        for piece in text:
            if not isinstance(piece, Reference):
                pieces.append(piece)
                continue
            line = self._outer.get(input_name(piece.name, self._namespaces))
            if line and line.key not in self._opened:
                found = self._opening(line)
                pieces += found.pieces or (str(found.constant),)
            else:
                pieces.append(self._named(piece.name, pointer))
        return Value(pieces=tuple(pieces)) if pieces else Value("")

    def _opening(self, line: With) -> Value:
        """What the unit's own ``with`` puts in the place of an input; it sees the inputs only."""
        self._opened.add(line.key)
        found = self._value(line.value, line.pointer)
        self._opened.discard(line.key)
        return found

    def _named(self, name: str, pointer: Pointer) -> Input | Result:
        """An earlier step, or an input, or what is at a path in one of them."""
        head, *rest = name.split(".")
        if head in self._steps:
            return Result(head, tuple(rest))
        head, *rest = input_name(name, self._namespaces).split(".")
        if head in self._steps:
            return Result(head, tuple(rest))
        if head in self._fields and head not in self._inputs:
            return Result(self._fields[head], (head, *rest))
        known = self._inputs.get(head)
        if known is None:
            words = "placeholders that name no input are empty: {}"
            self._report.repeated("N224", words, pointer, word=quote(name))
        return Input((known or head, *rest))


def _path(text: str) -> tuple[str | int, ...]:
    """The members and indices of ``$.step.a[0]``; nothing for what is no such path."""
    try:
        query, counted = split(normal(text))
        found = parse(query)
    except QueryError:
        return ()
    if counted or not found.singular:
        return ()
    selectors = [segment.selectors[0] for segment in found.segments]
    return tuple(
        s.name if isinstance(s, Name) else s.at
        for s in selectors
        if isinstance(s, Name | Index)
    )


def _declared(upstream: Upstream) -> Shape | None:
    """The fields that the called operation declares."""
    fields: Mapping[str, str] = dict(upstream.outputs)
    members = tuple((name, Shape("select", path)) for name, path in fields.items())
    return Shape("object", members=members) if members else None
