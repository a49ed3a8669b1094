"""Shows a transcript: one read-only text in a centred column, that grows at its end.

Owns scrolling: it follows the end only for a reader who is there, and stands still while older
pages are put before. Drawing the rows is `transcript_document.py`'s, what is behind them
`transcript_backdrop.py`'s (both come with the first row), their content `transcript_model.py`'s.
Nothing here opens links or loads resources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QResizeEvent, QTextOption
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from roku_desktop.ui import theme
from roku_desktop.ui.controls import GlyphButton
from roku_desktop.ui.scroll_bar import SlimScrollBar

if TYPE_CHECKING:
    from roku_desktop.ui.transcript_document import TranscriptDocument
    from roku_desktop.ui.transcript_model import TranscriptModel

# About 90 characters of the default font: longer lines are tiring to read.
COLUMN_WIDTH_PX = 760
_SIDE_MARGIN_PX = 28


class TranscriptView(QTextEdit):
    """Shows one `TranscriptModel`.

    Signals:
        older_wanted: the reader comes near the start; older entries may be added.
    """

    older_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: TranscriptModel | None = None
        self._rows: TranscriptDocument | None = None
        self._greeting = ("", "")
        self._following = True
        self._to_end: GlyphButton | None = None
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBar(SlimScrollBar(self))
        self.verticalScrollBar().setSingleStep(20)  # as QTextEdit sets it on its own bar
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        self.setAccessibleName(self.tr("Conversation"))

        self.verticalScrollBar().rangeChanged.connect(self._range_changed)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def show_model(self, model: TranscriptModel | None) -> None:
        """Show this transcript from now on; None before the one that is shown goes away."""
        if self._model is not None:
            self._model.disconnect(self)
        self._model = model
        if model is not None:
            model.modelReset.connect(self._redraw)
            model.rowsInserted.connect(self._rows_inserted)
            model.rowsRemoved.connect(self._rows_removed)
            model.dataChanged.connect(self._data_changed)
        self._redraw()

    def set_greeting(self, title: str, subtitle: str) -> None:
        """What stands in the middle while there is nothing to read."""
        self._greeting = (title, subtitle)
        self.setAccessibleDescription(f"{title} {subtitle}" if self._is_empty else "")
        self.viewport().update()

    def scroll_to_end(self) -> None:
        self._following = True
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    @property
    def following(self) -> bool:
        """Whether the reader is at the end, so that the view moves with what is added."""
        return self._following

    @property
    def _is_empty(self) -> bool:
        return self._model is None or self._model.rowCount() == 0

    # The model's changes

    def _drawn(self) -> TranscriptDocument:
        if self._rows is None:
            from roku_desktop.ui.transcript_document import TranscriptDocument
            from roku_desktop.ui.transcript_look import Look

            self.document().setDocumentMargin(0)
            self._rows = TranscriptDocument(self.document(), Look(self.palette()))
        return self._rows

    def _redraw(self) -> None:
        self._following = True
        if not self._is_empty or self._rows is not None:
            self._drawn().redraw(self._model.entries() if self._model else (), self.palette())
        self.scroll_to_end()

    def _rows_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        assert self._model is not None
        entries = self._model.entries()[first : last + 1]
        if first == 0 and last + 1 < self._model.rowCount():
            self._insert_before(len(entries))
        else:
            self._drawn().insert(first, entries)

    def _insert_before(self, count: int) -> None:
        """Put older rows before the others without moving what is being read."""
        assert self._model is not None
        bar, drawn = self.verticalScrollBar(), self._drawn()
        row = drawn.row_at(self.cursorForPosition(QPoint(0, 0)).position())
        before_px = self._top_of(row) - bar.value()
        drawn.insert(0, self._model.entries()[:count])
        self.document().documentLayout().documentSize()  # lays out everything: the range is right then
        bar.setValue(round(self._top_of(row + count) - before_px))

    def _top_of(self, row: int) -> float:
        block = self._drawn().start_of(row).block()
        return self.document().documentLayout().blockBoundingRect(block).top()

    def _rows_removed(self, _parent: QModelIndex, first: int, _last: int) -> None:
        self._drawn().remove_from(first)

    def _data_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        assert self._model is not None
        for row in range(first.row(), last.row() + 1):
            self._drawn().update(row, self._model.entry(row))

    # Scrolling

    def _range_changed(self, _minimum: int, maximum: int) -> None:
        if self._following:
            self.verticalScrollBar().setValue(maximum)
        self._show_way_to_end()

    def _scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        self._following = value >= bar.maximum() - 4
        self._show_way_to_end()
        if value < bar.pageStep() and not self._is_empty:
            self.older_wanted.emit()

    def _show_way_to_end(self) -> None:
        if self._to_end is None:
            if self._following:
                return
            self._to_end = GlyphButton("down", self.tr("Go to the end"), parent=self)
            self._to_end.clicked.connect(self.scroll_to_end)
            self._place_way_to_end()
        self._to_end.setVisible(not self._following)

    def _place_way_to_end(self) -> None:
        if self._to_end is not None:
            size = self._to_end.sizeHint()
            self._to_end.move((self.width() - size.width()) // 2, self.height() - size.height() - 12)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home and End move through the transcript: there is no text cursor to move."""
        bar = self.verticalScrollBar()
        if event.key() == Qt.Key.Key_End:
            self.scroll_to_end()
        elif event.key() == Qt.Key.Key_Home:
            bar.setValue(bar.minimum())
        else:
            super().keyPressEvent(event)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        free = self.width() - self.verticalScrollBar().sizeHint().width() - COLUMN_WIDTH_PX
        side = max(_SIDE_MARGIN_PX, free // 2)
        self.setViewportMargins(side, 0, side, 0)
        super().resizeEvent(event)
        self._place_way_to_end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and not self._is_empty:
            position, following = self.verticalScrollBar().value(), self._following
            self._redraw()
            if not following:
                self.verticalScrollBar().setValue(position)

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy plain text: what is pasted elsewhere carries neither our fonts nor our colours."""
        copied = QMimeData()
        copied.setText(self.textCursor().selection().toPlainText())
        return copied

    def sizeHint(self) -> QSize:
        return QSize(COLUMN_WIDTH_PX + 2 * _SIDE_MARGIN_PX, 480)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._is_empty:
            self._paint_greeting()
        else:
            self._paint_backdrops(event)
        super().paintEvent(event)

    # Painting

    def _paint_greeting(self) -> None:
        title, subtitle = self._greeting
        if not title:
            return
        painter = QPainter(self.viewport())
        area = QRectF(self.viewport().rect())
        half = area.height() / 2
        centred = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.setFont(theme.scaled_font(1.9))
        painter.drawText(area.adjusted(0, 0, 0, -half), centred | Qt.AlignmentFlag.AlignBottom, title)
        painter.setPen(theme.muted(self.palette()))
        painter.setFont(theme.scaled_font(1.05))
        painter.drawText(area.adjusted(40, half + 14, -40, 0), centred | Qt.AlignmentFlag.AlignTop, subtitle)
        painter.end()

    def _paint_backdrops(self, event: QPaintEvent) -> None:
        from roku_desktop.ui.transcript_backdrop import BackdropPainter

        scrolled = self.verticalScrollBar().value()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(0, -scrolled)
        backdrops = BackdropPainter(
            painter, self.palette(), column=self.viewport().width(), em=self._drawn().line_height
        )
        first = self.cursorForPosition(QPoint(0, event.rect().top())).block()
        backdrops.paint(self.document().documentLayout(), first, event.rect().bottom() + scrolled)
        painter.end()
