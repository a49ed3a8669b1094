"""A page of the settings: a heading, its settings in groups, and room for what else belongs there.

All settings of a page come from the table; pages with more on them (`providers_page.py`, `storage_page.py` …)
build on this one.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from roku_desktop.config import Configuration
from roku_desktop.ui.language import tr
from roku_desktop.ui.look.scroll_bar import SlimScrollBar
from roku_desktop.ui.settings.finding import fits
from roku_desktop.ui.settings.kinds import KeyPath, SettingsPage
from roku_desktop.ui.settings.rows import Note, SettingRow, heading
from roku_desktop.ui.settings.states import state_of
from roku_desktop.ui.settings.table import settings_of


class Page(QScrollArea):
    """Attributes:
        column: where a page adds what is its own, above (`top`) and below its settings.
        rows: its settings, by path.

    Signals:
        wanted: path and value of a setting that is to be changed.
    """

    wanted = Signal(object, object)

    def __init__(self, about: SettingsPage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.about = about
        self.rows: dict[KeyPath, SettingRow] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBar(SlimScrollBar(self))
        self.setAccessibleName(tr(about.title))
        content = self._content = QWidget()
        content.setBackgroundRole(QPalette.ColorRole.Base)
        content.setAutoFillBackground(True)
        self.top = QVBoxLayout()
        self.settings = QVBoxLayout()
        self.bottom = QVBoxLayout()
        for part in (self.top, self.settings, self.bottom):
            part.setSpacing(6)
        column = QVBoxLayout(content)
        column.setContentsMargins(22, 18, 22, 22)
        column.setSpacing(12)
        title = heading(tr(about.title), 1.35)
        title.setContentsMargins(10, 0, 0, 0)
        column.addWidget(title)
        for part in (self.top, self.settings, self.bottom):
            column.addLayout(part)
        column.addStretch(1)
        self._add_settings()
        self.setWidget(content)

    def _add_settings(self) -> None:
        group = ""
        settings = settings_of(self.about.name)
        for setting in settings:
            if setting.group != group:
                group = setting.group
                label = heading(tr(group))
                label.setContentsMargins(10, 10, 0, 0)
                self.settings.addWidget(label)
            row = SettingRow(setting)
            row.wanted.connect(self.wanted)
            self.rows[setting.path] = row
            self.settings.addWidget(row)

    def show_values(self, configuration: Configuration, preferences: Mapping[str, str | None]) -> None:
        for row in self.rows.values():
            row.show_state(state_of(row.setting, configuration, preferences))

    def show_problem(self, path: KeyPath, sentence: str) -> bool:
        """Whether the setting is on this page."""
        row = self.rows.get(path)
        if row is not None:
            row.show_problem(sentence)
        return row is not None

    def light(self, typed: str) -> None:
        """Show which settings are meant by what was typed, and scroll to the first."""
        lit = [row for row in self.rows.values() if typed.strip() and fits(row.setting, typed)]
        for row in self.rows.values():
            row.light(on=row in lit)
        if lit:
            self.verticalScrollBar().setValue(max(0, lit[0].mapTo(self._content, QPoint(0, -60)).y()))
        elif not typed.strip():
            self.verticalScrollBar().setValue(0)


def indented(note: Note) -> Note:
    """In line with the settings' titles."""
    note.setContentsMargins(10, 0, 10, 0)
    return note
