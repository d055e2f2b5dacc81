"""``python -m naftiko_codegen``: the same program as ``naftiko-codegen``."""

from naftiko_codegen.cli import main

if __name__ == "__main__":
    main()
