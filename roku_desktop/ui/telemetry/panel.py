"""The telemetry panel: how well the agent does, live while one looks at it.

It only shows: a `Snapshot` is given to it, and it says when it comes into view and when it goes.
Reading and computing are `reader.py`'s; `steering/telemetry.py` connects the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QHideEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from roku_desktop.telemetry.collector import Trial
from roku_desktop.telemetry.snapshot import ModelFigures, Snapshot
from roku_desktop.telemetry.window import WINDOWS, Window
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import FlatButton, GlyphButton
from roku_desktop.ui.look.scroll_bar import SlimScrollBar
from roku_desktop.ui.telemetry.bars import BreakerLanes, BudgetBars, FailureBars, Lanes, StorageBars, left_s
from roku_desktop.ui.telemetry.departing import departure_in_words, lost_in_words, trials_in_words
from roku_desktop.ui.telemetry.drawing import Drawing
from roku_desktop.ui.telemetry.lists import ModelLines, RunLines, Tiles, tiles_of
from roku_desktop.ui.telemetry.memory_lamp import MemoryLamp
from roku_desktop.ui.telemetry.plots import HistogramPlot, PercentilePlot, TimeLine

_WIDTH_CHARS = 68
_MAX_WIDTH_PX = 520


class TelemetryPanel(QWidget):
    """Attributes:
        window_choice: the window of time that is shown.
        paused: what is shown stays as it is.

    Signals:
        seen: it came into view (True) or went out of it (False).
        window_wanted: another window of time.
        pause_wanted: whether it is to stand still.
        trace_wanted: the id of a run.
        test_wanted: a test is to be sent to the collector.
        close_wanted: the person has seen enough.
    """

    seen = Signal(bool)
    window_wanted = Signal(str)
    pause_wanted = Signal(bool)
    trace_wanted = Signal(str)
    test_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.window_choice: Window = "1h"
        self.paused = False
        self._snapshot: Snapshot | None = None
        self.setAccessibleName(tr("Telemetry"))
        chars_px = _WIDTH_CHARS * self.fontMetrics().averageCharWidth()
        self.setMinimumWidth(min(chars_px, theme.grown(_MAX_WIDTH_PX)))  # figures that are cut say nothing
        self.tiles = Tiles(tr("Figures"))
        self.models, self.runs = ModelLines(), RunLines()
        self.plot, self.histogram = PercentilePlot(), HistogramPlot()
        self.failures = FailureBars(tr("Failures by class"))
        self.breakers = BreakerLanes(tr("Breakers"))
        self.budgets = BudgetBars(tr("Error budgets"))
        self.storage = StorageBars(tr("Storage"))
        self.memory = MemoryLamp(tr("Memory"))
        self.export_line, self.trial_line = _Quiet(), _Quiet()
        self.trial_line.hide()
        self.test_button = FlatButton(tr("Send a test"))
        self.test_button.hide()
        self.test_button.clicked.connect(self._send_test)
        self.models.activated.connect(self._show_model)
        self.runs.activated.connect(self._open_trace)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._make_head())
        column.addWidget(self._make_body(), 1)

    @property
    def drawings(self) -> tuple[Drawing[object], ...]:
        """Its painted parts, from top to bottom."""
        return tuple(self.findChildren(Drawing))

    def show_snapshot(self, snapshot: Snapshot, now: float) -> None:
        """Show all of it; `now` (Unix seconds) is what countdowns count from."""
        self._snapshot = snapshot
        self.tiles.show_value(tiles_of(snapshot.total, snapshot.spent_today_usd, snapshot.unpriced_today))
        models = (snapshot.total, *snapshot.models)
        self.models.current = min(self.models.current, len(models) - 1)
        self.models.show_value(models)
        self._show_model(self.models.current)
        self.breakers.show_value(
            Lanes(
                since=snapshot.since,
                until=snapshot.until,
                lanes=snapshot.breakers,
                left_s=tuple(left_s(lane, now) for lane in snapshot.breakers),
            )
        )
        self.budgets.show_value(snapshot.objectives)
        self.storage.show_value(snapshot.storage)
        self.memory.show_value(snapshot.memory)
        self.runs.show_value(snapshot.runs)
        self._show_export(snapshot)

    def copy(self) -> None:
        """Put what is shown on the clipboard, as JSON."""
        if self._snapshot is not None:
            text = msgspec.json.format(msgspec.json.encode(self._snapshot), indent=2).decode()
            QGuiApplication.clipboard().setText(text)

    def _show_model(self, place: int) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        figures: ModelFigures = (snapshot.total, *snapshot.models)[place]
        self.plot.show_value(
            TimeLine(
                since=snapshot.since,
                until=snapshot.until,
                bucket_s=snapshot.bucket_s,
                buckets=figures.over_time,
            )
        )
        self.histogram.show_value(figures.histogram)
        self.failures.show_value(tuple(figures.failures.items()))

    def _show_export(self, snapshot: Snapshot) -> None:
        departure = snapshot.departure
        self.test_button.setVisible(bool(departure.endpoint))
        self.export_line.setText(
            " ".join((departure_in_words(departure), lost_in_words(snapshot.lost))).strip()
        )

    def show_trials(self, trials: Sequence[Trial]) -> None:
        """How the collector took a test."""
        self.test_button.setEnabled(True)
        self.trial_line.setText(trials_in_words(trials))
        self.trial_line.show()

    def _send_test(self) -> None:
        self.test_button.setEnabled(False)  # until it is answered
        self.test_wanted.emit()

    def _open_trace(self, place: int) -> None:
        if self._snapshot is not None:
            self.trace_wanted.emit(self._snapshot.runs[place].run_id)

    # Building

    def _make_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 10, 6)
        head.setSpacing(2)
        self.window_buttons = QButtonGroup(self)
        for window in WINDOWS:
            unit = tr("{0} h") if window.endswith("h") else tr("{0} d")
            button = _Choice(unit.format(window[:-1]))
            button.setChecked(window == self.window_choice)
            button.clicked.connect(partial(self._choose_window, window))
            self.window_buttons.addButton(button)
            head.addWidget(button)
        head.addStretch(1)
        self.pause_button = GlyphButton("stop", tr("Pause"), rank="quiet", size_px=28)
        self.pause_button.clicked.connect(self._turn_pause)
        self.copy_button = GlyphButton("copy", tr("Copy as JSON"), rank="quiet", size_px=28)
        self.copy_button.clicked.connect(self.copy)
        close = GlyphButton("close", tr("Close"), rank="quiet", size_px=28)
        close.clicked.connect(self.close_wanted)
        for sign in (self.pause_button, self.copy_button, close):
            head.addWidget(sign)
        return head

    def _choose_window(self, window: Window, _checked: bool = False) -> None:
        self.window_choice = window
        self.window_wanted.emit(window)

    def _turn_pause(self) -> None:
        self.paused = not self.paused
        if self.paused:
            self.pause_button.show_as("resume", tr("Go on"))
        else:
            self.pause_button.show_as("stop", tr("Pause"))
        self.pause_wanted.emit(self.paused)

    def _make_body(self) -> QScrollArea:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 6, 16, 16)
        column.setSpacing(4)
        column.addWidget(self.tiles)
        for title, parts in (
            (tr("First token"), (self.models, self.plot, self.histogram)),
            (tr("Failures"), (self.failures,)),
            (tr("Breakers"), (self.breakers,)),
            (tr("Error budget left"), (self.budgets,)),
            (tr("Newest runs"), (self.runs,)),
            (tr("Memory"), (self.memory,)),
            (tr("Storage"), (self.storage,)),
            (tr("Export"), (self.export_line, self.test_button, self.trial_line)),
        ):
            column.addSpacing(10)
            column.addWidget(_Title(title))
            for part in parts:
                column.addWidget(part)
        column.addStretch(1)
        area = QScrollArea()
        area.setAccessibleName(tr("Telemetry"))
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBar(SlimScrollBar(area))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setWidget(body)
        return area

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.seen.emit(False)


class _Choice(FlatButton):
    """One of several; the chosen one is framed."""

    def __init__(self, text: str) -> None:
        super().__init__(text, rank="quiet")
        self.setCheckable(True)
        self.toggled.connect(self._show_choice)

    def _show_choice(self, chosen: bool) -> None:
        self._rank = "plain" if chosen else "quiet"
        self.update()


class _Title(QLabel):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setFont(theme.scaled_font(0.92, weight=QFont.Weight.DemiBold))


class _Quiet(QLabel):
    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setFont(theme.scaled_font(0.88))
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
