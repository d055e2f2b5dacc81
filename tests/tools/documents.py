"""OpenAPI documents of every kind from a seed: `python -m tests.tools.documents DIR [--count N] [--first SEED]`.

What real documents do stands side by side: recursive schemas, choices with and without discriminators, names that are
no names, equal names in several places, bodies and replies of every media type, and some faults.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from random import Random

from naftiko_codegen.read.document import Json
from tests.tools.documents_schemas import (
    ENUMS,
    NAMES,
    ODD_NAMES,
    PROPERTIES,
    TEXTS,
    SchemaWriter,
)

VERSIONS = ("2.0", "3.0.3", "3.0.3", "3.1.0", "3.1.0", "3.2.0")
TAGS = ("client", "models", "types", "operations", "errors", "Pets", "pets", "PETS", "pet s", "a/b", "2", "größe",
    "class", "", "close", "webhooks", "rest", "mcp", "_runtime", "import", "self")  # fmt: skip
IDS = ("list", "get", "getPet", "get_pet", "GetPet", "class", "__init__", "close", "import", "2fa", "get-files--id",
    "ns/op.get", "a b", "größe", "models", "options", "with_", "self", "request", "_get", "x" * 80)  # fmt: skip
PARAMETERS = ("id", "self", "body", "timeout", "options", "content_type", "limit", "cursor", "page", "X-Request-ID",
    "$filter", "@type", "filter[name]", "a-b", "a_b", "class", "2d", "Accept", "Authorization", "Content-Type",
    "größe", "client", "q")  # fmt: skip
MEDIA = ("application/json", "application/vnd.x.v1+json", "application/merge-patch+json",
    "application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "application/xml",
    "application/octet-stream", "image/png", "*/*", "image/*", "text/event-stream", "application/x-ndjson",
    "application/json; charset=utf-8", "text/csv")  # fmt: skip
STYLES = {"path": ("simple", "label", "matrix"), "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",), "cookie": ("form",)}  # fmt: skip
SCHEMES: dict[str, Json] = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query-key": {"type": "apiKey", "in": "query", "name": "api_key"},
    "token": {"type": "http", "scheme": "bearer"},
    "user": {"type": "http", "scheme": "basic"},
    "oauth": {
        "type": "oauth2",
        "flows": {
            "clientCredentials": {"tokenUrl": "https://x.test/t", "scopes": {"a": "b"}}
        },
    },
    "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://x.test/o"},
    "class": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "mtls": {"type": "mutualTLS"},
}


class Writer:
    """Writes one document."""

    def __init__(self, seed: int) -> None:
        self.rng = rng = Random(seed)
        self.version = rng.choice(VERSIONS)
        self.old = self.version == "2.0"
        names = rng.sample(NAMES, rng.choice((3, 6, 10)))
        names += rng.sample(ODD_NAMES, 1) if rng.random() < 0.25 else []
        self.schemas = SchemaWriter(rng, self.version, tuple(names))
        self.names = names
        self.title = f"Seed {seed}"

    def document(self) -> dict[str, Json]:
        """The whole document."""
        rng = self.rng
        schemas: dict[str, Json] = {
            name: (
                self.schemas.model(0) if rng.random() < 0.5 else self.schemas.schema()
            )
            for name in self.names
        }
        made: dict[str, Json] = {
            "info": {
                "title": self.title,
                "version": "1",
                "description": rng.choice(TEXTS),
            },
            "paths": self._paths(),
        }
        if self.old:
            made |= {"swagger": "2.0", "host": "x.test", "basePath": "/v1", "schemes": ["https"],
                "definitions": schemas}  # fmt: skip
            return made
        made |= {
            "openapi": self.version,
            "components": {"schemas": schemas, "securitySchemes": SCHEMES},
        }
        made["servers"] = [{"url": "https://{region}.x.test/v{n}", "variables": {"region": {"default": "eu",
            "enum": ["eu", "us"]},
            "n": {"default": "1"}}}] if rng.random() < 0.2 else [{"url": "https://x.test/v1"}]  # fmt: skip
        if rng.random() < 0.5:
            made["security"] = self._security()
        if rng.random() < 0.3:
            made["tags"] = [
                {"name": tag, "description": rng.choice(TEXTS)}
                for tag in rng.sample(TAGS, 3)
            ]
        if self.version >= "3.1" and rng.random() < 0.3:
            made["webhooks"] = {
                name: {"post": self._operation({}, "post")}
                for name in rng.sample(IDS, 2)
            }
        return made

    def _security(self) -> list[Json]:
        rng = self.rng
        found: list[Json] = [
            {name: [] for name in rng.sample(sorted(SCHEMES), rng.choice((1, 1, 2)))}
            for _ in range(rng.choice((1, 2)))
        ]
        return [*found, {}] if rng.random() < 0.2 else found

    def _paths(self) -> dict[str, Json]:
        rng = self.rng
        paths: dict[str, Json] = {}
        for number in range(rng.choice((1, 2, 4))):
            key = rng.choice(PARAMETERS)
            tail = rng.choice(("", f"/{{{key}}}", f"/f(id='{{{key}}}')", f"/{{{key}}}.json", "/a:act", "/?x=1",
                "#frag", "/ä b", "/"))  # fmt: skip
            path = f"/{rng.choice(IDS[:10])}{number}{tail}"
            item: dict[str, Json] = {}
            fixed = {("path", key): self._parameter("path", key)} if "{" in tail else {}
            for method in rng.sample(
                ("get", "post", "put", "delete", "patch", "head"), rng.choice((1, 2))
            ):
                item[method] = self._operation(fixed, method)
            paths[path] = item
        return paths

    def _operation(
        self, fixed: dict[tuple[str, str], Json], method: str
    ) -> dict[str, Json]:
        rng = self.rng
        parameters = dict(fixed)
        for _ in range(rng.choice((0, 0, 1, 3, 5))):
            place, name = rng.choice(("query", "query", "header", "cookie")), rng.choice(PARAMETERS)  # fmt: skip
            if not (self.old and place == "cookie"):
                parameters[place, name] = self._parameter(place, name)
        made: dict[str, Json] = {
            "parameters": list(parameters.values()),
            "responses": {},
        }
        if rng.random() < 0.7:
            made["operationId"] = rng.choice(IDS) + rng.choice(
                ("", "", str(rng.randrange(99)))
            )
        if rng.random() < 0.6:
            made["tags"] = rng.sample(TAGS, rng.choice((1, 1, 2)))
        for word in ("summary", "description"):
            if rng.random() < 0.4:
                made[word] = rng.choice(TEXTS)
        if rng.random() < 0.1:
            made["deprecated"] = True
        statuses = rng.sample(("200", "201", "204", "2XX", "4XX", "404", "default", "500"),
            rng.choice((1, 2, 3)))  # fmt: skip
        for status in statuses:
            made["responses"][status] = self._reply()
        if self.old:
            if method in ("post", "put", "patch") and rng.random() < 0.6:
                made["parameters"].append(
                    {
                        "in": "body",
                        "name": rng.choice(PARAMETERS),
                        "schema": self.schemas.schema(1),
                    }
                )
            return made
        if method in ("post", "put", "patch", "delete") and rng.random() < 0.8:
            made["requestBody"] = {
                "content": self._content(),
                "required": rng.random() < 0.5,
            }
        if rng.random() < 0.2:
            made["security"] = self._security()
        if method == "post" and rng.random() < 0.1:
            made["callbacks"] = {
                "done": {
                    "{$request.body#/url}": {
                        "post": {
                            "requestBody": {"content": self._content()},
                            "responses": {"200": self._reply()},
                        }
                    }
                }
            }
        return made

    def _content(self) -> dict[str, Json]:
        rng = self.rng
        found: dict[str, Json] = {}
        for media in rng.sample(MEDIA, rng.choice((1, 1, 1, 2, 3))):
            schema = (
                self.schemas.model(1)
                if "form" in media and rng.random() < 0.8
                else self.schemas.schema(1)
            )
            found[media] = {"schema": schema}
            if "form" in media and rng.random() < 0.3 and isinstance(schema, dict):
                name = next(iter(schema.get("properties", {"a": 1})))
                found[media]["encoding"] = {name: rng.choice(({"contentType": "application/json"},
                    {"style": "deepObject", "explode": True},
                    {"headers": {"X-A": {"schema": {"type": "string"}}}}))}  # fmt: skip
        return found

    def _reply(self) -> dict[str, Json]:
        rng = self.rng
        made: dict[str, Json] = {"description": rng.choice(TEXTS)}
        if self.old:
            return made | (
                {"schema": self.schemas.schema(1)} if rng.random() < 0.8 else {}
            )
        if rng.random() < 0.85:
            made["content"] = (
                self._content()
                if rng.random() < 0.5
                else {"application/json": {"schema": self.schemas.schema(1)}}
            )
        if rng.random() < 0.2:
            made["headers"] = {rng.choice(("X-Rate", "Link", "class",
                "ETag")): {"schema": self.schemas.scalar(1)}}  # fmt: skip
        return made

    def _parameter(self, place: str, name: str) -> dict[str, Json]:
        rng = self.rng
        made: dict[str, Json] = {"name": name, "in": place}
        if place == "path" or rng.random() < 0.3:
            made["required"] = True
        if rng.random() < 0.3:
            made["description"] = rng.choice(TEXTS)
        if self.old:
            simple: dict[str, Json] = rng.choice(
                (
                    {"type": "string"},
                    {"type": "integer"},
                    {
                        "type": "array",
                        "items": {"type": "string"},
                        "collectionFormat": rng.choice(("csv", "multi", "pipes")),
                    },
                    {"type": "string", "enum": ["a", "b"], "default": "c"},
                )
            )
            return made | (
                simple
                if place != "header" or simple["type"] != "array"
                else {"type": "string"}
            )
        flat: list[Json] = [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}, {"type": "string",
            "enum": list(map(str, rng.choice(ENUMS)))}, {"type": "array", "items": {"type": "string"}},
            {"type": "array", "items": {"type": "integer"}}]  # fmt: skip
        flat += [{"type": "object", "properties": {key: {"type": "string"} for key in rng.sample(PROPERTIES, 2)}},
            {"type": "object", "additionalProperties": {"type": "integer"}}]  # fmt: skip
        if rng.random() < 0.1:
            return made | {
                "content": {"application/json": {"schema": self.schemas.schema(1)}}
            }
        made["schema"] = (
            rng.choice(flat) if rng.random() < 0.8 else self.schemas.schema(2)
        )
        if rng.random() < 0.4:
            made |= {
                "style": rng.choice(STYLES[place]),
                "explode": rng.random() < 0.5,
            }
        if place == "query" and rng.random() < 0.1:
            made["allowReserved"] = True
        return made


def document(seed: int) -> dict[str, Json]:
    """The document of ``seed``."""
    return Writer(seed).document()


def main() -> int:
    """Write documents to a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for seed in range(given.first, given.first + given.count):
        text = json.dumps(document(seed), indent=1, ensure_ascii=True)
        (given.folder / f"seed{seed:05d}.json").write_text(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
