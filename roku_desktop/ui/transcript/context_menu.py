"""The menu of a transcript under the right button. Made when it is asked for; `view.py` opens it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from roku_desktop.ui.language import tr
from roku_desktop.ui.shortcuts import command
from roku_desktop.ui.transcript.mouse import TranscriptMouse


class TranscriptMenu(QMenu):
    """`link` is the address under the pointer, "" where there is none."""

    def __init__(
        self, mouse: TranscriptMouse, *, link: str, find: Callable[[], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        something = not mouse.selection.is_empty
        copy = self._add(tr("Copy"), lambda: mouse.copy("plain"), something)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        self._add(tr("Copy as Markdown"), lambda: mouse.copy("markdown"), something)
        if link:
            self._add(tr("Copy link"), lambda: QGuiApplication.clipboard().setText(link))
        self.addSeparator()
        select = self._add(tr("Select all"), mouse.select_all)
        select.setShortcut(QKeySequence(QKeySequence.StandardKey.SelectAll))
        self._add(command("find").shown_title, find)

    def _add(self, title: str, act: Callable[[], object], enabled: bool = True) -> QAction:
        action = self.addAction(title)
        action.setEnabled(enabled)
        action.triggered.connect(partial(_do, act))
        return action


def _do(act: Callable[[], object], _checked: bool = False) -> None:  # Qt hands "checked" or not
    act()
