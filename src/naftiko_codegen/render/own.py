"""Files made by templates of the user: formatted with black, and with findings for what goes wrong in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.render.files import File
from naftiko_codegen.render.renderer import Renderer, View


def rendered(
    renderer: Renderer,
    own: Path,
    source: str,
    views: Iterable[View],
    diagnostics: Diagnostics,
) -> Iterator[File]:
    """The file of each view; views whose template is below ``own`` are formatted, and may fail with N610 or N611."""
    for view in views:
        template = own / view.template
        if not template.is_file():
            yield from renderer.render(source, [view])
        elif file := _guarded(renderer, template, source, view, diagnostics):
            yield file


def _guarded(
    renderer: Renderer,
    template: Path,
    source: str,
    view: View,
    diagnostics: Diagnostics,
) -> File | None:
    """The formatted file of ``view``; None when its template failed, which is reported."""
    from jinja2 import TemplateError, TemplateSyntaxError

    place = Span(str(template))
    try:
        (file,) = renderer.render(source, [view])
    except (TemplateError, TypeError) as error:
        if isinstance(error, TemplateSyntaxError):
            place = Span(error.filename or str(template), error.lineno, 1)
        diagnostics.error("N610", f"this template failed: {error}", place)
        return None
    return _formatted(file, place, diagnostics) if file.path.endswith(".py") else file


def _formatted(file: File, place: Span, diagnostics: Diagnostics) -> File | None:
    """``file`` as black leaves it."""
    import black
    from black.parsing import ASTSafetyError, InvalidInput

    try:
        text = black.format_str(file.content.decode(), mode=black.Mode())
    except (InvalidInput, ASTSafetyError) as error:
        words = str(error).partition("\n")[0]
        diagnostics.error(
            "N611", f"what this template made is no Python: {words}", place
        )
        return None
    return File(file.path, text.encode())
