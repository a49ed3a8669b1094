"""Bars and lanes of the telemetry panel: objectives, breakers, failures, storage. Painted here."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from roku_desktop.engine import StorageUse
from roku_desktop.telemetry.breaker_lanes import BreakerLane
from roku_desktop.telemetry.snapshot import ObjectiveBar
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.names import failure_name, storage_name
from roku_desktop.ui.telemetry.drawing import RIGHT, Drawing, budget_colour, size

_NAME_SHARE = 0.3
_BAR_PX = 8


class Lanes(msgspec.Struct, frozen=True, kw_only=True):
    """Times are Unix seconds; `left_s` holds the whole seconds until an open provider is asked again."""

    since: float
    until: float
    lanes: tuple[BreakerLane, ...]
    left_s: tuple[int, ...]


class BudgetBars(Drawing[tuple[ObjectiveBar, ...]]):
    """What of each error budget is left, and how fast it goes."""

    def height_px(self) -> int:
        return self.row_px * max(len(self.value or ()), 1)

    def described(self) -> str:
        return ". ".join(f"{self._title(bar)}: {self._figures(bar)}" for bar in self.value or ())

    def draw(self, painter: QPainter, value: tuple[ObjectiveBar, ...]) -> None:
        figures_px = self.fontMetrics().horizontalAdvance(tr("used up · burns {0}×").format("88.8")) + 8
        for row, bar in enumerate(value):
            line = QRectF(0, row * self.row_px, self.width(), self.row_px)
            name_px = line.width() * _NAME_SHARE
            colour = budget_colour(self.palette(), bar.budget, bar.hour_burn_rate)
            self.write(painter, QRectF(0, line.y(), name_px - 8, self.row_px), self._title(bar))
            width = line.width() - name_px - figures_px
            box = QRectF(name_px, line.center().y() - _BAR_PX / 2, width, _BAR_PX)
            self.bar(painter, box, bar.budget.budget_left if bar.budget.events else 0.0, colour)
            muted = theme.muted(self.palette())
            calm = colour == theme.accent(self.palette())
            place = QRectF(line.right() - figures_px + 8, line.y(), figures_px - 8, self.row_px)
            self.write(painter, place, self._figures(bar), colour=muted if calm else colour, align=RIGHT)

    def _title(self, bar: ObjectiveBar) -> str:
        return {
            "startup": tr("Start"),
            "engine_overhead": tr("Own time"),
            "recovery": tr("Recovery"),
            "llm_requests": tr("Requests"),
            "compaction": tr("Compaction"),
        }.get(bar.name, bar.name)

    def _figures(self, bar: ObjectiveBar) -> str:
        if not bar.budget.events:
            return tr("no events")
        left = round(100 * bar.budget.budget_left)
        if left < 0:
            return tr("used up · burns {0}×").format(f"{bar.budget.burn_rate:.1f}")
        return tr("{0} % · burns {1}×").format(left, f"{bar.budget.burn_rate:.1f}")


class BreakerLanes(Drawing[Lanes]):
    """When each provider was closed (asked), open (spared) or half open (tried)."""

    def height_px(self) -> int:
        return self.row_px * max(len(self.value.lanes) if self.value else 0, 1)

    def described(self) -> str:
        if self.value is None or not self.value.lanes:
            return tr("No provider had trouble in this time.")
        pairs = zip(self.value.lanes, self.value.left_s, strict=True)
        return ". ".join(f"{lane.provider}: {self._state(lane, left_s)}" for lane, left_s in pairs)

    def draw(self, painter: QPainter, value: Lanes) -> None:
        if not value.lanes:
            line = QRectF(0, 0, self.width(), self.row_px)
            self.write(painter, line, self.described(), colour=theme.muted(self.palette()))
        state_px = self.fontMetrics().horizontalAdvance(tr("open · {0} s").format("88888")) + 8
        span_s = value.until - value.since
        for row, (lane, left_s) in enumerate(zip(value.lanes, value.left_s, strict=True)):
            line = QRectF(0, row * self.row_px, self.width(), self.row_px)
            name_px = line.width() * _NAME_SHARE
            self.write(painter, QRectF(0, line.y(), name_px - 8, self.row_px), lane.provider)
            box = QRectF(name_px, line.center().y() - 5, line.width() - name_px - state_px, 10)
            painter.setPen(Qt.PenStyle.NoPen)
            for stretch in lane.stretches:
                x = box.x() + box.width() * (stretch.began_at - value.since) / span_s
                width = box.width() * (stretch.ended_at - stretch.began_at) / span_s
                painter.setBrush(self._colour(stretch.phase))
                wide = max(width, 2.0 if stretch.phase != "closed" else 0.0)
                painter.drawRect(QRectF(min(x, box.right() - wide), box.y(), wide, box.height()))
            place = QRectF(line.right() - state_px + 8, line.y(), state_px - 8, self.row_px)
            colour = theme.muted(self.palette()) if lane.phase == "closed" else self._colour(lane.phase)
            self.write(painter, place, self._state(lane, left_s), colour=colour, align=RIGHT)

    def _colour(self, phase: str) -> QColor:
        palette = self.palette()
        if phase == "open":
            return theme.danger(palette)
        return theme.warning(palette) if phase == "half_open" else theme.line(palette)

    def _state(self, lane: BreakerLane, left_s: int) -> str:
        match lane.phase:
            case "closed":
                return tr("closed")
            case "half_open":
                return tr("half open")
            case "open":
                return tr("open · {0} s").format(left_s) if left_s else tr("open · next may try")


class FailureBars(Drawing[tuple[tuple[str, int], ...]]):
    """How often each class of failure came."""

    def height_px(self) -> int:
        return self.row_px * max(len(self.value or ()), 1)

    def described(self) -> str:
        if not self.value:
            return tr("Nothing failed in this time.")
        return ", ".join(f"{failure_name(kind)}: {count}" for kind, count in self.value)

    def draw(self, painter: QPainter, value: tuple[tuple[str, int], ...]) -> None:
        if not value:
            line = QRectF(0, 0, self.width(), self.row_px)
            self.write(painter, line, self.described(), colour=theme.muted(self.palette()))
        most = max((count for _, count in value), default=1)
        count_px = self.fontMetrics().horizontalAdvance("88 888") + 8
        for row, (kind, count) in enumerate(value):
            top, name_px = row * self.row_px, self.width() * _NAME_SHARE
            self.write(painter, QRectF(0, top, name_px - 8, self.row_px), failure_name(kind))
            width = self.width() - name_px - count_px
            box = QRectF(name_px, top + (self.row_px - _BAR_PX) / 2, width, _BAR_PX)
            stopped = kind == "Cancelled"
            colour = theme.muted(self.palette()) if stopped else theme.danger(self.palette())
            self.bar(painter, box, count / most, colour)
            self.write(
                painter, QRectF(self.width() - count_px, top, count_px, self.row_px), str(count), align=RIGHT
            )


class StorageBars(Drawing[tuple[StorageUse, ...]]):
    """Bytes of each kind; against its cap where it has one, else against all of them."""

    def height_px(self) -> int:
        return self.row_px * max(len(self.value or ()), 1)

    def described(self) -> str:
        return ", ".join(f"{storage_name(use.kind)}: {self._figures(use)}" for use in self.value or ())

    def draw(self, painter: QPainter, value: tuple[StorageUse, ...]) -> None:
        whole = sum(use.size_bytes for use in value) or 1
        figures_px = (
            self.fontMetrics().horizontalAdvance(
                tr("{0} of {1}", "sizes").format(size(888_888_888), size(888_888_888))
            )
            + 8
        )
        for row, use in enumerate(value):
            top, name_px = row * self.row_px, self.width() * _NAME_SHARE
            self.write(painter, QRectF(0, top, name_px - 8, self.row_px), storage_name(use.kind))
            width = self.width() - name_px - figures_px
            box = QRectF(name_px, top + (self.row_px - _BAR_PX) / 2, width, _BAR_PX)
            share = use.size_bytes / (use.cap_bytes or whole)
            full = use.cap_bytes is not None and share > 0.9
            self.bar(painter, box, share, (theme.warning if full else theme.accent)(self.palette()))
            place = QRectF(self.width() - figures_px + 8, top, figures_px - 8, self.row_px)
            self.write(painter, place, self._figures(use), colour=theme.muted(self.palette()), align=RIGHT)

    def _figures(self, use: StorageUse) -> str:
        if use.cap_bytes is None:
            return size(use.size_bytes)
        return tr("{0} of {1}", "sizes").format(size(use.size_bytes), size(use.cap_bytes))


def left_s(lane: BreakerLane, now: float) -> int:
    """Whole seconds until an open provider may be asked again."""
    return max(round(lane.until - now), 0) if lane.phase == "open" else 0
