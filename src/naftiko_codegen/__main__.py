"""``python -m naftiko_codegen``: the same program as ``naftiko-codegen``."""

import sys


def main() -> None:
    """Run the command line; an unchanged build without click, everything else with it."""
    from naftiko_codegen.quick import unchanged

    code = unchanged(sys.argv[1:])
    if code is None:
        from naftiko_codegen import cli

        cli.main()
    sys.exit(code)


if __name__ == "__main__":
    main()
