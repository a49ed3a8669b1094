"""The prompts that wait for the running answer, above the composer: to edit, to remove, to send."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from roku_desktop.ui.language import tr
from roku_desktop.ui.look.controls import FlatButton, GlyphButton
from roku_desktop.ui.wording import one_line

_SHOWN = 3
_TEXT_CHARS = 200


class QueueStrip(QWidget):
    """Hidden while nothing waits.

    Signals:
        edit_wanted, remove_wanted: the prompt at that place (0 is sent next).
        send_wanted: send the first one now.
    """

    edit_wanted = Signal(int)
    remove_wanted = Signal(int)
    send_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[QWidget] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(14, 4, 6, 4)
        self._layout.setSpacing(0)
        self.hide()

    def show_prompts(self, prompts: Sequence[str], *, can_send: bool) -> None:
        """`can_send`: nothing is being written, so the first one could go now."""
        for row in self._rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()  # it may hold the button whose click is being handled
        self._rows = [
            self._row(place, prompt, can_send=can_send) for place, prompt in enumerate(prompts[:_SHOWN])
        ]
        if len(prompts) > _SHOWN:
            self._rows.append(_text(tr("and {0} more").format(len(prompts) - _SHOWN)))
        for row in self._rows:
            self._layout.addWidget(row)
        self.setVisible(bool(prompts))

    def _row(self, place: int, prompt: str, *, can_send: bool) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        title = tr("Waiting") if can_send else tr("Next") if place == 0 else tr("Then")
        layout.addWidget(_text(f"{title}:  {one_line(prompt, _TEXT_CHARS)}"), 1)
        if can_send and place == 0:
            send = FlatButton(tr("Send now"), rank="quiet")
            send.clicked.connect(self.send_wanted)
            layout.addWidget(send)
        edit = GlyphButton("edit", tr("Edit this prompt"), rank="quiet", size_px=28)
        edit.clicked.connect(partial(self._emit_edit, place))
        remove = GlyphButton("close", tr("Remove this prompt"), rank="quiet", size_px=28)
        remove.clicked.connect(partial(self._emit_remove, place))
        layout.addWidget(edit)
        layout.addWidget(remove)
        return row

    def _emit_edit(self, place: int) -> None:
        self.edit_wanted.emit(place)

    def _emit_remove(self, place: int) -> None:
        self.remove_wanted.emit(place)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.AlternateBase))
        painter.drawRoundedRect(QRectF(self.rect()), 10, 10)


def _text(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    label.setMinimumWidth(40)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
