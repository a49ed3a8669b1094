"""Build the single-file program into dist/: `python3 scripts/build_installers.py --help`.

Needs a checkout made ready by `dev.py setup`.
"""

import argparse
import sys
from collections.abc import Sequence

from devtools.checkout import ROOT, DevError
from devtools.single_file import Flavour, build_single_file, check_reproducible


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code; a failure is told in a sentence on stderr."""
    parser = argparse.ArgumentParser(prog="build_installers.py", description="Build the single-file program.")
    parser.add_argument("--with-model", action="store_true", help="add the embedded model (100 MB more)")
    parser.add_argument(
        "--check-reproducible", action="store_true", help="build twice; fail if the bytes differ"
    )
    options = parser.parse_args(arguments)
    flavour = Flavour(with_model=options.with_model)
    try:
        program = build_single_file(ROOT / "dist", flavour)
        if options.check_reproducible:
            check_reproducible(program, flavour)
    except DevError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
