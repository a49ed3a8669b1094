"""Shows a transcript: its rows in a centred column, of which only those near the reader are drawn.

Owns scrolling: it follows the end only for a reader who is there; else the row that is being read
stands still, whatever is loaded, measured or written around it. Where rows lie and their documents
are `transcript_rows.py`'s, their content `transcript_model.py`'s (both come with the first row).
Nothing here opens links or loads resources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from roku_desktop.ui import theme
from roku_desktop.ui.controls import GlyphButton
from roku_desktop.ui.reading_place import TOP_PX, ReadingPlace, last_value, position_in_gap
from roku_desktop.ui.scroll_bar import SlimScrollBar

if TYPE_CHECKING:
    from roku_desktop.ui.transcript_model import TranscriptModel
    from roku_desktop.ui.transcript_mouse import TranscriptMouse
    from roku_desktop.ui.transcript_rows import TranscriptRows

# About 90 characters of the default font: longer lines are tiring to read.
COLUMN_WIDTH_PX = 760
_SIDE_MARGIN_PX = 28
# Rows this far outside of the view are drawn too, so that a step of the wheel finds them ready.
_NEAR_PX: Final = 240
# A panel reaches at most so far out of its row.
_OVERLAP_PX: Final = 24
_ROUNDS: Final = 12
# So little of what stands above a message that was looked for is shown that the message comes first.
_REVEALED_PX: Final = 8


class TranscriptView(QAbstractScrollArea):
    """Shows one `TranscriptModel`.

    Signals:
        page_wanted: the reader comes near messages that are not loaded; the position of one of them.
    """

    page_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: TranscriptModel | None = None
        self._rows: TranscriptRows | None = None
        self._mouse: TranscriptMouse | None = None
        self._greeting = ("", "")
        self._place = ReadingPlace()
        self._arranging = self._arrangement_due = False
        self._painted_value = 0
        self._revealing: int | None = None  # the message that is on its way to the top of the view
        self._to_end: GlyphButton | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self.setVerticalScrollBar(SlimScrollBar(self))
        self.verticalScrollBar().setSingleStep(20)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Conversation"))

    def show_model(self, model: TranscriptModel | None) -> None:
        """Show this transcript from now on; None before the one that is shown goes away."""
        if self._model is not None:
            self._model.disconnect(self)
        self._model = model
        if model is not None:
            model.modelReset.connect(self._start_over)
            model.rowsInserted.connect(self._rows_inserted)
            model.rowsRemoved.connect(self._rows_removed)
            model.dataChanged.connect(self._data_changed)
            model.page_shown.connect(self._page_shown)
        self._start_over()

    def set_greeting(self, title: str, subtitle: str) -> None:
        """What stands in the middle while there is nothing to read."""
        self._greeting = (title, subtitle)
        self.setAccessibleDescription(f"{title} {subtitle}" if self._is_empty else "")
        self.viewport().update()

    def scroll_to_end(self) -> None:
        self._place.go_to_end()
        self._arrange_soon()

    def scroll_to_start(self) -> None:
        self._place.go_to_row(0, y=TOP_PX)
        self._arrange()

    def reveal(self, position: int) -> None:
        """Bring the stored message of that position to the top of the view; it is loaded if need be."""
        if self._is_empty:
            return
        assert self._model is not None
        row = self._model.row_at(position)
        gap = self._model.gap_of_row(row)
        if gap is None:
            self._place.go_to_row(row, y=_REVEALED_PX)
        else:
            share = (position - gap[0]) / (gap[1] - gap[0] + 1)
            self._place.go_to_row(row, y=-int(share * self.rows.height(row)))
            self._revealing = position
            self.page_wanted.emit(position)
        self._arrange()
        bar = self.verticalScrollBar()
        self._place.following = bar.maximum() == 0  # all of it is seen: there is no end to go to
        self._show_way_to_end()

    @property
    def following(self) -> bool:
        """Whether the reader is at the end, so that the view moves with what is added."""
        return self._place.following

    @property
    def rows(self) -> TranscriptRows:
        """Where the rows of the model lie, and what is drawn of them."""
        if self._rows is None:
            from roku_desktop.ui.row_look import Look
            from roku_desktop.ui.transcript_rows import TranscriptRows

            assert self._model is not None
            self._rows = TranscriptRows(self._model.entry, Look(self.palette()), self.viewport().width())
        return self._rows

    @property
    def mouse(self) -> TranscriptMouse:
        if self._mouse is None:
            from roku_desktop.ui.transcript_mouse import TranscriptMouse

            self._mouse = TranscriptMouse(self, rows=lambda: self.rows, place_at=self.place_at)
        return self._mouse

    def top_of(self, row: int) -> int:
        """Where a row begins, in pixels of the viewport."""
        return TOP_PX + self.rows.top(row) - self.verticalScrollBar().value()

    def row_at(self, y: int) -> int:
        """The row nearest to a place of the viewport."""
        return self.rows.row_at(y - TOP_PX + self.verticalScrollBar().value())

    def place_at(self, point: QPoint) -> tuple[int, int]:
        """The row and the position in its document nearest to a point of the viewport."""
        row = self.row_at(point.y())
        return row, self.rows.document(row).position_at(point.x(), point.y() - self.top_of(row))

    def plain_text(self) -> str:
        """All rows that are loaded, as they are or would be drawn."""
        if self._is_empty:
            return ""
        return "\n".join(self.rows.drawn_once(row).document.toPlainText() for row in range(len(self.rows)))

    @property
    def _is_empty(self) -> bool:
        return self._model is None or self._model.rowCount() == 0

    # The model's changes

    def _start_over(self) -> None:
        self._rows = None
        self._revealing = None
        self._place.go_to_end()
        if self._mouse is not None:
            self._mouse.selection.clear()
        if not self._is_empty:
            assert self._model is not None
            self.rows.insert(0, self._model.entries())
        self._arrange()

    def _rows_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        assert self._model is not None
        count = last - first + 1
        self.rows.insert(first, [self._model.entry(row) for row in range(first, last + 1)])
        self._place.rows_inserted(first, count)
        if self._mouse is not None:
            self._mouse.selection.rows_inserted(first, count)
        self._arrange_soon()

    def _rows_removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        count = last - first + 1
        self.rows.remove(first, count)
        self._place.rows_removed(first, count)
        if self._mouse is not None:
            self._mouse.selection.rows_removed(first, count)
        self._arrange_soon()

    def _data_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        for row in range(first.row(), last.row() + 1):
            self.rows.change(row)
        self._arrange_soon()

    def _page_shown(self, first: int, last: int) -> None:
        """A reader who looked into the gap reads what was found there."""
        assert self._model is not None
        revealing, sought = self._revealing, self._place.sought
        if revealing is not None and first <= revealing <= last:
            self._revealing = None
            self._place.go_to_row(self._model.row_at(revealing), y=_REVEALED_PX)
        elif sought is not None and first <= sought <= last:
            self._place.go_to_row(self._model.row_at(sought), y=0)
        self._arrange()

    # Arrangement

    def _arrange_soon(self) -> None:
        """Once for all changes of a batch, before it is painted."""
        if not self._arrangement_due:
            self._arrangement_due = True
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.LayoutRequest))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and self._arrangement_due:
            self._arrange()
        return super().event(event)

    def _arrange(self) -> None:
        """Draw what is near the reader and bring the scroll bar in line with it.

        Every round draws the rows that are near by what is known of heights; that makes heights
        exact, which may bring others near.
        """
        self._arrangement_due = False
        bar, height_px = self.verticalScrollBar(), self.viewport().height()
        value = 0
        if not self._is_empty:
            for _ in range(_ROUNDS):
                value = self._place.value(self.rows, height_px)
                near_top = value - TOP_PX - _NEAR_PX
                if not self.rows.draw_between(near_top, near_top + height_px + 2 * _NEAR_PX):
                    break
        self._arranging = True
        bar.setRange(0, 0 if self._is_empty else last_value(self.rows, height_px))
        bar.setPageStep(height_px)
        bar.setValue(value)
        self._arranging = False
        self._note_place()
        self._show_way_to_end()
        self._update_changes(value)

    def _update_changes(self, value: int) -> None:
        """Move what only moved, and paint the rest: a stream would else paint the whole view each time."""
        viewport = self.viewport()
        moved, self._painted_value = self._painted_value - value, value
        unchanged_px = None if self._rows is None else self._rows.unchanged_px
        changed_y = viewport.height() if unchanged_px is None else TOP_PX + unchanged_px - value
        if self._rows is None or changed_y <= 0 or abs(moved) >= viewport.height():
            viewport.update()
        else:
            if moved:
                viewport.scroll(0, moved)
            if changed_y < viewport.height():
                viewport.update(0, changed_y, viewport.width(), viewport.height() - changed_y)
        if self._rows is not None:
            self._rows.unchanged_px = None

    def _note_place(self) -> None:
        if not self._is_empty:
            assert self._model is not None
            value, height_px = self.verticalScrollBar().value(), self.viewport().height()
            self._place.note(self.rows, value, height_px, self._model.gap_of_row)
            self._ask_for_page(height_px)

    def _ask_for_page(self, height_px: int) -> None:
        """For what is not loaded in the middle of the view, or else within its height around it."""
        assert self._model is not None
        first, last = self.row_at(-height_px), self.row_at(2 * height_px)
        for row in (self.row_at(height_px // 2), *range(first, last + 1)):
            gap = self._model.gap_of_row(row)
            if gap is not None:
                share = (height_px // 2 - self.top_of(row)) / max(1, self.rows.height(row))
                self.page_wanted.emit(position_in_gap(gap, share))
                return

    # Scrolling

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        if self._arranging:
            return
        self._revealing = None  # the reader goes elsewhere
        bar = self.verticalScrollBar()
        self._note_place()
        self._place.following = bar.value() >= bar.maximum() - 4
        self._arrange()

    def _show_way_to_end(self) -> None:
        if self._to_end is None:
            if self._place.following:
                return
            self._to_end = GlyphButton("down", self.tr("Go to the end"), parent=self)
            self._to_end.clicked.connect(self.scroll_to_end)
            self._place_way_to_end()
        self._to_end.setVisible(not self._place.following)

    def _place_way_to_end(self) -> None:
        if self._to_end is not None:
            size = self._to_end.sizeHint()
            self._to_end.move((self.width() - size.width()) // 2, self.height() - size.height() - 12)

    # Keys and pointer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home and End move through the whole conversation."""
        if event.key() == Qt.Key.Key_End:
            self.scroll_to_end()
        elif event.key() == Qt.Key.Key_Home:
            self.scroll_to_start()
        elif not self.mouse.key_pressed(event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._is_empty:
            self.mouse.pressed(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._is_empty:
            self.mouse.moved(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._is_empty:
            self.mouse.released(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._is_empty:
            self.mouse.double_clicked(event)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        free = self.width() - self.verticalScrollBar().sizeHint().width() - COLUMN_WIDTH_PX
        side = max(_SIDE_MARGIN_PX, free // 2)
        self.setViewportMargins(side, 0, side, 0)
        super().resizeEvent(event)
        if self._rows is not None:
            self.rows.use(self.rows.look, self.viewport().width())
        self._arrange()
        self._place_way_to_end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._rows is not None:
            from roku_desktop.ui.row_look import Look

            self.rows.use(Look(self.palette()), self.viewport().width())
            self._arrange()

    def sizeHint(self) -> QSize:
        return QSize(COLUMN_WIDTH_PX + 2 * _SIDE_MARGIN_PX, 480)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        if self._is_empty:
            paint_greeting(painter, QRectF(self.viewport().rect()), self.palette(), self._greeting)
        else:
            self._paint_rows(painter, event)
        painter.end()

    # Painting

    def _paint_rows(self, painter: QPainter, event: QPaintEvent) -> None:
        from roku_desktop.ui.row_painter import RowPainter

        rows, area = self.rows, event.rect()
        selection = self._mouse.selection if self._mouse is not None else None
        row_painter = RowPainter(painter, self.palette(), rows.look.line_height, self.viewport().width())
        row = self.row_at(area.top() - _OVERLAP_PX)
        top = self.top_of(row)
        while row < len(rows) and top < area.bottom() + _OVERLAP_PX:
            document, height = rows.document(row), rows.height(row)
            selected = selection.cursor(row, document.document) if selection else None
            row_painter.paint(document, top, height, area, selected)
            row, top = row + 1, top + height


def paint_greeting(painter: QPainter, area: QRectF, palette: QPalette, greeting: tuple[str, str]) -> None:
    """What stands in the middle of an empty conversation: a title and a line below it."""
    title, subtitle = greeting
    half = area.height() / 2
    centred = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
    painter.setPen(palette.color(QPalette.ColorRole.Text))
    painter.setFont(theme.scaled_font(1.9))
    painter.drawText(area.adjusted(0, 0, 0, -half), centred | Qt.AlignmentFlag.AlignBottom, title)
    painter.setPen(theme.muted(palette))
    painter.setFont(theme.scaled_font(1.05))
    painter.drawText(area.adjusted(40, half + 14, -40, 0), centred | Qt.AlignmentFlag.AlignTop, subtitle)
