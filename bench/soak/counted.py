"""Run a generated package as ``python -m`` does; on SIGUSR1 it says on standard error how many tasks its loop has."""

from __future__ import annotations

import asyncio
import os
import runpy
import signal
import sys


def _say(number: int, frame: object) -> None:
    tasks = asyncio.all_tasks(asyncio.get_running_loop())
    os.write(2, b"tasks %d\n" % len(tasks))


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, _say)
    _, package, *sys.argv[1:] = sys.argv
    runpy.run_module(package, run_name="__main__", alter_sys=True)
