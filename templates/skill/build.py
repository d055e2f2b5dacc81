"""A table of skills and ``skills.json`` → the application."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator, Sequence
from typing import Any

from ..server.guard import Callers
from ..server.run import run
from ..server.settings import Settings
from ..web.application import Application, Served
from ..web.pages import Page, health
from .catalogue import Catalogue, Skill
from .contents import Content, Download, Listing

PATH = "/skills"
_SHORT = ("name", "description", "license")


def application(
    skills: Sequence[Skill],
    settings: Settings,
    callers: Callers | None = None,
    document: str = "skills.json",
) -> Application:
    """The ASGI application of ``skills``, each of which the file ``document`` describes."""
    content = pkgutil.get_data(str(__package__), document)
    if content is None:
        raise FileNotFoundError(document)
    catalogue = Catalogue(skills, settings.skills)
    endpoints: list[Served] = [
        Listing(catalogue),
        Content(catalogue),
        Download(catalogue),
    ]
    pages = [health(), *_pages(json.loads(content)["skills"])]
    return Application(endpoints, pages, settings, (), callers, adapter="skill")


def _pages(described: Sequence[dict[str, Any]]) -> Iterator[Page]:
    """What does not change while the server runs: the catalogue, and what each skill says of itself."""
    seen = [_summary(skill) for skill in described]
    yield _page(PATH, {"count": len(seen), "skills": seen})
    for skill in described:
        yield _page(f"{PATH}/{skill['name']}", skill)


def _summary(skill: dict[str, Any]) -> dict[str, Any]:
    """A skill as the catalogue shows it."""
    found = {key: value for key, value in skill.items() if key in _SHORT}
    return {**found, "tools": [tool["name"] for tool in skill["tools"]]}


def _page(path: str, value: dict[str, Any]) -> Page:
    return Page(path, "application/json", json.dumps(value).encode("ascii"))


def serve_application(app: Application, settings: Settings) -> int:
    """Serve ``app`` until a stop signal; returns the exit status."""
    return run(app, settings, PATH)
