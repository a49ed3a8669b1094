"""Who answers: connects the model's button, the status line and the greeting with the bridge.

Also tells what is wrong with the configuration, because it decides who answers. Made by
`steering.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import (
    EMBEDDED_PROVIDER,
    BudgetNear,
    ConfigReloaded,
    Event,
    Failure,
    ModelChoice,
    ModelInfo,
    ModelSwitched,
    ProviderStatus,
    budget_line,
)
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.main_window import MainWindow


class ModelSteering(QObject):
    """Signals:
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
        bridge.happened.connect(self._happened)
        bridge.providers_loaded.connect(self._providers_loaded)
        bridge.models_loaded.connect(self._models_loaded)
        bridge.model_known.connect(self._model_known)
        conversation.changed.connect(self._show_state)
        conversation.opened.connect(self._opened)
        self._button.providers_wanted.connect(bridge.load_providers)
        self._button.models_wanted.connect(bridge.load_models)
        self._button.chosen.connect(self._choose)

    def begin(self) -> None:
        self._button.set_pin(self._bridge.pin)
        self._opened(self._conversation.session_id)
        self._bridge.load_providers()

    def _choose(self, choice: ModelChoice) -> None:
        self._bridge.choose_model(choice, self._conversation.session_id)

    def _opened(self, session_id: str) -> None:
        self._bridge.load_current_model(session_id)
        self._show_state()

    def _happened(self, events: Sequence[Event]) -> None:
        for event in events:
            match event:
                case ModelSwitched():
                    self._bridge.load_current_model(self._conversation.session_id)
                case BudgetNear() if event.session_id == self._conversation.session_id:
                    self._tell(budget_line(event))
                case ConfigReloaded():
                    self._config_reloaded(event)
                case _:
                    pass

    def _config_reloaded(self, event: ConfigReloaded) -> None:
        self._tell(event.problem or " ".join(event.warnings))
        self._button.set_pin(self._bridge.pin)
        self._bridge.load_current_model(self._conversation.session_id)
        self._bridge.load_providers()

    def _providers_loaded(self, providers: list[ProviderStatus]) -> None:
        self._button.set_providers(providers)
        self._tell_problem_of_model()

    def _models_loaded(self, provider: str, models: list[ModelInfo], failure: Failure | None) -> None:
        self._button.set_models(provider, models, failure)

    def _model_known(self, choice: ModelChoice) -> None:
        self._model = choice
        self._button.set_current(choice)
        self._tell_problem_of_model()
        self._show_state()

    def _tell_problem_of_model(self) -> None:
        """For instance a missing key, with the variable to set: once, not at every look."""
        problem = self._button.problem_of_current()
        if problem != self._told:
            self._told = problem
            self._tell(problem)

    def _tell(self, problem: str) -> None:
        self.problem_found.emit(problem)

    def _show_state(self) -> None:
        status = self._window.status
        status.set_state(self._state_in_words())
        status.set_model(" · ".join(part for part in (self._model.provider, self._model.model) if part))
        problem = self._button.problem_of_current()
        if problem:
            status.set_lamp("trouble", problem)
        elif self._model.provider:
            status.set_lamp("ready", self.tr("{0} is ready").format(self._model.provider))
        status.set_workspace(self._conversation.workspace)
        self._show_greeting()

    def _state_in_words(self) -> str:
        match self._conversation.state:
            case "loading":
                return self.tr("Opening…")
            case "sending":
                return self.tr("Sending…")
            case "writing":
                return self.tr("Writing…")
            case "idle":
                return self.tr("Ready")

    def _show_greeting(self) -> None:
        greet = self._window.transcript.set_greeting
        if self._conversation.session_id or not self._model.provider:
            greet("", "")
        elif self._model.provider == EMBEDDED_PROVIDER:
            model = self._model.model or self._model.provider
            greet(
                self.tr("What can I help you with?"),
                self.tr("{0} answers on this computer, without a network.").format(model),
            )
        else:
            greet(
                self.tr("What can I help you with?"),
                self.tr("Your prompts go to {0}.").format(self._model.provider),
            )
