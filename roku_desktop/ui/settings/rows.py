"""One setting on its page: title and hint at the left, the field at the right, where it comes from below.

Made from the table by `page.py`. Knows no desk: it says what a person wants.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import FlatButton
from roku_desktop.ui.settings.fields import ChoiceField, Field, LineField, SeveralField, SwitchField
from roku_desktop.ui.settings.kinds import Setting
from roku_desktop.ui.settings.states import NotAllowedError, SettingState, in_field, read

FIELD_WIDTH_PX = 300


class SettingRow(QWidget):
    """Signals:
    wanted: the setting's path and its new value; None = as if it had never been set.
    """

    wanted = Signal(object, object)

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self._lit = False
        self._state: SettingState | None = None
        self.field = field_of(setting)
        self.field.given.connect(self._given)
        self.field.say_name(tr(setting.title), tr(setting.hint) if setting.hint else "")
        self.source = Note(quiet=True)
        self.problem = Note()
        self.back = FlatButton(tr("Reset"), rank="quiet")
        self.back.setAccessibleName(tr("Reset: {0}").format(tr(setting.title)))
        self.back.clicked.connect(self._take_back)
        self._lay_out()
        self.problem.hide()
        self.source.hide()
        self.back.hide()

    def _lay_out(self) -> None:
        title = QLabel(tr(self.setting.title))
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setWordWrap(True)
        title.setBuddy(self.field)
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addWidget(title)
        if self.setting.hint:
            left.addWidget(Note(breakable(tr(self.setting.hint)), quiet=True))
        left.addStretch(1)
        across = QHBoxLayout()
        across.setSpacing(6)
        across.addWidget(self.field, 1)
        if self.setting.unit:
            across.addWidget(Note(tr(self.setting.unit), quiet=True, wraps=False))
        below = QHBoxLayout()
        below.addWidget(self.source, 1)
        below.addWidget(self.back)
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addLayout(across)
        right.addWidget(self.problem)
        right.addLayout(below)
        right.addStretch(1)
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 8, 10, 8)
        grid.setHorizontalSpacing(24)
        grid.addLayout(left, 0, 0)
        grid.addLayout(right, 0, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnMinimumWidth(1, FIELD_WIDTH_PX)

    def show_state(self, state: SettingState) -> None:
        """Show it as it is now; what was typed wrongly stays until it is corrected, or changed elsewhere."""
        if self.problem.isVisibleTo(self) and state == self._state:
            return
        self._state = state
        self.field.show_text(in_field(state.value))
        self.field.setEnabled(not state.locked)
        is_of_file = self.setting.kept == "file"
        words = state.source if state.locked or (state.own and is_of_file) else ""
        self.source.show_text(words)
        self.back.setVisible(state.own and is_of_file)
        self.problem.hide()

    def show_problem(self, sentence: str) -> None:
        """Why what was typed is not in force; it stays in the field, to be corrected."""
        self.problem.show_text(sentence, danger=True)

    def light(self, *, on: bool) -> None:
        """It is what is being looked for."""
        if on != self._lit:
            self._lit = on
            self.update()

    def _take_back(self) -> None:
        self.problem.hide()
        self.wanted.emit(self.setting.path, None)

    def _given(self, text: str) -> None:
        if self.setting.kept != "file":
            self.wanted.emit(self.setting.path, text or None)
            return
        try:
            value = read(self.setting.path, text)
        except NotAllowedError as refusal:
            self.show_problem(str(refusal))
            return
        if self.setting.kind == "several" and value is None:
            value = ()
        self.problem.hide()
        self.wanted.emit(self.setting.path, value)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._lit:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
            painter.drawRoundedRect(QRectF(self.rect()), 8, 8)


class Note(QLabel):
    """Text that is read, not pressed: wrapped, in plain text, quiet or in the colour of danger."""

    def __init__(self, text: str = "", *, quiet: bool = False, wraps: bool = True) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if wraps:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        if quiet:
            self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            self.setFont(theme.scaled_font(0.9))

    def show_text(self, text: str, *, danger: bool = False) -> None:
        self.setText(text)
        self.setVisible(bool(text))
        if danger:
            self.setForegroundRole(QPalette.ColorRole.BrightText)


def breakable(text: str) -> str:
    """May go on in the next line within the name of a variable, which is wider than a narrow page."""
    return text.replace("_", "_\N{ZERO WIDTH SPACE}")


def heading(text: str, scale: float = 1.0) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setFont(theme.scaled_font(scale, weight=QFont.Weight.DemiBold))
    return label


def field_of(setting: Setting) -> Field:
    choices = [(value, tr(title)) for value, title in setting.choices]
    match setting.kind:
        case "choice":
            return ChoiceField(choices)
        case "several":
            return SeveralField(choices)
        case "switch":
            return SwitchField()
        case "text" | "texts" | "whole" | "number" | "address" | "file":
            absent = tr(setting.absent) if setting.absent else ""
            return LineField(absent=absent, picks_file=setting.kind == "file")
