"""How the single-file program is built, checked and tried: build → verify → smoke.

Owns: the call of PyInstaller, the look into the archive, the first runs of the result, and whether
building twice gives the same bytes. What is in it is `bundle`'s business. Called by
`scripts/build_installers.py`, `packages.py` and the benchmark.
"""

import hashlib
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from devtools.bundle import missing_parts
from devtools.checkout import ROOT, DevError, executable, run_quietly, say, venv_program

SPEC = ROOT / "packaging" / "roku-desktop.spec"
WORK = ROOT / "build" / "single file"  # a space, because people's folders have them
SOURCE_DATE_EPOCH = "1735689600"  # 2025-01-01: the same sources give the same time stamps
# What decides the bytes of a build, besides Python and the system's libraries.
SOURCES = ("roku_desktop", "resources", "packaging", "scripts/devtools", "requirements/dev.txt")


@dataclass(frozen=True, kw_only=True)
class Flavour:
    """Which program is built. `default` is all that PyInstaller takes by itself, for comparison."""

    contents: Literal["lean", "default"] = "lean"
    with_model: bool = False

    @property
    def name(self) -> str:
        """The program's name, without the ending of Windows."""
        return "roku-desktop-with-model" if self.with_model else "roku-desktop"


def build_single_file(target: Path, flavour: Flavour) -> Path:
    """All steps; returns the program in the folder `target`. Raises DevError."""
    say(f"Building the single-file program ({flavour.contents} contents) …")
    program = build(target, flavour)
    if flavour.contents == "lean":
        verify(program, flavour)
    smoke(program)
    say(f"{_shown(program)}: {program.stat().st_size / 1e6:.1f} MB")
    return program


def build(target: Path, flavour: Flavour) -> Path:
    """Call PyInstaller with what makes its result repeatable. Raises DevError."""
    work = WORK / f"{flavour.name} {flavour.contents}"
    run_quietly(
        [
            *(venv_program("python"), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"),
            *("--distpath", target, "--workpath", work, SPEC),
        ],
        env={
            "PYTHONHASHSEED": "1",
            "SOURCE_DATE_EPOCH": SOURCE_DATE_EPOCH,
            "ROKU_BUILD_NAME": flavour.name,
            "ROKU_BUILD_CONTENTS": flavour.contents,
            "ROKU_BUILD_WITH_MODEL": "1" if flavour.with_model else "0",
        },
        failing="PyInstaller could not build the single-file program:",
    )
    return executable(target, flavour.name)


def verify(program: Path, flavour: Flavour) -> None:
    """Look into the archive: all that must work is there. Raises DevError."""
    listing = run_quietly(
        [venv_program("python"), "-m", "PyInstaller.utils.cliutils.archive_viewer", "-l", "-b", program],
        failing="The program was built, but can't be read:",
    ).replace("\\\\", "/")
    missing = missing_parts(listing, embedded_model=flavour.with_model, linux=sys.platform == "linux")
    if missing:
        raise DevError(f"The program was built without {', '.join(missing)}: see devtools/bundle.py.")


def smoke(program: Path) -> None:
    """Run it in a new home whose path has a space: it starts, and storage opens. Raises DevError."""
    with tempfile.TemporaryDirectory(prefix="roku build ") as folder:
        for words in (["--version"], ["--home", str(Path(folder, "my home")), "sessions", "list"]):
            run_quietly([program, *words], failing=f"The program was built, but `{words[-1]}` fails:")


def check_reproducible(program: Path, flavour: Flavour) -> None:
    """Build once more, elsewhere and from nothing, and compare. Raises DevError if the bytes differ."""
    say("Building it once more, to compare …")
    with tempfile.TemporaryDirectory(prefix="roku build ") as folder:
        again = build(Path(folder), flavour)
        if program.read_bytes() != again.read_bytes():
            raise DevError(f"Two builds differ: {_shown(program)} can't be reproduced from these sources.")
    say(f"The same bytes: sha256 {hashlib.sha256(program.read_bytes()).hexdigest()}")


def built_for_comparison(flavour: Flavour) -> Path:
    """A program of the present sources in build/; built only if it isn't there yet. Raises DevError."""
    folder = WORK / f"compared {flavour.contents}"
    stamp = folder / "sources"
    program = executable(folder, flavour.name)
    digest = _digest_of_sources()
    if not (program.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == digest):
        build_single_file(folder, flavour)
        stamp.write_text(digest, encoding="ascii")
    return program


def _digest_of_sources() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for name in SOURCES:
        source = ROOT / name
        files = [source] if source.is_file() else sorted(source.rglob("*"))
        for file in files:
            if file.is_file() and file.suffix != ".pyc":
                digest.update(file.relative_to(ROOT).as_posix().encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def _shown(program: Path) -> str:
    return program.relative_to(ROOT).as_posix() if program.is_relative_to(ROOT) else str(program)
