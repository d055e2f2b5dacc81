"""What a client method calls, as a constant of its module, or as a function that makes it when first used."""

from __future__ import annotations

from collections.abc import Mapping

from naftiko_codegen.frozen import frozen
from naftiko_codegen.python.aliases import Aliases
from naftiko_codegen.python.annotations import laid_out
from naftiko_codegen.python.layout import (
    STEP,
    WIDTH,
    bracketed,
    call,
    columns,
    string,
)
from naftiko_codegen.python.text import Code


@frozen
class MadeCall:
    """A ``Call(…)``: its class, operation, type and what comes after these; ``tables`` are types by status."""

    class_: str
    operation: str
    reply: str
    more: tuple[str, ...]
    tables: tuple[tuple[str, Mapping[str, str]], ...]
    flags: tuple[str, ...]


def call_code(name: str, made: MadeCall, aliases: Aliases) -> Code:
    """The constant ``_NAME``, or the function ``_name()`` that makes the call once."""
    if aliases.late:
        return _call_function(name, made, aliases.full)
    start = f"_{name} = "
    arguments = _call_arguments(made, {}, STEP)
    return Code(start + call(made.class_, arguments, before=columns(start)))


def _call_function(name: str, made: MadeCall, full: Mapping[str, str]) -> Code:
    """``def _name() -> Call[…]``, which makes the call once; ``full`` are the types that aliases stand for."""
    type_ = f"{made.class_}[{made.reply}]"
    head = f"def _{name.lower()}() -> {type_}:"
    if columns(head) > WIDTH:
        head = f"def _{name.lower()}() -> (\n{' ' * STEP}{type_}\n):"
    arguments = _call_arguments(made, full, 2 * STEP)
    start = "return "
    code = call(made.class_, arguments, indent=STEP, before=STEP + columns(start))
    return Code(f"@cache\n{head}\n{' ' * STEP}{start}{code}")


def _call_arguments(made: MadeCall, full: Mapping[str, str], indent: int) -> list[str]:
    """Operation, type of the reply, and what differs by status, one a line at ``indent``."""
    reply = full.get(made.reply, made.reply)
    first = laid_out(reply, indent=indent, before=indent, after=1)
    arguments = [f"operations.{made.operation}", first, *made.more]
    for name, types in made.tables:
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
    return [*arguments, *made.flags]


def _value(text: str, indent: int, status: str) -> Code:
    """A type as a value of a table of types by status."""
    before = indent + columns(f"{string(status)}: ")
    return laid_out(text, indent=indent, before=before, after=1)
