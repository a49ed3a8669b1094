"""The choice of provider and model: a button that says who answers, and the menu behind it.

Knows no engine: providers and models are handed in when they are known, so discovery blocks
nothing. Pinned, it wears a lock and says where the pin stands. Driven by `steering.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from roku_desktop.engine import Failure, ModelChoice, ModelInfo, Pin, ProviderStatus
from roku_desktop.ui.controls import FlatButton
from roku_desktop.ui.wording import one_line

_SHOWN_MODELS = 60


class ModelButton(FlatButton):
    """Signals:
    providers_wanted: the menu is about to be read.
    models_wanted: the models of a provider (name) are about to be read.
    chosen: a `ModelChoice`.
    """

    providers_wanted = Signal()
    models_wanted = Signal(str)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("…", rank="quiet", opens_menu=True, parent=parent)
        self._current = ModelChoice()
        self._pin: Pin | None = None
        self._providers: Sequence[ProviderStatus] = ()
        self._models: dict[str, Sequence[ModelInfo]] = {}
        self._problems: dict[str, str] = {}
        self._submenus: dict[str, QMenu] = {}
        self.choices = QMenu(self)
        self.setMaximumWidth(420)
        self.setEnabled(False)
        self.clicked.connect(self._open)
        self._show_current()

    # What is known

    def set_current(self, choice: ModelChoice) -> None:
        self._current = choice
        self.setEnabled(True)
        self._show_current()

    def set_pin(self, pin: Pin | None) -> None:
        self._pin = pin
        self.set_glyph("lock" if pin else None)
        self._show_current()

    def set_providers(self, providers: Sequence[ProviderStatus]) -> None:
        self._providers = providers
        self._rebuild()

    def set_models(self, provider: str, models: Sequence[ModelInfo], failure: Failure | None) -> None:
        self._problems.pop(provider, None)
        if failure is None:
            self._models[provider] = models
        else:
            self._problems[provider] = failure.message
        if provider in self._submenus:
            self._fill_models(self._submenus[provider], self._status(provider))

    def submenu(self, provider: str) -> QMenu:
        """The models of a provider that was handed in."""
        return self._submenus[provider]

    def problem_of_current(self) -> str:
        """Why the current provider can't answer, for instance which key is missing; "" if it can."""
        status = next((status for status in self._providers if status.name == self._current.provider), None)
        return status.problem if status is not None and not status.usable else ""

    # The menu

    def _open(self) -> None:
        self.providers_wanted.emit()
        self._rebuild()
        self.choices.popup(self.mapToGlobal(QPoint(0, -self.choices.sizeHint().height())))

    def _rebuild(self) -> None:
        self.choices.clear()
        self._submenus.clear()
        if self._pin is not None:
            _add_note(
                self.choices, self.tr("Pinned to {0} by {1}").format(self._pin.provider, self._pin.source)
            )
        if not self._providers:
            _add_note(self.choices, self.tr("Looking for providers…"))
        for status in self._providers:
            self._add_provider(status)

    def _add_provider(self, status: ProviderStatus) -> None:
        submenu = self.choices.addMenu(_menu_text(self._name_of(status)))
        current = status.name == self._current.provider
        submenu.menuAction().setCheckable(True)
        submenu.menuAction().setChecked(current)
        self._submenus[status.name] = submenu
        submenu.aboutToShow.connect(lambda: self._models_about_to_show(status))
        self._fill_models(submenu, status)

    def _name_of(self, status: ProviderStatus) -> str:
        if status.origin == "embedded":
            return self.tr("{0} (on this computer, offline)").format(status.name)
        if status.origin == "discovered":
            return self.tr("{0} (found on this computer)").format(status.name)
        return status.name if status.usable else self.tr("{0} (not ready)").format(status.name)

    def _models_about_to_show(self, status: ProviderStatus) -> None:
        if status.usable and status.name not in self._models:
            self.models_wanted.emit(status.name)

    def _fill_models(self, menu: QMenu, status: ProviderStatus) -> None:
        menu.clear()
        problem = status.problem if not status.usable else self._problems.get(status.name, "")
        if problem:
            _add_note(menu, problem)
        if not status.usable:
            return
        if status.name not in self._models and not problem:
            _add_note(menu, self.tr("Asking for its models…"))
        for model in self._names_of(status):
            self._add_model(menu, ModelChoice(status.name, model))

    def _names_of(self, status: ProviderStatus) -> list[str]:
        listed = [info.model for info in self._models.get(status.name, ())]
        named = [status.primary_model, *status.fallback_models]
        return list(dict.fromkeys(name for name in (*named, *listed) if name))[:_SHOWN_MODELS]

    def _add_model(self, menu: QMenu, choice: ModelChoice) -> None:
        action = QAction(_menu_text(choice.model), menu)
        action.setCheckable(True)
        action.setChecked(choice == self._current)
        action.triggered.connect(lambda: self.chosen.emit(choice))
        menu.addAction(action)

    def _status(self, name: str) -> ProviderStatus:
        return next(status for status in self._providers if status.name == name)

    def _show_current(self) -> None:
        name = one_line(self._current.model or self._current.provider, 60)
        self.setText(name or self.tr("Model"))
        if self._pin is not None:
            hint = self.tr("{0}, pinned by {1}").format(self._current.provider, self._pin.source)
        else:
            hint = self.tr("Model: {0} · {1}").format(self._current.provider, self._current.model)
        self.setToolTip(hint)
        self.setAccessibleName(hint)
        self.updateGeometry()


def _add_note(menu: QMenu, text: str) -> None:
    note = QAction(_menu_text(one_line(text, 120)), menu)
    note.setEnabled(False)
    menu.addAction(note)


def _menu_text(text: str) -> str:
    return text.replace("&", "&&")
