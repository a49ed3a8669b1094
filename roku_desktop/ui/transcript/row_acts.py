"""What a person does with the buttons of a row: some of it is done here, the rest is asked for by signals.

Made by `view.py` with the first row; `row_controls.py` are the buttons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import assert_never

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractScrollArea

from roku_desktop.ui.transcript.entries import CallEntry
from roku_desktop.ui.transcript.model import TranscriptModel
from roku_desktop.ui.transcript.row_controls import PlacedSpot, RowControls
from roku_desktop.ui.transcript.row_spots import Spot


class RowActs(QObject):
    """`keep_place` is told the row that has to stay where it is when it unfolds.

    Signals:
        run_action_wanted: what is to be done with a run, and its id.
        review_wanted: the ids of a call that waits for approval, its run's first.
    """

    run_action_wanted = Signal(str, str)
    review_wanted = Signal(str, str)

    def __init__(
        self,
        view: QAbstractScrollArea,
        *,
        model: Callable[[], TranscriptModel],
        keep_place: Callable[[int], None],
    ) -> None:
        super().__init__(view)
        self._model = model
        self._keep_place = keep_place
        self._controls = RowControls(view, self._act)

    def place(self, wanted: Iterable[PlacedSpot]) -> None:
        """Show buttons there and nowhere else."""
        self._controls.place(wanted)

    def _act(self, row: int, spot: Spot) -> None:
        model = self._model()
        match spot.action:
            case "fold":
                self._keep_place(row)
                model.fold(row)
            case "copy" | "copy_code":
                from roku_desktop.ui.transcript.answer_text import text_to_copy

                QGuiApplication.clipboard().setText(text_to_copy(model.entries(), row, spot))
            case "review":
                entry = model.entry(row)
                assert isinstance(entry, CallEntry)
                self.review_wanted.emit(entry.run_id, entry.call_id)
            case "edit" | "regenerate" | "fork" | "resume" | "retry":
                self.run_action_wanted.emit(spot.action, model.entry(row).run_id)
            case _:
                assert_never(spot.action)
