"""Where the text of an approval is read: plain, with line numbers, marks in a warning colour, diffs coloured.

Never rich text. A long text is put in piece by piece, so that the window stays alive; `whole` says
when all of it can be seen. Used by `dialog.py`.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from roku_desktop.ui.approving.pages import TextKind
from roku_desktop.ui.look import theme
from roku_desktop.visible_text import MARK

_LINES_AT_ONCE: Final = 250


class ApprovalText(QPlainTextEdit):
    """Attributes:
        whole: all of the text is in it.

    Signals:
        completed: it has become whole.
    """

    completed = Signal()

    def __init__(self, *, numbered: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.whole = True
        self._rest: list[str] = []
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._add)
        self._look = _Look(self.document())
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(theme.fixed_font(0.92))
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        # Wrapped anywhere: nothing lies to the right of what can be seen.
        self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere if numbered else QTextOption.WrapMode.NoWrap)
        option = self.document().defaultTextOption()
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        self.document().setDefaultTextOption(option)
        self._gutter = _Gutter(self) if numbered else None
        if self._gutter is not None:
            self.blockCountChanged.connect(self._make_room)
            self.updateRequest.connect(self._scroll_gutter)
            self._make_room()

    def show_text(self, text: str, kind: TextKind = "plain") -> None:
        self._look.show_as(kind)
        first, *self._rest = _in_batches(text)
        self.setPlainText(first)
        self.whole = not self._rest
        if self.whole:
            self._timer.stop()
        else:
            self._timer.start()

    def _add(self) -> None:
        place = self.verticalScrollBar().value()
        self.appendPlainText(self._rest.pop(0))
        self.verticalScrollBar().setValue(place)
        if not self._rest:
            self._timer.stop()
            self.whole = True
            self.completed.emit()

    # Line numbers

    def gutter_width(self) -> int:
        digits = max(3, len(str(self.blockCount())))
        return self.fontMetrics().horizontalAdvance("9") * digits + 18

    def _make_room(self) -> None:
        self.setViewportMargins(self.gutter_width(), 0, 0, 0)

    def _scroll_gutter(self, area: QRect, by: int) -> None:
        assert self._gutter is not None
        if by:
            self._gutter.scroll(0, by)
        else:
            self._gutter.update(0, area.y(), self._gutter.width(), area.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._gutter is not None:
            inside = self.contentsRect()
            self._gutter.setGeometry(QRect(inside.topLeft(), QSize(self.gutter_width(), inside.height())))

    def paint_numbers(self, painter: QPainter, area: QRect) -> None:
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        painter.setFont(self.font())
        painter.setPen(theme.muted(self.palette()))
        right = self.gutter_width() - 10
        while block.isValid() and top <= area.bottom():
            height = self.blockBoundingRect(block).height()
            number = str(block.blockNumber() + 1)
            line_height = self.fontMetrics().height()
            painter.drawText(0, round(top), right, line_height, Qt.AlignmentFlag.AlignRight, number)
            block, top = block.next(), top + height


class _Gutter(QWidget):
    def __init__(self, text: ApprovalText) -> None:
        super().__init__(text)
        self._text = text

    def sizeHint(self) -> QSize:
        return QSize(self._text.gutter_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.panel(self.palette()))
        self._text.paint_numbers(painter, event.rect())


class _Look(QSyntaxHighlighter):
    """Marks stand out; a diff's lines are coloured by their first character."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._kind: TextKind = "plain"

    def show_as(self, kind: TextKind) -> None:
        self._kind = kind

    def highlightBlock(self, text: str) -> None:
        palette = QPalette(self._palette())
        if self._kind == "diff" and text:
            self._colour_line(text, palette)
        mark = QTextCharFormat()
        mark.setForeground(theme.danger(palette))
        mark.setFontWeight(700)
        for found in MARK.finditer(text):
            self.setFormat(_units(text, found.start()), _units(found[0]), mark)

    def _colour_line(self, text: str, palette: QPalette) -> None:
        line = QTextCharFormat()
        heads_file = self.currentBlock().blockNumber() < 2 and text.startswith(("+++ ", "--- "))
        if heads_file or text.startswith("@@"):
            line.setForeground(theme.muted(palette))
        elif text[0] == "+":
            line.setForeground(theme.accent(palette))
            line.setBackground(_faint(theme.accent(palette)))
        elif text[0] == "-":
            line.setForeground(theme.warning(palette))
            line.setBackground(_faint(theme.warning(palette)))
        self.setFormat(0, _units(text), line)

    def _palette(self) -> QPalette:
        shown = self.document().parent()
        return shown.palette() if isinstance(shown, QWidget) else QPalette()


def _faint(colour: QColor) -> QColor:
    faint = QColor(colour)
    faint.setAlphaF(0.12)
    return faint


def _units(text: str, end: int | None = None) -> int:
    """Qt counts in UTF-16."""
    return len(text[:end].encode("utf-16-le", "surrogatepass")) // 2


def _in_batches(text: str) -> list[str]:
    lines = text.split("\n")
    batches = range(0, len(lines), _LINES_AT_ONCE)
    return ["\n".join(lines[start : start + _LINES_AT_ONCE]) for start in batches]
