"""Models that a reply holds require nothing that is write-only: no reply has it.

Before: ``Card(number: required, write-only)`` below a documented reply; after: ``Card(number: optional)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.model import Alias, Hook, Model, Operation
from naftiko_codegen.ir.types import ArrayOf, MapOf, ModelRef, Nullable, Type, UnionOf


def readable(
    models: Sequence[Model],
    aliases: Iterable[Alias],
    operations: Iterable[Operation],
    hooks: Iterable[Hook] = (),
) -> tuple[Model, ...]:
    """``models`` in their order; those that neither a reply nor the body of a webhook holds are as they were."""
    if not any(_hidden(model) for model in models):
        return tuple(models)
    inside: dict[str, list[Type]] = {
        model.key: [field.type for field in model.fields] for model in models
    }
    for model in models:
        inside[model.key] += [model.extra] if model.extra is not None else []
    inside |= {alias.key: [alias.type] for alias in aliases}
    waiting = [
        type_
        for operation in operations
        for reply in operation.replies
        for content in reply.contents
        for type_ in (content.type, content.item)
        if type_
    ]
    waiting += [c.type for hook in hooks if hook.body for c in hook.body.contents]
    seen: set[str] = set()
    while waiting:
        for key in _named(waiting.pop()):
            if key not in seen:
                seen.add(key)
                waiting += inside.get(key, [])
    return tuple(_loosened(m) if m.key in seen and _hidden(m) else m for m in models)


def _hidden(model: Model) -> bool:
    return any(field.write_only and field.required for field in model.fields)


def _loosened(model: Model) -> Model:
    fields = (
        changed(field, required=False) if field.write_only else field
        for field in model.fields
    )
    return changed(model, fields=tuple(fields))


def _named(type_: Type) -> Iterator[str]:
    """The keys of the models and aliases in ``type_``."""
    match type_:
        case ModelRef(key):
            yield key
        case ArrayOf(inner) | MapOf(inner) | Nullable(inner):
            yield from _named(inner)
        case UnionOf(variants):
            for variant in variants:
                yield from _named(variant)
