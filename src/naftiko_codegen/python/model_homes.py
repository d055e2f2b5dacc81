"""Which module of a large package each model stands in: one for each component schema, with the parts inside it.

Modules import each other only one way round: schemas that refer to each other in a circle share a module, which has the
name of the first of them by alphabet; so do those at the top of a chain that Python's imports could not follow. Bodies
and replies without a name stand in one module for each tag.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.ir.model import Alias, Model, Service
from naftiko_codegen.ir.schema_graph import components
from naftiko_codegen.ir.types import Scalar, named
from naftiko_codegen.python import names as naming
from naftiko_codegen.python.names import Wanted
from naftiko_codegen.python.naming import Locate, PackageNames
from naftiko_codegen.python.text import Code

LARGEST = 400
"""Models and aliases that one file holds; a package with more of them has a folder of files."""


DEEPEST = 60
"""Modules that import one another in a row; the schemas above them share one, as Python's imports must end."""


def is_large(service: Service) -> bool:
    """Whether the models of ``service`` are spread over files that are imported when needed."""
    return len(service.models) + len(service.aliases) > LARGEST


def homes(
    service: Service, names: PackageNames, locate: Locate, diagnostics: Diagnostics
) -> dict[str, Code]:
    """The module of each model and alias, by its key."""
    things: dict[str, Model | Alias] = {it.key: it for it in service.models}
    things |= {it.key: it for it in service.aliases}
    groups = {it.name: it.group for it in service.operations}
    unit = {key: _unit(key, groups) for key in things}
    edges: dict[str, dict[str, None]] = {it: {} for it in unit.values()}
    for key, thing in things.items():
        edges[unit[key]] |= dict.fromkeys(unit[it] for it in refers(thing) if it in unit)  # fmt: skip
    leader = _leaders(edges)
    leaders = sorted(set(leader.values()))
    wanted = [_wanted(it, things, names, locate) for it in leaders]
    modules = naming.assign(wanted, diagnostics, fold_case=True)
    module = dict(zip(leaders, modules, strict=True))
    return {key: module[leader[it]] for key, it in unit.items()}


def _leaders(edges: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The first by alphabet of those that share a module with each: its circle, or all that is too high."""
    leader: dict[str, str] = {}
    height: dict[str, int] = {}
    high: set[str] = set()
    for circle in components(edges):
        below = [height[it] for name in circle for it in edges[name] if it not in circle]  # fmt: skip
        height |= dict.fromkeys(circle, 1 + max(below, default=0))
        leader |= dict.fromkeys(circle, min(circle))
        high |= circle if height[min(circle)] > DEEPEST else set()
    return leader | dict.fromkeys(high, min(high, default=""))


def refers(thing: Model | Alias) -> Iterator[str]:
    """The keys of the models and aliases that ``thing`` names, in the author's order."""
    if isinstance(thing, Alias):
        yield from named(thing.type)
        return
    for field in thing.fields:
        if field.type.__class__ is not Scalar:
            yield from named(field.type)


def _unit(key: str, groups: Mapping[str, str]) -> str:
    """What ``key`` is a part of: a component, or ``#`` and the tag of the operation it belongs to."""
    owner, mark, rest = key.partition("#")
    if owner or not mark:
        return owner
    name = ""
    for part in rest.split("/"):
        name = f"{name}/{part}" if name else part
        if name in groups:
            return f"#{groups[name]}"
    return "#"


def _wanted(
    unit: str, things: Mapping[str, Model | Alias], names: PackageNames, locate: Locate
) -> Wanted:
    """The ladder of names of a module."""
    thing = things.get(unit) or next(iter(things.values()))
    if unit.startswith("#"):
        text, what = f"{unit[1:]} operations", f"the tag {unit[1:]}"
    else:
        text, what = names.models.get(unit, unit), f"the schema {unit}"
    return Wanted(_ladder(text), partial(locate, thing.origin), what)


def _ladder(text: str) -> tuple[str, ...]:
    wanted = [naming.module(it) for it in (text, f"{text} model")]
    return tuple(dict.fromkeys([*wanted, naming.spelled_module(text)]))
