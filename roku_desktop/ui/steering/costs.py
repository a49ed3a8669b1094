"""What was spent: today in the status line, all of it in a popup. Made by `desk.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from roku_desktop.engine import CostRow, Event, TurnFinished
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from roku_desktop.ui.costs.popup import CostsPopup


class CostsSteering(QObject):
    def __init__(self, window: MainWindow, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._bridge = bridge
        self._popup: CostsPopup | None = None
        bridge.happened.connect(self._happened)
        bridge.supply.costs_known.connect(self._costs_known)
        bridge.supply.today_known.connect(window.status.set_spent)
        window.status.cost_clicked.connect(self.open)
        window.commands["show_costs"].triggered.connect(self.open)

    def begin(self) -> None:
        self._bridge.supply.load_today()

    def open(self) -> None:
        """Open it; wanted again it closes."""
        if self._popup is None:
            from roku_desktop.ui.costs.popup import CostsPopup

            self._popup = CostsPopup(self._window)
            self._popup.wanted.connect(self._bridge.supply.load_costs)
        if self._popup.isVisible():
            self._popup.dismiss()
        else:
            self._popup.open()

    def _happened(self, events: Sequence[Event]) -> None:
        if any(isinstance(event, TurnFinished) for event in events):
            self._bridge.supply.load_today()
            if self._popup is not None and self._popup.isVisible():
                self._bridge.supply.load_costs(self._popup.days)

    def _costs_known(self, rows: Sequence[CostRow]) -> None:
        if self._popup is not None:
            self._popup.show_costs(rows)
