"""Brings the settings to life: the window with its pages, and what a change of them does at once.

Made by `middle.py` when the window is furnished, where there is a desk; what is heavy is made when a person
opens the settings or types a key.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from roku_desktop.config import Configuration, SettingsDesk
from roku_desktop.engine import ConfigReloaded, ConfigurationError, Event
from roku_desktop.login_start import LoginStart
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roku_desktop.ui.look.looks import Looks
    from roku_desktop.ui.settings.calls import SettingsCalls
    from roku_desktop.ui.settings.kinds import KeyPath, SettingsPage
    from roku_desktop.ui.settings.other_pages import DefaultsPage
    from roku_desktop.ui.settings.page import Page
    from roku_desktop.ui.settings.window import SettingsWindow
    from roku_desktop.ui.steering.keys import KeySteering
    from roku_desktop.ui.steering.provider_settings import ProviderSettingsSteering


class SettingsSteering(QObject):
    """Attributes:
    login_start: the entry that starts the program with the session, where there can be one.

    Signals:
    key_usable: a provider that answered with a key that was just typed.
    preference_chosen: name and value of what a person chose here, at once.
    """

    key_usable = Signal(str)
    preference_chosen = Signal(str, object)

    def __init__(
        self,
        window: MainWindow,
        bridge: Bridge,
        conversation: Conversation,
        desk: SettingsDesk,
        looks: Looks,
    ) -> None:
        super().__init__(conversation)
        self._window = window
        self._bridge = bridge
        self._conversation = conversation
        self._desk = desk
        self._looks = looks
        self._calls: SettingsCalls | None = None
        self._keys: KeySteering | None = None
        self._shown: SettingsWindow | None = None
        self._providers: ProviderSettingsSteering | None = None
        self.login_start: LoginStart | None = None
        self._preferences: dict[str, str | None] = {}
        window.commands["settings"].triggered.connect(lambda _checked=False: self.open())
        bridge.happened.connect(self._happened)
        bridge.model_known.connect(self._show_choices)
        conversation.changed.connect(self._show_choices)
        looks.changed.connect(self._look_changed)

    def release(self) -> None:
        """Let go of what belongs to the window."""
        if self._keys is not None:
            self._keys.release()
        if self._providers is not None:
            self._providers.release()
        if self._shown is not None:
            self._shown.hide()
            self._shown.deleteLater()
        if self._calls is not None:
            self._calls.deleteLater()

    @property
    def calls(self) -> SettingsCalls:
        if self._calls is None:
            self._calls = self._bridge.archive.settings(self._desk)
            self._calls.configuration_known.connect(self._configuration_known)
            self._calls.preferences_known.connect(self._preferences_known)
            self._calls.preference_set.connect(self._preference_set)
        return self._calls

    @property
    def keys(self) -> KeySteering:
        if self._keys is None:
            from roku_desktop.ui.steering.keys import KeySteering

            self._keys = KeySteering(self._window, self._bridge, self.calls, self)
            self._keys.usable.connect(self.key_usable)
        return self._keys

    @property
    def shown(self) -> SettingsWindow:
        if self._shown is None:
            from roku_desktop.ui.settings.window import SettingsWindow

            self._shown = SettingsWindow(self._make_page, self._window)
            self._shown.wanted.connect(self._change)
            self._shown.page_shown.connect(self._page_shown)
            self.calls.not_changed.connect(self._not_changed)
        return self._shown

    @property
    def page(self) -> str:
        """The page that a person looks at, "" while the window is closed."""
        return self._shown.current if self._shown is not None and self._shown.isVisible() else ""

    def open(self, page: str = "") -> None:
        shown = self.shown
        self.calls.load()
        shown.open_at(page)

    # Values

    def _change(self, path: KeyPath, value: object) -> None:
        from roku_desktop.ui.settings.looks_as_texts import with_look
        from roku_desktop.ui.settings.table import all_settings

        setting = next(setting for setting in all_settings() if setting.path == path)
        match setting.kept:
            case "file":
                self.calls.change({path: value})  # type: ignore[dict-item]  # of the kind the table says
            case "preference":
                self.calls.set_preference(path[0], cast("str | None", value))
            case "session":
                self._switch_login_start(value == "yes")
            case "look":
                self._looks.use(with_look(self._looks.current, path[0], cast("str | None", value)))

    def _switch_login_start(self, on: bool) -> None:
        from roku_desktop.ui.settings.kinds import LOGIN_START

        try:
            if self.login_start is not None:
                self.login_start.switch(on)
        except ConfigurationError as error:
            self.shown.show_problem(((LOGIN_START,),), str(error))
        else:
            self.calls.tell()

    def _configuration_known(self, configuration: Configuration, problem: str) -> None:
        if self._shown is not None:
            from roku_desktop.ui.settings.kinds import LOGIN_START
            from roku_desktop.ui.settings.looks_as_texts import looks_as_texts

            starts = self.login_start is not None and self.login_start.is_on()
            session = {LOGIN_START: "yes" if starts else None}
            chosen = self._preferences | looks_as_texts(self._looks.current) | session
            self._shown.show_values(configuration, chosen)
            self._shown.show_file_problem(problem)

    def _preferences_known(self, preferences: dict[str, str | None]) -> None:
        self._preferences = preferences
        self.calls.tell()

    def _preference_set(self, name: str, value: str | None) -> None:
        self._preferences[name] = value
        self.calls.tell()
        self.preference_chosen.emit(name, value)

    def _look_changed(self, _wanted: object) -> None:
        if self._shown is not None:
            self.calls.tell()

    def _not_changed(self, paths: tuple[KeyPath, ...], sentence: str) -> None:
        if self._providers is not None and self._providers.show_problem(paths, sentence):
            return
        self.shown.show_problem(paths, sentence)

    def _happened(self, events: Sequence[Event]) -> None:
        """Somebody changed the file by hand, or something else did."""
        if self._shown is not None and any(isinstance(event, ConfigReloaded) for event in events):
            self.calls.tell()
            if self._shown.current == "providers":
                self.calls.load_providers()

    # Pages

    def _make_page(self, about: SettingsPage) -> Page:
        from roku_desktop.ui.settings import other_pages as pages
        from roku_desktop.ui.settings.page import Page

        calls = self.calls
        match about.name:
            case "providers":
                return self._providers_page(about)
            case "defaults":
                defaults = pages.DefaultsPage(about)
                defaults.model_wanted.connect(partial(self._in_window, "choose_model"))
                defaults.workspace_wanted.connect(partial(self._in_window, "choose_workspace"))
                return defaults
            case "approvals":
                approvals, rules = pages.ApprovalsPage(about), self._bridge.archive.approvals
                approvals.revoked.connect(rules.revoke)
                rules.rules_known.connect(approvals.show_rules)
                return approvals
            case "telemetry":
                telemetry = pages.TelemetryPage(about)
                telemetry.key_wanted.connect(self._type_collector_key)
                telemetry.test_wanted.connect(calls.test_collector)
                calls.collector_tested.connect(telemetry.show_result)
                return telemetry
            case "storage":
                storage = pages.StoragePage(about)
                storage.prune_wanted.connect(calls.prune)
                calls.usage_known.connect(storage.show_usage)
                calls.pruned.connect(storage.show_pruned)
                return storage
            case "about":
                from roku_desktop.ui.settings.about_page import AboutPage

                facts = AboutPage(about, self._desk)
                calls.parts_known.connect(facts.show_parts)
                calls.load_parts()
                calls.release_known.connect(facts.show_release)
                calls.look_for_release()
                return facts
            case _:
                return Page(about)

    def _providers_page(self, about: SettingsPage) -> Page:
        from roku_desktop.ui.steering.provider_settings import ProviderSettingsSteering

        self._providers = ProviderSettingsSteering(self.shown, self._bridge, self.calls, self.keys, about)
        return self._providers.page

    def _page_shown(self, name: str) -> None:
        match name:
            case "providers":
                self.calls.load_providers()
            case "storage":
                self.calls.load_usage()
            case "approvals":
                self._bridge.archive.approvals.load_rules()
            case "defaults":
                self._show_choices()
            case _:
                pass

    def _show_choices(self, _choice: object = None) -> None:
        page = self._shown.pages.get("defaults") if self._shown is not None else None
        if page is not None:
            page = cast("DefaultsPage", page)
            page.show_choices(self._window.status.texts[1], self._conversation.workspace)

    def _in_window(self, command: str) -> None:
        """Model and workspace are chosen where they always are."""
        self._window.raise_()
        self._window.activateWindow()
        self._window.commands[command].trigger()

    def type_key(self, provider: str) -> None:
        """For choosing that provider: once it has answered, `key_usable` says so."""
        self.keys.ask_for(provider, to_choose=True)

    def _type_collector_key(self) -> None:
        from roku_desktop.telemetry import COLLECTOR_KEY

        self.keys.ask_for(COLLECTOR_KEY)
