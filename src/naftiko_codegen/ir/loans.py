"""Types and schemas of an OpenAPI package → the same in the package of a capability, with all that they refer to."""

from __future__ import annotations

from functools import cached_property

from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.model import Alias, Model, Service
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.schema_graph import references
from naftiko_codegen.ir.schema_inline import Inliner
from naftiko_codegen.ir.schema_normal import ref_to
from naftiko_codegen.ir.types import (
    ArrayOf,
    MapOf,
    ModelRef,
    Nullable,
    Type,
    UnionOf,
    named,
)
from naftiko_codegen.read.document import Json


class Lender:
    """What one OpenAPI package can lend."""

    def __init__(self, package: Package) -> None:
        self.package = package
        service = package.service
        self.named: dict[str, Model | Alias] = {it.key: it for it in service.aliases}
        self.named |= {it.key: it for it in service.models}
        self.schemas = dict(service.schemas)

    @cached_property
    def inliner(self) -> Inliner:
        """Makes schemas of the package stand alone."""
        return Inliner(self.by_ref)

    @cached_property
    def by_ref(self) -> dict[str, Json]:
        """The component schemas by reference."""
        return {ref: self.schemas[name] for ref, name in self.names.items()}

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of the component schemas by reference."""
        return {ref_to(name): name for name in self.schemas}


class Loans:
    """What the package of a capability has borrowed, from any number of lenders."""

    def __init__(self) -> None:
        self._named: dict[str, Model | Alias] = {}
        self._schemas: dict[str, Json] = {}
        self._owners: dict[str, str] = {}
        self._wanted: list[tuple[Lender, str]] = []

    def type(self, lender: Lender, type_: Type) -> Type:
        """``type_`` of ``lender``, as the borrower refers to it."""
        self._wanted += [(lender, key) for key in named(type_)]
        return self._renamed(lender, type_)

    def schema(self, lender: Lender, schema: Json) -> Json:
        """``schema`` of ``lender``, as the borrower refers to it."""
        if isinstance(schema, list):
            return [self.schema(lender, item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        made = {key: self.schema(lender, value) for key, value in schema.items()}
        if isinstance(made.get("$ref"), str):
            made["$ref"] = self._reference(lender, made["$ref"])
        discriminator = made.get("discriminator")
        if isinstance(discriminator, dict) and "mapping" in discriminator:
            mapping = discriminator["mapping"].items()
            tags = {tag: self._reference(lender, ref) for tag, ref in mapping}
            made["discriminator"] = {**discriminator, "mapping": tags}
        return made

    def whole(self, service: Service) -> Service:
        """``service`` with everything borrowed, in an order that does not depend on who asked first."""
        while self._wanted:
            self._borrow(*self._wanted.pop())
        if not self._named:
            return service
        named = [self._named[key] for key in sorted(self._named)]
        return changed(
            service,
            models=tuple(it for it in named if isinstance(it, Model)),
            aliases=tuple(it for it in named if isinstance(it, Alias)),
            schemas=tuple(sorted(self._schemas.items())),
        )

    def _borrow(self, lender: Lender, key: str) -> None:
        """Take the model or alias ``key``, and remember what it refers to."""
        own, thing = self._key(lender, key), lender.named.get(key)
        if own in self._named or thing is None:
            return
        words = thing.words
        if own != key:
            words = (f"{lender.package.stem} {words[0]}", *words)
        made = changed(thing, key=own, words=words)
        if isinstance(made, Alias):
            made = changed(made, type=self.type(lender, made.type))
        else:
            fields = made.fields
            extra = made.extra
            made = changed(
                made,
                fields=tuple(
                    changed(f, type=self.type(lender, f.type)) for f in fields
                ),
                extra=None if extra is None else self.type(lender, extra),
            )
        self._named[own] = made
        if key in lender.schemas:
            self._component(lender, key)

    def _component(self, lender: Lender, name: str) -> None:
        """Take the component schema ``name``, and all that it refers to."""
        open_ = [name]
        while open_:
            name = open_.pop()
            own = self._key(lender, name)
            if own not in self._schemas:
                self._schemas[own] = self.schema(lender, lender.schemas[name])
                refs = references(lender.schemas[name])
                open_ += [lender.names[ref] for ref in refs if ref in lender.names]

    def _reference(self, lender: Lender, ref: str) -> str:
        """The reference by which the borrower knows what ``ref`` names there."""
        name = lender.names.get(ref)
        return ref if name is None else ref_to(self._key(lender, name))

    def _key(self, lender: Lender, key: str) -> str:
        """What ``key`` of ``lender`` is called here: the same, unless another lender has it."""
        source = lender.package.source
        mine = self._owners.setdefault(key, source) == source
        return key if mine else f"{source}/{key}"

    def _renamed(self, lender: Lender, type_: Type) -> Type:
        if isinstance(type_, ModelRef):
            return ModelRef(self._key(lender, type_.model))
        if isinstance(type_, ArrayOf):
            return ArrayOf(self._renamed(lender, type_.items))
        if isinstance(type_, MapOf):
            return MapOf(self._renamed(lender, type_.values))
        if isinstance(type_, Nullable):
            return Nullable(self._renamed(lender, type_.inner))
        if isinstance(type_, UnionOf):
            variants = tuple(self._renamed(lender, it) for it in type_.variants)
            tags = tuple((tag, self._key(lender, key)) for tag, key in type_.tags)
            return UnionOf(variants, type_.tag, tags)
        return type_
