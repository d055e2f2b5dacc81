"""The control server of a package → the plan of ``control/app.py``, and the settings that its document has for all."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import ClassVar

from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.control import Scripting, Telemetry
from naftiko_codegen.ir.exposed import Control, McpServer
from naftiko_codegen.ir.package import Package
from naftiko_codegen.python.adapters import MODULES, Kind, adapters
from naftiko_codegen.python.callers import callers_code, callers_imports
from naftiko_codegen.python.layout import STEP, call, literal, string, tuple_of
from naftiko_codegen.python.markdown import Row
from naftiko_codegen.python.naming import PackageNames
from naftiko_codegen.python.text import Code, SpecText

_BESIDE: tuple[Kind, ...] = ("rest", "mcp", "skill")
_LINES = 500
"""Lines of the log that are kept for ``/logs``."""


@frozen
class AppModule:
    """``control/app.py``: what is shown, and which servers run beside it."""

    template: ClassVar[str] = "control/app.py.jinja"
    path: Code
    doc: SpecText
    imports: tuple[Code, ...]
    uses: Code
    control: Code
    beside: Code
    callers: Code


def plan(
    package: Package, names: PackageNames, targets: Collection[str]
) -> Iterator[AppModule]:
    """The only file of a control server that is not the same in every package."""
    control = package.control
    if control is None:
        return
    arguments = [string(package.title), *_pages(control)]
    uses = ["Beside", "Control", *(["Scripting"] if control.scripting else [])]
    yield AppModule(
        Code(f"{names.package}/control/app.py"),
        SpecText(f"The control server of {package.title}, and the servers beside it."),
        callers_imports(control.callers),
        Code(", ".join(uses)),
        call("Control", arguments, before=len("CONTROL = ")),
        tuple_of(
            list(_beside(package, targets)),
            before=len("BESIDE: tuple[Beside, ...] = "),
        ),
        callers_code(control.callers),
    )


def _pages(control: Control) -> Iterator[str]:
    """The arguments of ``Control`` that differ from its defaults."""
    telemetry, logs = control.telemetry, control.logs
    if not control.health:
        yield "health=False"
    if control.info:
        yield "info=True"
    if telemetry.enabled and telemetry.traces:
        yield f"traces={telemetry.buffer}"
    if logs:
        yield f"lines={_LINES}"
        if logs.level:
            yield "levels=True"
        if logs.stream:
            yield f"followers={logs.subscribers}"
    if control.scripting:
        arguments = list(_scripting(control.scripting))
        before = STEP + len("scripting=")
        made = call("Scripting", arguments, indent=STEP, before=before, after=1)
        yield f"scripting={made}"


def _scripting(said: Scripting) -> Iterator[str]:
    if not said.enabled:
        yield "enabled=False"
    if said.location:
        yield f"location={string(said.location)}"
    if said.language:
        yield f"language={string(said.language)}"
    default = Scripting()
    if said.timeout != default.timeout:
        yield f"timeout={said.timeout}"
    if said.statements != default.statements:
        yield f"statements={said.statements}"
    if said.languages:
        before = 2 * STEP + len("languages=")
        made = literal(said.languages, indent=2 * STEP, before=before, after=1)
        yield f"languages={made}"


def _beside(package: Package, targets: Collection[str]) -> Iterator[Code]:
    """The servers that answer over HTTP."""
    for kind in _BESIDE:
        for adapter, suffix in adapters(package, kind) if kind in targets else ():
            server = getattr(adapter, kind)
            if isinstance(server, McpServer) and server.transport == "stdio":
                continue
            arguments = [
                string(kind),
                string(server.name),
                string(f"{MODULES[kind]}{suffix}"),
                str(server.port),
            ]
            yield call("Beside", arguments, indent=STEP, after=1)


def telemetry_arguments(package: Package, indent: int) -> Iterator[str]:
    """What ``main`` is told of the telemetry that the document wants of all servers; nothing by default."""
    if package.control is None:
        return
    said = package.control.telemetry
    if settings := dict(_settings(said)):
        before = indent + len("telemetry=")
        made = literal(settings, indent=indent, before=before, after=1)
        yield f"telemetry={made}"
    if said.enabled and said.variable:
        yield f"exporter_variable={string(said.variable)}"


def _settings(said: Telemetry) -> Iterator[tuple[str, str | float | bool]]:
    """Names and values of ``Settings``."""
    if not (said.enabled and said.metrics):
        yield "metrics", False
    if not said.enabled:
        yield "traces", False
        return
    if said.sampling < 1:
        yield "sampling", said.sampling
    if said.propagation != "w3c":
        yield "propagation", said.propagation
    if said.endpoint:
        yield "exporter", said.endpoint


def rows(control: Control) -> Iterator[Row]:
    """The pages of the control server, for the README."""
    telemetry, logs = control.telemetry, control.logs
    if control.health:
        yield _row("GET /health/live", "whether the process answers")
        yield _row("GET /health/ready", "whether all servers beside it do; else 503")
    if control.info:
        yield _row("GET /status", "what runs, and for how long")
    if telemetry.enabled and telemetry.metrics:
        yield _row("GET /metrics", "the counts of all servers, for Prometheus")
    if telemetry.enabled and telemetry.traces:
        words = f"the last {telemetry.buffer} traces, where `opentelemetry-sdk` is installed"
        yield _row("GET /traces", words)
        yield _row("GET /traces/{traceId}", "one of them with its spans")
    if logs:
        yield _row("GET /logs", f"the last {_LINES} lines of the log")
    if logs and logs.level:
        yield _row("PUT /logs", 'change the level of the log: `{"level": "debug"}`')
    if logs and logs.stream:
        yield _row("GET /logs/stream", "the log from now on, as server-sent events")
    if control.scripting:
        yield _row("GET /scripting", "how scripts are bounded, and what has been run")
        yield _row("PUT /scripting", "bound them otherwise until the process ends")


def _row(name: str, words: str) -> Row:
    return Row(Code(f"`{name}`"), Code(words))
