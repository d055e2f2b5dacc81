"""``steps`` and ``mappings`` of a unit."""

from __future__ import annotations

from collections.abc import Iterator

from naftiko_codegen.check.node import Node
from naftiko_codegen.parse.capability_template import template
from naftiko_codegen.parse.capability_view import Step, StepMapping, With


def steps(node: Node) -> Iterator[Step]:
    """The steps of a unit."""
    for step in node.entries("steps"):
        kind = step.text("type") or ("lookup" if step.has("index") else "call")
        if step.name:
            yield Step(
                name=step.name,
                kind=kind if kind in ("lookup", "script") else "call",
                call=step.text("call"),
                withs=withs(step),
                index=step.text("index"),
                match=step.text("match"),
                sought=template(step.text("lookupValue")),
                picked=_texts(step),
                pointer=step.pointer,
            )


def mappings(node: Node) -> Iterator[StepMapping]:
    """What the answer of a unit with steps is put together from."""
    for item in node.entries("mappings"):
        target = item.text("targetName", "target") or item.key
        yield StepMapping(target, item.text("value"), item.pointer)


def withs(node: Node) -> tuple[With, ...]:
    """The lines of ``with``."""
    return tuple(
        With(key, template(n.value) if isinstance(n.value, str) else n.value, n.pointer)
        for key, n in node.pairs("with")
        if isinstance(n.value, str | int | float) and not isinstance(n.value, bool)
    )


def _texts(step: Node) -> tuple[str, ...]:
    found = step.find("outputParameters")
    items = found.value if found and isinstance(found.value, list) else ()
    return tuple(item for item in items if isinstance(item, str))
