"""Composer, session list, model's button and transcript, each as a person uses it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QRect, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from roku_desktop.engine import ModelChoice, Pin, StoredMessage
from roku_desktop.engine.messages import AssistantMessage, TextPart, UserMessage
from roku_desktop.ui.choosing.button import ModelButton
from roku_desktop.ui.composing.composer import Composer
from roku_desktop.ui.look import theme
from roku_desktop.ui.sessions.model import SessionModel
from roku_desktop.ui.sessions.side import SessionList
from roku_desktop.ui.transcript.model import TranscriptModel
from roku_desktop.ui.transcript.row_document import SHOWN_PROMPT_CHARS
from roku_desktop.ui.transcript.view import TranscriptView
from tests.support.engines import engine_on, scripted
from tests.support.windows import OpenedWindow, opened_window
from tests.ui.conftest import Run
from tests.ui.test_models import session

pytestmark = pytest.mark.window
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def composer(app: QApplication, qtbot: QtBot) -> Composer:
    composer = Composer()
    qtbot.addWidget(composer)
    composer.show()
    return composer


@pytest.fixture
def sent(composer: Composer) -> list[str]:
    sent: list[str] = []
    composer.submitted.connect(sent.append)
    return sent


def test_enter_sends_and_shift_enter_breaks_the_line(composer: Composer, sent: list[str]):
    composer.set_mode("ready")
    QTest.keyClicks(composer.edit, "one")
    QTest.keyClick(composer.edit, Qt.Key.Key_Return, SHIFT)
    QTest.keyClicks(composer.edit, "two")
    assert sent == []
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert sent == ["one\ntwo"]


def test_an_empty_prompt_is_not_sent(composer: Composer, sent: list[str]):
    composer.set_mode("ready")
    assert not composer.button.isEnabled()
    QTest.keyClicks(composer.edit, "  ")
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert sent == []


def test_what_is_sent_too_early_goes_out_when_everything_is_ready(composer: Composer, sent: list[str]):
    QTest.keyClicks(composer.edit, "early")
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert sent == []
    composer.set_mode("ready")
    assert sent == ["early"]


def test_who_writes_on_has_not_sent(composer: Composer, sent: list[str]):
    QTest.keyClicks(composer.edit, "early")
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    QTest.keyClicks(composer.edit, " bird")
    composer.set_mode("ready")
    assert sent == []


def test_a_large_paste_is_taken_as_plain_text(composer: Composer, sent: list[str]):
    composer.set_mode("ready")
    pasted = QMimeData()
    pasted.setText("<b>line</b>\n" * 20_000)
    pasted.setHtml("<img src='http://127.0.0.1:1/x.png'>")
    composer.edit.insertFromMimeData(pasted)
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert sent == ["<b>line</b>\n" * 20_000]
    assert composer.height() < 400


def test_the_field_grows_with_its_lines_up_to_a_limit(composer: Composer):
    one = composer.edit.height()
    composer.set_text("1\n2\n3")
    three = composer.edit.height()
    composer.set_text("\n" * 60)
    assert one < three < composer.edit.height() < 12 * one


@pytest.fixture
def sessions(app: QApplication, qtbot: QtBot) -> SessionList:
    model = SessionModel()
    model.add_page([session(name, 100 - row) for row, name in enumerate("abc")], complete=True)
    sessions = SessionList(model, undo_ms=60_000)
    qtbot.addWidget(sessions)
    sessions.resize(260, 400)
    sessions.show()
    return sessions


def test_a_deleted_session_can_be_had_back(sessions: SessionList):
    deleted: list[str] = []
    sessions.deletion.deleted.connect(deleted.append)
    sessions.view.setCurrentIndex(sessions.model.index(1))
    QTest.keyClick(sessions.view, Qt.Key.Key_Delete)
    assert sessions.model.rowCount() == 2
    (undo,) = sessions.deletion.banner.buttons
    undo.click()
    assert [sessions.model.index(row).data() for row in range(3)] == ["a", "b", "c"]
    sessions.deletion.finish()
    assert deleted == []


def test_a_session_is_deleted_for_good_when_the_undo_has_passed(sessions: SessionList):
    deleted: list[str] = []
    sessions.deletion.deleted.connect(deleted.append)
    sessions.delete(sessions.model.session_at(0))
    sessions.delete(sessions.model.session_at(0))
    assert deleted == ["a"]
    sessions.deletion.finish()
    assert deleted == ["a", "b"]


def test_f2_renames_in_place(sessions: SessionList, qtbot: QtBot):
    wanted: list[tuple[str, str]] = []
    sessions.rename_wanted.connect(lambda name, title: wanted.append((name, title)))
    sessions.view.setCurrentIndex(sessions.model.index(0))
    sessions.rename_current()
    editor = sessions.view.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    editor.setText("Better")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: wanted == [("a", "Better")])


def test_thousands_of_sessions_are_read_page_by_page(qt_run: Run, home: Path):
    async def read_on(opened: OpenedWindow, known: int) -> None:
        model = opened.window.sessions.model
        await opened.until(lambda: model.rowCount() > known, opened.bridge.sessions_loaded)

    async def scroll() -> None:
        async with engine_on(home, scripted(["x"])) as engine:
            for number in range(230):
                await engine.create_session(home, f"session {number}")
        async with opened_window(home, scripted(["x"])) as opened:
            view, model = opened.window.sessions.view, opened.window.sessions.model
            assert model.rowCount() < 230
            while model.rowCount() < 230:
                view.scrollToBottom()
                await read_on(opened, model.rowCount())
            assert model.index(229).data() == "session 0"

    qt_run(scroll())


def test_the_model_button_says_where_a_pin_stands(app: QApplication, qtbot: QtBot):
    button = ModelButton()
    qtbot.addWidget(button)
    button.set_current(ModelChoice("mylab", "qwen3"))
    button.set_pin(Pin(provider="mylab", source="runtime.toml, line 3"))
    assert "runtime.toml, line 3" in button.accessibleName()


@pytest.fixture
def transcript(app: QApplication, qtbot: QtBot) -> TranscriptModel:
    return TranscriptModel()


@pytest.fixture
def view(transcript: TranscriptModel, qtbot: QtBot) -> TranscriptView:
    view = TranscriptView()
    view.show_model(transcript)
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.show()
    return view


def show(transcript: TranscriptModel, *messages: UserMessage | AssistantMessage) -> None:
    transcript.show_page(
        [
            StoredMessage(
                message_id=i, session_id="s", run_id="r", position=i, created_at=0.0, message=message
            )
            for i, message in enumerate(messages, start=1)
        ],
        {},
    )


def said(text: str) -> AssistantMessage:
    return AssistantMessage(parts=(TextPart(text=text),), provider="p", model="m")


def test_what_a_model_writes_is_shown_and_never_loaded_or_opened(
    transcript: TranscriptModel, view: TranscriptView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    loaded: list[QUrl] = []
    monkeypatch.setattr(QTextDocument, "loadResource", lambda _self, _kind, url: loaded.append(url))
    picture = tmp_path / "p.png"
    QImage(4, 4, QImage.Format.Format_RGB32).save(str(picture))
    lines = (
        f"<img src='{picture.as_uri()}'>",
        f"![x]({picture.as_uri()})",
        f"[a]({picture.as_uri()})",
        "[b](javascript:x)",
        "<b>x</b>",
    )
    show(transcript, said("\n\n".join((*lines, "![c](http://127.0.0.1:1/x.png) [d](http://127.0.0.1:1/)"))))
    view.grab()
    for line in lines:
        assert line in view.plain_text()
    assert loaded == []
    assert "￼" not in view.plain_text()  # the place of an object


def test_a_very_long_prompt_is_cut_on_screen_and_says_so(transcript: TranscriptModel, view: TranscriptView):
    show(transcript, UserMessage(text="x" * (SHOWN_PROMPT_CHARS + 1_234)))
    assert "1,234 more characters" in view.plain_text()


def test_what_is_copied_is_plain_text(transcript: TranscriptModel, view: TranscriptView):
    show(transcript, said("one **two**\nthree"))
    QTest.keyClick(view, Qt.Key.Key_A, CONTROL)
    QTest.keyClick(view, Qt.Key.Key_C, CONTROL)
    copied = QApplication.clipboard().mimeData()
    assert copied.text() == "one two\nthree"
    assert not copied.hasHtml()


def test_chinese_text_has_glyphs(transcript: TranscriptModel, view: TranscriptView):
    show(transcript, said("重试之后会显示下一步。"))
    shown = view.grab().toImage()
    show(transcript, said("\U0010fffd" * 11))  # a private character that no font has
    missing = view.grab().toImage()
    assert shown.copy(QRect(0, 0, 400, 60)) != missing.copy(QRect(0, 0, 400, 60))


def test_the_window_follows_the_system_into_the_dark(
    app: QApplication, transcript: TranscriptModel, view: TranscriptView, qtbot: QtBot
):
    def colour() -> QColor:
        first = view.rows.document(0).document.firstBlock()
        return first.begin().fragment().charFormat().foreground().color()

    show(transcript, said("text"))
    assert colour() == QColor(theme.LIGHT.text)
    try:
        app.setPalette(theme.palette_of(Qt.ColorScheme.Dark))
        qtbot.waitUntil(lambda: colour() == QColor(theme.DARK.text))
        assert view.viewport().grab().toImage().pixelColor(5, 300) == QColor(theme.DARK.page)
    finally:
        app.setPalette(theme.palette_of(Qt.ColorScheme.Light))


def _luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    channels = [channel / 255 for channel in bytes.fromhex(colour[1:])]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground(colours: theme.Colours):
    pairs = [
        (text, ground)
        for text in (colours.text, colours.muted, colours.accent, colours.warning, colours.danger)
        for ground in (colours.page, colours.side)
    ]
    pairs += [
        (colours.text, colours.panel),
        (colours.text, colours.selection),
        (colours.on_accent, colours.accent),
    ]
    for text, ground in pairs:
        lighter, darker = sorted((_luminance(text), _luminance(ground)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (text, ground)
