# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What the processes behind one port have counted: memory that all of them see, each writes its own part."""

from __future__ import annotations

import json
import mmap
import os
import tempfile
from collections.abc import Iterable, Mapping
from typing import Any

from .meter import METRICS, Samples, merged

_HALF = 8 * 1024 * 1024
"""Bytes of one text; pages that nobody has written take no memory."""
_HEAD = 4096
_ENDED = 0
_LENGTH = 8


def shared(slots: int) -> int:
    """The descriptor of new memory for ``slots`` processes; it has no name, and ends with the last of them."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("counts")
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    os.ftruncate(descriptor, _size(slots))
    return descriptor


def _size(slots: int) -> int:
    return _HEAD + 2 * _HALF * (slots + 1)


class Board:
    """Counts by slot, from 1. A text is written beside the one before it, so that readers always find a whole one."""

    def __init__(self, descriptor: int, slots: int) -> None:
        """``descriptor`` is of ``shared``; ``slots`` at most 4000."""
        self._memory = mmap.mmap(descriptor, _size(slots))
        self._slots = slots

    def write(self, slot: int, worker: int, samples: Samples) -> None:
        """Replace what ``slot`` says, which the process number ``worker`` has; what is too long is left out."""
        self._put(slot, {"worker": worker, "samples": samples})

    def others(self, slot: int) -> Samples:
        """What all but ``slot`` have counted, those that have ended, too."""
        found = [self._get(n) for n in range(1, self._slots + 1) if n != slot]
        ended = self._get(_ENDED)  # last: who ends meanwhile is counted once
        past = ended.get("workers", ())
        live = [it["samples"] for it in found if it and it["worker"] not in past]
        return merged([*live, ended.get("samples", {})])

    def fold(self, slot: int) -> None:
        """The process of ``slot`` has ended: what only grows is kept, so that no count falls."""
        found, ended = self._get(slot), self._get(_ENDED)
        if not found:
            return
        grows = {
            name: values
            for name, values in found["samples"].items()
            if METRICS[name][0] != "gauge"
        }
        samples = merged([ended.get("samples", {}), grows])
        past = [*ended.get("workers", ())][-self._slots :]
        self._put(_ENDED, {"workers": [*past, found["worker"]], "samples": samples})
        self._memory[slot] = 0

    def _put(self, slot: int, value: Mapping[str, Any]) -> None:
        text = json.dumps(value).encode()
        if len(text) > _HALF - _LENGTH:
            return
        half = 2 if self._memory[slot] == 1 else 1
        start = _start(slot, half)
        self._memory[start : start + _LENGTH] = len(text).to_bytes(_LENGTH, "big")
        self._memory[start + _LENGTH : start + _LENGTH + len(text)] = text
        self._memory[slot] = half

    def _get(self, slot: int) -> dict[str, Any]:
        """What ``slot`` says; empty when nobody has it."""
        half = self._memory[slot]
        if not half:
            return {}
        start = _start(slot, half) + _LENGTH
        length = int.from_bytes(self._memory[start - _LENGTH : start], "big")
        found: dict[str, Any] = json.loads(self._memory[start : start + length])
        return found


def _start(slot: int, half: int) -> int:
    return _HEAD + _HALF * (2 * slot + half - 1)


def without_start(counts: Iterable[Samples]) -> Samples:
    """The sums of ``counts``, but for the start of the process, which has no sum."""
    found = dict(merged(counts))
    found.pop("process_start_time_seconds", None)
    return found
