# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What the environment asks of callers, for documents that ask nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..server.settings import Settings, SettingsError, caller_variable

if TYPE_CHECKING:
    from ..server.guard import Callers

KEY_HEADER = "X-API-Key"


def chosen(settings: Settings) -> Callers | None:
    """Who may call by ``settings``; ``None`` for everybody, and for the bearer token, which the guard checks.

    Raises ``SettingsError`` for what cannot be used, and for two at once.
    """
    ways = {
        "token": settings.token,
        "basic": settings.caller_basic,
        "key": settings.caller_key,
        "issuer": settings.caller_issuer,
    }
    found = [way for way, value in ways.items() if value]
    if len(found) > 1:
        names = " and ".join(caller_variable(settings.package, way) for way in found)
        raise SettingsError(f"callers are asked for one thing: {names} are several")
    if not found or found == ["token"]:
        return None
    if found == ["issuer"]:
        return _token_holders(settings)
    from .._runtime.credentials import Credential
    from .tokens import TokenCallers

    variable = caller_variable(settings.package, found[0])
    if found == ["key"]:
        asked = Credential("key", "apikey", (variable,), name=KEY_HEADER)
        return TokenCallers(asked, environ={variable: settings.caller_key})
    if ":" not in settings.caller_basic:
        raise SettingsError(f"{variable} must be user:password")
    asked = Credential("basic", "basic", (variable,))
    return TokenCallers(asked, environ={variable: settings.caller_basic})


def _token_holders(settings: Settings) -> Callers:
    from .oauth import TokenHolders

    if not settings.caller_resource:
        issuer = caller_variable(settings.package, "issuer")
        needed = caller_variable(settings.package, "resource")
        raise SettingsError(f"{issuer} needs {needed}: the URL that tokens are for")
    return TokenHolders(
        issuer=settings.caller_issuer,
        resource=settings.caller_resource,
        audience=settings.caller_audience,
        scopes=settings.caller_scopes,
    )
