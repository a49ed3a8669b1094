"""Paints as little as possible of a transcript after it changed or moved: a stream would else paint all of it
each time. Called by `view.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from roku_desktop.ui.transcript.reading_place import TOP_PX

if TYPE_CHECKING:
    from roku_desktop.ui.transcript.rows import TranscriptRows


class Repaint:
    """Of one viewport; knows which value of the scroll bar it was painted with."""

    def __init__(self, viewport: QWidget) -> None:
        self._viewport = viewport
        self._painted_value = 0

    def bring(self, rows: TranscriptRows | None, value: int) -> None:
        """Bring the picture up to date: move what only moved, and have the rest painted."""
        viewport = self._viewport
        moved, self._painted_value = self._painted_value - value, value
        unchanged_px = None if rows is None else rows.unchanged_px
        changed_y = viewport.height() if unchanged_px is None else TOP_PX + unchanged_px - value
        if rows is None or changed_y <= 0 or abs(moved) >= viewport.height():
            viewport.update()
        else:
            if moved:
                viewport.scroll(0, moved)
            if changed_y < viewport.height():
                viewport.update(0, changed_y, viewport.width(), viewport.height() - changed_y)
        if rows is not None:
            rows.unchanged_px = None
