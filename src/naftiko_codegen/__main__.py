"""``python -m naftiko_codegen``: the same program as ``naftiko-codegen``."""

import gc
import os
import sys


def main() -> None:
    """Run the command line; an unchanged build without click, everything else with it.

    Documents and what is made of them are trees, which counting references frees: looking for cycles in them was a
    quarter of a build.
    """
    gc.disable()
    from naftiko_codegen.quick import unchanged

    code = unchanged(sys.argv[1:])
    if code is None:
        from naftiko_codegen import cli

        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
    _leave(code or 0)


def _leave(code: int) -> None:
    """Exit at once: giving back the memory of a large build piece by piece takes a tenth of its time."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
