"""What a capability says, in one shape for every version and dialect; names are not resolved yet."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.control import Logs, Scripting, Telemetry
from naftiko_codegen.parse.capability_template import Text
from naftiko_codegen.read.document import Json, Pointer

Constant: TypeAlias = str | int | float | bool


@frozen
class Variable:
    """A name for templates that stands for the environment variable ``key``, or for ``key`` in the file ``path``.

    Of a ``store`` that packages cannot read it is the variable of its own name.
    """

    name: str
    namespace: str
    key: str
    pointer: Pointer
    path: str = ""
    store: str = ""


@frozen
class ConsumedParameter:
    """A value of an upstream request. ``schema`` is JSON Schema; ``value`` is what the document sends itself."""

    name: str
    place: str
    schema: Json
    required: bool
    description: str
    value: Text | Constant | None
    pointer: Pointer


@frozen
class Authentication:
    """``fields`` are the texts of the block by key; ``headers`` API keys by header (a dialect)."""

    kind: str
    fields: tuple[tuple[str, Text, Pointer], ...]
    headers: tuple[tuple[str, Text, Pointer], ...]
    pointer: Pointer
    scopes: tuple[str, ...] = ()


@frozen
class RequestBody:
    """A ``body:`` block.

    In the plain cases of JSON ``whole`` is the placeholder that is all of it, or ``fields`` are (property,
    placeholder). ``kind`` is the type, ``raw`` for a mere text, empty without data; ``data`` is what it says.
    """

    whole: str
    fields: tuple[tuple[str, str], ...]
    pointer: Pointer
    kind: str = ""
    data: Json = None


@frozen
class Upstream:
    """One consumed operation. ``path`` is canonical (``/a/{x}``), ``query`` what stood behind its question mark."""

    namespace: str
    name: str
    method: str
    path: str
    placeholders: tuple[str, ...]
    query: tuple[tuple[str, Text], ...]
    label: str
    description: str
    parameters: tuple[ConsumedParameter, ...]
    format: str
    media_type: str
    reply: Literal["object", "array", "any"]
    body: RequestBody | None
    pointer: Pointer
    outputs: tuple[tuple[str, str], ...] = ()
    """The fields that a step which calls it gives: names and paths."""
    schema: str = ""
    """What reads its replies besides ``format``: a selector, the beginning of headings, or a file."""
    largest: int = 0
    """The most bytes of a binary reply; 0: not said."""


@frozen
class Consumed:
    """One upstream API: ``base_url`` is empty when the document leaves it open."""

    namespace: str
    base_url: str
    open_names: tuple[str, ...]
    """The placeholders of a base URL that is left open."""
    authentication: Authentication | None
    operations: tuple[Upstream, ...]
    pointer: Pointer
    parameters: tuple[ConsumedParameter, ...] = ()
    """Those of the API itself, which every operation has besides its own."""


@frozen
class Input:
    """A declared input of a route or tool. ``place`` is ``""`` when the document does not say it."""

    name: str
    place: str
    schema: Json
    required: bool
    description: str
    value: Text | Constant | None
    pointer: Pointer


@frozen
class With:
    """One line of a ``with``: what the called operation gets for ``key``."""

    key: str
    value: Text | Constant
    pointer: Pointer


@frozen
class Output:
    """An output of a unit, or a part of one. ``kind`` is its type, ``any`` when the document does not say it.

    ``mapping`` is a path of RFC 9535 (see ``capability_path``), ``value`` what the document says itself (``...``:
    nothing), ``values`` the shape of each member of an object, ``longest`` the most characters of a text (0: any).
    """

    name: str
    kind: str
    mapping: str | None
    value: Any
    members: tuple[Output, ...] | None
    items: Output | None
    values: Output | None
    longest: int
    description: str
    pointer: Pointer


@frozen
class Step:
    """One step of a unit: a call, a lookup in what the step ``index`` gave, or a script."""

    name: str
    kind: str
    call: str
    withs: tuple[With, ...]
    index: str
    match: str
    sought: Text
    picked: tuple[str, ...]
    pointer: Pointer


@frozen
class StepMapping:
    """A member of the answer (dots nest), and the part of a step's result that it is."""

    target: str
    value: str
    pointer: Pointer


@frozen
class DeclaredReply:
    """A reply that a route declares; ``contents`` are media type, whether it is binary, and JSON Schema of each."""

    status: str
    description: str
    contents: tuple[tuple[str, bool, Json], ...]


@frozen
class Unit:
    """A route (``method`` and ``path`` given) or a tool: what it calls, and with what."""

    name: str
    call: str
    inputs: tuple[Input, ...]
    withs: tuple[With, ...]
    reply: Literal["object", "array", "any"]
    label: str
    description: str
    pointer: Pointer
    method: str = ""
    path: str = ""
    placeholders: tuple[str, ...] = ()
    tag: str = ""
    hints: tuple[tuple[str, bool], ...] = ()
    outputs: tuple[Output, ...] = ()
    """What the reply is made of; nothing when it is passed on as it is."""
    steps: tuple[Step, ...] = ()
    mappings: tuple[StepMapping, ...] = ()
    ref: str = ""
    """``aggregate.function``, when it does what that does."""
    replies: tuple[DeclaredReply, ...] = ()
    schema: Json = ...
    """The ``inputSchema`` that the inputs are of."""


@frozen
class Forward:
    """A resource of a REST adapter that passes requests on: ``path`` is what stands before the rest of theirs."""

    path: str
    namespace: str
    trusted: tuple[str, ...]
    label: str
    description: str
    tag: str
    pointer: Pointer


@frozen
class McpResource:
    """A resource of an MCP adapter: ``unit`` is what it calls, or ``folder`` where its files are."""

    name: str
    label: str
    uri: str
    description: str
    media_type: str
    unit: Unit | None
    folder: str
    pointer: Pointer
    binary: bool = False


@frozen
class PromptArgument:
    """What a prompt is filled in with; ``values`` are those that clients are offered."""

    name: str
    label: str
    description: str
    required: bool
    values: tuple[str, ...] = ()


@frozen
class McpPrompt:
    """A prompt of an MCP adapter: ``messages`` are pairs of role and text, or ``file`` is where its text is."""

    name: str
    label: str
    description: str
    arguments: tuple[PromptArgument, ...]
    messages: tuple[tuple[str, str], ...]
    file: str
    pointer: Pointer


@frozen
class SkillTool:
    """A tool of a skill: the ``action`` of the adapter ``namespace``, what calls ``call``, or a file to read."""

    name: str
    description: str
    namespace: str
    action: str
    call: str
    instruction: str
    pointer: Pointer


@frozen
class Skill:
    """A skill: ``texts`` and ``flags`` are its words by key, ``folder`` is where its files are."""

    name: str
    description: str
    texts: tuple[tuple[str, str], ...]
    flags: tuple[tuple[str, bool], ...]
    metadata: tuple[tuple[str, str], ...]
    folder: str
    tools: tuple[SkillTool, ...]
    pointer: Pointer


@frozen
class Server:
    """A REST, MCP or skill adapter; ``transport`` is that of an MCP adapter."""

    kind: Literal["rest", "mcp", "skill"]
    namespace: str
    port: int
    address: str
    description: str
    units: tuple[Unit, ...]
    pointer: Pointer
    transport: Literal["http", "stdio"] = "http"
    authentication: Authentication | None = None
    """What callers of the server must send."""
    resources: tuple[McpResource, ...] = ()
    prompts: tuple[McpPrompt, ...] = ()
    forwards: tuple[Forward, ...] = ()
    skills: tuple[Skill, ...] = ()
    largest: int = 0
    """The most bytes of a binary reply; 0: not said."""
    cache: tuple[int | None, str] = (None, "")
    """Of an MCP adapter: milliseconds for which clients may keep lists, and for whom; what is not said is ours."""


@frozen
class ControlView:
    """The control adapter as the document has it; what it does not say is what the language says."""

    port: int
    address: str
    health: bool
    info: bool
    logs: Logs | None
    scripting: Scripting | None
    telemetry: Telemetry
    authentication: Authentication | None
    pointer: Pointer


@frozen
class CapabilityView:
    """A whole document."""

    label: str
    description: str
    version: str
    wanted_name: str
    variables: tuple[Variable, ...]
    consumed: tuple[Consumed, ...]
    servers: tuple[Server, ...]
    control: ControlView | None
    functions: tuple[Unit, ...]
    """The functions of aggregates, named ``aggregate.function``."""
    imported: tuple[str, ...]
    """Namespaces whose operations stand in other files."""
