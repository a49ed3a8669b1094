"""The commands of the composer and what they do. Made by `middle.py` when the window is furnished.

Whoever adds a command adds a `SlashCommand` here; completion, `/help` and the keys come with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, get_args

from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import Compaction, ModelChoice, Thinking
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.choosing.catalogue import ModelRow
from roku_desktop.ui.composing.slash_commands import SlashCommand, SlashCommands
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.language import tr
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.sessions.model import title_of
from roku_desktop.ui.steering.models import ModelSteering
from roku_desktop.ui.wording import one_line

if TYPE_CHECKING:
    from roku_desktop.ui.composing.slash_popup import SlashPopup


_NEW: Final = "new"
_PREVIEW: Final = "preview"


class SlashSteering(QObject):
    """Attributes:
        popup: what completes a command; None before the first slash.

    Signals:
        told: a sentence about what was done, or why not.
    """

    told = Signal(str)

    def __init__(
        self,
        window: MainWindow,
        bridge: Bridge,
        conversation: Conversation,
        models: ModelSteering,
        remember: Callable[[str], None],
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
                self._window_command("plan", tr("Plan mode: only look, change nothing"), "plan_mode"),
                SlashCommand(
                    name="plan-execute",
                    title=tr("End plan mode and carry the plan out"),
                    act=self._execute_plan,
                ),
                SlashCommand(
                    name="compact",
                    title=tr("Send the older part of this conversation as a summary"),
                    act=self._compact,
                    arguments=lambda: (_PREVIEW,),
                ),
                SlashCommand(
                    name="session",
                    title=tr("Begin a session, or go to one by its title"),
                    act=self._session,
                    arguments=self._titles,
                ),
                self._window_command("memory", tr("What is remembered"), "memory"),
                SlashCommand(name="remember", title=tr("Remember this for all conversations"), act=remember),
                self._window_command("trace", tr("How the newest answer went"), "trace"),
                self._window_command("telemetry", tr("Show or hide telemetry"), "telemetry"),
                self._window_command("settings", tr("Settings"), "settings"),
                SlashCommand(name="doctor", title=tr("Look for what is wrong here"), act=self._examine),
                SlashCommand(name="help", title=tr("What can be typed here"), act=self._help),
                self._window_command("shortcuts", tr("Keys and commands"), "shortcuts"),
                SlashCommand(name="quit", title=tr("Quit"), act=lambda _argument: window.quit_wanted.emit()),
            ]
        )
        bridge.archive.examined.connect(self._examined)
        bridge.archive.compacted.connect(self._compacted)
        window.composer.take_command = self.commands.take
        window.composer.edit.textChanged.connect(self._typed)

    def _window_command(self, name: str, title: str, command: str) -> SlashCommand:
        """One that does what a key or the palette does."""
        return SlashCommand(
            name=name, title=title, act=lambda _argument: self._window.commands[command].trigger()
        )

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

    # Sessions

    def _titles(self) -> Sequence[str]:
        model = self._window.sessions.model
        titles = [title_of(model.session_at(row)) for row in range(model.rowCount())]
        return [_NEW, *dict.fromkeys(one_line(title, 80) for title in titles)]

    def _session(self, title: str) -> None:
        if title in ("", _NEW):
            self._window.new_wanted.emit()
            return
        model = self._window.sessions.model
        sessions = [model.session_at(row) for row in range(model.rowCount())]
        for session in sessions:
            if one_line(title_of(session), 80).casefold() == title.casefold():
                self._conversation.open(session.session_id)
                return
        self.told.emit(tr("No session is called “{0}”. Ctrl+Shift+F searches in all of them.").format(title))

    def _compact(self, argument: str) -> None:
        session_id = self._conversation.session_id
        if not session_id:
            self.told.emit(tr("There is nothing to shorten yet."))
            return
        if argument != _PREVIEW:
            self.told.emit(tr("Writing a summary of the older part…"))
        self._bridge.archive.compact(session_id, preview=argument == _PREVIEW)

    def _compacted(self, compaction: Compaction, preview: bool) -> None:
        before, after = f"{compaction.tokens_before:,}", f"{compaction.tokens_after:,}"
        if preview:
            words = tr("About {0} tokens would become {1}. Nothing has changed; /compact does it.")
        else:
            words = tr("About {0} tokens of this conversation are sent as {1} now; all of it stays here.")
        self.told.emit(words.format(before, after))

    def _execute_plan(self, _argument: str) -> None:
        summary = self._conversation.summary
        if summary is None or not summary.plan or self._conversation.state != "idle":
            self.told.emit(tr("There is no plan to carry out: /plan switches plan mode on first."))
            return
        self._bridge.archive.approvals.plan(summary.session_id, plan=False)
        self._conversation.send(tr("Carry out the plan."))

    # Help

    def _examine(self, _argument: str) -> None:
        self.told.emit(tr("Looking…"))
        self._bridge.archive.examine()

    def _examined(self, problems: Sequence[str]) -> None:
        if problems:
            self.told.emit("\n".join(problems))
        else:
            self.told.emit(tr("The database is whole, and every provider that is set up can be asked."))

    def _help(self, _argument: str) -> None:
        lines = [f"/{command.name} – {command.title}" for command in self.commands.all]
        self.told.emit("\n".join(lines))
