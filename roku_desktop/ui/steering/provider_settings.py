"""The page of providers: adding, changing, testing and removing one, and its key.

Made by `settings.py` when a person looks at the page.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from roku_desktop.engine import ProviderStatus
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.language import tr
from roku_desktop.ui.settings.calls import SettingsCalls
from roku_desktop.ui.settings.kinds import KeyPath, SettingsPage
from roku_desktop.ui.settings.presets import Preset, free_name
from roku_desktop.ui.settings.provider_form import FIELDS
from roku_desktop.ui.settings.providers_page import ProvidersPage
from roku_desktop.ui.settings.states import Value, state_at
from roku_desktop.ui.steering.keys import KeySteering

if TYPE_CHECKING:
    from roku_desktop.ui.settings.provider_form import ProviderForm


class ProviderSettingsSteering(QObject):
    """Attributes:
    page: the page itself.
    """

    def __init__(
        self,
        window: QWidget,
        bridge: Bridge,
        calls: SettingsCalls,
        keys: KeySteering,
        about: SettingsPage,
    ) -> None:
        super().__init__(keys)
        self._window = window
        self._bridge = bridge
        self._calls = calls
        self._form: ProviderForm | None = None
        self._statuses: list[ProviderStatus] = []
        self.page = page = ProvidersPage(about)
        page.key_wanted.connect(keys.ask_for)
        page.test_wanted.connect(self._test)
        page.edit_wanted.connect(self._edit)
        page.remove_wanted.connect(self._remove)
        page.take_over_wanted.connect(calls.take_over_key)
        page.preset_wanted.connect(self._add)
        calls.providers_known.connect(self._providers_known)
        calls.keyring_known.connect(page.show_keyring)
        calls.importable_known.connect(page.show_importable)
        calls.tested.connect(page.show_result)
        calls.key_refused.connect(lambda provider, words: page.show_result(provider, False, words))
        calls.key_changed.connect(lambda _provider: calls.load_providers())
        calls.provider_saved.connect(self._saved)

    @property
    def form(self) -> ProviderForm:
        if self._form is None:
            from roku_desktop.ui.settings.provider_form import ProviderForm

            self._form = ProviderForm(self._window)
            self._form.saved.connect(self._calls.save_provider)
        return self._form

    def show_problem(self, paths: tuple[KeyPath, ...], sentence: str) -> bool:
        """Whether the change that was refused is one of the form."""
        return self._form is not None and self._form.show_problem(paths, sentence)

    def release(self) -> None:
        if self._form is not None:
            self._form.hide()
            self._form.deleteLater()

    def _providers_known(self, statuses: list[ProviderStatus]) -> None:
        self._statuses = statuses
        self.page.show_providers(statuses)

    def _test(self, provider: str) -> None:
        self.page.show_asking(provider)
        self._calls.test(provider)

    def _add(self, preset: Preset) -> None:
        taken = set(self._calls.desk.configuration.settings.llm.providers)
        name = free_name(preset.name, taken) if preset.name else ""
        self.form.open_new(name, preset.kind, preset.base_url, taken)

    def _edit(self, provider: str) -> None:
        self.form.open_existing(provider, self._calls.desk.configuration)

    def _saved(self, provider: str) -> None:
        if self._form is not None and self._form.isVisible():
            self._form.close()
            self._test(provider)
        self._calls.load_providers()

    def _remove(self, provider: str) -> None:
        """At once, with the way back; its key stays in the keyring."""
        table: KeyPath = ("llm", "providers", provider)
        configuration = self._calls.desk.configuration
        before: dict[KeyPath, Value] = {}
        for setting in FIELDS:
            path = (*table, setting.path[-1])
            state = state_at(path, configuration)
            if state.own:
                before[path] = state.value
        self._calls.save_provider(provider, {table: None})
        self.page.banner.show_message(
            tr("{0} was removed; its key, if it has one, stays in the keyring.").format(provider),
            actions=[
                (tr("Undo"), partial(self._put_back, provider, before)),
                (tr("OK"), self.page.banner.clear),
            ],
        )

    def _put_back(self, provider: str, before: dict[KeyPath, Value]) -> None:
        self.page.banner.clear()
        self._calls.save_provider(provider, before)
