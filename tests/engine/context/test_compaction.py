"""Long conversations through the whole engine: what models are sent, what is stored, what is told."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from roku_desktop.engine import (
    AutoCompactCircuitBreakerTripped,
    CacheBreakDetected,
    CompactComplete,
    CompactTriggered,
    MicrocompactRan,
    MidCompactLayer1Ran,
    OutputSlotEscalated,
    ReactiveCompactTriggered,
    Usage,
)
from roku_desktop.engine.context.estimate import base_tokens, request_tokens
from roku_desktop.engine.context.prompt import system_prompt
from roku_desktop.engine.context.session_context import COOLDOWN_S
from roku_desktop.engine.errors import ContextWindowExceeded, ServerError
from roku_desktop.engine.messages import AssistantMessage, AssistantPart, ToolCall, ToolMessage, UserMessage
from roku_desktop.engine.providers.scripted import ScriptedAnswer, Waiting
from roku_desktop.engine.settings import (
    BudgetSettings,
    ContextSettings,
    EngineSettings,
    Resilience,
    ToolSettings,
)
from roku_desktop.engine.tools.agent import AgentTool
from roku_desktop.engine.tools.catalogue import standard_catalogue
from roku_desktop.engine.tools.remember import RememberTool
from tests.support.clocks import HeldClock
from tests.support.engines import Heard
from tests.support.labs import Lab, configured, engine_of, say, settings_of

ROOM = 11_000
TOOLS = (
    standard_catalogue(ToolSettings())
    .plus(RememberTool(None))  # type: ignore[arg-type]  # what it is told of alone
    .plus(AgentTool(None))  # type: ignore[arg-type]
)
BASE = base_tokens(system_prompt(Path.cwd(), HeldClock()), TOOLS.specs())
WINDOW = (ROOM + BASE) * 8 // 7
"""With so much room for a conversation, whatever the tools take."""
STORY = "Use the port 8443. " + "It is a long story. " * 400
"""About 18 % of that room, with one decision in it."""
NOTES = "## Goal\nThe story.\n## Decisions and facts\nPort 8443.\n## State\nTold.\n## Open\nNothing."


class CountingLab(Lab):
    """Counts what it reads as it is estimated, and caches it as `cached` says, answer by answer."""

    cached: tuple[int, ...] = ()
    tokens_per_estimated: float = 1.0

    def _message(self, answer: ScriptedAnswer, parts: list[AssistantPart], model: str) -> AssistantMessage:
        number = len(self.requests)
        usage = Usage(
            input_tokens=round(request_tokens(self.requests[-1]) * self.tokens_per_estimated),
            output_tokens=5,
            cache_read_tokens=self.cached[number - 1] if number <= len(self.cached) else 0,
        )
        return msgspec.structs.replace(super()._message(answer, parts, model), usage=usage)


class CutLab(Lab):
    """Each answer but the last one of the script is cut by its limit."""

    def _message(self, answer: ScriptedAnswer, parts: list[AssistantPart], model: str) -> AssistantMessage:
        cut = len(self.requests) < len(self._answers)
        message = super()._message(answer, parts, model)
        return msgspec.structs.replace(message, stop_reason="max_tokens" if cut else "end_turn")


def small(*names: str, budget: BudgetSettings | None = None, ahead: bool = False) -> EngineSettings:
    providers = [configured(name, context_window_tokens=WINDOW) for name in names]
    return settings_of(
        *providers,
        resilience=Resilience(max_retries=0),
        budget=budget or BudgetSettings(),
        context=ContextSettings(session_summary=ahead),
    )


def first_text(lab: Lab, request: int = -1) -> str:
    message = lab.requests[request].messages[0]
    assert isinstance(message, UserMessage)
    return message.text


async def test_from_sixty_percent_on_the_older_half_is_sent_as_a_digest_and_nothing_is_lost(tmp_path: Path):
    lab = CountingLab("a")
    async with engine_of(tmp_path, lab, settings=small("a")) as engine:
        heard = Heard(engine)
        session_id = (await say(engine, STORY)).session_id
        for _ in range(3):
            await say(engine, STORY, session_id=session_id)
        (ran,) = [event for event in heard if isinstance(event, MidCompactLayer1Ran)]
        assert ran.compaction.outcome == "kept"
        assert ran.compaction.tokens_after < ran.compaction.tokens_before
        assert "8443" in first_text(lab)
        assert len(await engine.messages(session_id)) == 8
        assert lab.requests[-1].messages[-1] == UserMessage(text=STORY)
    again = CountingLab("a")
    async with engine_of(tmp_path, again, settings=small("a")) as engine:
        await say(engine, "And now?", session_id=session_id)
    assert first_text(again) == ran.compaction.text


async def test_what_is_sent_begins_the_same_from_one_compaction_to_the_next(tmp_path: Path):
    lab = CountingLab("a")
    async with engine_of(tmp_path, lab, settings=small("a")) as engine:
        heard = Heard(engine)
        session_id = (await say(engine, STORY)).session_id
        for _ in range(20):
            await say(engine, "It is a story. " * 100, session_id=session_id)
    shortened = sum(isinstance(event, MidCompactLayer1Ran) for event in heard)
    sent = [request.messages for request in lab.requests]
    breaks = sum(now[: len(before)] != before for before, now in pairwise(sent))
    assert 0 < breaks == shortened


async def test_a_leap_is_summarised_by_the_model_which_is_paid_for(tmp_path: Path):
    lab = CountingLab("a", "Hello.", "Hello.", NOTES, "Here I am.")

    async def price(_provider: str, _model: str, _usage: Usage) -> float | None:
        return 0.5

    async with engine_of(tmp_path, lab, settings=small("a"), price=price) as engine:
        heard = Heard(engine)
        session_id = (await say(engine, STORY)).session_id
        await say(engine, STORY, session_id=session_id)
        ended = await say(engine, STORY * 3, session_id=session_id)
        (complete,) = [event for event in heard if isinstance(event, CompactComplete)]
        assert complete.compaction.layer == "summary"
        assert (complete.compaction.provider, complete.compaction.usage.output_tokens) == ("a", 5)
        assert [kind for kind in heard.kinds() if "Compact" in kind] == [
            "CompactTriggered",
            "CompactComplete",
        ]
        assert "The story." in first_text(lab)
        assert ended.cost_usd == 1.0
        assert ended.usage.output_tokens == 5 + 5
        assert (await engine.run(ended.run_id)).usage == ended.usage
        assert [row.answers for row in await engine.costs()] == [4]


async def test_a_summary_that_forgets_a_decision_gets_it_back(tmp_path: Path):
    lab = CountingLab("a", "Hello.", "Hello.", "## Goal\nNothing.", "Here I am.")
    async with engine_of(tmp_path, lab, settings=small("a")) as engine:
        heard = Heard(engine)
        session_id = (await say(engine, STORY)).session_id
        await say(engine, STORY, session_id=session_id)
        await say(engine, STORY * 3, session_id=session_id)
    (complete,) = [event for event in heard if isinstance(event, CompactComplete)]
    assert complete.compaction.outcome == "repaired"
    assert "Use the port 8443." in first_text(lab)


async def test_after_three_failures_no_model_is_asked_until_the_cool_down_is_over(tmp_path: Path):
    clock = HeldClock()
    broken = ServerError("no", provider="a")
    lab = CountingLab("a", "Hello.", broken, "One.", broken, "Two.", broken, "Three.", "Four.", NOTES, "Hi.")
    async with engine_of(tmp_path, lab, settings=small("a"), clock=clock) as engine:
        heard = Heard(engine)
        session_id = (await say(engine, STORY)).session_id
        for _ in range(4):
            await say(engine, STORY * 4, session_id=session_id)
        (tripped,) = [event for event in heard if isinstance(event, AutoCompactCircuitBreakerTripped)]
        assert tripped.until == clock.now() + COOLDOWN_S
        asked = len(lab.requests)
        assert asked == 1 + 3 * 2 + 1
        completed = [event for event in heard if isinstance(event, CompactComplete)]
        assert [event.compaction.outcome for event in completed] == ["mechanical"] * 4
        assert completed[0].failure is not None
        clock.advance(COOLDOWN_S)
        await say(engine, STORY * 4, session_id=session_id)
        assert len(lab.requests) == asked + 2
        assert [event for event in heard if isinstance(event, CompactComplete)][
            -1
        ].compaction.outcome != "mechanical"


async def test_a_turn_that_is_stopped_while_its_summary_is_written_leaves_all_as_it_was(tmp_path: Path):
    never, reached = asyncio.Event(), asyncio.Event()
    lab = CountingLab("a", "Hello.", "Hello.", (Waiting(never, reached), NOTES), NOTES, "Here I am.")
    async with engine_of(tmp_path, lab, settings=small("a")) as engine:
        session_id = (await say(engine, STORY)).session_id
        await say(engine, STORY, session_id=session_id)
        await engine.ask(session_id, STORY * 3)
        await reached.wait()
        await engine.stop(session_id)
        assert lab.open_streams == 0
        assert await engine.compactions(session_id) == []
        ended = await say(engine, "And?", session_id=session_id)
        assert ended.outcome == "completed"
        assert len(await engine.compactions(session_id)) == 1


async def test_a_window_that_is_exceeded_is_met_by_sending_less_once(tmp_path: Path):
    exceeded = ContextWindowExceeded("too long", provider="a")
    lab = CountingLab("a", "Hello.", "Hello.", exceeded, NOTES, "Here I am.")
    async with engine_of(tmp_path, lab, settings=small("a")) as engine:
        heard = Heard(engine)
        session_id = (await say(engine, STORY)).session_id
        await say(engine, STORY, session_id=session_id)
        ended = await say(engine, "And?", session_id=session_id)
    assert ended.outcome == "completed"
    assert sum(isinstance(event, ReactiveCompactTriggered) for event in heard) == 1
    (complete,) = [event for event in heard if isinstance(event, CompactComplete)]
    assert complete.compaction.layer == "reactive"
    refused, answered = lab.requests[2], lab.requests[4]
    assert sum(map(len, map(str, answered.messages))) < sum(map(len, map(str, refused.messages))) / 2
    assert answered.messages[-1] == UserMessage(text="And?")


@pytest.mark.parametrize("before", ["", STORY], ids=["nothing to shorten", "twice"])
async def test_a_window_that_stays_exceeded_fails_the_turn(tmp_path: Path, before: str):
    exceeded = ContextWindowExceeded("too long", provider="a")
    script = ["Hello.", "Hello.", exceeded, NOTES, exceeded] if before else [exceeded]
    lab = CountingLab("a", *script)
    async with engine_of(tmp_path, lab, settings=small("a")) as engine:
        session_id = ""
        for prompt in [before] * (2 if before else 0):
            session_id = (await say(engine, prompt, session_id=session_id)).session_id
        ended = await say(engine, "And?", session_id=session_id)
    assert ended.failure is not None
    assert ended.failure.kind == "ContextWindowExceeded"


async def test_older_results_are_sent_as_lines_while_the_newest_three_stay(tmp_path: Path):
    notes = tmp_path / "notes.txt"
    notes.write_text("It is a long story. " * 250)
    calls = [(ToolCall(call_id=f"c{n}", name="Read", arguments='{"path": "notes.txt"}'),) for n in range(6)]
    lab = CountingLab("a", *calls, "Done.")
    async with engine_of(tmp_path / "home", lab, settings=small("a")) as engine:
        heard = Heard(engine)
        session = await engine.create_session(tmp_path)
        await (await engine.ask(session.session_id, "Read it.")).result()
    assert any(isinstance(event, MicrocompactRan) for event in heard)
    results = [one for one in lab.requests[-1].messages if isinstance(one, ToolMessage)]
    assert len(results) == 6
    whole = ["long story" in one.results[0].content for one in results]
    assert whole[-3:] == [True] * 3
    assert not whole[0]


async def test_what_was_counted_corrects_the_estimate_also_after_a_restart(tmp_path: Path):
    lab = CountingLab("a")
    lab.tokens_per_estimated = 1.8
    async with engine_of(tmp_path, lab, settings=small("a")) as engine:
        session_id = (await say(engine, STORY)).session_id
    async with engine_of(tmp_path, lab, settings=small("a")) as engine:
        heard = Heard(engine)
        await say(engine, STORY, session_id=session_id)
        # It is counted as nearly twice of what was estimated: two prompts are as much as four.
        assert any(isinstance(event, MidCompactLayer1Ran | CompactTriggered) for event in heard)


async def test_an_answer_that_reached_its_limit_goes_on(tmp_path: Path):
    lab = CutLab("a", "The first half", " and the second.")
    async with engine_of(tmp_path, lab) as engine:
        heard = Heard(engine)
        ended = await say(engine, "Tell me.")
        messages = [stored.message for stored in await engine.messages(ended.session_id)]
    assert ended.outcome == "completed"
    assert [event.continuations for event in heard if isinstance(event, OutputSlotEscalated)] == [1]
    assert [type(message).__name__ for message in messages] == [
        "UserMessage", "AssistantMessage", "UserMessage", "AssistantMessage",
    ]  # fmt: skip
    assert isinstance(messages[2], UserMessage)
    assert messages[2].origin == "runtime"
    assert lab.requests[1].messages[-1] == messages[2]


async def test_an_answer_that_never_ends_is_let_go_after_three_continuations(tmp_path: Path):
    lab = CutLab("a", *["More."] * 10)
    async with engine_of(tmp_path, lab) as engine:
        ended = await say(engine, "Tell me.")
    assert ended.outcome == "completed"
    assert len(lab.requests) == 4


async def test_a_broken_cache_is_told_with_what_changed(tmp_path: Path):
    lab = CountingLab("a")
    lab.cached = (50_000, 50_100, 10)
    async with engine_of(tmp_path, lab) as engine:
        heard = Heard(engine)
        session_id = (await say(engine)).session_id
        await say(engine, session_id=session_id)
        await engine.plan_session(session_id, plan=True)
        await say(engine, session_id=session_id)
    (broken,) = [event for event in heard if isinstance(event, CacheBreakDetected)]
    assert (broken.cached_before, broken.cached_now) == (50_100, 10)
    assert broken.changed == ("system",)
