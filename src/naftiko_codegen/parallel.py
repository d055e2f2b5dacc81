"""The same function over many documents, in this process or in several; the result is the same."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from naftiko_codegen.diagnostics import Diagnostic, Diagnostics

Item = TypeVar("Item")
Result = TypeVar("Result")

WORTH_IT = 2_000_000
"""Bytes of documents beyond which more processes save time; below it, starting them costs more."""

_job: Callable[[int], Any] | None = None
"""What the forked workers run; set just before they are forked."""


def workers(asked: int, paths: Iterable[Path]) -> int:
    """How many processes to use when the user ``asked`` for so many (0 leaves it to us)."""
    files = list(paths)
    if sys.platform != "linux" or len(files) < 2:
        return 1
    if asked:
        return min(asked, len(files))
    size = sum(path.stat().st_size for path in files if path.exists())
    return min(os.cpu_count() or 1, len(files)) if size > WORTH_IT else 1


def each(
    function: Callable[[Item, Diagnostics], Result],
    items: Sequence[Item],
    jobs: int,
    diagnostics: Diagnostics,
) -> list[Result]:
    """``function`` of each item, in their order; what it reports is added to ``diagnostics``."""

    def one(index: int) -> tuple[Result, list[Diagnostic]]:
        own = diagnostics.fresh()
        return function(items[index], own), list(own)

    if jobs > 1 and len(items) > 1:
        outcomes = _forked(one, len(items), jobs)
    else:
        outcomes = [one(index) for index in range(len(items))]
    for _, found in outcomes:
        for finding in found:
            diagnostics.add(finding)
    return [result for result, _ in outcomes]


def _forked(one: Callable[[int], Any], count: int, jobs: int) -> list[Any]:
    """``one`` of 0 … ``count`` - 1 in ``jobs`` processes, which inherit everything and send back results."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    global _job
    _job = one
    try:
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(jobs, mp_context=context) as pool:
            return list(pool.map(_run, range(count)))
    finally:
        _job = None


def _run(index: int) -> Any:
    """One piece of work, inside a worker."""
    assert _job is not None  # noqa: S101 - set by the parent before the fork
    return _job(index)
