"""The resources and prompts of one MCP server: listed, read and filled in."""

from __future__ import annotations

import asyncio
import logging
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .._runtime.service import Service
from ..files.folder import (
    TooLarge,
    UnsafePath,
    listed,
    media_type,
    moment,
    read,
    whole,
)
from ..mcp.calls import PackageTools
from ..mcp.toolbox import Onward, Refused, Tell, Wire, printable
from ..server.meter import Samples
from ..server.settings import Settings
from .items import Folder, Prompt, Resource, filled, fitting
from .subscriptions import Subscriptions

logger = logging.getLogger(__name__)


class Shelf:
    """A ``Library`` of one package. Raises ``ArgumentError`` when there is no usable base URL."""

    def __init__(
        self,
        service: Service,
        settings: Settings,
        resources: Sequence[Resource | Folder],
        prompts: Sequence[Prompt],
        wire: Mapping[str, Any],
    ) -> None:
        """``wire`` holds ``resources``, ``resourceTemplates`` and ``prompts`` as clients see them, and ``tools``.

        ``completions`` are the values of arguments by kind, name and argument.
        """
        self.templates: list[Wire] = wire["resourceTemplates"]
        self.prompts: list[Wire] = wire["prompts"]
        self.has_resources = bool(resources)
        self.watches = any(isinstance(item, Folder) for item in resources)
        self._values: dict[str, dict[str, Any]] = wire.get("completions", {})
        self.completes = bool(self._values)
        self._wire = {item["name"]: item for item in wire["resources"]}
        self._resources = resources
        self._subscriptions = Subscriptions(self._stamp)
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
                return await self._called(item, uri, arguments, onward)
        raise Refused(f"Unknown resource: {printable(uri[:200])}")

    async def watch(self, owner: str, uri: str, tell: Tell) -> None:
        """See ``Library``."""
        await self._subscriptions.add(owner, uri, tell)

    def unwatch(self, owner: str, uri: str) -> None:
        """See ``Library``."""
        self._subscriptions.remove(owner, uri)

    def forget(self, owner: str) -> None:
        """See ``Library``."""
        self._subscriptions.forget(owner)

    async def _stamp(self, uri: str) -> object:
        """What is another value when the file ``uri`` has changed, or their list; raises ``Refused``."""
        if not uri:
            roots = [item.root for item in self._resources if isinstance(item, Folder)]
            return await asyncio.to_thread(_names, roots)
        for item in self._resources:
            if isinstance(item, Folder) and uri == item.uri:
                return await asyncio.to_thread(listed, item.root)
            if isinstance(item, Folder) and uri.startswith(f"{item.uri}/"):
                return await asyncio.to_thread(_stamp, item, uri)
        raise Refused(f"No file, so nothing to watch: {printable(uri[:200])}")

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
        if prompt.file:
            block = await asyncio.to_thread(_block, prompt)
            if block["type"] == "text":
                block["text"] = filled(block["text"], arguments)
            return [{"role": "user", "content": block}]
        return [
            {"role": role, "content": {"type": "text", "text": filled(text, arguments)}}
            for role, text in prompt.messages
        ]

    def complete(self, kind: str, name: str, argument: str, typed: str) -> list[str]:
        """See ``Library``."""
        if kind == "ref/prompt":
            known = name in self._prompts
        else:
            known = any(item["uriTemplate"] == name for item in self.templates)
        if not known:
            raise Refused(f"Nothing to complete: {printable(name[:200])}")
        found = self._values.get(kind, {}).get(name, {}).get(argument, ())
        return fitting(found, typed)

    def counts(self) -> Samples:
        """See ``Toolbox``."""
        return self._calls.counts()

    async def close(self) -> None:
        """Close the connections, and watch no more."""
        await self._subscriptions.close()
        await self._calls.close()

    async def _called(
        self, item: Resource, uri: str, arguments: dict[str, str], onward: Onward
    ) -> list[Wire]:
        """The reply of the call, one content for each of its parts."""
        result = await self._calls.call(item.tool.name, dict(arguments), onward)
        blocks = result["content"]
        if result.get("isError"):
            raise Refused("\n".join(b.get("text", "") for b in blocks), failed=True)
        return [_reply(item, uri, block) for block in blocks]


def _reply(item: Resource, uri: str, block: Wire) -> Wire:
    """A content block of a tool as a content of a resource."""
    if block["type"] == "text":
        return {"uri": uri, "mimeType": item.media_type, "text": block["text"]}
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


def _names(roots: Sequence[str]) -> list[list[str]]:
    """The files of directories."""
    return [[path for path, _ in listed(root)] for root in roots]


def _stamp(folder: Folder, uri: str) -> tuple[int, int]:
    """When a file was written, and its size; raises ``Refused``."""
    try:
        return moment(folder.root, uri[len(folder.uri) + 1 :])
    except (OSError, UnsafePath):
        shown = printable(uri[:200])
        raise Refused(f"No file, so nothing to watch: {shown}") from None


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
    except TooLarge as error:
        raise Refused(f"The resource is {error}: {shown}", failed=True) from None
    except OSError as error:
        logger.warning("%s cannot be read: %s", shown, error.strerror or error)
        raise Refused(f"The resource cannot be read: {shown}", failed=True) from None
    kind = folder.media_type or media_type(relative)
    try:
        return {"uri": uri, "mimeType": kind, "text": raw.decode("utf-8")}
    except UnicodeDecodeError:
        return {"uri": uri, "mimeType": kind, "blob": b64encode(raw).decode("ascii")}


def _block(prompt: Prompt) -> Wire:
    """The file of a prompt: an image, a sound, a text, or else a document that is embedded."""
    try:
        raw = whole(Path(prompt.file))
    except OSError as error:
        logger.warning("the file of a prompt cannot be read: %s", type(error).__name__)
        raise Refused("The file of the prompt cannot be read", failed=True) from None
    kind = media_type(prompt.file)
    family = kind.partition("/")[0]
    if family not in ("image", "audio") or kind == "image/svg+xml":
        with suppress(UnicodeDecodeError):
            return {"type": "text", "text": raw.decode("utf-8")}
    data = b64encode(raw).decode("ascii")
    if family in ("image", "audio"):
        return {"type": family, "data": data, "mimeType": kind}
    uri = f"prompt:///{quote(prompt.name, safe='')}"
    return {
        "type": "resource",
        "resource": {"uri": uri, "mimeType": kind, "blob": data},
    }
