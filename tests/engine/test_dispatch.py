"""Each call of an answer gets exactly one result, in call order, and nothing runs that is not on disk."""

import asyncio
import json
import logging
from contextlib import aclosing
from pathlib import Path

import pytest

from roku_desktop.engine.approval.risk import Risk, classify
from roku_desktop.engine.dispatch import MAX_CALLS_PER_ANSWER, Dispatcher
from roku_desktop.engine.events import ToolFinished, ToolsAnswered, ToolStarted
from roku_desktop.engine.execution import ActionClass, Execution, Scope
from roku_desktop.engine.messages import ToolCall, ToolResult
from roku_desktop.engine.ports import CallContext, SystemClock, ToolFailure, ToolRefusal, ToolSpec
from roku_desktop.engine.settings import HARD_MAX_READ_BYTES, ToolSettings
from roku_desktop.engine.tools.catalogue import ToolCatalogue, standard_catalogue


class GatedTool:
    """Does what the test says: answers when the gate of its call opens, fails, or returns at once."""

    def __init__(self, *, name: str = "Gated", read_only: bool = True) -> None:
        self.name = name
        self.read_only = read_only
        self.gates: dict[str, asyncio.Event] = {}
        self.entered: asyncio.Queue[str] = asyncio.Queue()
        self.running = 0
        self.peak = 0
        self.cancelled: list[str] = []

    @property
    def spec(self) -> ToolSpec:
        return ToolSpec(name=self.name, description="", schema=b"{}")

    def validate(self, arguments: bytes) -> None:
        if b"invalid" in arguments:
            raise ToolFailure("the field `invalid` is not known")

    async def run(self, arguments: bytes, workspace: Path, context: CallContext) -> str:
        key = json.loads(arguments).get("key", "")
        self.entered.put_nowait(key)
        self.running += 1
        self.peak = max(self.peak, self.running)
        try:
            await self.gates.setdefault(key, asyncio.Event()).wait()
        except asyncio.CancelledError:
            self.cancelled.append(key)
            raise
        finally:
            self.running -= 1
        return f"answer to {key}"

    def open(self, *keys: str) -> None:
        for key in keys:
            self.gates.setdefault(key, asyncio.Event()).set()


class RaisingTool(GatedTool):
    def __init__(self, error: BaseException) -> None:
        super().__init__(name="Raising")
        self.error = error

    async def run(self, arguments: bytes, workspace: Path, context: CallContext) -> str:
        raise self.error


class HeldClock(SystemClock):
    """Moves by 0.25 s whenever it is read."""

    time_s = 1000.0

    def monotonic(self) -> float:
        self.time_s += 0.25
        return self.time_s

    def now(self) -> float:
        return 1_700_000_000.0


def call(key: str = "", *, name: str = "Gated", arguments: str | None = None) -> ToolCall:
    return ToolCall(
        call_id=f"id-{key}",
        name=name,
        arguments=arguments if arguments is not None else json.dumps({"key": key}),
    )


def dispatcher(
    *tools: GatedTool, clock: SystemClock | None = None, max_result_bytes: int = 65_536
) -> Dispatcher:
    return Dispatcher(
        catalogue=ToolCatalogue(tools), clock=clock or SystemClock(), max_result_bytes=max_result_bytes
    )


def answering(dispatching: Dispatcher, calls: list[ToolCall], workspace: Path = Path()):
    return aclosing(
        dispatching.answer_calls(calls, workspace=workspace, session_id="ses_1", run_id="run_1", step=3)
    )


async def events_of(dispatching: Dispatcher, calls: list[ToolCall], workspace: Path = Path()):
    async with answering(dispatching, calls, workspace) as events:
        return [event async for event in events]


async def results_of(
    dispatching: Dispatcher, calls: list[ToolCall], workspace: Path = Path()
) -> list[ToolResult]:
    events = await events_of(dispatching, calls, workspace)
    assert isinstance(events[-1], ToolsAnswered)
    assert [type(event) for event in events].count(ToolsAnswered) == 1
    finished = [event.result for event in events if isinstance(event, ToolFinished)]
    results = list(events[-1].message.results)
    assert [result.call_id for result in results] == [one.call_id for one in calls]
    assert [result.name for result in results] == [one.name for one in calls]
    assert sorted(finished, key=repr) == sorted(results, key=repr)
    return results


async def test_real_tools_answer_in_call_order(tmp_path: Path):
    (tmp_path / "a.txt").write_text("alpha\n")
    calls = [
        ToolCall(call_id="1", name="Read", arguments='{"path": "a.txt"}'),
        ToolCall(call_id="2", name="Grep", arguments='{"pattern": "alpha"}'),
        ToolCall(call_id="3", name="Read", arguments='{"path": "../b"}'),
        ToolCall(call_id="4", name="Read", arguments='{"path": "c"}'),
    ]
    settings = ToolSettings()
    results = await results_of(
        Dispatcher(catalogue=standard_catalogue(settings), clock=SystemClock()), calls, tmp_path
    )
    assert [result.outcome for result in results] == ["ok", "ok", "refused", "error"]
    assert results[0].content == "     1\talpha"
    assert results[1].content == "a.txt:1: alpha"


async def test_a_tool_starts_only_after_its_start_was_taken():
    tool = GatedTool()
    tool.open("a")
    async with answering(dispatcher(tool), [call("a")]) as events:
        started = await anext(events)
        assert isinstance(started, ToolStarted)
        assert (started.call, started.tier, started.step) == (call("a"), "safe", 3)
        for _ in range(5):
            await asyncio.sleep(0)
        assert tool.entered.empty()
        finished = await anext(events)
        assert isinstance(finished, ToolFinished)
        assert tool.entered.get_nowait() == "a"


async def test_tools_run_together_are_reported_as_they_finish_and_answered_in_call_order():
    tool = GatedTool()
    async with answering(dispatcher(tool), [call("a"), call("b"), call("c")]) as events:
        assert [type(await anext(events)) for _ in range(3)] == [ToolStarted] * 3
        finishing = asyncio.ensure_future(anext(events))
        assert {await tool.entered.get() for _ in range(3)} == {"a", "b", "c"}  # all before any has ended
        finished = []
        for key in ("c", "a", "b"):
            tool.open(key)
            finished.append(await finishing)
            finishing = asyncio.ensure_future(anext(events))
        assert [event.call for event in finished] == [call("c"), call("a"), call("b")]
        answered = await finishing
    assert [result.content for result in answered.message.results] == [
        "answer to a",
        "answer to b",
        "answer to c",
    ]


async def test_those_that_finish_together_are_reported_in_call_order():
    tool = GatedTool()
    keys = [str(number) for number in range(8)]
    answered = asyncio.create_task(events_of(dispatcher(tool), [call(key) for key in keys]))
    for _ in keys:
        await tool.entered.get()
    tool.open(*reversed(keys))
    finished = [event.call for event in await answered if isinstance(event, ToolFinished)]
    assert finished == [call(key) for key in keys]


async def test_no_more_than_eight_run_at_once():
    tool = GatedTool()
    keys = [str(number) for number in range(20)]
    answered = asyncio.create_task(results_of(dispatcher(tool), [call(key) for key in keys]))
    first = [await tool.entered.get() for _ in range(8)]
    assert first == keys[:8]
    tool.open("3")
    assert await tool.entered.get() == "8"  # one ended, so one more may run
    assert tool.running == 8
    tool.open(*keys)
    await answered
    assert tool.peak == 8


async def test_a_thousand_calls_in_one_answer_are_all_answered():
    tool = GatedTool()
    keys = [str(number) for number in range(1000)]
    tool.open(*keys)
    results = await results_of(dispatcher(tool), [call(key) for key in keys])
    ran = [f"answer to {key}" for key in keys[:MAX_CALLS_PER_ANSWER]]
    assert [result.content for result in results[:MAX_CALLS_PER_ANSWER]] == ran


async def test_no_calls_are_answered_with_no_results():
    assert await results_of(dispatcher(GatedTool()), []) == []


async def test_calls_that_share_an_id_get_a_result_each():
    tool = GatedTool()
    tool.open("a")
    results = await results_of(dispatcher(tool), [call("a"), call("a")])
    assert [result.content for result in results] == ["answer to a"] * 2


@pytest.mark.parametrize("name", ["Write", "Shell", "gated", "", "unknown\n\x1b[31m" + "x" * 10_000])
async def test_what_needs_approval_is_refused_without_starting_and_says_what_can_be_used(name: str):
    writer = GatedTool(name="Write", read_only=False)
    catalogue = ToolCatalogue([GatedTool(), writer])
    asked = call("a", name=name)
    assert (await classify(catalogue.get(name), b"{}", Path())).tier == "requires_approval"
    finished, answered = await events_of(Dispatcher(catalogue=catalogue, clock=SystemClock()), [asked])
    assert isinstance(finished, ToolFinished)
    assert isinstance(answered, ToolsAnswered)
    assert (finished.tier, finished.result.outcome) == ("requires_approval", "refused")
    assert "; the tools that can be used without asking: Gated." in finished.result.content
    assert finished.result.content.isprintable()
    assert len(finished.result.content) < 400
    assert writer.entered.empty()


@pytest.mark.parametrize("arguments", ["[]", "{", '"text"', "\ud800", '{"invalid": 1}', "[" * 100_000])
async def test_arguments_that_do_not_fit_are_an_error_and_nothing_starts(arguments: str):
    tool = GatedTool()
    events = await events_of(dispatcher(tool), [call(arguments=arguments)])
    assert [type(event) for event in events] == [ToolFinished, ToolsAnswered]
    assert isinstance(events[0], ToolFinished)
    assert events[0].result.outcome == "error"
    assert tool.entered.empty()


async def test_no_arguments_at_all_are_an_empty_object():
    tool = GatedTool()
    tool.open("")
    assert [r.outcome for r in await results_of(dispatcher(tool), [call(arguments="")])] == ["ok"]


@pytest.mark.parametrize(
    ("error", "outcome", "content"),
    [
        (ToolFailure("no such file"), "error", "no such file"),
        (ToolRefusal("outside the workspace"), "refused", "outside the workspace"),
        (asyncio.CancelledError(), "interrupted", "The tool was interrupted before it had a result."),
    ],
)
async def test_a_failure_is_a_result_and_the_others_go_on(error: BaseException, outcome: str, content: str):
    tool = GatedTool()
    tool.open("a")
    failed, other = await results_of(dispatcher(RaisingTool(error), tool), [call(name="Raising"), call("a")])
    assert (failed.outcome, failed.content) == (outcome, content)
    assert other.content == "answer to a"


async def test_a_bug_in_a_tool_is_logged_with_its_traceback_and_loses_no_other_result(
    caplog: pytest.LogCaptureFixture,
):
    tool = GatedTool()
    tool.open("a")
    bug = ZeroDivisionError("private detail")
    failed, other = await results_of(dispatcher(RaisingTool(bug), tool), [call(name="Raising"), call("a")])
    assert failed.outcome == "error"
    assert "private detail" not in failed.content
    assert other.outcome == "ok"
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert record.exc_info[1] is bug


class RustPanic(BaseException):
    """As a library written in Rust raises it, which is no `Exception`."""


async def test_a_panic_of_a_library_is_a_failure_of_its_tool_alone():
    tool = GatedTool()
    tool.open("a")
    panicking = RaisingTool(RustPanic("index out of bounds"))
    failed, other = await results_of(dispatcher(panicking, tool), [call(name="Raising"), call("a")])
    assert (failed.outcome, other.outcome) == ("error", "ok")


@pytest.mark.parametrize("max_bytes", [1_000, 1_001, 1_002])
async def test_a_result_is_cut_at_a_character_and_says_so(max_bytes: int):
    result = (
        await results_of(
            dispatcher(RaisingTool(ToolFailure("文" * 1_000)), max_result_bytes=max_bytes),
            [call(name="Raising")],
        )
    )[0]
    assert max_bytes - 3 < len(result.content.encode()) <= max_bytes
    assert result.content.startswith("文文")
    assert "\ufffd" not in result.content
    assert (
        result.content.endswith("… cut here: the result had 3000 bytes, the limit is 1000 bytes.")
        or max_bytes != 1_000
    )


async def test_no_setting_lifts_the_hard_cap_and_every_result_can_be_stored():
    tool = RaisingTool(ToolFailure("\ud800\0" + "x" * 2 * HARD_MAX_READ_BYTES))
    (result,) = await results_of(dispatcher(tool, max_result_bytes=10**9), [call(name="Raising")])
    assert len(result.content.encode()) <= HARD_MAX_READ_BYTES
    assert result.content.startswith(r"\ud800\x00xx")


async def test_times_come_from_the_clock():
    tool = GatedTool()
    tool.open("a")
    started, finished, answered = await events_of(dispatcher(tool, clock=HeldClock()), [call("a")])
    assert {event.at for event in (started, finished, answered)} == {1_700_000_000.0}
    assert isinstance(finished, ToolFinished)
    assert finished.result.elapsed_ms == 250.0
    assert (finished.session_id, finished.run_id, finished.step) == ("ses_1", "run_1", 3)


@pytest.mark.parametrize("taken", range(7))
async def test_closed_after_any_event_it_leaves_no_task_behind(taken: int):
    tool = GatedTool()
    tool.open("a", "b")
    before = asyncio.all_tasks()
    async with answering(dispatcher(tool), [call("a"), call("b"), call("c", name="Write")]) as events:
        for _ in range(taken):
            await anext(events)
    assert asyncio.all_tasks() == before
    assert tool.running == 0


async def test_cancelled_while_tools_run_it_cancels_them_waits_and_says_so():
    tool = GatedTool()
    before = asyncio.all_tasks()

    async def consume() -> None:
        async with answering(dispatcher(tool), [call("a"), call("b")]) as events:
            assert [type(await anext(events)) for _ in range(2)] == [ToolStarted, ToolStarted]
            await anext(events)

    consuming = asyncio.create_task(consume())
    await tool.entered.get()
    await tool.entered.get()
    consuming.cancel()
    with pytest.raises(asyncio.CancelledError):
        await consuming
    assert sorted(tool.cancelled) == ["a", "b"]
    assert asyncio.all_tasks() == before


async def test_cancelled_while_an_event_is_being_stored_it_cancels_what_runs():
    tool = GatedTool()
    storing = asyncio.Event()

    async def consume() -> None:
        async with answering(dispatcher(tool), [call("a"), call("b")]) as events:
            await anext(events)
            await anext(events)
            await tool.entered.get()  # the first runs while the second's start is being stored
            storing.set()
            await asyncio.Event().wait()

    consuming = asyncio.create_task(consume())
    await storing.wait()
    consuming.cancel()
    with pytest.raises(asyncio.CancelledError):
        await consuming
    assert tool.cancelled == ["a"]
    assert tool.running == 0


async def test_one_answer_runs_so_many_calls_and_the_rest_is_refused_in_its_place():
    tool = GatedTool()
    calls = [call(str(number)) for number in range(MAX_CALLS_PER_ANSWER + 3)]
    tool.open(*(str(number) for number in range(len(calls))))
    results = await results_of(dispatcher(tool), calls)
    assert [result.outcome for result in results] == ["ok"] * MAX_CALLS_PER_ANSWER + ["refused"] * 3
    assert tool.entered.qsize() == MAX_CALLS_PER_ANSWER
    assert "did not run" in results[-1].content


class ChangingWorld(GatedTool):
    """Safe as long as the world is as it was; notes how the world was when it was looked at last."""

    def __init__(self) -> None:
        super().__init__(name="Changing", read_only=False)
        self.harmless = True
        self.performed = False

    async def risk(self, arguments: bytes, workspace: Path) -> Risk:
        return Risk(tier="safe")

    async def execution(self, arguments: bytes, workspace: Path) -> Execution:
        action: ActionClass = "read" if self.harmless else "exec"
        return Execution(tool=self.name, mode="direct", action=action, cwd="/", scope=Scope(root="/"))

    async def perform(
        self, execution: Execution, arguments: bytes, workspace: Path, context: CallContext
    ) -> str:
        self.performed = True
        return "ran"


async def test_what_is_harmless_no_more_when_its_turn_comes_does_not_run():
    busy, changing = GatedTool(), ChangingWorld()
    dispatching = Dispatcher(
        catalogue=ToolCatalogue([busy, changing]), clock=SystemClock(), max_concurrent_tools=1
    )
    calls = [call("first"), call("second", name="Changing")]
    answered = asyncio.create_task(results_of(dispatching, calls))
    assert await busy.entered.get() == "first"
    for _ in range(20):
        await asyncio.sleep(0)
    changing.harmless = False
    busy.open("first")
    first, second = await answered
    assert (first.outcome, second.outcome) == ("ok", "refused")
    assert not changing.performed
