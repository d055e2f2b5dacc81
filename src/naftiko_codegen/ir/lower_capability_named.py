"""Placeholders in outputs and in ``with`` → the inputs of the unit, as its arguments take them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.ir.exposed import Argument
from naftiko_codegen.ir.shape import Input, Shape
from naftiko_codegen.link.spelling import Spelled
from naftiko_codegen.parse.capability_template import Reference, Text, input_name
from naftiko_codegen.parse.capability_view import Server, Unit


class Named:
    """The names in sight of the outputs of ``unit``: what ``with`` gives, then the inputs. Never a variable."""

    def __init__(
        self,
        server: Server,
        unit: Unit,
        arguments: Iterable[Argument],
        namespaces: frozenset[str],
        report: Report,
    ) -> None:
        """``arguments`` are those of ``unit``."""
        self._unit = unit
        self._rest = server.kind == "rest"
        self._namespaces = namespaces | {server.namespace}
        self._report = report
        made = tuple(arguments)
        self._given: Spelled[Argument] = Spelled((a.target or a.field, a) for a in made)
        self._inputs: Spelled[Argument] = Spelled((a.name, a) for a in made)

    def find(self, name: str) -> str | Input | None:
        """The input that ``name`` means, or the text that the document gives it; N290 for a part of a body."""
        head, *rest = input_name(name, self._namespaces).split(".")
        argument = self._given.get(head) or self._inputs.get(head)
        return self._meant(argument, rest, name) if argument else None

    def computed(self, texts: Mapping[str, Text]) -> Shape | None:
        """An object of the values that are made of inputs, by parameter key; placeholders mean what callers give."""
        made = tuple((key, self._text(text)) for key, text in texts.items())
        return Shape("object", members=made) if made else None

    def _text(self, text: Text) -> Shape:
        pieces = tuple(
            self._input(p.name) if isinstance(p, Reference) else p for p in text
        )
        if len(pieces) == 1 and isinstance(pieces[0], Input):
            steps = (
                name.replace("\\", r"\\").replace("'", r"\'") for name in pieces[0].path
            )
            return Shape("select", "$" + "".join(f"['{step}']" for step in steps))
        return Shape("text", pieces=pieces)

    def _input(self, name: str) -> str | Input:
        head, *rest = input_name(name, self._namespaces).split(".")
        if argument := self._inputs.get(head):
            return self._meant(argument, rest, name)
        words = "placeholders that name no input are empty: {}"
        self._report.repeated("N224", words, self._unit.pointer, word=quote(name))
        return ""

    def _meant(self, argument: Argument, rest: list[str], name: str) -> str | Input:
        constant = argument.constant
        if constant is not ...:
            return constant if isinstance(constant, str) else json.dumps(constant)
        if argument.place == "body":
            words = f"inputs of the body in texts of a route ({quote(name)}) are"
            self._report.missing(words, self._unit.pointer)
        return Input((argument.target or argument.name, *rest))
