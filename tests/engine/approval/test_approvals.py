"""What needs approval waits for a person, survives, and runs once, as it was approved or not at all."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import msgspec
import pytest

from roku_desktop.engine import (
    Approval,
    ApprovalNotOpenError,
    ApprovalRequested,
    Consent,
    Engine,
    RokuError,
    SessionBusyError,
    ToolMessage,
    ToolStarted,
    TurnFinished,
)
from roku_desktop.engine.errors import StorageFullError
from roku_desktop.engine.settings import ApprovalSettings
from tests.support.appending import PROGRAM, append_call, lines_in, with_append
from tests.support.engines import Heard, engine_on, scripted, settings_for

PARK = Consent(waits=False)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / PROGRAM).write_text("one")
    return folder


def model():
    return scripted([append_call()], ["Done."])


async def ask(engine: Engine, workspace: Path, consent: Consent = PARK) -> TurnFinished:
    session = await engine.create_session(workspace)
    return await (await engine.ask(session.session_id, "Append.", consent=consent)).result()


async def approved(engine: Engine, approval: Approval, **how) -> TurnFinished:
    turn = await engine.approvals.decide(
        approval.approval_id, "approve", origin="window", consent=PARK, **how
    )
    assert turn is not None
    return await turn.result()


def only_result(provider):
    message = provider.requests[-1].messages[-1]
    assert isinstance(message, ToolMessage)
    (result,) = message.results
    return result


async def test_a_parked_run_survives_a_restart_and_goes_on_to_its_end_after_the_decision(home, workspace):
    async with engine_on(home, model(), tools=with_append) as engine:
        assert (await ask(engine, workspace)).outcome == "parked"
        assert lines_in(workspace) == 0
    after = scripted(["Done."])
    async with engine_on(home, after, tools=with_append) as engine:
        (waiting,) = await engine.approvals.pending()
        assert waiting.restarted
        assert (await approved(engine, waiting)).outcome == "completed"
        assert lines_in(workspace) == 1
        assert only_result(after).content == "appended"
        assert await engine.approvals.pending() == []
        assert await engine.storage_problems() == []


async def test_a_waiting_turn_goes_on_with_the_decision_of_another_process(home, workspace):
    async with (
        engine_on(home, model(), tools=with_append) as window,
        engine_on(home, model(), tools=with_append) as other,
    ):
        asked = asyncio.Event()
        window.subscribe(lambda event: asked.set() if isinstance(event, ApprovalRequested) else None)
        heard = Heard(window)
        session = await window.create_session(workspace)
        turn = await window.ask(session.session_id, "Append.")
        await asked.wait()
        (waiting,) = await other.approvals.pending()
        assert await other.approvals.decide(waiting.approval_id, "approve", origin="command line") is None
        assert (await turn.result()).outcome == "completed"
        assert lines_in(workspace) == 1
        assert "ApprovalDecided" in heard.kinds()


async def test_a_rejection_is_what_the_model_reads(home, workspace):
    answering = model()
    async with engine_on(home, answering, tools=with_append) as engine:
        await ask(engine, workspace)
        (waiting,) = await engine.approvals.pending()
        turn = await engine.approvals.decide(
            waiting.approval_id, "reject", origin="window", comment="Use another file."
        )
        assert turn is not None
        assert (await turn.result()).outcome == "completed"
    assert only_result(answering).outcome == "refused"
    assert "Use another file." in only_result(answering).content
    assert lines_in(workspace) == 0


async def test_what_changed_since_the_request_is_refused_and_asked_again_in_words(home, workspace):
    async with engine_on(home, model(), tools=with_append) as engine:
        await ask(engine, workspace)
        (waiting,) = await engine.approvals.pending()
        (workspace / PROGRAM).write_text("two")
        assert (await approved(engine, waiting)).outcome == "parked"
        assert lines_in(workspace) == 0
        (again,) = await engine.approvals.pending()
        assert again.request.replaces == waiting.approval_id
        assert again.request.changes == (f"{workspace / PROGRAM} has other contents",)
        assert (await approved(engine, again)).outcome == "completed"
        assert lines_in(workspace) == 1


async def test_a_working_directory_that_became_a_symlink_is_asked_again(home, workspace):
    async with engine_on(home, model(), tools=with_append) as engine:
        await ask(engine, workspace)
        (waiting,) = await engine.approvals.pending()
        workspace.rename(workspace.with_name("moved"))
        workspace.symlink_to(workspace.with_name("moved"))
        assert (await approved(engine, waiting)).outcome == "parked"
        assert lines_in(workspace) == 0


async def test_one_decision_counts(home, workspace):
    async with engine_on(home, model(), tools=with_append) as engine:
        await ask(engine, workspace)
        (waiting,) = await engine.approvals.pending()
        await approved(engine, waiting)
        with pytest.raises(ApprovalNotOpenError):
            await engine.approvals.decide(waiting.approval_id, "approve", origin="window")
        assert lines_in(workspace) == 1


async def test_a_rule_allows_exactly_its_scope_until_it_is_revoked(home, workspace):
    strict = Consent(waits=False, uses_rules=False)
    async with engine_on(home, scripted([append_call()], ["Done."]), tools=with_append) as engine:
        await ask(engine, workspace)
        (waiting,) = await engine.approvals.pending()
        await approved(engine, waiting, reach="workspace")
        (rule,) = await engine.approvals.rules()
    async with engine_on(home, model(), tools=with_append) as engine:
        assert (await ask(engine, workspace)).outcome == "completed"
        assert lines_in(workspace) == 2
    async with engine_on(home, scripted([append_call()]), tools=with_append) as engine:
        assert (await ask(engine, workspace, strict)).outcome == "parked"
        (workspace / PROGRAM).write_text("two")
        assert (await ask(engine, workspace)).outcome == "parked"
        (workspace / PROGRAM).write_text("one")
        await engine.approvals.revoke(rule.rule_id, origin="window")
        assert (await ask(engine, workspace)).outcome == "parked"
    assert lines_in(workspace) == 2


async def test_a_session_that_only_plans_changes_nothing(home, workspace):
    answering = model()
    async with engine_on(home, answering, tools=with_append) as engine:
        session = await engine.create_session(workspace)
        await engine.plan_session(session.session_id, True)
        turn = await engine.ask(session.session_id, "Append.", consent=PARK)
        assert (await turn.result()).outcome == "completed"
    request = answering.requests[0]
    assert "only plans" in request.system.changing
    assert "only plans" not in request.system.stable
    assert "only plans" in only_result(answering).content
    assert lines_in(workspace) == 0


async def test_a_parked_session_takes_no_prompt_and_can_be_stopped(home, workspace):
    async with engine_on(home, model(), tools=with_append) as engine:
        session_id = (await ask(engine, workspace)).session_id
        with pytest.raises(SessionBusyError):
            await engine.ask(session_id, "And now?")
        stopped = await engine.stop(session_id)
        assert stopped is not None
        assert stopped.outcome == "cancelled"
        assert await engine.approvals.pending() == []
        assert isinstance((await engine.messages(session_id))[-1].message, ToolMessage)


async def test_a_fork_of_a_session_that_waits_waits_for_nothing(home, workspace):
    async with engine_on(home, model(), tools=with_append) as engine:
        waiting = await ask(engine, workspace)
        forked = await engine.fork_session(waiting.session_id, waiting.run_id)
        going_on = await engine.ask(forked.session_id, "And now?", consent=PARK)
        assert (await going_on.result()).outcome == "completed"
        assert len(await engine.approvals.pending()) == 1, "the source still waits"
    assert lines_in(workspace) == 0


async def test_what_nobody_decides_in_time_is_refused(home, workspace):
    soon = msgspec.structs.replace(
        settings_for("scripted"), approvals=ApprovalSettings(expire_after_days=0.0)
    )
    async with engine_on(home, model(), settings=soon, tools=with_append) as engine:
        await ask(engine, workspace)
        (waiting,) = await engine.approvals.pending()
        with pytest.raises(ApprovalNotOpenError, match="expired"):
            await engine.approvals.decide(waiting.approval_id, "approve", origin="window")
        assert [session.state for session in await engine.sessions()] == ["interrupted"]
        again = await engine.ask(waiting.session_id, "And now?", consent=PARK)
        assert (await again.result()).outcome == "completed", "its session waits for nothing any more"
    assert lines_in(workspace) == 0


async def test_a_reloaded_configuration_reaches_the_next_request(home, workspace):
    async with engine_on(home, scripted([append_call()], [append_call("c2")]), tools=with_append) as engine:
        await ask(engine, workspace)
        (kept,) = await engine.approvals.pending()
        soon = msgspec.structs.replace(engine.settings, approvals=ApprovalSettings(expire_after_days=1.0))
        await engine.reconfigure(soon)
        await ask(engine, workspace)
        waiting = await engine.approvals.pending()
    times = [round(one.request.expires_at - one.requested_at) / 86_400 for one in waiting]
    assert times == [7.0, 1.0]
    assert waiting[0].request == kept.request


async def test_a_session_waits_as_long_as_its_turn_does(home, workspace):
    async with engine_on(home, model(), tools=with_append) as engine:
        asked = asyncio.Event()
        engine.subscribe(lambda event: asked.set() if isinstance(event, ApprovalRequested) else None)
        session = await engine.create_session(workspace)
        turn = await engine.ask(session.session_id, "Append.")
        await asked.wait()
        (waiting,) = await engine.approvals.pending()
        assert (await engine.sessions())[0].state == "waiting"
        await engine.approvals.decide(waiting.approval_id, "approve", origin="window")
        await turn.result()
        assert (await engine.sessions())[0].state == "idle"
        assert lines_in(workspace) == 1


@pytest.mark.parametrize(
    "damage",
    [
        "request = CAST('{}' AS BLOB)",
        "digest = 'other'",
        "request = CAST(replace(request, 'line', 'evil') AS BLOB)",
    ],
)
async def test_a_damaged_row_is_never_carried_out(home, workspace, damage):
    async with engine_on(home, model(), tools=with_append) as engine:
        await ask(engine, workspace)
        (waiting,) = await engine.approvals.pending()
        database = sqlite3.connect(home / "roku.db", isolation_level=None)
        database.execute(f"UPDATE approvals SET {damage}")
        database.close()
        with pytest.raises(RokuError, match=r"damaged|changed"):
            await engine.approvals.decide(waiting.approval_id, "approve", origin="window")
        assert lines_in(workspace) == 0
        assert any(waiting.approval_id in problem for problem in await engine.storage_problems())


async def test_a_changed_line_of_the_audit_log_is_found_with_its_place(home, workspace):
    async with engine_on(home, model(), tools=with_append) as engine:
        await ask(engine, workspace)
        (waiting,) = await engine.approvals.pending()
        await approved(engine, waiting)
        told = [entry.what for entry in await engine.approvals.audit()]
        assert told == ["requested", "approved", "started", "finished"]
        database = sqlite3.connect(home / "roku.db", isolation_level=None)
        with pytest.raises(sqlite3.IntegrityError, match="only grows"):
            database.execute("DELETE FROM audit")
        database.execute("DROP TRIGGER audit_stays")
        database.execute("UPDATE audit SET body = '{}' WHERE number = 2")
        database.close()
        assert any("entry 2" in problem for problem in await engine.storage_problems())


async def test_what_was_approved_starts_only_where_the_start_can_be_stored(home, workspace):
    """The disk is full between the decision and the start, and has room again at the next start."""

    class FullAtTheStart:
        full = False

        def __init__(self, store):
            self._store = store

        def __getattr__(self, name):
            return getattr(self._store, name)

        async def append(self, events):
            self.full = self.full or any(isinstance(event, ToolStarted) for event in events)
            self._refuse()
            await self._store.append(events)

        async def finish_run(self, event):
            self._refuse()
            return await self._store.finish_run(event)

        def _refuse(self):
            if self.full:
                raise StorageFullError("There is no space left on the disk.")

    async with engine_on(home, model(), tools=with_append, through=FullAtTheStart) as engine:
        await ask(engine, workspace)
        (waiting,) = await engine.approvals.pending()
        ended = await approved(engine, waiting)
        assert ended.failure is not None
        assert "no space left" in ended.failure.message
        assert lines_in(workspace) == 0
    async with engine_on(home, scripted(["Done."]), tools=with_append) as engine:
        assert [one.state for one in await engine.approvals.pending()] == ["approved"]
        going_on = await engine.resume(waiting.run_id, consent=PARK)
        assert (await going_on.result()).outcome == "completed"
        assert lines_in(workspace) == 1
