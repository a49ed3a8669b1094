"""What goes into the single-file program, checked without building one."""

import pytest
from devtools.single_file import is_wanted, missing_parts


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/Qt/plugins/wayland-shell-integration/libxdg-shell.so",
        "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
        "PySide6/Qt/plugins/imageformats/libqsvg.so",
        "PySide6/Qt/plugins/imageformats/libqjpeg.so",
        "PySide6/Qt/lib/libQt6DBus.so.6",
        "libxcb-cursor.so.0",
        "roku_desktop/engine/storage/migrations/0001_initial.py",
        "roku_desktop/resources/icons/roku.svg",
    ],
)
def test_what_must_go_on_working_is_kept(name):
    assert is_wanted(name)


@pytest.mark.parametrize(
    "name",
    [
        "libgtk-3.so.0",
        "share/icons/Adwaita/index.theme",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6\\translations\\qtbase_de.qm",
        "PySide6/Qt/lib/libQt6Qml.so.6",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
    ],
)
def test_what_nobody_uses_is_left_out(name):
    assert not is_wanted(name)


def test_a_program_without_wayland_or_without_the_wanted_model_is_refused():
    listing = "libqxcb.so libqsvg.so libqsvgicon.so libxdg-shell.so resources/icons/roku.svg 0001_initial.py"
    listing += " migrations/0001_initial.py"
    assert missing_parts(listing, embedded_model=True, linux=True) == ["libqwayland.so", ".gguf"]
    assert missing_parts(listing + " libqwayland.so", embedded_model=False, linux=True) == []
