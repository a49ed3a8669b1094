"""Figures and lists of the telemetry panel: the head figures, the models, the newest runs. Painted here."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPainter

from roku_desktop.engine import RunRecord
from roku_desktop.telemetry.snapshot import ModelFigures
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.names import failure_name, run_end_name
from roku_desktop.ui.telemetry.drawing import RIGHT, Drawing, amount, clock, seconds, usd

Line = TypeVar("Line")
_DAY_S = 86_400.0


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """`alarming` figures stand out."""

    name: str
    figure: str
    note: str = ""
    alarming: bool = False


class Tiles(Drawing[tuple[Tile, ...]]):
    """The figures that are looked at first, three in a row."""

    _ACROSS = 3

    def height_px(self) -> int:
        rows = -(-len(self.value or ()) // self._ACROSS)
        return rows * (3 * self.row_px + 4)

    def described(self) -> str:
        return ", ".join(f"{tile.name}: {tile.figure} {tile.note}".strip() for tile in self.value or ())

    def draw(self, painter: QPainter, value: tuple[Tile, ...]) -> None:
        width, height = self.width() / self._ACROSS, 3 * self.row_px + 4
        muted = theme.muted(self.palette())
        large = theme.scaled_font(1.3, weight=QFont.Weight.DemiBold)
        for place, tile in enumerate(value):
            left, top = place % self._ACROSS * width, place // self._ACROSS * height
            self.write(painter, QRectF(left, top, width - 6, self.row_px), tile.name, colour=muted)
            painter.setFont(large)
            painter.setPen(theme.danger(self.palette()) if tile.alarming else self.text_colour())
            painter.drawText(QRectF(left, top + self.row_px - 2, width, self.row_px + 4), 0, tile.figure)
            painter.setFont(self.font())
            note = QRectF(left, top + 2 * self.row_px - 2, width - 6, self.row_px)
            self.write(painter, note, tile.note, colour=muted)


class Lines(Drawing[tuple[Line, ...]]):
    """Lines of which one is current; by pointer and by keys.

    Signals:
        activated: the index of a line that was clicked, or that Enter was pressed on.
    """

    activated = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.current = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def height_px(self) -> int:
        return self.row_px * (len(self.value or ()) + 1)

    def draw(self, painter: QPainter, value: tuple[Line, ...]) -> None:
        self.draw_head(painter, QRectF(0, 0, self.width(), self.row_px))
        for row, line in enumerate(value):
            box = QRectF(0, (row + 1) * self.row_px, self.width(), self.row_px)
            if row == self.current and (self.hasFocus() or self.marks_current()):
                painter.setPen(theme.accent(self.palette()) if self.hasFocus() else Qt.PenStyle.NoPen)
                painter.setBrush(theme.panel(self.palette()))
                painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            self.draw_line(painter, box.adjusted(6, 0, -6, 0), line)

    def marks_current(self) -> bool:
        """Whether the current line is a choice that stays."""
        return False

    def draw_head(self, painter: QPainter, box: QRectF) -> None:
        """Paint what stands over the lines; nothing here."""

    def draw_line(self, painter: QPainter, box: QRectF, line: Line) -> None:
        """Paint a line; nothing here."""

    def columns(self, painter: QPainter, box: QRectF, texts: tuple[str, ...], widest: str) -> None:
        """Write right-aligned columns at the right of the box, each as wide as `widest`."""
        width = self.fontMetrics().horizontalAdvance(widest)
        colour = painter.pen().color()
        for place, text in enumerate(texts):
            left = box.right() - (len(texts) - place) * (width + 8) + 8
            self.write(painter, QRectF(left, box.y(), width, box.height()), text, colour=colour, align=RIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = int(event.position().y() // self.row_px) - 1
        if event.button() == Qt.MouseButton.LeftButton and 0 <= row < len(self.value or ()):
            self._activate(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self.current = min(max(self.current + step, 0), max(len(self.value or ()) - 1, 0))
                self.update()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space if self.value:
                self._activate(min(self.current, len(self.value) - 1))
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)

    def _activate(self, row: int) -> None:
        self.current = row
        self.update()
        self.activated.emit(row)


class ModelLines(Lines[ModelFigures]):
    """First token and success of each model; the first line is all of them. The plots show the current."""

    def __init__(self) -> None:
        super().__init__("")
        self.setAccessibleName(tr("Models"))

    def marks_current(self) -> bool:
        return True

    def described(self) -> str:
        return ". ".join(f"{self._name(line)}: {', '.join(self._figures(line))}" for line in self.value or ())

    def draw_head(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(theme.muted(self.palette()))
        heads = (tr("p50"), tr("p95"), tr("p99"), tr("success"))
        self.columns(painter, box.adjusted(6, 0, -6, 0), heads, self._WIDEST)

    def draw_line(self, painter: QPainter, box: QRectF, line: ModelFigures) -> None:
        columns_px = 4 * (self.fontMetrics().horizontalAdvance(self._WIDEST) + 8)
        self.write(painter, box.adjusted(0, 0, -columns_px, 0), self._name(line))
        self.columns(painter, box, self._figures(line), self._WIDEST)

    _WIDEST = "99.99 %"

    def _name(self, line: ModelFigures) -> str:
        return f"{line.model} · {line.provider}" if line.provider else tr("All models")

    def _figures(self, line: ModelFigures) -> tuple[str, ...]:
        found, share = line.first_token, line.success_share
        times = (found.p50, found.p95, found.p99) if found else None
        shown = tuple(seconds(time) for time in times) if times else ("–", "–", "–")
        return (*shown, percent(share))


class RunLines(Lines[RunRecord]):
    """The newest runs; activating one opens its trace."""

    def __init__(self) -> None:
        super().__init__("")
        self.setAccessibleName(tr("Newest runs"))

    _WIDEST = "888 min"

    def described(self) -> str:
        return ". ".join(" ".join((*self._words(line), *self._figures(line))) for line in self.value or ())

    def draw_head(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(theme.muted(self.palette()))
        heads = (tr("first token"), tr("took"))
        self.columns(painter, box.adjusted(6, 0, -6, 0), heads, tr("first token"))

    def draw_line(self, painter: QPainter, box: QRectF, line: RunRecord) -> None:
        time, words = self._words(line)
        metrics = self.fontMetrics()
        columns_px = 2 * (metrics.horizontalAdvance(tr("first token")) + 8)
        time_px = metrics.horizontalAdvance("88:88") + 10
        self.write(painter, box, time, colour=theme.muted(self.palette()))
        failed = line.status == "failed"
        colour = theme.danger(self.palette()) if failed else self.text_colour()
        self.write(painter, box.adjusted(time_px, 0, -columns_px, 0), words, colour=colour)
        self.columns(painter, box, self._figures(line), tr("first token"))

    def _words(self, line: RunRecord) -> tuple[str, str]:
        failure = line.failure if line.status == "failed" else None
        what = failure_name(failure.kind) if failure else run_end_name(line.status)
        model = line.model or line.provider
        return clock(line.started_at, _DAY_S), f"{what} · {model}" if model else what

    def _figures(self, line: RunRecord) -> tuple[str, str]:
        took = "–" if line.finished_at is None else seconds(line.finished_at - line.started_at)
        return "–" if line.ttft_s is None else seconds(line.ttft_s), took


def tiles_of(total: ModelFigures, spent_today_usd: float, unpriced_today: int) -> tuple[Tile, ...]:
    """The head figures of all models."""
    share, found = total.success_share, total.first_token
    failed = sum(count for kind, count in total.failures.items() if kind != "Cancelled")
    return (
        Tile(
            name=tr("Requests"), figure=amount(total.requests), note=tr("{0} failed").format(amount(failed))
        ),
        Tile(
            name=tr("Success"),
            figure=percent(share),
            note=tr("{0} answered").format(amount(total.successes)),
            alarming=share is not None and share < 0.9,
        ),
        Tile(
            name=tr("First token"),
            figure=seconds(found.p50) if found else "–",
            note=tr("p95 {0}").format(seconds(found.p95)) if found else "",
        ),
        Tile(name=tr("Tokens in"), figure=amount(total.input_tokens)),
        Tile(name=tr("Tokens out"), figure=amount(total.output_tokens)),
        Tile(
            name=tr("Cost"),
            figure=usd(total.cost_usd),
            note=_spent_in_words(spent_today_usd, unpriced_today),
        ),
    )


def percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.4g} %" if share > 0.9995 else f"{100 * share:.1f} %"


def _spent_in_words(spent_today_usd: float, unpriced_today: int) -> str:
    """A tile has room for few words: no price is said where none is known."""
    if unpriced_today and not spent_today_usd:
        return tr("{0} unpriced today").format(unpriced_today)
    spent = tr("{0} today").format(usd(spent_today_usd))
    return spent + (tr(", {0} unpriced").format(unpriced_today) if unpriced_today else "")
