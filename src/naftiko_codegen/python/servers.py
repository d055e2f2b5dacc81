"""Servers that callers may choose → ``SERVERS`` of ``service.py``, and arguments of the client."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.model import ServerVariable, Service
from naftiko_codegen.python import names as naming
from naftiko_codegen.python.annotations import laid_out
from naftiko_codegen.python.layout import (
    STEP,
    bracketed,
    call,
    columns,
    literal,
    string,
)
from naftiko_codegen.python.names import Wanted
from naftiko_codegen.python.naming import Locate
from naftiko_codegen.python.text import Code
from naftiko_codegen.read.document import Json

FOLDER = "addresses"
"""The folder of ``templates/`` for servers that callers may choose."""

_IN = 2 * STEP


@frozen
class Choice:
    """Arguments of the constructor, what its docstring says of them, and what is made of them."""

    arguments: tuple[Code, ...] = ()
    words: tuple[str, ...] = ()
    work: Code = Code("")


def addresses_code(service: Service) -> Code:
    """``Addresses(…)``; empty when there is no choice."""
    if not service.servers:
        return Code("")
    urls: Json = {server.name: server.url for server in service.servers}
    choices: Json = {
        server.name: {it.name: it.values or it.default for it in server.variables}
        for server in service.servers
        if server.variables
    }
    given = [urls, choices] if choices else [urls]
    arguments = [literal(it, indent=STEP, after=1) for it in given]
    return call("Addresses", arguments, before=len("SERVERS = "))


def choice(
    service: Service, taken: Collection[str], locate: Locate, diagnostics: Diagnostics
) -> Choice:
    """The arguments that choose a server; ``taken`` are the names of other arguments."""
    if not service.servers:
        return Choice()
    variables = _variables(service)
    wanted = [
        Wanted(
            tuple(dict.fromkeys((naming.snake(name), naming.snake(f"server {name}"), naming.spelled(name)))),
            partial(locate, found[0].origin),
            f"the server variable {name}",
        )
        for name, found in variables.items()
    ]  # fmt: skip
    keywords = naming.assign(wanted, diagnostics, reserved=(*taken, "server"))
    several = len(service.servers) > 1
    arguments, words = [], []
    if several:
        names = tuple(server.name for server in service.servers)
        arguments.append(_argument("server", names, names[0]))
        words += [f"    server: one of the document's servers{_said(service)}"]
    for keyword, found in zip(keywords, variables.values(), strict=True):
        values = tuple(dict.fromkeys(v for it in found for v in it.values))
        defaults = {it.default for it in found}
        free = any(not it.values for it in found)
        default = found[0].default if len(defaults) == 1 else None
        arguments.append(_argument(keyword, () if free else values, default))
        text = " ".join(found[0].description.split()).rstrip(".")
        words.append(f"    {keyword}: {text or 'part of the server URL'}.")
    server = Code("server") if several else string(service.servers[0].name)
    pairs = [f"{string(n)}: {k}" for n, k in zip(variables, keywords, strict=True)]
    before = 3 * STEP + len("server=")
    given = bracketed("{", pairs, "}", indent=4 * STEP, before=4 * STEP, after=1)
    work = call("SERVERS.url", [server, given], indent=3 * STEP, before=before, after=1)
    return Choice(tuple(arguments), tuple(words), work)


def _said(service: Service) -> str:
    """The names of the servers with what the document says of them."""
    found = (
        f"``{it.name}``" + (f" ({' '.join(it.description.split())})" if it.description else "")
        for it in service.servers
    )  # fmt: skip
    return f": {', '.join(found)}."


def _variables(service: Service) -> dict[str, list[ServerVariable]]:
    """The variables of all servers, by name."""
    found: dict[str, list[ServerVariable]] = {}
    for server in service.servers:
        for variable in server.variables:
            found.setdefault(variable.name, []).append(variable)
    return found


def _argument(
    keyword: Code | str, values: tuple[str, ...], default: str | None
) -> Code:
    """``keyword: Literal[…] = default`` among the arguments of a constructor."""
    ending = f" = {literal(default)}"
    kind = f"Literal[{', '.join(string(it) for it in values)}]" if values else "str"
    kind += " | None" if default is None else ""
    start = f"{keyword}: "
    text = laid_out(
        kind, indent=_IN, before=_IN + columns(start), after=len(ending) + 1
    )
    return Code(f"{start}{text}{ending}")
