"""Callers of a gateway: each of its routes asks what the document of its package asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .._runtime.credentials import Credential
from ..callers.chosen import chosen
from ..callers.tokens import TokenCallers
from ..server.guard import Callers
from ..server.problems import Problem
from ..server.settings import Settings, caller_variable
from ..web.application import Member
from ..web.router import Router


class Doors:
    """Finds the route of a request and asks what its package asks, or else what the settings of the gateway say."""

    def __init__(self, members: Iterable[Member], settings: Settings) -> None:
        """Raises ``SettingsError`` for settings that cannot be used."""
        self._own = _own(settings)
        self._asked: list[Callers] = [self._own] if self._own else []
        self._router: Router[Callers | None] = Router()
        for member in members:
            asked = member.callers
            if asked is not None:
                self._asked.append(asked)
            for served in member.endpoints:
                self._router.add(
                    served.method, served.path, asked or self._own, served.multi
                )

    async def check(
        self, headers: Mapping[bytes, bytes], method: str, target: str, query: bytes
    ) -> None:
        """Raise ``Problem`` 401 or 403."""
        callers = self._callers(method, target)
        if callers is None:
            return
        try:
            await callers.check(headers, method, target, query)
        except Exception as error:
            # That of a package is a ``Problem``, too, but of its own copy of the class.
            status: int | None = getattr(error, "status", None)
            if status is None:
                raise
            told: Sequence[tuple[str, str]] = getattr(error, "headers", ())
            raise Problem(status, str(error), headers=told) from None

    def page(self, path: str) -> bytes | None:
        """The page of the first that has one at ``path``."""
        pages = (callers.page(path) for callers in self._asked)
        return next((page for page in pages if page is not None), None)

    def _callers(self, method: str, target: str) -> Callers | None:
        """Who may send the request; what is no route is the gateway's own."""
        for tried in (method, "GET") if method == "HEAD" else (method,):
            try:
                return self._router.find(tried, target)[0]
            except Problem:
                continue
        return self._own


def _own(settings: Settings) -> Callers | None:
    """What the settings ask, the bearer token too."""
    if not settings.token:
        return chosen(settings)
    chosen(settings)  # refuses two ways at once
    variable = caller_variable(settings.package, "token")
    asked = Credential("token", "bearer", (variable,))
    return TokenCallers(asked, environ={variable: settings.token})


def doors(members: Iterable[Member], settings: Settings) -> Doors | None:
    """Who may call the routes of ``members``; ``None`` when none of them asks anything itself."""
    found = tuple(members)
    if all(member.callers is None for member in found):
        return None
    return Doors(found, settings)
