# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The command line of a generated package: ``python -m <package> rest|mcp``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from .._runtime.errors import ArgumentError
from .._runtime.service import Service
from .settings import OPTIONS, Option, Settings, SettingsError, read_settings

_MODULES = {"rest": "rest.app", "mcp": "mcp.server"}
_HELP = {"rest": "Serve the REST routes", "mcp": "Serve the MCP tools"}


def main(
    package: str,
    service: Service,
    *,
    rest_port: int | None = None,
    mcp_port: int | None = None,
    transport: str = "http",
    members: Sequence[str] = (),
    argv: Sequence[str] | None = None,
) -> int:
    """Run one server and return the exit status.

    Ports are the documents', ``None`` when there is no such server; ``members`` are the packages of a gateway.
    """
    ports = {"rest": rest_port, "mcp": mcp_port}
    commands = [name for name, port in ports.items() if port is not None]
    parser = _parser(package, service.name, commands, bool(members))
    given = vars(parser.parse_args(argv))
    command = given.pop("command")
    defaults: dict[str, object] = {"port": ports[command]}
    if command == "mcp":
        defaults["transport"] = transport
    try:
        settings = read_settings(package, given, os.environ, defaults, members)
        return serve(command, settings)
    except SettingsError as error:
        parser.error(str(error))
    except ArgumentError as error:
        parser.error(f"{error} (--upstream URL)")
    except KeyboardInterrupt:
        return 130


def serve(command: str, settings: Settings) -> int:
    """Start the server named ``command``; nothing of the other one is imported."""
    root = str(__package__).rpartition(".")[0]
    try:
        module = import_module(f"{root}.{_MODULES[command]}")
        return int(module.serve(settings) or 0)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith(root):
            raise
        sys.stderr.write(
            f"{error.name} is not installed; the README says what the {command} server needs\n"
        )
        return 1


def _parser(
    package: str, title: str, commands: Sequence[str], is_gateway: bool
) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m {package}", description=f"Servers for {_plain(title)}."
    )
    below = parser.add_subparsers(
        dest="command", required=True, metavar="|".join(commands)
    )
    for command in commands:
        words = _HELP[command]
        sub = below.add_parser(command, help=words, description=f"{words}.")
        for option in OPTIONS:
            if command == "mcp" or option.kind != "transport":
                _add(sub, option, package, is_gateway)
    return parser


def _add(
    parser: argparse.ArgumentParser, option: Option, package: str, is_gateway: bool
) -> None:
    text = f"{option.help} [{option.variable(package)}]"
    named = is_gateway and option.kind == "url"
    parser.add_argument(
        option.flag,
        dest=option.name,
        metavar="NAME=URL" if named else option.metavar,
        action="append" if named or option.kind == "list" else "store",
        help=text.replace("%", "%%"),
    )


def _plain(title: str) -> str:
    """Words of a document, as a terminal and argparse take them."""
    shown = "".join(char if char.isprintable() else " " for char in title)
    return shown.replace("%", "")
