"""Inputs of a route or tool → what they fill in the operation that is called.

Before: ``with: {id: rest.id}`` or nothing at all. After: one ``Argument`` for each value, with its place and target.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.exposed import Argument
from naftiko_codegen.ir.model import Origin
from naftiko_codegen.link.input_findings import (
    check_place,
    derived,
    not_sent,
    unreachable,
)
from naftiko_codegen.link.references import Meaning, meaning, part
from naftiko_codegen.link.slots import Called, Slot
from naftiko_codegen.link.spelling import Spelled
from naftiko_codegen.parse.capability_outputs import placeholders
from naftiko_codegen.parse.capability_template import (
    Reference,
    Text,
    input_name,
    references,
)
from naftiko_codegen.parse.capability_view import Input, Server, Unit, With
from naftiko_codegen.read.document import Json, Pointer

_ArgumentPlace = Literal["path", "query", "header", "cookie", "body", "argument"]
_PLACES: dict[str, _ArgumentPlace] = {
    "path": "query", "query": "query", "header": "header", "cookie": "cookie", "body": "body",
    "template": "body",
}  # fmt: skip
"""Where a route takes a value for a place of the operation; a path has only its own placeholders."""
_BODY = "body"


class Inputs:
    """Links the inputs of one unit; ``namespaces`` are the words that stand for its own inputs in ``with``."""

    def __init__(
        self,
        server: Server,
        unit: Unit,
        called: Called,
        namespaces: frozenset[str],
        source: str,
        report: Report,
    ) -> None:
        self._rest = server.kind == "rest"
        self._unit = unit
        self._called = called
        self._namespaces = namespaces | {server.namespace}
        self._origin = Origin(source, unit.pointer)
        self._report = report
        self._inputs: Spelled[Input] = Spelled((i.name, i) for i in unit.inputs)
        self._withs: Spelled[With] = Spelled((w.key, w) for w in unit.withs)
        self._placeholders: Spelled[str] = Spelled(
            (name, name) for name in unit.placeholders
        )
        named = placeholders(unit.outputs) if unit.call else ()
        inner = (input_name(name, self._namespaces) for name in named)
        self._in_outputs = {name.partition(".")[0] for name in inner}
        self._in_texts: set[str] = set()
        self.computed: dict[str, Text] = {}
        """What parameters get, by key, that is no single input: texts with inputs, and inputs that go elsewhere too."""
        self._used: set[str] = set()
        """The inputs and placeholders, as they are written, that reach something."""

    def arguments(self) -> tuple[Argument, ...]:
        """All arguments of the unit; findings N304 to N308."""
        slots = tuple(self._called.slots(by_field=self._by_field()))
        paired = self._paired(slots)
        made = [
            a for slot in slots if not slot.whole and (a := self._fill(slot, paired))
        ]
        made += [a for slot in slots if slot.whole for a in self._fill_body(slot)]
        made += self._kept(slots)
        return tuple(self._once(made))

    def _by_field(self) -> bool:
        """Whether a body of known properties is filled property by property."""
        feeds = [feed for _, feed in self._called.fields]
        if self._given(self._called.whole) and self._called.whole not in feeds:
            return False
        renamed = any(name != feed for name, feed in self._called.fields)
        return not self._rest or renamed or any(map(self._given, feeds))

    def _given(self, feed: str) -> bool:
        return feed in self._withs or feed in self._inputs

    def _paired(self, slots: Iterable[Slot]) -> dict[str, str]:
        """Path slots by the placeholders of the route that stand for them under another name (N305)."""
        free = [
            s
            for s in slots
            if s.place == "path"
            and not self._given(s.feed)
            and s.feed not in self._placeholders
        ]
        named = {self._placeholders.spell(s.feed) for s in slots} | {
            self._placeholders.spell(n) for n in self._meant()
        }
        left = [name for name in self._placeholders if name not in named]
        if not free or len(free) != len(left):
            return {}
        pairs = {slot.feed: name for slot, name in zip(free, left, strict=True)}
        for feed, name in pairs.items():
            words = "route variables under other names than in the called path, paired in order: {}"
            self._report.repeated(
                "N305",
                words,
                self._unit.pointer,
                word=quote(f"{name}: {feed}"),
                strict=False,
            )
        return pairs

    def _meant(self) -> set[str]:
        """The inputs that ``with`` names."""
        return {self._meaning(line).name for line in self._unit.withs}

    def _meaning(self, line: With) -> Meaning:
        return meaning(
            line.value, self._namespaces, (*self._inputs, *self._placeholders)
        )

    def _fill(self, slot: Slot, paired: dict[str, str]) -> Argument | None:
        """The argument for one slot, or ``None`` when nothing has to fill it."""
        if line := self._withs.get(slot.feed):
            return self._from_with(slot, line)
        if slot.feed in self._inputs or slot.feed in self._placeholders:
            return self._named(slot, slot.feed)
        if slot.feed in paired:
            return self._named(slot, paired[slot.feed])
        if self._unit.inputs and not slot.required:
            return None
        derived(self._unit, slot, self._rest, self._report)
        return self._named(slot, slot.feed)

    def _from_with(self, slot: Slot, line: With) -> Argument | None:
        found = self._meaning(line)
        if found.kind == "mixed" and isinstance(line.value, tuple):
            self._mixed(slot, line.value, line.pointer)
            return None
        if found.kind == "constant":
            return self._constant(slot, line.key, found.constant, line.pointer)
        if found.kind == "bare":
            words = (
                "bare words in `with` that are names of inputs: taken as the inputs: {}"
            )
            self._report.repeated("N307", words, line.pointer, word=quote(found.name))
        elif not self._unit.inputs and found.name not in self._placeholders:
            derived(self._unit, slot, self._rest, self._report)
        return self._named(slot, found.name)

    def _mixed(self, slot: Slot, text: Text, pointer: Pointer) -> None:
        """A text with placeholders: made of the inputs when the operation is called."""
        if not slot.target:
            words = "`with` values of a body that mix text and placeholders are"
            self._report.missing(words, pointer)
            return
        self.computed[slot.target] = text
        for name in references(text):
            head = input_name(name, self._namespaces).partition(".")[0]
            self._in_texts.add(self._inputs.spell(head) or head)
            if not self._unit.inputs and head not in self._placeholders:
                derived(self._unit, slot, self._rest, self._report)

    def _constant(
        self, slot: Slot, name: str, value: Json, pointer: Pointer
    ) -> Argument:
        place: _ArgumentPlace = _PLACES[slot.place] if self._rest else "argument"
        return Argument(name, place, False, slot.schema, slot.target, slot.field, constant=value,
                        origin=changed(self._origin, pointer=pointer))  # fmt: skip

    def _named(self, slot: Slot, name: str) -> Argument:
        """The argument that takes the input ``name`` to ``slot``."""
        declared = self._inputs.get(name)
        placeholder = self._placeholders.spell(name) if self._rest else None
        self._used.update(
            found for found in (declared and declared.name, placeholder) if found
        )
        if declared and (constant := part(declared.value).constant) is not ...:
            return self._constant(slot, declared.name, constant, declared.pointer)
        place = "path" if placeholder else self._place(slot, declared)
        name = placeholder or (declared.name if declared else name)
        return Argument(
            name=name, place=place,
            required=slot.required or bool(declared and declared.required) or place == "path",
            schema=declared.schema if declared and "type" in declared.schema else slot.schema,
            target=slot.target, field=slot.field, pointer=self._pointer(name, declared) if place == "body" else (),
            description=declared.description if declared else slot.schema.get("description", ""),
            origin=self._origin,
        )  # fmt: skip

    def _place(self, slot: Slot, declared: Input | None) -> _ArgumentPlace:
        if not self._rest:
            return "argument"
        return _PLACES[declared.place if declared and declared.place else slot.place]

    def _pointer(self, name: str, declared: Input | None) -> Pointer:
        """Which part of the body of a request an input is: all of it, its member, or what its ``value`` says."""
        if declared and declared.value is not None:
            found = part(declared.value).pointer
            if found is None:
                words = "JSONPath expressions other than member names and indices are"
                self._report.missing(words, (*declared.pointer, "value"))
            return found or ()
        return () if name in (_BODY, self._called.whole) else (name,)

    def _fill_body(self, slot: Slot) -> Iterator[Argument]:
        """The whole body: from one input, or from the inputs that have nowhere else to go as its properties."""
        if line := self._withs.get(slot.feed):
            found = self._from_with(slot, line)
        elif slot.feed in self._inputs:
            found = self._named(slot, slot.feed)
        else:
            spare = tuple(i for i in self._unit.inputs if self._spare(i))
            yield from (
                self._named(
                    Slot(i.name, "body", i.required, i.schema, field=i.name), i.name
                )
                for i in spare
            )
            if spare or (self._unit.inputs and not slot.required):
                return
            derived(self._unit, slot, self._rest, self._report)
            found = self._named(slot, _BODY if self._rest else slot.feed)
        if found:
            yield found

    def _spare(self, declared: Input) -> bool:
        """Whether an input reaches nothing yet and may become a property of the body."""
        taken = self._used | {self._inputs.spell(name) for name in self._meant()}
        return (
            declared.name not in taken
            and declared.name not in self._placeholders
            and declared.place in ("", "body")
        )

    def _kept(self, slots: Iterable[Slot]) -> Iterator[Argument]:
        """What is taken although the called operation does not: declared inputs, and route variables in ``with``.

        Outputs may name them; nothing else does (N306), and undeclared variables are an error (N308).
        """
        lost = self._lost(slots)
        known = {self._inputs.spell(self._meaning(line).name) for line in lost}
        named = {self._meaning(line).name for line in lost}
        for name, declared in self._inputs.items():
            check_place(self._unit, declared, self._placeholders, self._report)
            if name in self._used or name in self._placeholders:
                continue
            wanted = name in self._in_outputs or name in self._in_texts
            if name not in known and not wanted:
                not_sent("inputs", name, declared.pointer, self._report)
            if declared.place != "body" or wanted:
                yield self._unsent(name)
        for name in self._placeholders:
            if name in self._used:
                continue
            wanted = name in self._in_outputs or name in self._in_texts
            if wanted or name in self._inputs or name in named:
                if not wanted:
                    not_sent("route variables", name, self._unit.pointer, self._report)
                yield self._unsent(name)
                continue
            unreachable(self._unit, name, self._report)
        if not self._unit.inputs:
            for name in sorted(self._in_texts - self._used):
                yield self._unsent(name)

    def _unsent(self, name: str) -> Argument:
        """The argument of an input that reaches no parameter of the operation."""
        slot = Slot(name, "query", False, {"type": "string"}, target=name)
        return self._named(slot, name)

    def _lost(self, slots: Iterable[Slot]) -> list[With]:
        """The lines of ``with`` that fill nothing, left out (N306)."""
        feeds = {self._withs.spell(slot.feed) for slot in slots}
        lost = [line for key, line in self._withs.items() if key not in feeds]
        for line in lost:
            words = "`with` gives what the called operation does not take, left out: {}"
            self._report.repeated(
                "N306", words, line.pointer, word=quote(line.key), strict=False
            )
        return lost

    def _once(self, made: Iterable[Argument]) -> Iterator[Argument]:
        """One argument for each input: where it goes besides is computed."""
        seen: set[str] = set()
        for argument in made:
            again = argument.name in seen and argument.constant is ...
            seen.add(argument.name)
            if again and argument.target:
                self.computed[argument.target] = (Reference(argument.name),)
                continue
            if again:
                words = f"one input for two parts of a body ({quote(argument.name)}) is"
                self._report.missing(words, self._unit.pointer)
            yield argument
