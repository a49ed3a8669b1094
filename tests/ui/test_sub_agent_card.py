"""The card of a task that a model handed over: what its sub-agent is doing, and its whole conversation."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from roku_desktop.engine import (
    ApprovalDecided,
    ApprovalRequested,
    Event,
    StepStarted,
    TextDelta,
    ThinkingDelta,
    ToolCall,
    ToolStarted,
)
from roku_desktop.engine.providers.scripted import Waiting
from roku_desktop.ui.sub_agents import doing_now
from roku_desktop.ui.transcript.entries import CallEntry
from roku_desktop.ui.transcript.entry_text import lines_of
from tests.support.display import PictureTaker
from tests.support.minds import TwoMinds, agent
from tests.support.turns import Turn, asked_and_decided, call
from tests.support.windows import OpenedWindow, opened_window
from tests.ui.conftest import Run

HERE: dict[str, Any] = {"session_id": "s", "run_id": "r", "at": 1.0}
READ = ToolCall(call_id="r1", name="Read", arguments='{"path": "a.txt"}')


def test_what_it_is_doing_is_the_newest_thing_that_happened():
    started = StepStarted(**HERE, step=1, provider="p", model="m")
    events: list[Event] = []
    told: list[str] = []
    asked, decided = asked_and_decided(Turn("s", "r"), call(1))
    assert isinstance(asked, ApprovalRequested)
    assert isinstance(decided, ApprovalDecided)
    for event in (
        started,
        ThinkingDelta(**HERE, step=1, text="hm"),
        TextDelta(**HERE, step=1, text="I read"),
        asked,
        decided,
        ToolStarted(**HERE, step=1, call=READ, tier="safe"),
    ):
        events.append(event)
        told.append(doing_now(events))
    assert told == [
        "Waiting for the model…",
        "Thinking…",
        "Writing…",
        "Waits for your approval.",
        "Waiting for the model…",
        "Read  a.txt",
    ]
    assert doing_now([]) == ""


def test_a_card_with_arguments_that_are_no_task_shows_them():
    for arguments in ('{"job": 1}', "[1]", '{"task": 3}', "{"):
        entry = CallEntry(
            run_id="r", call_id="c", name="Agent", arguments="", input=arguments, unfolded=True, output="no"
        )
        assert "no" in list(lines_of(entry)), arguments


async def fold(opened: OpenedWindow) -> None:
    """By key, once the button stands; no events are processed here, as the engine has tasks on their way."""
    while not opened.row_buttons("details of Agent"):
        await asyncio.sleep(0.01)
    head = opened.row_buttons("details of Agent")[0]
    head.setFocus()
    QTest.keyClick(head, Qt.Key.Key_Space)


@pytest.mark.window
def test_a_card_says_what_its_sub_agent_is_doing_and_unfolds_into_its_conversation(
    qt_run: Run, home: Path, screenshot: PictureTaker
):
    async def watch() -> None:
        (home / "a.txt").write_text("alpha\nbeta", encoding="utf-8")
        gate = asyncio.Event()
        words = "Two letters, "
        task = "Look at a.txt and say what stands there."
        model = TwoMinds(
            {
                "parent": [["I hand this over.", agent(task)], ["It is done."]],
                task: [["First I read it.", READ], [words, Waiting(gate), "alpha and beta."]],
            }
        )
        async with opened_window(home, model) as opened:
            happened = opened.bridge.happened_below
            opened.send("parent")
            await opened.until(lambda: "Writing…" in opened.text, happened)
            assert task in opened.text, "the head of the card names the task"
            assert "First I read it." not in opened.text
            await fold(opened)
            await opened.until(
                lambda: "✓  Read  a.txt" in opened.text, opened.conversation.transcript.dataChanged
            )
            assert "First I read it." in opened.text
            screenshot("sub-agent-runs")
            session_id = opened.conversation.session_id
            opened.conversation.new()
            opened.conversation.open(session_id)
            await opened.until(lambda: "Writing…" in opened.text)
            await fold(opened)
            gate.set()
            await opened.until_idle()
            assert "Writing…" not in opened.text
            assert opened.text.count("Two letters, alpha and beta.") == 1, "its last words are the result"
            assert "beta" in opened.text.partition("What it did")[2]
            screenshot("sub-agent-done")
            live = opened.text.partition("It is done.")[0]
            opened.conversation.open(session_id)
            await opened.until_idle()
            await fold(opened)
            await opened.bridge.finish()
            assert opened.text.partition("It is done.")[0] == live

    qt_run(watch())
