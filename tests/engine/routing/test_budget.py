"""Budgets and the ledger: a warning near a limit, a stop at it, and money that no deletion loses."""

from __future__ import annotations

from pathlib import Path

import pytest

from roku_desktop.engine import ToolCall
from roku_desktop.engine.errors import QuotaExceeded
from roku_desktop.engine.events import BudgetNear, FailedOver
from roku_desktop.engine.messages import Usage
from roku_desktop.engine.settings import BudgetSettings, EngineSettings
from tests.support.clocks import HeldClock
from tests.support.engines import Heard
from tests.support.labs import Lab, configured, engine_of, say, settings_of

DAY_S = 86_400


async def dollar(provider: str, model: str, usage: Usage) -> float | None:
    """Each answer costs a dollar, whatever is asked; the model of `unknown` has no price."""
    if provider == "unknown":
        return None
    return 1.0 if usage.output_tokens else 0.0


def limited(**limits: float) -> EngineSettings:
    return settings_of(configured("a"), budget=BudgetSettings(**limits))  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize("scope", ["session", "day"])
async def test_the_answer_that_nears_a_limit_warns_once_and_the_limit_stops(
    tmp_path: Path, scope: str
) -> None:
    settings = limited(**{f"{scope}_usd": 5.0})
    a = Lab("a")
    async with engine_of(tmp_path, a, settings=settings, price=dollar) as engine:
        heard = Heard(engine)
        session_id = (await engine.create_session(tmp_path)).session_id
        for _ in range(4):
            assert (await say(engine, session_id=session_id)).outcome == "completed"
        (near,) = (event for event in heard if isinstance(event, BudgetNear))
        assert (near.scope, near.unit, near.spent, near.limit) == (scope, "usd", 4.0, 5.0)
        assert (await say(engine, session_id=session_id)).outcome == "completed"
        stopped = await say(engine, session_id=session_id)
        assert stopped.failure is not None
        assert stopped.failure.kind == "BudgetExceeded"
        assert stopped.failure.message == (
            f"The {scope}'s budget is used up ($5.00 of $5.00 spent; runtime.budget.{scope}_usd)."
        )
        assert "settings" in stopped.failure.next_step
        assert len(a.requests) == 5
        elsewhere = await say(engine)
        assert elsewhere.outcome == ("completed" if scope == "session" else "failed")


async def test_a_question_stops_when_its_steps_have_used_its_budget(tmp_path: Path) -> None:
    call = ToolCall(call_id="c", name="ListDir", arguments='{"path": "."}')
    a = Lab("a", (call,))  # again and again
    async with engine_of(tmp_path, a, settings=limited(request_usd=3.0), price=dollar) as engine:
        finished = await say(engine)
        assert finished.failure is not None
        assert finished.failure.kind == "BudgetExceeded"
        assert finished.failure.message.startswith("The question's budget is used up")
        assert len(a.requests) == 3
        resumed = await (await engine.resume(finished.run_id)).result()
        assert resumed.failure is not None
        assert len(a.requests) == 3


async def test_a_request_too_large_for_what_is_left_is_not_sent(tmp_path: Path) -> None:
    a = Lab("a")
    async with engine_of(tmp_path, a, settings=limited(request_tokens=20_000)) as engine:
        assert (await say(engine, "word " * 30_000)).failure is not None
        assert a.requests == []
        assert (await say(engine, "word")).outcome == "completed"


async def test_a_new_day_has_a_budget_of_its_own(tmp_path: Path) -> None:
    clock = HeldClock()
    async with engine_of(
        tmp_path, Lab("a"), settings=limited(day_usd=1.0), price=dollar, clock=clock
    ) as engine:
        assert (await say(engine)).outcome == "completed"
        assert (await say(engine)).outcome == "failed"
        clock.advance(DAY_S)
        assert (await say(engine)).outcome == "completed"


async def test_the_day_is_remembered_over_a_restart_and_the_deletion_of_its_sessions(tmp_path: Path) -> None:
    settings = limited(day_usd=1.0)
    async with engine_of(tmp_path, Lab("a"), settings=settings, price=dollar) as engine:
        finished = await say(engine)
        await engine.delete_session(finished.session_id)
    async with engine_of(tmp_path, Lab("a"), settings=settings, price=dollar) as engine:
        (row,) = await engine.costs()
        assert (row.provider, row.model, row.answers, row.cost_usd) == ("a", "a-1", 1, 1.0)
        assert (row.input_tokens, row.output_tokens, row.unknown) == (10, 5, 0)
        assert (await say(engine)).outcome == "failed"


async def test_an_unknown_price_is_counted_as_unknown_and_never_as_nothing(tmp_path: Path) -> None:
    settings = settings_of(configured("unknown"), budget=BudgetSettings(day_usd=0.5))
    async with engine_of(tmp_path, Lab("unknown"), settings=settings, price=dollar) as engine:
        assert (await say(engine)).cost_usd is None
        assert (await say(engine)).outcome == "completed"
        (row,) = await engine.costs()
        assert (row.answers, row.unknown, row.cost_usd) == (2, 2, 0.0)


async def test_totals_stand_by_day_provider_and_model(tmp_path: Path) -> None:
    clock = HeldClock()
    async with engine_of(tmp_path, Lab("a"), Lab("b"), price=dollar, clock=clock) as engine:
        await say(engine)
        clock.advance(DAY_S)
        await say(engine)
        await say(engine)
        assert [row.answers for row in await engine.costs(days=1)] == [2]
        assert [row.answers for row in await engine.costs(days=2)] == [2, 1]
        assert len({row.day for row in await engine.costs(days=2)}) == 2


async def test_a_stand_in_over_budget_is_passed_over(tmp_path: Path) -> None:
    async def price(provider: str, model: str, usage: Usage) -> float | None:
        return {"a": 0.1, "dear": 100.0, "cheap": 0.2}[provider]

    a = Lab("a", QuotaExceeded("No credit.", provider="a"))
    settings = settings_of(
        configured("a"),
        configured("dear", priority=1),
        configured("cheap"),
        budget=BudgetSettings(request_usd=50.0),
    )
    async with engine_of(tmp_path, a, Lab("dear"), Lab("cheap"), settings=settings, price=price) as engine:
        heard = Heard(engine)
        finished = await say(engine)
        assert finished.provider == "cheap"
        assert [event.to_provider for event in heard if isinstance(event, FailedOver)] == ["cheap"]
