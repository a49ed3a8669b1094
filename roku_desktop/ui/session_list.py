"""The list of sessions at the left: a button for a new one, the list, the way back after a deletion.

Shows `session_model.py` and says what a person wants; `steering.py` has it done. A deleted session
leaves the list at once and the disk only when the undo has passed.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAction, QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from roku_desktop.engine import SessionState, SessionSummary
from roku_desktop.ui import theme
from roku_desktop.ui.banner import Banner
from roku_desktop.ui.controls import FlatButton
from roku_desktop.ui.scroll_bar import SlimScrollBar
from roku_desktop.ui.session_model import STATE_ROLE, SUBTITLE_ROLE, SUMMARY_ROLE, SessionModel, title_of

UNDO_MS = 6_000
_PADDING_PX = 10
_DOT_PX = 8


class SessionList(QWidget):
    """The left side of the window.

    Signals:
        new_wanted: an empty conversation.
        chosen: open the session (id).
        removed: the session (id) left the list, and may come back.
        deleted: delete the session (id) for good; the undo has passed.
    """

    new_wanted = Signal()
    chosen = Signal(str)
    removed = Signal(str)
    deleted = Signal(str)

    def __init__(self, model: SessionModel, parent: QWidget | None = None, *, undo_ms: int = UNDO_MS) -> None:
        super().__init__(parent)
        self.model = model
        self._doomed: SessionSummary | None = None
        self._undo_timer = QTimer(self, singleShot=True, interval=undo_ms)
        self._undo_timer.timeout.connect(self.finish_deletion)
        self.new_button = FlatButton(self.tr("New session"), glyph="plus", rank="quiet")
        self.new_button.setAccessibleName(self.tr("New session"))
        self.new_button.setToolTip(self.tr("New session (Ctrl+N)"))
        self.new_button.clicked.connect(self.new_wanted)
        self.view = _SessionView(model)
        self.view.delete_wanted.connect(self.delete)
        self.view.selectionModel().currentChanged.connect(self._current_changed)
        self.undo = Banner()
        self._selecting = False
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(_PADDING_PX - 2, _PADDING_PX, _PADDING_PX - 2, 4)
        top.addWidget(self.new_button)
        top.addStretch()
        below = QVBoxLayout()
        below.setContentsMargins(8, 0, 8, 8)
        below.addWidget(self.undo)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        layout.addLayout(below)

    def show_as_open(self, session_id: str) -> None:
        """Mark the session that the window shows, without opening it again; "" marks none."""
        row = self.model.row_of(session_id) if session_id else None
        self._selecting = True
        if row is None:
            self.view.selectionModel().clear()
        elif self.view.currentIndex().row() != row or not self.view.selectionModel().hasSelection():
            self.view.setCurrentIndex(self.model.index(row))
        self._selecting = False

    def go(self, step: int) -> None:
        """Open the next (1) or previous (-1) session of the list."""
        current = self.view.currentIndex()
        row = current.row() + step if current.isValid() else 0
        if 0 <= row < self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(row))

    def rename_current(self) -> None:
        if self.view.currentIndex().isValid():
            self.view.edit(self.view.currentIndex())

    def delete(self, session_id: str) -> None:
        """Take it out of the list now; it is deleted when nobody asks for it back."""
        self.finish_deletion()
        self._doomed = self.model.remove(session_id)
        if self._doomed is not None:
            self.undo.show_message(
                self.tr("Deleted “{0}”.").format(title_of(self._doomed)),
                actions=[(self.tr("Undo"), self._undo_deletion)],
            )
            self._undo_timer.start()
            self.removed.emit(session_id)

    def finish_deletion(self) -> None:
        """Delete for good what waits for it, if anything does."""
        self._undo_timer.stop()
        doomed, self._doomed = self._doomed, None
        self.undo.hide()
        if doomed is not None:
            self.deleted.emit(doomed.session_id)

    def is_doomed(self, session_id: str) -> bool:
        """Whether that session only waits for the undo to pass."""
        return self._doomed is not None and self._doomed.session_id == session_id

    def _undo_deletion(self) -> None:
        self._undo_timer.stop()
        self.undo.hide()
        doomed, self._doomed = self._doomed, None
        if doomed is not None:
            self.model.upsert(doomed)
            self.chosen.emit(doomed.session_id)

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if self._selecting:
            return
        if current.isValid():
            self.chosen.emit(self.model.session_at(current.row()).session_id)


class _SessionView(QListView):
    delete_wanted = Signal(str)

    def __init__(self, model: SessionModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(_SessionDelegate(self))
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBar(SlimScrollBar(self))
        # Qt reads on at the end of the list through its own bar only; this one has to ask for it.
        self.verticalScrollBar().valueChanged.connect(self._read_on_at_end)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.viewport().setAutoFillBackground(False)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setAccessibleName(self.tr("Sessions"))

    def _read_on_at_end(self, value: int) -> None:
        if value == self.verticalScrollBar().maximum() and self.model().canFetchMore(self.rootIndex()):
            self.model().fetchMore(self.rootIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.currentIndex().isValid():
            self._delete(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.model().rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(theme.muted(self.palette()))
            painter.drawText(
                self.viewport().rect().adjusted(18, 18, -18, -18),
                Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap,
                self.tr("Your conversations will be kept here."),
            )

    def _show_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if not index.isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rename = QAction(self.tr("Rename"), menu)
        rename.triggered.connect(lambda: self.edit(index))
        delete = QAction(self.tr("Delete"), menu)
        delete.triggered.connect(lambda: self._delete(index))
        menu.addActions([rename, delete])
        menu.popup(self.viewport().mapToGlobal(place))

    def _delete(self, index: QModelIndex) -> None:
        summary = index.data(SUMMARY_ROLE)
        if isinstance(summary, SessionSummary):
            self.delete_wanted.emit(summary.session_id)


class _SessionDelegate(QStyledItemDelegate):
    """Two lines and, where there is something to tell, a dot."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        lines = QFontMetrics(theme.scaled_font(1.0)).height() + QFontMetrics(theme.scaled_font(0.85)).height()
        return QSize(120, lines + 2 * _PADDING_PX + 4)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area: QRect = option.rect.adjusted(8, 1, -8, -1)
        state: QStyle.StateFlag = option.state
        palette: QPalette = option.palette
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
            painter.drawRoundedRect(area, 8, 8)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(theme.panel(palette))
            painter.drawRoundedRect(area, 8, 8)
        self._paint_text(painter, area.adjusted(10, _PADDING_PX - 1, -10, 1 - _PADDING_PX), palette, index)
        painter.restore()

    def _paint_text(
        self, painter: QPainter, area: QRect, palette: QPalette, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colour = _dot_colour(index.data(STATE_ROLE), palette)
        if colour is not None:
            dot = QRectF(area.right() - _DOT_PX, area.top() + 5, _DOT_PX, _DOT_PX)
            painter.setBrush(colour)
            painter.drawEllipse(dot)
        title_area = area.adjusted(0, 0, -(_DOT_PX + 8) if colour is not None else 0, 0)
        font = theme.scaled_font(1.0)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        _draw_line(painter, title_area, str(index.data()), Qt.AlignmentFlag.AlignTop)
        painter.setFont(theme.scaled_font(0.85))
        painter.setPen(theme.muted(palette))
        _draw_line(painter, area, str(index.data(SUBTITLE_ROLE)), Qt.AlignmentFlag.AlignBottom)


def _draw_line(painter: QPainter, area: QRect, text: str, alignment: Qt.AlignmentFlag) -> None:
    elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, alignment | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine, elided)


def _dot_colour(state: SessionState, palette: QPalette) -> QColor | None:
    match state:
        case "running":
            return theme.accent(palette)
        case "waiting" | "interrupted":
            return theme.warning(palette)
        case "failed":
            return theme.danger(palette)
        case "idle":
            return None
