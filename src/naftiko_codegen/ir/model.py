"""The intermediate model of an API: operations, types, credentials and addresses, with no Python in them.

Every ``str`` that comes from a document is kept as it stands there; nothing is escaped before a template's filter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.paged import Pages
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
