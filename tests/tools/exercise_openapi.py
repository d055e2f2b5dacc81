"""Exercises one OpenAPI document: every operation through both clients, REST and MCP, and every documented reply."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.tools.exercise_calls import (
    BASE,
    Call,
    arguments_of,
    concrete,
    concrete_status,
    encoded,
    same,
    tool_media_type,
    whole,
)
from tests.tools.exercise_document import Document, Operation
from tests.tools.exercise_request import (
    NONE,
    Wanted,
    differences,
    in_header,
    kind_of,
    secret,
    sign,
    wanted,
)
from tests.tools.exercise_streams import EVENT, STREAMS, in_parts
from tests.tools.exercise_values import Maker, Unmakeable
from tests.tools.exercise_wire import (
    JSON,
    Answer,
    Outcome,
    Recorder,
    credentials,
    environment,
    rpc,
    send,
    serving,
    tools,
)


class ApiExercise:
    """One document."""

    def __init__(self, path: Path, recorder: Recorder, outcome: Outcome) -> None:
        self.recorder, self.outcome = recorder, outcome
        self.document = Document(path)
        self.operations = list(self.document.operations())
        self.parts = False
        """Whether the next call is for the parts of a reply."""

    def run(self, folder: Path, package: str) -> None:
        """Exercise ``package`` in ``folder``."""
        names = credentials(folder, package)
        given = environment({name: secret(name) for name in names})
        given["PYTHONPATH"] = str(folder)
        script = str(Path(__file__).with_name("exercise_api_caller.py"))
        command = [sys.executable, script, package, self.recorder.url + BASE]
        pipes = {
            "stdin": subprocess.PIPE,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
        }
        with subprocess.Popen(command, env=given, text=True, **pipes) as child:  # type: ignore[call-overload]
            first = child.stdout.readline()
            if not first:
                self.outcome.wrong.append(f"import: {child.stderr.read()[-500:]}")
                return
            about = json.loads(first)
            self.variables: dict[str, list[str]] = about["variables"]
            self._clients(child, about["methods"])
            child.stdin.close()
            if log := child.stderr.read():
                self.outcome.wrong.append(f"client log: {log[-400:]}")
        url = {"": self.recorder.url + BASE}
        self.recorder.answer = Answer()
        with serving(package, "rest", url, given, self.outcome) as port:
            self._rest(port)
        with serving(package, "mcp", url, given, self.outcome) as port:
            self._mcp(port, about["tools"])

    def _maker(self, *, sending: bool, bare: bool = False, pick: int = 0) -> Maker:
        return Maker(self.document, sending=sending, bare=bare, pick=pick)

    def _call(
        self,
        kind: str,
        operation: Operation,
        media_type: str,
        *,
        bare: bool = False,
        pick: int = 0,
    ) -> Call | None:
        """A call, or ``None`` when no value can be made, which is counted as skipped."""
        try:
            call = Call(
                self.document,
                operation,
                media_type,
                self._maker(sending=True, bare=bare, pick=pick),
                bare=bare,
            )
        except Unmakeable as error:
            self.outcome.skipped += 1
            print(
                f"{self.outcome.name}: {kind} {operation} skipped: {error}", flush=True
            )
            return None
        sign(call.wanted, operation, self.document, self.variables)
        return call

    def _compare(
        self, kind: str, call: Call, want: Wanted, problems: list[str]
    ) -> None:
        got = self.recorder.take()
        if len(got) != 1:
            problems.append(f"{len(got)} requests reached the upstream")
        else:
            problems += differences(want, got[0])
        self.outcome.judge(
            kind, f"{call.operation} {call.media_type}".strip(), problems
        )

    def _clients(self, child: Any, methods: dict[str, Any]) -> None:
        keys = {str(o) for o in self.operations}
        if extra := sorted(methods.keys() - keys):
            self.outcome.wrong.append(f"methods of no operation: {extra[:5]}")
        for operation in self.operations:
            method = methods.get(str(operation))
            if method is None:
                self.outcome.judge(
                    "client", str(operation), ["no method of that operation"]
                )
                continue
            types = list(operation.bodies) or [""]
            for media_type in types:
                self._client(child, "client", operation, media_type)
            self._client(child, "client", operation, types[0], bare=True)
            self._client(child, "async", operation, types[0], pick=1)
            self._replies(child, operation, types[0])

    def _client(
        self,
        child: Any,
        kind: str,
        operation: Operation,
        media_type: str,
        *,
        bare: bool = False,
        pick: int = 0,
    ) -> None:
        call = self._call(kind, operation, media_type, bare=bare, pick=pick)
        if call is None:
            return
        self.recorder.answer = self._success(operation)
        whole(call, self.document)
        said = self._ask(
            child, call, asynchronous=kind == "async", typed=kind == "async"
        )
        self._compare(
            kind, call, call.wanted, [said["problem"]] if "problem" in said else []
        )

    def _ask(
        self, child: Any, call: Call, *, asynchronous: bool, typed: bool
    ) -> dict[str, Any]:
        self.recorder.take()
        job: dict[str, Any] = {
            "key": str(call.operation), "values": [[*k, v] for k, v in call.values.items()],
            "asynchronous": asynchronous, "parts": self.parts,
            "hidden": sorted(self.document.hidden["readOnly"]),
            "typed": typed and kind_of(call.media_type) in ("json", "form"),
        }  # fmt: skip
        if call.body is not NONE:
            job |= {
                "body": _based(call.body),
                "content_type": concrete(call.media_type),
            }
        child.stdin.write(json.dumps(job) + "\n")
        child.stdin.flush()
        line = child.stdout.readline()
        found: dict[str, Any] = (
            json.loads(line)
            if line
            else {"problem": f"died: {child.stderr.read()[-400:]}"}
        )
        return found

    def _success(self, operation: Operation) -> Answer:
        """A documented success, else an empty one."""
        found = self._documented(operation, pick=0)
        fine = [Answer(raw, s, media) for s, media, raw in found if 200 <= s < 300]
        as_json = [a for a in fine if kind_of(a.media_type) == "json"]
        return next(iter(as_json or fine), Answer(b"", 204))

    def _documented(
        self, operation: Operation, *, pick: int, bare: bool = False
    ) -> Iterator[tuple[int, str, bytes]]:
        """Status, media type and body of every reply."""
        for said, content in operation.replies.items():
            status = concrete_status(said, operation.replies.keys())
            if not status or 300 <= status < 400:
                continue
            if status == 204:
                content = {}
            for media_type, schema in content.items() or ():
                try:
                    yield status, concrete(media_type) or JSON, self._reply(
                        media_type, schema, pick, bare
                    )
                except Unmakeable as error:
                    self.outcome.skipped += 1
                    print(
                        f"{self.outcome.name}: reply {operation} {status} skipped: {error}",
                        flush=True,
                    )
            if not content:
                yield status, "", b""

    def _reply(self, media_type: str, schema: Any, pick: int, bare: bool) -> bytes:
        kind = kind_of(media_type)
        if media_type.partition(";")[0] in STREAMS:
            return self._parts(media_type, schema, pick, bare)
        if kind == "json":
            made = self._maker(sending=False, bare=bare, pick=pick).valid(
                schema, "reply"
            )
            return json.dumps(made, ensure_ascii=False).encode()
        return b"\x00\xff binary" if kind == "binary" else "text ä".encode()

    def _parts(self, media_type: str, schema: Any, pick: int, bare: bool) -> bytes:
        """A reply of two parts."""
        events = media_type.startswith("text/event-stream")
        known = self.document.follow(schema)
        if isinstance(known, dict) and known.get("type") == "array":
            schema = known.get("items")
            known = self.document.follow(schema)
        if not known or known.get("type") == "string":
            text = events and bool(known)
            items: list[Any] = ["text ä\nb"] * 2 if text else [{"k": "ä"}, {}]
            return in_parts("text" if text else "data" if events else "lines", items)
        maker = self._maker(sending=False, bare=bare, pick=pick)
        item = maker.valid(schema, "reply")
        form = "data" if events else "lines"
        if (
            events
            and isinstance(item, dict)
            and "data" in item
            and item.keys() <= EVENT
        ):
            form = "text event" if isinstance(item["data"], str) else "event"
        return in_parts(form, [item, item])

    def _replies(self, child: Any, operation: Operation, media_type: str) -> None:
        """Every documented reply, full, bare and with other choices: decoded strictly and encoded again."""
        call = self._call("replies", operation, media_type, bare=True)
        if call is None or operation.method == "HEAD":
            return
        seen: set[tuple[int, str, bytes]] = set()
        for pick, bare in ((0, False), (0, True), (1, False), (2, False), (3, False)):
            for found in self._documented(operation, pick=pick, bare=bare):
                if found in seen:
                    continue
                seen.add(found)
                status, kind, raw = found
                self.recorder.answer = Answer(raw, status, kind)
                self.parts = kind.partition(";")[0] in STREAMS
                said = self._ask(child, call, asynchronous=bool(pick % 2), typed=False)
                self.parts = False
                if not self._asked_for(kind):
                    self.outcome.skipped += 1
                    continue
                self._judge_reply(operation, found, said)

    def _asked_for(self, media_type: str) -> bool:
        """Whether the last request accepts ``media_type``: what nobody asks for does not come."""
        got = self.recorder.requests[-1:]
        accept = dict(got[0]["headers"]).get("Accept", "*/*") if got else "*/*"
        names = {name.partition(";")[0].strip() for name in accept.split(",")}
        bare = media_type.partition(";")[0]
        some = {bare, bare.partition("/")[0] + "/*", "*/*"}
        return not media_type or bool(names & some)

    def _judge_reply(
        self, operation: Operation, sent: tuple[int, str, bytes], said: dict[str, Any]
    ) -> None:
        status, media_type, raw = sent
        problems = [said["problem"]] if "problem" in said else []
        if not problems:
            got = b64decode(said["reply"])
            if status >= 400 and said.get("status") != status:
                problems.append(f"no failure of status {status}")
            if not same(raw, got, media_type):
                problems.append(f"came as {got[:200]!r}, was {raw[:200]!r}")
        self.outcome.judge("replies", f"{operation} {status} {media_type}", problems)

    def _rest(self, port: int) -> None:
        paths = json.loads(send(port, "GET", "/openapi.json")[1])["paths"]
        served = {
            f"{m.upper()} {p}"
            for p, item in paths.items()
            for m in item
            if m in _METHODS
        }
        said = {f"{o.method} {o.path.partition('?')[0]}" for o in self.operations}
        if served != said:
            self.outcome.wrong.append(f"routes differ: {sorted(served ^ said)[:5]}")
        for operation in self.operations:
            for media_type in list(operation.bodies) or [""]:
                if call := self._call("rest", operation, media_type):
                    self._route(port, call)

    def _route(self, port: int, call: Call) -> None:
        answer = self.recorder.answer = self._success(call.operation)
        self.recorder.take()
        want = wanted(call.operation, "", call.values, call.media_type, call.body)
        headers = {p.name: in_header(p, call.values[p.place, p.name]) for p in call.operation.parameters
                   if p.place == "header" and (p.place, p.name) in call.values}  # fmt: skip
        if want.cookies:
            headers["cookie"] = "; ".join(want.cookies)
        body = b""
        if call.body is not NONE:
            headers["content-type"], body = encoded(call)
        target = want.path + ("?" + "&".join(want.query) if want.query else "")
        status, raw = send(port, call.operation.method, target, headers, body)
        problems = []
        if status != answer.status:
            problems.append(f"status {status}: {raw[:300].decode('utf-8', 'replace')}")
        elif call.operation.method != "HEAD" and raw != answer.body:
            problems.append(f"reply {raw[:100]!r}, not {answer.body[:100]!r}")
        self._compare("rest", call, call.wanted, problems)

    def _mcp(self, port: int, bound: list[dict[str, Any]]) -> None:
        listed = {tool["name"]: tool for tool in tools(port)}
        by_key = {tool["key"]: tool for tool in bound}
        for operation in self.operations:
            tool = by_key.get(str(operation))
            if tool is None or tool["name"] not in listed:
                self.outcome.judge("mcp", str(operation), ["no tool of that operation"])
                continue
            media_type = tool_media_type(tool, operation)
            if call := self._call("mcp", operation, media_type):
                if "stream" not in tool["fields"].values():
                    whole(call, self.document, tool=True)
                self._tool(port, call, tool, listed[tool["name"]])

    def _tool(
        self, port: int, call: Call, tool: dict[str, Any], listed: dict[str, Any]
    ) -> None:
        arguments, problems = arguments_of(call, tool)
        self.recorder.answer = self._success(call.operation)
        self.recorder.take()
        problems += unlike(listed["inputSchema"], arguments)
        reply = rpc(port, "tools/call", {"name": tool["name"], "arguments": arguments})
        if "error" in reply or reply["result"].get("isError"):
            problems.append(f"said {json.dumps(reply)[:500]}")
        self._compare("mcp", call, call.wanted, problems)


_METHODS = frozenset(
    {"get", "put", "post", "delete", "patch", "head", "options", "trace", "query"}
)


def unlike(schema: dict[str, Any], value: Any) -> list[str]:
    """How ``value`` does not fit ``schema``."""
    from jsonschema import Draft202012Validator

    found = Draft202012Validator(schema).iter_errors(value)
    return [
        f"not in the schema: {e.json_path} {e.message[:200]}" for e in list(found)[:2]
    ]


def _based(value: Any) -> Any:
    """``value`` with bytes as the caller's process reads them."""
    if isinstance(value, bytes):
        return {"$bytes": b64encode(value).decode()}
    if isinstance(value, dict):
        return {k: _based(v) for k, v in value.items()}
    return [_based(v) for v in value] if isinstance(value, list) else value
