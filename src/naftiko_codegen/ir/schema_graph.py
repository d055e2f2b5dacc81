"""Graphs of references: what refers to what, and which named schemas are on a cycle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

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


def included(schema: Json) -> list[str]:
    """Every ``$ref`` that ``schema`` is, includes or chooses from: those inside properties and items left out."""
    found: list[str] = []
    open_ = [schema]
    while open_:
        value = open_.pop()
        if isinstance(value, dict):
            found += [value["$ref"]] if "$ref" in value else []
            for key in ("allOf", "oneOf", "anyOf"):
                open_ += value.get(key, ())
    return found


def recursive(schemas: Mapping[str, Json]) -> frozenset[str]:
    """The references of ``schemas`` (by reference) that lead back to themselves."""
    edges = {
        ref: [r for r in references(schema) if r in schemas]
        for ref, schema in schemas.items()
    }
    found: set[str] = set()
    for members in components(edges):
        if len(members) > 1 or not members.isdisjoint(edges[min(members)]):
            found |= members
    return frozenset(found)


def components(edges: Mapping[str, Iterable[str]]) -> Iterator[set[str]]:
    """The strongly connected components of a graph, each after those it leads to (Tarjan, without recursion)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in edges:
        work = [] if root in order else [(root, iter(edges[root]))]
        while work:
            node, rest = work[-1]
            if node not in order:
                order[node] = low[node] = len(order)
                stack.append(node)
                on_stack.add(node)
            step = next(rest, None)
            if step is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    yield _taken(node, stack, on_stack)
            elif step not in order:
                work.append((step, iter(edges[step])))
            elif step in on_stack:
                low[node] = min(low[node], order[step])


def _taken(node: str, stack: list[str], on_stack: set[str]) -> set[str]:
    """Take the component that ``node`` closes from the stack."""
    members: set[str] = set()
    while node not in members:
        member = stack.pop()
        on_stack.discard(member)
        members.add(member)
    return members
