"""Where a person writes: a text that grows with what is in it, Send or Stop, the model's button.

Writing is always possible; sending waits until the engine is ready. The text leaves the field only
when the prompt is on disk, so a refusal loses nothing. `steering/middle.py` says what mode it is in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from roku_desktop.ui.composing.prompt_history import PromptHistory
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import GlyphButton
from roku_desktop.ui.look.scroll_bar import SlimScrollBar
from roku_desktop.ui.transcript.view import COLUMN_WIDTH_PX

Mode = Literal["starting", "ready", "sending", "writing"]
_MAX_LINES = 9


class Composer(QWidget):
    """Attributes:
        take_command: does what a text says that is a command, and says whether it was one.

    Signals:
    submitted: send this prompt (never an empty one).
    queued: send this prompt when the answer that is being written is complete.
    files_given: files (list[Path]) were dropped or pasted; `insert_block` puts what they hold.
    not_taken: a sentence about something pasted that can't be written down.
    stop_wanted: stop what is being written.
    """

    submitted = Signal(str)
    stop_wanted = Signal()
    queued = Signal(str)
    files_given = Signal(object)
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


class PromptEdit(QPlainTextEdit):
    """Plain text that is as high as its lines, up to a limit.

    Signals:
        submitted: Enter without Shift.
        focus_changed: it got or lost the focus.
        files_given: local files (list[Path]) instead of text.
        not_taken: a sentence about what was pasted and is no text.
    """

    submitted = Signal()
    files_given = Signal(object)
    not_taken = Signal(str)
    focus_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.history = PromptHistory()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(theme.scaled_font(1.08))
        self.setPlaceholderText(tr("Ask anything"))
        self.setAccessibleName(tr("Prompt"))
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(0)
        self.setVerticalScrollBar(SlimScrollBar(self))
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if enter and plain:
            self.submitted.emit()
        elif plain and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._recall(event.key()):
            event.accept()
        else:
            super().keyPressEvent(event)

    def _recall(self, key: int) -> bool:
        """Show the older or newer prompt, if the field is empty or shows an unchanged old one."""
        text = self.toPlainText()
        if text and not self.history.shows(text):
            return False
        found = self.history.older(text) if key == Qt.Key.Key_Up else self.history.newer()
        if found is None:
            return False
        self.setPlainText(found)
        self.moveCursor(self.textCursor().MoveOperation.End)
        return True

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasUrls() or source.hasText() or source.hasImage()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Files arrive as files, everything else as plain text."""
        files = _local_files(source)
        if files:
            self.files_given.emit(files)
        elif source.hasImage() and not source.hasText():
            self.not_taken.emit(tr("Pictures can't be added to a prompt; describe it, or paste text."))
        elif source.hasText():
            self.insertPlainText(source.text())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(400, self.height())

    def _fit(self) -> None:
        """QPlainTextEdit counts its document's height in lines."""
        lines = min(max(1, round(self.document().size().height())), _MAX_LINES)
        scrolls = self.document().size().height() > _MAX_LINES
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 2)


def _local_files(source: QMimeData) -> list[Path]:
    """The files that are meant, none where anything else is meant too."""
    urls = source.urls() if source.hasUrls() else []
    return [Path(url.toLocalFile()) for url in urls] if all(url.isLocalFile() for url in urls) else []


def _is_no_command(_text: str) -> bool:
    return False
