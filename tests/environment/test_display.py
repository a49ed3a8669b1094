"""The screen of the window tests is a real one, and pictures show what is on it."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.support.display import DisplayMissingError, PictureTaker, VirtualDisplay

pytestmark = pytest.mark.window
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="macOS and Windows bring their own display")


@only_linux
def test_a_window_gets_a_frame_and_appears_in_the_picture(
    qtbot: QtBot, display: VirtualDisplay, tmp_path: Path
):
    window = QWidget()
    qtbot.addWidget(window)
    window.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    window.setStyleSheet("background: #c03060")
    window.setGeometry(200, 150, 300, 200)
    window.show()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: window.frameGeometry().height() > window.geometry().height())

    def picture_shows_the_window() -> bool:
        display.take_picture(tmp_path / "screen.png")
        picture = QImage(str(tmp_path / "screen.png"))
        return picture.pixelColor(window.geometry().center()) == QColor("#c03060")

    qtbot.waitUntil(picture_shows_the_window)


@only_linux
def test_pictures_are_taken_only_when_somebody_asked_for_them(display: VirtualDisplay, tmp_path: Path):
    assert PictureTaker(None, display)("first") is None
    kept = PictureTaker(tmp_path / "pictures", display)("first")
    assert kept is not None
    assert QImage(str(kept)).width() == 1400


@only_linux
def test_a_second_display_gets_its_own_number_and_leaves_nothing_running(display: VirtualDisplay):
    with VirtualDisplay() as other:
        assert other.name != display.name
        server, window_manager = other._processes
        assert (server.poll(), window_manager.poll()) == (None, None)
    assert None not in (server.poll(), window_manager.poll())
    assert not other._folder.exists()


KILLED_IN_MID_TEST = """
import os, signal
from tests.support.display import VirtualDisplay
display = VirtualDisplay().__enter__()
print(*(process.pid for process in display._processes), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@only_linux
def test_a_killed_test_run_leaves_no_display_behind(tmp_path: Path):
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_IN_MID_TEST],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    left = [psutil.Process(int(pid)) for pid in killed.stdout.split() if psutil.pid_exists(int(pid))]
    _, alive = psutil.wait_procs(left, timeout=10)
    assert len(killed.stdout.split()) == 2
    assert alive == []


@only_linux
def test_a_missing_display_server_is_a_clear_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DisplayMissingError, match=r"Xvfb is missing.*scripts/dev\.py test"):
        VirtualDisplay().__enter__()


@only_linux
def test_programs_started_by_a_test_use_the_same_screen(display: VirtualDisplay):
    names = subprocess.run(
        ["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"], capture_output=True, text=True, check=True
    )
    assert "window id" in names.stdout
