# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What a server counts, and the page of it that Prometheus reads (text format 0.0.4).

Our own and not ``prometheus_client``: one event loop needs no locks, so that a request costs one addition in place of
several locked ones, and a start no import of 40 ms.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

Samples: TypeAlias = Mapping[str, Mapping[str, float]]
"""Metric → name with labels → value: plain data, which a gateway can join."""
Counts: TypeAlias = Callable[[], Samples]
"""Gives what has been counted so far."""

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the buckets of durations, in seconds."""

METRICS = {
    "naftiko_request_total": (
        "counter",
        "Requests by status; `none`: the caller left.",
    ),
    "naftiko_request_errors_total": (
        "counter",
        "Requests that failed: status 500 and above, or a tool result that is an error.",
    ),
    "naftiko_request_duration_seconds": (
        "histogram",
        "Time from a request's head to the end of its answer.",
    ),
    "naftiko_request_active": ("gauge", "Requests being answered."),
    "naftiko_request_shed_total": (
        "counter",
        "Requests refused with 503 because too many were being answered.",
    ),
    "naftiko_http_client_total": (
        "counter",
        "Calls of the upstream by status; `none`: no reply.",
    ),
    "naftiko_http_client_duration_seconds": (
        "histogram",
        "Time until the head of the upstream's reply.",
    ),
    "naftiko_http_client_retries_total": (
        "counter",
        "Calls made again: the first try failed, or met a kept connection that had been closed.",
    ),
    "naftiko_http_client_active": (
        "gauge",
        "Calls of the upstream that run, each to the end of its reply.",
    ),
    "naftiko_http_client_waiting": ("gauge", "Calls that wait for their turn."),
    "naftiko_http_client_shed_total": (
        "counter",
        "Calls refused with 503 before they were made: the upstream is `busy`, or `down`.",
    ),
    "naftiko_http_client_breaker_open": (
        "gauge",
        "1 while the upstream counts as down.",
    ),
    "naftiko_http_client_breaker_opened_total": (
        "counter",
        "How often the upstream has been found to be down.",
    ),
    "naftiko_log_dropped_total": (
        "counter",
        "Lines of the log that were dropped: standard error was not read.",
    ),
    "process_cpu_seconds_total": ("counter", "User and system time."),
    "process_resident_memory_bytes": ("gauge", "Memory in use."),
    "process_start_time_seconds": ("gauge", "Start of the process, in Unix time."),
}
"""Every metric: its type and what it counts."""

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_STATUS = ("none", "1xx", "2xx", "3xx", "4xx", "5xx")
_started = time.time()


class Series:
    """What was counted of one operation."""

    __slots__ = ("buckets", "errors", "seconds", "statuses")

    def __init__(self) -> None:
        """Nothing yet."""
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.errors = 0
        self.seconds = 0.0
        self.statuses = [0] * len(_STATUS)

    def add(self, status: int, seconds: float, failed: bool) -> None:
        """Count one; ``status`` 0: there is none."""
        self.statuses[status // 100 if status < 600 else 0] += 1
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds
        if failed:
            self.errors += 1


class Meter:
    """The requests of one server."""

    def __init__(self, adapter: str, active: Callable[[], int]) -> None:
        """``active`` tells how many requests are being answered."""
        self.shed = 0
        self.adapter = adapter
        self._active = active
        self._series: dict[str, Series] = {}

    def add(
        self, operation: str, status: int, seconds: float, failed: bool = False
    ) -> None:
        """Count a request of ``operation``, which is one of the document's, or the same for all that are none."""
        series = self._series.get(operation)
        if series is None:
            series = self._series[operation] = Series()
        series.add(status, seconds, failed or status >= 500)

    def samples(self) -> Samples:
        """See ``Samples``."""
        labels = f'adapter="{self.adapter}"'
        series = {_labels(labels, k): made for k, made in self._series.items()}
        errors = "naftiko_request_errors_total"
        active, shed = "naftiko_request_active", "naftiko_request_shed_total"
        return {
            **_samples("naftiko_request", series),
            errors: {f"{errors}{{{k}}}": made.errors for k, made in series.items()},
            active: {f"{active}{{{labels}}}": self._active()},
            shed: {f"{shed}{{{labels}}}": self.shed},
        }


class CallMeter:
    """The calls of one upstream, or of several."""

    def __init__(self, retries: Callable[[], int], service: str) -> None:
        """``retries`` tells how many were sent again; ``service`` is the name of a single upstream."""
        self._retries = retries
        self._service = service
        self._series: dict[tuple[str, str], Series] = {}

    def add(self, upstream: str, operation: str, status: int, seconds: float) -> None:
        """Count a call; ``status`` 0: there was no reply."""
        key = (upstream, operation)
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = Series()
        series.add(status, seconds, False)

    def samples(self) -> Samples:
        """See ``Samples``."""
        series = {
            _labels(f'upstream="{escaped(upstream or self._service)}"', name): made
            for (upstream, name), made in self._series.items()
        }
        name = "naftiko_http_client_retries_total"
        label = f'upstream="{escaped(self._service)}"'
        return {
            **_samples("naftiko_http_client", series),
            name: {f"{name}{{{label}}}": self._retries()},
        }


def started_at(moment: float) -> None:
    """The server has started at ``moment``, in Unix time, before this process of it."""
    global _started
    _started = moment


def page(sources: Iterable[Counts]) -> bytes:
    """All counts as one page."""
    found = merged([*(source() for source in sources), process()])
    return "".join(_families(found)).encode()


def merged(counts: Iterable[Samples]) -> Samples:
    """The sums of several counts."""
    found: dict[str, dict[str, float]] = {}
    for samples in counts:
        for name, values in samples.items():
            family = found.setdefault(name, {})
            for sample, value in values.items():
                family[sample] = family.get(sample, 0) + value
    return found


def escaped(value: str) -> str:
    """``value`` as the value of a label."""
    value = value.replace("\\", "\\\\").replace('"', '\\"')
    return " ".join(value.splitlines())


def _labels(first: str, operation: str) -> str:
    return f'{first},operation="{escaped(operation)}"'


def _families(found: Samples) -> Iterator[str]:
    for name, (kind, words) in METRICS.items():
        if values := found.get(name):
            yield f"# HELP {name} {words}\n# TYPE {name} {kind}\n"
            for sample, value in values.items():
                yield f"{sample} {round(value, 6)}\n"


def _samples(name: str, series: Mapping[str, Series]) -> dict[str, dict[str, float]]:
    """Counter by status and histogram of each series, by its labels."""
    total, duration = f"{name}_total", f"{name}_duration_seconds"
    found: dict[str, dict[str, float]] = {total: {}, duration: {}}
    for labels, made in series.items():
        for status, count in zip(_STATUS, made.statuses, strict=True):
            if count:
                found[total][f'{total}{{{labels},status="{status}"}}'] = count
        found[duration].update(_histogram(duration, labels, made))
    return found


def _histogram(name: str, labels: str, made: Series) -> Iterator[tuple[str, float]]:
    count = 0
    for bound, more in zip((*BOUNDS, "+Inf"), made.buckets, strict=True):
        count += more
        yield f'{name}_bucket{{{labels},le="{bound}"}}', count
    yield f"{name}_sum{{{labels}}}", made.seconds
    yield f"{name}_count{{{labels}}}", count


def process() -> Samples:
    """What the system has counted of this process, and its log."""
    from .logwriter import LOG  # here: the metrics are listed where there is no package

    values: dict[str, float] = {
        "naftiko_log_dropped_total": LOG.dropped,
        "process_cpu_seconds_total": time.process_time(),
        "process_start_time_seconds": _started,
    }
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_bytes().split()[1])
        values["process_resident_memory_bytes"] = pages * resource.getpagesize()
    except (ImportError, OSError):  # not Linux: left out
        pass
    return {name: {name: value} for name, value in values.items()}
