"""What an OpenAPI document says, in one shape for every version; schemas stay raw JSON beside their places."""

from __future__ import annotations

from typing import Literal

from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.model import Encoding, Place
from naftiko_codegen.read.document import Json, Pointer


@frozen
class MediaView:
    """One media type of a body or reply; ``schema`` is raw, ``...`` when there is none."""

    media_type: str
    schema: Json
    example: Json
    pointer: Pointer
    """Where the schema stands."""
    encodings: tuple[Encoding, ...] = ()


@frozen
class ParameterView:
    """A parameter or header, its defaults of style filled in; ``json`` when its value is JSON text (``content``)."""

    name: str
    place: Place
    required: bool
    schema: Json
    style: str
    explode: bool
    description: str
    example: Json
    deprecated: bool
    allow_reserved: bool
    multi_segment: bool
    pointer: Pointer
    schema_pointer: Pointer
    constant: Json = ...


@frozen
class BodyView:
    """A request body by media type."""

    medias: tuple[MediaView, ...]
    required: bool
    description: str
    pointer: Pointer


@frozen
class ReplyView:
    """A reply; ``status`` is ``200``, ``4XX`` or ``default``."""

    status: str
    description: str
    medias: tuple[MediaView, ...]
    headers: tuple[ParameterView, ...]
    pointer: Pointer


@frozen
class SchemeView:
    """A way to authenticate; ``variables`` are those the author asks for (``x-naftiko-env``).

    ``token_url`` is where the kind ``oauth2`` gets its tokens; ``twin`` is the key of such a scheme that does as well.
    """

    key: str
    kind: Literal["bearer", "basic", "apikey", "oauth2", "digest"]
    name: str
    place: Literal["header", "query", "cookie"]
    prefix: str
    description: str
    variables: tuple[str, ...]
    pointer: Pointer
    token_url: str = ""
    twin: str = ""


@frozen
class HookView:
    """A call that the API makes: a webhook, or a callback to the address that ``expression`` finds."""

    name: str
    method: str
    expression: str
    headers: tuple[str, ...]
    body: BodyView | None
    replies: tuple[ReplyView, ...]
    summary: str
    description: str
    deprecated: bool
    pointer: Pointer


@frozen
class OperationView:
    """One operation; ``server`` is its own base URL, if it has one, and ``security`` is ``None`` for the default."""

    name: str
    method: str
    path: str
    group: str
    server: str
    parameters: tuple[ParameterView, ...]
    body: BodyView | None
    replies: tuple[ReplyView, ...]
    security: tuple[tuple[str, ...], ...] | None
    scopes: tuple[tuple[str, str], ...]
    summary: str
    description: str
    deprecated: bool
    wanted_name: str
    callbacks: tuple[HookView, ...]
    pointer: Pointer


@frozen
class TagView:
    """A tag with its description."""

    name: str
    description: str
    pointer: Pointer


@frozen
class VariableView:
    """A variable of server URLs; ``values`` are all it may be, or empty for any."""

    name: str
    default: str
    values: tuple[str, ...]
    description: str
    pointer: Pointer


@frozen
class ServerView:
    """A server that callers may choose; ``url`` still has its variables."""

    name: str
    url: str
    description: str
    variables: tuple[VariableView, ...]
    pointer: Pointer


@frozen
class Api:
    """A whole document; ``base_url`` is empty when the document gives no usable one."""

    title: str
    description: str
    version: str
    wanted_name: str
    base_url: str
    tags: tuple[TagView, ...]
    operations: tuple[OperationView, ...]
    schemes: tuple[SchemeView, ...]
    security: tuple[tuple[str, ...], ...]
    hooks: tuple[HookView, ...] = ()
    servers: tuple[ServerView, ...] = ()
    """The document's own, when there is a choice: several, or any variable."""
    scopes: tuple[tuple[str, str], ...] = ()
    """The scopes of tokens by key of the credential, for operations without ``security`` of their own."""
