"""A tree changed by copying only what lies on the way to a change, places kept right."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeAlias

from naftiko_codegen.diagnostics import Span
from naftiko_codegen.read.document import Json, Pointer
from naftiko_codegen.read.places import Places

Origin: TypeAlias = "tuple[Json, str | int]"
"""A container as it was read, and the step to a value in it."""


class Layers:
    """The places of a tree that holds values of several files; ``tree`` is the tree.

    Trees as they were read are never changed: a container is copied before its first
    change, and its copy remembers where each of its values came from.
    """

    def __init__(self, tree: Json, places: Places) -> None:
        """``tree`` is what was read, and ``places`` tells where from."""
        self.tree = tree
        self._files = [places]
        self._origins: dict[int, tuple[Json, Any]] = {}
        self._owned: set[int] = set()

    def add(self, places: Places) -> None:
        """Let values come from a further file."""
        self._files.append(places)

    def freeze(self) -> None:
        """Forget which containers are copies, so that they may be put elsewhere too."""
        self._owned.clear()

    @property
    def root(self) -> Span:
        """Where the outermost value begins."""
        return self._files[0].root

    def find(self, holder: Json, step: str | int, *, key: bool) -> Span | None:
        """The place of ``holder[step]``, or of its key, in the file it came from."""
        holder, step = self.origin(holder, step)
        for places in self._files:
            span = places.find(holder, step, key=key)
            if span is not None:
                return span
        return None

    def origin(self, holder: Json, step: str | int) -> Origin:
        """Where ``holder[step]`` came from."""
        known = self._origins.get(id(holder))
        found: Origin = known[1][step] if known else (holder, step)
        return found

    def own(self, pointer: Pointer) -> Json:
        """The container at ``pointer``, which may be changed from now on."""
        self.tree = holder = self._mine(self.tree)
        for step in pointer:
            holder = self.own_child(holder, step)
        return holder

    def own_child(self, holder: Json, step: str | int) -> Json:
        """The container ``holder[step]`` of an owned one, owned as well."""
        holder[step] = self._mine(holder[step])
        return holder[step]

    def put(
        self,
        holder: dict[str, Json] | list[Json],
        step: Any,
        value: Json,
        origin: Origin,
    ) -> None:
        """Set ``holder[step]`` of an owned container."""
        holder[step] = value
        self._origins[id(holder)][1][step] = origin

    def append(self, holder: list[Json], value: Json, origin: Origin) -> None:
        """Add an item to an owned list."""
        holder.append(value)
        self._origins[id(holder)][1].append(origin)

    def remove(self, holder: Json, steps: Collection[Any]) -> None:
        """Take ``steps`` out of an owned container."""
        origins = self._origins[id(holder)][1]
        if isinstance(holder, dict):
            for step in steps:
                del holder[step], origins[step]
        else:
            kept = [index for index in range(len(holder)) if index not in steps]
            holder[:] = [holder[index] for index in kept]
            origins[:] = [origins[index] for index in kept]

    def _mine(self, container: Json) -> Json:
        """``container``, or a copy of it when it is not a copy already."""
        if id(container) in self._owned:
            return container
        made = container.copy()
        if isinstance(made, dict):
            origins: Any = {step: self.origin(container, step) for step in made}
        else:
            origins = [self.origin(container, step) for step in range(len(made))]
        self._origins[id(made)] = (made, origins)
        self._owned.add(id(made))
        return made
