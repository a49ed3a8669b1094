"""What the accessibility tree says of a conversation: the rows in view, in order, with their buttons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication

from roku_desktop.engine.messages import ToolCall
from tests.support.engines import scripted
from tests.support.long_session import make_long_session
from tests.support.windows import OpenedWindow, drawn, opened_window
from tests.ui.conftest import Run

pytestmark = pytest.mark.window


@pytest.fixture
def screen_reader(app: QApplication) -> Iterator[None]:
    """As if one ran: Qt asks the system, which has none here."""
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


async def told(opened: OpenedWindow) -> list[str]:
    """The names in the transcript's part of the tree that are not hidden, in its order."""
    await drawn()
    area = QAccessible.queryAccessibleInterface(opened.window.transcript.viewport())
    children: list[QAccessibleInterface] = [area.child(number) for number in range(area.childCount())]
    return [child.text(QAccessible.Text.Name) for child in children if not child.state().invisible]


@pytest.mark.usefixtures("screen_reader")
def test_a_conversation_is_read_in_its_order_with_what_can_be_done(qt_run: Run, home: Path):
    async def read() -> None:
        (home / "notes.txt").write_text("tomatoes", encoding="utf-8")
        call = ToolCall(call_id="1", name="Read", arguments='{"path": "notes.txt"}')
        async with opened_window(home, scripted([call], ["I need **two** tomatoes."])) as opened:
            opened.send("What do I need?")
            await opened.until(lambda: "tomatoes." in opened.text)
            await opened.until_idle()
            names = [name for name in await told(opened) if "first token" not in name]
            assert names[:8] == [
                "You: What do I need?",
                "Edit and send again, in a new session",
                "Read  notes.txt: done",
                "Show details of Read",
                "I need two tomatoes.",
                "Copy this answer",
                "Answer again, in a new session",
                "Go on from here in a new session",
            ]

    qt_run(read())


@pytest.mark.usefixtures("screen_reader")
def test_what_is_told_follows_what_is_seen(qt_run: Run, home: Path):
    async def read() -> None:
        await make_long_session(home, messages=60)
        async with opened_window(home, scripted(["x"])) as opened:
            assert "You: question 59" in await told(opened)
            opened.window.transcript.scroll_to_start()
            names = await told(opened)
            assert "You: question 1" in names
            assert "You: question 59" not in names
            questions = [name for name in names if name.startswith("You: ")]
            assert questions == sorted(questions, key=lambda name: int(name.split()[-1]))
            opened.conversation.new()
            await opened.bridge.finish()
            assert await told(opened) == []

    qt_run(read())


def test_without_a_screen_reader_there_are_no_labels(qt_run: Run, home: Path):
    async def read() -> None:
        async with opened_window(home, scripted(["Hello."])) as opened:
            opened.send("Hi")
            await opened.until(lambda: "Hello." in opened.text)
            await opened.until_idle()
            assert "You: Hi" not in await told(opened)

    qt_run(read())
