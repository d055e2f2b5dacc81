"""What must hold after a soak besides right answers: counts that agree on all sides, and nothing left behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from bench.soak import plan
from bench.soak.callers import Run
from bench.soak.watching import Watched, total, until

_OWN = {"rest": 'operation="GET /metrics"', "mcp": 'operation="/metrics"'}


def check(
    run: Run,
    requests: int,
    watched: dict[str, Watched],
    before: dict[str, dict[str, Any]],
    book: Callable[[], dict[str, Any]],
) -> Iterator[str]:
    """Everything that is wrong; ``before`` is what was seen of each server before, ``book`` what the upstream saw."""
    numbers = range(1, requests + 1)
    odd = [n for n in numbers if run.answered[n] != 1]
    if odd:
        yield f"{len(odd)} requests not answered exactly once, such as {odd[:5]}"
    yield from _left(watched, before, book)
    noted = book()
    yield from (f"upstream: {words}" for words in noted["problems"])
    times: bytes = noted["times"]
    for n in numbers:
        found = plan.outcome(n)
        if not found.least <= times[n] <= found.most:
            words = f"request {n} ({plan.kind(n)}, {plan.fault(n)}) was asked {times[n]} times of the upstream"
            yield f"{words}, not {found.least} to {found.most}"
    for name, server in watched.items():
        mine = range(1 if name == "rest" else 2, requests + 1, 2)
        yield from _counted(name, server, run, mine, times, before[name])
        yield from _logged(name, server, len(mine))


def _left(
    watched: dict[str, Watched],
    before: dict[str, dict[str, Any]],
    book: Callable[[], dict[str, Any]],
) -> Iterator[str]:
    """Descriptors, apart from kept connections to the upstream, and tasks, against those of the beginning."""
    first = sum(state["descriptors"] for state in before.values())
    seen: list[int] = []

    def same() -> bool:
        now = sum(server.descriptors() for server in watched.values())
        seen[:] = [now, book()["open"]]
        return bool(now - seen[1] == first)

    good = until(same)
    print(
        f"descriptors: {first} at first, {seen[0]} at the end, of which {seen[1]} are kept to the upstream"
    )
    if not good:
        yield "descriptors are left open"
    for name, server in watched.items():
        most = before[name]["tasks"]
        if not until(lambda server=server, most=most: server.tasks() <= most):  # type: ignore[misc]
            yield f"{name}: {server.tasks()} tasks, {most} at first"


def _counted(
    name: str, server: Watched, run: Run, mine: range, times: bytes, first: dict[str, Any]
) -> Iterator[str]:  # fmt: skip
    """Whether a server's metrics are those of what was sent and of what the upstream saw."""
    samples = server.metrics()
    for gauge in (
        "naftiko_http_client_active",
        "naftiko_http_client_waiting",
        "naftiko_http_client_breaker_open",
    ):
        if total(samples, gauge):
            yield f"{name}: {gauge} is {total(samples, gauge)}"
    active = total(samples, "naftiko_request_active")
    if active != 1:
        yield f"{name}: naftiko_request_active is {active}, not 1 for the scrape"
    for metric in (
        "naftiko_request_shed_total",
        "naftiko_http_client_shed_total",
        "naftiko_http_client_breaker_opened_total",
    ):
        if total(samples, metric):
            yield f"{name}: {metric} is {total(samples, metric)}"
    counted = _by_class(samples, name)
    counted.subtract(_by_class(first["metrics"], name))
    sent = Counter[str]()
    for status, count in run.statuses[name].items():
        sent[f"{status // 100}xx"] += count
    if +counted != +sent:
        yield f"{name}: counted {dict(+counted)}, answered {dict(+sent)}"
    asked = [times[n] for n in mine if plan.calls(n)]
    again = total(samples, "naftiko_http_client_retries_total")
    if sum(asked) != len(asked) + again:
        yield f"{name}: the upstream was asked {sum(asked)} times for {len(asked)} requests, with {again} retries"
    print(
        f"{name}: {counted.total():,} requests, {dict(sorted((+counted).items()))}; upstream calls {sum(asked):,},"
        f" of them {again:g} made again"
    )


def _by_class(samples: dict[tuple[str, str], float], name: str) -> Counter[str]:
    """Requests by class of status, without the scrapes."""
    found = Counter[str]()
    for (metric, labels), value in samples.items():
        if metric == "naftiko_request_total" and _OWN[name] not in labels:
            found[labels.rpartition('status="')[2].rstrip('"')] += int(value)
    return found


def _logged(name: str, server: Watched, count: int) -> Iterator[str]:
    """Whether the log has a line for each request, and nothing that should not be there."""
    until(lambda: sum(server.named().values()) >= count)
    named = server.named()
    if len(named) != count or set(named.values()) != {1}:
        yield f"{name}: {sum(named.values())} lines of the log name {len(named)} requests, of {count}"
    text = server.log.read_text(errors="replace")
    for word in ("Traceback", "soaked-secret", "Task exception", "never retrieved"):
        if word in text:
            yield f"{name}: the log says {word!r}"
