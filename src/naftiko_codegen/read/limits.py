"""How much a document may ask of the reader before it is refused."""

from __future__ import annotations

from naftiko_codegen.frozen import frozen


@frozen
class Limits:
    """Bounds that keep any input below about 5 s and 500 MB.

    ``file_bytes`` is the size of one document, ``plain_bytes`` of a file beside it;
    ``nodes`` the values, keys and brackets one file may hold; ``expansion`` the
    characters that aliases or overlay actions may add; ``depth`` the levels of nesting;
    ``files`` how many files one run may open.
    """

    file_bytes: int = 32 * 1024 * 1024
    nodes: int = 1_500_000
    expansion: int = 8 * 1024 * 1024
    depth: int = 200
    plain_bytes: int = 1024 * 1024
    files: int = 10_000


DEFAULT = Limits()
