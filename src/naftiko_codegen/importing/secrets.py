"""Credentials of an operation → ``authentication`` of a consumed API, its parameters, and variables in ``binds``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from naftiko_codegen.ir.model import Credential
from naftiko_codegen.read.document import Json


def variable(name: str) -> str:
    """What templates call the environment variable ``name``: capitals, digits and ``_``."""
    return re.sub(r"\W", "_", name, flags=re.ASCII).upper()


def binds(credentials: Iterable[Credential]) -> list[Json]:
    """The ``binds`` of the variables of ``credentials``; empty without any."""
    names = dict.fromkeys(name for it in credentials for name in it.variables)
    keys = {variable(name): name for name in names}
    return [{"namespace": "env", "keys": keys}] if keys else []


def authentication(credentials: Sequence[Credential]) -> tuple[Json, list[Json]]:
    """The block for the first of what is needed together, and parameters for the others; ``None`` without any.

    What only a block can say comes first.
    """
    ordered = sorted(credentials, key=lambda it: it.kind in ("apikey", "bearer"))
    if not ordered:
        return None, []
    return _block(ordered[0]), [_parameter(it) for it in ordered[1:]]


def sendable(credentials: Sequence[Credential]) -> bool:
    """Whether one block and parameters can say all of ``credentials``."""
    only_blocks = [it for it in credentials if it.kind not in ("apikey", "bearer")]
    return len(only_blocks) < 2 and all(it.kind != "variable" for it in credentials)


def _block(it: Credential) -> Json:
    if it.kind == "bearer":
        return {"type": "bearer", "token": _text(it)}
    if it.kind == "apikey":
        placed = {"key": it.name, "value": _text(it), "placement": it.place}
        return {"type": "apikey", **placed}
    first, second = (f"{{{{{variable(name)}}}}}" for name in it.variables)
    if it.kind == "oauth2":
        fields = dict(it.fields)
        scopes = fields.pop("scope", "").split()
        client = {"clientId": first, "clientSecret": second}
        return {
            "type": "oauth2", "tokenEndpoint": it.token_url, **client, **fields,
            **({"scopes": scopes} if scopes else {}),
        }  # fmt: skip
    return {"type": it.kind, "username": first, "password": second}


def _parameter(it: Credential) -> Json:
    """A credential that goes along with another one."""
    if it.kind == "bearer":
        value = f"Bearer {_text(it)}"
        return {"name": "Authorization", "in": "header", "value": value}
    return {"name": it.name, "in": it.place, "value": _text(it)}


def _text(it: Credential) -> str:
    """The variable in the words around it."""
    return f"{it.prefix}{{{{{variable(it.variables[0])}}}}}{it.suffix}"
