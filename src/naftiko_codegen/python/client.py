"""ir.Package → the plan of the ``client`` folder: one class pair for the client, one for each tag."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import ClassVar

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.model import Credential, Group, Operation, Service
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.type_table import TypeTable
from naftiko_codegen.python import names as naming
from naftiko_codegen.python.calls import Methods, plan_methods
from naftiko_codegen.python.imports import HOMES, imports
from naftiko_codegen.python.layout import (
    STEP,
    bracketed,
    call,
    import_line,
    literal,
    string,
)
from naftiko_codegen.python.names import Wanted
from naftiko_codegen.python.naming import Locate, PackageNames
from naftiko_codegen.python.paging import Pager
from naftiko_codegen.python.servers import choice
from naftiko_codegen.python.text import Code, SpecText

TAKEN = frozenset([*HOMES, "AsyncClient", "AsyncResource", "Client", "Resource"])
"""What the generated modules import; a class of a tag gets another name."""

SETTINGS = ("base_url", "timeout", "retries", "transport", "strict", "user_agent")
KINDS = {
    "bearer": "token",
    "basic": "basic_auth",
    "apikey": "api_key",
    "variable": "variable",
    "oauth2": "client_credentials",
    "digest": "digest_auth",
}


@frozen
class ResourceModule:
    """``client/<tag>.py``: the operations of one tag."""

    template: ClassVar[str] = "client/resource.py.jinja"
    path: Code
    doc: SpecText
    about: SpecText
    async_about: SpecText
    head: Code
    async_head: Code
    imports: Code
    methods: Methods


@frozen
class Attribute:
    """The attribute of the client that leads to a tag: its lines, and what the document says of it."""

    head: Code
    async_head: Code
    imported: Code
    async_imported: Code
    both_imported: Code
    made: Code
    async_made: Code
    doc: SpecText


@frozen
class ClientModule:
    """``client/_client.py``: the client and its asynchronous twin. ``arguments`` are those of the credentials."""

    template: ClassVar[str] = "client/client.py.jinja"
    path: Code
    doc: SpecText
    about: SpecText
    init: SpecText
    async_about: SpecText
    async_init: SpecText
    head: Code
    async_head: Code
    arguments: tuple[Code, ...]
    choices: tuple[Code, ...]
    base_url: Code
    server: Code
    credentials: Code
    user_agent: Code
    imports: Code
    attribute_imports: tuple[Code, ...]
    attributes: tuple[Attribute, ...]
    methods: Methods


@frozen
class InitModule:
    """``client/__init__.py``: the public names."""

    template: ClassVar[str] = "client/__init__.py.jinja"
    path: Code
    doc: SpecText
    imported: Code
    exports: Code


View = ResourceModule | ClientModule | InitModule


def plan(
    package: Package, names: PackageNames, locate: Locate, diagnostics: Diagnostics
) -> Iterator[View]:
    """The modules of the client, those of the tags in the author's order."""
    pager = Pager(TypeTable(package.service.models, package.service.aliases), names)
    resources = {
        group: resource_name(found.resource) for group, found in names.groups.items()
    }
    used = [
        g
        for g in package.service.groups
        if any(o.group == g.name for o in package.service.operations)
    ]
    for group in used:
        found = names.groups[group.name]
        about = (
            f"{group.name}: {group.description}"
            if group.description
            else f"{group.name}."
        )
        resource = resources[group.name]
        methods = plan_methods(
            _members(package, group.name),
            package,
            names,
            resource,
            pager,
            locate,
            diagnostics,
        )
        yield ResourceModule(
            Code(f"{names.package}/client/{found.module}.py"),
            SpecText(f"Operations of {package.title}: {group.name}."),
            SpecText(about),
            SpecText(f"``{resource}``, to be awaited."),
            _class(resource, "Resource"),
            _class(f"Async{resource}", "AsyncResource"),
            imports(methods, ["._base:AsyncResource", "._base:Resource"]),
            methods,
        )
    attributes = tuple(
        _attribute(names.groups[g.name].module, resources[g.name], g) for g in used
    )
    yield _client(package, names, attributes, pager, locate, diagnostics)
    yield _init(package, names)


def _class(name: str, base: str) -> Code:
    """``class name(base):``."""
    return bracketed(f"class {name}(", [base], "):")


def _attribute(name: Code, resource: Code, group: Group) -> Attribute:
    """The attribute ``name`` of the client, which makes a ``resource`` when first asked for."""

    def head(class_: str) -> Code:
        return bracketed(
            f"def {name}(", ["self"], f") -> {class_}:", indent=STEP, before=STEP
        )

    def made(class_: str) -> Code:
        before = 2 * STEP + len("return ")
        return call(class_, ["self._engine"], indent=2 * STEP, before=before)

    twin = f"Async{resource}"
    return Attribute(
        head(resource),
        head(twin),
        import_line(f".{name}", [resource], 2 * STEP),
        import_line(f".{name}", [twin], 2 * STEP),
        import_line(f".{name}", [resource, twin], STEP),
        made(resource),
        made(twin),
        SpecText(group.description or f"{group.name}."),
    )


def resource_name(name: str) -> Code:
    """The class of a tag, kept apart from what its module imports."""
    return (
        Code(f"{name}Resource")
        if name in TAKEN or f"Async{name}" in TAKEN
        else Code(name)
    )


def _members(package: Package, group: str) -> tuple[Operation, ...]:
    return tuple(o for o in package.service.operations if o.group == group)


def _client(
    package: Package,
    names: PackageNames,
    attributes: tuple[Attribute, ...],
    pager: Pager,
    locate: Locate,
    diagnostics: Diagnostics,
) -> ClientModule:
    service = package.service
    keywords = argument_names(service.credentials, locate, diagnostics)
    chosen = choice(service, (*SETTINGS, *keywords), locate, diagnostics)
    given = [
        f"{string(c.key)}: {keyword}"
        for c, keyword in zip(service.credentials, keywords, strict=True)
    ]
    methods = plan_methods(
        _members(package, ""), package, names, names.client, pager, locate, diagnostics
    )
    always = ["._base:AsyncClient", "._base:Client", ".._runtime.request:Timeouts", ".._runtime.retry:Retry",
              "..service:SERVICE", "typing:TYPE_CHECKING"]  # fmt: skip
    always += ["collections.abc:Mapping"] * bool(service.upstreams)
    always += ["..service:SERVERS"] * bool(service.servers)
    always += ["typing:Literal"] * any("Literal[" in it for it in chosen.arguments)
    always += ["functools:cached_property"] * bool(attributes)
    return ClientModule(
        Code(f"{names.package}/client/_client.py"),
        SpecText(f"The client of {package.title}, synchronous and asynchronous."),
        SpecText(_about(package)),
        SpecText(_init_words(service.credentials, keywords, package, chosen.words)),
        SpecText(f"``{names.client}``, to be awaited; use one in one event loop."),
        SpecText(
            f"Take what ``{names.client}`` takes; ``transport`` is an aiohttp session or connector."
        ),
        _class(names.client, "Client"),
        _class(f"Async{names.client}", "AsyncClient"),
        tuple(
            _argument(c, keyword)
            for c, keyword in zip(service.credentials, keywords, strict=True)
        ),
        chosen.arguments,
        _base_url(service),
        chosen.work,
        bracketed("{", given, "}", indent=3 * STEP, before=3 * STEP, after=1),
        string(names.package.replace("_", "-")),
        imports(methods, always),
        tuple(sorted(a.both_imported for a in attributes)),
        attributes,
        methods,
    )


def argument_names(
    credentials: Iterable[Credential],
    locate: Locate,
    diagnostics: Diagnostics,
) -> tuple[Code, ...]:
    """The constructor's keyword of each credential: what it is when it is the only one of its kind, else its key."""
    found = tuple(credentials)
    kinds = [c.kind for c in found]
    wanted = []
    for credential in found:
        ladder = [
            naming.snake(credential.key),
            naming.marked(credential.key),
            naming.spelled(credential.key),
        ]
        if credential.kind != "variable" and kinds.count(credential.kind) == 1:
            ladder.insert(0, Code(KINDS[credential.kind]))
        rungs, what = tuple(dict.fromkeys(ladder)), f"the credential {credential.key}"
        wanted.append(Wanted(rungs, partial(locate, credential.origin), what))
    return naming.assign(wanted, diagnostics, reserved=SETTINGS)


def _base_url(service: Service) -> Code:
    """The argument for another base URL, or for one by upstream; required where the document names none."""
    urls = [url for _, url in service.upstreams] or [service.base_url]
    kind = "Mapping[str, str]" if service.upstreams else "str"
    return Code(f"base_url: {kind} | None = None" if all(urls) else f"base_url: {kind}")


def _argument(credential: Credential, keyword: str) -> Code:
    paired = credential.kind in ("basic", "oauth2", "digest")
    kind = "tuple[str, str]" if paired else "str"
    return Code(f"{keyword}: {kind} | None = None")


def _about(package: Package) -> str:
    words = [f"{package.title}.", package.description]
    if any(o.group for o in package.service.operations):
        words.append("Operations are on one attribute for each tag of the document.")
    words.append("Close it after use, or use it in a ``with`` block.")
    return "\n\n".join(word for word in words if word)


def _init_words(
    credentials: tuple[Credential, ...],
    keywords: tuple[Code, ...],
    package: Package,
    choices: tuple[str, ...],
) -> str:
    """What the arguments of the constructor mean."""
    lines = [
        "Nothing is connected, and no credential is read, before the first call.",
        "",
        "Args:",
    ]
    for credential, keyword in zip(credentials, keywords, strict=True):
        source = " and ".join(f"``{name}``" for name in credential.variables)
        words = credential.description or {
            "bearer": "bearer token",
            "basic": "user and password",
            "variable": "part of requests",
            "oauth2": "client id and secret",
            "digest": "user and password",
        }.get(credential.kind, f"API key, sent as {credential.place} {credential.name}")
        text = " ".join(words.split()).rstrip(".")
        lines.append(
            f"    {keyword}: {text}; default from {source}."
            if source
            else f"    {keyword}: {text}."
        )
    default = (
        f"default ``{package.service.base_url}``"
        if package.service.base_url
        else "the document names none"
    )
    lines += [
        *choices,
        _base_url_words(package.service)
        or f"    base_url: where all calls go; {default}.",
        "    timeout: seconds, or ``Timeouts`` with one limit for each phase.",
        "    retries: repetitions of a failed call, or a ``Retry`` policy.",
        "    transport: an httpx2 transport or client of yours to send with.",
        "    strict: report replies that do not fit their type instead of accepting them.",
        "    user_agent: the ``User-Agent`` header.",
    ]
    return "\n".join(lines)


def _base_url_words(service: Service) -> str:
    """What ``base_url`` means when there are several upstreams."""
    if not service.upstreams:
        return ""
    urls = (f"{name} (``{url}``)" if url else name for name, url in service.upstreams)
    return f"    base_url: where calls go, by upstream: {', '.join(urls)}."


def _init(package: Package, names: PackageNames) -> InitModule:
    exports = [
        "AsyncBinaryReply", "BinaryReply", "ReplyInfo", "RequestOptions", "Retry", "Timeouts", "UNSET",
        f"Async{names.client}", names.client,
    ]  # fmt: skip
    classes = sorted([f"Async{names.client}", names.client])
    return InitModule(
        Code(f"{names.package}/client/__init__.py"),
        SpecText(f"The client of {package.title}."),
        import_line("._client", classes),
        literal(sorted(exports), before=len("__all__ = ")),
    )
