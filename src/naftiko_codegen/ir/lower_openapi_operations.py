"""Operation views → IR operations, their schemas lowered as they are met."""

from __future__ import annotations

import re
from urllib.parse import quote as percent

from naftiko_codegen.check.text import quote
from naftiko_codegen.ir.model import (
    Body,
    BodyKind,
    Content,
    Hook,
    Operation,
    Parameter,
    Reply,
)
from naftiko_codegen.ir.schema import Types
from naftiko_codegen.ir.schema_fields import default_of, origin
from naftiko_codegen.ir.schema_fit import fits
from naftiko_codegen.ir.schema_merge import Owner
from naftiko_codegen.ir.types import ArrayOf, Scalar, Type
from naftiko_codegen.parse.openapi_parameters import PLACEHOLDER
from naftiko_codegen.parse.openapi_view import (
    Api,
    BodyView,
    HookView,
    MediaView,
    OperationView,
    ParameterView,
    ReplyView,
)
from naftiko_codegen.read.document import Json, Pointer

_EMPTY = frozenset(("204", "205", "304"))
_IDEMPOTENT = frozenset(("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "QUERY"))
_TEXT = re.compile(
    r"text/.*|.*/(.*\+)?(xml|yaml|x-yaml|javascript|graphql|sql|jwt|x-ndjson|ndjson|jsonl|x-jsonlines|json-seq)"
)
_STREAM = re.compile(
    r"text/event-stream|application/(x-ndjson|ndjson|jsonl|x-jsonlines|x-jsonl)"
)
_JSON = re.compile(r".*/(.*\+)?json")


def body_kind(media_type: str, schema: Json) -> BodyKind:
    """How a body of ``media_type`` is encoded; ``*/*`` with a schema of objects or lists is JSON."""
    plain = media_type.partition(";")[0].strip().lower()
    if _JSON.fullmatch(plain):
        return "json"
    if plain == "application/x-www-form-urlencoded":
        return "form"
    if plain.startswith("multipart/"):
        return "multipart"
    if _TEXT.fullmatch(plain):
        return "text"
    structured = isinstance(schema, dict) and (
        schema.keys() & {"$ref", "properties", "items", "allOf", "oneOf", "anyOf"}
    )
    return "json" if plain in ("*/*", "application/*") and structured else "binary"


class Operations:
    """Lowers the operations of ``api``: first every schema is made normal, then all are lowered to types."""

    __slots__ = ("_foreign", "_normal", "api", "types")

    def __init__(self, api: Api, types: Types) -> None:
        self.api = api
        self.types = types
        self._normal: dict[Pointer, Json] = {}
        self._foreign: set[str] = set()

    def prepare(self) -> None:
        """Make the schemas of all operations normal, so that every part they refer to has its name."""
        views: list[OperationView | HookView] = [*self.api.operations, *self.api.hooks]
        for view in views:
            medias = list(view.body.medias) if view.body else []
            parameters = (
                list(view.parameters) if isinstance(view, OperationView) else []
            )
            for reply in view.replies:
                medias += reply.medias
                parameters += reply.headers
            for place, schema in [(p.schema_pointer, p.schema) for p in parameters] + [
                (m.pointer, m.schema) for m in medias
            ]:
                if place not in self._normal:
                    self._normal[place] = self.types.schemas.normal(schema, place)
        self.types.schemas.finish()

    def lower(self) -> tuple[Operation, ...]:
        """All operations, in the author's order."""
        return tuple(self._operation(view) for view in self.api.operations)

    def hooks(self) -> tuple[Hook, ...]:
        """What the API calls; the types of these calls are made after those of the operations."""
        return tuple(self._hook(view) for view in self.api.hooks)

    def _hook(self, view: HookView) -> Hook:
        owner = Owner(f"#webhook:{view.name}", (view.name, f"{view.name} webhook"))
        kinds = [body_kind(m.media_type, m.schema) for m in view.body.medias] if view.body else []  # fmt: skip
        if kinds and "json" not in kinds:
            message = f"the webhook {quote(view.name)} brings no JSON; its body is handed over as bytes"
            self.types.report.note("N418", message, view.pointer, key=True)
        return Hook(
            name=view.name,
            method=view.method,
            expression=view.expression,
            headers=view.headers,
            body=self._body(view.body, owner) if view.body else None,
            replies=self._replies(view.replies, owner, view.method),
            summary=view.summary,
            description=view.description,
            deprecated=view.deprecated,
            origin=origin(self.types.report.document, view.pointer),
        )

    def _operation(self, view: OperationView) -> Operation:
        owner = Owner(f"#{view.name}", (view.name,))
        keys = _parameter_keys(view.parameters)
        return Operation(
            name=view.name,
            method=view.method,
            path=_encoded(view.path),
            base_url=self._base_url(view),
            group=view.group,
            parameters=tuple(
                self._parameter(p, key, owner)
                for p, key in zip(view.parameters, keys, strict=True)
            ),
            body=self._body(view.body, owner) if view.body else None,
            replies=self._replies(view.replies, owner, view.method),
            security=self.api.security if view.security is None else view.security,
            scopes=self.api.scopes if view.security is None else view.scopes,
            summary=view.summary,
            description=view.description,
            deprecated=view.deprecated,
            idempotent=view.method in _IDEMPOTENT,
            words=view.wanted_name,
            origin=origin(self.types.report.document, view.pointer),
        )

    def _base_url(self, view: OperationView) -> str:
        """The operation's own server or the document's; a finding when the two are different origins."""
        base = self.api.base_url
        foreign = view.server and _origin_of(view.server) != _origin_of(base)
        if foreign and view.server not in self._foreign:
            self._foreign.add(view.server)
            message = (
                f"{quote(view.name)} goes to a server of its own, {quote(view.server)}"
            )
            hint = "credentials are not sent there"
            self.types.report.warning("N442", message, view.pointer, hint, key=True)
        return view.server or base

    def _parameter(self, view: ParameterView, key: str, owner: Owner) -> Parameter:
        schema = self._normal[view.schema_pointer]
        owner = _shared(view.pointer) or owner.child(f"{view.place}:{view.name}", key)
        return Parameter(
            key=key,
            name=view.name,
            place=view.place,
            type=self.types.type_of(schema, view.schema_pointer, owner),
            required=view.required,
            description=view.description or _description(schema),
            style=view.style,
            explode=view.explode,
            multi_segment=view.multi_segment,
            allow_reserved=view.allow_reserved,
            default=default_of(schema),
            constant=view.constant,
            schema=schema,
            example=self._example(view.example, schema),
            deprecated=view.deprecated,
            origin=origin(self.types.report.document, view.pointer),
        )

    def _example(self, value: Json, schema: Json) -> Json:
        """``value`` when it is one its schema allows; documents often hold others."""
        return (
            value
            if value is not ... and fits(value, schema, self.types.schemas.by_ref)
            else ...
        )

    def _body(self, view: BodyView, owner: Owner) -> Body:
        inner = _shared(view.pointer) or owner.child("request", "request")
        contents = self._contents(view.medias, inner, sent=True)
        return Body(
            contents,
            view.required,
            view.description,
            origin(self.types.report.document, view.pointer),
        )

    def _contents(
        self, views: tuple[MediaView, ...], owner: Owner, *, sent: bool
    ) -> tuple[Content, ...]:
        """Every media type; those of one schema share what is made of it, others add their words to its names.

        What is ``sent`` is shown by its example, if that is one.
        """
        found: list[Content] = []
        for view in views:
            schema = self._normal[view.pointer]
            kind = body_kind(view.media_type, schema)
            like = next(
                (c for c in found if c.schema == schema and _alike(c.kind, kind)), None
            )
            inner = (
                _of_media(owner, view.media_type, views) if len(views) > 1 else owner
            )
            inner = inner._replace(binary=kind == "multipart")
            type_ = (
                like.type
                if like
                else self._content_type(kind, schema, view.pointer, inner)
            )
            example = self._example(view.example, schema) if sent else ...
            item = self._item(view, schema, like, found, inner)
            coded = view.encodings
            found.append(
                Content(view.media_type, kind, type_, schema, example, item, coded)
            )
        return tuple(found)

    def _item(
        self, view: MediaView, schema: Json, like: Content | None, found: list[Content], owner: Owner
    ) -> Type | None:  # fmt: skip
        """What comes one by one in a body of lines or events; a schema of lists describes all of it."""
        if not _STREAM.fullmatch(view.media_type.partition(";")[0].strip().lower()):
            return None
        alike = (c.type for c in found if c.schema == schema and c.kind == "json")
        same = like.item if like else next(alike, None)
        type_ = same or self.types.type_of(schema, view.pointer, owner)
        return type_.items if isinstance(type_, ArrayOf) else type_

    def _content_type(
        self, kind: BodyKind, schema: Json, pointer: Pointer, owner: Owner
    ) -> Type:
        if kind == "binary":
            return Scalar("binary")
        if kind == "text":
            return Scalar("string")
        return self.types.type_of(schema, pointer, owner)

    def _replies(
        self, views: tuple[ReplyView, ...], owner: Owner, method: str
    ) -> tuple[Reply, ...]:
        """All replies; what is nested in the first success is named ``… response``, in others by status too."""
        first = next(
            (view.status for view in views if view.status.startswith("2")), "default"
        )
        owners = [
            _shared(view.pointer) or _reply_owner(view.status, first, owner)
            for view in views
        ]
        return tuple(
            self._reply(view, named, method)
            for view, named in zip(views, owners, strict=True)
        )

    def _reply(self, view: ReplyView, owner: Owner, method: str) -> Reply:
        empty = method == "HEAD" or view.status in _EMPTY
        if empty and view.medias:
            what = "a HEAD request" if method == "HEAD" else f"status {view.status}"
            message = f"the reply to {what} has no body; its content is left out"
            self.types.report.note("N438", message, view.pointer)
        keys = [header.name for header in view.headers]
        return Reply(
            status=view.status,
            description=view.description,
            contents=() if empty else self._contents(view.medias, owner, sent=False),
            headers=tuple(
                self._parameter(h, key, owner)
                for h, key in zip(view.headers, keys, strict=True)
            ),
            origin=origin(self.types.report.document, view.pointer),
        )


def multipart_components(api: Api) -> frozenset[str]:
    """The names of component schemas that are whole multipart bodies, where a binary string is a file."""
    prefix = "#/components/schemas/"
    found: set[str] = set()
    for view in api.operations:
        for media in view.body.medias if view.body else ():
            ref = media.schema.get("$ref") if isinstance(media.schema, dict) else None
            if (
                isinstance(ref, str)
                and ref.startswith(prefix)
                and media.media_type.startswith("multipart/")
            ):
                found.add(ref.removeprefix(prefix))
    return frozenset(found)


def _origin_of(url: str) -> str:
    """Scheme, host and port of a base URL."""
    return "/".join(url.lower().split("/", 3)[:3])


def _shared(pointer: Pointer) -> Owner | None:
    """The owner of what stands in a component that operations share: the component."""
    if len(pointer) != 3 or pointer[0] != "components":
        return None
    name = str(pointer[2])
    return Owner(
        f"{pointer[1]}#{name}", (name, f"{name} {str(pointer[1]).removesuffix('s')}")
    )


def _reply_owner(status: str, first: str, owner: Owner) -> Owner:
    return owner.child(status, "response" if status == first else f"{status} response")


def _alike(left: BodyKind, right: BodyKind) -> bool:
    """Whether one schema means the same type in two kinds of body."""
    return left == right or {left, right} == {"json", "form"}


def _of_media(owner: Owner, media_type: str, views: tuple[MediaView, ...]) -> Owner:
    """The owner of what is nested in one of several media types; its parameters tell two of one name apart."""
    first = owner.words[0]
    bare = media_type.partition(";")[0]
    alone = sum(view.media_type.partition(";")[0] == bare for view in views) == 1
    words = dict.fromkeys(
        (first, f"{first} {_media_words(bare if alone else media_type)}")
    )
    return Owner(f"{owner.key}/{media_type}", tuple(words))


def _media_words(media_type: str) -> str:
    """The telling words of a media type: ``application/vnd.api+json`` gives ``vnd api json``."""
    return " ".join(re.findall(r"\w+", media_type.partition("/")[2]))


def _parameter_keys(views: tuple[ParameterView, ...]) -> list[str]:
    """A key for each: the name, or name and place where two places share it."""
    names = [view.name for view in views]
    return [
        v.name if names.count(v.name) == 1 else f"{v.name}_{v.place}" for v in views
    ]


def _description(schema: Json) -> str:
    return schema.get("description", "") if isinstance(schema, dict) else ""


def _encoded(path: str) -> str:
    """``path`` with everything percent-encoded that a URL cannot hold, its placeholders kept."""
    made, end = [], 0
    for match in PLACEHOLDER.finditer(path):
        made += [
            percent(path[end : match.start()], safe="/:@!$&'()*+,;=-._~%"),
            match[0],
        ]
        end = match.end()
    return "".join([*made, percent(path[end:], safe="/:@!$&'()*+,;=-._~%")])
