"""The program that stays: its icon in the tray, what closing the window means, the pause.

Made by `application.py` when the first prompt can be sent. A window is hidden only where the tray has
an icon by which it comes back: without a tray closing it quits, and when the tray goes away the
hidden window returns.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from roku_desktop.engine import BreakerState, ConfigurationError
from roku_desktop.single_instance import Wish
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.choosing.catalogue import breaker_in_words
from roku_desktop.ui.language import tr
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.premises import Premises
from roku_desktop.ui.steering.awakening import Awakening
from roku_desktop.ui.steering.hotkey import PREFERENCE as HOTKEY
from roku_desktop.ui.steering.hotkey import HotkeySteering
from roku_desktop.ui.steering.middle import Steering
from roku_desktop.ui.steering.notices import SHOW_CONTENT, NoticeSteering
from roku_desktop.ui.tray.icon import Standing
from roku_desktop.ui.tray.tray import Tray

if TYPE_CHECKING:
    from roku_desktop.ui.steering.quick import QuickSteering

KEEP_IN_TRAY: Final = "ui.keep_in_tray"
_TOLD: Final = "ui.told_of_tray"
_LOOK_EVERY_MS: Final = 3_000
"""Panels restart within a second or two; two looks without a tray, and the window comes back."""
_WAIT_FOR_TRAY_MS: Final = 10_000
"""At login the panel may come after us."""
_ORDER: Final[tuple[Standing, ...]] = ("green", "amber", "red")


class Residence(QObject):
    """Attributes:
    tray: the icon.
    hotkey: the key that opens the quick prompt from anywhere.
    notices: what is told while no window can be seen.
    """

    def __init__(
        self,
        window: MainWindow,
        bridge: Bridge,
        steering: Steering,
        *,
        another_bridge: Callable[[], Bridge],
        premises: Premises,
    ) -> None:
        super().__init__(window)
        self._premises = premises
        self._another_bridge = another_bridge
        self._quick: QuickSteering | None = None
        self._window = window
        self._bridge = bridge
        self._steering = steering
        self._keeps = True
        self._told = True  # until it is known
        self._breakers: dict[str, BreakerState] = {}
        self._objectives: tuple[Standing, str] = ("green", "")
        self._missed = 0
        self._looking = QTimer(self, interval=_LOOK_EVERY_MS)
        self._looking.timeout.connect(self._look_for_tray)
        self._awakening = Awakening(self)
        self._awakening.woken.connect(self._woken)
        self.tray = Tray(self)
        self.hotkey = HotkeySteering(bridge, self)
        self.hotkey.pressed.connect(self._open_quick)
        self.hotkey.told.connect(steering.show_notice)
        self.notices = NoticeSteering(bridge, steering, self.tray, is_seen=self._is_seen, parent=self)
        self.notices.approvals_wanted.connect(self._review)
        self.notices.session_wanted.connect(self._show_session)
        self.notices.telemetry_wanted.connect(self._show_telemetry)
        window.commands["notice_content"].triggered.connect(self.notices.toggle_content)
        window.commands["quick_key"].triggered.connect(self.hotkey.toggle)
        self._connect_tray()
        window.commands["start_at_login"].triggered.connect(self._toggle_login_start)
        window.commands["quick_prompt"].triggered.connect(self._open_quick)
        window.commands["pause"].triggered.connect(self._toggle_pause)
        window.commands["keep_in_tray"].triggered.connect(self._toggle_keeping)
        bridge.supply.breakers_known.connect(self._breakers_known)
        bridge.supply.pause_known.connect(self._pause_known)
        application = QGuiApplication.instance()
        if sys.platform == "darwin" and isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._activated)
        if steering.settings is not None:
            steering.settings.login_start = premises.login_start
            steering.settings.preference_chosen.connect(self._preference_chosen)
        if steering.telemetry is not None:
            steering.telemetry.health_known.connect(self._objectives_known)
        if steering.approvals is not None:
            steering.approvals.changed.connect(self._approvals_changed)
            steering.approvals.is_seen = self._is_seen

    def _connect_tray(self) -> None:
        tray = self.tray
        tray.quick_wanted.connect(self._open_quick)
        tray.window_wanted.connect(self._show_window)
        tray.new_wanted.connect(self._new_session)
        tray.approvals_wanted.connect(self._review)
        tray.pause_wanted.connect(self._bridge.supply.pause)
        tray.quit_wanted.connect(self._window.quit_wanted)

    def begin(self, wish: Wish) -> None:
        """The window is ready; show what the start asked for."""
        self._bridge.archive.preferences_known.connect(self._preferences_known)
        self._bridge.archive.load_preferences(KEEP_IN_TRAY, _TOLD, HOTKEY, SHOW_CONTENT)
        self._approvals_changed()
        self._bridge.supply.load_pause()
        self._tell_of_last_end()
        if wish.show == "tray":
            self._stay_hidden()
        if wish.show == "quick":
            self._begin_with_quick(wish.text)

    def leave(self) -> None:
        """The program ends: nothing of it is left in the tray."""
        self._looking.stop()
        self.tray.icon.hide()
        self.hotkey.release()

    async def aclose(self) -> None:
        """Before the engine closes."""
        self.leave()
        self.tray.remove()
        await self.notices.aclose()
        if self._quick is not None:
            await self._quick.aclose()
        self.deleteLater()

    # Wishes

    def fulfil(self, wish: Wish) -> None:
        """A second start asks for something."""
        if wish.show == "quick":
            self.quick.open(wish.text)
        if wish.show == "window":
            self._show_window()
            if wish.workspace:
                self._steering.work_in(wish.workspace)

    def _show_window(self) -> None:
        """The window, and not the box above it."""
        if self._quick is not None and self._quick.prompt.isVisible():
            self._quick.prompt.leave()
        self._window.come_to_front()

    def _activated(self, state: Qt.ApplicationState) -> None:
        """On macOS a click in the Dock, which is where people look for a program whose window is hidden."""
        if state == Qt.ApplicationState.ApplicationActive and not self._is_seen():
            self._show_window()

    def _begin_with_quick(self, text: str) -> None:
        """The window stays in the tray meanwhile; without one, where a person finds it again."""
        if self.tray.is_there:
            self._hide()
        else:
            self._window.showMinimized()
        self.quick.open(text)

    @property
    def quick(self) -> QuickSteering:
        """The quick prompt, made when it is first wanted."""
        if self._quick is None:
            from roku_desktop.ui.steering.quick import QuickSteering

            self._quick = QuickSteering(
                self._another_bridge(), self._steering, self._window.come_to_front, self
            )
        return self._quick

    def _open_quick(self) -> None:
        self.quick.open()

    def _is_seen(self) -> bool:
        quick = self._quick is not None and self._quick.prompt.isVisible()
        return quick or (self._window.isVisible() and not self._window.isMinimized())

    def _new_session(self) -> None:
        self._show_window()
        self._window.new_wanted.emit()

    def _show_session(self, session_id: str) -> None:
        """Where it was asked: in the box, or else in the window."""
        if self._quick is not None and self._quick.conversation.session_id == session_id:
            self._quick.open()
            return
        self._show_window()
        self._steering.conversation.open(session_id)

    def _show_telemetry(self) -> None:
        self._show_window()
        telemetry = self._steering.telemetry
        if telemetry is not None and (telemetry.dock is None or not telemetry.dock.isVisible()):
            telemetry.toggle()

    def _review(self) -> None:
        self._show_window()
        if self._steering.approvals is not None:
            self._steering.approvals.review()

    # Closing

    def close_window(self) -> None:
        """As a person who closes the window means it: into the tray, or the end."""
        if not self._keeps or not self.tray.is_there:
            self._window.quit_wanted.emit()
            return
        self._hide()
        if not self._told:
            self._told = True
            self._bridge.remember(_TOLD, "yes")
            self.tray.tell(tr("Roku"), tr("Roku stays here in the tray; its menu has Quit."))

    def _hide(self) -> None:
        self._window.hide()
        self._missed = 0
        self._looking.start()

    def look_every_ms(self, interval_ms: int) -> None:
        """How often to look whether the tray is still there, while the window is hidden."""
        self._looking.setInterval(interval_ms)

    def _look_for_tray(self) -> None:
        if self._window.isVisible():
            self._looking.stop()
            return
        self._missed = 0 if self.tray.is_there else self._missed + 1
        if self._missed >= 2:
            self._looking.stop()
            self._show_window()
            self._steering.show_notice(tr("The tray went away, so the window is back."))

    def _stay_hidden(self) -> None:
        """Started into the tray; where there is none, even after a while, the window is shown."""
        if self.tray.is_there:
            self._hide()
            return
        self._waited_since = time.monotonic()
        self._waiting = QTimer(self, interval=500)
        self._waiting.timeout.connect(self._wait_for_tray)
        self._waiting.start()

    def _wait_for_tray(self) -> None:
        if self._window.isVisible() or self.tray.is_there:
            self._waiting.stop()
            self._looking.start()
        elif (time.monotonic() - self._waited_since) * 1000 > _WAIT_FOR_TRAY_MS:
            self._waiting.stop()
            self._window.showMinimized()
            self._steering.show_notice(
                tr("This desktop has no tray, so Roku is in the list of windows; closing it ends it.")
            )

    def _preferences_known(self, known: Mapping[str, str | None]) -> None:
        if KEEP_IN_TRAY in known:
            self._keeps = known[KEEP_IN_TRAY] != "no"
            self._told = known[_TOLD] is not None
            self.hotkey.load(known[HOTKEY])
            self.notices.shows_content = known[SHOW_CONTENT] == "yes"

    def _preference_chosen(self, name: str, value: str | None) -> None:
        """In the settings, which keep it."""
        if name == KEEP_IN_TRAY:
            self._keeps = value != "no"
        elif name == HOTKEY:
            self.hotkey.use(value or "")
        elif name == SHOW_CONTENT:
            self.notices.shows_content = value == "yes"

    def _toggle_keeping(self) -> None:
        self._keeps = not self._keeps
        self._bridge.remember(KEEP_IN_TRAY, "yes" if self._keeps else "no")
        if not self._keeps:
            told = tr("Closing the window ends Roku from now on.")
        elif self.tray.is_there:
            told = tr("Closing the window leaves Roku in the tray from now on.")
        else:
            told = tr("This desktop has no tray: closing the window ends Roku.")
        self._steering.show_notice(told)

    def _toggle_login_start(self) -> None:
        entry = self._premises.login_start
        if entry is None:
            return
        try:
            entry.switch(not entry.is_on())
        except ConfigurationError as error:
            self._steering.show_failure(error.failure())
            return
        self._steering.show_notice(
            tr("Roku starts with your session from now on, into the tray.")
            if entry.is_on()
            else tr("Roku does not start with your session any more.")
        )

    def _tell_of_last_end(self) -> None:
        """A line, not a page: whoever starts the program wants to write, and the page is one click away."""
        last_end = self._premises.last_end
        if last_end is None or last_end.report is None:
            return
        report, last_end.report = last_end.report, None
        self._window.notice.show_message(
            tr("Roku did not end in order last time; what was on the screen is kept."),
            actions=[
                (tr("Show the report"), lambda: self._show_report(report)),
                (tr("OK"), self._window.clear_notice),
            ],
            tone="warning",
        )

    def _show_report(self, report: Path) -> None:
        from roku_desktop.ui.crash_report import CrashReport

        self._window.clear_notice()
        CrashReport(report, self._window).show()

    # The pause

    def _toggle_pause(self) -> None:
        self._bridge.supply.pause(not self.tray.state.paused)

    def _pause_known(self, lasts: bool) -> None:
        paused_before = self.tray.state.paused
        self.tray.show_state(msgspec.structs.replace(self.tray.state, paused=lasts))
        if lasts:
            self._window.pause.show_message(
                tr("Paused: nothing is sent to any provider until you resume."),
                actions=[(tr("Resume"), lambda: self._bridge.supply.pause(False))],
            )
        elif paused_before:
            self._window.pause.clear()

    def _woken(self, _slept_s: float) -> None:
        """What is told by the time of day is told anew."""
        self._bridge.supply.load_breakers()
        self._bridge.supply.load_today()

    # How things stand

    def _breakers_known(self, breakers: dict[str, BreakerState]) -> None:
        self._breakers = breakers
        self._show_standing()

    def _objectives_known(self, health: Standing, words: str) -> None:
        self._objectives = (health, "" if health == "green" else words)
        self._show_standing()

    def _approvals_changed(self) -> None:
        waiting = len(self._steering.approvals.pages) if self._steering.approvals is not None else 0
        self.tray.show_state(msgspec.structs.replace(self.tray.state, waiting=waiting))

    def _show_standing(self) -> None:
        """The worst of all breakers and of the objectives."""
        troubled = {name: state for name, state in self._breakers.items() if state.phase != "closed"}
        standings: list[Standing] = [
            "red" if state.phase == "open" else "amber" for state in troubled.values()
        ]
        worst = max([self._objectives[0], *standings], key=_ORDER.index)
        now = time.time()
        words = [f"{name}: {breaker_in_words(state, now)}" for name, state in sorted(troubled.items())]
        self.tray.show_state(
            msgspec.structs.replace(
                self.tray.state, standing=worst, words="\n".join(filter(None, [*words, self._objectives[1]]))
            )
        )
