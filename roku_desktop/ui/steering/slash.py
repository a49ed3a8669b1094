"""The commands of the composer and what they do. Made by `middle.py` when the window is furnished.

Whoever adds a command adds a `SlashCommand` here; completion, `/help` and the keys come with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import ModelChoice, Thinking
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.choosing.catalogue import ModelRow
from roku_desktop.ui.composing.slash_commands import SlashCommand, SlashCommands
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.language import tr
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.steering.models import ModelSteering

if TYPE_CHECKING:
    from roku_desktop.ui.composing.slash_popup import SlashPopup


class SlashSteering(QObject):
    """Attributes:
        popup: what completes a command; None before the first slash.

    Signals:
        told: a sentence about what was done, or why not.
    """

    told = Signal(str)

    def __init__(
        self, window: MainWindow, bridge: Bridge, conversation: Conversation, models: ModelSteering
    ) -> None:
        super().__init__(conversation)
        self._window = window
        self._bridge = bridge
        self._conversation = conversation
        self._models = models
        self.popup: SlashPopup | None = None
        self.commands = SlashCommands(
            [
                SlashCommand(
                    name="provider",
                    title=tr("Choose who answers"),
                    act=self._provider,
                    arguments=self._providers,
                ),
                SlashCommand(
                    name="model",
                    title=tr("Choose the model"),
                    act=self._model,
                    arguments=self._model_names,
                ),
                SlashCommand(
                    name="thinking",
                    title=tr("How much the model thinks"),
                    act=self._think,
                    arguments=lambda: get_args(Thinking),
                ),
                SlashCommand(
                    name="trace",
                    title=tr("How the newest answer went"),
                    act=lambda _argument: window.commands["trace"].trigger(),
                ),
                SlashCommand(
                    name="telemetry",
                    title=tr("Show or hide telemetry"),
                    act=lambda _argument: window.commands["telemetry"].trigger(),
                ),
                SlashCommand(
                    name="plan",
                    title=tr("Plan mode: only look, change nothing"),
                    act=lambda _argument: window.commands["plan_mode"].trigger(),
                ),
                SlashCommand(name="help", title=tr("What can be typed here"), act=self._help),
                SlashCommand(name="quit", title=tr("Quit"), act=lambda _argument: window.quit_wanted.emit()),
            ]
        )
        window.composer.take_command = self.commands.take
        window.composer.edit.textChanged.connect(self._typed)

    def _typed(self) -> None:
        """The list is made when a slash is typed for the first time."""
        if self.popup is None and self._window.composer.text.startswith("/"):
            from roku_desktop.ui.composing.slash_popup import SlashPopup

            self._models.switching.ask_for_models()
            self.popup = SlashPopup(self._window, self._window.composer, self.commands)

    # Who answers

    def _providers(self) -> Sequence[str]:
        return [status.name for status in self._models.catalogue.providers]

    def _rows(self) -> list[ModelRow]:
        return [row for row in self._models.catalogue.rows() if isinstance(row, ModelRow)]

    def _model_names(self) -> Sequence[str]:
        """Those of the provider that answers now come first."""
        current = self._models.catalogue.current.provider
        rows = sorted(self._rows(), key=lambda row: row.choice.provider != current)
        return list(dict.fromkeys(row.choice.model for row in rows))

    def _provider(self, name: str) -> None:
        if name in self._providers():
            self._choose(ModelChoice(name, ""))
        else:
            self._models.switching.open(name)

    def _model(self, name: str) -> None:
        current = self._models.catalogue.current.provider
        fitting = [row.choice for row in self._rows() if row.choice.model == name]
        own = [choice for choice in fitting if choice.provider == current]
        if own or len(fitting) == 1:
            self._choose((own or fitting)[0])
        else:
            self._models.switching.open(name)

    def _choose(self, choice: ModelChoice) -> None:
        self._bridge.choose_model(choice, self._conversation.session_id)

    def _think(self, typed: str) -> None:
        level = next((level for level in get_args(Thinking) if level == typed), None)
        if level is None:
            self.told.emit(tr("Type /thinking with one of: {0}.").format(", ".join(get_args(Thinking))))
            return
        self._bridge.supply.choose_thinking(level)
        self.told.emit(tr("Thinking is set to {0} from the next prompt on.").format(level))

    # Help

    def _help(self, _argument: str) -> None:
        lines = [f"/{command.name} – {command.title}" for command in self.commands.all]
        self.told.emit("\n".join(lines))
