"""Request bodies → arguments of a tool: the fields of an object, the whole value, or bytes in base64.

Before: JSON ``{inputs: …}`` or ``image/png``; after: ``inputs`` or ``body``, and ``content_type`` where bytes may be
of several kinds. A tool sends bytes when ``body`` is given and its schema says ``contentEncoding``, else the fields.
"""

from __future__ import annotations

from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.exposed import Argument
from naftiko_codegen.ir.lower_openapi_tool_names import clean_name, folded
from naftiko_codegen.ir.model import Body, Content, Operation
from naftiko_codegen.ir.schema import Types
from naftiko_codegen.ir.schema_inline import Inliner, bounded
from naftiko_codegen.ir.schema_merge import Merged, Owner
from naftiko_codegen.ir.schema_normal import DEEPEST
from naftiko_codegen.ir.schema_shape import unwrap
from naftiko_codegen.read.document import Json

_LONGEST = 1000
_PREFERRED = ("json", "form", "multipart", "text")
_PLAIN = frozenset(
    ("type", "properties", "required", "allOf", "$ref", "description", "title", "default", "additionalProperties",
     "deprecated", "readOnly", "writeOnly", "unevaluatedProperties")
)  # fmt: skip
"""Keywords of an object whose properties may be given one by one."""


class Bodies:
    """Makes the body arguments of tools."""

    __slots__ = ("_plain", "inliner", "types")

    def __init__(self, types: Types, inliner: Inliner) -> None:
        self.types = types
        self.inliner = inliner
        self._plain: dict[int, bool] = {}

    def arguments(self, operation: Operation, taken: set[str]) -> list[Argument]:
        """The arguments for the body of ``operation``; ``taken`` are the canonical names of its parameters."""
        body = operation.body
        if body is None:
            return []
        structured = next(
            (c for kind in _PREFERRED for c in body.contents if c.kind == kind), None
        )
        binary = [content for content in body.contents if content.kind == "binary"]
        if structured is None:
            return self._bytes(body, binary, taken, required=body.required)
        if not binary or structured.kind not in ("json", "form", "multipart"):
            return self._structured(body, structured, taken, required=body.required)
        names = taken | {"body", "contenttype"}
        fields = self._fields(body, structured, names, required=False)
        if not fields:
            return self._structured(body, structured, taken, required=body.required)
        either = f"Give this, or {_listed([f.name for f in fields])} instead."
        return [*fields, *self._bytes(body, binary, taken, required=False, note=either)]

    def _structured(
        self, body: Body, content: Content, taken: set[str], *, required: bool
    ) -> list[Argument]:
        """The fields of the body when they can stand alone, else the body as one argument."""
        fields = (
            self._fields(body, content, taken, required=required)
            if content.kind != "text"
            else []
        )
        if fields:
            return fields
        schema = (
            self.inliner.strict(content.schema)
            if content.kind != "text"
            else {"type": "string"}
        )
        name = "body" if "body" not in taken else "request_body"
        return [_whole(name, body, schema, required)]

    def _fields(
        self, body: Body, content: Content, taken: set[str], *, required: bool
    ) -> list[Argument]:
        """An argument for each property of the body, also for those that it only requires.

        None when it is no plain object or a name is taken.
        """
        merged = self._plain_object(content.schema)
        if merged is None:
            return []
        found: list[Argument] = []
        closed = merged.extra is not None and merged.extra.schema is False
        schemas = {name: it.schema for name, it in merged.properties.items()}
        for name in () if closed else merged.required:
            schemas.setdefault(name, {})
        for name, raw in schemas.items():
            if isinstance(raw, dict) and raw.get("readOnly"):
                continue
            argument = clean_name(name)
            if folded(argument) in taken or any(
                folded(argument) == folded(f.name) for f in found
            ):
                return []
            schema = self.inliner.strict(raw)
            found.append(
                Argument(
                    name=argument,
                    place="argument",
                    required=required and name in merged.required,
                    schema=_base64(schema) if content.kind == "multipart" else schema,
                    field=name,
                    description=bounded(schema.get("description", ""), _LONGEST),
                    origin=body.origin,
                )
            )
        return found

    def _plain_object(self, schema: Json, depth: int = 0) -> Merged | None:
        """The object that ``schema`` is, when nothing but its properties and ``required`` limits it."""
        if depth > DEEPEST:
            return None
        seen: Json = schema
        for _ in range(8):
            if not isinstance(seen, dict):
                return None
            seen, _, null = unwrap(seen, ())
            if null or seen.keys() - _PLAIN or seen.get("type", "object") != "object":
                return None
            if "$ref" not in seen:
                break
            seen = self.types.schemas.by_ref.get(seen["$ref"])
        if isinstance(seen.get("additionalProperties"), dict) or not all(
            self._is_plain(part, depth + 1) for part in seen.get("allOf", ())
        ):
            return None
        merged = self.types.merger.merged(seen, (), Owner("", ("",)))
        return merged if merged.properties else None

    def _is_plain(self, part: Json, depth: int) -> bool:
        """Whether a part of ``allOf`` limits nothing else either; each is looked at once."""
        if id(part) not in self._plain:
            found = self._plain_object(part, depth) is not None
            self._plain[id(part)] = found or part is True or part == {}
        return self._plain[id(part)]

    def _bytes(
        self,
        body: Body,
        contents: list[Content],
        taken: set[str],
        *,
        required: bool,
        note: str = "",
    ) -> list[Argument]:
        """``body`` in base64, and ``content_type`` when there is a choice."""
        types = [content.media_type for content in contents]
        schema: dict[str, Json] = {"type": "string", "contentEncoding": "base64"}
        concrete = [t for t in types if "*" not in t]
        if len(types) == 1 and concrete:
            schema["contentMediaType"] = types[0]
        text = " ".join(
            part for part in (body.description, "The bytes, in base64.", note) if part
        )
        name = "body" if "body" not in taken else "request_body"
        found = [_whole(name, body, schema, required, text)]
        if len(types) > 1 or not concrete:
            choice: dict[str, Json] = {"type": "string"}
            if len(concrete) == len(types):
                choice |= {"enum": types}
            name = "content_type" if "contenttype" not in taken else "body_content_type"
            found.append(_media_type(name, body, choice, required=required))
        return found


def may_be_whole(operation: Operation) -> bool:
    """Whether a success may come as JSON in one piece."""
    good = [r for r in operation.replies if r.status.startswith("2")]
    good = good or [r for r in operation.replies if r.status == "default"]
    contents = [content for reply in good for content in reply.contents]
    return any(c.kind == "json" and c.item is None for c in contents)


def unstreamed(arguments: list[Argument]) -> list[Argument]:
    """``arguments`` without a switch ``stream``, which is off: no tool can hand on a reply in parts."""
    return [
        changed(it, required=False, schema={}, constant=False, description="") if _is_switch(it) else it
        for it in arguments
        if not _is_switch(it) or it.required or it.schema.get("default") is True
    ]  # fmt: skip


def _is_switch(argument: Argument) -> bool:
    kinds = ("boolean", ["boolean", "null"], ["null", "boolean"])
    return argument.field == "stream" and argument.schema.get("type") in kinds


def _whole(
    name: str, body: Body, schema: Json, required: bool, text: str = ""
) -> Argument:
    description = bounded(
        text or body.description or schema.get("description", ""), _LONGEST
    )
    return Argument(
        name, "argument", required, schema, description=description, origin=body.origin
    )


def _media_type(name: str, body: Body, schema: Json, *, required: bool) -> Argument:
    text = "The media type of the bytes."
    return Argument(
        name,
        "argument",
        required,
        schema,
        media_type=True,
        description=text,
        origin=body.origin,
    )


def _base64(schema: dict[str, Json]) -> dict[str, Json]:
    """The schema of a multipart field; a file is given in base64."""
    if schema.get("format") == "binary" or (
        "contentMediaType" in schema and "contentEncoding" not in schema
    ):
        kept = {key: value for key, value in schema.items() if key != "format"}
        return {**kept, "contentEncoding": "base64"}
    if isinstance(schema.get("items"), dict):
        return {**schema, "items": _base64(schema["items"])}
    return schema


def _listed(names: list[str]) -> str:
    """``a``; ``a and b``; ``a, b and c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
