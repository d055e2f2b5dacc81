"""The settings of generated servers, read from the runtime itself so that no page can tell another story."""

from __future__ import annotations

import sys
from collections.abc import Collection
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

from naftiko_codegen.frozen import frozen
from naftiko_codegen.python.text import Code
from naftiko_codegen.templates_root import templates_root


@frozen
class Setting:
    """One row of a table of settings."""

    variable: Code
    flag: Code
    meaning: Code


@cache
def _runtime() -> ModuleType:
    """``templates/server/settings.py`` as a module; it imports nothing but the standard library."""
    name = "naftiko_codegen_runtime_settings"
    path = templates_root() / "server" / "settings.py"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def settings(
    package: str, servers: Collection[str], *, is_gateway: bool = False
) -> tuple[Setting, ...]:
    """Every setting of the ``servers`` of ``package``, in the order of ``--help``, and those that have no flag."""
    runtime = _runtime()
    rows = [
        Setting(
            Code(f"`{option.variable(package)}`"),
            Code(
                f"`{option.flag}{' NAME=URL' * (is_gateway and option.kind == 'url')}`"
            ),
            Code(option.help + _default(option.name, option.kind)),
        )
        for option in runtime.OPTIONS
        if option.name == "transport" or any(s in servers for s in option.servers)
    ]
    asked = [
        Setting(
            Code(f"`{runtime.caller_variable(package, end)}`"),
            Code("none"),
            Code(f"when set, {words}"),
        )
        for _, end, words in runtime.SECRETS
    ]
    return (*rows, *asked)


def _default(name: str, kind: str) -> str:
    """What applies when nothing is said; ports and upstreams are those of the document."""
    value = getattr(_runtime().Settings(""), name)
    if kind == "list":
        return "; separate several by commas, or repeat the flag"
    if kind in ("url", "transport") or name == "port" or value == "":
        return ""
    words = (
        {True: "on", False: "off"}[value]
        if kind == "switch"
        else f"{value:g}" if kind == "seconds" else value
    )
    return f" (default: {words}{' seconds' if kind == 'seconds' else ''})"
