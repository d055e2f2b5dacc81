"""Operations → the plan of the client's methods: signatures, types of bodies and replies, one line of work each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.model import Content, Operation, Package
from naftiko_codegen.ir.types import MapOf, ModelRef, Nullable, Type, UnionOf
from naftiko_codegen.python.aliases import Aliases, union
from naftiko_codegen.python.annotations import laid_out
from naftiko_codegen.python.layout import (
    STEP,
    WIDTH,
    bracketed,
    call,
    columns,
    string,
)
from naftiko_codegen.python.method_words import media_types, words_of
from naftiko_codegen.python.model_homes import is_large
from naftiko_codegen.python.naming import Locate, PackageNames, argument_names
from naftiko_codegen.python.outcomes import Outcome, outcome_of
from naftiko_codegen.python.text import Code, SpecText

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
    """The methods of one class pair, and what they use; ``operations`` is the module of the operations.

    With ``late`` the calls are functions, made when first used.
    """

    operations: Code
    late: bool
    aliases: tuple[Code, ...]
    calls: tuple[Code, ...]
    methods: tuple[Method, ...]


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
        return Methods(Code(""), False, (), (), ())
    late = is_large(package.service)
    aliases = Aliases(package, names, {owner, f"Async{owner}"}, late=late)
    calls: list[Code] = []
    methods: list[Method] = []
    for operation in operations:
        keywords = argument_names(operation, locate, diagnostics)
        constant, method = _method(operation, aliases, owner, keywords)
        calls.append(constant)
        methods.append(method)
    below = names.operations[operations[0].name].module
    return Methods(
        below, late, tuple(aliases.made), _apart(calls, late), tuple(methods)
    )


def _apart(calls: Sequence[Code], late: bool) -> tuple[Code, ...]:
    """The calls with the blank lines that functions have between them."""
    if not late:
        return tuple(calls)
    return tuple(Code("\n" * (1 + bool(i)) + call) for i, call in enumerate(calls))


def _method(
    operation: Operation, aliases: Aliases, owner: str, keywords: Mapping[str, Code]
) -> tuple[Code, Method]:
    """The constant that a method calls, and the method."""
    name = aliases.operation(operation)
    arguments = list(_arguments(operation, aliases, keywords))
    outcome = outcome_of(operation, aliases)
    made = f"_{name.constant.lower()}()" if aliases.late else f"_{name.constant}"
    reply = outcome.annotation
    async_reply = "AsyncBinaryReply" if outcome.kind == "bytes" else reply
    sync = [a.replace("AsyncBinaryBody", "BinaryBody") for a in arguments]
    method = Method(
        _head("def", name.method, sync, reply),
        _head("async def", name.method, arguments, async_reply),
        SpecText(words_of(operation, keywords)),
        SpecText(f"See ``{owner}.{name.method}``."),
        _work("return ", operation, outcome, made, keywords),
        _work("return await ", operation, outcome, made, keywords),
    )
    if aliases.late:
        return _call_function(name.constant, outcome, aliases.full), method
    return _call_constant(name.constant, outcome), method


def _head(start: str, name: str, arguments: Sequence[str], reply: str) -> Code:
    items = ["self", "*", *arguments, "options: RequestOptions | None = None"]
    opening = f"{start} {name}("
    return bracketed(opening, items, f") -> {reply}:", indent=STEP, before=STEP)


def _arguments(
    operation: Operation, aliases: Aliases, keywords: Mapping[str, Code]
) -> Iterator[str]:
    """The keyword-only arguments of a method: parameters, then the body and its media type."""
    method = aliases.operation(operation).method

    def argument(keyword: str, type_: str, required: bool) -> str:
        optional = "" if required or type_ == "Any" else " | UnsetType"
        ending = "" if required else " = UNSET"
        return _laid_out(keyword, method, type_, optional, ending, aliases)

    for parameter in operation.parameters:
        if keyword := keywords.get(parameter.key):
            yield argument(keyword, aliases.type(parameter.type), parameter.required)
    if body := operation.body:
        types = [_body_type(content, aliases) for content in body.contents]
        yield argument("body", union(types), body.required)
        media = media_types(body)
        if any("*" in name for name in media):
            yield "content_type: str | None = None"
        elif len(media) > 1:
            text = f"Literal[{', '.join(string(name) for name in media)}]"
            yield _laid_out("content_type", method, text, " | None", " = None", aliases)


def _laid_out(
    keyword: str, method: str, type_: str, optional: str, ending: str, aliases: Aliases
) -> str:
    """``keyword: type_ | optional = …`` at the indent of arguments; a long type gets an alias."""
    start = f"{keyword}: "
    room = WIDTH - _IN - columns(f"{start}{optional}{ending},")
    short = aliases.short(type_, f"{method}_{keyword}", room)
    before, after = _IN + columns(start), len(ending) + 1
    text = laid_out(f"{short}{optional}", indent=_IN, before=before, after=after)
    return f"{start}{text}{ending}"


def _body_type(content: Content, aliases: Aliases) -> str:
    """The annotation of a request body: models may also be given as mappings, bytes as anything that yields them."""
    if content.kind == "binary":
        return "AsyncBinaryBody"
    if content.kind == "text":
        return "str"
    if isinstance(content.type, MapOf):
        return f"Mapping[str, {aliases.type(content.type.values)}]"
    text = aliases.type(content.type)
    if content.kind in ("form", "multipart") and text == "Any":
        return "Mapping[str, Any]"
    if _holds_model(content.type, aliases.package):
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


def _call_constant(constant: str, outcome: Outcome) -> Code:
    """``_NAME = Call(operations.NAME, type of the reply, …)``."""
    start = f"_{constant} = "
    arguments = _call_arguments(constant, outcome, {}, STEP)
    return Code(start + call("Call", arguments, before=columns(start)))


def _call_function(constant: str, outcome: Outcome, full: Mapping[str, str]) -> Code:
    """``def _name() -> Call[…]``, which makes the call once; ``full`` are the types that aliases stand for."""
    reply = "None" if outcome.kind == "bytes" else outcome.annotation
    head = f"def _{constant.lower()}() -> Call[{reply}]:"
    if columns(head) > WIDTH:
        head = f"def _{constant.lower()}() -> (\n{' ' * STEP}Call[{reply}]\n):"
    arguments = _call_arguments(constant, outcome, full, 2 * STEP)
    start = "return "
    made = call("Call", arguments, indent=STEP, before=STEP + columns(start))
    return Code(f"@cache\n{head}\n{' ' * STEP}{start}{made}")


def _call_arguments(
    constant: str, outcome: Outcome, full: Mapping[str, str], indent: int
) -> list[str]:
    """Operation, type of the reply, and what differs by status, one a line at ``indent``."""
    reply = "None" if outcome.kind == "bytes" else outcome.annotation
    first = laid_out(full.get(reply, reply), indent=indent, before=indent, after=1)
    arguments = [f"operations.{constant}", first]
    for name, types in (("replies", outcome.by_status), ("errors", outcome.errors)):
        if types:
            items = [
                f"{string(status)}: {_value(full.get(text, text), indent + STEP, status)}"
                for status, text in types.items()
            ]
            arguments.append(
                bracketed(
                    f"{name}={{", items, "}", indent=indent, before=indent, after=1
                )
            )
    if outcome.kind == "text":
        arguments.append("text=True")
    return arguments


def _value(text: str, indent: int, status: str) -> Code:
    """A type as a value of a table of types by status."""
    before = indent + columns(f"{string(status)}: ")
    return laid_out(text, indent=indent, before=before, after=1)


def _work(
    start: str,
    operation: Operation,
    outcome: Outcome,
    made: str,
    keywords: Mapping[str, Code],
) -> Code:
    """The one statement of a method; ``made`` is its call."""
    items = [f"{string(key)}: {keyword}" for key, keyword in keywords.items()]
    values = bracketed("{", items, "}", indent=_IN + STEP, before=_IN + STEP, after=1)
    arguments = [made, values]
    body = operation.body
    if body:
        arguments.append("body")
        if len(media_types(body)) > 1 or "*" in body.contents[0].media_type:
            arguments.append("content_type")
    arguments.append("options=options")
    function = (
        "self._engine.download" if outcome.kind == "bytes" else "self._engine.call"
    )
    return Code(
        start + call(function, arguments, indent=_IN, before=_IN + columns(start))
    )
