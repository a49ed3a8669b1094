"""The choice of a workspace: the folders used last, a dialog for another one, and the standing instructions
that are in force there. Knows no engine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import QLocale, QObject, QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from roku_desktop.engine import Instructions
from roku_desktop.ui.language import tr
from roku_desktop.ui.retelling import retold
from roku_desktop.visible_text import visible_line

PREFERENCE: Final = "ui.workspaces"
_REMEMBERED: Final = 8


class WorkspaceMenu(QObject):
    """Attributes:
        menu: the choices, filled when it opens.
        dialog: the folder dialog that is open, if one is.

    Signals:
        chosen: a folder (Path) for new sessions.
        instructions_wanted: `Instructions` that are to be shown.
    """

    chosen = Signal(object)
    instructions_wanted = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._recent: list[str] = []
        self._current = Path()
        self.menu = QMenu(window)
        self.dialog: QFileDialog | None = None

    def load(self, stored: str | None) -> None:
        try:
            self._recent = msgspec.json.decode(stored or "[]", type=list[str])[:_REMEMBERED]
        except msgspec.DecodeError:
            self._recent = []

    def stored(self) -> str:
        return msgspec.json.encode(self._recent).decode()

    def open_at(self, button: QWidget, current: Path, instructions: Sequence[Instructions] = ()) -> None:
        self._current = current
        self._fill()
        if instructions:
            self._add_instructions(instructions)
        height = self.menu.sizeHint().height()
        self.menu.popup(button.mapToGlobal(QPoint(0, -height)))

    def _fill(self) -> None:
        self.menu.clear()
        note = QAction(tr("New sessions work in"), self.menu)
        note.setEnabled(False)
        self.menu.addAction(note)
        for folder in dict.fromkeys([str(self._current), *self._recent]):
            action = QAction(folder.replace("&", "&&"), self.menu)
            action.setCheckable(True)
            action.setChecked(folder == str(self._current))
            action.triggered.connect(partial(self._choose, folder))
            self.menu.addAction(action)
        self.menu.addSeparator()
        other = QAction(tr("Another folder…"), self.menu)
        other.triggered.connect(self._ask)
        self.menu.addAction(other)

    def _add_instructions(self, instructions: Sequence[Instructions]) -> None:
        self.menu.addSeparator()
        note = QAction(tr("Standing instructions"), self.menu)
        note.setEnabled(False)
        self.menu.addAction(note)
        for each in instructions:
            name = visible_line(Path(each.path).name).replace("&", "&&")
            size = QLocale().formattedDataSize(len(each.text.encode()), 1)
            told = tr("{0} · {1}").format(name, retold(each.problem) if each.problem else size)
            action = QAction(told, self.menu)
            action.triggered.connect(partial(self._show, each))
            self.menu.addAction(action)

    def _show(self, instructions: Instructions, _checked: bool = False) -> None:
        self.instructions_wanted.emit(instructions)

    def _ask(self) -> None:
        if self.dialog is not None:
            self.dialog.close()
        dialog = QFileDialog(self._window, tr("Choose a workspace"), str(self._current))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._choose)
        dialog.finished.connect(self._closed)
        self.dialog = dialog
        dialog.open()  # never executed: no loop is nested

    def _closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()

    def _choose(self, folder: str, _checked: bool = False) -> None:
        self._recent = list(dict.fromkeys([folder, str(self._current), *self._recent]))[:_REMEMBERED]
        self.chosen.emit(Path(folder))
