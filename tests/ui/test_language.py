"""Texts of the window: plain English without a translation, forms and meanings with one."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from devtools.checkout import venv_program
from devtools.texts import Text, written
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from roku_desktop.ui.language import counted, tr
from roku_desktop.ui.wording import one_line


def answers() -> list[str]:
    return [counted(number, "1 answer", "%Ln answers") for number in (0, 1, 2)]


@pytest.fixture
def chinese(app: QApplication, tmp_path: Path) -> Iterator[None]:
    known = {
        Text("Open"): ("打开",),
        Text("Open", "of a breaker"): ("断开",),
        Text("1 answer"): ("1 个回答",),
        Text("%Ln answers", counted=True): ("%Ln 个回答",),
    }
    file = tmp_path / "test.ts"
    file.write_text(written("zh_CN", dict.fromkeys(known, "x.py"), known), encoding="utf-8")
    subprocess.run(
        [venv_program("pyside6-lrelease"), "-silent", file, "-qm", tmp_path / "test.qm"], check=True
    )
    translator = QTranslator()
    assert translator.load(str(tmp_path / "test.qm"))
    app.installTranslator(translator)
    yield
    app.removeTranslator(translator)


def test_without_a_translation_the_source_is_the_text():
    assert tr("Open") == tr("Open", "of a breaker") == "Open"
    assert [counted(n, "1 answer", "%Ln answers") for n in (0, 1, 2)] == [
        "0 answers",
        "1 answer",
        "2 answers",
    ]


@pytest.mark.usefixtures("chinese")
def test_a_translation_is_found_by_text_meaning_and_number():
    assert (tr("Open"), tr("Open", "of a breaker"), tr("Close")) == ("打开", "断开", "Close")
    assert answers() == ["0 个回答", "1 个回答", "2 个回答"]


def test_what_is_shortened_takes_one_line_in_chinese_too():
    assert one_line("清单" * 40, 20) == "清单清单清单清单清…"
    assert one_line("list" * 5, 20) == "list" * 5
    assert one_line("list" * 6, 20) == "listlistlistlistlis…"
