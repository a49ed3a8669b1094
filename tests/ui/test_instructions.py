"""Standing instructions in force are seen: their names in the menu of workspaces, their text in a page."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit

from roku_desktop.ui.composing.instructions_page import InstructionsPage
from tests.support.display import PictureTaker
from tests.support.labs import Lab
from tests.support.windows import opened_window
from tests.ui.conftest import Run

pytestmark = pytest.mark.window


def test_the_workspaces_menu_names_them_and_shows_their_text(
    qt_run: Run, home: Path, screenshot: PictureTaker
):
    async def look() -> None:
        (home / ".roku.md").write_text("Use tabs & spaces.", encoding="utf-8")
        async with opened_window(home, Lab("lab")) as opened:
            menu = opened.steering._desk.workspaces.menu
            opened.window.commands["choose_workspace"].trigger()
            await opened.until(menu.isVisible, opened.bridge.archive.instructions_known)
            screenshot("instructions-menu")
            action = next(each for each in menu.actions() if each.text().startswith(".roku.md"))
            assert action.text() == ".roku.md · 18 bytes"
            menu.close()
            action.trigger()
            page = opened.window.findChild(InstructionsPage)
            assert isinstance(page, InstructionsPage)
            text, head = page.findChild(QPlainTextEdit), page.findChild(QLabel)
            assert isinstance(text, QPlainTextEdit)
            assert isinstance(head, QLabel)
            assert text.toPlainText() == "Use tabs & spaces."
            assert text.isReadOnly()
            assert str(home / ".roku.md") in head.text()
            screenshot("instructions-page")
            QTest.keyClick(page, Qt.Key.Key_Escape)

    qt_run(look())
