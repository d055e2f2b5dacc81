"""The Grafana dashboard of a package: every metric of its servers, and every operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from naftiko_codegen.deploy.model import Deployment, Server
from naftiko_codegen.python.markdown import escaped
from naftiko_codegen.python.settings import label, meaning, metric_kinds
from naftiko_codegen.read.document import Json

_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_ALL = 'job=~"$job"'
_WITHOUT = "without (instance, pod, endpoint, container)"
_MOST = 60
"""Operations of a server with panels of their own; those after it are in the panels of all."""
_QUANTILES = (0.5, 0.95, 0.99)
_UNITS = {"seconds": "s", "bytes": "bytes"}

Query = tuple[str, str]
"""PromQL, and its legend."""


def dashboard(deployment: Deployment, title: str) -> Json:
    """The whole dashboard; ``title`` are words of the document."""
    panels = [*_overview(), *_metrics()]
    placed = _placed(panels, 0)
    below = placed[-1]["gridPos"]["y"] + 8
    for row, server in enumerate(s for s in deployment.servers if s.operations):
        placed.append(_row(server, below + row))
    for number, panel in enumerate(_flat(placed), 1):
        panel["id"] = number
    return {
        "uid": deployment.name,
        "title": " ".join(title.split()) or deployment.name,
        "tags": ["naftiko-codegen"],
        "schemaVersion": 39,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {"list": [_source_choice(), _job_choice(deployment)]},
        "panels": placed,
    }


def _source_choice() -> Json:
    return {
        "name": "datasource",
        "label": "Data source",
        "type": "datasource",
        "query": "prometheus",
    }


def _job_choice(deployment: Deployment) -> Json:
    names = [server.name for server in deployment.servers]
    return {
        "name": "job",
        "label": "Job",
        "type": "query",
        "datasource": _SOURCE,
        "query": f"label_values({_name('naftiko_request_active')}, job)",
        "refresh": 2,
        "multi": True,
        "includeAll": True,
        "current": {"text": names, "value": names},
    }


def _name(name: str) -> str:
    """``name``, which must be one of the runtime."""
    metric_kinds()[name]
    return name


def _rate(name: str, labels: str = _ALL, end: str = "") -> str:
    return f"rate({_name(name)}{end}{{{labels}}}[$__rate_interval])"


def _quantile(share: float, name: str, labels: str = _ALL, more: str = "") -> str:
    buckets = f"sum by (le{more}) ({_rate(name, labels, '_bucket')})"
    return f"histogram_quantile({share:g}, {buckets})"


def _overview() -> Iterator[dict[str, Json]]:
    """Four numbers that say whether all is well."""
    total, errors = "naftiko_request_total", "naftiko_request_errors_total"
    duration, active = "naftiko_request_duration_seconds", "naftiko_request_active"
    every = f"sum({_rate(total)})"
    share = f"sum({_rate(errors)}) / {every}"
    active = f"sum({_name(active)}{{{_ALL}}})"
    yield _stat("Requests", "reqps", every)
    yield _stat("Failed", "percentunit", share, warning=0.01)
    yield _stat("95 of 100 within", "s", _quantile(0.95, duration))
    yield _stat("Being answered", "short", active)


def _metrics() -> Iterator[dict[str, Json]]:
    """A panel for every metric there is, by its kind."""
    for name, kind in metric_kinds().items():
        words = meaning(name)
        title = name.removeprefix("naftiko_").removesuffix("_total").replace("_", " ")
        unit = next((u for end, u in _UNITS.items() if name.endswith(end)), "short")
        if kind == "histogram":
            queries: list[Query] = [
                (_quantile(share, name), f"p{share * 100:g}") for share in _QUANTILES
            ]
        elif kind == "counter":
            unit = "cps" if unit == "short" else unit
            queries = [(f"topk(20, sum {_WITHOUT} ({_rate(name)}))", "__auto")]
        elif name == "process_start_time_seconds":
            unit = "s"
            queries = [(f"time() - {name}{{{_ALL}}}", "{{job}} {{instance}}")]
            title = "up for"
        else:
            queries = [(f"{name}{{{_ALL}}}", "{{job}} {{instance}}")]
        yield _series(title.capitalize(), words, unit, queries)


def _row(server: Server, top: int) -> dict[str, Json]:
    """A closed row with two panels for each operation of ``server``."""
    panels = [
        panel
        for operation in server.operations[:_MOST]
        for panel in _operation(server.kind, operation.label, operation.title)
    ]
    return {
        "type": "row",
        "title": f"{server.key}: operations",
        "collapsed": True,
        "gridPos": {"h": 1, "w": 24, "x": 0, "y": top},
        "panels": _placed(panels, top + 1),
    }


def _operation(kind: str, name: str, words: str) -> Iterator[dict[str, Json]]:
    labels = f'{_ALL},adapter="{kind}",operation="{_quoted(name)}"'
    duration = "naftiko_request_duration_seconds"
    by_status = f"sum by (status) ({_rate('naftiko_request_total', labels)})"
    failed = f"sum({_rate('naftiko_request_errors_total', labels)})"
    shown = str(escaped(words))
    queries = [(by_status, "{{status}}"), (failed, "failed")]
    yield _series(name, shown, "reqps", queries)
    quantiles = [
        (_quantile(share, duration, labels), f"p{share * 100:g}")
        for share in _QUANTILES
    ]
    yield _series(f"{name}: duration", shown, "s", quantiles)


def _quoted(name: str) -> str:
    """``name`` as the runtime writes it into a label, in a string of PromQL in which Grafana finds no variable."""
    stored = label(name)
    return stored.replace("$", "\\x24").replace("[[", "\\x5b\\x5b")


def _panel(kind: str, title: str, unit: str, queries: Sequence[Query]) -> dict[str, Json]:  # fmt: skip
    targets = [
        {
            "refId": chr(ord("A") + index),
            "datasource": _SOURCE,
            "expr": expression,
            "legendFormat": legend,
        }
        for index, (expression, legend) in enumerate(queries)
    ]
    return {
        "id": 0,
        "type": kind,
        "title": title,
        "datasource": _SOURCE,
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": targets,
    }


def _series(
    title: str, words: str, unit: str, queries: Sequence[Query]
) -> dict[str, Json]:
    return {**_panel("timeseries", title, unit, queries), "description": words}


def _stat(
    title: str, unit: str, expression: str, warning: float = 0.0
) -> dict[str, Json]:
    panel = _panel("stat", title, unit, [(expression, "")])
    if warning:
        steps = [{"color": "green", "value": None}, {"color": "red", "value": warning}]
        panel["fieldConfig"]["defaults"]["thresholds"] = {
            "mode": "absolute",
            "steps": steps,
        }
    return panel


def _placed(panels: Sequence[Mapping[str, Json]], top: int) -> list[dict[str, Json]]:
    """``panels`` from ``top`` down: numbers four in a line, all others two."""
    found: list[dict[str, Json]] = []
    x, y = 0, top
    for panel in panels:
        width, height = (6, 4) if panel["type"] == "stat" else (12, 8)
        found.append({**panel, "gridPos": {"h": height, "w": width, "x": x, "y": y}})
        x += width
        if x >= 24:
            x, y = 0, y + height
    return found


def _flat(panels: Sequence[dict[str, Json]]) -> Iterator[dict[str, Json]]:
    for panel in panels:
        yield panel
        yield from panel.get("panels", ())
