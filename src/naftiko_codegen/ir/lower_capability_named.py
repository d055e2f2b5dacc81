"""Placeholders in outputs beside a call → the inputs of the unit, as its arguments take them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.ir.model import Argument
from naftiko_codegen.ir.shape import Input
from naftiko_codegen.link.spelling import Spelled
from naftiko_codegen.parse.capability_template import input_name
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
        if argument is None:
            return None
        constant = argument.constant
        if constant is not ...:
            return constant if isinstance(constant, str) else json.dumps(constant)
        if argument.place == "body":
            words = f"inputs of the body in outputs of a route ({quote(name)}) are"
            self._report.missing(words, self._unit.pointer)
        return Input((argument.target or argument.name, *rest))
