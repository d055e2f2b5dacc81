"""The inputs of a route or tool, and the request that the upstream has to get for them."""

from __future__ import annotations

import re
from typing import Any

from tests.tools.exercise_expecting import (
    NONE,
    Given,
    body_template,
    is_open,
    parameters,
    secret,
    substituted,
    value,
    variable_of,
    wanted,
    whole_name,
)
from tests.tools.exercise_reading import (
    PLACEHOLDER,
    Capability,
    Operation,
    Param,
    Unit,
    respelled,
)


def _reference(written: Any, unit: Unit, names: set[str]) -> tuple[str, Any]:
    """What a line of ``with`` means: ("input", name) or ("constant", value)."""
    if not isinstance(written, str):
        return "constant", written
    whole = PLACEHOLDER.fullmatch(written.strip())
    text = whole[1] if whole else written
    name = text.removeprefix("$this.").removeprefix("$.")
    owner, dot, rest = name.partition(".")
    if dot and owner in ("rest", "tools", "mcp", unit.namespace):
        return "input", rest
    if whole or name != text or respelled(name) in names:
        return "input", name
    return "constant", written


def unit_call(capability: Capability, unit: Unit, operation: Operation) -> Given:
    """The inputs of a route or tool, and what has to arrive for them."""
    filler = _Filler(capability, unit, operation)
    return filler.given()


class _Filler:
    def __init__(self, capability: Capability, unit: Unit, operation: Operation):
        self.capability, self.unit, self.operation = capability, unit, operation
        self.rest = bool(unit.method)
        self.placeholders = re.findall(r"\{([^{}]*)\}", unit.path)
        self.declared = {respelled(p.name): p for p in unit.inputs}
        self.variables = {respelled(n): n for n in self.placeholders}
        self.withs = {respelled(k): v for k, v in unit.withs.items()}
        self.inputs: dict[str, tuple[Param, Any]] = {}
        self.meant = {
            respelled(name)
            for kind, name in (self.reference(v) for v in unit.withs.values())
            if kind == "input"
        }

    def reference(self, written: Any) -> tuple[str, Any]:
        return _reference(written, self.unit, {*self.declared, *self.variables})

    def take(
        self, name: str, place: str, schema: dict[str, Any], required: bool
    ) -> Any:
        """The value of the input ``name``, added to what the caller gives."""
        key = respelled(name)
        own = self.declared.get(key)
        if self.rest and key in self.variables:
            place, name = "path", self.variables[key]
        elif own and own.place:
            place = own.place
        if own:
            if own.value is not None and not str(own.value).startswith("$"):
                return own.value
            schema = own.schema if "type" in own.schema else schema
            name = name if place == "path" else own.name
        if place == "path" and key not in self.variables:
            place = "query"
        if key not in self.inputs:
            param = Param(name, place, schema, required, own.value if own else None)
            self.inputs[key] = (param, value(name, place, schema))
        return self.inputs[key][1]

    def slot(self, param: Param, name: str) -> Any:
        """The value for one parameter, or ``NONE``."""
        key = respelled(name)
        if key in self.withs:
            kind, found = self.reference(self.withs[key])
            if kind == "constant":
                return found
            return self.take(found, param.place, param.schema, param.required)
        if key in self.declared or key in self.variables:
            return self.take(name, param.place, param.schema, param.required)
        if key in self.paired:
            return self.take(self.paired[key], "path", {}, True)
        if self.declared and not (param.required or param.place == "path"):
            return NONE
        return self.take(name, param.place, param.schema, param.required)

    def given(self) -> Given:
        slots = {}
        open_ones = [
            p for p in parameters(self.operation) if is_open(p, self.capability)
        ]
        named = {id(p): _named(p) for p in open_ones}
        free = [
            named[id(p)]
            for p in open_ones
            if p.place == "path"
            and respelled(named[id(p)])
            not in {*self.withs, *self.declared, *self.variables}
        ]
        used = {respelled(n) for n in named.values()} | self.meant
        left = [n for n in self.placeholders if respelled(n) not in used]
        self.paired = (
            {respelled(f): n for f, n in zip(free, left, strict=True)}
            if len(free) == len(left)
            else {}
        )
        for param in open_ones:
            found = self.slot(param, named[id(param)])
            if found is not NONE:
                slots[id(param)] = found
        body = self.body()
        return Given(
            list(self.inputs.values()),
            wanted(self.capability, self.operation, slots, body),
        )

    def body(self) -> Any:
        fields = [p for p in self.operation.params if p.place == "body"]
        whole = {"type": "object"}
        if len(fields) == 1 and fields[0].name == "body":
            return self.whole(fields[0].schema or whole, fields[0].required)
        if fields and "body" not in self.withs and "body" not in self.declared:
            made = {p.name: self.slot(p, p.name) for p in fields}
            return {k: v for k, v in made.items() if v is not NONE}
        explicit = "body" in self.withs or "body" in self.declared
        template = None if explicit else body_template(self.operation)
        if template:
            return substituted(template, self.gap)
        if fields or self.operation.body is not None or self.operation.fed:
            return self.whole(whole, False)
        return NONE

    def gap(self, name: str) -> Any:
        """What fills one placeholder of the body: a variable, else an input."""
        if variable := variable_of(name, self.capability):
            return secret(variable)
        return self.slot(Param(name, "body", {}, False), name)

    def whole(self, schema: dict[str, Any], required: bool) -> Any:
        name = whole_name(self.operation)
        key = respelled(name)
        param = Param(name, "body", schema, required)
        if key in self.withs or key in self.declared:
            return self.slot(param, name)
        spare = [
            p
            for k, p in self.declared.items()
            if k not in self.inputs
            and k not in self.variables
            and k not in self.meant
            and p.place in ("", "body")
        ]
        if spare:
            return {
                p.name: self.take(p.name, "body", p.schema, p.required) for p in spare
            }
        if self.declared and not required:
            return NONE
        if lent := self.operation.lent:
            return {
                p.name: self.take(p.name, "body", p.schema, p.required) for p in lent
            }
        return self.take("body" if self.rest else name, "body", schema, required)


def _named(param: Param) -> str:
    """The name under which inputs mean a parameter: its own, or that in its template."""
    found = PLACEHOLDER.fullmatch(str(param.value).strip()) if param.value else None
    return found[1].split(".")[-1] if found else param.name
