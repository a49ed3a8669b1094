"""What stands beside a conversation: what was remembered for a prompt, what became a summary."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from roku_desktop.engine import (
    AssistantMessage,
    CompactComplete,
    Compaction,
    Memory,
    PromptAccepted,
    RunRecord,
    StoredMessage,
    TextPart,
    TurnFinished,
    UserMessage,
    memories_in,
)
from roku_desktop.engine.memory.prompt import as_read
from roku_desktop.engine.records import Recalled
from roku_desktop.ui.transcript.entries import CompactionEntry, RecalledEntry
from roku_desktop.ui.transcript.entry_text import markdown_of, spoken
from roku_desktop.ui.transcript.model import TranscriptModel
from tests.support.display import PictureTaker
from tests.support.labs import Lab
from tests.support.windows import OpenedWindow, drawn, opened_window
from tests.ui.conftest import Run

COMPACTION = Compaction(
    compaction_id="c",
    layer="summary",
    covers=84,
    text="You build a boat.",
    tokens_before=12_000,
    tokens_after=3_000,
)


def recalled(*texts: str) -> str:
    memories = [
        Memory(
            memory_id=f"mem_{number}",
            scope="global",
            owner="",
            text=text,
            source="person",
            created_at=1.0,
            updated_at=1.0,
        )
        for number, text in enumerate(texts)
    ]
    return as_read([Recalled(memory=memory, score=1.0) for memory in memories])


def test_what_was_remembered_is_told_as_it_was_sent():
    assert memories_in(recalled("Answer in\nFrench.", "- a dash")) == ["Answer in French.", "- a dash"]
    assert memories_in("") == []


def test_a_prompt_tells_what_was_remembered_for_it_live_and_stored():
    message = UserMessage(text="Hello", recalled=recalled("Answer in French.", "The boat is blue."))
    live, stored = TranscriptModel(), TranscriptModel()
    live.apply(PromptAccepted(session_id="s", run_id="r", at=1.0, message=message))
    stored.show_page([stored_at(1, 1.0, message)], {})
    assert live.entries() == stored.entries()
    card = live.entry(1)
    assert card == RecalledEntry(run_id="r", memories=("Answer in French.", "The boat is blue."))
    assert spoken(card) == "2 remembered"
    live.fold(1)
    assert spoken(live.entry(1)) == "2 remembered\nAnswer in French.\nThe boat is blue."
    assert markdown_of(live.entry(1)) == "", "it is no part of what was said"


def stored_at(position: int, at: float, message: UserMessage | AssistantMessage) -> StoredMessage:
    return StoredMessage(
        message_id=position, session_id="s", run_id="r", position=position, created_at=at, message=message
    )


def answer(text: str) -> AssistantMessage:
    return AssistantMessage(parts=(TextPart(text=text),), provider="p", model="m")


PAGE = [stored_at(1, 1.0, UserMessage(text="Hello")), stored_at(2, 5.0, answer("Hi."))]
RUN = RunRecord(
    run_id="r", session_id="s", status="completed", started_at=1.0, finished_at=6.0, instance_id="i"
)


@pytest.mark.parametrize(
    ("made_at", "row"), [(0.5, None), (1.0, 1), (4.0, 1), (5.5, 2), (6.0, 3), (900.0, 3)]
)
def test_a_summary_stands_where_it_was_made(made_at: float, row: int | None):
    model = TranscriptModel()
    model.show_page(PAGE, {"r": RUN}, compactions=[(made_at, COMPACTION)])
    places = [place for place, entry in enumerate(model.entries()) if isinstance(entry, CompactionEntry)]
    assert places == ([] if row is None else [row]), "one of an earlier page stands there"


def test_a_summary_between_two_pages_stands_on_one_of_them():
    later = [
        msgspec.structs.replace(stored, position=stored.position + 2, created_at=stored.created_at + 10)
        for stored in PAGE
    ]
    for made_at in (5.0, 8.0, 11.0, 12.0):
        model = TranscriptModel()
        made = [(made_at, COMPACTION)]
        model.show_page(later, {}, compactions=made)
        model.fill_gap(1, 2, [*PAGE, *later[:1]], {}, {}, made)
        shown = [entry for entry in model.entries() if isinstance(entry, CompactionEntry)]
        assert len(shown) == 1, made_at


def test_a_summary_made_by_hand_stays_when_the_run_above_goes_on():
    model = TranscriptModel()
    here = {"session_id": "s", "at": 1.0}
    model.apply(PromptAccepted(**here, run_id="r", message=UserMessage(text="Hello")))  # type: ignore[arg-type]
    model.apply(TurnFinished(**here, run_id="r", outcome="cancelled"))  # type: ignore[arg-type]
    model.apply(CompactComplete(**here, run_id="", compaction=COMPACTION, duration_s=1.0))  # type: ignore[arg-type]
    model.apply(PromptAccepted(**here, run_id="r", message=None, resumed=True))  # type: ignore[arg-type]
    assert [type(entry).__name__ for entry in model.entries()] == ["PromptEntry", "CompactionEntry"]


def test_a_summary_says_what_it_stands_for_and_opens():
    model = TranscriptModel()
    made = msgspec.structs.replace(COMPACTION, prompt=80, model="lab-1", lost=2)
    model.show_page(PAGE, {}, compactions=[(9.0, made)])
    row = len(model.entries()) - 1
    assert spoken(model.entry(row)) == (
        "Here 83 messages became this summary  about 12,000 tokens are sent as 3,000"
    )
    model.fold(row)
    told = spoken(model.entry(row))
    assert "Written by lab-1" in told
    assert "For 2 facts there was no room" in told
    assert told.endswith("You build a boat.")


async def press(opened: OpenedWindow, name: str) -> None:
    """Fold a card by key."""
    button = opened.row_buttons(name)[0]
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    await drawn()


def since_the_summary(opened: OpenedWindow) -> str:
    """What the transcript shows behind it, without the figures."""
    return opened.text.rpartition("became this summary")[2].partition("first token")[0]


@pytest.mark.window
def test_a_person_reads_what_was_remembered_and_what_became_a_summary(
    qt_run: Run, home: Path, screenshot: PictureTaker
):
    async def read() -> None:
        async with opened_window(home, Lab("lab", *["word " * 3_000] * 6, "The boat is **blue**.")) as opened:
            await opened.engine.memories.remember_all(["The boat is blue.", "Answer in French."], "global")
            for number in range(5):
                opened.window.composer.set_text(f"{number} " + "please " * 2_000)
                opened.window.composer.send()
                await opened.until_idle()
            opened.window.composer.set_text("/compact")
            opened.window.composer.send()
            await opened.until(lambda: "messages became this summary" in opened.text)
            opened.send("Which colour has the boat?")
            await opened.until_idle()
            await drawn()
            assert "2 remembered" in opened.text
            assert "Answer in French." not in opened.text
            await press(opened, "Show details of what was remembered")
            assert "Answer in French." in opened.text
            live = since_the_summary(opened)
            opened.conversation.open(opened.conversation.session_id)
            await opened.until_idle()
            await drawn()
            await press(opened, "Show details of what was remembered")
            assert since_the_summary(opened) == live
            opened.window.clear_notice()
            await press(opened, "Show details of the summary")
            assert "every message stays in this conversation" in opened.text
            screenshot("cards")

    qt_run(read())
