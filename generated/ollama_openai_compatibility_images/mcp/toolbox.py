# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What a server needs of a set of tools, in wire terms only, so that a gateway can join those of several packages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from ..server.meter import Samples

Wire: TypeAlias = dict[str, Any]
"""A JSON object as it stands on the wire (camelCase names)."""


Onward: TypeAlias = Mapping[str, str]
"""Headers that go with every call of the upstream: the id of the request, and its trace."""

ONWARD = "naftiko.onward"
"""Where the scope of a request that is left to the SDK holds them."""


NOTED = "naftiko.noted"
"""Where it holds a list, for the route that the SDK has found and whether its answer reports a failure."""


Tell: TypeAlias = Callable[[str], Awaitable[None]]
"""Is told the name of each upstream call that is done, of a tool that makes several; or of each file that changes."""


class Toolbox(Protocol):
    """Tools and the way to call them."""

    @property
    def tools(self) -> Sequence[Wire]:
        """The ``Tool`` objects of ``tools/list``, in the author's order."""
        ...

    async def call(
        self, name: str, arguments: Wire, onward: Onward, tell: Tell | None = None
    ) -> Wire:
        """The ``CallToolResult`` of a call; a failure is one with ``isError``.

        ``name`` is one of ``tools``. Raises nothing but ``CancelledError``, and what ``tell`` raises.
        """
        ...

    def counts(self) -> Samples:
        """What has been counted of the upstreams."""
        ...

    async def close(self) -> None:
        """Release the connections; no call follows."""


def offered(toolbox: Toolbox, mode: str) -> Toolbox:
    """``toolbox``; in the mode ``search`` two tools that find and call those of it."""
    if mode != "search":
        return toolbox
    from .search import SearchTools

    return SearchTools(toolbox)


class Refused(Exception):  # noqa: N818
    """What a caller asked for cannot be given; the message is for the caller. ``failed``: by no fault of theirs."""

    def __init__(self, words: str, *, failed: bool = False) -> None:
        """``words`` hold no secret."""
        super().__init__(words)
        self.failed = failed


class Library(Protocol):
    """Resources and prompts, in wire terms."""

    @property
    def completes(self) -> bool:
        """Whether any argument of a prompt or template has values to complete it with."""
        ...

    @property
    def has_resources(self) -> bool:
        """Whether there are resources at all."""
        ...

    @property
    def watches(self) -> bool:
        """Whether there are resources whose changes can be seen."""
        ...

    @property
    def templates(self) -> Sequence[Wire]:
        """The ``ResourceTemplate`` objects."""
        ...

    @property
    def prompts(self) -> Sequence[Wire]:
        """The ``Prompt`` objects."""
        ...

    async def resources(self) -> Sequence[Wire]:
        """The ``Resource`` objects there are now."""
        ...

    async def watch(self, owner: str, uri: str, tell: Tell) -> None:
        """Tell the client ``owner`` of changes of the file ``uri``, or, when it is empty, of the list of files.

        Raises ``Refused`` for what is no file. Is called only when the library ``watches``.
        """
        ...

    def unwatch(self, owner: str, uri: str) -> None:
        """Tell it no more."""
        ...

    def forget(self, owner: str) -> None:
        """Tell a client nothing any more."""
        ...

    async def read(self, uri: str, onward: Onward) -> Sequence[Wire]:
        """The contents of a resource; raises ``Refused``."""
        ...

    def counts(self) -> Samples:
        """See ``Toolbox``."""
        ...

    async def prompt(self, name: str, arguments: Mapping[str, str]) -> Sequence[Wire]:
        """The messages of a prompt; raises ``Refused``."""
        ...

    def complete(
        self, kind: str, name: str, argument: str, typed: str
    ) -> Sequence[str]:
        """The values that fit what is ``typed`` of an argument, best first; raises ``Refused``.

        ``kind`` is ``ref/prompt`` or ``ref/resource``, ``name`` the prompt's or the URI template.
        """
        ...

    async def close(self) -> None:
        """Release the connections."""


def capabilities(
    library: Library | None, *, sessions: bool = False, modern: bool = False
) -> Wire:
    """What the server can do, as it says at the beginning.

    News of files need a session, or, in the modern era, nothing: they come on streams of their own.
    """
    found: Wire = {"tools": {"listChanged": False}}
    if sessions:
        found["logging"] = {}
    if library is not None and library.has_resources:
        news = library.watches and (sessions or modern)
        found["resources"] = {"subscribe": news, "listChanged": news}
    if library is not None and library.prompts:
        found["prompts"] = {"listChanged": False}
    if library is not None and library.completes:
        found["completions"] = {}
    return found


class Identity:
    """What a server says of itself."""

    __slots__ = ("cache", "instructions", "name", "title", "version")

    def __init__(
        self,
        name: str,
        *,
        title: str = "",
        version: str = "1.0.0",
        instructions: str = "",
        ttl_ms: int = 3_600_000,
        cache_scope: str = "public",
    ) -> None:
        """``instructions`` tell a model what the tools are for; without a version there is the usual first one.

        ``ttl_ms`` says how long a client may keep lists, which change only with a new release, and ``cache_scope``
        for whom: ``public`` or ``private``.
        """
        self.name = name
        self.title = title
        self.version = version
        self.instructions = instructions
        self.cache: Wire = {"ttlMs": ttl_ms, "cacheScope": cache_scope}

    def implementation(self) -> Wire:
        """The ``Implementation`` object of the protocol."""
        title = {"title": self.title} if self.title else {}
        return {"name": self.name, **title, "version": self.version}


def text_result(text: str, *, error: bool = False) -> Wire:
    """A ``CallToolResult`` of one text."""
    return {"content": [{"type": "text", "text": text}], "isError": error}


def printable(name: str) -> str:
    """``name`` for a log: one line of ASCII, whatever a document calls its tools."""
    return name.encode("unicode_escape").decode("ascii")
