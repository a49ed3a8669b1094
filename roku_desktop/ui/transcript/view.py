"""Shows a transcript: its rows in a centred column, of which only those near the reader are drawn.

Owns scrolling: it follows the end only for a reader who is there; else the row that is being read
stands still, whatever is loaded, measured or written around it. Where rows lie and their documents
are `rows.py`'s, their content `model.py`'s (both come with the first row).
Nothing here opens links or loads resources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from roku_desktop.ui.language import tr
from roku_desktop.ui.look.scroll_bar import SlimScrollBar
from roku_desktop.ui.transcript.reading_place import TOP_PX, ReadingPlace, last_value, missing_position
from roku_desktop.ui.transcript.repaint import Repaint
from roku_desktop.ui.transcript.way_to_end import WayToEnd

if TYPE_CHECKING:
    from roku_desktop.ui.transcript.model import TranscriptModel
    from roku_desktop.ui.transcript.mouse import TranscriptMouse
    from roku_desktop.ui.transcript.row_acts import RowActs
    from roku_desktop.ui.transcript.rows import TranscriptRows

# About 90 characters of the default font: longer lines are tiring to read.
COLUMN_WIDTH_PX = 760
_SIDE_MARGIN_PX = 28
# Rows this far outside of the view are drawn too, so that a step of the wheel finds them ready.
_NEAR_PX: Final = 240
_ROUNDS: Final = 12


class TranscriptView(QAbstractScrollArea):
    """Shows one `TranscriptModel`.

    Signals:
        page_wanted: the reader comes near messages that are not loaded; the position of one of them.
        run_action_wanted: what to do with a run ("resume", "fork", "star", …: `SpotAction`), and its id.
        review_wanted: a call that waits for approval is to be looked at; the ids of its run and of it.
        link_clicked: the address of a link.
        text_wanted: what is to be copied is long, or not loaded: its pieces and the `CopyForm`.
        find_wanted: a text is to be found.
    """

    page_wanted = Signal(int)
    run_action_wanted = Signal(str, str)
    review_wanted = Signal(str, str)
    link_clicked = Signal(str)
    text_wanted = Signal(object, str)
    find_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: TranscriptModel | None = None
        self._rows: TranscriptRows | None = None
        self._mouse: TranscriptMouse | None = None
        self._acts: RowActs | None = None
        self._greeting = ("", "")
        self._place = ReadingPlace()
        self._arranging = self._arrangement_due = False
        self._use_own_viewport()
        self._repaint = Repaint(self.viewport())
        self._sought = ""
        self._revealing: int | None = None  # the message that is on its way to the top of the view
        self._way_to_end = WayToEnd(self, self.scroll_to_end)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setVerticalScrollBar(SlimScrollBar(self))
        self.verticalScrollBar().setSingleStep(20)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Conversation"))

    def _use_own_viewport(self) -> None:
        """PySide makes every class of QtWidgets, a twentieth of the start, to find out what Qt's own is."""
        viewport = QWidget()
        viewport.setBackgroundRole(QPalette.ColorRole.Base)
        viewport.setAutoFillBackground(True)
        self.setViewport(viewport)

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
        self._place.go_to_message(self.rows, row, position, gap)
        if gap is not None:
            self._revealing = position
            self.page_wanted.emit(position)
        self._arrange()
        bar = self.verticalScrollBar()
        self._place.following = bar.maximum() == 0  # all of it is seen: there is no end to go to
        self._way_to_end.offer(wanted=not self._place.following)

    def highlight(self, sought: str) -> None:
        """Mark all places of a text that are seen; "" marks none."""
        self._sought = sought
        self.viewport().update()

    def show_found(self, row: int, sought: str, number: int) -> None:
        """Select the place number `number` of a text in a row, from 0, and bring it into sight."""
        from roku_desktop.ui.transcript.found_text import place_in

        start, end, y = place_in(self.rows.document(row), sought, number)
        self.mouse.selection.anchor, self.mouse.selection.head = (row, start), (row, end)
        if not self.viewport().height() // 8 < self.top_of(row) + y < self.viewport().height() * 7 // 8:
            self._place.go_to_row(row, y=self.viewport().height() // 3 - y)
        self._arrange()
        self.viewport().update()

    @property
    def following(self) -> bool:
        """Whether the reader is at the end, so that the view moves with what is added."""
        return self._place.following

    @property
    def rows(self) -> TranscriptRows:
        """Where the rows of the model lie, and what is drawn of them."""
        if self._rows is None:
            from roku_desktop.ui.transcript.row_look import Look
            from roku_desktop.ui.transcript.rows import TranscriptRows

            assert self._model is not None
            self._rows = TranscriptRows(self._model.entry, Look(self.palette()), self.viewport().width())
        return self._rows

    @property
    def mouse(self) -> TranscriptMouse:
        if self._mouse is None:
            from roku_desktop.ui.transcript.mouse import TranscriptMouse

            self._mouse = TranscriptMouse(
                self, rows=lambda: self.rows, place_at=self.place_at, top_of=self.top_of
            )
            self._mouse.link_clicked.connect(self.link_clicked)
            self._mouse.text_wanted.connect(self.text_wanted)
        return self._mouse

    @property
    def acts(self) -> RowActs:
        """The buttons on rows and what they do."""
        if self._acts is None:
            from roku_desktop.ui.transcript.row_acts import RowActs

            self._acts = RowActs(self, model=self._shown_model, keep_place=self._keep_place)
            self._acts.run_action_wanted.connect(self.run_action_wanted)
            self._acts.review_wanted.connect(self.review_wanted)
        return self._acts

    def _shown_model(self) -> TranscriptModel:
        assert self._model is not None
        return self._model

    def _keep_place(self, row: int) -> None:
        self._place.go_to_row(row, self.top_of(row))

    def top_of(self, row: int) -> int:
        """Where a row begins, in pixels of the viewport."""
        return TOP_PX + self.rows.top(row) - self.verticalScrollBar().value()

    def row_at(self, y: int) -> int:
        """The row nearest to a place of the viewport."""
        return self.rows.row_at(y - TOP_PX + self.verticalScrollBar().value())

    def place_at(self, point: QPoint) -> tuple[int, int]:
        """The row and the position in its document nearest to a point of the viewport."""
        row = self.rows.row_at_point(point.x(), point.y() - TOP_PX + self.verticalScrollBar().value())
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
            self._place.go_to_message(self.rows, self._model.row_at(revealing), revealing)
        elif sought is not None and first <= sought <= last:
            self._place.go_to_row(self._model.row_at(sought), y=0)
        self._arrange()

    # Arrangement

    def _arrange_soon(self) -> None:
        """Once for all changes of a batch, before it is painted."""
        if not self._arrangement_due:
            self._arrangement_due = True
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.User))

    def customEvent(self, _event: QEvent) -> None:
        if self._arrangement_due:
            self._arrange()

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
        self._way_to_end.offer(wanted=not self._place.following and bar.maximum() > 0)
        self._repaint.bring(self._rows, value)
        self._place_controls()

    def _place_controls(self) -> None:
        if self._acts is None and self._is_empty:
            return
        self.acts.place(None if self._is_empty else self.rows, self.verticalScrollBar().value() - TOP_PX)

    def _note_place(self) -> None:
        if not self._is_empty:
            assert self._model is not None
            value, height_px = self.verticalScrollBar().value(), self.viewport().height()
            self._place.note(self.rows, value, height_px, self._model.gap_of_row)
            missing = missing_position(self.rows, value, height_px, self._model.gap_of_row)
            if missing is not None:
                self.page_wanted.emit(missing)

    # Scrolling

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        if self._arranging:
            return
        self._revealing = None  # the reader goes elsewhere
        bar = self.verticalScrollBar()
        self._note_place()
        self._place.following = bar.value() >= bar.maximum() - 4
        self._arrange()

    # Keys and pointer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home and End move through the whole conversation."""
        if event.key() == Qt.Key.Key_End:
            self.scroll_to_end()
        elif event.key() == Qt.Key.Key_Home:
            self.scroll_to_start()
        elif not self.mouse.key_pressed(event):
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and not self._is_empty:
            return self.mouse.handle(event)
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._is_empty:
            return
        from roku_desktop.ui.transcript.context_menu import TranscriptMenu

        link = self.mouse.link_at(self.viewport().mapFrom(self, event.pos()))
        menu = TranscriptMenu(self.mouse, link=link, find=self.find_wanted.emit, parent=self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        free = self.width() - self.verticalScrollBar().sizeHint().width() - COLUMN_WIDTH_PX
        side = max(_SIDE_MARGIN_PX, free // 2)
        self.setViewportMargins(side, 0, side, 0)
        super().resizeEvent(event)
        if self._rows is not None:
            self.rows.use(self.rows.look, self.viewport().width())
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._rows is not None:
            from roku_desktop.ui.transcript.row_look import Look

            self.rows.use(Look(self.palette()), self.viewport().width())
            self._arrange()

    def sizeHint(self) -> QSize:
        return QSize(COLUMN_WIDTH_PX + 2 * _SIDE_MARGIN_PX, 480)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        if self._is_empty:
            from roku_desktop.ui.transcript.greeting import paint_greeting

            paint_greeting(painter, QRectF(self.viewport().rect()), self.palette(), self._greeting)
        else:
            from roku_desktop.ui.transcript.row_painter import paint_rows

            paint_rows(
                painter,
                self.rows,
                self.palette(),
                area=event.rect(),
                scrolled=self.verticalScrollBar().value() - TOP_PX,
                selection=self._mouse.selection if self._mouse is not None else None,
                sought=self._sought,
            )
        painter.end()
