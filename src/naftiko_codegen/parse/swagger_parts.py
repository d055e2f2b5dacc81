"""Parameters, headers, schemas and security schemes of Swagger 2.0 → those of OpenAPI 3.0.3."""

from __future__ import annotations

from typing import Final

from naftiko_codegen.read.document import Json

_HOMES: Final = {
    "#/definitions/": "#/components/schemas/",
    "#/responses/": "#/components/responses/",
}
_KEPT_OF_PARAMETERS = ("name", "in", "description", "required", "allowEmptyValue")
_NOT_OF_SCHEMAS = frozenset((*_KEPT_OF_PARAMETERS, "collectionFormat", "examples"))
_STYLES: Final = {"ssv": "spaceDelimited", "tsv": "spaceDelimited"} | {
    "pipes": "pipeDelimited"
}
_FLOWS: Final = {"application": "clientCredentials", "accessCode": "authorizationCode"}
_SCHEMA_MAPS = ("properties", "patternProperties", "definitions")


def parameter(raw: Json) -> Json:
    """A parameter with a schema, style and explode."""
    if not isinstance(raw, dict) or "$ref" in raw:
        return raw
    made = {k: v for k, v in raw.items() if k in _KEPT_OF_PARAMETERS or k[:2] == "x-"}
    made["schema"] = plain_schema(raw)
    place = str(raw.get("in"))
    if raw.get("type") == "array":
        made |= style(raw, "form" if place == "query" else "simple")
    return made


def header(raw: Json) -> Json:
    """A header of a reply."""
    if not isinstance(raw, dict):
        return raw
    kept = {key: raw[key] for key in ("description",) if key in raw}
    return kept | {"schema": plain_schema(raw)}


def plain_schema(raw: dict[str, Json]) -> dict[str, Json]:
    """The schema that a parameter or header is itself."""
    made = {k: v for k, v in raw.items() if k not in _NOT_OF_SCHEMAS and k[:2] != "x-"}
    translated = schema(made)
    return translated if isinstance(translated, dict) else {}


def style(raw: dict[str, Json], plain: str) -> dict[str, Json]:
    """``collectionFormat`` as style and explode; ``csv`` where there is none."""
    given = raw.get("collectionFormat", "csv")
    if plain == "form" and given == "multi":
        return {"style": "form", "explode": True}
    style = _STYLES.get(str(given), plain) if plain == "form" else plain
    return {"style": style, "explode": False}


def schema(value: Json) -> Json:
    """A schema, and all below it: references lead to the new homes, discriminators are objects."""
    if isinstance(value, list):
        return [schema(item) for item in value]
    if not isinstance(value, dict):
        return value
    made = {
        key: (
            {name: schema(it) for name, it in child.items()}
            if key in _SCHEMA_MAPS and isinstance(child, dict)
            else child if key in ("example", "default", "enum") else schema(child)
        )
        for key, child in value.items()
    }
    ref = made.get("$ref")
    if isinstance(ref, str):
        made["$ref"] = redirected(ref)
    if isinstance(made.get("discriminator"), str):
        made["discriminator"] = {"propertyName": made["discriminator"]}
    if made.get("x-nullable") is True:
        made["nullable"] = True
    return made


def redirected(ref: str) -> str:
    """``ref`` to where its target stands in version 3."""
    for before, after in _HOMES.items():
        if ref.startswith(before):
            return after + ref.removeprefix(before)
    return ref


def security(raw: Json) -> Json:
    """A security scheme; OAuth 2 names its one flow."""
    if not isinstance(raw, dict):
        return raw
    if raw.get("type") == "basic":
        made = {key: value for key, value in raw.items() if key != "type"}
        return {"type": "http", "scheme": "basic", **made}
    if raw.get("type") != "oauth2":
        return raw
    of_flow = ("authorizationUrl", "tokenUrl", "scopes")
    flow = {key: raw[key] for key in of_flow if key in raw}
    made = {k: v for k, v in raw.items() if k not in (*of_flow, "flow")}
    name = str(raw.get("flow"))
    return made | {"flows": {_FLOWS.get(name, name): {"scopes": {}, **flow}}}
