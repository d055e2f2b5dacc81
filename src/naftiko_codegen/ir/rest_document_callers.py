"""What a REST server asks of its callers → the security schemes of its OpenAPI document."""

from __future__ import annotations

from naftiko_codegen.ir.exposed import Callers
from naftiko_codegen.read.document import Json


def security_schemes(callers: Callers) -> dict[str, Json]:
    """Security scheme objects by name; a call needs all of them. They name no variable of this server."""
    if callers.tokens:
        words = f"An access token of {callers.tokens.issuer}"
        if callers.tokens.scopes:
            words += f" with the scopes {' '.join(callers.tokens.scopes)}"
        return {"callers": {**_http("bearer"), "description": f"{words}."}}
    if callers.kind != "apikey":
        return {"callers": _http(callers.kind)}
    keys = callers.credentials
    return {
        "callers" if len(keys) == 1 else f"callers{number}": {
            "type": "apiKey",
            "in": key.place,
            "name": key.name,
        }
        for number, key in enumerate(keys, 1)
    }


def _http(scheme: str) -> dict[str, Json]:
    return {"type": "http", "scheme": scheme}
