"""Brings the memory window to life. Made by `middle.py`; the window when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from roku_desktop.engine import Event, Memory, MemoryHealthChanged, MemoryScope
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.language import tr
from roku_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from roku_desktop.ui.memory.calls import MemoryCalls
    from roku_desktop.ui.memory.window import MemoryWindow


class MemorySteering(QObject):
    """Attributes:
        shown: the window, once it was opened.

    Signals:
        told: a sentence about what was done, or why not.
    """

    told = Signal(str)

    def __init__(self, window: MainWindow, bridge: Bridge, conversation: Conversation) -> None:
        super().__init__(conversation)
        self._window = window
        self._bridge = bridge
        self._conversation = conversation
        self._calls: MemoryCalls | None = None
        self._searched = ""
        self.shown: MemoryWindow | None = None
        self.dialog: QFileDialog | None = None
        window.commands["memory"].triggered.connect(self.open)
        bridge.happened.connect(self._happened)

    @property
    def calls(self) -> MemoryCalls:
        if self._calls is None:
            self._calls = self._bridge.archive.memory()
            self._calls.setParent(self)
            self._calls.refused.connect(self._refused)
            self._calls.remembered.connect(self._remembered)
        return self._calls

    def open(self, _checked: bool = False) -> None:
        """Show what is remembered."""
        if self.shown is None:
            self.shown = self._make()
        self.shown.model.start_over()
        self.calls.look_at_service()
        self.shown.show()
        self.shown.raise_()
        self.shown.activateWindow()

    def remember(self, text: str) -> None:
        """As typed after `/remember`: for all conversations."""
        if text.strip():
            self.calls.remember(text, "global", "")
        else:
            self.open()

    def _happened(self, events: Sequence[Event]) -> None:
        """That it fails once is a matter of the panel; that it is gone, and back, is told."""
        for event in events:
            if not isinstance(event, MemoryHealthChanged):
                continue
            if event.after == "down":
                sentence = tr("{0} is down; until it returns, memories are found by their words.")
                self.told.emit(sentence.format(event.backend))
            elif event.before == "down":
                self.told.emit(tr("{0} is back: it finds memories by their meaning.").format(event.backend))

    def _make(self) -> MemoryWindow:
        from roku_desktop.ui.memory.window import MemoryWindow

        shown = MemoryWindow(self._window)
        calls = self.calls
        shown.model.page_wanted.connect(lambda first: calls.load(self._searched, first))
        shown.search_wanted.connect(self._search)
        shown.remember_wanted.connect(self._remember)
        shown.change_wanted.connect(calls.change)
        shown.forget_wanted.connect(calls.forget)
        shown.brought_back.connect(self._bring_back)
        shown.export_wanted.connect(self._export)
        calls.page_known.connect(
            lambda text, first, page, is_last: shown.show_page(text, first, page, is_last=is_last)
        )
        calls.changed.connect(shown.show_kept)
        calls.forgotten.connect(shown.show_forgotten)
        calls.told.connect(shown.notice.show_message)
        calls.service_known.connect(self._show_service)
        return shown

    def _search(self, text: str) -> None:
        if text != self._searched and self.shown is not None:
            self._searched = text
            self.shown.model.start_over()

    def _remember(self, text: str, scope: MemoryScope) -> None:
        owner = {
            "global": "",
            "workspace": str(self._conversation.workspace),
            "session": self._conversation.session_id,
        }[scope]
        if scope == "session" and not owner:
            self._refused(tr("This conversation has not begun: choose where else it holds."))
            return
        self.calls.remember(text, scope, owner)

    def _bring_back(self, memory: Memory) -> None:
        self.calls.remember(memory.text, memory.scope, memory.owner)

    def _remembered(self, memory: Memory) -> None:
        if self.shown is not None and self.shown.isVisible():
            self.shown.show_kept(memory)
        else:
            self.told.emit(tr("It is remembered for all conversations; /memory shows everything."))

    def _refused(self, sentence: str) -> None:
        if self.shown is not None and self.shown.isVisible():
            self.shown.notice.show_message(sentence, tone="warning")
        else:
            self.told.emit(sentence)

    def _show_service(self, name: str, health: str, trouble: str) -> None:
        assert self.shown is not None
        if not name:
            sentence = ""
        elif health == "healthy":
            sentence = tr("{0} finds memories by their meaning.").format(name)
        else:
            sentence = tr("{0} can't be asked now, so memories are found by their words. {1}").format(
                name, trouble
            )
        self.shown.show_service(sentence)

    def _export(self) -> None:
        dialog = QFileDialog(self.shown, tr("Export what is remembered"), str(Path.home() / "memories.json"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile("memories.json")
        dialog.fileSelected.connect(lambda path: self.calls.export(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()  # never executed: no loop is nested
