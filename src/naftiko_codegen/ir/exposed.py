"""What servers expose of a service: routes, tools, resources, prompts, skills and the control port.

Every ``str`` that comes from a document is kept as it stands there.
"""

from __future__ import annotations

from typing import Literal

from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.control import Logs, Scripting, Telemetry
from naftiko_codegen.ir.flow import Flow
from naftiko_codegen.ir.model import (
    NOWHERE,
    Credential,
    Operation,
    Origin,
    Reply,
)
from naftiko_codegen.ir.shape import Shape
from naftiko_codegen.read.document import Json, Pointer


@frozen
class Argument:
    """An input of a route or a tool, and where its value goes.

    ``place`` says where a route takes it from; tools take every argument by ``name``. ``target`` is the key of a
    parameter of the operation, ``field`` the property of the JSON body it becomes, or both are empty: then it is the
    whole body (``tools.body``; base64 for a binary body of a tool) or, with ``media_type``, the body's media type.
    ``pointer`` picks a part of a JSON body of a route (``value: $.a.b``); empty means the whole.
    """

    name: str
    place: Literal["path", "query", "header", "cookie", "body", "argument"]
    required: bool
    schema: Json
    target: str = ""
    field: str = ""
    media_type: bool = False
    multi_segment: bool = False
    pointer: Pointer = ()
    description: str = ""
    constant: Json = ...
    origin: Origin = NOWHERE


@frozen
class Route:
    """One REST operation that a server exposes: ``operation`` is the name of the upstream operation it calls.

    With ``shape`` a reply that reports success is made anew, and ``reply_schema`` describes what is made. Without an
    operation nothing is called and ``shape`` makes the answer from the inputs, or ``flow`` calls several.
    """

    name: str
    method: str
    path: str
    operation: str
    arguments: tuple[Argument, ...]
    summary: str = ""
    description: str = ""
    tag: str = ""
    deprecated: bool = False
    shape: Shape | None = None
    flow: Flow | None = None
    computed: Shape | None = None
    """An object of further values for the operation, by parameter key, made of those of the arguments."""
    reply_schema: Json = ...
    replies: tuple[Reply, ...] = ()
    """Those that the document declares for the route, instead of those of the operation that report success."""
    largest: int = 0
    """The most bytes that a reply may have; 0: any."""
    origin: Origin = NOWHERE


@frozen
class Forward:
    """A path of a REST server below which every request goes to an upstream; empty for the whole server.

    ``operation`` is what is sent with every request: credentials and parameters of no caller. ``trusted`` are the
    headers of callers that go along, ``withheld`` the query parameters that do not.
    """

    path: str
    operation: Operation
    trusted: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    summary: str = ""
    description: str = ""
    tag: str = ""
    origin: Origin = NOWHERE


@frozen
class ResourceServer:
    """How tokens of OAuth 2 callers are checked: with the keys of ``issuer`` or, with ``introspection``, by asking it.

    ``audience`` is what a token must be for; ``scopes`` are those every call needs. ``introspection`` is empty, or the
    variables of the id and secret that the server asks with.
    """

    issuer: str
    resource: str
    audience: str
    scopes: tuple[str, ...] = ()
    introspection: tuple[str, ...] = ()


@frozen
class Callers:
    """What the callers of a server must send.

    ``credentials`` are asked for together; ``digest`` has one of kind basic, ``oauth2`` has ``tokens`` instead.
    """

    kind: Literal["bearer", "basic", "apikey", "digest", "oauth2"]
    credentials: tuple[Credential, ...] = ()
    tokens: ResourceServer | None = None
    in_files: bool = False
    """Whether a variable of theirs may be in a file."""
    origin: Origin = NOWHERE


@frozen
class RestServer:
    """The REST adapter. ``address`` is empty unless the document gives one; servers bind to loopback then."""

    name: str
    port: int
    routes: tuple[Route, ...]
    description: str = ""
    address: str = ""
    callers: Callers | None = None
    origin: Origin = NOWHERE
    forwards: tuple[Forward, ...] = ()


@frozen
class Hints:
    """MCP tool annotations; ``None`` stays absent on the wire."""

    read_only: bool | None = None
    destructive: bool | None = None
    idempotent: bool | None = None
    open_world: bool | None = None


@frozen
class Tool:
    """One MCP tool. ``output_schema`` describes the reply itself; the root is wrapped for MCP at emission.

    With ``shape`` a reply that reports success is made anew; without an operation as for a ``Route``.
    """

    name: str
    operation: str
    arguments: tuple[Argument, ...]
    title: str = ""
    description: str = ""
    hints: Hints = Hints()
    output_schema: Json = ...
    shape: Shape | None = None
    flow: Flow | None = None
    computed: Shape | None = None
    """An object of further values for the operation, by parameter key, made of those of the arguments."""
    largest: int = 0
    """The most bytes that a reply may have; 0: as many as servers take."""
    binary: bool = False
    """Whether the reply is passed on as bytes, whatever it is."""
    input_schema: Json = ...
    """What clients see when the schemas of the arguments do not say all of it."""
    origin: Origin = NOWHERE


@frozen
class Resource:
    """One MCP resource, or several by a template: its content is the reply to ``tool``, or files of this machine.

    The ``{name}`` of ``uri`` are arguments of ``tool``; ``folder`` is the absolute path of a directory.
    """

    name: str
    uri: str
    title: str = ""
    description: str = ""
    media_type: str = ""
    tool: Tool | None = None
    folder: str = ""
    origin: Origin = NOWHERE


@frozen
class PromptArgument:
    """What a prompt is filled in with; ``values`` are those that clients are offered."""

    name: str
    title: str = ""
    description: str = ""
    required: bool = True
    values: tuple[str, ...] = ()


@frozen
class Prompt:
    """One MCP prompt: ``messages`` are pairs of role and text, or ``file`` the absolute path of its only text."""

    name: str
    title: str = ""
    description: str = ""
    arguments: tuple[PromptArgument, ...] = ()
    messages: tuple[tuple[str, str], ...] = ()
    file: str = ""
    origin: Origin = NOWHERE


@frozen
class McpServer:
    """The MCP adapter; ``transport`` is the default one, both are always available."""

    name: str
    port: int
    tools: tuple[Tool, ...]
    instructions: str = ""
    transport: Literal["http", "stdio"] = "http"
    address: str = ""
    callers: Callers | None = None
    resources: tuple[Resource, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    origin: Origin = NOWHERE
    cache: tuple[int | None, str] = (None, "")
    """Milliseconds for which clients may keep lists, and for whom (``public``, ``private``)."""


@frozen
class SkillTool:
    """What a skill tells agents to use: the ``action`` of the server ``namespace``, or the file ``instruction``.

    ``mode`` is the kind of that server, ``rest`` or ``mcp``. The server of skills itself calls nothing.
    """

    name: str
    description: str = ""
    namespace: str = ""
    action: str = ""
    mode: str = ""
    instruction: str = ""
    origin: Origin = NOWHERE


@frozen
class Skill:
    """One skill: ``texts`` and ``flags`` are what it says of itself, by the names of the language.

    ``folder`` is the absolute path of the directory with its files, on the machine of the server.
    """

    name: str
    description: str = ""
    texts: tuple[tuple[str, str], ...] = ()
    flags: tuple[tuple[str, bool], ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()
    folder: str = ""
    tools: tuple[SkillTool, ...] = ()
    origin: Origin = NOWHERE


@frozen
class SkillServer:
    """The skill adapter: a catalogue to read."""

    name: str
    port: int
    skills: tuple[Skill, ...]
    description: str = ""
    address: str = ""
    callers: Callers | None = None
    origin: Origin = NOWHERE


@frozen
class Control:
    """The control adapter; ``logs`` and ``scripting`` are ``None`` when there is no such page."""

    port: int
    address: str = ""
    health: bool = True
    info: bool = False
    logs: Logs | None = None
    scripting: Scripting | None = None
    telemetry: Telemetry = Telemetry()
    callers: Callers | None = None
    origin: Origin = NOWHERE
