"""The intermediate model: one package of operations, and the servers that expose them, with no Python in it.

Every ``str`` that comes from a document is kept as it stands there; nothing is escaped before a template's filter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.control import Logs, Scripting, Telemetry
from naftiko_codegen.ir.flow import Flow
from naftiko_codegen.ir.paged import Pages
from naftiko_codegen.ir.shape import Shape
from naftiko_codegen.ir.template import BodyTemplate, Mixed
from naftiko_codegen.ir.types import Type
from naftiko_codegen.read.document import Json, Pointer

Place: TypeAlias = Literal["path", "query", "header", "cookie", "template"]
CredentialKind: TypeAlias = Literal[
    "bearer", "basic", "apikey", "variable", "oauth2", "digest"
]
BodyKind: TypeAlias = Literal["json", "form", "multipart", "text", "binary"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a thing was said: the ``Document.source`` and a pointer into it. Never part of equality or output."""

    source: str = field(repr=False, compare=False)
    pointer: Pointer = field(repr=False, compare=False)


NOWHERE = Origin("", ())
NO_SCHEMA: Json = {}


@frozen
class Field:
    """A property of a model. ``default`` is JSON, or ``...`` when there is none."""

    name: str
    type: Type
    required: bool = False
    description: str = ""
    default: Json = ...
    constraints: tuple[tuple[str, Json], ...] = ()
    read_only: bool = False
    write_only: bool = False
    deprecated: bool = False
    wanted_name: str = ""
    """``x-naftiko-name``: the identifier the author asks for."""
    origin: Origin = NOWHERE


@frozen
class Model:
    """A named object type.

    ``key`` identifies it inside its service; ``words`` are the names to try, best first, each a tuple of words of the
    document (component key, or owner and property for a nested object). ``extra`` types further properties
    (``additionalProperties``), ``None`` forbids them; unknown ones are kept either way when a reply is decoded.
    """

    key: str
    words: tuple[str, ...]
    fields: tuple[Field, ...]
    description: str = ""
    extra: Type | None = None
    origin: Origin = NOWHERE


@frozen
class Alias:
    """A named type that is no object (a component schema that is a union, an array, an enum); ``ModelRef`` names it."""

    key: str
    words: tuple[str, ...]
    type: Type
    description: str = ""
    origin: Origin = NOWHERE


@frozen
class Parameter:
    """A value outside the body.

    ``key`` is unique inside its operation: the wire name, or the wire name and the place when two places share it.
    ``style`` and ``explode`` are OpenAPI's. ``multi_segment`` lets the slashes of a path value through unencoded.
    ``constant`` is JSON sent with every request (a caller cannot change it), or ``...``. ``text`` is made of other
    values. A parameter of place ``template`` is sent nowhere itself: it fills gaps of texts and of the body.
    """

    key: str
    name: str
    place: Place
    type: Type
    required: bool = False
    description: str = ""
    style: str = ""
    explode: bool = False
    multi_segment: bool = False
    allow_reserved: bool = False
    default: Json = ...
    constant: Json = ...
    schema: Json = NO_SCHEMA
    example: Json = ...
    deprecated: bool = False
    text: Mixed | None = None
    origin: Origin = NOWHERE

    @property
    def given(self) -> bool:
        """Whether it is a caller who gives the value."""
        return self.constant is ... and self.text is None


@frozen
class Encoding:
    """How one field of a form is written: in a ``style`` of queries, or as a part of ``media_type``."""

    name: str
    style: str = ""
    explode: bool = False
    allow_reserved: bool = False
    media_type: str = ""


@frozen
class Content:
    """One media type of a body or a reply; ``schema`` is JSON Schema 2020-12 with ``#/components/schemas/`` refs."""

    media_type: str
    kind: BodyKind
    type: Type
    schema: Json = NO_SCHEMA
    example: Json = ...
    item: Type | None = None
    """What comes one by one in a reply of lines or events."""
    encodings: tuple[Encoding, ...] = ()
    """The fields of a form that are not written as usual."""


@frozen
class Body:
    """The request body, by media type in the author's order; ``assumed`` ones the author has not written."""

    contents: tuple[Content, ...]
    required: bool = False
    description: str = ""
    origin: Origin = NOWHERE
    assumed: bool = False


@frozen
class Reply:
    """One documented reply; ``status`` is ``200``, ``4XX`` or ``default``. No ``contents`` means no body."""

    status: str
    description: str
    contents: tuple[Content, ...] = ()
    headers: tuple[Parameter, ...] = ()
    origin: Origin = NOWHERE


@frozen
class Credential:
    """A secret sent upstream, read from the environment at run time.

    ``kind`` decides where it goes: ``bearer`` and ``basic`` in ``Authorization``, ``apikey`` in ``place`` ``name``;
    ``variable`` fills gaps; ``oauth2`` is a client id and its secret, ``digest`` a user and a password.
    ``variables`` are environment variable names: one, or user and password for ``basic``.
    ``prefix`` and ``suffix`` surround the value when the document writes more than the variable (``Token {{X}}``),
    ``between`` are the texts between several; those of ``basic`` and its kin make ``user:password``.
    """

    key: str
    kind: CredentialKind
    variables: tuple[str, ...]
    name: str = ""
    place: Literal["header", "query", "cookie"] = "header"
    prefix: str = ""
    suffix: str = ""
    between: tuple[str, ...] = ()
    description: str = ""
    token_url: str = ""
    """Where ``oauth2`` gets its tokens; ``fields`` are sent there besides the credential."""
    fields: tuple[tuple[str, str], ...] = ()
    origin: Origin = NOWHERE


@frozen
class Operation:
    """One upstream call.

    ``name`` is the document's own (``operationId`` or the capability's operation name); ``group`` is the tag, or ``""``
    for a capability operation, which sits flat on the client. ``path`` is joined to ``base_url`` as written and holds
    one ``{name}`` per path parameter. ``security`` lists alternatives, each the credential keys needed together;
    an empty tuple means none, an empty alternative means optional. ``words`` is another spelling of the name, if any.
    """

    name: str
    method: str
    path: str
    base_url: str
    group: str = ""
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    replies: tuple[Reply, ...] = ()
    security: tuple[tuple[str, ...], ...] = ()
    summary: str = ""
    description: str = ""
    deprecated: bool = False
    idempotent: bool = False
    words: str = ""
    scopes: tuple[tuple[str, str], ...] = ()
    """What tokens are asked for: the key of a credential of kind ``oauth2``, and its scopes with spaces between."""
    reply_format: str = ""
    """How a reply that is no JSON is read where something is made of it: ``csv``, ``xml``, ``html``, ``avro`` …"""
    reply_schema: str = ""
    """What ``reply_format`` takes: an XPath (html), the beginning of headings (markdown), JSON (avro, protobuf)."""
    largest: int = 0
    """The most bytes of a binary reply; 0: not said."""
    upstream: str = ""
    """The name of its upstream, when the service has several."""
    template: BodyTemplate | None = None
    """The body, when the document writes it; ``body`` is None then."""
    variables: tuple[str, ...] = ()
    """The keys of the credentials of kind ``variable`` that fill gaps."""
    pages: Pages | None = None
    """How the next page is got, where replies are pages of a list."""
    origin: Origin = NOWHERE


@frozen
class Group:
    """A tag of an OpenAPI document, in the author's order."""

    name: str
    description: str = ""
    origin: Origin = NOWHERE


@frozen
class Hook:
    """A call that the API makes to its users: a webhook, or a callback to the address that ``expression`` finds.

    ``headers`` are the names of those that come along.
    """

    name: str
    method: str
    expression: str = ""
    headers: tuple[str, ...] = ()
    body: Body | None = None
    replies: tuple[Reply, ...] = ()
    summary: str = ""
    description: str = ""
    deprecated: bool = False
    origin: Origin = NOWHERE


@frozen
class VariableFile:
    """A file that variables are read from at run time: ``keys`` are pairs of a variable and its key in the file."""

    path: str
    keys: tuple[tuple[str, str], ...]


@frozen
class ServerVariable:
    """A part of server URLs that callers choose; ``values`` are all it may be, or empty for any."""

    name: str
    default: str
    values: tuple[str, ...] = ()
    description: str = ""
    origin: Origin = NOWHERE


@frozen
class Server:
    """A base URL that callers may choose; ``url`` still has its ``{variables}``."""

    name: str
    url: str
    description: str = ""
    variables: tuple[ServerVariable, ...] = ()


@frozen
class Service:
    """The upstream API: what the client calls. ``schemas`` are the component schemas, JSON Schema 2020-12.

    ``base_url`` may be empty: then it is a required argument of the client and the servers.
    """

    name: str
    base_url: str
    operations: tuple[Operation, ...]
    groups: tuple[Group, ...] = ()
    models: tuple[Model, ...] = ()
    aliases: tuple[Alias, ...] = ()
    credentials: tuple[Credential, ...] = ()
    schemas: tuple[tuple[str, Json], ...] = ()
    upstreams: tuple[tuple[str, str], ...] = ()
    """Names and base URLs when there are several; ``base_url`` is empty then."""
    hooks: tuple[Hook, ...] = ()
    servers: tuple[Server, ...] = ()
    """What ``base_url`` may be chosen from; the first one, with its defaults, is ``base_url``."""
    files: tuple[VariableFile, ...] = ()
    """Where variables are read from that the environment does not have."""
    needs_all: bool = False
    """Whether requests cannot do without any of the credentials."""


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


@frozen
class Package:
    """Everything one output package is made from.

    ``source`` and ``digest`` are those of the document (overlays included); ``wanted_name`` is the package name that
    the configuration or ``x-naftiko-name`` gives, else empty; ``stem`` is the file's name without endings.
    ``others`` are further servers of these kinds, asked for by name.
    """

    source: str
    digest: str
    stem: str
    title: str
    service: Service
    rest: RestServer | None = None
    mcp: McpServer | None = None
    skill: SkillServer | None = None
    others: tuple[RestServer | McpServer | SkillServer, ...] = ()
    control: Control | None = None
    description: str = ""
    version: str = ""
    wanted_name: str = ""
    imported: tuple[tuple[str, str], ...] = ()
    """Source and digest of the documents that parts of it come from."""
    origin: Origin = NOWHERE
