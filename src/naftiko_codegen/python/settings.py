"""Settings and metrics of generated servers, read from the runtime itself so that no page can tell another story."""

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


@frozen
class Metric:
    """One row of a table of metrics."""

    name: Code
    kind: Code
    meaning: Code


def metrics() -> tuple[Metric, ...]:
    """Every metric of a server, in the order of its page."""
    return tuple(
        Metric(Code(f"`{name}`"), Code(kind), Code(words))
        for name, (kind, words) in _runtime("meter").METRICS.items()
    )


def metric_kinds() -> dict[str, str]:
    """The type of every metric."""
    return {name: kind for name, (kind, _) in _runtime("meter").METRICS.items()}


def meaning(metric: str) -> str:
    """What a metric counts."""
    return str(_runtime("meter").METRICS[metric][1])


def label(operation: str) -> str:
    """The name of an operation as the value of a label, quotes and backslashes escaped."""
    return str(_runtime("meter").escaped(operation))


@cache
def _runtime(part: str = "settings") -> ModuleType:
    """A module of ``templates/server`` that imports nothing but the standard library."""
    name = f"naftiko_codegen_runtime_{part}"
    path = templates_root() / "server" / f"{part}.py"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def settings(
    package: str,
    servers: Collection[str],
    *,
    is_gateway: bool = False,
    has_choice: bool = False,
) -> tuple[Setting, ...]:
    """Every setting of the ``servers`` of ``package``, in the order of ``--help``, and those that have no flag.

    ``has_choice``: the document has servers to choose from, or one with variables.
    """
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
        if (option.name == "transport" or any(s in servers for s in option.servers))
        and (has_choice or option.name not in runtime.CHOICES)
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
        else f"{value:g}" if kind in ("seconds", "delay") else value
    )
    unit = " seconds" if kind in ("seconds", "delay") else ""
    return f" (default: {words}{unit})"
