"""Brings the window into the wanted language, colours and size of text, at the start and at any time later.

Colours follow at once. What is said and how large it is can't be changed under a window's layout without
each widget helping, so `renewal_wanted` asks for windows to be built anew (`application.py`). Owns Qt's
translators and the application's palette and font; made once, before the first window.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QLocale, QObject, Qt, QTranslator, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.appearance import Appearance, Language, Scheme, read, write

_SCHEMES: Final[dict[Scheme, Qt.ColorScheme]] = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}
_CARET_MS: Final = 1060  # Qt's own pace


class Looks(QObject):
    """Attributes:
        current: what is wanted now.

    Signals:
        changed: `current` is another one.
        renewal_wanted: windows that are open show an old language or size of text.
        not_kept: it is shown, but can't be kept: a sentence.
    """

    changed = Signal(object)
    renewal_wanted = Signal()
    not_kept = Signal(str)

    def __init__(self, app: QApplication, file: Path) -> None:
        super().__init__(app)
        self._app = app
        self._file = file
        self._own_font = QFont(app.font())
        self._spoken: Language = "en"
        self._translators: list[QTranslator] = []
        self.current = read(file)
        app.styleHints().colorSchemeChanged.connect(self._dress)
        self._dress()
        if self.current != Appearance():
            self._show(Appearance(), self.current)
        self._speak()

    @property
    def spoken(self) -> Language:
        """The language that is shown: never "system"."""
        return self._spoken

    def use(self, wanted: Appearance) -> None:
        """Look like that from now on, also after the next start."""
        before, self.current = self.current, wanted
        if wanted == before:
            return
        self._keep(wanted)
        self._show(before, wanted)
        self._speak()
        self.changed.emit(wanted)
        if (wanted.language, wanted.text_percent) != (before.language, before.text_percent):
            self.renewal_wanted.emit()

    def _keep(self, wanted: Appearance) -> None:
        """A hundred bytes: written here, so that they are kept also if the program ends in this moment."""
        try:
            write(self._file, wanted)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            sentence = tr("This lasts until you quit: {0} can't be written ({1}).")
            self.not_kept.emit(sentence.format(self._file, reason))

    def _show(self, before: Appearance, wanted: Appearance) -> None:
        if wanted.scheme != before.scheme:
            self._app.styleHints().setColorScheme(_SCHEMES[wanted.scheme])  # title bars, the system's dialogs
            self._dress()
        if wanted.text_percent != before.text_percent:
            self._app.setProperty(theme.TEXT_PERCENT, wanted.text_percent)
            self._app.setFont(theme.enlarged(self._own_font, wanted.text_percent / 100))
        if wanted.reduced_motion != before.reduced_motion:
            self._app.styleHints().setCursorFlashTime(0 if wanted.reduced_motion else _CARET_MS)
            for effect in (Qt.UIEffect.UI_AnimateMenu, Qt.UIEffect.UI_FadeMenu, Qt.UIEffect.UI_FadeTooltip):
                self._app.setEffectEnabled(effect, not wanted.reduced_motion)

    def _dress(self) -> None:
        theme.dress(self._app, _SCHEMES[self.current.scheme])

    def _speak(self) -> None:
        spoken = language_of(self.current.language, QLocale.system())
        if spoken == self._spoken:
            return
        from roku_desktop.ui.look import spoken as speaking

        self._spoken = spoken
        self._translators = speaking.change(self._app, self._translators, spoken)
        theme.show_chinese(self._app)


def language_of(wanted: Language, system: QLocale) -> Language:
    """The one to be shown: the system's where it is ours, and English where it is not."""
    if wanted != "system":
        return wanted
    return "zh_CN" if system.language() == QLocale.Language.Chinese else "en"
