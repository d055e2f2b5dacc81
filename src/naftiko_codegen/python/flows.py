"""Shapes of routes and tools → ``flows/__init__.py``: one function that makes the reply of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import ClassVar

from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.exposed import Route, Tool
from naftiko_codegen.ir.flow import Flow
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.shape import Input, Shape
from naftiko_codegen.parse.capability_path import split
from naftiko_codegen.python import names as naming
from naftiko_codegen.python.flow_names import computing, key, units
from naftiko_codegen.python.flow_paths import (
    Calling,
    Expression,
    Listing,
    Object,
    constant,
    functions,
    laid,
    selected,
)
from naftiko_codegen.python.flow_steps import RUNTIME, statements
from naftiko_codegen.python.layout import STEP, import_line, string
from naftiko_codegen.python.naming import PackageNames
from naftiko_codegen.python.text import Code, SpecText
from naftiko_codegen.render.files import File

FOLDER = "flows"


@frozen
class Function:
    """One function: its first line, its words, and the value it returns."""

    head: Code
    doc: SpecText
    value: Code
    lines: tuple[Code, ...] = ()


@frozen
class FlowsModule:
    """``flows/__init__.py``."""

    template: ClassVar[str] = "flows/__init__.py.jinja"
    path: Code
    doc: SpecText
    binds: bool
    """Whether functions are given some of their arguments beforehand."""
    imports: tuple[Code, ...]
    functions: tuple[Function, ...]


def plan(
    package: Package, names: PackageNames, targets: Collection[str]
) -> Iterator[FlowsModule | File]:
    """The module of all shapes, when there are any, and the scripts that it runs."""
    replies: dict[Code, list[Route | Tool]] = {}
    values: dict[Code, list[Route | Tool]] = {}
    for unit in units(package, targets):
        if unit.shape or unit.flow:
            replies.setdefault(names.flows[key(unit)], []).append(unit)
        if unit.computed:
            values.setdefault(names.flows[computing(unit)], []).append(unit)
    makers = [_reply(name, owners, names) for name, owners in replies.items()]
    makers += [_values(name, owners) for name, owners in values.items()]
    if not makers:
        return
    used = {name for maker in makers for name in maker.used}
    made = [function for maker in makers for function in maker.made]
    yield FlowsModule(
        Code(f"{names.package}/flows/__init__.py"),
        SpecText(f"What the replies of {package.title} are made of."),
        "partial" in used,
        tuple(_imports(used)),
        tuple(made),
    )
    for path, text in dict(_scripts(package, targets)).items():
        # not under its own ending: it is no module, and no tool is to check it as one
        yield File(f"{names.package}/scripts/files/{path}.txt", text.encode())


def _reply(name: Code, owners: list[Route | Tool], names: PackageNames) -> _Maker:
    """The functions that make the reply of ``owners``."""
    maker = _Maker(name)
    titles = f"The reply of {' and of '.join(map(_title, owners))}."
    if steps := owners[0].flow:
        maker.flow(name, steps, titles, names)
        return maker
    given = "reply" if owners[0].operation else "inputs"
    maker.function(name, given, owners[0].shape or Shape("select"), titles)
    return maker


def _values(name: Code, owners: list[Route | Tool]) -> _Maker:
    """The function that makes further values for the operation of ``owners``."""
    maker = _Maker(name)
    titles = f"Further values of {' and of '.join(map(_title, owners))}."
    maker.function(name, "inputs", owners[0].computed or Shape("select"), titles)
    return maker


def has_scripts(package: Package, targets: Collection[str]) -> bool:
    """Whether a step of ``package`` runs a script."""
    return bool(scripts(package, targets))


def scripts(package: Package, targets: Collection[str]) -> dict[str, str]:
    """The language of every script by its name."""
    return {
        name: step.script.language
        for unit in units(package, targets)
        for step in (unit.flow.steps if unit.flow else ())
        if step.script
        for name, _ in step.script.files
    }


def _scripts(package: Package, targets: Collection[str]) -> Iterator[tuple[str, str]]:
    """Name and text of every script; the same name means the same text."""
    for unit in units(package, targets):
        for step in unit.flow.steps if unit.flow else ():
            yield from step.script.files if step.script else ()


def _imports(used: set[str]) -> Iterator[Code]:
    """The import lines of what the functions use, those of this package."""
    if "call" in used:
        yield import_line("..", ["operations"])
    if "script" in used:
        yield import_line("..scripts.run", ["script"])
    if "Caller" in used:
        yield import_line("..server.steps", sorted(used & {"Caller", *RUNTIME}))
    if rest := used - {"Caller", "call", "partial", "script", *RUNTIME}:
        yield import_line(".select", sorted(rest))


def _title(unit: Route | Tool) -> str:
    """What a docstring calls a unit."""
    if isinstance(unit, Tool):
        return f"the tool {unit.name}"
    return f"{unit.method} {unit.path}"


class _Maker:
    """The functions of one shape: its own, then those of elements and conditions below it."""

    def __init__(self, name: Code) -> None:
        self._name = name
        self.made: list[Function] = []
        self.used: set[str] = set()

    def function(self, name: Code, given: str, shape: Shape, doc: str) -> None:
        """Make the function ``name`` of ``given``; what it needs comes after it."""
        place = len(self.made)
        value = self._value(shape, Code(given), name)
        head = Code(f"def {name}({given}: Any) -> Any:")
        if shape.sees_inputs and given != "inputs":
            head = Code(f"def {name}({given}: Any, inputs: Any) -> Any:")
        self._insert(place, head, doc, value)

    def flow(self, name: Code, steps: Flow, doc: str, names: PackageNames) -> None:
        """Make the asynchronous function of ``steps``."""
        found = statements(steps, name, names)
        head = Code(f"async def {name}(inputs: Any, call: Caller) -> Any:")
        function = Function(head, SpecText(doc), found.answer, found.lines)
        self.made.append(function)
        self.used |= {"Caller", *found.used}
        for own, shape in found.shapes:
            self.function(own, "item", shape, "The fields that a step gives.")

    def _insert(self, place: int, head: Code, doc: str, value: Expression) -> None:
        self.used |= functions([value])
        before = STEP + len("return ")
        laid_out = laid(value, indent=STEP, before=before)
        self.made.insert(place, Function(head, SpecText(doc), laid_out))

    def _value(self, shape: Shape, root: Expression, name: str) -> Expression:
        """The expression of ``shape``; ``name`` begins the names of the functions it needs."""
        if shape.kind == "constant":
            return constant(shape.constant)
        if shape.kind == "first":
            made = [
                self._value(choice, root, f"{name}__{number}")
                for number, choice in enumerate(shape.choices, 1)
            ]
            return Calling("first", tuple(made))
        if shape.kind == "list":
            return Listing(
                tuple(self._value(choice, root, name) for choice in shape.choices)
            )
        if shape.kind == "text":
            return _text(shape.pieces)
        found = self._selected(shape.path, root, name)
        if shape.kind == "object":
            return self._object(shape, found, name)
        if shape.kind in ("array", "map"):
            return self._each(shape, found, name)
        return _cut(shape, found)

    def _selected(self, path: str, root: Expression, name: str) -> Expression:
        query, counted = split(path)

        def condition(value: Expression) -> Code:
            return self._condition(value, name)

        found = selected(query, root, condition)
        return Calling("length", (found,)) if counted else found

    def _object(self, shape: Shape, found: Expression, name: str) -> Expression:
        """A dictionary of the members."""
        inner = naming.distinct([member for member, _ in shape.members])
        pairs = [
            (string(member), self._value(made, found, f"{name}__{word}"))
            for (member, made), word in zip(shape.members, inner, strict=True)
        ]
        return Object(tuple(pairs))

    def _each(self, shape: Shape, found: Expression, name: str) -> Expression:
        """What the function of the elements makes of each."""
        if shape.item is None:
            single = not (isinstance(found, Calling) and found.function == "pick")
            return Calling("listed", (found,)) if single else found
        own = Code(f"{name}__item" if name.startswith("_") else f"_{name}__item")
        what = "element" if shape.kind == "array" else "member"
        self.function(own, "item", shape.item, f"One {what} of {_words(shape.path)}.")
        function = "each" if shape.kind == "array" else "members"
        make: Expression = own
        if shape.item.sees_inputs:
            make = Calling("partial", (own, Code("inputs=inputs")))
        return Calling(function, (found, make))

    def _condition(self, value: Expression, name: str) -> Code:
        """A function that says whether ``value``, a condition on ``item``, holds."""
        start = name if name.startswith("_") else f"_{name}"
        taken = sum(f.head.startswith(f"def {start}__where") for f in self.made)
        own = Code(f"{start}__where_{taken + 1}" if taken else f"{start}__where")
        head = f"def {own}(item: Any, root: Any) -> bool:"
        self._insert(len(self.made), Code(head), "Whether an item is meant.", value)
        return own


def _text(pieces: tuple[str | Input, ...]) -> Expression:
    """A text, or its pieces joined."""
    made: list[Expression] = [
        (
            Calling("at", (Code("inputs"), *map(string, piece.path)))
            if isinstance(piece, Input)
            else string(piece)
        )
        for piece in pieces
    ]
    if all(isinstance(piece, str) for piece in pieces):
        return string("".join(str(piece) for piece in pieces))
    return Calling("text", tuple(made))


def _cut(shape: Shape, found: Expression) -> Expression:
    """A text of limited length."""
    if not shape.longest:
        return found
    return Calling("cut", (found, Code(str(shape.longest))))


def _words(path: str) -> str:
    return "the reply" if path == "$" else path
