"""Operations → the plan of the client's methods: signatures, types of bodies and replies, one line of work each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.model import Body, Content, Operation, Package, Parameter, Reply
from naftiko_codegen.ir.types import MapOf, ModelRef, Nullable, Type, UnionOf
from naftiko_codegen.python import names as naming
from naftiko_codegen.python.annotations import annotation, laid_out
from naftiko_codegen.python.layout import (
    STEP,
    WIDTH,
    bracketed,
    call,
    columns,
    literal,
    string,
)
from naftiko_codegen.python.naming import Locate, PackageNames, argument_names
from naftiko_codegen.python.text import Code, SpecText

_PREFIX = "models."
_IN = 2 * STEP


@frozen
class Method:
    """One operation as a method: its lines up to the docstring, its words, and the call it makes."""

    head: Code
    async_head: Code
    doc: SpecText
    async_doc: SpecText
    work: Code
    async_work: Code


@frozen
class Methods:
    """The methods of one class pair, and what they use; ``operations`` is the module of the operations."""

    operations: Code
    aliases: tuple[Code, ...]
    calls: tuple[Code, ...]
    methods: tuple[Method, ...]


@frozen
class Outcome:
    """How a reply is read: ``bytes``, ``text``, ``json`` or ``nothing``; types by status where they differ."""

    kind: str
    annotation: str
    by_status: Mapping[str, str]
    errors: Mapping[str, str]


@dataclass(slots=True)
class _Module:
    """What is gathered while the methods of one module are planned."""

    package: Package
    names: PackageNames
    taken: set[str]
    aliases: list[Code] = field(default_factory=list)
    calls: list[Code] = field(default_factory=list)

    def short(self, text: str, name: str, room: int) -> str:
        """``text``, or the name of an alias for it when it is longer than ``room``."""
        if len(name) > naming.LONGEST:
            name = (
                f"{name[: naming.LONGEST - 9]}_{sha256(name.encode()).hexdigest()[:8]}"
            )
        if columns(text) <= max(room, columns(name)):
            return text
        while name in self.taken:
            name += "Type"
        self.taken.add(name)
        start = f"{name}: TypeAlias = "
        self.aliases.append(
            Code(start + laid_out(text, indent=0, before=columns(start)))
        )
        return name


def plan_methods(
    operations: Sequence[Operation],
    package: Package,
    names: PackageNames,
    owner: str,
    locate: Locate,
    diagnostics: Diagnostics,
) -> Methods:
    """The methods of ``operations``, which are all of one tag or all of none; ``owner`` is their class."""
    if not operations:
        return Methods(Code(""), (), (), ())
    module = _Module(package, names, {owner, f"Async{owner}"})
    methods = tuple(
        _method(
            operation, module, owner, argument_names(operation, locate, diagnostics)
        )
        for operation in operations
    )
    below = names.operations[operations[0].name].module
    return Methods(below, tuple(module.aliases), tuple(module.calls), methods)


def _method(
    operation: Operation, module: _Module, owner: str, keywords: Mapping[str, Code]
) -> Method:
    name = module.names.operations[operation.name]
    arguments = list(_arguments(operation, module, keywords))
    outcome = outcome_of(operation, module)
    module.calls.append(_call_constant(operation, outcome, module))
    replies = (
        ("BinaryReply", "AsyncBinaryReply")
        if outcome.kind == "bytes"
        else (outcome.annotation,) * 2
    )
    sync = [a.replace("AsyncBinaryBody", "BinaryBody") for a in arguments]
    return Method(
        _head("def", name.method, sync, replies[0]),
        _head("async def", name.method, arguments, replies[1]),
        SpecText(words_of(operation, keywords)),
        SpecText(f"See ``{owner}.{name.method}``."),
        _work("return ", operation, outcome, name.constant, keywords),
        _work("return await ", operation, outcome, name.constant, keywords),
    )


def _head(start: str, name: str, arguments: Sequence[str], reply: str) -> Code:
    items = ["self", "*", *arguments, "options: RequestOptions | None = None"]
    opening = f"{start} {name}("
    return bracketed(opening, items, f") -> {reply}:", indent=STEP, before=STEP)


def _arguments(
    operation: Operation, module: _Module, keywords: Mapping[str, Code]
) -> Iterator[str]:
    """The keyword-only arguments of a method: parameters, then the body and its media type."""
    method = module.names.operations[operation.name].method
    for parameter in operation.parameters:
        if parameter.key in keywords:
            yield _argument(keywords[parameter.key], method, annotation(parameter.type, module.names.models, _PREFIX),
                            parameter.required, module)  # fmt: skip
    if operation.body:
        types = [_body_type(content, module) for content in operation.body.contents]
        yield _argument("body", method, _union(types), operation.body.required, module)
        media = _media(operation.body)
        if any("*" in name for name in media):
            yield "content_type: str | None = None"
        elif len(media) > 1:
            text = f"Literal[{', '.join(string(name) for name in media)}]"
            yield _laid_out("content_type", method, text, " | None", " = None", module)


def _argument(
    keyword: str, method: str, type_: str, required: bool, module: _Module
) -> str:
    """One argument; ``UNSET`` is the default of an optional one."""
    optional = "" if required or type_ == "Any" else " | UnsetType"
    ending = "" if required else " = UNSET"
    return _laid_out(keyword, method, type_, optional, ending, module)


def _laid_out(
    keyword: str, method: str, type_: str, optional: str, ending: str, module: _Module
) -> str:
    """``keyword: type_ | optional = …`` at the indent of arguments; a long type gets an alias."""
    start = f"{keyword}: "
    room = WIDTH - _IN - columns(f"{start}{optional}{ending},")
    short = module.short(type_, naming.pascal(f"{method}_{keyword}"), room)
    before, after = _IN + columns(start), len(ending) + 1
    text = laid_out(f"{short}{optional}", indent=_IN, before=before, after=after)
    return f"{start}{text}{ending}"


def _media(body: Body) -> list[str]:
    return list(dict.fromkeys(content.media_type for content in body.contents))


def _union(types: Sequence[str]) -> str:
    members = list(dict.fromkeys(types))
    return "Any" if "Any" in members else " | ".join(members)


def _body_type(content: Content, module: _Module) -> str:
    """The annotation of a request body: models may also be given as mappings, bytes as anything that yields them."""
    if content.kind == "binary":
        return "AsyncBinaryBody"
    if content.kind == "text":
        return "str"
    if isinstance(content.type, MapOf):
        return f"Mapping[str, {annotation(content.type.values, module.names.models, _PREFIX)}]"
    text = annotation(content.type, module.names.models, _PREFIX)
    if content.kind in ("form", "multipart") and text == "Any":
        return "Mapping[str, Any]"
    if _holds_model(content.type, module.package):
        return f"{text} | Mapping[str, Any]"
    return text


def _holds_model(type_: Type, package: Package) -> bool:
    """Whether a mapping could stand for a value of ``type_``."""
    match type_:
        case ModelRef(key):
            alias = next((a for a in package.service.aliases if a.key == key), None)
            return alias is None or _holds_model(alias.type, package)
        case Nullable(inner):
            return _holds_model(inner, package)
        case UnionOf(variants):
            return any(_holds_model(variant, package) for variant in variants)
    return False


def outcome_of(operation: Operation, module: _Module) -> Outcome:
    """What the documented successes say about a reply; without any, JSON of any kind."""
    good = [r for r in operation.replies if r.status.startswith("2")]
    bad = [r for r in operation.replies if not r.status.startswith("2")]
    if not good:
        good, bad = [r for r in bad if r.status == "default"], [
            r for r in bad if r.status != "default"
        ]
    errors = {
        r.status.upper().replace("DEFAULT", "default"): _json(r, module) for r in bad
    }
    method = module.names.operations[operation.name].method
    known = {
        status: module.short(text, naming.pascal(f"{method}_{status}"), 60)
        for status, text in errors.items()
        if text and text != "Any"
    }
    kinds = {content.kind for reply in good for content in reply.contents}
    if "binary" in kinds or _is_stream(good):
        return Outcome("bytes", "BinaryReply", {}, known)
    types = {reply.status: _json(reply, module) or "None" for reply in good}
    if "json" in kinds or not good:
        text = (
            _union(
                [t for t in types.values() if t != "None"]
                + ["None"] * ("None" in types.values())
            )
            or "Any"
        )
        text = module.short(
            text, naming.pascal(f"{method}_reply"), WIDTH - STEP - len(") -> :")
        )
        if len(set(types.values())) < 2:
            return Outcome("json", text, {}, known)
        by_status = {
            status: module.short(each, naming.pascal(f"{method}_{status}_reply"), 60)
            for status, each in types.items()
        }
        return Outcome("json", text, by_status, known)
    return (
        Outcome("text", "str", {}, known)
        if kinds
        else Outcome("nothing", "None", {}, known)
    )


def _is_stream(replies: Sequence[Reply]) -> bool:
    """Whether the only reply is a stream of events."""
    media = {
        content.media_type.partition(";")[0]
        for reply in replies
        for content in reply.contents
    }
    return media == {"text/event-stream"}


def _json(reply: Reply, module: _Module) -> str:
    """The annotation of the JSON a reply holds; empty when it holds none."""
    found = next((c for c in reply.contents if c.kind == "json"), None)
    return annotation(found.type, module.names.models, _PREFIX) if found else ""


def _call_constant(operation: Operation, outcome: Outcome, module: _Module) -> Code:
    """``_NAME = Call(operations.NAME, type of the reply, …)``."""
    constant = module.names.operations[operation.name].constant
    reply = "None" if outcome.kind == "bytes" else outcome.annotation
    arguments = [f"operations.{constant}", reply]
    for name, types in (("replies", outcome.by_status), ("errors", outcome.errors)):
        if types:
            items = [f"{string(status)}: {text}" for status, text in types.items()]
            arguments.append(
                bracketed(f"{name}={{", items, "}", indent=STEP, before=STEP, after=1)
            )
    if outcome.kind == "text":
        arguments.append("text=True")
    start = f"_{constant} = "
    return Code(start + call("Call", arguments, before=columns(start)))


def _work(
    start: str,
    operation: Operation,
    outcome: Outcome,
    constant: str,
    keywords: Mapping[str, Code],
) -> Code:
    """The one statement of a method."""
    items = [f"{string(key)}: {keyword}" for key, keyword in keywords.items()]
    values = bracketed("{", items, "}", indent=_IN + STEP, before=_IN + STEP, after=1)
    arguments = [f"_{constant}", values]
    body = operation.body
    if body:
        arguments.append("body")
        if len(_media(body)) > 1 or "*" in _media(body)[0]:
            arguments.append("content_type")
    arguments.append("options=options")
    function = (
        "self._engine.download" if outcome.kind == "bytes" else "self._engine.call"
    )
    return Code(
        start + call(function, arguments, indent=_IN, before=_IN + columns(start))
    )


def words_of(operation: Operation, keywords: Mapping[str, Code]) -> str:
    """The docstring of a method: what the document says, its arguments, its failures, and where it goes."""
    parts = [
        _line(operation.summary),
        operation.description if operation.description != operation.summary else "",
    ]
    if operation.deprecated:
        parts.append("Deprecated.")
    arguments = [
        line
        for p in operation.parameters
        if p.key in keywords
        for line in _about(p, keywords[p.key])
    ]
    if operation.body and (about := _about_body(operation)):
        arguments.append(f"    body: {about}")
    if arguments:
        parts.append("\n".join(["Args:", *arguments]))
    bad = [r for r in operation.replies if r.status[0] in "45" and r.description]
    failures = [f"    {reply.status}: {_line(reply.description)}" for reply in bad]
    if failures:
        parts.append("\n".join(["Raises ``StatusError``:", *failures]))
    parts.append(f"``{operation.method} {operation.path}``")
    return "\n\n".join(part for part in parts if part)


def _about(parameter: Parameter, keyword: str) -> Iterator[str]:
    notes = [_line(parameter.description)]
    if parameter.default is not ...:
        notes.append(f"Default on the server: {literal(parameter.default)}.")
    if parameter.example is not ...:
        notes.append(f"Example: {literal(parameter.example)}.")
    if parameter.deprecated:
        notes.append("Deprecated.")
    if text := " ".join(note for note in notes if note):
        yield f"    {keyword}: {text}"


def _about_body(operation: Operation) -> str:
    """The body's description, and its media types where a caller may choose."""
    body = operation.body
    if body is None:
        return ""
    media = _media(body)
    words = [_line(body.description)]
    if len(media) > 1:
        words.append(
            f"One of {', '.join(media)}; the first that suits, unless ``content_type`` says which."
        )
    elif media[0] != "application/json":
        words.append(f"{media[0]}.")
    return " ".join(word for word in words if word)


def _line(text: str) -> str:
    """``text`` on one line, ending in a full stop."""
    words = " ".join(text.split())
    return words if not words or words[-1] in ".!?:" else f"{words}."
