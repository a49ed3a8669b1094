"""The models behind the lists and the transcript, without a window."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from roku_desktop.engine import (
    AnswerCompleted,
    AssistantMessage,
    Event,
    Failure,
    PromptAccepted,
    RunRecord,
    SessionSummary,
    StepStarted,
    StoredMessage,
    TextDelta,
    TextPart,
    ThinkingDelta,
    ToolCall,
    ToolFinished,
    ToolMessage,
    ToolResult,
    ToolsAnswered,
    ToolStarted,
    TurnFinished,
    Usage,
    UserMessage,
)
from roku_desktop.ui.live_turns import LiveTurns, joined
from roku_desktop.ui.sessions.model import SUBTITLE_ROLE, SessionModel
from roku_desktop.ui.transcript.entries import (
    AnswerEntry,
    CallEntry,
    Entry,
    MetricsEntry,
    NoticeEntry,
    PromptEntry,
    ThinkingEntry,
)
from roku_desktop.ui.transcript.model import TranscriptModel

HERE: dict[str, Any] = {"session_id": "s", "run_id": "r", "at": 1.0}
CALL = ToolCall(call_id="c", name="Read", arguments='{"path": "a.txt", "limit": 3}')
STARTED = StepStarted(**HERE, step=1, provider="p", model="m")
FINISHED = TurnFinished(**HERE, outcome="completed", model="m", ttft_s=0.5, duration_s=1.5)


def session(name: str, updated_at: float, **more: object) -> SessionSummary:
    summary = SessionSummary(
        session_id=name, title=name, workspace="/home/ada/roku", created_at=0.0, updated_at=updated_at
    )
    return msgspec.structs.replace(summary, **more)


def titles(model: SessionModel) -> list[object]:
    return [model.index(row).data() for row in range(model.rowCount())]


def text(content: str, step: int = 1) -> TextDelta:
    return TextDelta(**HERE, step=step, text=content)


def answer(*parts: TextPart | ToolCall, status: str = "complete") -> AssistantMessage:
    return AssistantMessage(parts=parts, provider="p", model="m", status=status)  # type: ignore[arg-type]  # a literal


def stored(position: int, message: object, run_id: str = "r") -> StoredMessage:
    return StoredMessage(
        message_id=position,
        session_id="s",
        run_id=run_id,
        position=position,
        created_at=float(position),
        message=message,  # type: ignore[arg-type]  # one of the three kinds
    )


def record(run_id: str = "r", status: str = "completed", failure: Failure | None = None) -> RunRecord:
    return RunRecord(
        run_id=run_id,
        session_id="s",
        status=status,  # type: ignore[arg-type]  # a literal
        started_at=0.0,
        finished_at=2.5,
        instance_id="i",
        model="m",
        ttft_s=0.5,
        duration_s=2.5,
        cost_usd=0.0031,
        steps=1,
        usage=Usage(output_tokens=101),
        failure=failure,
    )


# Sessions


def test_sessions_stand_newest_first_with_pinned_ones_ahead(qtbot: QtBot, qtmodeltester: ModelTester):
    model = SessionModel()
    qtmodeltester.check(model)
    model.add_page([session("pinned", 1, pinned=True), session("b", 9), session("a", 5)], complete=True)
    model.upsert(session("new", 10))
    assert titles(model) == ["pinned", "new", "b", "a"]
    model.upsert(session("a", 11))
    assert titles(model) == ["pinned", "a", "new", "b"]
    model.upsert(session("b", 9, title="renamed"))
    assert titles(model) == ["pinned", "a", "new", "renamed"]
    assert model.remove("new") is not None
    assert model.remove("new") is None
    assert titles(model) == ["pinned", "a", "renamed"]


def test_the_next_page_is_asked_for_once_and_never_shown_twice(qtbot: QtBot, qtmodeltester: ModelTester):
    model = SessionModel()
    wanted: list[object] = []
    model.page_wanted.connect(wanted.append)
    model.add_page([session("pinned", 1, pinned=True), session("b", 9), session("a", 5)], complete=False)
    model.fetchMore(model.index(-1))
    model.fetchMore(model.index(-1))
    assert wanted == [5.0]
    model.add_page([session("a", 5), session("old", 2)], complete=True)
    assert titles(model) == ["pinned", "b", "a", "old"]
    assert not model.canFetchMore(model.index(-1))
    qtmodeltester.check(model)


def test_a_new_title_is_wanted_and_not_made_up(qtbot: QtBot):
    model = SessionModel()
    model.add_page([session("a", 5)], complete=True)
    wanted: list[tuple[str, str]] = []
    model.rename_wanted.connect(lambda name, title: wanted.append((name, title)))
    for typed in ("  ", "a", " Better "):
        model.setData(model.index(0), typed)
    assert wanted == [("a", "Better")]
    assert titles(model) == ["a"]


def test_a_session_says_when_it_was_used_and_where(qtbot: QtBot):
    now = 1_700_000_000.0
    model = SessionModel(now=lambda: now)
    model.add_page([session("a", now - 86_400), session("b", now - 400 * 86_400, title="")], complete=True)
    assert str(model.index(0).data(SUBTITLE_ROLE)).endswith(" · roku")
    assert "2022" in str(model.index(1).data(SUBTITLE_ROLE))
    assert titles(model)[1] == "New session"


# Transcript


@pytest.fixture
def transcript(qtbot: QtBot, qtmodeltester: ModelTester) -> TranscriptModel:
    model = TranscriptModel()
    qtmodeltester.check(model)
    return model


def play(model: TranscriptModel, *events: object) -> tuple[Entry, ...]:
    for event in events:
        model.apply(event)  # type: ignore[arg-type]  # any event
    return tuple(model.entries())


ASKED = PromptAccepted(**HERE, message=UserMessage(text="Why?"))


def test_deltas_grow_one_answer_and_the_end_settles_it(transcript: TranscriptModel):
    entries = play(transcript, ASKED, STARTED, text("Be"), text("cause"))
    assert entries == (
        PromptEntry(run_id="r", text="Why?"),
        AnswerEntry(run_id="r", text="Because", growing=True),
    )
    done = AnswerCompleted(**HERE, step=1, message=answer(TextPart(text="Because")))
    end = msgspec.structs.replace(FINISHED, usage=Usage(output_tokens=101))
    assert play(transcript, done, end)[1:] == (
        AnswerEntry(run_id="r", text="Because"),
        MetricsEntry(run_id="r", model="m", ttft_s=0.5, tokens_per_s=100.0),
    )


def test_thinking_and_text_are_entries_of_their_own(transcript: TranscriptModel):
    thinking = ThinkingDelta(**HERE, step=1, text="Hm")
    assert play(transcript, STARTED, thinking, text("So")) == (
        ThinkingEntry(run_id="r", text="Hm"),
        AnswerEntry(run_id="r", text="So", growing=True),
    )


def test_a_call_shows_from_the_answer_to_its_result(transcript: TranscriptModel):
    done = AnswerCompleted(**HERE, step=1, message=answer(TextPart(text="Let me look."), CALL))
    waiting = CallEntry(
        run_id="r", call_id="c", name="Read", arguments="a.txt  limit=3", input=CALL.arguments
    )
    assert play(transcript, STARTED, text("Let me look."), done)[-1] == waiting
    started = ToolStarted(**HERE, step=1, call=CALL, tier="safe")
    assert play(transcript, started)[-1] == msgspec.structs.replace(waiting, state="running")
    result = ToolResult(
        call_id="c", name="Read", content="No such file\nat all", outcome="error", elapsed_ms=3.0
    )
    finished = ToolFinished(**HERE, step=1, call=CALL, tier="safe", result=result)
    assert play(transcript, finished)[-1] == msgspec.structs.replace(
        waiting, state="error", elapsed_ms=3.0, detail="No such file", output="No such file\nat all"
    )


def test_a_call_that_had_no_result_is_interrupted_by_the_end(transcript: TranscriptModel):
    done = AnswerCompleted(**HERE, step=1, message=answer(CALL))
    started = ToolStarted(**HERE, step=1, call=CALL, tier="safe")
    stopped = msgspec.structs.replace(FINISHED, outcome="cancelled", ttft_s=None)
    call, notice = play(transcript, STARTED, done, started, stopped)
    assert isinstance(call, CallEntry)
    assert call.state == "interrupted"
    assert notice == NoticeEntry(run_id="r", sentence="You stopped this answer.")


def test_going_on_takes_the_end_of_the_run_away_and_hides_the_nudge(transcript: TranscriptModel):
    stopped = msgspec.structs.replace(FINISHED, outcome="interrupted")
    play(transcript, ASKED, STARTED, text("Half"), stopped)
    nudge = PromptAccepted(**HERE, message=UserMessage(text="go on", origin="runtime"), resumed=True)
    assert play(transcript, nudge, STARTED, text("rest")) == (
        PromptEntry(run_id="r", text="Why?"),
        AnswerEntry(run_id="r", text="Half"),
        AnswerEntry(run_id="r", text="rest", growing=True),
    )


def test_a_run_that_goes_on_answers_the_call_it_waits_with(transcript: TranscriptModel):
    """After a restart: the call that was asked for is no second one."""
    transcript.show_page([stored(1, UserMessage(text="Why?")), stored(2, answer(CALL))], {"r": record()})
    approved = PromptAccepted(**HERE, message=None, resumed=True)
    started = ToolStarted(**HERE, step=1, call=CALL, tier="requires_approval")
    play(transcript, approved, started)
    assert [entry.state for entry in transcript.entries() if isinstance(entry, CallEntry)] == ["running"]
    result = ToolResult(call_id="c", name="Read", content="x", elapsed_ms=3.0)
    play(transcript, ToolsAnswered(**HERE, step=1, message=ToolMessage(results=(result,))), STARTED)
    assert [entry.state for entry in transcript.entries() if isinstance(entry, CallEntry)] == ["ok"]


def test_a_stored_failure_says_what_helps(transcript: TranscriptModel):
    failure = Failure(kind="RateLimit", message="Too many requests.", next_step="Wait a moment.")
    transcript.show_page([stored(1, UserMessage(text="Hi"))], {"r": record(status="failed", failure=failure)})
    assert transcript.entries()[1] == NoticeEntry(
        run_id="r", sentence="Too many requests.", next_step="Wait a moment.", failed=True
    )


def test_a_page_before_closes_only_the_runs_that_end_in_it(transcript: TranscriptModel):
    """A run and its calls may lie across the border of two pages."""
    result = ToolResult(call_id="c", name="Read", content="x", elapsed_ms=1.0)
    newer = [stored(4, ToolMessage(results=(result,))), stored(5, answer(TextPart(text="Done")))]
    older = [
        stored(1, UserMessage(text="Old"), "q"),
        stored(2, UserMessage(text="Why?")),
        stored(3, answer(CALL)),
    ]
    runs = {"r": record(), "q": record("q", "cancelled")}
    transcript.show_page(newer, runs)
    transcript.fill_gap(1, 3, [*older, newer[0]], runs)
    kinds = [type(entry).__name__ for entry in transcript.entries()]
    assert kinds == [
        "PromptEntry",
        "NoticeEntry",
        "MetricsEntry",
        "PromptEntry",
        "CallEntry",
        "AnswerEntry",
        "MetricsEntry",
    ]
    call = transcript.entry(4)
    assert isinstance(call, CallEntry)
    assert call.state == "ok"
    assert transcript.gap_at(1) is None


# Live turns


def test_neighbouring_deltas_of_one_kind_and_step_are_joined():
    thinking = ThinkingDelta(**HERE, step=1, text="x")
    events: list[Event] = [text("a"), text("b"), thinking, text("c"), text("d", step=2)]
    assert joined(events) == [text("ab"), thinking, text("c"), text("d", step=2)]


def test_a_running_turn_is_kept_until_its_end():
    live = LiveTurns()
    live.note([ASKED, STARTED, text("a")])
    live.note([text("b")])
    turn = live.get("s")
    assert turn is not None
    assert turn.events == [ASKED, STARTED, text("ab")]
    assert not turn.holds(stored(0, UserMessage(text="before")))
    live.note([FINISHED])
    assert live.get("s") is None
    assert turn.events[-1] == FINISHED
