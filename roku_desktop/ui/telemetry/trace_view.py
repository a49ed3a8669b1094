"""The trace of a run as a waterfall: a line per span, its bar where and as long as it was. Painted here.

What failed is red and says its class; what never ended is hatched. Given its spans by
`steering/telemetry.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QBrush, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QDialog, QFrame, QLabel, QScrollArea, QToolTip, QVBoxLayout, QWidget

from roku_desktop.telemetry.traces import Span, roots_of
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.telemetry.drawing import RIGHT, Drawing, seconds

_INDENT_PX = 14
_NAME_SHARE = 0.36


class TraceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One span, `depth` below the root. `began_s` counts from the trace's begin; `duration_s` is None
    where it never ended. `moments` are when something happened in it: (seconds, what)."""

    name: str
    depth: int
    began_s: float
    duration_s: float | None
    error: str
    moments: tuple[tuple[float, str], ...]


def trace_lines(spans: Sequence[Span]) -> tuple[TraceLine, ...]:
    """Parents before their children, in the order they began."""
    if not spans:
        return ()
    began_at = min(span.began_at for span in spans)
    lines: list[TraceLine] = []

    def add(span: Span, depth: int) -> None:
        lines.append(
            TraceLine(
                name=span.name,
                depth=depth,
                began_s=span.began_at - began_at,
                duration_s=span.duration_s,
                error=span.error,
                moments=tuple((moment.at - began_at, moment.name) for moment in span.events),
            )
        )
        for child in span.children:
            add(child, depth + 1)

    for root in roots_of(spans):
        add(root, 0)
    return tuple(lines)


class Waterfall(Drawing[tuple[TraceLine, ...]]):
    """What happened within a span is a mark on its bar, and its hint in words."""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = event.pos().y() // self.row_px
            lines = self.value or ()
            words = self.moments_of(lines[row]) if 0 <= row < len(lines) else ""
            QToolTip.showText(event.globalPos(), words.replace("<", "‹"), self)
            return True
        return super().event(event)

    def moments_of(self, line: TraceLine) -> str:
        """A line each: when, since the trace began, and what."""
        return "\n".join(f"{seconds(at_s)}  {what}" for at_s, what in line.moments)

    def height_px(self) -> int:
        return self.row_px * max(len(self.value or ()), 1)

    def described(self) -> str:
        said = (
            (f"{line.name}, {self._took(line)} {line.error}".strip(), *(what for _, what in line.moments))
            for line in self.value or ()
        )
        return ". ".join(", ".join(words) for words in said)

    def draw(self, painter: QPainter, value: tuple[TraceLine, ...]) -> None:
        whole_s = max((_end_s(line) for line in value), default=0.0) or 1e-9
        took_px = self.fontMetrics().horizontalAdvance("unfinished") + 8
        name_px = self.width() * _NAME_SHARE
        width = self.width() - name_px - took_px
        palette = self.palette()
        for row, line in enumerate(value):
            top = row * self.row_px
            colour = theme.danger(palette) if line.error else theme.accent(palette)
            indent = line.depth * _INDENT_PX
            title = f"{line.name}  {line.error}" if line.error else line.name
            self.write(
                painter,
                QRectF(indent, top, name_px - indent - 8, self.row_px),
                title,
                colour=colour if line.error else None,
            )
            left = name_px + width * line.began_s / whole_s
            duration_s = whole_s - line.began_s if line.duration_s is None else line.duration_s
            box = QRectF(left, top + 5, max(width * duration_s / whole_s, 2.0), self.row_px - 10)
            painter.setPen(QPen(colour, 1) if line.duration_s is None else Qt.PenStyle.NoPen)
            hatched = QBrush(colour, Qt.BrushStyle.BDiagPattern)
            painter.setBrush(hatched if line.duration_s is None else QBrush(colour))
            painter.drawRoundedRect(box, 2, 2)
            painter.setPen(QPen(self.text_colour(), 1.4))
            for at_s, _what in line.moments:
                x = min(name_px + width * at_s / whole_s, name_px + width - 1)
                painter.drawLine(int(x), top + 3, int(x), top + self.row_px - 3)
            took = QRectF(self.width() - took_px + 8, top, took_px - 8, self.row_px)
            self.write(painter, took, self._took(line), colour=theme.muted(palette), align=RIGHT)

    def _took(self, line: TraceLine) -> str:
        return tr("unfinished") if line.duration_s is None else seconds(line.duration_s)


class TraceView(QDialog):
    """Closed by Escape.

    Attributes:
        waterfall: the spans.
    """

    def __init__(self, run_id: str, spans: Sequence[Span], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Trace of {0}").format(run_id))
        self.resize(theme.grown(820), theme.grown(420))
        self.waterfall = Waterfall(tr("Spans of the run"))
        self.waterfall.show_value(trace_lines(spans))
        inside = QWidget()
        lines = QVBoxLayout(inside)
        lines.setContentsMargins(18, 14, 18, 14)
        lines.addWidget(self.waterfall)
        if not spans:
            empty = QLabel(tr("There is no trace of this run any more; traces are kept for a while only."))
            empty.setWordWrap(True)
            lines.addWidget(empty)
        lines.addStretch(1)
        area = QScrollArea()
        area.setAccessibleName(tr("Spans of the run"))
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)


def _end_s(line: TraceLine) -> float:
    last = max((at_s for at_s, _ in line.moments), default=line.began_s)
    return max(line.began_s + (line.duration_s or 0.0), last)
