"""The button that leads a reader back to the end; made when it is first needed. Called by `view.py`."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from roku_desktop.ui.language import tr
from roku_desktop.ui.look.controls import GlyphButton

_ABOVE_BOTTOM_PX = 12


class WayToEnd:
    """In the middle of the bottom of `area`."""

    def __init__(self, area: QWidget, go: Callable[[], object]) -> None:
        self._area = area
        self._go = go
        self._button: GlyphButton | None = None

    def offer(self, *, wanted: bool) -> None:
        if self._button is None:
            if not wanted:
                return
            self._button = GlyphButton("down", tr("Go to the end"), parent=self._area)
            self._button.clicked.connect(self._go)
        size, area = self._button.sizeHint(), self._area
        self._button.move(
            (area.width() - size.width()) // 2, area.height() - size.height() - _ABOVE_BOTTOM_PX
        )
        self._button.setVisible(wanted)
