"""Tells of a newer version, where a feed is named: one sentence above the composer, once for each version.

Asks when the window is furnished, each day, and when a feed is named; never without one. Made by `middle.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer

from roku_desktop.config import SettingsDesk
from roku_desktop.engine import ConfigReloaded, Event
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.language import tr
from roku_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from roku_desktop.ui.steering.settings import SettingsSteering
    from roku_desktop.updates import Release

_DAY_MS: Final = 86_400_000


class UpdateSteering(QObject):
    """`open_link` is given the address that a person wants to see."""

    def __init__(
        self,
        window: MainWindow,
        bridge: Bridge,
        settings: SettingsSteering,
        desk: SettingsDesk,
        open_link: Callable[[str], object],
    ) -> None:
        super().__init__(settings)
        self._window = window
        self._settings = settings
        self._desk = desk
        self._open_link = open_link
        self._asked = ""
        bridge.happened.connect(self._happened)
        self._daily = QTimer(self)
        self._daily.setInterval(_DAY_MS)
        self._daily.timeout.connect(self._ask)
        self._follow()

    def _happened(self, events: Sequence[Event]) -> None:
        if any(isinstance(event, ConfigReloaded) for event in events):
            self._follow()

    def _follow(self) -> None:
        """Be in step with the configuration."""
        feed = self._desk.configuration.settings.updates.feed
        if feed == self._asked:
            return
        self._asked = feed
        if feed:
            self._ask()
            self._daily.start()
        else:
            self._daily.stop()

    def _ask(self) -> None:
        calls = self._settings.calls
        calls.release_found.connect(self._tell, Qt.ConnectionType.UniqueConnection)
        calls.look_for_release()

    def _tell(self, release: Release) -> None:
        text = tr("Roku Desktop {0} is there.").format(release.version)
        self._window.notice.show_message(
            " ".join(filter(None, (text, release.notes))),
            actions=[
                (tr("Show page…"), partial(self._show, release)),
                (tr("OK"), partial(self._put_away, release)),
            ],
        )

    def _show(self, release: Release) -> None:
        self._put_away(release)
        self._open_link(release.url)

    def _put_away(self, release: Release) -> None:
        self._settings.calls.release_told(release.version)
        self._window.clear_notice()
