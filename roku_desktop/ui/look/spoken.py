"""Puts the texts of a language behind `tr`: ours, and Qt's own for its dialogs and menus.

Loaded only where the window speaks another language than English. Called by `looks.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from roku_desktop.paths import resource_path
from roku_desktop.ui.look.appearance import Language

_log = logging.getLogger(__name__)


def change(app: QApplication, before: Sequence[QTranslator], language: Language) -> list[QTranslator]:
    """Take away the texts of `before` and show those of `language`; returns what is shown by now."""
    for translator in before:
        app.removeTranslator(translator)
    QLocale.setDefault(_locale_of(language))
    found = [] if language == "en" else [_ours(language), _of_qt(language)]
    shown = [translator for translator in found if translator is not None]
    for translator in shown:
        app.installTranslator(translator)
    return shown


def _locale_of(language: Language) -> QLocale:
    """The person's own way of writing dates and figures, unless it belongs to another language."""
    system, wanted = QLocale.system(), QLocale(language)
    return system if system.language() == wanted.language() else wanted


def _ours(language: Language) -> QTranslator | None:
    try:
        return _loaded(resource_path(f"translations/roku_{language}.qm"))
    except FileNotFoundError:
        _log.warning("there are no texts in %s: `python3 scripts/dev.py setup` makes them", language)
        return None


def _of_qt(language: Language) -> QTranslator | None:
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    return _loaded(Path(folder, f"qtbase_{language}.qm"))


def _loaded(file: Path) -> QTranslator | None:
    translator = QTranslator()
    if translator.load(str(file)):
        return translator
    _log.warning("the texts in %s can't be read", file.name)
    return None
