"""``ref`` → what the function of an aggregate does, in the words of the tool or route that names it."""

from __future__ import annotations

from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import did_you_mean, quote
from naftiko_codegen.frozen import changed
from naftiko_codegen.link.references import Meaning, meaning
from naftiko_codegen.parse.capability_template import (
    OWN_INPUTS,
    Reference,
    Text,
    input_name,
    template,
)
from naftiko_codegen.parse.capability_view import (
    CapabilityView,
    Constant,
    Server,
    Unit,
    With,
)


def resolved(view: CapabilityView, report: Report) -> CapabilityView:
    """``view`` without a ``ref``; N311 for one that names no function, N312 for what it makes pointless."""
    functions = {unit.name: unit for unit in view.functions}
    servers = tuple(_server(server, functions, report) for server in view.servers)
    return changed(view, servers=servers)


def _server(server: Server, functions: dict[str, Unit], report: Report) -> Server:
    def unit(found: Unit) -> Unit | None:
        if not found.ref:
            return found
        if function := functions.get(found.ref):
            return _merged(server, found, function, report)
        words = f"`ref` names no function: {quote(found.ref)}"
        hint = did_you_mean(found.ref, functions)
        report.error("N311", words, (*found.pointer, "ref"), hint)
        return None

    resources = (
        changed(item, unit=unit(item.unit)) if item.unit else item
        for item in server.resources
    )
    return changed(
        server,
        units=tuple(made for found in server.units if (made := unit(found))),
        resources=tuple(resources),
    )


def _merged(server: Server, unit: Unit, function: Unit, report: Report) -> Unit:
    """``unit`` with what it takes from ``function``."""
    if unit.call:
        words = "`call` beside `ref` means nothing: left out"
        report.repeated("N312", words, (*unit.pointer, "call"))
    own = server.kind == "rest" or unit.inputs
    outputs = function.outputs or unit.outputs
    return changed(
        unit,
        name=unit.name or function.name.rpartition(".")[2],
        call=function.call,
        inputs=unit.inputs if own else function.inputs,
        withs=_withs(server, unit, function),
        reply=function.reply if function.outputs else unit.reply,
        label=unit.label or function.label,
        description=unit.description or function.description,
        hints=tuple({**dict(function.hints), **dict(unit.hints)}.items()),
        outputs=() if function.steps else outputs,
        steps=function.steps,
        mappings=function.mappings,
        ref="",
    )


def _withs(server: Server, unit: Unit, function: Unit) -> tuple[With, ...]:
    """The lines of the function, in which inputs stand for what the unit gives them, and the unit's other lines."""
    given = {line.key: line.value for line in unit.withs}
    inner = OWN_INPUTS | {function.name.partition(".")[0]}
    names = [i.name for i in function.inputs]
    used: set[str] = set()
    made: list[With] = []
    for line in function.withs:
        found = meaning(line.value, inner, names)
        value = _value(line.value, found, given, inner, used)
        made.append(With(line.key, value, line.pointer))
    taken = used | {line.key for line in function.withs}
    return (*made, *(line for line in unit.withs if line.key not in taken))


def _value(
    value: Text | Constant,
    found: Meaning,
    given: dict[str, Text | Constant],
    inner: frozenset[str],
    used: set[str],
) -> Text | Constant:
    if found.kind == "constant":
        return value
    if found.kind in ("input", "bare"):
        used.add(found.name)
        return given.get(found.name, (Reference(found.name),))
    pieces: list[str | Reference] = []
    for piece in value if isinstance(value, tuple) else ():
        name = input_name(piece.name, inner) if isinstance(piece, Reference) else ""
        inserted = given.get(name, (Reference(name),)) if name else (str(piece),)
        used.add(name)
        pieces += inserted if isinstance(inserted, tuple) else template(str(inserted))
    return tuple(pieces)
