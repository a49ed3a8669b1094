"""What lies around the conversation: queued prompts, files, history, context ring, cost, workspace, palette.

Connects the widgets of `MainWindow.furnish` with the bridge's archive and the open conversation.
Made by `middle.py` when the first prompt could be sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import Event, Instructions, ModelChoice, ModelInfo, TurnFinished
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.composing.text_files import ReadFiles
from roku_desktop.ui.composing.workspace_menu import PREFERENCE as WORKSPACE_PREFERENCE
from roku_desktop.ui.composing.workspace_menu import WorkspaceMenu
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.language import tr
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.prompt_queue import PREFERENCE as QUEUE_PREFERENCE
from roku_desktop.ui.prompt_queue import PromptQueue
from roku_desktop.ui.steering.copying import CopySteering
from roku_desktop.ui.steering.costs import CostsSteering
from roku_desktop.ui.steering.find import FindSteering
from roku_desktop.ui.steering.palette import PaletteSteering
from roku_desktop.ui.steering.stars import StarSteering


class DeskSteering(QObject):
    """Attributes:
        queue: the prompts that wait.
        find: the search in the open conversation.
        workspaces: the choice of a folder.

    Signals:
        problem_found: a sentence to be shown.
    """

    problem_found = Signal(str)

    def __init__(self, window: MainWindow, bridge: Bridge, conversation: Conversation) -> None:
        super().__init__(conversation)
        self._window = window
        self._bridge = bridge
        self._conversation = conversation
        self._model = ModelChoice()
        self._windows: dict[tuple[str, str], int] = {}
        self._used_tokens = 0
        self.queue = PromptQueue(bridge, self)
        self.workspaces = WorkspaceMenu(window)
        self.palette = PaletteSteering(window, bridge, conversation)
        self.find = FindSteering(window, bridge, conversation)
        copying = CopySteering(window.transcript, bridge, conversation)
        window.commands["copy_conversation"].triggered.connect(copying.copy_all)
        StarSteering(window, bridge, conversation, self.palette).told.connect(self.problem_found)
        self.costs = CostsSteering(window, bridge, self)
        self._connect_queue()
        self._connect_figures()
        composer, archive = window.composer, bridge.archive
        composer.not_taken.connect(self.problem_found)
        archive.files_read.connect(self._files_read)
        window.status.workspace_button.clicked.connect(self._open_workspaces)
        self.workspaces.chosen.connect(self.use_workspace)
        self.workspaces.instructions_wanted.connect(self._show_instructions)
        archive.instructions_known.connect(self._instructions_known)

    def _connect_queue(self) -> None:
        strip = self._window.queue
        self._window.composer.queued.connect(self._enqueue)
        self.queue.changed.connect(self._show_queue)
        self.queue.refused.connect(self._bridge.refused)
        strip.edit_wanted.connect(self._edit)
        strip.remove_wanted.connect(self._remove)
        strip.send_wanted.connect(self._send_next)
        self._conversation.changed.connect(self._show_queue)
        self._conversation.opened.connect(self._opened)
        self._conversation.accepted.connect(self._accepted)

    def _connect_figures(self) -> None:
        self._bridge.happened.connect(self._happened)
        self._bridge.model_known.connect(self._model_known)
        self._bridge.models_loaded.connect(self._models_loaded)
        self._bridge.archive.context_known.connect(self._context_known)

    def begin(self) -> None:
        self.costs.begin()
        self._bridge.archive.load_preferences(QUEUE_PREFERENCE, WORKSPACE_PREFERENCE)
        self._bridge.archive.preferences_known.connect(self._preferences_known)
        self._opened(self._conversation.session_id)

    def _preferences_known(self, known: dict[str, str | None]) -> None:
        if QUEUE_PREFERENCE in known:  # others ask for theirs
            self.queue.load(known[QUEUE_PREFERENCE])
            self.workspaces.load(known[WORKSPACE_PREFERENCE])

    # Prompts

    def _enqueue(self, prompt: str) -> None:
        if self._conversation.images:
            self._window.composer.set_text(prompt)
            self.problem_found.emit(
                tr("A prompt with images can't wait in the queue: send it after this answer.")
            )
        elif self._conversation.session_id:
            self.queue.add(self._conversation.session_id, prompt)
        else:  # its first prompt is still being handed over
            self._window.composer.set_text(prompt)

    def _show_queue(self) -> None:
        session_id, state = self._conversation.session_id, self._conversation.state
        prompts = self.queue.prompts(session_id) if session_id else ()
        self._window.queue.show_prompts(prompts, can_send=state == "idle")

    def _edit(self, place: int) -> None:
        composer = self._window.composer
        prompt = self.queue.take(self._conversation.session_id, place)
        composer.set_text("\n".join(part for part in (prompt, composer.text) if part))
        composer.edit.setFocus()

    def _remove(self, place: int) -> None:
        self.queue.take(self._conversation.session_id, place)

    def _send_next(self) -> None:
        self.queue.send_next(self._conversation.session_id)

    def _opened(self, session_id: str) -> None:
        self._window.composer.set_history(self._conversation.prompts())
        self._show_queue()
        self._used_tokens = 0
        self._show_context()
        if session_id:
            self._bridge.archive.load_context(session_id)

    def _accepted(self, _prompt: str) -> None:
        self._window.composer.set_history(self._conversation.prompts())

    def _files_read(self, read: ReadFiles) -> None:
        for block in read.blocks:
            self._window.composer.insert_block(block)
        if read.problems:
            self.problem_found.emit(" ".join(read.problems))

    # Figures

    def _happened(self, events: Sequence[Event]) -> None:
        ended = [event for event in events if isinstance(event, TurnFinished)]
        if any(event.session_id == self._conversation.session_id for event in ended):
            self._bridge.archive.load_context(self._conversation.session_id)

    def _model_known(self, choice: ModelChoice) -> None:
        self._model = choice
        self._show_context()

    def _models_loaded(self, provider: str, models: list[ModelInfo], _failure: object) -> None:
        for info in models:
            if info.context_window_tokens:
                self._windows[provider, info.model] = info.context_window_tokens
        self._show_context()

    def _context_known(self, session_id: str, tokens: int) -> None:
        if session_id == self._conversation.session_id:
            self._used_tokens = tokens
            self._show_context()

    def _show_context(self) -> None:
        told = self._windows.get((self._model.provider, self._model.model))
        window_tokens = told or self._bridge.archive.window_tokens(self._model.provider)
        self._window.ring.show_use(self._used_tokens, window_tokens)

    # Workspace

    def _open_workspaces(self) -> None:
        """The menu opens with what is in force there: small files, read when it is asked for."""
        self._bridge.archive.load_instructions(self._conversation.workspace)

    def _instructions_known(self, workspace: str, instructions: Sequence[Instructions]) -> None:
        if workspace == self._conversation.workspace:
            self.workspaces.open_at(self._window.status.workspace_button, Path(workspace), instructions)

    def _show_instructions(self, instructions: Instructions) -> None:
        from roku_desktop.ui.composing.instructions_page import InstructionsPage

        InstructionsPage(instructions, self._window).show()

    def use_workspace(self, folder: Path) -> None:
        """For new sessions: one that has begun keeps the folder that its history speaks of."""
        self._bridge.remember(WORKSPACE_PREFERENCE, self.workspaces.stored())
        if self._conversation.session_id:
            self._conversation.new()
        self._conversation.use_workspace(folder)
        self._window.composer.edit.setFocus()
