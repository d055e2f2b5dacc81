"""Operations → the plan of the client's methods: signatures, types of bodies and replies, one line of work each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.model import Content, Operation
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.types import Literals, MapOf, Type
from naftiko_codegen.python.aliases import Aliases, union
from naftiko_codegen.python.annotations import laid_out
from naftiko_codegen.python.layout import (
    STEP,
    WIDTH,
    bracketed,
    call,
    columns,
    literal,
    string,
)
from naftiko_codegen.python.made_calls import MadeCall, call_code
from naftiko_codegen.python.method_words import media_types, words_of
from naftiko_codegen.python.model_homes import is_large
from naftiko_codegen.python.naming import Locate, PackageNames, argument_names
from naftiko_codegen.python.outcomes import Outcome, outcome_of
from naftiko_codegen.python.paging import LIMIT, Pager, Paging
from naftiko_codegen.python.streams import (
    Streaming,
    asks_for_parts,
    sibling,
    streaming_of,
)
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
    uses: tuple[str, ...] = ()
    """Names that only the work uses."""


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
    pager: Pager,
    locate: Locate,
    diagnostics: Diagnostics,
) -> Methods:
    """The methods of ``operations``, which are all of one tag or all of none; ``owner`` is their class."""
    if not operations:
        return Methods(Code(""), False, (), (), ())
    late = is_large(package.service)
    aliases = Aliases(pager.types, names, {owner, f"Async{owner}"}, late=late)
    calls: list[Code] = []
    methods: list[Method] = []
    for operation in operations:
        keywords = argument_names(operation, locate, diagnostics)
        for constant, method in _ways(operation, aliases, owner, keywords, pager.taken):
            calls.append(constant)
            methods.append(method)
        if paging := _paging(operation, aliases, keywords, pager):
            methods.append(_paged(operation, paging, aliases, owner, keywords))
    below = names.operations[operations[0].name].module
    return Methods(
        below, late, tuple(aliases.made), _apart(calls, late), tuple(methods)
    )


def _ways(
    operation: Operation, aliases: Aliases, owner: str, keywords: Mapping[str, Code], taken: Collection[str]
) -> Iterator[tuple[Code, Method]]:  # fmt: skip
    """The ways to call an operation: for its reply as a whole, for its parts, or for either."""
    streaming = streaming_of(operation, aliases.types)
    if streaming is None or not streaming.alone:
        yield _method(operation, aliases, owner, keywords)
    if streaming is None:
        return
    plain = aliases.operation(operation).method
    name = plain if streaming.alone else sibling(plain, taken)
    if name is not None:
        yield _streamed(operation, streaming, name, aliases, owner, keywords)


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
    made = _named(name.constant, aliases)
    reply = outcome.annotation
    async_reply = "AsyncBinaryReply" if outcome.kind == "bytes" else reply
    sync = [a.replace("AsyncBinaryBody", "BinaryBody") for a in arguments]
    whole = asks_for_parts(operation, aliases.types)
    given = _given(operation, made, keywords, "unstreamed(body)" if whole else "body")
    method = Method(
        _head("def", name.method, sync, reply),
        _head("async def", name.method, arguments, async_reply),
        SpecText(words_of(operation, keywords)),
        SpecText(f"See ``{owner}.{name.method}``."),
        _work("return ", outcome, given),
        _work("return await ", outcome, given),
        ("unstreamed",) if whole else (),
    )
    plain = _plain_call(name.constant, outcome)
    return call_code(name.constant, plain, aliases), method


def _named(constant: str, aliases: Aliases) -> str:
    """How a method says its call."""
    return f"_{constant.lower()}()" if aliases.late else f"_{constant}"


def _streamed(
    operation: Operation, streaming: Streaming, method: Code, aliases: Aliases, owner: str, keywords: Mapping[str, Code]
) -> tuple[Code, Method]:  # fmt: skip
    """The constant and the method for a reply in parts."""
    name = aliases.operation(operation)
    arguments = list(_arguments(operation, aliases, keywords))
    room = WIDTH - STEP - len(") -> AsyncItemStream[]:")
    item = aliases.short(aliases.type(streaming.item), f"{method}_item", room)
    sync = [a.replace("AsyncBinaryBody", "BinaryBody") for a in arguments]
    words = "The parts of the reply are given as they arrive; close it when you stop before its end."
    constant = name.constant if streaming.alone else method.upper().rstrip("_")

    def work(start: str, class_: str) -> Code:
        given = _given(operation, _named(constant, aliases), keywords)
        before = _IN + columns(start)
        items = ["self._engine", *given]
        return Code(start + call(f"{class_}.of", items, indent=_IN, before=before))

    found = Method(
        _head("def", method, sync, f"ItemStream[{item}]"),
        _head("async def", method, arguments, f"AsyncItemStream[{item}]"),
        SpecText(f"{words_of(operation, keywords)}\n\n{words}"),
        SpecText(f"See ``{owner}.{method}``."),
        work("return ", "ItemStream"),
        work("return await ", "AsyncItemStream"),
    )
    more = (string(streaming.form), string(streaming.media_type))
    tables = (("errors", outcome_of(operation, aliases).errors),)
    flags = ("asked=True",) if streaming.asked else ()
    made = MadeCall("StreamCall", name.constant, item, more, tables, flags)
    return call_code(constant, made, aliases), found


def _paging(
    operation: Operation, aliases: Aliases, keywords: Mapping[str, Code], pager: Pager
) -> Paging | None:  # fmt: skip
    """How the items of all pages are got, where a method can do that."""
    if operation.pages is None or LIMIT in keywords.values():
        return None
    if outcome_of(operation, aliases).kind != "json":
        return None
    plain = aliases.operation(operation).method
    return pager.paging_of(operation, plain, _IN + STEP)


def _paged(
    operation: Operation, paging: Paging, aliases: Aliases, owner: str, keywords: Mapping[str, Code]
) -> Method:  # fmt: skip
    """The method for the items of all pages."""
    room = WIDTH - STEP - len(") -> AsyncPagedItems[]:")
    item = aliases.short(aliases.type(paging.item), f"{paging.method}_item", room)
    arguments = [*_arguments(operation, aliases, keywords), f"{LIMIT}: int = 1000"]
    named = _named(aliases.operation(operation).constant, aliases)
    values = _given(operation, named, keywords)[1]

    def work(class_: str) -> Code:
        items = ["self._engine", named, paging.way, values, LIMIT, "options"]
        before = _IN + len("return ")
        return Code("return " + call(class_, items, indent=_IN, before=before))

    return Method(
        _head("def", paging.method, arguments, f"PagedItems[{item}]"),
        _head("def", paging.method, arguments, f"AsyncPagedItems[{item}]"),
        SpecText(f"{words_of(operation, keywords)}\n\n{paging.words}"),
        SpecText(f"See ``{owner}.{paging.method}``."),
        work("PagedItems"),
        work("AsyncPagedItems"),
        (paging.class_,),
    )


def _head(start: str, name: str, arguments: Sequence[str], reply: str) -> Code:
    items = ["self", "*", *arguments, "options: RequestOptions | None = None"]
    opening = f"{start} {name}("
    return bracketed(opening, items, f") -> {reply}:", indent=STEP, before=STEP)


def _arguments(
    operation: Operation, aliases: Aliases, keywords: Mapping[str, Code]
) -> Iterator[str]:
    """The keyword-only arguments of a method: parameters, then the body and its media type."""
    method = aliases.operation(operation).method

    def argument(keyword: str, type_: str, required: bool, only: str = "") -> str:
        optional = "" if required or type_ == "Any" else " | UnsetType"
        ending = only if required else " = UNSET"
        return _laid_out(keyword, method, type_, optional, ending, aliases)

    for parameter in operation.parameters:
        if keyword := keywords.get(parameter.key):
            type_ = aliases.type(parameter.type)
            yield argument(keyword, type_, parameter.required, _only(parameter.type))
    if body := operation.body:
        types = [_body_type(content, aliases) for content in body.contents]
        yield argument("body", union(types), body.required)
        media = media_types(body)
        if any("*" in name for name in media):
            yield "content_type: str | None = None"
        elif len(media) > 1:
            text = f"Literal[{', '.join(string(name) for name in media)}]"
            yield _laid_out("content_type", method, text, " | None", " = None", aliases)


def _only(type_: Type) -> str:
    """The default of a required argument that has one value only: nobody should have to say it."""
    if not isinstance(type_, Literals) or len(type_.values) > 1:
        return ""
    return f" = {literal(type_.values[0])}"


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
    if aliases.types.holds_model(content.type):
        return f"{text} | Mapping[str, Any]"
    return text


def _plain_call(constant: str, outcome: Outcome) -> MadeCall:
    reply = "None" if outcome.kind == "bytes" else outcome.annotation
    tables = (("replies", outcome.by_status), ("errors", outcome.errors))
    flags = ("text=True",) if outcome.kind == "text" else ()
    return MadeCall("Call", constant, reply, (), tables, flags)


def _work(start: str, outcome: Outcome, given: Sequence[str]) -> Code:
    """The one statement of a method, which passes on what is ``given``."""
    function = (
        "self._engine.download" if outcome.kind == "bytes" else "self._engine.call"
    )
    return Code(start + call(function, given, indent=_IN, before=_IN + columns(start)))


def _given(
    operation: Operation, made: str, keywords: Mapping[str, Code], sent: str = "body"
) -> list[str]:
    """What a method passes on; ``sent`` is its body."""
    items = [f"{string(key)}: {keyword}" for key, keyword in keywords.items()]
    values = bracketed("{", items, "}", indent=_IN + STEP, before=_IN + STEP, after=1)
    arguments = [made, values]
    body = operation.body
    if body:
        arguments.append(sent)
        if len(media_types(body)) > 1 or "*" in body.contents[0].media_type:
            arguments.append("content_type")
    arguments.append("options=options")
    return arguments
