"""Callers that never stop: each request has a number, and must be answered once, with that number."""

from __future__ import annotations

import http.client
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from .capability_package import Answer, Recorder, Seen

SPEC = """
naftiko: "1.0.0-alpha2"
info:
  label: Numbers
  description: Gives back what it gets.
capability:
  consumes:
    - type: http
      namespace: numbers
      description: Numbers.
      baseUri: http://127.0.0.1:9
      resources:
        - name: numbers
          path: /numbers
          operations:
            - name: echo
              method: POST
              inputParameters:
                - name: number
                  in: query
                  type: string
  exposes:
    - type: rest
      namespace: numbers-rest
      port: 8081
      resources:
        - path: /numbers
          name: numbers
          operations:
            - name: echo
              method: POST
              call: numbers.echo
              inputParameters:
                - name: number
                  in: query
                  type: string
                  description: A number.
    - type: mcp
      namespace: numbers-mcp
      port: 9091
      tools:
        - name: echo
          description: Gives back a number.
          call: numbers.echo
          inputParameters:
            - name: number
              type: string
              description: A number.
"""


def answer(seen: Seen) -> Answer:
    """What the upstream says: the number of the request."""
    number = parse_qs(urlsplit(seen.target).query)["number"][0]
    content = json.dumps({"number": number}).encode()
    return 200, {"Content-Type": "application/json"}, content


@dataclass
class Load:
    """What became of the requests."""

    sent: int = 0
    failed: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stop: threading.Event = field(default_factory=threading.Event)

    def next(self) -> str:
        """The number of the next request."""
        with self.lock:
            self.sent += 1
            return str(self.sent)

    def check(self, kept: Recorder) -> None:
        """Everything was answered, and reached the upstream once."""
        assert not self.failed, self.failed[:3]
        found = Counter(seen.target.rpartition("=")[2] for seen in kept.seen)
        assert len(found) == self.sent
        assert set(found.values()) == {1}


@contextmanager
def load(port: int, kind: str, *, callers: int = 3, keep: bool = False) -> Iterator[Load]:  # fmt: skip
    """Callers of a server of the package, until the end of the block; ``keep``: each on one connection."""
    found = Load()
    threads = [
        threading.Thread(target=_call, args=(found, port, kind, keep))
        for _ in range(callers)
    ]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        found.stop.set()
        for thread in threads:
            thread.join()


def _call(found: Load, port: int, kind: str, keep: bool) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    while not found.stop.wait(0.002):
        number = found.next()
        try:
            status, said = _ask(connection, kind, number, keep)
            if status != 200 or f'"{number}"' not in said.replace("\\", ""):
                found.failed.append(f"{number}: {status} {said[:200]}")
        except Exception as error:
            found.failed.append(f"{number}: {error!r}")
            connection.close()
    connection.close()


def _ask(
    connection: http.client.HTTPConnection, kind: str, number: str, keep: bool
) -> tuple[int, str]:
    headers = {"content-type": "application/json"}
    headers |= {} if keep else {"connection": "close"}
    if kind == "rest":
        connection.request("POST", f"/numbers?number={number}", None, headers)
    else:
        params = {"name": "echo", "arguments": {"number": number}}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        accept = {"accept": "application/json, text/event-stream"}
        connection.request("POST", "/mcp", json.dumps(message), headers | accept)
    reply = connection.getresponse()
    return reply.status, reply.read().decode()
