"""The scripts of steps at work: each in a process that has its input, little memory, little time, and nothing else."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec

from ..server.governance import GOVERNANCE
from ..server.problems import Problem
from ..server.steps import NOTHING

SWITCH = "NAFTIKO_SCRIPTING"
"""The environment variable that, when it is ``false``, switches all scripts off."""
_MEMORY = 512 * 1024 * 1024
_NODE_MEMORY = 1024 * 1024 * 1024
"""Bytes that a script and its interpreter may use; Node's interpreter alone takes a third of it."""
_HEAP = "--max-old-space-size=256"
_LARGEST = 16 * 1024 * 1024
"""Bytes of what a script may give."""
_AT_ONCE = 4
_OLDEST_NODE = 20

logger = logging.getLogger(__name__)
_here = Path(__file__).parent
_slots = asyncio.Semaphore(_AT_ONCE)
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


async def script(
    language: str,
    files: tuple[str, ...],
    inputs: Mapping[str, Any],
    seen: Mapping[str, Any],
    *,
    seconds: float,
    cpu: int,
) -> Any:
    """What the last of ``files`` leaves in ``result``, or ``NOTHING``; those before it are run first.

    Scripts see one variable, ``context``: ``inputs``, then what is ``seen``. ``seconds`` bound the whole, ``cpu`` the
    processor time. Raises ``Problem`` 500: the caller can do nothing about it.
    """
    if os.environ.get(SWITCH, "").strip().lower() == "false":
        raise Problem(500, "Scripts are switched off on this server.")
    bounds = GOVERNANCE.bounds(language, seconds, cpu)
    started = perf_counter()
    failed = True
    try:
        result = await _run(language, files, {**inputs, **seen}, *bounds)
        failed = False
        return result
    finally:
        GOVERNANCE.ran(perf_counter() - started, failed)


async def _run(
    language: str,
    files: tuple[str, ...],
    given: Mapping[str, Any],
    seconds: float,
    cpu: int,
) -> Any:
    name = files[-1]
    context = {k: v for k, v in given.items() if v is not NOTHING}
    texts = [(file, _text(file)) for file in files]
    job = _encode({"context": context, "files": texts})
    async with _slots:
        try:
            async with asyncio.timeout(seconds):
                command = await _command(language, cpu)
                said, status = await _talk(command, job, name)
        except TimeoutError:
            words = f"The script {name} took longer than {seconds:g} seconds."
            raise Problem(500, words) from None
    if status == -signal.SIGXCPU or (status == -signal.SIGKILL and not said):
        words = f"The script {name} took more processor time or memory than it may."
        raise Problem(500, words)
    return _result(name, said, status)


def _result(name: str, said: bytes, status: int) -> Any:
    """What a script has given."""
    try:
        answer = _decode(said)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        answer = None
    if status or not isinstance(answer, dict):
        logger.warning("script %s ended with status %d and no result", name, status)
        raise Problem(500, f"The script {name} broke off.")
    if "error" in answer:
        kind = "".join(c for c in str(answer["error"]) if c.isalnum())[:100]
        words = f"The script {name} failed: {kind} in line {answer.get('line', 0)}."
        logger.warning("%s", words)
        raise Problem(500, words)
    return answer.get("result", NOTHING)


@lru_cache(256)
def _text(name: str) -> str:
    return (_here / "files" / f"{name}.txt").read_text(encoding="utf-8")


async def _command(language: str, cpu: int) -> list[str]:
    """The program that runs a script: a Python without this server's packages, which Node takes the place of."""
    if os.name != "posix":
        raise Problem(500, "Scripts need a system that can limit processes.")
    start = [sys.executable, "-I", "-S", str(_here / "child.py"), str(cpu)]
    if language == "python":
        return [*start, str(_MEMORY)]
    node = shutil.which("node")
    if node is None:
        raise Problem(500, "Scripts in JavaScript need Node, which is not installed.")
    version = await _version(node)
    if version < _OLDEST_NODE:
        words = (
            f"Scripts in JavaScript need Node {_OLDEST_NODE} or newer, not {version}."
        )
        raise Problem(500, words)
    child = str(_here / "child.cjs")
    closed = "--permission" if version > 22 else "--experimental-permission"
    options = [closed, f"--allow-fs-read={child}", _HEAP, "--no-addons"]
    strict = "--disallow-code-generation-from-strings"
    return [*start, str(_NODE_MEMORY), node, *options, strict, child]


_versions: dict[str, int] = {}


async def _version(node: str) -> int:
    """The major version of Node; 0 when it does not say."""
    if node not in _versions:
        said, _ = await _talk([node, "--version"], b"", "node")
        major = said.decode("ascii", "replace").strip().removeprefix("v").split(".")[0]
        _versions[node] = int(major) if major.isdecimal() else 0
    return _versions[node]


async def _talk(command: list[str], job: bytes, name: str) -> tuple[bytes, int]:
    """What a program says to ``job``, and how it ended; it never outlives this call."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8"},
        cwd="/",
        start_new_session=True,
    )
    try:
        giving = asyncio.create_task(_give(process, job))
        try:
            said = await _said(process, name)
        finally:
            giving.cancel()
        return said, await process.wait()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _give(process: asyncio.subprocess.Process, job: bytes) -> None:
    """Write ``job``; a program that has ended already does not want it."""
    if process.stdin is None:
        return
    try:
        process.stdin.write(job)
        await process.stdin.drain()
        process.stdin.close()
    except ConnectionError:
        pass


async def _said(process: asyncio.subprocess.Process, name: str) -> bytes:
    said = bytearray()
    while process.stdout is not None and (chunk := await process.stdout.read(65536)):
        said += chunk
        if len(said) > _LARGEST:
            raise Problem(500, f"The script {name} gives too much.")
    return bytes(said)
