"""Chinese is readable everywhere in the window: by a font that has it, in the Chinese way of writing."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QTextLayout
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QPlainTextEdit
from pytestqt.qtbot import QtBot

from roku_desktop.ui.look import theme
from roku_desktop.ui.look.fonts import Kind, chinese_families

pytestmark = pytest.mark.window
CHINESE = "骨与直接的编辑器，关闭窗口。"


def families_of(text: str, font: QFont) -> list[str]:
    """The family that each stretch of text is drawn with; "tofu" where none has the character."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return ["tofu" if 0 in run.glyphIndexes() else run.rawFont().familyName() for run in layout.glyphRuns()]


def installed(kind: Kind) -> str:
    """The first of the list that is on this machine."""
    families = set(QFontDatabase.families())
    found = next((family for family in chinese_families(kind) if family in families), None)
    if found is None:
        assert sys.platform != "linux", "requirements/debian-window.txt brings a font with Chinese"
        pytest.skip("no font with Chinese is installed")
    return found


@pytest.mark.parametrize("scale", [0.85, 1.0, 1.9])
def test_chinese_text_is_drawn_with_the_font_that_was_chosen_for_it(app: QApplication, scale: float):
    assert set(families_of(CHINESE, theme.scaled_font(scale))) == {installed("text")}


def test_chinese_in_code_is_drawn_with_the_font_that_was_chosen_for_it(app: QApplication):
    assert set(families_of(CHINESE, theme.fixed_font(1.0))) == {installed("code")}


def test_the_chinese_fonts_are_asked_before_the_system_guesses(app: QApplication):
    assert theme.scaled_font(1.0).families()[1:] == chinese_families("text")
    assert theme.fixed_font(1.0).families()[1:] == chinese_families("code")


def test_latin_text_keeps_the_persons_own_font(app: QApplication):
    own = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    assert families_of("Hello", theme.scaled_font(1.0)) == families_of("Hello", own)
    assert families_of("Hello", theme.fixed_font(1.0)) == families_of("Hello", fixed)


def test_a_space_in_code_is_as_wide_as_a_letter(app: QApplication):
    metrics = QFontMetricsF(theme.fixed_font(1.0))
    assert metrics.horizontalAdvance(" ") == metrics.horizontalAdvance("m")


@pytest.mark.parametrize("kind", [QLabel, QLineEdit, QMenu, QPlainTextEdit])
def test_every_widget_shows_chinese_without_being_told(
    app: QApplication, qtbot: QtBot, kind: type[QLabel | QLineEdit | QMenu | QPlainTextEdit]
):
    widget = kind()
    qtbot.addWidget(widget)
    assert set(families_of(CHINESE, widget.font())) == {installed("text")}


@pytest.mark.parametrize("system", ["linux", "darwin", "win32", "freebsd14"])
@pytest.mark.parametrize("kind", ["text", "code"])
def test_every_system_has_fonts_for_chinese_except_where_its_language_brings_its_own(system: str, kind: Kind):
    for name in ("en_US", "zh_CN", "de_DE"):
        assert chinese_families(kind, system=system, locale=QLocale(name))
    for name in ("ja_JP", "ko_KR", "zh_TW", "zh_HK"):
        assert chinese_families(kind, system=system, locale=QLocale(name)) == []
