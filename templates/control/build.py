"""The control server and the servers beside it, all in one process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any

from ..server import tracesetup
from ..server.guard import Callers
from ..server.observer import HEALTH
from ..server.observer import READY as READYZ
from ..server.run import Site, run_all
from ..server.settings import Settings, SettingsError
from ..web.application import Application, Served
from ..web.pages import health
from . import logs, pages, scripting, traces
from .site import Beside, Control, Neighbour

_PATHS = {"mcp": "/mcp", "skill": "/skills"}


def serve_control(
    control: Control,
    beside: Sequence[Beside],
    settings: Settings,
    callers: Callers | None = None,
) -> int:
    """Serve the control server and those of ``beside`` that are wanted, until a stop signal; the exit status."""
    wanted = list(chosen(beside, settings.serve))
    if control.traces and settings.traces:
        tracesetup.record(settings)
    tail = logs.Tail(control.lines) if control.lines else None
    neighbours = [Neighbour(site, _built(site, settings)) for site in wanted]
    app = application(control, neighbours, settings, callers, tail)
    sites = [_site(item, settings) for item in neighbours]
    return run_all([*sites, Site(app, settings)], [tail] if tail else [])


def application(
    control: Control,
    neighbours: Sequence[Neighbour],
    settings: Settings,
    callers: Callers | None,
    tail: logs.Tail | None,
) -> Application:
    """The ASGI application of the control server."""
    _tell_apart(neighbours)
    counts = [
        count
        for item in neighbours
        for count in (
            *([item.app.observer.meter.samples] if item.app.observer.meter else []),
            *item.app.counts,
        )
    ]
    made: list[Served] = [health(), *pages.pages(control, neighbours, settings)]
    if control.traces and settings.traces:
        buffer = traces.recent(control.traces) if tracesetup.running() else None
        made += traces.pages(buffer)
    if tail is not None:
        made += logs.pages(control, tail)
        for item in neighbours:
            item.app.observer.log.tail = tail.add
    if control.scripting is not None:
        made += scripting.pages(control.scripting)
    openly = (HEALTH, READYZ) if callers else (HEALTH, READYZ, pages.LIVE, pages.READY)
    own = replace(settings, traces=False)  # those who look are not worth a trace
    return Application(
        (), made, own, (), callers, counts, adapter="control", openly=openly
    )


def chosen(beside: Iterable[Beside], serve: Sequence[str]) -> Iterator[Beside]:
    """Those that are named, with the port that is named; all when none is. Raises ``SettingsError``."""
    known = {name: site for site in beside for name in (site.kind, site.name) if name}
    first = {site.kind: site for site in reversed(list(beside))}
    if not serve:
        yield from beside
    for text in serve:
        name, separator, port = text.partition("=")
        site = {**known, **first}.get(name)
        if site is None or (separator and not (port.isascii() and port.isdigit())):
            names = ", ".join({**first, **known}) or "none"
            raise SettingsError(f"--serve takes NAME or NAME=PORT; the names: {names}")
        yield replace(site, port=int(port)) if port else site


def _built(site: Beside, settings: Settings) -> Any:
    """The application of a server of this package."""
    root = str(__package__).rpartition(".")[0]
    module = import_module(f"{root}.{site.module}")
    return module.build(replace(settings, port=site.port))


def _site(item: Neighbour, settings: Settings) -> Site:
    own = replace(settings, port=item.site.port)
    return Site(item.app, own, _PATHS.get(item.site.kind, ""))


def _tell_apart(neighbours: Sequence[Neighbour]) -> None:
    """Name the servers of a kind of which there are several, so that their counts differ."""
    kinds = [item.site.kind for item in neighbours]
    for item in neighbours:
        if kinds.count(item.site.kind) > 1:
            item.app.observer.rename(f"{item.site.kind} {item.site.name}")
