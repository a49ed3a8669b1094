"""The .deb: the single-file program with its menu entry, icons, metadata and the licences of its parts.

    /usr/bin/roku-desktop
    /usr/share/applications/…  icons/hicolor/…  metainfo/…  doc/roku-desktop/{copyright,licences/…}

There are no maintainer scripts: what dpkg unpacks is all that is there, and all that it removes again. The
same program gives the same bytes. Owns: the tree, its control file, the call of dpkg-deb. Called by
`installers.py`.
"""

import gzip
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from devtools.checkout import ROOT, DevError, run_quietly, venv_program
from devtools.inventory import Part, version_of_the_program
from devtools.single_file import SOURCE_DATE_EPOCH, Flavour

SOURCES = ROOT / "packaging" / "linux"
LICENCES_OF_QT = ROOT / "packaging" / "licences"
ICON = ROOT / "resources" / "icons" / "roku.svg"
ICON_SIZES_PX = (16, 22, 24, 32, 48, 64, 128, 256, 512)
METAINFO = "io.github.roku_desktop.metainfo.xml"
# The libraries that `bundle.FROM_THE_SYSTEM` leaves to the system, by the names of their packages.
DEPENDS = (
    *("libdbus-1-3", "libexpat1", "libfontconfig1", "libfreetype6", "libgcc-s1"),
    *("libglib2.0-0t64 | libglib2.0-0", "libstdc++6", "libx11-6", "zlib1g"),
)
# A keyring to keep keys in, a font with Chinese, and what the embedded model calls.
RECOMMENDS = ("gnome-keyring | kwalletmanager", "fonts-noto-cjk | fonts-droid-fallback")
NEEDED_BY_THE_MODEL = "libgomp1"
CONTROL = """\
Package: {package}
Version: {version}
Architecture: {architecture}
Maintainer: The Roku Desktop maintainers <maintainers@roku-desktop.invalid>
Installed-Size: {size_kib}
Depends: {depends}
Recommends: {recommends}
Conflicts: {other}
Replaces: {other}
Section: utils
Priority: optional
Description: AI agent for the desktop that people can rely on
 It loses nothing that it has shown, says plainly what went wrong and what
 helps, and asks before it writes files, runs commands or fetches pages.
 .
 What it keeps for a person is in the folder .roku of their home; removing
 this package leaves that folder alone.
"""
COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Roku Desktop

Files: *
Copyright: The Roku Desktop maintainers
License: Apache-2.0
 The text is in the file LICENSE beside this one.
Comment:
 The program is one file that carries the parts below; the texts of their
 licences are in the folder licences beside this file. Qt and PySide are used
 under the LGPL, version 3, whose text and that of the GPL are in licences/qt;
 they are unchanged and can be exchanged by building the program anew from its
 sources with scripts/build_installers.py.
 .
"""


def package(program: Path, target: Path, parts: Sequence[Part], flavour: Flavour) -> Path:
    """Write the .deb into the folder `target`, and return it. Raises DevError."""
    builder = shutil.which("dpkg-deb")
    if builder is None:
        raise DevError("A .deb is made by dpkg-deb, which is not here: do this on Debian or Ubuntu.")
    architecture = run_quietly(["dpkg", "--print-architecture"], failing="dpkg fails:").strip()
    version = version_of_the_program()
    deb = target / f"{flavour.name}_{version}_{architecture}.deb"
    with tempfile.TemporaryDirectory(prefix="roku deb ") as folder:
        tree = Path(folder, "tree")
        _fill(tree, program, parts, version)
        _write(tree / "DEBIAN" / "control", _control(tree, architecture, version, flavour))
        _settle(tree)
        # The program is packed already: packing it again takes half a minute and saves 1 %.
        run_quietly(
            [builder, "--root-owner-group", "-Znone", "--build", tree, deb],
            env={"SOURCE_DATE_EPOCH": SOURCE_DATE_EPOCH},
            failing="dpkg-deb could not make the package:",
        )
    return deb


def _fill(tree: Path, program: Path, parts: Sequence[Part], version: str) -> None:
    share = tree / "usr" / "share"
    installed = tree / "usr" / "bin" / "roku-desktop"
    installed.parent.mkdir(parents=True)
    shutil.copyfile(program, installed)
    _write(share / "applications" / "roku-desktop.desktop", _source("roku-desktop.desktop"))
    released = datetime.fromtimestamp(int(SOURCE_DATE_EPOCH), UTC).strftime("%Y-%m-%d")
    about = _source("metainfo.xml").replace("@VERSION@", version).replace("@DATE@", released)
    _write(share / "metainfo" / METAINFO, about)
    _draw(share / "icons" / "hicolor")
    document(share / "doc" / "roku-desktop", parts)


def document(folder: Path, parts: Sequence[Part]) -> None:
    """The folder of documents: what has changed, what is in the program, under which licences."""
    lines = [f" {part.name} {part.version}: {part.licence or 'see its own page'}\n" for part in parts]
    _write(folder / "copyright", COPYRIGHT + "".join(lines))
    changes = (ROOT / "CHANGELOG.md").read_bytes()
    _write(folder / "LICENSE", (ROOT / "LICENSE").read_text(encoding="utf-8"))
    for licence in sorted(LICENCES_OF_QT.iterdir()):  # Qt's wheels bring none
        _write(folder / "licences" / "qt" / licence.name, licence.read_text(encoding="utf-8"))
    (folder / "changelog.gz").write_bytes(gzip.compress(changes, mtime=int(SOURCE_DATE_EPOCH)))
    for part in parts:
        for name, text in part.texts.items():
            _write(folder / "licences" / part.name / name, text)


def _draw(theme: Path) -> None:
    """The icon in every size that desktops look for; the drawing itself for all others."""
    with tempfile.TemporaryDirectory(prefix="roku icons ") as folder:
        sizes = [str(size) for size in ICON_SIZES_PX]
        renderer = ROOT / "scripts" / "devtools" / "render_icons.py"
        run_quietly(
            [venv_program("python"), renderer, ICON, folder, *sizes],
            env={"QT_QPA_PLATFORM": "offscreen"},
            failing="The icon can't be drawn:",
        )
        for size in sizes:
            place = theme / f"{size}x{size}" / "apps" / "roku-desktop.png"
            place.parent.mkdir(parents=True)
            shutil.copyfile(Path(folder, f"{size}.png"), place)
    drawing = theme / "scalable" / "apps" / "roku-desktop.svg"
    drawing.parent.mkdir(parents=True)
    shutil.copyfile(ICON, drawing)


def _control(tree: Path, architecture: str, version: str, flavour: Flavour) -> str:
    size_bytes = sum(file.stat().st_size for file in tree.rglob("*") if file.is_file())
    return CONTROL.format(
        package=flavour.name,
        other=Flavour(with_model=not flavour.with_model).name,
        version=version,
        architecture=architecture,
        size_kib=-(-size_bytes // 1024),
        depends=", ".join(
            (_libc(), *DEPENDS, *((NEEDED_BY_THE_MODEL,) if flavour.with_model else ())),
        ),
        recommends=", ".join(RECOMMENDS),
    )


def _libc() -> str:
    """A program runs with the C library that it was built with, and with newer ones."""
    told = run_quietly(["getconf", "GNU_LIBC_VERSION"], failing="The C library does not say its version:")
    return f"libc6 (>= {told.split()[1]})"


def _settle(tree: Path) -> None:
    """Rights that do not depend on who builds, or where."""
    for path in (tree, *tree.rglob("*")):
        runs = path.is_dir() or path.parent.name == "bin"
        path.chmod(0o755 if runs else 0o644)


def _source(name: str) -> str:
    return (SOURCES / name).read_text(encoding="utf-8")


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
