"""Build the single-file program and the installer of this system into dist/: see `--help`.

Needs a checkout made ready by `dev.py setup`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from devtools.checkout import ROOT, DevError, executable
from devtools.installers import make_installer, publish
from devtools.single_file import Flavour


def main(arguments: Sequence[str], dist: Path = ROOT / "dist") -> int:
    """Returns the exit code; a failure is told in a sentence on stderr."""
    parser = argparse.ArgumentParser(
        prog="build_installers.py",
        description="Build the single-file program, try it, and make the installer of this system (.deb, "
        ".dmg or setup.exe) with an SBOM and checksums, all in dist/.",
    )
    parser.add_argument("--with-model", action="store_true", help="add the embedded model (100 MB more)")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--check-reproducible", action="store_true", help="build twice; fail if the bytes differ"
    )
    how.add_argument("--package-only", action="store_true", help="take the program that is in dist/ already")
    options = parser.parse_args(arguments)
    flavour = Flavour(with_model=options.with_model)
    try:
        if options.package_only:
            publish(_built(dist, flavour), dist, flavour)
        else:
            make_installer(dist, flavour, reproducible=options.check_reproducible)
    except DevError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


def _built(dist: Path, flavour: Flavour) -> Path:
    program = executable(dist, flavour.name)
    if not program.exists():
        raise DevError(f"There is no dist/{program.name} yet: leave --package-only out.")
    return program


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
