"""The text of a prompt while it is written: as high as its lines, plain, and quick whatever is pasted.

What can't be written down is told by a signal, never taken silently. Part of `composer.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QPalette, QResizeEvent, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from roku_desktop.ui.composing.prompt_history import PromptHistory
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.scroll_bar import SlimScrollBar

_MAX_LINES = 9
_LONG_WORD_CHARS: Final = 5_000
MAX_PROMPT_CHARS: Final = 500_000
"""More is no prompt but a file; about what the largest models read at once."""


class PromptEdit(QPlainTextEdit):
    """Plain text that is as high as its lines, up to a limit.

    Signals:
        submitted: Enter without Shift.
        focus_changed: it got or lost the focus.
        files_given: local files (list[Path]) instead of text.
        picture_given: a QImage was pasted or dropped.
        not_taken: a sentence about what was pasted and is no text.
    """

    submitted = Signal()
    files_given = Signal(object)
    picture_given = Signal(object)
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
        """Anything, so that what can't be taken is told instead of being passed over."""
        return bool(source.formats())

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Files arrive as files, everything else as plain text, within bounds."""
        files = _local_files(source)
        if files:
            self.files_given.emit(files)
        elif source.hasText():
            self._insert(source.text())
        elif source.hasImage():
            self.picture_given.emit(QImage(source.imageData()))
        else:
            self.not_taken.emit(tr("Only text can be added here, and files that hold text."))

    def _insert(self, text: str) -> None:
        """Refuse what would make every key slow, or is no text at all; nothing that stands here is lost."""
        if "\0" in text:
            self.not_taken.emit(tr("What was pasted is no text, so it was not added."))
        elif self.document().characterCount() + len(text) > MAX_PROMPT_CHARS:
            sentence = tr(
                "That is more than a prompt holds ({0} characters): "
                "save it as a file in the workspace and name it with @."
            )
            self.not_taken.emit(sentence.format(f"{MAX_PROMPT_CHARS:,}"))
        else:
            self._wrap_for(text)
            self.insertPlainText(text)

    def setPlainText(self, text: str) -> None:
        self._wrap_for(text)
        super().setPlainText(text)

    def _wrap_for(self, text: str) -> None:
        """Qt looks for the end of a word at every line it breaks: 13 s where half a megabyte has none."""
        has_long_word = len(text) > _LONG_WORD_CHARS and any(
            len(word) > _LONG_WORD_CHARS for word in text.split()
        )
        if has_long_word:
            self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        elif self.document().isEmpty():
            self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)

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
