"""Who answers: keeps the catalogue, and connects button, status line and greeting with the bridge.

Also tells what is wrong with the configuration, because it decides who answers. Made by
`middle.py`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import (
    EMBEDDED_PROVIDER,
    BreakerChanged,
    BreakerState,
    BudgetNear,
    ConfigReloaded,
    DiskLow,
    Event,
    ModelChoice,
    ModelSwitched,
    ProviderStatus,
    budget_line,
)
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.choosing.catalogue import ModelCatalogue, breaker_in_words
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.language import tr
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.steering.switcher import SwitcherSteering
from roku_desktop.ui.wording import disk_line


class ModelSteering(QObject):
    """Attributes:
        catalogue: who could answer, as far as it is known.
        switching: the choice of another one.

    Signals:
        problem_found: a sentence about the configuration or the chosen provider; "" = there is none.
    """

    problem_found = Signal(str)

    def __init__(self, window: MainWindow, bridge: Bridge, conversation: Conversation) -> None:
        super().__init__(conversation)
        self._window = window
        self._button = window.model_button
        self._bridge = bridge
        self._conversation = conversation
        self._model = ModelChoice()
        self._told = ""
        self.catalogue = ModelCatalogue()
        self.switching = SwitcherSteering(window, bridge, conversation, self.catalogue)
        bridge.happened.connect(self._happened)
        bridge.providers_loaded.connect(self._providers_loaded)
        bridge.supply.breakers_known.connect(self._breakers_known)
        bridge.model_known.connect(self._model_known)
        conversation.changed.connect(self._show_state)
        conversation.opened.connect(self._opened)
        self._button.clicked.connect(self.switching.toggle)
        window.status.provider_clicked.connect(self.switching.toggle)
        self.switching.told.connect(self._tell)

    def begin(self) -> None:
        self._show_pin()
        self._bridge.supply.load_breakers()
        self._opened(self._conversation.session_id)
        self._bridge.load_providers()

    def _show_pin(self) -> None:
        self.catalogue.pin = self._bridge.pin
        self._button.set_pin(self._bridge.pin)

    def _opened(self, session_id: str) -> None:
        self._bridge.load_current_model(session_id)
        self._show_state()

    def _happened(self, events: Sequence[Event]) -> None:
        for event in events:
            match event:
                case ModelSwitched():
                    self._bridge.load_current_model(self._conversation.session_id)
                case BudgetNear() if event.session_id == self._conversation.session_id:
                    self._tell(budget_line(event, tr))
                case BreakerChanged():
                    self._bridge.supply.load_breakers()
                case DiskLow():
                    self._tell(disk_line(event))
                case ConfigReloaded():
                    self._config_reloaded(event)
                case _:
                    pass

    def _config_reloaded(self, event: ConfigReloaded) -> None:
        self._tell(event.problem or " ".join(event.warnings))
        self._show_pin()
        self.catalogue.models.clear()
        self._bridge.load_current_model(self._conversation.session_id)
        self._bridge.load_providers()

    def _providers_loaded(self, providers: list[ProviderStatus]) -> None:
        self.catalogue.providers = providers
        self.switching.refresh()
        self._tell_problem_of_model()
        self._show_lamp()

    def _breakers_known(self, breakers: dict[str, BreakerState]) -> None:
        self.catalogue.breakers = breakers
        self.switching.refresh()
        self._show_lamp()

    def _model_known(self, choice: ModelChoice) -> None:
        self._model = self.catalogue.current = choice
        self.switching.refresh()
        self._button.set_current(choice)
        self._tell_problem_of_model()
        self._show_state()

    def _tell_problem_of_model(self) -> None:
        """For instance a missing key, with the variable to set: once, not at every look."""
        problem = self.catalogue.problem_of_current()
        if problem != self._told:
            self._told = problem
            self._tell(problem)

    def _tell(self, problem: str) -> None:
        self.problem_found.emit(problem)

    def _show_state(self) -> None:
        status = self._window.status
        status.set_state(self._state_in_words())
        status.set_model(" · ".join(part for part in (self._model.provider, self._model.model) if part))
        status.set_workspace(self._conversation.workspace)
        self._show_lamp()
        self._show_greeting()

    def _show_lamp(self) -> None:
        """The worst that is known of any provider, in words as well."""
        status, now = self._window.status, time.time()
        problem = self.catalogue.problem_of_current()
        troubled = self.catalogue.troubled()
        words = [f"{name}: {breaker_in_words(state, now)}" for name, state in troubled]
        if problem or any(state.phase == "open" for _, state in troubled):
            status.set_lamp("trouble", "\n".join(filter(None, [problem, *words])))
        elif troubled:
            status.set_lamp("waiting", "\n".join(words))
        elif self._model.provider:
            status.set_lamp("ready", tr("{0} is ready").format(self._model.provider))

    def _state_in_words(self) -> str:
        match self._conversation.state:
            case "loading":
                return tr("Opening…")
            case "sending":
                return tr("Sending…")
            case "writing":
                return tr("Writing…")
            case "idle":
                return tr("Ready")

    def _show_greeting(self) -> None:
        greet = self._window.transcript.set_greeting
        if self._conversation.session_id or not self._model.provider:
            greet("", "")
        elif self._model.provider == EMBEDDED_PROVIDER:
            model = self._model.model or self._model.provider
            greet(
                tr("What can I help you with?"),
                tr("{0} answers on this computer, without a network.").format(model),
            )
        else:
            greet(
                tr("What can I help you with?"),
                tr("Your prompts go to {0}.").format(self._model.provider),
            )
