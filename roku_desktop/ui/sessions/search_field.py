"""The field above the session list. Says what is looked for once typing pauses; Esc empties it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.glyphs import paint_glyph

# Shorter than the pause between two words, longer than between two letters of a quick writer.
PAUSE_MS = 120


class SearchField(QLineEdit):
    """Signals:
    search_wanted: what to look for; "" ends the search.
    moved_down, accepted, left: Down, Enter, and Esc in an empty field.
    """

    search_wanted = Signal(str)
    moved_down = Signal()
    accepted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(tr("Search"))
        self.setAccessibleName(tr("Search sessions"))
        self.setFrame(False)
        self.setClearButtonEnabled(False)
        self.setTextMargins(12 + theme.grown(16), 5, 8, 5)
        clear = self.palette()
        clear.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)  # its ground is painted here
        self.setPalette(clear)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self.textChanged.connect(self._changed)

    def _changed(self, text: str) -> None:
        if text.strip():
            self._pause.start()
        else:
            self._tell()

    def _tell(self) -> None:
        self._pause.stop()
        self.search_wanted.emit(self.text().strip())

    def event(self, event: QEvent) -> bool:
        """Esc is for this field while it is written in; else it stops the answer."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                if self.text():
                    self.clear()
                else:
                    self.left.emit()
            case Qt.Key.Key_Down:
                self.moved_down.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.accepted.emit()
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        border = theme.accent(palette) if self.hasFocus() else theme.line(palette)
        painter.setPen(QPen(border, 1.4))
        painter.setBrush(QGuiApplication.palette().color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        side_px = theme.grown(14)
        box = QRectF(9, (self.height() - side_px) / 2, side_px, side_px)
        paint_glyph(painter, "search", box, theme.muted(palette))
        painter.end()
        super().paintEvent(event)
