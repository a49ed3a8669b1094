"""Finds settings by what is typed, in the language of the window. No widgets."""

from __future__ import annotations

from roku_desktop.ui.language import tr
from roku_desktop.ui.settings.kinds import PAGES, Setting, SettingsPage
from roku_desktop.ui.settings.table import settings_of


def pages_for(typed: str) -> tuple[SettingsPage, ...]:
    """The pages that have every typed word in their title, their words or a setting of theirs."""
    words = typed.casefold().split()
    return tuple(page for page in PAGES if all(word in _all_words(page) for word in words))


def fits(setting: Setting, typed: str) -> bool:
    """Whether any typed word stands in the setting's own texts."""
    own = _words_of(setting)
    return any(word in own for word in typed.casefold().split())


def _all_words(page: SettingsPage) -> str:
    own = [tr(page.title), tr(page.words), *(_words_of(setting) for setting in settings_of(page.name))]
    return " ".join(own).casefold()


def _words_of(setting: Setting) -> str:
    texts = [tr(text) for text in (setting.title, setting.hint, setting.group) if text]
    return " ".join([*texts, ".".join(setting.path)]).casefold()
