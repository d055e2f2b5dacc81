"""``call`` → the consumed operation it names."""

from __future__ import annotations

from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import did_you_mean, nearest, quote
from naftiko_codegen.parse.capability_view import CapabilityView, Unit, Upstream


class Calls:
    """The operations of a document, by the names that ``call`` may use."""

    def __init__(self, view: CapabilityView) -> None:
        self._view = view
        self._full: dict[str, list[Upstream]] = {}
        self._bare: dict[str, list[Upstream]] = {}
        for upstream in (o for api in view.consumed for o in api.operations):
            self._full.setdefault(f"{upstream.namespace}.{upstream.name}", []).append(
                upstream
            )
            self._bare.setdefault(upstream.name, []).append(upstream)

    def resolve(self, unit: Unit, report: Report) -> Upstream | None:
        """The operation that ``unit`` calls; ``None`` after an error (N301 unknown, N302 ambiguous).

        A bare operation name is understood when it is the only one of that name (N303, a warning).
        """
        pointer = (*unit.pointer, "call")
        if not unit.call or any(
            unit.call.startswith(f"{name}.") for name in self._view.imported if name
        ):
            return None
        found = self._full.get(unit.call)
        if found is None and (found := self._bare.get(unit.call)) and len(found) == 1:
            words = "`call` without a namespace: taken as the only operation of that name, {}"
            report.repeated(
                "N303",
                words,
                pointer,
                word=quote(f"{found[0].namespace}.{found[0].name}"),
            )
        if found is None:
            report.error(
                "N301",
                f"call names no operation: {_shown(unit.call)}",
                pointer,
                self._hint(unit.call),
            )
            return None
        if len(found) > 1:
            places = tuple(
                (o.pointer, f"{o.namespace}.{o.name} is here") for o in found
            )
            report.error(
                "N302", f"call is ambiguous: {_shown(unit.call)}", pointer, "", *places
            )
            return None
        return found[0]

    def _hint(self, call: str) -> str:
        namespace, _, name = call.rpartition(".")
        own = [
            o.name
            for api in self._view.consumed
            if api.namespace == namespace
            for o in api.operations
        ]
        if near := nearest(name, own):
            return f"did you mean {quote(near)}?"
        return did_you_mean(call, self._full) or (
            "" if self._full else "the document consumes no operation"
        )


def _shown(call: str) -> str:
    return quote(call).strip("`")
