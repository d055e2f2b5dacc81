"""Which named schemas are recursive: those on a cycle of references."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from naftiko_codegen.read.document import Json


def references(schema: Json) -> list[str]:
    """Every ``$ref`` inside ``schema``, in order, once each."""
    found: dict[str, None] = {}
    open_ = [schema]
    while open_:
        value = open_.pop()
        if isinstance(value, dict):
            ref = value.get("$ref")
            if isinstance(ref, str):
                found.setdefault(ref)
            open_ += [
                v for k, v in value.items() if k not in ("enum", "const", "default")
            ]
        elif isinstance(value, list):
            open_ += value
    return list(found)


def recursive(schemas: Mapping[str, Json]) -> frozenset[str]:
    """The references of ``schemas`` (by reference) that lead back to themselves (Tarjan, without recursion)."""
    edges = {
        ref: [r for r in references(schema) if r in schemas]
        for ref, schema in schemas.items()
    }
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: set[str] = set()
    for root in edges:
        if root in order:
            continue
        work: list[tuple[str, Iterator[str]]] = [(root, iter(edges[root]))]
        order[root] = low[root] = len(order)
        stack.append(root)
        on_stack.add(root)
        while work:
            ref, rest = work[-1]
            step = next(rest, None)
            if step is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[ref])
                if low[ref] == order[ref]:
                    found |= _component(ref, stack, on_stack, edges)
            elif step not in order:
                order[step] = low[step] = len(order)
                stack.append(step)
                on_stack.add(step)
                work.append((step, iter(edges[step])))
            elif step in on_stack:
                low[ref] = min(low[ref], order[step])
    return frozenset(found)


def _component(
    ref: str, stack: list[str], on_stack: set[str], edges: dict[str, list[str]]
) -> set[str]:
    """Take the component that ``ref`` closes from the stack; it counts when it is a cycle."""
    members: set[str] = set()
    while ref not in members:
        member = stack.pop()
        on_stack.discard(member)
        members.add(member)
    return members if len(members) > 1 or ref in edges[ref] else set()
