"""What an upstream operation can be given: one slot for each parameter, and for the body or each of its fields."""

from __future__ import annotations

from collections.abc import Iterator

from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.model import Operation
from naftiko_codegen.read.document import Json


@frozen
class Slot:
    """One thing to fill. ``feed`` is the name by which inputs and ``with`` mean it.

    ``target`` is a parameter key, ``field`` a property of the JSON body, both empty mean the whole body.
    """

    feed: str
    place: str
    required: bool
    schema: Json
    target: str = ""
    field: str = ""

    @property
    def whole(self) -> bool:
        """Whether it is the whole body."""
        return not self.target and not self.field


@frozen
class Called:
    """A lowered operation, and the input names of its body: ``whole`` for all of it, else by property."""

    operation: Operation
    whole: str = "body"
    fields: tuple[tuple[str, str], ...] = ()

    def slots(self, *, by_field: bool) -> Iterator[Slot]:
        """All slots in the operation's order; ``by_field`` takes a body of known properties apart."""
        for parameter in self.operation.parameters:
            if parameter.given:
                yield Slot(
                    parameter.key,
                    parameter.place,
                    parameter.required,
                    parameter.schema,
                    target=parameter.key,
                )
        body = self.operation.body
        if body is None:
            return
        schema = body.contents[0].schema
        if not by_field or not self.fields:
            yield Slot(self.whole, "body", body.required, schema)
            return
        for name, feed in self.fields:
            required = name in schema.get("required", ())
            yield Slot(feed, "body", required, schema["properties"][name], field=name)
