"""Where a person writes: a text that grows with what is in it, Send or Stop, the model's button.

Writing is always possible; sending waits until the engine is ready. The text leaves the field only
when the prompt is on disk, so a refusal loses nothing. `steering/middle.py` says what mode it is in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from roku_desktop.ui.composing.prompt_edit import PromptEdit
from roku_desktop.ui.composing.prompt_history import PromptHistory
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import GlyphButton
from roku_desktop.ui.transcript.view import COLUMN_WIDTH_PX

Mode = Literal["starting", "ready", "sending", "writing"]


class Composer(QWidget):
    """Attributes:
        take_command: does what a text says that is a command, and says whether it was one.

    Signals:
    submitted: send this prompt (never an empty one).
    queued: send this prompt when the answer that is being written is complete.
    files_given: files (list[Path]) were dropped or pasted; `insert_block` puts what they hold.
    picture_given: a QImage was dropped or pasted.
    not_taken: a sentence about something pasted that can't be written down.
    stop_wanted: stop what is being written.
    """

    submitted = Signal(str)
    stop_wanted = Signal()
    queued = Signal(str)
    files_given = Signal(object)
    picture_given = Signal(object)
    not_taken = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, stop_hint: str = "") -> None:
        super().__init__(parent)
        self._stop_hint = stop_hint or tr("Stop (Esc)")
        self._mode: Mode = "starting"
        self._sent = ""
        self._queued = False
        self.take_command: Callable[[str], bool] = _is_no_command
        self.edit = PromptEdit()
        self.edit.submitted.connect(self._act)
        self.edit.textChanged.connect(self._text_changed)
        self.edit.focus_changed.connect(self.update)
        self.edit.files_given.connect(self.files_given)
        self.edit.picture_given.connect(self.picture_given)
        self.edit.not_taken.connect(self.not_taken)
        self.button = GlyphButton("send", "", rank="primary", size_px=34)
        self.button.clicked.connect(self._press)
        self._hint = QLabel()
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._hint.setFont(theme.scaled_font(0.9))
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._hint, 1)
        self._row.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(5, 12, 10, 10)
        layout.setSpacing(6)
        text = QHBoxLayout()
        text.setContentsMargins(12, 0, 6, 0)
        text.addWidget(self.edit)
        layout.addLayout(text)
        layout.addLayout(self._row)
        self.setMaximumWidth(COLUMN_WIDTH_PX + 24)
        self._show_mode()

    def add_to_left(self, widget: QWidget) -> None:
        """Put a control at the left of the bottom row."""
        self._row.insertWidget(0, widget)

    def add_to_right(self, widget: QWidget) -> None:
        """Put a control beside the button."""
        self._row.insertWidget(self._row.count() - 1, widget)

    def set_history(self, prompts: Sequence[str]) -> None:
        """What Up and Down go through, oldest first."""
        self.edit.history = PromptHistory(prompts)

    def insert_block(self, block: str) -> None:
        """Put a block where the cursor is, on lines of its own."""
        cursor = self.edit.textCursor()
        cursor.insertText(block if cursor.atBlockStart() else f"\n{block}")
        self.edit.ensureCursorVisible()
        self.edit.setFocus()

    @property
    def text(self) -> str:
        return self.edit.toPlainText()

    @property
    def line_before_cursor(self) -> str:
        """The line of the cursor up to it, "" while something is selected."""
        cursor = self.edit.textCursor()
        if cursor.hasSelection():
            return ""
        cursor.movePosition(cursor.MoveOperation.StartOfBlock, cursor.MoveMode.KeepAnchor)
        return cursor.selectedText()

    def replace_before_cursor(self, start: int, text: str) -> None:
        """Put `text` in the place of that line from `start` to the cursor; undone with one step."""
        cursor, line = self.edit.textCursor(), self.line_before_cursor
        end = cursor.position()
        length = len(line[start:].encode("utf-16-le")) // 2  # as Qt counts
        cursor.setPosition(end - length)
        cursor.setPosition(end, cursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        self.edit.setTextCursor(cursor)

    def set_text(self, text: str) -> None:
        if text != self.text:
            self.edit.setPlainText(text)
            self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)

    @property
    def sends_when_ready(self) -> bool:
        """Whether what stands here was sent before anything could take it."""
        return self._queued

    @property
    def mode(self) -> Mode:
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """What Send means now; what was sent while starting goes out as soon as it can."""
        self._mode = mode
        self._show_mode()
        if mode == "ready" and self._queued:
            self._act()

    def clear_sent(self, prompt: str) -> None:
        """The prompt is on disk; what was typed after it was sent stays."""
        sent = self._sent
        if sent and prompt.startswith(sent) and self.text.startswith(sent):  # files may stand behind it
            self.set_text(self.text.removeprefix(sent).lstrip("\n"))
        self._sent = ""

    def _act(self) -> None:
        text = self.text
        if not text.strip():
            return
        if self.take_command(text):
            if text == self.text:  # else the command has put something there
                self.set_text("")
            return
        self._queued = self._mode == "starting"
        self._show_mode()
        if self._mode == "ready":
            self._sent = text
            self.submitted.emit(text)
        elif self._mode == "writing":
            self.set_text("")
            self.queued.emit(text)

    def send(self) -> None:
        """As Enter does."""
        self._act()

    def _press(self) -> None:
        if self._mode in ("writing", "sending"):
            self.stop()
        else:
            self._act()
        self.edit.setFocus()

    def stop(self) -> None:
        """Ask for the stop, if there is anything to stop."""
        if self._mode in ("writing", "sending"):
            self.stop_wanted.emit()

    def _text_changed(self) -> None:
        self._queued = False
        self._show_mode()

    def _show_mode(self) -> None:
        stops = self._mode in ("writing", "sending")
        if stops:
            self.button.show_as("stop", self._stop_hint)
        else:
            self.button.show_as("send", tr("Send (Enter)"))
        self.button.setEnabled(stops or bool(self.text.strip()))
        self._hint.setText(self._hint_text())

    def _hint_text(self) -> str:
        if self._queued:
            return tr("Will be sent as soon as everything is ready…")
        match self._mode:
            case "starting":
                return tr("Getting ready…")
            case "sending":
                return tr("Sending…")
            case "writing":
                return tr("Enter sends it after this answer") if self.text.strip() else ""
            case "ready":
                return ""

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.edit.hasFocus()
        painter.setPen(QPen(theme.accent(palette) if focused else theme.line(palette), 1.4))
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 14, 14)


def _is_no_command(_text: str) -> bool:
    return False
