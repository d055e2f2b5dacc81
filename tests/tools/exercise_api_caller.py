"""Runs beside the package of an OpenAPI document: calls its clients as told, one JSON line in, one out."""

from __future__ import annotations

import ast
import asyncio
import importlib
import inspect
import json
import sys
import textwrap
import types
from base64 import b64decode, b64encode
from typing import Any, Union, get_args, get_origin

from exercise_streams import in_parts


class Method:
    """A method of the client: its operation, and the parameter behind each keyword."""

    def __init__(self, attribute: str, name: str, function: Any) -> None:
        self.attribute, self.name, self.function = attribute, name, function
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        call = next(
            n
            for n in ast.walk(tree)
            if isinstance(n, ast.Call)
            and isinstance(n.func, ast.Attribute)
            and n.func.attr in ("call", "download", "of")
        )
        module = sys.modules[function.__module__]
        first: Any
        first, values = [a for a in call.args if not isinstance(a, ast.Attribute)][:2]
        late = isinstance(first, ast.Call)  # large packages make calls when needed
        made = getattr(module, (first.func if late else first).id)
        self.call: Any = made() if late else made
        self.in_parts = hasattr(self.call, "form")
        assert isinstance(values, ast.Dict)
        keywords = {
            k.value: v.id  # type: ignore[union-attr,attr-defined]
            for k, v in zip(values.keys, values.values, strict=True)
        }
        self.operation = self.call.operation
        self.keywords = {
            (p.place, p.name): keywords[p.key]
            for p in self.operation.parameters
            if p.key in keywords
        }
        self.arguments = list(inspect.signature(function).parameters)


def _is_paged(function: Any) -> bool:
    """Whether a method gives the items of several calls of another method."""
    return "PagedItems[" in str(function.__annotations__.get("return"))


class Caller:
    """Both clients of a package."""

    def __init__(self, name: str, url: str) -> None:
        self.package = importlib.import_module(name)
        self.codec = importlib.import_module(f"{name}._runtime.codec")
        self.errors = importlib.import_module(f"{name}._runtime.errors")
        own = next(
            n
            for n in self.package.__all__
            if n.endswith("Client") and not n.startswith("Async")
        )
        self.client = getattr(self.package, own)(
            base_url=url, retries=0, strict=True, timeout=10
        )
        make = getattr(self.package, f"Async{own}")
        self.loop = asyncio.new_event_loop()
        self.async_client = make(base_url=url, retries=0, strict=True, timeout=10)
        found = [
            (f"{m.operation.method} {m.operation.path}", m) for m in self._methods()
        ]
        self.parts = {key: m for key, m in found if m.in_parts}
        self.methods = {**self.parts, **{key: m for key, m in found if not m.in_parts}}

    def _methods(self) -> list[Method]:
        found = [
            Method("", n, f)
            for n, f in inspect.getmembers(type(self.client), inspect.isfunction)
            if not n.startswith("_") and n != "close" and not _is_paged(f)
        ]
        for attribute in dir(type(self.client)):
            descriptor = inspect.getattr_static(type(self.client), attribute)
            if type(descriptor).__name__ == "cached_property":
                owner = type(getattr(self.client, attribute))
                found += [
                    Method(attribute, n, f)
                    for n, f in inspect.getmembers(owner, inspect.isfunction)
                    if not n.startswith("_") and not _is_paged(f)
                ]
        return found

    def described(self) -> dict[str, Any]:
        """What there is: methods by operation, tools, and the variables of each credential."""
        service = importlib.import_module(f"{self.package.__name__}.service").SERVICE
        tools = importlib.import_module(f"{self.package.__name__}.mcp.tools").TOOLS
        return {
            "methods": {
                key: {"types": m.operation.content_types, "arguments": m.arguments,
                      "parameters": sorted(map(list, m.keywords))}
                for key, m in self.methods.items()
            },
            "variables": {c.key: list(c.variables) for c in service.credentials.values()},
            "tools": [_tool(tool) for tool in tools],
        }  # fmt: skip

    def run(self, job: dict[str, Any]) -> dict[str, Any]:
        """What came of a call: ``problem``, or ``reply`` as base64 with the ``status`` of a failure."""
        method = self.methods[job["key"]]
        if job.get("parts"):
            method = self.parts.get(job["key"], method)
        values: dict[str, Any] = {}
        for place, name, value in job["values"]:
            if (place, name) not in method.keywords:
                return {"problem": f"no argument for the {place} parameter {name}"}
            values[method.keywords[place, name]] = value
        client = self.async_client if job["asynchronous"] else self.client
        try:
            if "body" in job:
                values["body"] = self._body(method, job)
            if job.get("content_type") and "content_type" in method.arguments:
                values["content_type"] = job["content_type"]
            owner = getattr(client, method.attribute) if method.attribute else client
            made = getattr(owner, method.name)(**values)
            if job["asynchronous"]:
                made = self.loop.run_until_complete(self._awaited(made))
            if method.in_parts:
                form = method.call.form
                items = [json.loads(self.codec.encode(item)) for item in made]
                return {"reply": b64encode(in_parts(form, items)).decode()}
            return {"reply": self._encoded(made)}
        except self.errors.StatusError as error:
            return self._failed(method, error)
        except Exception as error:
            return {"problem": f"{type(error).__name__}: {error}"[:600]}

    async def _awaited(self, made: Any) -> Any:
        found = await made
        if hasattr(found, "__anext__"):
            return [item async for item in found]
        return await found.read() if hasattr(found, "iter_bytes") else found

    def _encoded(self, made: Any) -> str:
        if hasattr(made, "iter_bytes"):
            made = made.read()
        raw = made if isinstance(made, bytes) else self.codec.encode(made)
        return b64encode(raw).decode()

    def _failed(self, method: Method, error: Any) -> dict[str, Any]:
        found = {"status": error.status, "reply": b64encode(error.raw).decode()}
        if error.raw and "json" in error.headers.get("content-type", ""):
            type_ = method.call.error_type(error.status)
            try:
                self.codec.decode(type_, error.raw, True)
                found["reply"] = self._encoded(error.body)
            except Exception as problem:
                found["problem"] = f"{type(problem).__name__}: {problem}"[:600]
        return found

    def _body(self, method: Method, job: dict[str, Any]) -> Any:
        body = _bytes(job["body"])
        if not job.get("typed"):
            return body
        try:
            named = sys.modules[method.function.__module__].__dict__
            hint = eval(method.function.__annotations__["body"], named)
        except (
            TypeError,
            NameError,
        ):  # an alias of a text cannot be part of a union at run time
            return body
        models = [t for t in _variants(hint) if self._is_model(t)]
        if not models:
            return body
        union: Any = Union[tuple(models)]  # noqa: UP007
        try:
            return self.codec.decode(union, json.dumps(body).encode(), True)
        except self.errors.DecodingError as error:
            hidden = [f".{name} is missing" for name in job["hidden"]]
            if all("not bytes" in i or i.endswith(tuple(hidden)) for i in error.issues):
                return body  # files have no word in JSON, and what is read-only has no place in a request
            raise

    def _is_model(self, type_: Any) -> bool:
        return isinstance(type_, type) and issubclass(type_, self.codec.Model)


def _variants(type_: Any) -> list[Any]:
    if get_origin(type_) in (Union, types.UnionType):
        return [v for t in get_args(type_) for v in _variants(t)]
    return [type_]


def _bytes(value: Any) -> Any:
    """``value`` with bytes where they stand in base64."""
    if isinstance(value, dict):
        if value.keys() == {"$bytes"}:
            return b64decode(value["$bytes"])
        return {k: _bytes(v) for k, v in value.items()}
    return [_bytes(v) for v in value] if isinstance(value, list) else value


def _tool(tool: Any) -> dict[str, Any]:
    operation = tool.operation
    by_key = {p.key: [p.place, p.name] for p in operation.parameters}
    return {
        "name": tool.name, "key": f"{operation.method} {operation.path}", "types": operation.content_types,
        "parameters": {a: by_key[k] for a, k in tool.parameters.items()}, "fields": dict(tool.fields),
        "body": tool.body, "content_type": tool.content_type, "base64": tool.base64, "files": list(tool.files),
        "wrapped": tool.wrapped,
    }  # fmt: skip


def main() -> None:
    """Until standard input ends."""
    caller = Caller(sys.argv[1], sys.argv[2])
    print(json.dumps(caller.described()), flush=True)
    for line in sys.stdin:
        print(json.dumps(caller.run(json.loads(line))), flush=True)
    caller.client.close()
    caller.loop.run_until_complete(caller.async_client.close())


main()
