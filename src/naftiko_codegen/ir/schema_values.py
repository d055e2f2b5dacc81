"""Values inside normal schemas that the schemas themselves rule out: they are dropped with a finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from naftiko_codegen.ir.schema_fit import fits
from naftiko_codegen.parse.openapi_report import Report, spell
from naftiko_codegen.read.document import Json, Pointer


def drop_foreign(made: dict[str, Json], pointer: Pointer, report: Report) -> None:
    """Drop the values of ``enum`` and ``const`` that the type rules out, and a list of which none is left."""
    types = {"type": made["type"]} if "type" in made else {}
    for key in ("enum", "const"):
        if key not in made or not types:
            continue
        values = made[key] if key == "enum" else [made[key]]
        foreign = [value for value in values if not fits(value, types, {})]
        if not foreign:
            continue
        kept = [value for value in values if fits(value, types, {})]
        for value in foreign:
            message = f"{spell(value)} in {key} is not of the type {_words(types['type'])}; it is left out"
            report.warning("N471", message, (*pointer, key))
        if not kept:
            del made[key]
        elif key == "enum":
            made[key] = kept


def drop_defaults(
    found: Iterable[tuple[dict[str, Json], Pointer]],
    by_ref: Mapping[str, Json],
    report: Report,
) -> None:
    """Drop the defaults that their schemas do not allow; ``null`` as "no default" without a word."""
    for made, pointer in found:
        value = made["default"]
        if fits(value, made, by_ref):
            continue
        del made["default"]
        if value is not None:
            message = f"the default {spell(value)} is not what its schema allows; it is not used"
            report.warning("N470", message, (*pointer, "default"))


def _words(types: Json) -> str:
    return " or ".join(types) if isinstance(types, list) else str(types)
