"""What people download, as steps: build → verify → smoke → package → SBOM → checksums.

    single_file.build_single_file ─→ program ─┬─→ debian_package | mac_image | windows_installer
                                              └─→ inventory.parts_of ─→ SBOM;  all of it ─→ SHA256SUMS

Owns the order, and which package belongs to which system. Called by `scripts/build_installers.py`.
"""

import hashlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from devtools import debian_package, inventory, mac_image, windows_installer
from devtools.checkout import DevError, say
from devtools.inventory import Part
from devtools.single_file import Flavour, build_single_file, check_reproducible

Packager = Callable[[Path, Path, Sequence[Part], Flavour], Path]
PACKAGERS: dict[str, Packager] = {
    "linux": debian_package.package,
    "darwin": mac_image.package,
    "win32": windows_installer.package,
}
SUMS = "SHA256SUMS"


def make_installer(target: Path, flavour: Flavour, *, reproducible: bool = False) -> list[Path]:
    """All steps; returns what is to be published. `reproducible`: build twice too. Raises DevError."""
    program = build_single_file(target, flavour)
    if reproducible:
        check_reproducible(program, flavour)
    return publish(program, target, flavour)


def publish(program: Path, target: Path, flavour: Flavour) -> list[Path]:
    """Package a program that is built and tried already. Raises DevError."""
    packager = PACKAGERS.get(sys.platform)
    if packager is None:
        raise DevError(f"There is no installer for {sys.platform}; {program} runs without one.")
    say("Packaging …")
    parts = inventory.parts_of(program, with_model=flavour.with_model)
    package = packager(program, target, parts, flavour)
    bill = package.with_name(f"{package.name}.cdx.json")
    text = inventory.cyclonedx(parts, inventory.version_of_the_program())
    bill.write_text(text, encoding="utf-8", newline="\n")
    made = [program, package, bill]
    write_sums(target / SUMS, made)
    for file in made[1:]:
        say(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB, sha256 {_digest(file)}")
    return made


def write_sums(file: Path, made: Sequence[Path]) -> None:
    """For `sha256sum --check`; what other flavours wrote there stays."""
    old = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    sums = {line.split("  ", 1)[1]: line for line in old if (file.parent / line.split("  ", 1)[1]).exists()}
    sums |= {path.name: f"{_digest(path)}  {path.name}" for path in made}
    text = "".join(f"{sums[name]}\n" for name in sorted(sums))
    file.write_text(text, encoding="utf-8", newline="\n")


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
