"""What the tables in ``mcp/library.py`` are written in: resources and prompts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from ..mcp.binding import Tool

_HOLE = re.compile(r"\{([^{}]+)\}")
_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_*-]+)\s*\}\}")


class Resource:
    """A resource whose content is the reply to a call; the ``{name}`` of ``uri`` are arguments of ``tool``."""

    __slots__ = ("_match", "media_type", "tool", "uri")

    def __init__(
        self, uri: str, tool: Tool, media_type: str = "application/json"
    ) -> None:
        """See the class."""
        self.uri = uri
        self.tool = tool
        self.media_type = media_type
        pieces = [re.escape(piece) for piece in _HOLE.split(uri)[::2]]
        self._match = re.compile("([^/]+)".join(pieces)).fullmatch

    def arguments(self, uri: str) -> dict[str, str] | None:
        """The arguments that ``uri`` holds, decoded; ``None`` when it names another resource."""
        found = self._match(uri)
        if found is None:
            return None
        names = _HOLE.findall(self.uri)
        return dict(zip(names, map(unquote, found.groups()), strict=True))


class Folder:
    """The files below the directory ``root`` of this machine, each a resource below ``uri``."""

    __slots__ = ("media_type", "name", "root", "uri")

    def __init__(self, name: str, uri: str, root: str, media_type: str = "") -> None:
        """Without ``media_type`` that of each file is told by its name."""
        self.name = name
        self.uri = uri
        self.root = root
        self.media_type = media_type


class Prompt:
    """Messages with ``{{name}}`` placeholders: pairs of role and text, or one ``file``."""

    __slots__ = ("file", "messages", "name")

    def __init__(self, name: str, *messages: tuple[str, str], file: str = "") -> None:
        """``file`` is a path of this machine; its content is one message of the user."""
        self.name = name
        self.messages = messages
        self.file = file


def fitting(values: Sequence[str], typed: str) -> list[str]:
    """Those of ``values`` that begin with what is ``typed``, then those that have it in them, whatever the case."""
    sought = typed.casefold()
    found = [value for value in values if sought in value.casefold()]
    return sorted(found, key=lambda value: not value.casefold().startswith(sought))


def filled(text: str, arguments: Mapping[str, str]) -> str:
    """``text`` with its placeholders replaced, once; those without an argument stay."""
    return _PLACEHOLDER.sub(lambda found: arguments.get(found[1], found[0]), text)
