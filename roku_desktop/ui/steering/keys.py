"""Typing a key, from wherever it is wanted: the settings, the switcher, the first start.

One window for all of them. Made by `settings.py`; the window itself is made when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from roku_desktop.engine import ProviderStatus
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.settings.calls import SettingsCalls

if TYPE_CHECKING:
    from roku_desktop.ui.settings.key_entry import KeyEntry


class KeySteering(QObject):
    """Signals:
    usable: a provider that answered with the key that was just typed, once its window is left; only where
        the key was wanted for choosing it.
    """

    usable = Signal(str)

    def __init__(self, window: QWidget, bridge: Bridge, calls: SettingsCalls, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._bridge = bridge
        self._calls = calls
        self._entry: KeyEntry | None = None
        self._importable: dict[str, str] = {}
        self._statuses: dict[str, ProviderStatus] = {}
        self._to_choose = False
        calls.importable_known.connect(self._importable_known)
        calls.providers_known.connect(self._providers_known)
        calls.key_changed.connect(lambda _provider: bridge.load_providers())

    @property
    def entry(self) -> KeyEntry:
        if self._entry is None:
            from roku_desktop.ui.settings.key_entry import KeyEntry

            self._entry = entry = KeyEntry(self._window)
            entry.stored.connect(self._calls.store_key)
            entry.deleted.connect(self._calls.delete_key)
            entry.taken_over.connect(self._calls.take_over_key)
            entry.usable.connect(self._answered)
            self._calls.keyring_known.connect(entry.show_keyring)
            self._calls.key_changed.connect(entry.show_kept)
            self._calls.key_refused.connect(entry.show_refused)
            self._calls.tested.connect(entry.show_result)
        return self._entry

    def ask_for(self, provider: str, *, to_choose: bool = False) -> None:
        self._to_choose = to_choose
        status = self._statuses.get(provider)
        kept = status is None or status.key in ("keyring", "unknown")
        kept = kept and not to_choose
        self.entry.open_for(provider, kept=kept, variable=self._importable.get(provider, ""))
        self._calls.load_keyring()

    def release(self) -> None:
        if self._entry is not None:
            self._entry.hide()
            self._entry.deleteLater()

    def _answered(self, provider: str) -> None:
        if self._to_choose:
            self.usable.emit(provider)

    def _importable_known(self, variables: dict[str, str]) -> None:
        self._importable = variables
        if self._entry is not None:
            self._entry.offer(variables.get(self._entry.provider, ""))

    def _providers_known(self, statuses: list[ProviderStatus]) -> None:
        self._statuses = {status.name: status for status in statuses}
