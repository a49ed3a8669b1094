"""The window itself: where everything stands, its shortcuts, its status bar. No behaviour.

It is shown before the engine is even imported, so it knows nothing of the bridge; `steering.py`
brings it to life. Closing it asks to quit; `application.py` decides how the program ends.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QPainter, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QSplitter,
    QSplitterHandle,
    QStackedWidget,
    QStatusBar,
    QVBoxLayout,
    QWidget,
)

from roku_desktop.engine import Failure
from roku_desktop.ui import theme
from roku_desktop.ui.banner import Banner
from roku_desktop.ui.composer import Composer
from roku_desktop.ui.model_button import ModelButton
from roku_desktop.ui.session_list import SessionList
from roku_desktop.ui.session_model import SessionModel
from roku_desktop.ui.transcript_model import TranscriptModel
from roku_desktop.ui.transcript_view import COLUMN_WIDTH_PX, TranscriptView
from roku_desktop.ui.trouble_page import TroublePage

_SIDE_WIDTH_PX = 264
_STATUS_TEXT_PX = 320


class MainWindow(QMainWindow):
    """Attributes:
        sessions, transcript, transcript_model, notice, remedy, composer, model_button: its parts.

    Signals:
        quit_wanted: the person closed it, or asked to quit.
        previous_wanted, next_wanted: another session of the list.
        painted: it has been drawn for the first time.
    """

    quit_wanted = Signal()
    previous_wanted = Signal()
    next_wanted = Signal()
    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("Roku"))
        self.resize(1120, 760)
        self.transcript_model = TranscriptModel(self)
        self.transcript = TranscriptView(self.transcript_model)
        self.sessions = SessionList(SessionModel(self))
        self.notice = Banner()
        self.remedy = Banner()
        self.composer = Composer()
        self.model_button = ModelButton()
        self.composer.add_to_left(self.model_button)
        self.trouble = TroublePage()
        self.trouble.quit_wanted.connect(self.quit_wanted)
        self._pages = QStackedWidget()
        self._workplace = self._make_workplace()
        self._pages.addWidget(self._workplace)
        self._pages.addWidget(self.trouble)
        self.setCentralWidget(self._pages)
        self._state_label, self._model_label, self._workspace_label = (_StatusText() for _ in range(3))
        self.setStatusBar(self._make_status_bar())
        self._make_shortcuts()
        self.setTabOrder(self.composer.edit, self.composer.button)
        self.setTabOrder(self.composer.button, self.model_button)
        self.setTabOrder(self.model_button, self.sessions.new_button)
        self.setTabOrder(self.sessions.new_button, self.sessions.view)
        self.setTabOrder(self.sessions.view, self.transcript)
        self.composer.edit.setFocus()

    # Pages

    def show_workplace(self) -> None:
        self._pages.setCurrentWidget(self._workplace)
        self.statusBar().show()
        self.composer.edit.setFocus()

    def show_trouble(self, failure: Failure) -> None:
        """A full page: the sentence, the next step, Try again and Quit."""
        self.trouble.show_failure(failure)
        self.statusBar().hide()
        self._pages.setCurrentWidget(self.trouble)

    @property
    def in_trouble(self) -> bool:
        return self._pages.currentWidget() is self.trouble

    # Status

    def set_status(self, *, state: str, model: str, workspace: str) -> None:
        self._state_label.set_text(state)
        self._model_label.set_text(model)
        self._workspace_label.set_text(workspace)

    @property
    def status(self) -> str:
        labels = (self._state_label, self._model_label, self._workspace_label)
        return " · ".join(label.toolTip() for label in labels)

    # Building

    def _make_workplace(self) -> QWidget:
        splitter = _Splitter()
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        self.sessions.setMinimumWidth(180)
        splitter.addWidget(self.sessions)
        splitter.addWidget(self._make_middle())
        splitter.setSizes([_SIDE_WIDTH_PX, 1120 - _SIDE_WIDTH_PX])
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 1)
        return splitter

    def _make_middle(self) -> QWidget:
        middle = QWidget()
        middle.setBackgroundRole(QPalette.ColorRole.Base)
        middle.setAutoFillBackground(True)
        middle.setMinimumWidth(360)
        bottom = QVBoxLayout()
        bottom.setSpacing(8)
        for widget in (self.notice, self.remedy, self.composer):
            widget.setMaximumWidth(COLUMN_WIDTH_PX + 24)
            bottom.addWidget(widget)
        across = QHBoxLayout()
        across.setContentsMargins(16, 4, 16, 14)
        across.addStretch(1)
        across.addLayout(bottom, 1000)
        across.addStretch(1)
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.transcript, 1)
        layout.addLayout(across)
        return middle

    def _make_status_bar(self) -> QStatusBar:
        bar = QStatusBar()
        bar.setSizeGripEnabled(False)
        texts = QWidget()
        row = QHBoxLayout(texts)
        row.setContentsMargins(16, 2, 16, 4)
        row.setSpacing(24)
        row.addWidget(self._state_label)
        row.addStretch(1)
        row.addWidget(self._model_label)
        row.addWidget(self._workspace_label)
        bar.addWidget(texts, 1)
        return bar

    def _make_shortcuts(self) -> None:
        self._add_shortcuts(["Ctrl+N"], self.tr("New session"), self.sessions.new_wanted)
        self._add_shortcuts(["Ctrl+L"], self.tr("Write a prompt"), self.composer.edit.setFocus)
        self._add_shortcuts(["Ctrl+Up", "Alt+Up"], self.tr("Previous session"), self.previous_wanted)
        self._add_shortcuts(["Ctrl+Down", "Alt+Down"], self.tr("Next session"), self.next_wanted)
        self._add_shortcuts(["Esc"], self.tr("Stop"), self.composer.stop)
        self._add_shortcuts(["F2"], self.tr("Rename session"), self.sessions.rename_current)
        self._add_shortcuts(["Ctrl+Q"], self.tr("Quit"), self.quit_wanted)

    def _add_shortcuts(self, keys: Sequence[str], name: str, act: object) -> None:
        action = QAction(name, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.triggered.connect(act)
        self.addAction(action)

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.composer.edit.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks to quit; the program hides the window and ends in its own order."""
        event.ignore()
        self.quit_wanted.emit()


class _StatusText(QLabel):
    """Plain text, shortened in the middle where there is no room; whole in its hint."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setFont(theme.scaled_font(0.88))

    def set_text(self, text: str) -> None:
        self.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, _STATUS_TEXT_PX))
        self.setToolTip(text)
        self.setAccessibleName(text)


class _Splitter(QSplitter):
    def createHandle(self) -> QSplitterHandle:
        return _SplitterHandle(self.orientation(), self)


class _SplitterHandle(QSplitterHandle):
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.line(self.palette()))
