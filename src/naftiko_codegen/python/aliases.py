"""Names for types that are too long for the line they are on, gathered while a client module is planned."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from naftiko_codegen.ir.model import Operation
from naftiko_codegen.ir.type_table import TypeTable
from naftiko_codegen.ir.types import Type
from naftiko_codegen.python import names as naming
from naftiko_codegen.python.annotations import annotation, laid_out
from naftiko_codegen.python.layout import STEP, columns
from naftiko_codegen.python.naming import OperationName, PackageNames
from naftiko_codegen.python.text import Code


@dataclass(slots=True)
class Aliases:
    """The aliases of one module; ``taken`` are the names of its classes and aliases.

    With ``late`` the types of replies are looked at when an operation is first called, since importing all models of a
    large package takes its time: aliases are for type checkers alone then. ``full`` says what each stands for.
    """

    types: TypeTable
    names: PackageNames
    taken: set[str]
    late: bool = False
    made: list[Code] = field(default_factory=list)
    full: dict[str, str] = field(default_factory=dict)

    def type(self, type_: Type) -> str:
        """The annotation of ``type_``, models by their module."""
        return annotation(type_, self.names.models, "models.")

    def operation(self, operation: Operation) -> OperationName:
        """The names of ``operation``."""
        return self.names.operations[operation.name]

    def short(self, text: str, wanted: str, room: int) -> str:
        """``text``, or the name of an alias for it when it is longer than ``room``; ``wanted`` are words for that."""
        if columns(text) <= room or text.replace(".", "").isidentifier():
            return text
        name = naming.pascal(wanted)
        if len(name) > naming.LONGEST:
            digest = sha256(name.encode()).hexdigest()[:8]
            name = Code(f"{name[: naming.LONGEST - 9]}_{digest}")
        if columns(text) <= columns(name):
            return text
        while name in self.taken:
            name = Code(f"{name}Type")
        self.taken.add(name)
        start = f"{name}: TypeAlias = "
        self.full[name] = text
        indent = STEP if self.late else 0
        body = laid_out(text, indent=indent, before=indent + columns(start))
        opening = "if TYPE_CHECKING:\n" if self.late and not self.made else ""
        self.made.append(Code(f"{opening}{' ' * indent}{start}{body}"))
        return name


def union(types: list[str]) -> str:
    """The members as a union without repeats; ``Any`` takes them all in."""
    members = list(dict.fromkeys(types))
    return "Any" if "Any" in members else " | ".join(members)
