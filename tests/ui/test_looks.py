"""Language, colours and size of text: chosen once, kept in the home, changed under an open window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication

from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.appearance import Appearance, read, write
from roku_desktop.ui.look.looks import Looks, language_of


@pytest.fixture
def looks(app: QApplication, tmp_path: Path) -> Iterator[Looks]:
    looks = Looks(app, tmp_path / "appearance.json")
    yield looks
    looks.use(Appearance(language="en"))
    looks.deleteLater()


def test_what_was_chosen_is_there_at_the_next_start(tmp_path: Path):
    file = tmp_path / "appearance.json"
    wanted = Appearance(language="zh_CN", scheme="dark", text_percent=150, reduced_motion=True)
    write(file, wanted)
    assert read(file) == wanted
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"{", b'{"language": "tlh"}', b'{"text_percent": "big"}', b"[]"])
def test_a_file_that_makes_no_sense_is_as_good_as_none(tmp_path: Path, content: bytes):
    file = tmp_path / "appearance.json"
    file.write_bytes(content)
    assert read(file) == Appearance()


@pytest.mark.parametrize(("percent", "used"), [(1, 100), (100, 100), (180, 180), (10_000, 200)])
def test_text_is_never_smaller_than_the_systems_nor_larger_than_twice_that(
    tmp_path: Path, percent: int, used: int
):
    file = tmp_path / "appearance.json"
    file.write_text(f'{{"text_percent": {percent}}}')
    assert read(file).text_percent == used


@pytest.mark.parametrize(
    ("system", "shown"),
    [("zh_CN", "zh_CN"), ("zh_TW", "zh_CN"), ("en_GB", "en"), ("fr_FR", "en"), ("C", "en")],
)
def test_the_systems_language_is_shown_where_it_is_spoken(system: str, shown: str):
    assert language_of("system", QLocale(system)) == shown
    assert language_of("en", QLocale(system)) == "en"


def test_texts_of_the_program_and_of_qt_change_at_once(looks: Looks, app: QApplication):
    looks.use(Appearance(language="zh_CN"))
    assert looks.spoken == "zh_CN"
    assert tr("New session") == "新会话"
    assert app.translate("QPlatformTheme", "Cancel") == "取消"
    assert QLocale().language() == QLocale.Language.Chinese
    looks.use(Appearance(language="en"))
    assert tr("New session") == "New session"
    assert app.translate("QPlatformTheme", "Cancel") == "Cancel"


def test_windows_are_renewed_for_another_language_or_size_and_for_nothing_else(looks: Looks):
    renewals: list[None] = []
    looks.renewal_wanted.connect(lambda: renewals.append(None))
    for wanted, count in (
        (Appearance(), 0),
        (Appearance(scheme="dark"), 0),
        (Appearance(scheme="dark", text_percent=150), 1),
        (Appearance(scheme="dark", text_percent=150, language="zh_CN"), 2),
        (Appearance(text_percent=150, language="zh_CN", reduced_motion=True), 2),
    ):
        looks.use(wanted)
        assert len(renewals) == count


def test_text_grows_from_the_systems_own_size(looks: Looks, app: QApplication):
    own = QFont(app.font())
    for percent in (200, 150, 100):
        looks.use(Appearance(text_percent=percent))
        assert app.font().pointSizeF() == pytest.approx(own.pointSizeF() * percent / 100)


def test_a_home_that_takes_nothing_is_told_of_and_the_look_holds(app: QApplication, tmp_path: Path):
    looks = Looks(app, tmp_path / "gone" / "appearance.json")
    told: list[str] = []
    looks.not_kept.connect(told.append)
    looks.use(Appearance(scheme="dark"))
    assert app.palette().color(QPalette.ColorRole.Base).name() == theme.DARK.page
    assert len(told) == 1
    assert "until you quit" in told[0]
    looks.use(Appearance())
    looks.deleteLater()
