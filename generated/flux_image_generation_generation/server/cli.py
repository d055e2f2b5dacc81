# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The command line of a generated package: ``python -m <package> rest|mcp|skill|control``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TypeAlias

from .._runtime.errors import ArgumentError
from .._runtime.service import Service
from .logs import configure
from .needs import check
from .settings import CHOICES, OPTIONS, Option, Settings, SettingsError, read_settings


@dataclass(frozen=True, slots=True)
class Adapter:
    """One of several servers of a kind: its name, its module, and how it is served unless told otherwise."""

    kind: str
    name: str
    module: str
    port: int
    transport: str = "http"


Choose: TypeAlias = Callable[[str, Sequence[str]], str]
"""Makes a base URL of the name of a server and ``NAME=VALUE`` for its variables; raises ``ArgumentError``."""

_MODULES = {
    "rest": "rest.app",
    "mcp": "mcp.server",
    "skill": "skill.app",
    "control": "control.app",
}
_HELP = {
    "rest": "Serve the REST routes",
    "mcp": "Serve the MCP tools",
    "skill": "Serve the skills",
    "control": "Serve the control pages, and all other servers beside them",
}


def main(
    package: str,
    service: Service,
    *,
    rest_port: int | None = None,
    mcp_port: int | None = None,
    skill_port: int | None = None,
    control_port: int | None = None,
    telemetry: Mapping[str, object] | None = None,
    exporter_variable: str = "",
    transport: str = "http",
    members: Sequence[str] = (),
    adapters: Sequence[Adapter] = (),
    choose: Choose | None = None,
    argv: Sequence[str] | None = None,
) -> int:
    """Run one server and return the exit status.

    Ports are the documents', ``None`` when there is no such server; ``members`` are the packages of a gateway.
    ``adapters`` are all servers of a kind of which there are several, ``telemetry`` settings that the document has for
    all of them; ``exporter_variable`` is the environment variable with the address that spans are sent to. ``choose``
    makes the base URL of one of several servers, or of one with variables.
    """
    members = members or [f"{package}.{name}" for name in service.upstreams]
    ports = {
        "rest": rest_port,
        "mcp": mcp_port,
        "skill": skill_port,
        "control": control_port,
    }
    commands = [name for name, port in ports.items() if port is not None]
    parser = _parser(
        package, service.name, commands, adapters, bool(members), bool(choose)
    )
    given = vars(parser.parse_args(argv))
    command = given.pop("command")
    module = _MODULES[command]
    defaults: dict[str, object] = {"port": ports[command]}
    if command == "mcp":
        defaults["transport"] = transport
    if chosen := _chosen(command, adapters, given, package):
        module = chosen.module
        defaults = {"port": chosen.port, "transport": chosen.transport}
    try:
        defaults.update(telemetry or {})
        if exporter_variable:
            defaults["exporter"] = os.environ.get(exporter_variable, "")
        settings = read_settings(package, given, os.environ, defaults, members)
        if choose and (settings.server or settings.server_variables):
            url = choose(settings.server, settings.server_variables)
            settings = replace(settings, base_url=url)
        return serve(command, module, settings, service)
    except SettingsError as error:
        parser.error(str(error))
    except ArgumentError as error:
        parser.error(f"{error} (--upstream URL)")
    except KeyboardInterrupt:
        return 130


def _chosen(
    command: str,
    adapters: Sequence[Adapter],
    given: Mapping[str, object],
    package: str,
) -> Adapter | None:
    """The adapter that is named, else the first that is meant for the transport asked for; ``None``: there is one."""
    own = [adapter for adapter in adapters if adapter.kind == command]
    named = [adapter for adapter in own if adapter.name == given.get("adapter")]
    variable = f"{package.upper()}_TRANSPORT"
    transport = given.get("transport") or os.environ.get(variable)
    meant = [adapter for adapter in own if adapter.transport == transport]
    return next(iter((*named, *meant, *own)), None)


def serve(command: str, module: str, settings: Settings, service: Service) -> int:
    """Start the server of ``module``, which calls ``service`` or those it names; nothing of another one is imported."""
    root = str(__package__).rpartition(".")[0]
    configure()
    try:
        server = import_module(f"{root}.{module}")
        calls = [] if command == "skill" else [service]
        services = server.services() if hasattr(server, "services") else calls
        check(settings, services, getattr(server, "callers", None))
        if settings.workers > 1 and command != "control":
            from .run import run_workers

            return run_workers(server.serve, settings)
        return int(server.serve(settings) or 0)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith(root):
            raise
        sys.stderr.write(
            f"{error.name} is not installed; the README says what the {command} server needs\n"
        )
        return 1


def _parser(
    package: str,
    title: str,
    commands: Sequence[str],
    adapters: Sequence[Adapter],
    is_gateway: bool,
    has_choice: bool,
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
        if names := [item.name for item in adapters if item.kind == command]:
            words = f"which of the servers: {', '.join(names)}"
            sub.add_argument("--adapter", choices=names, metavar="NAME", help=words)
        for option in OPTIONS:
            if command in option.servers and (has_choice or option.name not in CHOICES):
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
