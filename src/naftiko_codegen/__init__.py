"""A compiler: Naftiko capabilities and OpenAPI documents in, vendorable Python packages out."""

__version__ = "0.1.0"

STYLE = "black 26.10.1"
"""The formatter and version whose layout the emitted code has; the one pinned in ``pyproject.toml``."""
