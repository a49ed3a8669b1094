"""Brings the telemetry panel, its badge and the traces to life.

Made by `middle.py` when the first prompt could be sent. What measures, computes and paints is
imported only when it is first needed: the badge's look after the first turn, the panel when a person
opens it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QWidget

from roku_desktop.engine import Event, TurnFinished, WindowReady
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.language import tr
from roku_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from roku_desktop.telemetry.collector import Collector
    from roku_desktop.telemetry.slo import Standing
    from roku_desktop.telemetry.traces import Span
    from roku_desktop.ui.telemetry.panel import TelemetryPanel
    from roku_desktop.ui.telemetry.reader import TelemetryReader

_HEALTH_AFTER_MS: Final = 1500
"""After a turn's end: its rows are on disk by then, and turns that end together are looked at once."""


class TelemetrySteering(QObject):
    """Attributes:
        dock: where the panel stands, None until it was opened.

    Signals:
        problem_found: a sentence to be shown.
        health_known: "green", "amber" or "red", and the same in words.
    """

    problem_found = Signal(str)
    health_known = Signal(str, str)

    def __init__(
        self,
        window: MainWindow,
        bridge: Bridge,
        conversation: Conversation,
        collector: Collector | None = None,
    ) -> None:
        super().__init__(conversation)
        self._conversation = conversation
        self._window = window
        self._bridge = bridge
        self._collector = collector
        self._reader: TelemetryReader | None = None
        self.dock: QDockWidget | None = None
        self._health_due = QTimer(self, singleShot=True, interval=_HEALTH_AFTER_MS)
        self._health_due.timeout.connect(self._check_health)
        window.commands["telemetry"].triggered.connect(self.toggle)
        window.commands["trace"].triggered.connect(self.open_newest_trace)
        window.status.badge.clicked.connect(self.toggle)
        window.transcript.run_action_wanted.connect(self.act_on_run)
        bridge.happened.connect(self._happened)
        if collector is not None:
            collector.when_page_refused(self._tell_page_refused)

    @property
    def reader(self) -> TelemetryReader:
        if self._reader is None:
            self._reader = self._bridge.telemetry
            self._reader.collector = self._collector or self._reader.collector
            self._reader.health_known.connect(self._show_health)
            self._reader.trace_read.connect(self._show_trace)
            self._reader.nothing_run.connect(self._tell_nothing_run)
        return self._reader

    @property
    def panel(self) -> TelemetryPanel:
        """Made when it is first asked for."""
        if self.dock is None:
            self.dock = self._make_dock()
        panel: TelemetryPanel = self.dock.widget()  # type: ignore[assignment]  # what `_make_dock` put there
        return panel

    @property
    def is_open(self) -> bool:
        """Whether the panel is shown."""
        return self.dock is not None and not self.dock.isHidden()

    def toggle(self) -> None:
        """Show the panel, or hide it."""
        panel = self.panel
        assert self.dock is not None
        self.dock.setVisible(not panel.isVisible())

    def open_newest_trace(self) -> None:
        """Show how the newest run of the open session went."""
        self.reader.read_newest_trace(self._conversation.session_id)

    def act_on_run(self, how: str, run_id: str) -> None:
        """What a person wants of a row; the conversation does the rest of it."""
        if how == "trace":
            self.open_trace(run_id)

    def open_trace(self, run_id: str) -> None:
        """Show the waterfall of a run."""
        self.reader.read_trace(run_id)

    def finish(self) -> None:
        """Look no more."""
        self._health_due.stop()
        if self._collector is not None:
            self._collector.when_page_refused(None)
        if self._reader is not None:
            self._reader.watch(on=False)

    def release(self) -> None:
        """Take the panel out of the window, which may get another engine."""
        self.finish()
        if self.dock is not None:
            self._window.removeDockWidget(self.dock)
            self.dock.deleteLater()
            self.dock = None

    def _make_dock(self) -> QDockWidget:
        from roku_desktop.ui.telemetry.panel import TelemetryPanel

        panel = TelemetryPanel()
        reader = self.reader
        panel.seen.connect(self._watch)
        panel.pause_wanted.connect(self._watch)
        panel.window_wanted.connect(reader.use_window)
        panel.trace_wanted.connect(self.open_trace)
        panel.close_wanted.connect(self.toggle)
        panel.test_wanted.connect(reader.test_collector)
        reader.collector_tested.connect(panel.show_trials)
        reader.snapshot_made.connect(panel.show_snapshot)
        dock = QDockWidget(tr("Telemetry"), self._window)
        dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        dock.setTitleBarWidget(QWidget(dock))  # the panel has its own head
        dock.setWidget(panel)
        dock.hide()
        self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        return dock

    def _watch(self, _change: bool) -> None:
        panel = self.panel
        self.reader.watch(on=panel.isVisible() and not panel.paused)

    def _happened(self, events: Sequence[Event]) -> None:
        if any(isinstance(event, TurnFinished | WindowReady) for event in events):
            self._health_due.start()

    def _check_health(self) -> None:
        self.reader.load_health()

    def _show_health(self, health: str, begun: Sequence[Standing], found: Sequence[Standing]) -> None:
        words = {
            "green": tr("Telemetry: all objectives are met"),
            "amber": tr("Telemetry: an error budget of the last 28 days is used up"),
            "red": tr("Telemetry: an error budget is burning fast"),
        }[health]
        self._window.status.badge.show_health(health, words)
        self.health_known.emit(health, words)
        # A badge says it too: what a person has been told and may act on is not pushed away for it.
        if begun and not self._window.is_something_told:
            meanings = " ".join(tr(standing.objective.meaning) for standing in begun)
            self.problem_found.emit(
                tr("An objective is being missed: {0} The telemetry panel shows what fails.").format(meanings)
            )

    def _tell_page_refused(self, port: int) -> None:
        said = tr("The page for Prometheus is not there, as port {0} is in use: choose another in Settings.")
        self.problem_found.emit(said.format(port))

    def _tell_nothing_run(self) -> None:
        self.problem_found.emit(tr("There is no trace yet: ask something first."))

    def _show_trace(self, run_id: str, spans: Sequence[Span]) -> None:
        from roku_desktop.ui.telemetry.trace_view import TraceView

        TraceView(run_id, spans, self._window).show()
