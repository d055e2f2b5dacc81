"""Views of the Python model → files, through the Jinja templates; the only folder that knows Jinja."""

from naftiko_codegen.render.files import File
from naftiko_codegen.render.renderer import Renderer

__all__ = ["File", "Renderer"]
