"""Shows a transcript: one read-only text in a centred column, that grows at its end.

Owns scrolling (it follows the end only for a reader who is there, and stands still while older
pages are put before) and what is painted behind the text. Drawing the rows is
`transcript_document.py`'s, their content `transcript_model.py`'s. Nothing here opens links or
loads resources.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextBlock,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from roku_desktop.ui import theme
from roku_desktop.ui.controls import GlyphButton
from roku_desktop.ui.scroll_bar import SlimScrollBar
from roku_desktop.ui.transcript_document import TranscriptDocument
from roku_desktop.ui.transcript_look import BACKDROP_PROPERTY, GROUP_PROPERTY, Backdrop, Look
from roku_desktop.ui.transcript_model import TranscriptModel

# About 90 characters of the default font: longer lines are tiring to read.
COLUMN_WIDTH_PX = 760
_SIDE_MARGIN_PX = 28
_BACKDROP_RADIUS_PX = 9


class TranscriptView(QTextEdit):
    """Shows one `TranscriptModel`.

    Signals:
        older_wanted: the reader comes near the start; older entries may be added.
    """

    older_wanted = Signal()

    def __init__(self, model: TranscriptModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._greeting = ("", "")
        self._following = True
        self._redraw_due = False
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBar(SlimScrollBar(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        self.setAccessibleName(self.tr("Conversation"))
        self.document().setDocumentMargin(0)
        self._drawn = TranscriptDocument(self.document(), Look(self.palette()))
        self._to_end = GlyphButton("down", self.tr("Go to the end"), parent=self)
        self._to_end.clicked.connect(self.scroll_to_end)
        self._to_end.hide()
        self._connect(model)

    def _connect(self, model: TranscriptModel) -> None:
        model.modelReset.connect(self._redraw)
        model.rowsInserted.connect(self._rows_inserted)
        model.rowsRemoved.connect(lambda _parent, first, _last: self._drawn.remove_from(first))
        model.dataChanged.connect(self._data_changed)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._range_changed)
        bar.valueChanged.connect(self._scrolled)

    def set_greeting(self, title: str, subtitle: str) -> None:
        """What stands in the middle while there is nothing to read."""
        self._greeting = (title, subtitle)
        self.setAccessibleDescription("" if self._model.rowCount() else f"{title} {subtitle}")
        self.viewport().update()

    def scroll_to_end(self) -> None:
        self._following = True
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    @property
    def following(self) -> bool:
        """Whether the reader is at the end, so that the view moves with what is added."""
        return self._following

    # The model's changes

    def _redraw(self) -> None:
        self._redraw_due = False
        self._following = True
        self._drawn.redraw(self._model.entries(), Look(self.palette()))
        self.scroll_to_end()

    def _rows_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        entries = self._model.entries()[first : last + 1]
        if first == 0 and last + 1 < self._model.rowCount():
            self._insert_before(len(entries))
        else:
            self._drawn.insert(first, entries)

    def _insert_before(self, count: int) -> None:
        """Put older rows before the others without moving what is being read."""
        bar = self.verticalScrollBar()
        row = self._drawn.row_at(self.cursorForPosition(QPoint(0, 0)).position())
        before_px = self._top_of(row) - bar.value()
        self._drawn.insert(0, self._model.entries()[:count])
        self.document().documentLayout().documentSize()  # lays out everything: the range is right then
        bar.setValue(round(self._top_of(row + count) - before_px))

    def _top_of(self, row: int) -> float:
        block = self._drawn.start_of(row).block()
        return self.document().documentLayout().blockBoundingRect(block).top()

    def _data_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        for row in range(first.row(), last.row() + 1):
            self._drawn.update(row, self._model.entry(row))

    # Scrolling

    def _range_changed(self, _minimum: int, maximum: int) -> None:
        if self._following:
            self.verticalScrollBar().setValue(maximum)
        self._show_way_to_end()

    def _scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        self._following = value >= bar.maximum() - 4
        self._show_way_to_end()
        if value < bar.pageStep() and self._model.rowCount():
            self.older_wanted.emit()

    def _show_way_to_end(self) -> None:
        self._to_end.setVisible(not self._following)

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
        button = self._to_end.sizeHint()
        self._to_end.setGeometry(
            (self.width() - button.width()) // 2,
            self.height() - button.height() - 12,
            button.width(),
            button.height(),
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._model.rowCount():
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
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._model.rowCount():
            painter.translate(0, -self.verticalScrollBar().value())
            self._paint_backdrops(
                painter, QRectF(event.rect()).translated(0, self.verticalScrollBar().value())
            )
        else:
            self._paint_greeting(painter)
        painter.end()
        super().paintEvent(event)

    # Painting

    def _paint_greeting(self, painter: QPainter) -> None:
        title, subtitle = self._greeting
        area = QRectF(self.viewport().rect())
        half = area.height() / 2
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.setFont(theme.scaled_font(1.9))
        painter.drawText(
            area.adjusted(0, 0, 0, -half),
            Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap,
            title,
        )
        painter.setPen(theme.muted(self.palette()))
        painter.setFont(theme.scaled_font(1.05))
        painter.drawText(
            area.adjusted(40, half + 14, -40, 0),
            Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap,
            subtitle,
        )

    def _paint_backdrops(self, painter: QPainter, visible: QRectF) -> None:
        layout = self.document().documentLayout()
        block = self._first_of_group(self.cursorForPosition(QPoint(0, 0)).block())
        painter.setPen(Qt.PenStyle.NoPen)
        while block.isValid() and layout.blockBoundingRect(block).top() <= visible.bottom():
            kind, group = _backdrop_of(block)
            area, width = QRectF(), 0.0
            while block.isValid() and _backdrop_of(block) == (kind, group):
                area = area.united(layout.blockBoundingRect(block))
                width = max(width, _natural_width(block) if kind == Backdrop.BUBBLE else 0.0)
                block = block.next()
                if kind in (Backdrop.NONE, Backdrop.RULE):
                    break
            self._paint_backdrop(painter, kind, area, width)

    def _first_of_group(self, block: QTextBlock) -> QTextBlock:
        group = _backdrop_of(block)
        while group[1] and block.previous().isValid() and _backdrop_of(block.previous()) == group:
            block = block.previous()
        return block

    def _paint_backdrop(self, painter: QPainter, kind: int, area: QRectF, width: float) -> None:
        palette, em = self.palette(), self._drawn.line_height
        column = float(self.viewport().width())
        match kind:
            case Backdrop.BUBBLE:
                right = min(width + 1.6 * em, column)
                box = QRectF(0, area.top() - 0.34 * em, right, area.height() + 0.8 * em)
                self._paint_box(painter, box, theme.panel(palette))
            case Backdrop.CODE:
                box = QRectF(0, area.top() - 0.34 * em, column, area.height() + 0.8 * em)
                self._paint_box(painter, box, theme.panel(palette))
            case Backdrop.BAR:
                painter.setBrush(theme.line(palette))
                painter.drawRoundedRect(QRectF(0, area.top() + 3, 3, area.height() - 3), 1.5, 1.5)
            case Backdrop.RULE:
                painter.fillRect(QRectF(0, area.center().y(), column, 1), theme.line(palette))
            case _:
                pass

    def _paint_box(self, painter: QPainter, box: QRectF, colour: QColor) -> None:
        painter.setBrush(colour)
        painter.drawRoundedRect(box, _BACKDROP_RADIUS_PX, _BACKDROP_RADIUS_PX)


def _backdrop_of(block: QTextBlock) -> tuple[int, int]:
    block_format = block.blockFormat()
    return block_format.intProperty(BACKDROP_PROPERTY), block_format.intProperty(GROUP_PROPERTY)


def _natural_width(block: QTextBlock) -> float:
    layout = block.layout()
    return max((layout.lineAt(index).naturalTextWidth() for index in range(layout.lineCount())), default=0.0)
