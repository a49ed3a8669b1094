"""Says who answers. Pinned, it wears a lock and says where the pin stands; clicked, others can be chosen."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from roku_desktop.engine import ModelChoice, Pin
from roku_desktop.ui.language import tr
from roku_desktop.ui.look.controls import FlatButton
from roku_desktop.ui.shortcuts import command
from roku_desktop.ui.wording import one_line


class ModelButton(FlatButton):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("…", rank="quiet", opens_menu=True, parent=parent)
        self._current = ModelChoice()
        self._pin: Pin | None = None
        self.setMaximumWidth(420)
        self.setEnabled(False)
        self._show_current()

    def set_current(self, choice: ModelChoice) -> None:
        self._current = choice
        self.setEnabled(True)
        self._show_current()

    def set_pin(self, pin: Pin | None) -> None:
        self._pin = pin
        self.set_glyph("lock" if pin else None)
        self._show_current()

    def _show_current(self) -> None:
        name = one_line(self._current.model or self._current.provider, 60)
        self.setText(name or tr("Model"))
        if self._pin is not None:
            hint = tr("{0}, pinned by {1}").format(self._current.provider, self._pin.source)
        else:
            hint = tr("Model: {0} · {1}").format(self._current.provider, self._current.model)
        self.setToolTip(f"{hint} ({command('choose_model').shown_key})")
        self.setAccessibleName(hint)
        self.updateGeometry()
