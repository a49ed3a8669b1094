"""The two plots of first tokens: percentiles over time, and how often each time came. Painted here."""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen

from roku_desktop.telemetry.instruments import TURN_TTFT
from roku_desktop.telemetry.snapshot import Bucket, Quantiles
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.telemetry.drawing import LEFT, RIGHT, Drawing, clock, seconds

_GRID_LINES = 3
_JOIN_BUCKETS = 6
"""Points farther apart are not joined: a line would say that something was measured between."""
_WITH: tuple[Callable[[Quantiles], float], ...] = (
    lambda quantiles: quantiles.p99,
    lambda quantiles: quantiles.p95,
    lambda quantiles: quantiles.p50,
)


class TimeLine(msgspec.Struct, frozen=True, kw_only=True):
    """Times are Unix seconds."""

    since: float
    until: float
    bucket_s: float
    buckets: tuple[Bucket, ...]


class PercentilePlot(Drawing[TimeLine]):
    """p50, p95 and p99 over the window; the pointer reads the values out."""

    def __init__(self) -> None:
        super().__init__("")
        self.setAccessibleName(tr("First token over time"))
        self.setMouseTracking(True)
        self._pointed_x: float | None = None

    def height_px(self) -> int:
        return self.row_px * 8

    def described(self) -> str:
        shown = self._inside()
        return self._read_out(shown[-1]) if shown else tr("Nothing was measured in this time.")

    @property
    def read_out(self) -> str:
        """What stands for the point under the pointer, or for the newest."""
        bucket = self._pointed()
        return self._read_out(bucket) if bucket else ""

    def draw(self, painter: QPainter, value: TimeLine) -> None:
        area = self._area()
        shown = self._inside()
        if not shown:
            self.write(painter, area, self.described(), colour=self._muted())
        top_s = _round_up(max((bucket.quantiles.p99 for bucket in shown), default=1.0))
        self._draw_axes(painter, area, value, top_s)
        for quantile, pen in zip(_WITH, self._pens(), strict=True):
            self._draw_line(painter, value, top_s, quantile=quantile, pen=pen)
        pointed = self._pointed()
        if pointed is not None:
            if self._pointed_x is not None:
                x = self._x_of(area, value, pointed)
                painter.setPen(QPen(self._muted(), 1, Qt.PenStyle.DotLine))
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            self._draw_read_out(painter, pointed)

    def _draw_read_out(self, painter: QPainter, bucket: Bucket) -> None:
        """The words, each percentile's in the colour of its line: that is the legend too."""
        left, metrics = self._area().left(), self.fontMetrics()
        p99, p95, p50 = (pen.color() for pen in self._pens())
        colours = (self._muted(), p50, p95, p99, self._muted())
        for text, colour in zip(self._pieces(bucket), colours, strict=True):
            width = metrics.horizontalAdvance(text)
            self.write(painter, QRectF(left, 0, width, self.row_px), text, colour=colour)
            left += width + metrics.horizontalAdvance("  ")

    def _draw_axes(self, painter: QPainter, area: QRectF, value: TimeLine, top_s: float) -> None:
        for line in range(_GRID_LINES + 1):
            y = area.bottom() - area.height() * line / _GRID_LINES
            painter.setPen(QPen(theme.line(self.palette()), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            label = QRectF(0, y - self.row_px / 2, area.left() - 6, self.row_px)
            self.write(painter, label, seconds(top_s * line / _GRID_LINES), colour=self._muted(), align=RIGHT)
        span_s = value.until - value.since
        width = area.width() / 3
        for place, align in enumerate((LEFT, Qt.AlignmentFlag.AlignCenter, RIGHT)):
            box = QRectF(area.left() + width * place, area.bottom() + 3, width, self.row_px)
            text = clock(value.since + span_s * place / 2, span_s)
            self.write(painter, box, text, colour=self._muted(), align=align)

    def _draw_line(
        self,
        painter: QPainter,
        value: TimeLine,
        top_s: float,
        *,
        quantile: Callable[[Quantiles], float],
        pen: QPen,
    ) -> None:
        area = self._area()
        before: tuple[float, QPointF] | None = None
        for bucket in self._inside():
            y = area.bottom() - area.height() * quantile(bucket.quantiles) / top_s
            point = QPointF(self._x_of(area, value, bucket), y)
            painter.setPen(pen)
            if before is not None and bucket.at - before[0] <= _JOIN_BUCKETS * value.bucket_s:
                painter.drawLine(before[1], point)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(pen.color())
            painter.drawEllipse(point, pen.widthF(), pen.widthF())
            before = (bucket.at, point)

    def _pens(self) -> tuple[QPen, QPen, QPen]:
        return (
            QPen(self._muted(), 1.2),
            QPen(self.text_colour(), 1.4),
            QPen(theme.accent(self.palette()), 2.2),
        )

    def _area(self) -> QRectF:
        left = self.fontMetrics().horizontalAdvance("88.88 s") + 6
        return QRectF(left, self.row_px + 4, self.width() - left - 6, self.height() - 2 * self.row_px - 8)

    def _inside(self) -> list[Bucket]:
        value = self.value
        return (
            []
            if value is None
            else [each for each in value.buckets if each.at + value.bucket_s > value.since]
        )

    def _x_of(self, area: QRectF, value: TimeLine, bucket: Bucket) -> float:
        middle = min(max(bucket.at + value.bucket_s / 2, value.since), value.until)
        return area.left() + area.width() * (middle - value.since) / (value.until - value.since)

    def _pointed(self) -> Bucket | None:
        shown, value = self._inside(), self.value
        if value is None or not shown:
            return None
        pointed_x = self._pointed_x
        if pointed_x is None:
            return shown[-1]
        area = self._area()
        return min(shown, key=lambda bucket: abs(self._x_of(area, value, bucket) - pointed_x))

    def _read_out(self, bucket: Bucket) -> str:
        return "  ".join(self._pieces(bucket))

    def _pieces(self, bucket: Bucket) -> tuple[str, str, str, str, str]:
        found = bucket.quantiles
        span_s = self.value.until - self.value.since if self.value else 0.0
        return (
            clock(bucket.at, span_s),
            tr("p50 {0}").format(seconds(found.p50)),
            tr("p95 {0}").format(seconds(found.p95)),
            tr("p99 {0}").format(seconds(found.p99)),
            tr("of {0}").format(found.count),
        )

    def _muted(self) -> QColor:
        return theme.muted(self.palette())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointed_x = event.position().x()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointed_x = None
        self.update()
        super().leaveEvent(event)


class HistogramPlot(Drawing[tuple[int, ...]]):
    """How many first tokens took how long; each step is twice the one before."""

    def __init__(self) -> None:
        super().__init__("")
        self.setAccessibleName(tr("How long first tokens took"))

    def height_px(self) -> int:
        return self.row_px * 4

    def described(self) -> str:
        value = self.value or ()
        bounds = (*(seconds(bound) for bound in TURN_TTFT.boundaries), tr("more"))
        return ", ".join(f"≤ {bound}: {count}" for bound, count in zip(bounds, value, strict=True) if count)

    def draw(self, painter: QPainter, value: tuple[int, ...]) -> None:
        left = self.fontMetrics().horizontalAdvance("88.88 s") + 6
        area = QRectF(left, 4, self.width() - left - 6, self.height() - self.row_px - 4)
        most, step = max(max(value, default=0), 1), area.width() / max(len(value), 1)
        muted = theme.muted(self.palette())
        self.write(painter, QRectF(0, 0, left - 6, self.row_px), str(max(value)), colour=muted, align=RIGHT)
        painter.setPen(QPen(theme.line(self.palette()), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        for place, count in enumerate(value):
            if count:
                height = max(area.height() * count / most, 2.0)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.accent(self.palette()))
                box = QRectF(area.left() + place * step + 1.5, area.bottom() - height, step - 3, height)
                painter.drawRoundedRect(box, 2, 2)
        for place in range(1, len(TURN_TTFT.boundaries), 3):
            box = QRectF(area.left() + (place + 1) * step - 40, area.bottom() + 2, 80, self.row_px)
            text = seconds(TURN_TTFT.boundaries[place])
            self.write(painter, box, text, colour=muted, align=Qt.AlignmentFlag.AlignCenter)


def _round_up(value: float) -> float:
    """The next of 1.2, 1.5, 2.1, 3 …: thirds of it are numbers that people read easily."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1.2, 1.5, 2.1, 3, 4.5, 6, 9, 12) if value <= step * power)
