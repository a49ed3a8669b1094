"""Sub-agents: a history of their own, the parent's budget, the same gate; nothing lost by a restart."""

import asyncio
import json
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from roku_desktop.engine import Consent, Engine, ToolCall, ToolMessage, ToolResult, TurnFinished, UserMessage
from roku_desktop.engine.events import BudgetNear, Event, Outcome
from roku_desktop.engine.messages import Usage
from roku_desktop.engine.ports import ChatRequest
from roku_desktop.engine.settings import ApprovalSettings, BudgetSettings, EngineSettings, LoopSettings
from roku_desktop.engine.steps import StepAllowance
from roku_desktop.engine.sub_agents import MOST_CHARS, MOST_STEPS, SubAgents
from tests.support.appending import PROGRAM, append_call, lines_in, with_append
from tests.support.engines import Heard, engine_on, settings_for
from tests.support.minds import Script, TwoMinds, agent

PARK = Consent(waits=False)


def write(path: str, call_id: str = "w1") -> ToolCall:
    return ToolCall(call_id=call_id, name="Write", arguments=json.dumps({"path": path, "content": "x"}))


async def turn(engine: Engine, workspace: Path, consent: Consent = PARK) -> TurnFinished:
    session = await engine.create_session(workspace)
    return await (await engine.ask(session.session_id, "parent", consent=consent)).result()


def results(requests: list[ChatRequest]) -> list[ToolResult]:
    last = requests[-1].messages[-1]
    assert isinstance(last, ToolMessage)
    return list(last.results)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "workspace").mkdir()
    return tmp_path / "workspace"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


async def test_a_task_has_a_history_of_its_own_and_its_answer_is_the_result(home: Path, workspace: Path):
    (workspace / "a.txt").write_text("alpha")
    read = ToolCall(call_id="r1", name="Read", arguments='{"path": "a.txt"}')
    model = TwoMinds({"parent": [[agent("look")], ["It says alpha."]], "look": [[read], ["alpha"]]})
    async with engine_on(home, model) as engine:
        assert (await turn(engine, workspace)).outcome == "completed"
        assert [session.title for session in await engine.sessions()] == ["parent"], "it stands in no list"
        assert await engine.search("look") == []
    assert [result.content for result in results(model.asked["parent"])] == ["alpha"]
    assert len(model.asked["look"][0].messages) == 1
    assert "You work on one task" in model.asked["look"][0].system.changing
    tools = {spec.name for spec in model.asked["look"][0].tools}
    assert {"Read", "Shell"} <= tools
    assert "Agent" not in tools, "there is one level"


async def test_several_work_at_the_same_time(home: Path, workspace: Path):
    calls: list[object] = [agent("one", "a1"), agent("two", "a2")]
    model = TwoMinds({"parent": [calls, ["both"]], "one": [["1"]], "two": [["2"]]})
    async with engine_on(home, model) as engine:
        await turn(engine, workspace)
    assert [result.content for result in results(model.asked["parent"])] == ["1", "2"], "in the calls' order"


async def test_a_long_answer_is_cut(home: Path, workspace: Path):
    model = TwoMinds({"parent": [[agent("long")], ["ok"]], "long": [["x" * 9_000]]})
    async with engine_on(home, model) as engine:
        await turn(engine, workspace)
    (result,) = results(model.asked["parent"])
    assert len(result.content) == MOST_CHARS
    assert result.content.endswith("(the rest was cut)")


async def test_a_failure_is_a_result_that_the_model_reads(home: Path, workspace: Path):
    from roku_desktop.engine.errors import InvalidRequest

    wrong = InvalidRequest("The request was refused.", provider="scripted")
    model = TwoMinds({"parent": [[agent("bad")], ["I see."]], "bad": [["half", wrong]]})
    async with engine_on(home, model) as engine:
        assert (await turn(engine, workspace)).outcome == "completed"
    (result,) = results(model.asked["parent"])
    assert result.outcome == "error"
    assert "The sub-agent failed: The request was refused." in result.content
    assert "half" in result.content


def few_steps(steps: int) -> EngineSettings:
    return msgspec.structs.replace(settings_for("scripted"), loop=LoopSettings(initial_step_budget=steps))


async def test_its_steps_come_out_of_the_parents_budget(home: Path, workspace: Path):
    look = ToolCall(call_id="l", name="ListDir", arguments='{"path": "."}')
    model = TwoMinds({"parent": [[agent("greedy")], ["done"]], "greedy": [[look]] * 9})
    async with engine_on(home, model, settings=few_steps(4)) as engine:
        finished = await turn(engine, workspace)
    assert len(model.asked["greedy"]) == 3, "all that was left"
    assert finished.failure is not None
    assert finished.failure.kind == "BudgetExceeded"


async def test_what_it_does_not_use_is_given_back(home: Path, workspace: Path):
    model = TwoMinds({"parent": [[agent("short")], ["done"]], "short": [["quick"]]})
    async with engine_on(home, model, settings=few_steps(3)) as engine:
        assert (await turn(engine, workspace)).outcome == "completed"


async def dollar(provider: str, model: str, usage: Usage) -> float | None:
    """Each answer costs a dollar, whatever is asked."""
    return 1.0 if usage.output_tokens else 0.0


def few_dollars(**limits: float) -> EngineSettings:
    budget = BudgetSettings(**limits)  # type: ignore[arg-type]  # by name
    return msgspec.structs.replace(settings_for("scripted"), budget=budget)


@pytest.mark.parametrize("scope", ["request", "session"])
async def test_its_money_comes_out_of_the_budget_of_the_question_also_after_a_restart(
    home: Path, workspace: Path, scope: str
):
    look = ToolCall(call_id="l", name="ListDir", arguments='{"path": "."}')
    looks: list[list[object]] = [[look]] * 9
    scripts: Script = {"parent": [[agent("greedy")], ["done"]], "greedy": [[write("a.txt")], *looks]}
    settings = few_dollars(**{f"{scope}_usd": 4.0})
    model = TwoMinds(scripts)
    async with engine_on(home, model, settings=settings, price=dollar) as engine:
        assert (await turn(engine, workspace)).outcome == "parked"
    async with engine_on(home, model, settings=settings, price=dollar) as engine:
        heard = Heard(engine)
        (waiting,) = await engine.approvals.pending()
        going_on = await engine.approvals.decide(waiting.approval_id, "reject", origin="window", consent=PARK)
        assert going_on is not None
        finished = await going_on.result()
    assert finished.failure is not None
    assert finished.failure.kind == "BudgetExceeded"
    assert {name: len(asked) for name, asked in model.asked.items()} == {"parent": 1, "greedy": 3}
    assert [event.spent for event in heard if isinstance(event, BudgetNear)] == [4.0], "it is said once"


def test_an_allowance_never_lends_more_than_is_left():
    allowance = StepAllowance(10, used=4)
    lent = allowance.lend(MOST_STEPS)
    assert (lent.left, allowance.left) == (6, 0)
    assert lent.take()
    allowance.give_back(lent)
    assert allowance.left == 5
    assert not lent.take()


async def test_what_it_wants_to_change_waits_for_a_person_over_a_restart(home: Path, workspace: Path):
    scripts: Script = {
        "parent": [[agent("make it")], ["all done"]],
        "make it": [[write("made.txt")], ["made"]],
    }
    model = TwoMinds(scripts)
    async with engine_on(home, model) as engine:
        finished = await turn(engine, workspace)
        assert finished.outcome == "parked"
        assert not (workspace / "made.txt").exists()
        assert [session.state for session in await engine.sessions()] == ["waiting"]
    async with engine_on(home, model) as engine:  # as after a restart
        heard = Heard(engine)
        (waiting,) = await engine.approvals.pending()
        going_on = await engine.approvals.decide(
            waiting.approval_id, "approve", origin="command line", consent=PARK
        )
        assert going_on is not None
        assert going_on.run_id == finished.run_id, "the whole run goes on, not the sub-agent alone"
        assert (await going_on.result()).outcome == "completed"
        assert (workspace / "made.txt").read_text() == "x"
        assert "ToolsAnswered" in heard.kinds()
    assert [result.content for result in results(model.asked["parent"])] == ["made"]
    assert len(model.asked["make it"]) == 2, "it was not asked anew"


async def test_a_person_who_is_there_is_asked_while_all_waits(home: Path, workspace: Path):
    model = TwoMinds(
        {"parent": [[agent("make it")], ["all done"]], "make it": [[write("made.txt")], ["made"]]}
    )
    async with engine_on(home, model) as engine:
        asked: list[Event] = []

        def allow(event: Event) -> None:
            if type(event).__name__ == "ApprovalRequested":
                asked.append(event)

        engine.subscribe(allow)
        session = await engine.create_session(workspace)
        running = await engine.ask(session.session_id, "parent", consent=Consent())
        while not asked:
            await engine.session(session.session_id)
        (waiting,) = await engine.approvals.pending()
        await engine.approvals.decide(waiting.approval_id, "approve", origin="window")
        assert (await running.result()).outcome == "completed"
    assert (workspace / "made.txt").exists()


async def test_a_rule_for_the_session_holds_for_it_and_its_sub_agents_whoever_asked(
    home: Path, workspace: Path
):
    """Three ask for the same, the first of them a sub-agent: a person is asked once."""
    (workspace / PROGRAM).write_text("one")
    model = TwoMinds(
        {
            "parent": [[agent("first", "a1")], [append_call("p1")], [agent("third", "a2")], ["done"]],
            "first": [[append_call()], ["appended"]],
            "third": [[append_call()], ["appended"]],
            "elsewhere": [[append_call()]],
        }
    )
    async with engine_on(home, model, tools=with_append) as engine:
        parked = await turn(engine, workspace)
        (waiting,) = await engine.approvals.pending()
        going_on = await engine.approvals.decide(
            waiting.approval_id, "approve", reach="session", origin="window", consent=PARK
        )
        assert going_on is not None
        assert (await going_on.result()).outcome == "completed"
        assert lines_in(workspace) == 3
        (rule,) = await engine.approvals.rules()
        assert rule.session_id == parked.session_id
        other = await engine.create_session(workspace)
        elsewhere = await engine.ask(other.session_id, "elsewhere", consent=PARK)
        assert (await elsewhere.result()).outcome == "parked", "another session asks for itself"


async def test_what_is_decided_while_another_call_still_runs_is_not_missed(home: Path, workspace: Path):
    asked, slow = asyncio.Event(), asyncio.Event()

    class OneIsSlow(TwoMinds):
        async def stream(self, request: ChatRequest):
            if request.messages[0] == UserMessage(text="slow"):
                await slow.wait()
            async for item in super().stream(request):
                yield item

    calls: list[object] = [agent("make it", "a1"), agent("slow", "a2")]
    model = OneIsSlow(
        {"parent": [calls, ["done"]], "make it": [[write("made.txt")], ["made"]], "slow": [["late"]]}
    )
    async with engine_on(home, model) as engine:

        def follow(event: Event) -> None:
            if isinstance(event, TurnFinished) and event.outcome == "parked":
                asked.set()

        engine.subscribe(follow)
        session = await engine.create_session(workspace)
        running = await engine.ask(session.session_id, "parent", consent=PARK)
        await asked.wait()
        (waiting,) = await engine.approvals.pending()
        await engine.approvals.decide(waiting.approval_id, "approve", origin="window")
        slow.set()
        assert (await running.result()).outcome == "completed"
    assert (workspace / "made.txt").exists()


async def test_stopping_what_waits_ends_the_sub_agent_too(home: Path, workspace: Path):
    model = TwoMinds({"parent": [[agent("make it")]], "make it": [[write("made.txt")]]})
    async with engine_on(home, model) as engine:
        finished = await turn(engine, workspace)
        assert finished.outcome == "parked"
        assert (await engine.stop(finished.session_id)) is not None
        assert await engine.approvals.pending() == []


async def test_a_request_of_a_sub_agent_that_nobody_decided_leaves_no_session_waiting(
    home: Path, workspace: Path
):
    soon = msgspec.structs.replace(
        settings_for("scripted"), approvals=ApprovalSettings(expire_after_days=0.0)
    )
    model = TwoMinds({"parent": [[agent("make it")], ["ok"]], "make it": [[write("made.txt")]]})
    async with engine_on(home, model, settings=soon) as engine:
        assert (await turn(engine, workspace)).outcome == "parked"
    async with engine_on(home, model) as engine:  # after a restart
        (session,) = await engine.sessions()
        assert (await engine.runs())[-1].status == "interrupted"
        again = await engine.ask(session.session_id, "parent", consent=PARK)
        assert (await again.result()).outcome == "completed"


async def test_a_session_that_only_plans_has_sub_agents_that_only_look(home: Path, workspace: Path):
    model = TwoMinds(
        {"parent": [[agent("make it")], ["ok"]], "make it": [[write("made.txt")], ["I may not."]]}
    )
    async with engine_on(home, model) as engine:
        session = await engine.create_session(workspace)
        await engine.plan_session(session.session_id, True)
        running = await engine.ask(session.session_id, "parent", consent=PARK)
        assert (await running.result()).outcome == "completed"
    assert "only plans" in results(model.asked["make it"])[0].content


@pytest.mark.parametrize(("decided_at", "outcome"), [(0.9, "completed"), (0.0, None)])
async def test_while_a_person_thinks_its_time_stands_still(decided_at: float, outcome: str | None):
    """Times are parts of the limit; it ends by itself at 1.4."""
    loop, limit_s = asyncio.get_running_loop(), 0.5
    began_s = loop.time()
    ended: asyncio.Future[TurnFinished] = loop.create_future()

    class SlowTurn:
        run_id = "run_1"

        async def result(self) -> TurnFinished:
            return await asyncio.shield(ended)

        def stop(self) -> None:
            end("cancelled")

    class Asked:
        run_id = "run_1"
        state = "shown"

    class Waiting:
        journal = property(lambda self: self)

        async def open_approvals(self) -> list[Asked]:
            return [Asked()] if loop.time() - began_s < decided_at * limit_s else []

    def end(how: Outcome) -> None:
        if not ended.done():
            ended.set_result(TurnFinished(session_id="ses_1", run_id="run_1", at=0.0, outcome=how))

    loop.call_later(1.4 * limit_s, end, "completed")
    sub_agents = SubAgents(cast("Any", None), cast("Any", Waiting()), time_limit_s=limit_s)
    finished = await sub_agents._end_of(cast("Any", SlowTurn()))
    assert (finished and finished.outcome) == outcome


async def test_deleting_the_session_takes_them_along(home: Path, workspace: Path):
    model = TwoMinds({"parent": [[agent("look")], ["ok"]], "look": [["alpha"]]})
    async with engine_on(home, model) as engine:
        finished = await turn(engine, workspace)
        before = len(await engine.runs())
        await engine.delete_session(finished.session_id)
        assert (before, len(await engine.runs())) == (2, 0)


async def test_deleting_the_session_takes_along_what_their_commands_printed(home: Path, workspace: Path):
    model = TwoMinds({"parent": [[agent("look")], ["ok"]], "look": [["alpha"]]})
    async with engine_on(home, model) as engine:
        finished = await turn(engine, workspace)
        below = {run.session_id for run in await engine.runs()} - {finished.session_id}
        (home / "tool_output").mkdir(exist_ok=True)
        printed = home / "tool_output" / f"{below.pop()}-0123456789abcdef.txt"
        printed.write_text("what it printed")
        await engine.delete_session(finished.session_id)
        assert not printed.exists()


async def test_one_that_begins_while_a_person_pauses_waits_like_its_turn(home: Path, workspace: Path):
    model = TwoMinds({"parent": [[agent("look")], ["ok"]], "look": [["alpha"]]})
    async with engine_on(home, model) as engine:

        def follow(event: Event) -> None:
            if type(event).__name__ == "ToolStarted":
                engine.pause.begin()
            elif type(event).__name__ == "StepStarted" and not model.asked["look"]:
                engine.pause.end()

        engine.subscribe(follow)
        assert (await turn(engine, workspace)).outcome == "completed"
    assert [result.content for result in results(model.asked["parent"])] == ["alpha"]
