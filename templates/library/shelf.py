"""The resources and prompts of one MCP server: listed, read and filled in."""

from __future__ import annotations

import asyncio
import logging
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path

from .._runtime.service import Service
from ..files.folder import UnsafePath, listed, media_type, read, whole
from ..mcp.calls import PackageTools
from ..mcp.toolbox import Onward, Refused, Wire, printable
from ..server.meter import Samples
from ..server.settings import Settings
from .items import Folder, Prompt, Resource, filled

logger = logging.getLogger(__name__)


class Shelf:
    """A ``Library`` of one package. Raises ``ArgumentError`` when there is no usable base URL."""

    def __init__(
        self,
        service: Service,
        settings: Settings,
        resources: Sequence[Resource | Folder],
        prompts: Sequence[Prompt],
        wire: Mapping[str, list[Wire]],
    ) -> None:
        """``wire`` holds ``resources``, ``resourceTemplates`` and ``prompts`` as clients see them, and ``tools``."""
        self.templates = wire["resourceTemplates"]
        self.prompts = wire["prompts"]
        self.has_resources = bool(resources)
        self._wire = {item["name"]: item for item in wire["resources"]}
        self._resources = resources
        self._prompts = {prompt.name: prompt for prompt in prompts}
        tools = [item.tool for item in resources if isinstance(item, Resource)]
        self._calls = PackageTools(service, settings, tools, wire["tools"])

    async def resources(self) -> list[Wire]:
        """Those without placeholders, and every file of the directories."""
        found: list[Wire] = []
        for item in self._resources:
            if isinstance(item, Folder):
                found += await asyncio.to_thread(_files, item, self._wire[item.name])
            elif item.tool.name in self._wire:
                found.append(self._wire[item.tool.name])
        return found

    async def read(self, uri: str, onward: Onward) -> list[Wire]:
        """The contents of the first resource that ``uri`` names; raises ``Refused``."""
        for item in self._resources:
            if isinstance(item, Folder):
                if uri == item.uri or uri.startswith(f"{item.uri}/"):
                    return [await asyncio.to_thread(_content, item, uri)]
            elif (arguments := item.arguments(uri)) is not None:
                return [await self._called(item, uri, arguments, onward)]
        raise Refused(f"Unknown resource: {printable(uri[:200])}")

    async def prompt(self, name: str, arguments: Mapping[str, str]) -> list[Wire]:
        """The messages of a prompt, filled in; raises ``Refused``."""
        prompt = self._prompts.get(name)
        if prompt is None:
            raise Refused(f"Unknown prompt: {printable(name[:200])}")
        (wire,) = [item for item in self.prompts if item["name"] == name]
        for argument in wire.get("arguments", ()):
            if argument.get("required") and argument["name"] not in arguments:
                raise Refused(
                    f"The prompt {name} needs the argument {argument['name']}"
                )
        messages: Sequence[tuple[str, str]] = prompt.messages
        if prompt.file:
            messages = (("user", await asyncio.to_thread(_text, prompt.file)),)
        return [
            {"role": role, "content": {"type": "text", "text": filled(text, arguments)}}
            for role, text in messages
        ]

    def counts(self) -> Samples:
        """See ``Toolbox``."""
        return self._calls.counts()

    async def close(self) -> None:
        """Close the connections."""
        await self._calls.close()

    async def _called(
        self, item: Resource, uri: str, arguments: dict[str, str], onward: Onward
    ) -> Wire:
        """The reply of the call as a content."""
        result = await self._calls.call(item.tool.name, dict(arguments), onward)
        blocks = result["content"]
        if result.get("isError"):
            raise Refused("\n".join(b.get("text", "") for b in blocks), failed=True)
        block: Wire = blocks[0] if blocks else {"type": "text", "text": ""}
        if block["type"] == "text":
            kind = item.media_type
            return {"uri": uri, "mimeType": kind, "text": block["text"]}
        if block["type"] == "resource":
            inner: Wire = block["resource"]
            kind = item.media_type if item.tool.binary else ""
            return {**inner, "uri": uri, "mimeType": kind or inner["mimeType"]}
        return {"uri": uri, "mimeType": block["mimeType"], "blob": block["data"]}


def _files(folder: Folder, wire: Wire) -> list[Wire]:
    """One resource for each file of a directory."""
    return [
        {
            **wire,
            "uri": f"{folder.uri}/{path}",
            "mimeType": folder.media_type or media_type(path),
            "size": size,
        }
        for path, size in listed(folder.root)
    ]


def _content(folder: Folder, uri: str) -> Wire:
    """A file as a content: text when it is UTF-8, else bytes in base64."""
    relative = uri[len(folder.uri) + 1 :]
    shown = printable(uri[:200])
    if not relative:
        raise Refused(f"This resource is a directory: {shown}")
    try:
        raw = read(folder.root, relative)
    except UnsafePath as error:
        raise Refused(f"Not a resource, {error}: {shown}") from None
    except FileNotFoundError:
        raise Refused(f"Unknown resource: {shown}") from None
    except OSError as error:
        logger.warning("%s cannot be read: %s", shown, error.strerror or error)
        raise Refused(f"The resource cannot be read: {shown}", failed=True) from None
    kind = folder.media_type or media_type(relative)
    try:
        return {"uri": uri, "mimeType": kind, "text": raw.decode("utf-8")}
    except UnicodeDecodeError:
        return {"uri": uri, "mimeType": kind, "blob": b64encode(raw).decode("ascii")}


def _text(path: str) -> str:
    """The text of a prompt's file."""
    try:
        return whole(Path(path)).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        logger.warning("the file of a prompt cannot be read: %s", type(error).__name__)
        raise Refused("The file of the prompt cannot be read", failed=True) from None
