"""``python -m naftiko_codegen``: the same program as ``naftiko-codegen``."""

import gc
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

        cli.main()
    sys.exit(code)


if __name__ == "__main__":
    main()
