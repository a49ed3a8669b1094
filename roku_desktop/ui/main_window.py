"""The window itself: where everything stands, its shortcuts, its status bar. No behaviour.

It is made in two steps, because a person waits for the first: where one reads and writes, then
(`furnish`) the session list, the model's button, the status bar and the shortcuts. It knows nothing of the
bridge; `steering/middle.py` and its neighbours bring it to life. Closing it only asks;
`application.py` decides what that means and how the program ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QSplitterHandle,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from roku_desktop.engine import Failure
from roku_desktop.ui.composing.composer import Composer
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.transcript.view import COLUMN_WIDTH_PX, TranscriptView

if TYPE_CHECKING:
    from roku_desktop.ui.choosing.button import ModelButton
    from roku_desktop.ui.composing.context_ring import ContextRing
    from roku_desktop.ui.composing.queue_strip import QueueStrip
    from roku_desktop.ui.look.banner import Banner
    from roku_desktop.ui.sessions.side import SessionList
    from roku_desktop.ui.shortcuts import Commands
    from roku_desktop.ui.status_line import StatusLine
    from roku_desktop.ui.trouble_page import TroublePage

_WIDTH_PX = 1120
_SIDE_WIDTH_PX = 264
_LEAST_SIDE_WIDTH_PX = 180
_STATUS_HEIGHT_PX = 26


class MainWindow(QMainWindow):
    """Attributes:
        transcript, composer: where one reads and writes.
        splitter: between the session list and the conversation.
        sessions, model_button, status, ring, queue, commands: the rest; there once `furnish` was called.

    Signals:
        close_wanted: the person closed it.
        quit_wanted: the person asked to quit.
        retry_wanted: the person wants the engine to be opened again.
        new_wanted, previous_wanted, next_wanted: another session.
        painted: it has been drawn.
    """

    close_wanted = Signal()
    quit_wanted = Signal()
    retry_wanted = Signal()
    new_wanted = Signal()
    previous_wanted = Signal()
    next_wanted = Signal()
    painted = Signal()

    sessions: SessionList
    model_button: ModelButton
    status: StatusLine
    ring: ContextRing
    queue: QueueStrip
    commands: Commands

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(tr("Roku"))
        self.resize(_WIDTH_PX, 760)
        self.transcript = TranscriptView()
        self.composer = Composer()
        self._notice: Banner | None = None
        self._approval: Banner | None = None
        self._pause: Banner | None = None
        self._waiting: Banner | None = None
        self._trouble: TroublePage | None = None
        self._side = QWidget()
        self._bottom = QVBoxLayout()
        self._status_place = QWidget()
        self._status_place.setFixedHeight(theme.grown(_STATUS_HEIGHT_PX))
        self._status_place.setMinimumWidth(1)  # what it says must not make the window wider than its screen
        self._pages = QStackedWidget()
        self.splitter = self._make_splitter()
        self._workplace = self._make_workplace()
        self._pages.addWidget(self._workplace)
        self.setCentralWidget(self._pages)

    # Pages

    def show_workplace(self) -> None:
        self._pages.setCurrentWidget(self._workplace)
        self.composer.edit.setFocus()

    @property
    def trouble(self) -> TroublePage:
        """The full page that stands for the workplace when the engine can't be opened."""
        if self._trouble is None:
            from roku_desktop.ui.trouble_page import TroublePage

            self._trouble = TroublePage()
            self._trouble.quit_wanted.connect(self.quit_wanted)
            self._trouble.retry_wanted.connect(self.retry_wanted)
            self._pages.addWidget(self._trouble)
        return self._trouble

    def show_trouble(self, failure: Failure) -> None:
        """Say what is wrong and what to do, with Try again and Quit."""
        self._pages.setCurrentWidget(self.trouble)
        self.trouble.show_failure(failure)

    @property
    def side_width(self) -> int:
        """Of the session list, in pixels."""
        return self._side.width()

    def set_side_width(self, width_px: int) -> None:
        """The rest is for the conversation; Qt keeps both from becoming too narrow."""
        self.splitter.setSizes([width_px, self.splitter.width() - width_px])

    def come_to_front(self) -> None:
        """Be seen, also when it was hidden or minimised, and take the keyboard."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    # What is said above the composer

    @property
    def notice(self) -> Banner:
        """For what is to be known: a problem of the configuration, a refusal."""
        if self._notice is None:
            self._notice = self._add_banner(0)
        return self._notice

    @property
    def is_something_told(self) -> bool:
        """Whether `notice` says something that nobody has put away yet."""
        return self._notice is not None and bool(self._notice.text)

    @property
    def waiting(self) -> Banner:
        """For what a turn waits for, and what a person can do about it."""
        if self._waiting is None:
            self._waiting = self._add_banner(self._bottom.count() - 1)
        return self._waiting

    def clear_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.clear()

    @property
    def pause(self) -> Banner:
        """While a person wants nothing sent."""
        if self._pause is None:
            self._pause = self._add_banner(0)
        return self._pause

    @property
    def approval(self) -> Banner:
        """For a turn that waits for a person, under the transcript."""
        if self._approval is None:
            self._approval = self._add_banner(0)
        return self._approval

    def clear_notice(self) -> None:
        if self._notice is not None:
            self._notice.clear()

    def clear_approval(self) -> None:
        if self._approval is not None:
            self._approval.clear()

    def add_find_bar(self, bar: QWidget) -> None:
        """Above the conversation, as wide as it."""
        bar.setMaximumWidth(COLUMN_WIDTH_PX + 24)
        across = QHBoxLayout()
        across.setContentsMargins(16, 8, 16, 0)
        across.addStretch(1)
        across.addWidget(bar, 1000)
        across.addStretch(1)
        self._middle.insertLayout(0, across)

    def add_above_composer(self, widget: QWidget) -> None:
        """Put something between the conversation and the composer."""
        self._bottom.insertWidget(self._bottom.count() - 1, widget)

    def _add_banner(self, place: int) -> Banner:
        from roku_desktop.ui.look.banner import Banner

        banner = Banner()
        banner.setMaximumWidth(COLUMN_WIDTH_PX + 24)
        self._bottom.insertWidget(place, banner)
        return banner

    # Building

    def furnish(self) -> None:
        """Add what nobody needs for the first prompt."""
        from roku_desktop.ui.choosing.button import ModelButton
        from roku_desktop.ui.composing.context_ring import ContextRing
        from roku_desktop.ui.composing.queue_strip import QueueStrip
        from roku_desktop.ui.sessions.model import SessionModel
        from roku_desktop.ui.sessions.side import SessionList
        from roku_desktop.ui.shortcuts import Commands
        from roku_desktop.ui.status_line import StatusLine

        self.sessions = SessionList(SessionModel(self))
        self.sessions.new_wanted.connect(self.new_wanted)
        self.model_button = ModelButton()
        self.composer.add_to_left(self.model_button)
        self.ring = ContextRing()
        self.composer.add_to_right(self.ring)
        self.queue = QueueStrip()
        self.queue.setMaximumWidth(COLUMN_WIDTH_PX + 24)
        self.add_above_composer(self.queue)
        self.status = StatusLine()
        self.sessions.left.connect(self.composer.edit.setFocus)
        _column_of(self._side).addWidget(self.sessions)
        _column_of(self._status_place).addWidget(self.status)
        self.commands = Commands(self)
        self._connect_commands()
        order: Sequence[QWidget] = (
            self.composer.edit,
            self.composer.button,
            self.model_button,
            self.sessions.new_button,
            self.sessions.field,
            self.sessions.view,
            self.transcript,
        )
        for first, second in pairwise(order):
            self.setTabOrder(first, second)

    def _connect_commands(self) -> None:
        from functools import partial

        sessions = self.sessions
        acts: dict[str, Callable[[], object]] = {
            "new_session": self.new_wanted.emit,
            "write": self.composer.edit.setFocus,
            "previous_session": self.previous_wanted.emit,
            "next_session": self.next_wanted.emit,
            "stop": self.composer.stop,
            "search": sessions.start_search,
            "rename_session": sessions.rename_current,
            "pin_session": sessions.pin_current,
            "export_markdown": partial(sessions.export_current, "markdown"),
            "export_json": partial(sessions.export_current, "json"),
            "export_html": partial(sessions.export_current, "html"),
            "export_pdf": partial(sessions.export_current, "pdf"),
            "delete_session": sessions.delete_current,
            "choose_model": self.model_button.click,
            "choose_workspace": self.status.workspace_button.click,
            "quit": self.quit_wanted.emit,
        }
        self.transcript.find_wanted.connect(self.commands["find"].trigger)
        for name, act in acts.items():
            self.commands[name].triggered.connect(partial(_do, act))

    def _make_workplace(self) -> QWidget:
        whole = QWidget()
        column = _column_of(whole)
        column.addWidget(self.splitter)
        column.addWidget(self._status_place)
        return whole

    def _make_splitter(self) -> QSplitter:
        splitter = _Splitter()
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        self._side.setMinimumWidth(_LEAST_SIDE_WIDTH_PX)
        splitter.addWidget(self._side)
        splitter.addWidget(self._make_middle())
        side_px = theme.grown(_SIDE_WIDTH_PX)
        splitter.setSizes([side_px, _WIDTH_PX - side_px])
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 1)
        return splitter

    def _make_middle(self) -> QWidget:
        middle = QWidget()
        middle.setBackgroundRole(QPalette.ColorRole.Base)
        middle.setAutoFillBackground(True)
        middle.setMinimumWidth(280)
        self.composer.setMaximumWidth(COLUMN_WIDTH_PX + 24)
        self._bottom.setSpacing(8)
        self._bottom.addWidget(self.composer)
        across = QHBoxLayout()
        across.setContentsMargins(16, 8, 16, 14)
        across.addStretch(1)
        across.addLayout(self._bottom, 1000)
        across.addStretch(1)
        self._middle = _column_of(middle)
        self._middle.addWidget(self.transcript, 1)
        self._middle.addLayout(across)
        return middle

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.composer.edit.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks; whether that means the tray or the end is not for the window to say."""
        event.ignore()
        self.close_wanted.emit()


def _do(act: Callable[[], object], _checked: bool = False) -> None:  # Qt hands "checked" or not
    act()


def _column_of(widget: QWidget) -> QVBoxLayout:
    """Give a widget a tight vertical layout."""
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column


class _Splitter(QSplitter):
    def createHandle(self) -> QSplitterHandle:
        return _SplitterHandle(self.orientation(), self)


class _SplitterHandle(QSplitterHandle):
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)  # not `fillRect`, see `glyphs.glyph_image`
        painter.setPen(theme.line(self.palette()))
        painter.drawRect(self.rect())
