"""What a person does with the buttons of a row: some of it is done here, the rest is asked for by signals.

Made by `view.py` with the first row; `row_controls.py` are the buttons.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from roku_desktop.ui.transcript.entries import CallEntry
from roku_desktop.ui.transcript.model import TranscriptModel
from roku_desktop.ui.transcript.row_controls import RowControls
from roku_desktop.ui.transcript.row_spots import Spot

if TYPE_CHECKING:
    from roku_desktop.ui.transcript.row_labels import RowLabels
    from roku_desktop.ui.transcript.rows import TranscriptRows


class RowActs(QObject):
    """`keep_place` is told the row that has to stay where it is when it unfolds.

    Signals:
        run_action_wanted: what is to be done with a run, and its id.
        picture_wanted: an `ImageRef` that is to be seen; `show_picture` takes its QImage.
        picture_opened: an `ImageRef` that a person wants to see large.
        review_wanted: the ids of a call that waits for approval, its run's first.
    """

    run_action_wanted = Signal(str, str)
    review_wanted = Signal(str, str)
    picture_wanted = Signal(object)
    picture_opened = Signal(object)

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
        self._area = view.viewport()
        self._controls = RowControls(view, self._act, self.picture_wanted.emit)
        self.show_picture = self._controls.show_picture
        self._labels: RowLabels | None = None
        self._order: list[QWidget] = []

    def place(self, rows: TranscriptRows | None, scrolled: int) -> None:
        """Show the buttons of the rows that are seen in a view that shows them from `scrolled` on."""
        if rows is None:
            self._controls.place(())
            self._tell_nothing()
            return
        seen = list(rows.between(scrolled, scrolled + self._area.height()))
        spots = ((row, top - scrolled, spot) for row, top in seen for spot in rows.document(row).spots())
        self._controls.place(spots)
        if QAccessible.isActive():
            self._tell(rows, seen, scrolled)
        else:
            self._tell_nothing()

    def _tell_nothing(self) -> None:
        if self._labels is not None:
            self._labels.place(())

    def _tell(self, rows: TranscriptRows, seen: Sequence[tuple[int, int]], scrolled: int) -> None:
        """A screen reader meets the children in the order they are stacked in: a row, then its buttons."""
        if self._labels is None:
            from roku_desktop.ui.transcript.row_labels import RowLabels

            self._labels = RowLabels(self._area)
        width = self._area.width()
        places = [(rows.entry(row), QRect(0, top - scrolled, width, rows.height(row))) for row, top in seen]
        labels = zip((row for row, _ in seen), self._labels.place(places), strict=True)
        order = [widget for _, widget in sorted((*labels, *self._controls.shown), key=itemgetter(0))]
        if order != self._order:
            self._order = order
            for widget in order:
                widget.raise_()

    def _act(self, row: int, spot: Spot) -> None:
        model = self._model()
        match spot.action:
            case "fold":
                self._keep_place(row)
                model.fold(row)
            case "copy" | "copy_code":
                from roku_desktop.ui.transcript.answer_text import text_to_copy

                QGuiApplication.clipboard().setText(text_to_copy(model.entries(), row, spot))
            case "picture":
                self.picture_opened.emit(spot.image)
            case "review":
                entry = model.entry(row)
                assert isinstance(entry, CallEntry)
                self.review_wanted.emit(entry.run_id, entry.call_id)
            case "edit" | "regenerate" | "fork" | "star" | "unstar" | "resume" | "retry" | "trace":
                self.run_action_wanted.emit(spot.action, model.entry(row).run_id)
            case _:
                assert_never(spot.action)
