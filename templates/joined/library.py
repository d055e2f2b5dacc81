"""The resources and prompts of several packages as one ``Library``."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from ..mcp.toolbox import Library, Onward, Refused, Tell, Wire, printable
from ..server.meter import Samples, merged


class JoinedLibrary:
    """Asks the packages in order; the first of two equal names wins."""

    def __init__(self, members: Sequence[Library]) -> None:
        """``members`` in the order in which what they have is listed."""
        self._members = members
        self._owner: dict[str, Library] = {}
        self.has_resources = any(member.has_resources for member in members)
        self.watches = any(member.watches for member in members)
        self.completes = any(member.completes for member in members)
        self.templates = [item for member in members for item in member.templates]
        self.prompts: list[Wire] = []
        for member in members:
            for prompt in member.prompts:
                if self._owner.setdefault(prompt["name"], member) is member:
                    self.prompts.append(prompt)

    async def resources(self) -> list[Wire]:
        """See ``Library``."""
        found = await asyncio.gather(*(m.resources() for m in self._members))
        return [item for items in found for item in items]

    async def read(self, uri: str, onward: Onward) -> Sequence[Wire]:
        """The contents that the first package has which knows ``uri``; raises ``Refused``."""
        refused = Refused(f"Unknown resource: {printable(uri[:200])}")
        for member in self._members:
            try:
                return await member.read(uri, onward)
            except Exception as error:
                refused = _own(error)
                if refused.failed:
                    break
        raise refused

    async def watch(self, owner: str, uri: str, tell: Tell) -> None:
        """Let the first package tell which has the file ``uri``, of the list all of them; raises ``Refused``."""
        if not uri:
            watching = [member for member in self._members if member.watches]
            await asyncio.gather(*(m.watch(owner, uri, tell) for m in watching))
            return
        refused = Refused(f"No file, so nothing to watch: {printable(uri[:200])}")
        for member in self._members:
            try:
                await member.watch(owner, uri, tell)
                return
            except Exception as error:
                refused = _own(error)
        raise refused

    def unwatch(self, owner: str, uri: str) -> None:
        """See ``Library``."""
        for member in self._members:
            member.unwatch(owner, uri)

    def forget(self, owner: str) -> None:
        """See ``Library``."""
        for member in self._members:
            member.forget(owner)

    async def prompt(self, name: str, arguments: Mapping[str, str]) -> Sequence[Wire]:
        """See ``Library``."""
        if name not in self._owner:
            raise Refused(f"Unknown prompt: {printable(name[:200])}")
        try:
            return await self._owner[name].prompt(name, arguments)
        except Exception as error:
            raise _own(error) from None

    def complete(
        self, kind: str, name: str, argument: str, typed: str
    ) -> Sequence[str]:
        """What the first package says which knows ``name``; raises ``Refused``."""
        refused = Refused(f"Nothing to complete: {printable(name[:200])}")
        for member in self._members:
            try:
                return member.complete(kind, name, argument, typed)
            except Exception as error:
                refused = _own(error)
        raise refused

    def counts(self) -> Samples:
        """See ``Library``."""
        return merged([member.counts() for member in self._members])

    async def close(self) -> None:
        """Close all members."""
        await asyncio.gather(*(member.close() for member in self._members))


def _own(error: Exception) -> Refused:
    """``error`` of a package as this one's: each has its own copy of the class. Others are raised again."""
    failed: bool | None = getattr(error, "failed", None)
    if failed is None:
        raise error
    return Refused(str(error), failed=failed)
