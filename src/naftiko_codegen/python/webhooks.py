"""Webhooks and callbacks of a service → the plan of ``webhooks/``: a typed table for those who receive them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.model import Content, Hook, Reply
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.type_table import TypeTable
from naftiko_codegen.python import names as naming
from naftiko_codegen.python.aliases import Aliases
from naftiko_codegen.python.annotations import laid_out
from naftiko_codegen.python.layout import (
    STEP,
    WIDTH,
    call,
    columns,
    import_line,
    literal,
    string,
)
from naftiko_codegen.python.markdown import Row, code_span, escaped
from naftiko_codegen.python.names import Wanted
from naftiko_codegen.python.naming import Locate, PackageNames
from naftiko_codegen.python.outcomes import main_content
from naftiko_codegen.python.sample import nowhere
from naftiko_codegen.python.text import Code, SpecText

FOLDER = "webhooks"
"""The folder of ``templates/`` for calls that an API makes to its users."""

_MEMBERS = ("WEBHOOKS",)


@frozen
class HookEntry:
    """One constant: its declaration, and what the document says of it."""

    declaration: Code
    doc: SpecText


@frozen
class WebhooksModule:
    """``webhooks/__init__.py``."""

    template: ClassVar[str] = "webhooks/__init__.py.jinja"
    path: Code
    doc: SpecText
    imports: Code
    aliases: tuple[Code, ...]
    entries: tuple[HookEntry, ...]
    table: tuple[Code, ...]


def plan(
    package: Package, names: PackageNames, locate: Locate, diagnostics: Diagnostics
) -> Iterator[WebhooksModule]:
    """The module of all webhooks and callbacks; nothing when the document has none."""
    hooks = package.service.hooks
    if not hooks:
        return
    constants = hook_names(package, locate, diagnostics)
    aliases = Aliases(
        TypeTable(package.service.models, package.service.aliases),
        names,
        {"Webhook", *constants.values()},
        late=True,
    )
    entries = tuple(_entry(hook, constants[hook.name], aliases) for hook in hooks)
    yield WebhooksModule(
        Code(f"{names.package}/webhooks/__init__.py"),
        SpecText(
            f"What {package.title} calls: the types of its webhooks and callbacks."
        ),
        _imports([*(e.declaration for e in entries), *aliases.made]),
        tuple(aliases.made),
        entries,
        tuple(Code(f"{string(hook.name)}: {constants[hook.name]},") for hook in hooks),
    )


def hook_names(
    package: Package, locate: Locate, diagnostics: Diagnostics
) -> dict[str, Code]:
    """The constant of each hook, by its name."""
    hooks = package.service.hooks
    wanted = [
        Wanted(_ladder(h), partial(locate, h.origin), f"the webhook {h.name}")
        for h in hooks
    ]
    found = naming.assign(wanted, diagnostics, reserved=_MEMBERS)
    return dict(zip([h.name for h in hooks], found, strict=True))


def rows(package: Package) -> Iterator[Row]:
    """A row of the README for each hook."""
    constants = hook_names(package, nowhere, Diagnostics())
    for hook in package.service.hooks:
        words = " ".join((hook.summary or hook.description).split())
        yield Row(code_span(constants[hook.name]), escaped(words))


def _ladder(hook: Hook) -> tuple[str, ...]:
    wanted = (
        naming.constant(hook.name),
        naming.constant(f"{hook.name} webhook"),
        Code(naming.spelled(hook.name).upper()),
    )
    return tuple(dict.fromkeys(wanted))


def _entry(hook: Hook, constant: Code, aliases: Aliases) -> HookEntry:
    """``NAME: Webhook[body, reply] = Webhook(…)``."""
    contents = hook.body.contents if hook.body else ()
    content = next((c for c in contents if c.kind == "json"), next(iter(contents), None))  # fmt: skip
    reply = _reply(hook)
    answer = main_content(reply) if reply else None
    taken, given = _type(content, aliases), _type(answer, aliases)
    room = WIDTH - columns(f"{constant}:  = Webhook(")
    kind = aliases.short(f"Webhook[{taken}, {given}]", f"{constant.lower()} webhook", room)  # fmt: skip
    arguments: list[str] = [string(hook.name), string(hook.method)]
    arguments += [_late("body", taken)] if content else []
    arguments += [_late("reply", given)] if answer else []
    options = {
        "media_type": content.media_type if content else "",
        "reply_media_type": answer.media_type if answer else "",
        "status": _status(reply),
        "headers": hook.headers,
        "expression": hook.expression,
    }
    usual = {"media_type": "application/json" if content else "", "status": 200}
    usual["reply_media_type"] = "application/json" if answer else ""
    arguments += [
        f"{name}={literal(value, indent=STEP, before=STEP + len(name) + 1, after=1)}"
        for name, value in options.items()
        if value and value != usual.get(name)
    ]
    start = f"{constant}: {kind} = "
    if columns(f"{start}Webhook(") > WIDTH:
        start = f"{constant}: (\n{' ' * STEP}{kind}\n) = "
    before = columns(start.rpartition("\n")[2])
    return HookEntry(
        Code(start + call("Webhook", arguments, before=before)),
        SpecText(_words(hook)),
    )


def _late(name: str, type_: str) -> Code:
    """A type that is looked at when it is first needed."""
    start = f"{name}=lambda: "
    text = laid_out(type_, indent=STEP, before=STEP + columns(start), after=1)
    return Code(start + text)


def _type(content: Content | None, aliases: Aliases) -> str:
    """The type of a body; bytes when it is no JSON."""
    if content is None:
        return "None"
    if content.kind == "text":
        return "str"
    return aliases.type(content.type) if content.kind == "json" else "bytes"


def _reply(hook: Hook) -> Reply | None:
    """The reply that reports success."""
    good = [r for r in hook.replies if r.status.startswith("2")]
    good = good or [r for r in hook.replies if r.status == "default"]
    return good[0] if good else None


def _status(reply: Reply | None) -> int:
    return int(reply.status) if reply and reply.status.isdigit() else 200


def _words(hook: Hook) -> str:
    parts = [hook.summary, hook.description * (hook.description != hook.summary)]
    parts += ["Deprecated."] * hook.deprecated
    return "\n\n".join(part for part in parts if part)


def _imports(texts: list[Code]) -> Code:
    """The import lines of what ``texts`` use."""
    used = set(re.findall(r"\w+", "\n".join(texts)))
    typing = [n for n in ("Any", "Literal", "TypeAlias") if n in used or n == "Any"]
    typing += ["TYPE_CHECKING"] * ("TypeAlias" in used)
    lines = [
        import_line("collections.abc", ["Mapping"]),
        import_line("typing", typing),
        Code(""),
        *([import_line("..", ["models"])] if "models" in used else []),
        import_line(".webhook", ["Webhook"]),
    ]
    return Code("\n".join(lines))
