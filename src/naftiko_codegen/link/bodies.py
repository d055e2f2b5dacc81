"""Which routes and tools give a body to an operation that declares none."""

from __future__ import annotations

from naftiko_codegen.link.references import meaning
from naftiko_codegen.link.spelling import Spelled
from naftiko_codegen.parse.capability_view import Unit, Upstream

_WRITES = frozenset({"POST", "PUT", "PATCH"})
_BODY = "body"


def feeds_body(unit: Unit, upstream: Upstream, namespaces: frozenset[str]) -> bool:
    """Whether ``unit`` gives ``upstream`` a body: by name, or by inputs that nothing else takes."""
    if any(
        _BODY in names
        for names in ([line.key for line in unit.withs], [i.name for i in unit.inputs])
    ):
        return True
    if upstream.method not in _WRITES:
        return False
    known = [
        *upstream.placeholders,
        *(p.name for p in upstream.parameters),
        *(name for name, _ in upstream.query),
    ]
    taken: Spelled[None] = Spelled(
        (name, None) for name in (*known, *unit.placeholders)
    )
    names = [i.name for i in unit.inputs]
    meant: Spelled[None] = Spelled(
        (meaning(line.value, namespaces, names).name, None) for line in unit.withs
    )
    spare = (
        i
        for i in unit.inputs
        if i.place in ("", _BODY) and i.name not in taken and i.name not in meant
    )
    return next(spare, None) is not None
