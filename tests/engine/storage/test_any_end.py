"""Any turn, cut anywhere and closed by any outcome, leaves a valid history. Generated turns."""

from __future__ import annotations

import tempfile
from contextlib import aclosing
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roku_desktop.engine.events import Event, Outcome, TurnFinished
from roku_desktop.engine.messages import AssistantMessage
from roku_desktop.engine.storage.store import SqliteStore
from tests.support.history import assert_valid
from tests.support.turns import Turn, call, result_of

OUTCOMES: tuple[Outcome, ...] = ("completed", "failed", "cancelled", "interrupted")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@st.composite
def turns(draw: st.DrawFn, session_id: str = "ses_1", run_id: str = "run_1") -> list[Event]:
    """What a loop could yield: steps with deltas, answers with calls, results in any order."""
    turn = Turn(session_id, run_id)
    events: list[Event] = [turn.prompt()]
    numbers = iter(range(100))
    for step in range(1, draw(st.integers(1, 3)) + 1):
        events += [turn.step(step), turn.sent(step), turn.first_byte(step)]
        events += [turn.thinking(text, step) for text in draw(st.lists(TEXTS, max_size=2))]
        events += [turn.text(text, step) for text in draw(st.lists(TEXTS, max_size=3))]
        calls = tuple(call(next(numbers)) for _ in range(draw(st.integers(0, 3))))
        text = draw(TEXTS) if calls else "answer"
        events.append(turn.answer(text, step, calls=calls))
        if not calls:
            break
        for started in draw(st.permutations(calls)):
            events += [turn.tool_started(started, step), turn.tool_finished(started, "fine", step)]
        events.append(turn.tools_answered(*(result_of(each) for each in calls), step=step))
    return events


def batches(events: list[Event], cuts: list[bool]) -> list[list[Event]]:
    """The outlet hands over what gathered meanwhile: one event, or several."""
    groups: list[list[Event]] = [[]]
    for event, cut in zip(events, [*cuts, *[True] * len(events)], strict=False):
        groups[-1].append(event)
        if cut:
            groups.append([])
    return groups


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_any_turn_cut_anywhere_leaves_a_valid_history(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with aclosing(await SqliteStore.open(Path(folder) / "home")) as store:
            session_id = (await store.create_session(workspace="/work")).session_id
            events = data.draw(turns(session_id))
            kept = events[: data.draw(st.integers(1, len(events)))]
            for batch in batches(kept, data.draw(st.lists(st.booleans(), max_size=len(kept)))):
                await store.append(batch)
            outcome = data.draw(st.sampled_from(OUTCOMES))
            end = TurnFinished(session_id=session_id, run_id="run_1", at=2000.0, outcome=outcome)
            closed = await store.finish_run(end)
            history = (await store.conversation(session_id)).messages
            assert_valid(history)
            assert [stored.message for stored in closed.appended] == history[
                len(history) - len(closed.appended) :
            ]
            assert_text_kept(kept, closed)
            await store.append([Turn(session_id, "run_2").prompt()])
            assert await store.problems() == []


def assert_text_kept(kept: list[Event], closed: TurnFinished) -> None:
    """What was streamed of an answer that never came is in what closing added."""
    answered = max(
        (i for i, event in enumerate(kept) if type(event).__name__ == "AnswerCompleted"), default=-1
    )
    streamed = "".join(event.text for event in kept[answered + 1 :] if type(event).__name__ == "TextDelta")  # type: ignore[union-attr]  # deltas have text
    added = "".join(
        stored.message.text for stored in closed.appended if isinstance(stored.message, AssistantMessage)
    )
    assert added == streamed
