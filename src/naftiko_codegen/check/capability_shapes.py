"""The capability language as a table: for every object its keys, what each holds, and who asks for it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from naftiko_codegen.frozen import changed, frozen

Kind: TypeAlias = Literal["text", "scalar", "integer", "number", "boolean", "switch", "object", "list", "collection",
                          "texts", "map", "any"]  # fmt: skip
"""``collection`` is a list of named objects or, since 1.0.0-alpha3, a map by name; ``map`` is an object of free keys;
``texts`` a list of texts; ``switch`` true, false or an object."""


@frozen
class Key:
    """One key: ``shape`` names the object (or the items) below it.

    ``choices`` are the only words, ``more`` those that people write besides. ``need`` says what its absence is:
    nothing, a departure (``warning``) or an ``error``. ``status`` is ``official`` or ``dialect`` (people write it, the
    language does not have it; ``words`` say how it is taken).
    """

    kind: Kind
    shape: str = ""
    need: Literal["", "warning", "error"] = ""
    choices: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    status: Literal["official", "dialect"] = "official"
    words: str = ""


TEXT = Key("text")
NAMED = Key("text", need="error")
ASKED = Key("text", need="warning")
LIST_OF_TEXT = Key("texts")
NAME_OF_THING = {
    "label": TEXT,
    "display": TEXT,
    "description": TEXT,
    "tags": LIST_OF_TEXT,
}

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
MORE_METHODS = ("HEAD", "OPTIONS")
"""Methods that people write and the official language does not have."""
TYPES = ("string", "number", "integer", "boolean", "array", "object")
PLACES = ("query", "header", "path", "cookie", "body", "environment")
FORMATS = (
    "json",
    "xml",
    "csv",
    "tsv",
    "psv",
    "yaml",
    "html",
    "markdown",
    "avro",
    "protobuf",
    "binary",
    "text",
)
LANGUAGES = ("javascript", "python", "groovy")
BODY_TYPES = ("json", "text", "xml", "sparql", "formUrlEncoded", "multipartForm")


def dialect(key: Key, words: str) -> Key:
    """``key`` as something that people write and the official language does not have."""
    return changed(key, status="dialect", words=words)


def needed(key: Key, need: Literal["warning", "error"] = "error") -> Key:
    """``key``, whose absence is a finding."""
    return changed(key, need=need)


_DOCUMENTED = "taken as documentation of the parameter"
_DOCUMENTATION = {
    "type": dialect(Key("any"), _DOCUMENTED),
    "description": dialect(TEXT, _DOCUMENTED),
    "required": dialect(Key("boolean"), _DOCUMENTED),
    "label": dialect(TEXT, _DOCUMENTED),
    "tags": dialect(LIST_OF_TEXT, _DOCUMENTED),
}
_SCHEMA_WORDS = (
    "default",
    "enum",
    "format",
    "items",
    "properties",
    "example",
    "examples",
    "minimum",
    "maximum",
)
_SCHEMA = {
    word: dialect(Key("any"), "taken as JSON Schema of the input")
    for word in _SCHEMA_WORDS
}
_IMPORT = {
    "location": TEXT, "from": TEXT, "import": TEXT, "as": TEXT, "description": TEXT,
}  # fmt: skip
_UNIT = {
    **NAME_OF_THING,
    "call": TEXT,
    "with": Key("map"),
    "ref": TEXT,
    "steps": Key("collection", "step"),
    "mappings": Key("list", "step mapping"),
    "outputParameters": Key("any"),
}
_SERVED = {
    "port": Key("integer"),
    "address": TEXT,
    "description": TEXT,
    "authentication": Key("object", "authentication"),
    "maxBinarySize": TEXT,
}
_HINTS = Key("object", "hints")
_IN_SKILL = "ignored in skills: what the tool or route says of itself counts"
_CALLED_BY_SKILL = {
    "call": dialect(TEXT, "taken as the tool or route of this document that calls it"),
    **{
        word: dialect(Key("any"), _IN_SKILL)
        for word in ("hints", "with", "inputParameters", "outputParameters")
    },
}

SHAPES: dict[str, dict[str, Key]] = {
    "document": {
        "naftiko": Key("scalar"),
        "ikanos": Key("scalar"),
        "info": Key("object", "info"),
        "binds": Key("list", "bind"),
        "externalRefs": Key("list", "external reference"),
        "consumes": Key("list", "consumed API"),
        "capability": Key("object", "capability"),
        "exposes": Key("list", "server"),
        "aggregates": Key("collection", "aggregate"),
    },
    "info": {
        "label": TEXT, "display": TEXT, "description": ASKED, "tags": LIST_OF_TEXT, "created": TEXT, "modified": TEXT,
        "version": Key("scalar"), "stakeholders": Key("list", "person"),
    },
    "person": {"role": ASKED, "fullName": ASKED, "email": TEXT},
    "bind": {
        "namespace": ASKED, "keys": needed(Key("map")), "description": TEXT, "location": TEXT,
        "from": TEXT, "import": TEXT, "as": TEXT,
    },
    "external reference": {
        "name": ASKED, "type": TEXT, "resolution": TEXT, "uri": TEXT, "keys": needed(Key("map")), "description": TEXT,
    },
    "capability": {
        "consumes": Key("list", "consumed API"),
        "exposes": Key("list", "server"),
        "aggregates": Key("collection", "aggregate"),
        "binds": Key("list", "bind"),
    },
    "aggregate": {
        "label": TEXT, "display": TEXT, "namespace": NAMED, "description": TEXT,
        "functions": Key("collection", "function"), "flows": Key("collection", "function"),
        "name": dialect(TEXT, "taken as `label`"),
    },
    "function": {
        **{key: value for key, value in _UNIT.items() if key != "ref"},
        "name": NAMED,
        "description": ASKED,
        "inputParameters": Key("collection", "tool input"),
        "semantics": Key("object", "semantics"),
    },
    "step": {
        "type": Key("text", need="warning", choices=("call", "lookup", "script")), "name": NAMED, "call": TEXT,
        "with": Key("map"), "index": TEXT, "match": TEXT, "lookupValue": TEXT, "outputParameters": LIST_OF_TEXT,
        "file": TEXT, "language": TEXT, "location": TEXT, "dependencies": LIST_OF_TEXT,
        "description": dialect(TEXT, "taken as documentation"),
    },
    "step mapping": {"targetName": TEXT, "target": TEXT, "value": NAMED},
    "semantics": {word: Key("boolean") for word in ("safe", "idempotent", "cacheable")},
    "import": _IMPORT,
    "consumed API": {
        "type": Key("text", need="warning", choices=("http",)),
        "namespace": NAMED,
        "baseUri": NAMED,
        "description": TEXT,
        "inputParameters": Key("collection", "consumed parameter"),
        "authentication": Key("object", "authentication"),
        "resources": Key("collection", "consumed resource"),
        "tunnel": Key("object", "tunnel"),
        "headers": dialect(Key("map"), "taken as headers sent with every request"),
        "label": dialect(TEXT, "taken as documentation"),
    },
    "tunnel": {
        "type": Key("text", need="warning", choices=("ziti",)), "service": TEXT, "identity": TEXT,
        "fallback": Key("text", choices=("fail", "direct")),
    },
    "consumed resource": {
        **NAME_OF_THING,
        "name": ASKED,
        "path": NAMED,
        "inputParameters": Key("collection", "consumed parameter"),
        "operations": needed(Key("collection", "consumed operation")),
    },
    "consumed operation": {
        **NAME_OF_THING,
        "name": NAMED,
        "method": Key("text", need="warning", choices=METHODS, more=MORE_METHODS),
        "inputParameters": Key("collection", "consumed parameter"),
        "outputRawFormat": Key("text", choices=FORMATS),
        "outputSchema": TEXT,
        "outputParameters": Key("collection", "consumed output"),
        "outputMediaType": TEXT,
        "maxBinarySize": TEXT,
        "body": Key("any"),
        "path": dialect(TEXT, "taken as continuing the path of the resource"),
    },
    "consumed parameter": {
        "name": NAMED,
        "in": Key("text", need="error", choices=PLACES),
        "value": Key("scalar"),
        **_DOCUMENTATION,
        **_SCHEMA,
    },
    "consumed output": {
        "name": ASKED, "type": TEXT, "value": Key("scalar"), "description": dialect(TEXT, "taken as documentation"),
    },
    "body": {
        "type": Key("text", need="error", choices=BODY_TYPES),
        "data": Key("any"),
    },
    "authentication": {
        "type": Key("text", need="error", choices=("basic", "bearer", "apikey", "digest", "oauth2")),
        "username": TEXT, "password": TEXT, "token": TEXT, "key": TEXT, "value": TEXT,
        "placement": Key("text", choices=("header", "query", "cookie", "body")),
        "authorizationServerUri": TEXT, "resource": TEXT, "scopes": LIST_OF_TEXT, "audience": TEXT,
        "tokenEndpoint": TEXT, "tokenValidation": TEXT,
        "clientId": dialect(TEXT, "taken as the client of OAuth 2"),
        "clientSecret": dialect(TEXT, "taken as the secret of the client of OAuth 2"),
        "headers": dialect(Key("map"), "taken as one API key for each header"),
        "in": dialect(TEXT, "taken as `placement`"),
        "name": dialect(TEXT, "taken as `key`"),
    },
    "server rest": {
        **_SERVED,
        "type": TEXT,
        "namespace": ASKED,
        "description": dialect(TEXT, "taken as documentation"),
        "label": dialect(TEXT, "taken as documentation"),
        "inputParameters": dialect(Key("collection", "route input"), "taken as inputs of all its operations"),
        "resources": Key("collection", "route resource"),
    },
    "route resource": {
        **NAME_OF_THING,
        "name": TEXT,
        "path": NAMED,
        "inputParameters": Key("collection", "route input"),
        "operations": Key("collection", "route"),
        "forward": Key("object", "forward"),
    },
    "forward": {"targetNamespace": NAMED, "trustedHeaders": LIST_OF_TEXT},
    "route": {
        **_UNIT,
        "name": TEXT,
        "method": Key("text", need="error", choices=METHODS, more=MORE_METHODS),
        "inputParameters": Key("collection", "route input"),
        "responses": Key("object", "declared responses"),
        "responseBinary": Key("object", "binary response"),
        "hints": dialect(_HINTS, "ignored: hints are for tools"),
    },
    "route input": {
        "name": NAMED,
        "in": Key("text", need="warning", choices=("query", "header", "path", "cookie", "body")),
        "type": Key("any", need="warning"),
        "description": ASKED,
        "pattern": TEXT,
        "value": Key("scalar"),
        "required": dialect(Key("boolean"), "taken as it says"),
        "mapping": dialect(TEXT, "taken as the parameter that the input goes to, or as `value`"),
        **_SCHEMA,
    },
    "server mcp": {
        **_SERVED,
        "type": TEXT,
        "namespace": ASKED,
        "transport": Key("text", choices=("http", "stdio")),
        "tools": Key("collection", "tool"),
        "resources": Key("collection", "MCP resource"),
        "prompts": Key("collection", "prompt"),
        "ttlMs": Key("integer"),
        "cacheScope": Key("text", choices=("public", "private")),
        "label": dialect(TEXT, "taken as documentation"),
    },
    "server control": {
        **{key: value for key, value in _SERVED.items() if key != "maxBinarySize"},
        "type": TEXT,
        "namespace": dialect(TEXT, "ignored: there is one control adapter"),
        "management": Key("object", "management"),
        "observability": Key("object", "observability"),
    },
    "management": {
        "health": Key("boolean"), "info": Key("boolean"), "reload": Key("boolean"), "validate": Key("boolean"),
        "logs": Key("switch", "logs"), "scripting": Key("object", "scripting"),
    },
    "logs": {
        "level-control": Key("boolean"), "stream": Key("boolean"), "max-subscribers": Key("integer"),
    },
    "scripting": {
        "enabled": Key("boolean"), "defaultLocation": TEXT, "defaultLanguage": Key("text", choices=LANGUAGES),
        "timeout": Key("integer"), "statementLimit": Key("integer"), "allowedLanguages": LIST_OF_TEXT,
    },
    "observability": {
        "enabled": Key("boolean"), "metrics": Key("object", "metrics"), "traces": Key("object", "traces"),
        "exporters": Key("object", "exporters"),
    },
    "metrics": {"local": Key("object", "local metrics")},
    "local metrics": {"enabled": Key("boolean")},
    "traces": {
        "sampling": Key("number"), "propagation": Key("text", choices=("w3c", "b3")),
        "local": Key("object", "local traces"),
    },
    "local traces": {"enabled": Key("boolean"), "buffer-size": Key("integer")},
    "exporters": {"otlp": Key("object", "exporter")},
    "exporter": {"endpoint": needed(TEXT)},
    "binary response": {"status": Key("integer"), "mediaType": NAMED, "description": TEXT},
    "tool": {
        **_UNIT,
        "name": NAMED,
        "description": ASKED,
        "inputParameters": Key("collection", "tool input"),
        "hints": _HINTS,
        "inputSchema": dialect(Key("object", "input schema"), "taken as the inputs of the tool"),
    },
    "MCP resource": {
        **_UNIT,
        "name": NAMED,
        "label": ASKED,
        "uri": NAMED,
        "description": ASKED,
        "mimeType": TEXT,
        "location": TEXT,
        "binary": Key("boolean"),
    },
    "prompt": {
        **NAME_OF_THING,
        "name": NAMED,
        "label": ASKED,
        "description": ASKED,
        "arguments": Key("collection", "prompt argument"),
        "template": Key("list", "prompt message"),
        "location": TEXT,
    },
    "prompt argument": {
        **NAME_OF_THING, "name": NAMED, "description": ASKED, "required": Key("boolean"),
        "type": dialect(TEXT, "ignored: arguments of prompts are texts"),
        "enum": dialect(LIST_OF_TEXT, "offered to clients that complete what is typed"),
    },
    "prompt message": {
        "role": Key("text", need="error", choices=("user", "assistant")), "content": needed(TEXT),
    },
    "tool input": {
        "name": NAMED,
        "type": Key("any", need="warning"),
        "description": ASKED,
        "required": Key("boolean"),
        "in": dialect(TEXT, "ignored: a tool has one place for inputs"),
        "mapping": dialect(TEXT, "taken as the parameter of the called operation that the input goes to"),
        "value": dialect(Key("scalar"), "ignored: the caller gives the value"),
        "pattern": dialect(TEXT, "taken as JSON Schema of the input"),
        **_SCHEMA,
    },
    "server skill": {
        **_SERVED,
        "type": TEXT,
        "namespace": ASKED,
        "skills": Key("collection", "skill"),
        "groups": dialect(Key("collection", "skill group"), "taken as `skills`"),
        "tools": dialect(Key("collection", "skill tool"), "taken as those of a skill named as the adapter"),
        "label": dialect(TEXT, "taken as documentation"),
    },
    "skill": {
        **_CALLED_BY_SKILL,
        "name": NAMED, "description": ASKED, "license": TEXT, "compatibility": TEXT, "metadata": Key("map"),
        "allowed-tools": TEXT, "argument-hint": TEXT, "user-invocable": Key("boolean"),
        "disable-model-invocation": Key("boolean"), "location": TEXT, "tools": Key("collection", "skill tool"),
        "call": dialect(TEXT, "taken as the only tool of the skill"),
    },
    "skill group": {"name": NAMED, "description": ASKED, "skills": Key("collection", "skill tool")},
    "skill tool": {
        **_CALLED_BY_SKILL,
        "name": NAMED, "description": ASKED, "from": Key("object", "skill source"), "instruction": TEXT,
    },
    "skill source": {"sourceNamespace": NAMED, "action": NAMED},
    "hints": {word: Key("boolean") for word in ("readOnly", "destructive", "idempotent", "openWorld")},
    "input schema": {},
    "declared responses": {},
}  # fmt: skip

SERVERS = {
    "rest": "server rest",
    "api": "server rest",
    "mcp": "server mcp",
    "skill": "server skill",
    "control": "server control",
}
OPEN = frozenset({"declared responses", "input schema"})
"""Shapes whose keys are not ours to judge."""

VERSIONS = ("0.4", "0.5", "1.0.0-alpha1", "1.0.0-alpha2", "1.0.0-alpha3", "1.0.0-alpha4", "1.0.0-beta1", "1.0.0-beta2",
            "1.0.0-beta3", "1.0.0-beta4", "1.0.0-beta5")  # fmt: skip
