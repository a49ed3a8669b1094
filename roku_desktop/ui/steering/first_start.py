"""The first start: whether this is one, and what each choice on its page does.

Shown in a home without sessions where nobody chose a model and nothing but the embedded one could answer. Any
choice, any prompt and "Not now" end it for good. Made by `middle.py`; the page only where it is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import EMBEDDED_PROVIDER, ModelChoice, ProviderStatus
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from roku_desktop.ui.first_start.page import FirstStart

PREFERENCE: Final = "ui.first_start"
_DONE: Final = "done"


class FirstStartSteering(QObject):
    """Attributes:
        page: what is shown; None where this is no first start, or it is over.

    Signals:
        key_wanted: a vendor whose key is to be typed.
    """

    key_wanted = Signal(str)

    def __init__(self, window: MainWindow, bridge: Bridge, conversation: Conversation) -> None:
        super().__init__(conversation)
        self._window = window
        self._bridge = bridge
        self._conversation = conversation
        self._is_first = False
        self._model = ModelChoice()
        self._statuses: list[ProviderStatus] = []
        self.page: FirstStart | None = None

    def begin(self) -> None:
        self._bridge.archive.first_start_known.connect(self._first_start_known)
        self._bridge.archive.load_first_start(PREFERENCE)

    def end(self) -> None:
        """A person has chosen something, or wants none of it; it never comes again."""
        if self._is_first:
            self._is_first = False
            self._bridge.remember(PREFERENCE, _DONE)
            self._show()

    def _first_start_known(self, is_first: bool) -> None:
        self._is_first = is_first
        if is_first:
            self._bridge.model_known.connect(self._model_known)
            self._bridge.providers_loaded.connect(self._providers_loaded)
            self._conversation.opened.connect(self._opened)
            self._bridge.load_current_model("")
            self._bridge.load_providers()

    def _model_known(self, choice: ModelChoice) -> None:
        self._model = choice
        if choice.provider != EMBEDDED_PROVIDER:
            self.end()
        else:
            self._show()

    def _providers_loaded(self, statuses: list[ProviderStatus]) -> None:
        self._statuses = statuses
        self._show()

    def _opened(self, session_id: str) -> None:
        if session_id:
            self.end()

    def _show(self) -> None:
        embedded = next((one for one in self._statuses if one.origin == "embedded"), None)
        if not self._is_first or not self._model.provider or embedded is None:
            if self.page is not None and not self._is_first:
                self.page.hide()
                self.page.deleteLater()  # its button may be the one whose click is being handled
                self.page = None
            return
        page = self.page or self._make_page()
        page.show_embedded(self._model.model if embedded.usable else "")
        found = next((one for one in self._statuses if one.origin == "discovered" and one.usable), None)
        page.show_server(found.name if found else "", found.primary_model if found else "")
        page.show()

    def _make_page(self) -> FirstStart:
        from roku_desktop.ui.first_start.page import FirstStart

        self.page = page = FirstStart(self._window.transcript)
        page.writing_wanted.connect(self._write)
        page.put_away.connect(self._write)
        page.key_wanted.connect(self.key_wanted)
        page.look_wanted.connect(self._bridge.load_providers)
        page.server_wanted.connect(self._use_server)
        return page

    def _write(self) -> None:
        self.end()
        self._window.composer.edit.setFocus()

    def _use_server(self, name: str) -> None:
        found = next((one for one in self._statuses if one.name == name), None)
        if found is not None:
            self._bridge.choose_model(ModelChoice(name, found.primary_model), "")
            self._write()
