"""A turn from the prompt to its end, on a real database: what happens, what stays, what a stop leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from roku_desktop.engine import (
    AssistantMessage,
    ConfigurationError,
    Engine,
    ModelChoice,
    ProviderPinned,
    RunNotResumableError,
    SessionBusyError,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from roku_desktop.engine.errors import QuotaExceeded, RateLimit, StreamInterrupted
from roku_desktop.engine.events import AnswerCompleted, PromptAccepted, TextDelta, ToolStarted, TurnFinished
from roku_desktop.engine.ports import ChatRequest, ProviderItem, RequestOnWire, TextChunk
from roku_desktop.engine.providers.scripted import ScriptedProvider, Thinking, Waiting
from roku_desktop.engine.settings import EngineSettings, LlmSettings, LoopSettings, Pin, ProviderSettings
from tests.support.engines import Heard, engine_on, scripted, settings_for


def read(path: str, call_id: str = "c1") -> ToolCall:
    return ToolCall(call_id=call_id, name="Read", arguments=f'{{"path": "{path}"}}')


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "a.txt").write_text("alpha\n", encoding="utf-8")
    (folder / "b.txt").write_text("beta\n", encoding="utf-8")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


async def say(
    engine: Engine,
    workspace: Path,
    prompt: str = "Hello",
    *,
    session_id: str = "",
    choice: ModelChoice | None = None,
) -> TurnFinished:
    """One whole turn, in a new session unless one is named."""
    session_id = session_id or (await engine.create_session(workspace)).session_id
    turn = await engine.ask(session_id, prompt, choice=choice or ModelChoice())
    return await turn.result()


async def history(engine: Engine, session_id: str) -> list[object]:
    return [stored.message for stored in await engine.messages(session_id)]


async def test_an_answer_is_streamed_stored_and_finished(home: Path, workspace: Path) -> None:
    async with engine_on(home, scripted(["Hel", "lo"])) as engine:
        heard = Heard(engine)
        finished = await say(engine, workspace, "Hi")
        assert finished.outcome == "completed"
        assert finished.ttft_s is not None
        assert 0 <= finished.ttft_s <= finished.duration_s
        assert (finished.provider, finished.model) == ("scripted", "scripted-1")
        assert finished.usage.output_tokens == 5
        text = "".join(event.text for event in heard if isinstance(event, TextDelta))
        assert text == "Hello"
        prompt, answer = await history(engine, finished.session_id)
        assert prompt == UserMessage(text="Hi")
        assert isinstance(answer, AssistantMessage)
        assert (answer.text, answer.status) == ("Hello", "complete")
        assert heard.kinds()[1:3] == ["PromptAccepted", "StepStarted"]
        assert heard.kinds()[-2:] == ["AnswerCompleted", "TurnFinished"]


async def test_what_is_published_is_on_disk_already(home: Path, workspace: Path) -> None:
    async with engine_on(home, scripted(["Hello"])) as engine:
        stored: list[asyncio.Task[object]] = []

        def look(event: object) -> None:
            if isinstance(event, PromptAccepted | AnswerCompleted):
                stored.append(asyncio.create_task(history(engine, event.session_id)))

        engine.subscribe(look)
        await say(engine, workspace)
        at_prompt, at_answer = await asyncio.gather(*stored)
        assert isinstance(at_prompt, list)
        assert isinstance(at_answer, list)
        assert at_prompt[0] == UserMessage(text="Hello")
        assert len(at_answer) == 2


async def test_the_next_turn_sees_the_conversation_so_far(home: Path, workspace: Path) -> None:
    provider = scripted(["one"], ["two"])
    async with engine_on(home, provider) as engine:
        first = await say(engine, workspace, "first")
        await say(engine, workspace, "second", session_id=first.session_id)
        sent = provider.requests[-1].messages
        assert [getattr(message, "text", None) for message in sent] == ["first", "one", "second"]


async def test_the_stable_prompt_and_the_tools_are_byte_identical_between_turns(
    home: Path, workspace: Path
) -> None:
    provider = scripted(["one"])
    async with engine_on(home, provider) as engine:
        await say(engine, workspace)
        await say(engine, workspace)
    first, second = provider.requests
    assert first.system.stable == second.system.stable
    assert [spec.schema for spec in first.tools] == [spec.schema for spec in second.tools]
    assert first.tools


async def test_tools_run_and_their_results_go_back_in_call_order(home: Path, workspace: Path) -> None:
    provider = scripted([read("a.txt", "c1"), read("b.txt", "c2")], ["done"])
    async with engine_on(home, provider) as engine:
        heard = Heard(engine)
        finished = await say(engine, workspace)
    assert finished.outcome == "completed"
    results = provider.requests[1].messages[-1]
    assert isinstance(results, ToolMessage)
    assert [(result.call_id, result.outcome) for result in results.results] == [("c1", "ok"), ("c2", "ok")]
    assert "alpha" in results.results[0].content
    assert "beta" in results.results[1].content
    assert heard.kinds().count("ToolFinished") == 2


async def test_a_call_of_a_tool_that_nobody_has_is_refused_and_the_turn_goes_on(
    home: Path, workspace: Path
) -> None:
    unknown = ToolCall(call_id="w", name="WriteNow", arguments='{"path": "x", "content": "y"}')
    provider = scripted([unknown], ["I can't do that."])
    async with engine_on(home, provider) as engine:
        heard = Heard(engine)
        finished = await say(engine, workspace)
    assert finished.outcome == "completed"
    results = provider.requests[1].messages[-1]
    assert isinstance(results, ToolMessage)
    assert results.results[0].outcome == "refused"
    assert "is not a tool here" in results.results[0].content
    assert not any(isinstance(event, ToolStarted) for event in heard)
    assert not (workspace / "x").exists()


async def test_failed_tool_calls_use_up_the_recovery_budget(home: Path, workspace: Path) -> None:
    provider = scripted([read("missing.txt")])
    async with engine_on(home, provider) as engine:
        finished = await say(engine, workspace)
        assert finished.outcome == "failed"
        assert finished.failure is not None
        assert finished.failure.kind == "BudgetExceeded"
        assert len(provider.requests) == 6  # five may fail, the sixth is one too many
        assert_valid(await history(engine, finished.session_id))


async def test_a_turn_without_an_end_stops_at_its_step_budget(home: Path, workspace: Path) -> None:
    provider = scripted([read("a.txt")])
    settings = EngineSettings(llm=settings_for("scripted").llm, loop=LoopSettings(initial_step_budget=3))
    async with engine_on(home, provider, settings=settings) as engine:
        finished = await say(engine, workspace)
        assert finished.failure is not None
        assert finished.failure.kind == "BudgetExceeded"
        assert len(provider.requests) == 3
        assert_valid(await history(engine, finished.session_id))


async def test_a_failure_keeps_what_was_streamed_and_says_why(home: Path, workspace: Path) -> None:
    provider = scripted(["Half an ans", StreamInterrupted("The answer was cut off.", provider="scripted")])
    async with engine_on(home, provider) as engine:
        finished = await say(engine, workspace)
        assert finished.outcome == "failed"
        assert finished.failure is not None
        assert (finished.failure.kind, finished.failure.message) == (
            "StreamInterrupted",
            "The answer was cut off.",
        )
        _, partial = await history(engine, finished.session_id)
        assert isinstance(partial, AssistantMessage)
        assert (partial.text, partial.status) == ("Half an ans", "failed")
        assert [stored.message for stored in finished.appended] == [partial]


async def test_a_failure_before_any_text_leaves_only_the_prompt_and_resume_asks_again(
    home: Path, workspace: Path
) -> None:
    provider = scripted([QuotaExceeded("The credit is used up.", provider="scripted")], ["Here I am."])
    async with engine_on(home, provider) as engine:
        failed = await say(engine, workspace)
        assert await history(engine, failed.session_id) == [UserMessage(text="Hello")]
        resumed = await (await engine.resume(failed.run_id)).result()
        assert resumed.outcome == "completed"
        assert resumed.run_id == failed.run_id
        assert provider.requests[1].messages == (UserMessage(text="Hello"),)


@pytest.mark.parametrize("hidden", [False, True])
async def test_a_stopped_answer_stays_and_can_go_on(home: Path, workspace: Path, hidden: bool) -> None:
    reached = asyncio.Event()
    start: list[object] = [Thinking("Hm. ")] if hidden else []
    provider = scripted([*start, "One, two, ", Waiting(asyncio.Event(), reached)], ["three."])
    async with engine_on(home, provider) as engine:
        session = await engine.create_session(workspace)
        turn = await engine.ask(session.session_id, "Count")
        await reached.wait()
        stopped = await engine.stop(session.session_id)
        assert stopped is not None
        assert stopped.outcome == "cancelled"
        assert provider.open_streams == 0
        _, partial = await history(engine, session.session_id)
        assert isinstance(partial, AssistantMessage)
        assert (partial.text, partial.status) == ("One, two, ", "interrupted")
        resumed = await (await engine.resume(turn.run_id)).result()
        assert resumed.outcome == "completed"
        sent = provider.requests[1].messages
        assert sent[1] == partial
        nudge = sent[2]
        assert isinstance(nudge, UserMessage)
        assert nudge.origin == "runtime"
        assert (await engine.run(turn.run_id)).status == "completed"


async def test_after_thinking_alone_the_model_is_not_told_to_continue_a_text(
    home: Path, workspace: Path
) -> None:
    reached = asyncio.Event()
    provider = scripted([Thinking("Hm. "), Waiting(asyncio.Event(), reached)], ["Here."])
    async with engine_on(home, provider) as engine:
        session = await engine.create_session(workspace)
        turn = await engine.ask(session.session_id, "Count")
        await reached.wait()
        await engine.stop(session.session_id)
        await (await engine.resume(turn.run_id)).result()
    assert not [
        m for m in provider.requests[1].messages if isinstance(m, UserMessage) and m.origin == "runtime"
    ]


async def test_a_stop_before_the_first_event_still_closes_the_run(home: Path, workspace: Path) -> None:
    async with engine_on(home, scripted(["never"])) as engine:
        session = await engine.create_session(workspace)
        turn = await engine.ask(session.session_id, "Hello")
        turn.stop()
        finished = await turn.result()
        assert finished.outcome == "cancelled"
        assert (await engine.run(turn.run_id)).status == "cancelled"
        assert engine.turn(session.session_id) is None


async def test_an_accepted_prompt_whose_caller_is_cancelled_leaves_no_open_run(
    home: Path, workspace: Path
) -> None:
    async with engine_on(home, scripted(["Hello"])) as engine:
        session = await engine.create_session(workspace)
        for wakings in range(1, 12):
            asking = asyncio.create_task(engine.ask(session.session_id, "Hello"))
            for _ in range(wakings):
                await asyncio.sleep(0)
            asking.cancel()
            try:
                turn = await asking
            except asyncio.CancelledError:
                pass
            else:
                await turn.result()
            for run in await engine.runs():
                assert run.status != "running"


async def test_a_second_prompt_while_one_is_answered_is_refused(home: Path, workspace: Path) -> None:
    gate, reached = asyncio.Event(), asyncio.Event()
    async with engine_on(home, scripted(["a", Waiting(gate, reached)], ["b"])) as engine:
        session = await engine.create_session(workspace)
        turn = await engine.ask(session.session_id, "first")
        await reached.wait()
        with pytest.raises(SessionBusyError):
            await engine.ask(session.session_id, "second")
        gate.set()
        await turn.result()
        await say(engine, workspace, "second", session_id=session.session_id)


async def test_two_prompts_at_the_same_moment_let_one_through(home: Path, workspace: Path) -> None:
    async with engine_on(home, scripted(["answer"])) as engine:
        session = await engine.create_session(workspace)
        asked = await asyncio.gather(
            *(engine.ask(session.session_id, str(n)) for n in range(5)), return_exceptions=True
        )
        refused = [error for error in asked if isinstance(error, SessionBusyError)]
        assert len(refused) == 4
        for turn in asked:
            if not isinstance(turn, BaseException):
                await turn.result()
        assert len(await history(engine, session.session_id)) == 2


async def test_quitting_while_it_streams_leaves_an_interrupted_run_to_resume(
    home: Path, workspace: Path
) -> None:
    reached = asyncio.Event()
    async with engine_on(home, scripted(["Half", Waiting(asyncio.Event(), reached)])) as engine:
        session = await engine.create_session(workspace)
        turn = await engine.ask(session.session_id, "Hello")
        await reached.wait()
    async with engine_on(home, scripted([" and whole"])) as engine:
        record = await engine.last_run(session.session_id)
        assert record is not None
        assert (record.run_id, record.status) == (turn.run_id, "interrupted")
        assert (await engine.session(session.session_id)).state == "interrupted"
        assert (await (await engine.resume(turn.run_id)).result()).outcome == "completed"


async def test_a_complete_run_and_one_that_others_followed_can_not_be_resumed(
    home: Path, workspace: Path
) -> None:
    provider = scripted([RateLimit("Wait.", provider="scripted")], ["fine"])
    async with engine_on(home, provider) as engine:
        failed = await say(engine, workspace)
        done = await say(engine, workspace, session_id=failed.session_id)
        for run_id in (failed.run_id, done.run_id):
            with pytest.raises(RunNotResumableError):
                await engine.resume(run_id)


async def test_a_bug_in_a_provider_ends_the_turn_and_not_the_engine(home: Path, workspace: Path) -> None:
    class Buggy(ScriptedProvider):
        async def stream(self, request: ChatRequest) -> AsyncGenerator[ProviderItem, None]:
            yield RequestOnWire()
            yield TextChunk("so far")
            raise ZeroDivisionError("a bug")

    async with engine_on(home, Buggy([*scripted(["x"])._answers])) as engine:
        finished = await say(engine, workspace)
        assert finished.outcome == "failed"
        assert finished.failure is not None
        assert finished.failure.kind == "Fatal"
        assert_valid(await history(engine, finished.session_id))


async def test_a_failing_listener_ends_neither_the_turn_nor_the_other_listeners(
    home: Path, workspace: Path
) -> None:
    async with engine_on(home, scripted(["Hello"])) as engine:

        def fail(event: object) -> None:
            raise ZeroDivisionError

        engine.subscribe(fail)
        heard = Heard(engine)
        assert (await say(engine, workspace)).outcome == "completed"
        assert "TurnFinished" in heard.kinds()


async def test_a_pin_refuses_a_switch_and_nothing_is_stored(home: Path, workspace: Path) -> None:
    pinned = LlmSettings(
        providers=settings_for("lab", "other").llm.providers,
        pin=Pin(provider="lab", source="runtime.toml:2"),
    )
    async with engine_on(
        home, scripted(["a"], name="lab"), scripted(["b"], name="other"), settings=EngineSettings(llm=pinned)
    ) as engine:
        session = await engine.create_session(workspace)
        with pytest.raises(ProviderPinned, match=r"runtime\.toml:2"):
            await say(engine, workspace, session_id=session.session_id, choice=ModelChoice("other"))
        with pytest.raises(ProviderPinned):
            await engine.choose_model(ModelChoice("other"), session.session_id)
        assert await history(engine, session.session_id) == []


async def test_a_choice_is_kept_for_the_session_and_as_the_default(home: Path, workspace: Path) -> None:
    async with engine_on(home, scripted(["a"], name="lab"), scripted(["b"], name="other")) as engine:
        first = await engine.create_session(workspace)
        await engine.choose_model(ModelChoice("other", "other-x"), first.session_id)
    async with engine_on(home, scripted(["a"], name="lab"), scripted(["b"], name="other")) as engine:
        assert await engine.current_model(first.session_id) == ModelChoice("other", "other-x")
        assert await engine.current_model() == ModelChoice("other", "other-x")
        finished = await say(engine, workspace)
        assert (finished.provider, finished.model) == ("other", "other-x")


async def test_an_unknown_provider_is_refused_with_the_names_there_are(home: Path, workspace: Path) -> None:
    async with engine_on(home, scripted(["a"], name="lab")) as engine:
        with pytest.raises(ConfigurationError, match="lab"):
            await say(engine, workspace, choice=ModelChoice("nobody"))


async def test_a_provider_without_a_primary_model_is_asked_for_its_first(home: Path, workspace: Path) -> None:
    bare = ProviderSettings(name="lab", kind="openai-chat", needs_key=False, configured=True)
    settings = EngineSettings(llm=LlmSettings(providers={"lab": bare}))
    async with engine_on(home, scripted(["a"], name="lab"), settings=settings) as engine:
        assert (await say(engine, workspace)).model == "lab-1"


async def test_deleting_a_session_stops_its_turn_first(home: Path, workspace: Path) -> None:
    reached = asyncio.Event()
    provider = scripted(["a", Waiting(asyncio.Event(), reached)])
    async with engine_on(home, provider) as engine:
        session = await engine.create_session(workspace)
        await engine.ask(session.session_id, "Hello")
        await reached.wait()
        await engine.delete_session(session.session_id)
        assert provider.open_streams == 0
        assert await engine.sessions() == []


def assert_valid(messages: list[object]) -> None:
    """No orphan tool call: each is answered, once, by the message right after it."""
    for message, following in zip(messages, [*messages[1:], None], strict=True):
        if isinstance(message, AssistantMessage) and message.tool_calls:
            assert isinstance(following, ToolMessage)
            assert [result.call_id for result in following.results] == [
                call.call_id for call in message.tool_calls
            ]


async def test_a_changed_configuration_decides_who_answers_the_next_turn(home: Path, workspace: Path) -> None:
    async with engine_on(home, scripted(["one"], name="first"), scripted(["two"], name="second")) as engine:
        assert (await say(engine, workspace)).provider == "first"
        await engine.reconfigure(settings_for("second", "first"))
        assert (await say(engine, workspace)).provider == "second"
