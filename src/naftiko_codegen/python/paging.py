"""Operations whose replies are pages of a list → the method that gives the items of all pages."""

from __future__ import annotations

from collections.abc import Mapping

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.model import Model, Operation
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.paged import Pages
from naftiko_codegen.ir.type_table import TypeTable
from naftiko_codegen.ir.types import Type
from naftiko_codegen.python import names as naming
from naftiko_codegen.python.layout import call, string
from naftiko_codegen.python.naming import PackageNames, field_names, holdable
from naftiko_codegen.python.sample import nowhere
from naftiko_codegen.python.text import Code

FOLDER = "pages"
"""The folder of ``templates/`` for replies that are pages."""

LIMIT = "max_pages"
"""The argument that bounds an iterator."""

_CLASSES = {
    "link": "ByLink", "cursor": "ByCursor", "next": "ByCursor", "last": "ByLast",
    "number": "ByNumber", "offset": "ByOffset",
}  # fmt: skip


_RESERVED = ("close", "aclose", "models", "errors")


@frozen
class Paging:
    """The name of the method, ``ByCursor(…)``, what its docstring says of that, and the type of an item."""

    method: Code
    class_: str
    way: Code
    words: str
    item: Type


def paged(package: Package) -> bool:
    """Whether replies of ``package`` are pages."""
    return any(o.pages for o in package.service.operations)


class Pager:
    """Finds how the items of all pages of the operations of one package are got."""

    def __init__(self, types: TypeTable, names: PackageNames) -> None:
        """``names`` are those of the package; no further method may get one of them."""
        self.types = types
        self.taken = {*_RESERVED, *(o.method for o in names.operations.values())}
        self.taken |= {group.module for group in names.groups.values()}

    def paging_of(
        self, operation: Operation, method: str, indent: int
    ) -> Paging | None:
        """``None`` when there is no name for that, or a page cannot be held; ``method`` gives one page."""
        pages = operation.pages
        bare = method.strip("_")
        wanted = (f"iterate_{bare}", f"{bare}_items", f"iterator_of_{bare}")
        names = map(naming.snake, wanted)
        name = next((it for it in names if it not in self.taken), None)
        if pages is None or name is None:
            return None
        items = self._attributes(pages.items, pages)
        steps = self._attributes(pages.next, pages)
        if items is None or steps is None:
            return None
        arguments: list[str] = []
        if pages.way != "link":
            arguments += [string(pages.key), string(".".join(steps))]
        if items or arguments:
            arguments.append(string(".".join(items)))
        if pages.way == "number" and pages.first != 1:
            arguments.append(f"first={pages.first}")
        class_ = _CLASSES[pages.way]
        way = call(class_, arguments, indent=indent, before=indent, after=1)
        return Paging(name, class_, way, _words(pages), pages.item)

    def _attributes(
        self, path: tuple[str, ...], pages: Pages
    ) -> tuple[str, ...] | None:
        """The attributes of models that the wire names of ``path`` are; ``None`` when one has none."""
        model = self.types.models.get(pages.page)
        found: list[str] = []
        for name in path:
            names = _names(model) if model else {}
            if model is None or name not in names:
                return None
            found.append(names[name])
            type_ = next(field.type for field in model.fields if field.name == name)
            model = self.types.model(type_)
        return tuple(found)


def _names(model: Model) -> Mapping[str, str]:
    said = Diagnostics()
    return field_names(holdable(model, nowhere, said), nowhere, said)


def _words(pages: Pages) -> str:
    """What leads on, for a docstring."""
    field = ".".join(pages.next)
    how = {
        "link": "the header ``Link`` leads on, on the same host only",
        "cursor": f"``{field}`` of a reply is the next ``{pages.key}``",
        "next": f"``{field}`` of a reply is the next ``{pages.key}``",
        "last": f"``{pages.key}`` is the id of the last item while ``{field}`` is true",
        "number": f"``{pages.key}`` goes up to ``{field}``",
        "offset": f"``{pages.key}`` goes up to ``{field}``",
    }[pages.way]
    return f"Gives the items of all pages, at most ``{LIMIT}``: {how}. Raises ``PagingError`` when there are more."
