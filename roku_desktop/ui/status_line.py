"""The line at the bottom of the window: what it does, what today cost, who answers, which workspace.

The workspace is a button; whoever owns the menu behind it pops it up. Filled by steering.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from roku_desktop.engine import CostRow
from roku_desktop.ui.costs.lines import spent_in_words, total_of
from roku_desktop.ui.language import counted, tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import FlatButton
from roku_desktop.ui.look.glyphs import paint_glyph
from roku_desktop.ui.shortcuts import hint
from roku_desktop.ui.telemetry.badge import TelemetryBadge

Lamp = Literal["unknown", "ready", "waiting", "trouble"]

_TEXT_PX = 320


class StatusLine(QWidget):
    """Each text is plain, shortened in the middle where it is long, and whole in its hint.

    Attributes:
        workspace_button: opens the choice of a workspace.
        badge: whether the objectives are met.
        approvals_button: says how many approvals wait, while any does.

    Signals:
        provider_clicked, cost_clicked: more about it is wanted; keys have commands for both.
    """

    provider_clicked = Signal()
    cost_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._cost, self._model = (_StatusText() for _ in range(3))
        self._lamp = _Lamp()
        self.workspace_button = _StatusButton()
        self.badge = TelemetryBadge()
        self.approvals_button = FlatButton("", rank="quiet", glyph="warning")
        self.approvals_button.setFont(theme.scaled_font(0.88))
        self.approvals_button.setFixedHeight(theme.grown(22))
        self.approvals_button.hide()
        self._cost.clicked.connect(self.cost_clicked)
        self._model.clicked.connect(self.provider_clicked)
        for text in (self._cost, self._model):
            text.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 0, 8, 2)
        row.setSpacing(24)
        row.addWidget(self._state)
        row.addStretch(1)
        row.addWidget(self.approvals_button)
        row.addWidget(self._cost)
        provider = QHBoxLayout()
        provider.setSpacing(7)
        provider.addWidget(self._lamp)
        provider.addWidget(self._model)
        row.addLayout(provider)
        row.addWidget(self.workspace_button)
        row.addWidget(self.badge)

    def set_state(self, text: str) -> None:
        self._state.set_text(text)

    def set_spent(self, today: Sequence[CostRow]) -> None:
        """What today's answers cost; nothing is shown while there is none, or all were free."""
        total = total_of(today)
        nothing = not total.usd and not total.unknown
        self._cost.set_text("" if nothing else tr("{0} today").format(spent_in_words(total)))

    def set_lamp(self, lamp: Lamp, words: str) -> None:
        self._lamp.show_as(lamp, words)

    def set_model(self, text: str) -> None:
        self._model.set_text(text)

    def set_approvals(self, count: int) -> None:
        """How many wait for a person."""
        words = counted(count, "1 approval waits", "%Ln approvals wait")
        self.approvals_button.setText(words)
        self.approvals_button.setAccessibleName(words)
        self.approvals_button.setToolTip(hint("review_approvals"))
        self.approvals_button.setVisible(count > 0)
        self.approvals_button.updateGeometry()

    def set_workspace(self, text: str) -> None:
        self.workspace_button.set_path(text)

    @property
    def texts(self) -> tuple[str, str, str]:
        """State, model and workspace, unshortened."""
        return self._state.toolTip(), self._model.toolTip(), self.workspace_button.path


class _StatusText(QLabel):
    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setFont(theme.scaled_font(0.88))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.clicked.emit()

    def set_text(self, text: str) -> None:
        room_px = theme.grown(_TEXT_PX)
        self.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room_px))
        self.setToolTip(text)
        self.setAccessibleName(text)


class _Lamp(QWidget):
    """A dot: ready, busy, or in trouble. Its hint says it in words, so that colour is not all."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Lamp = "unknown"
        self.setFixedSize(8, 8)

    def show_as(self, lamp: Lamp, words: str) -> None:
        self._shown = lamp
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self.palette()
        colour = {
            "unknown": theme.line(palette),
            "ready": theme.accent(palette),
            "waiting": theme.warning(palette),
            "trouble": theme.danger(palette),
        }[self._shown]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(self.rect())


class _StatusButton(QPushButton):
    """A folder and its name, flat; the whole path is its hint."""

    def __init__(self) -> None:
        super().__init__()
        self.path = ""
        self.setFont(theme.scaled_font(0.88))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.set_path("")

    def set_path(self, path: str) -> None:
        self.path = path
        room_px = theme.grown(_TEXT_PX)
        self.setText(self.fontMetrics().elidedText(path, Qt.TextElideMode.ElideMiddle, room_px))
        self.setToolTip(tr("Workspace: {0}").format(path).replace("<", "‹") + f"\n{hint('choose_workspace')}")
        self.setAccessibleName(tr("Workspace: {0}").format(path))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(
            self.fontMetrics().horizontalAdvance(self.text()) + 21 + theme.grown(13),
            self.fontMetrics().height() + 6,
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        used = self.underMouse() or self.isDown()
        painter.setPen(QPen(theme.accent(palette), 1.4) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(theme.panel(palette) if used else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        colour = theme.muted(palette)
        side_px = theme.grown(13)
        paint_glyph(painter, "folder", QRectF(8, (self.height() - side_px) / 2, side_px, side_px), colour)
        painter.setPen(colour)
        painter.drawText(
            self.rect().adjusted(13 + side_px, 0, -6, 0), Qt.AlignmentFlag.AlignVCenter, self.text()
        )
