"""Connects the switcher with the bridge: what it lists comes in the background, what is chosen goes out.

Made by `models.py`; the switcher itself is made when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import Failure, ModelChoice, ModelInfo, ModelPrice
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.choosing.catalogue import ModelCatalogue
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.language import tr
from roku_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from roku_desktop.ui.choosing.switcher import ModelSwitcher


class SwitcherSteering(QObject):
    """Signals:
    told: a sentence about what was done.
    key_wanted: a provider whose key is to be typed.
    """

    told = Signal(str)
    key_wanted = Signal(str)

    def __init__(
        self, window: MainWindow, bridge: Bridge, conversation: Conversation, catalogue: ModelCatalogue
    ) -> None:
        super().__init__(conversation)
        self._window = window
        self._bridge = bridge
        self._conversation = conversation
        self._catalogue = catalogue
        self._switcher: ModelSwitcher | None = None
        self._asked: set[str] = set()
        supply = bridge.supply
        bridge.models_loaded.connect(self._models_loaded)
        supply.prices_known.connect(self._prices_known)
        supply.breaker_reset.connect(self._was_reset)

    @property
    def switcher(self) -> ModelSwitcher:
        if self._switcher is None:
            from roku_desktop.ui.choosing.switcher import ModelSwitcher

            self._switcher = ModelSwitcher(self._window, self._catalogue)
            self._switcher.chosen.connect(self._choose)
            self._switcher.key_wanted.connect(self.key_wanted)
            self._switcher.reset_wanted.connect(self._bridge.supply.reset_breaker)
            self._switcher.thinking_chosen.connect(self._bridge.supply.choose_thinking)
            self._bridge.supply.thinking_known.connect(self._switcher.show_thinking)
        return self._switcher

    def offer_keys(self) -> None:
        """Keys can be typed: `key_wanted` is heard."""
        self._catalogue.takes_keys = True

    def toggle(self) -> None:
        """Open it; wanted again it closes."""
        if self.switcher.isVisible():
            self.switcher.dismiss()
        else:
            self.open()

    def open(self, typed: str = "") -> None:
        """Open it with something typed into its field."""
        self._catalogue.problems.clear()  # who did not answer is asked again
        self._asked.clear()
        self.switcher.open(typed)
        self._bridge.load_providers()
        self._bridge.supply.load_breakers()
        self._bridge.supply.load_thinking()
        self.ask_for_models()

    def refresh(self) -> None:
        """The catalogue knows more."""
        if self._switcher is not None and self._switcher.isVisible():
            self.ask_for_models()
            self._switcher.refresh()

    def ask_for_models(self) -> None:
        for provider in self._catalogue.unlisted():
            if provider not in self._asked:
                self._asked.add(provider)
                self._bridge.load_models(provider)

    def _models_loaded(self, provider: str, models: list[ModelInfo], failure: Failure | None) -> None:
        self._catalogue.set_models(provider, models, failure)
        named = [
            name
            for known in self._catalogue.providers
            if known.name == provider
            for name in (known.primary_model, *known.fallback_models)
            if name
        ]
        self._bridge.supply.load_prices(provider, [*named, *(info.model for info in models)])
        self.refresh()

    def _prices_known(self, provider: str, prices: dict[str, ModelPrice | None]) -> None:
        self._catalogue.set_prices(provider, prices)
        self.refresh()

    def _choose(self, choice: ModelChoice) -> None:
        self._bridge.choose_model(choice, self._conversation.session_id)

    def _was_reset(self, provider: str) -> None:
        self._bridge.supply.load_breakers()
        self.told.emit(tr("{0} is asked again with the next prompt.").format(provider))
