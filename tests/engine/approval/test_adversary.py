"""What could slip past the gate: denied calls, a world that changes at the last moment, odd orders."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from pathlib import Path

import msgspec
import pytest

from roku_desktop.engine import ApprovalRequested, Consent, Engine, ToolCall, ToolMessage
from roku_desktop.engine.approval.risk import Risk, risk_of
from roku_desktop.engine.approval.shell.policy import ShellPolicy
from roku_desktop.engine.execution import Execution, FileIdentity, Scope, digest_of
from roku_desktop.engine.tools.catalogue import ToolCatalogue
from tests.support.appending import PROGRAM, AppendTool, append_call, lines_in, with_append
from tests.support.engines import engine_on, scripted

PARK = Consent(waits=False)


class ShellLike(AppendTool):
    """Appends a line, and is judged by its text as a shell is; of the harmless ones it knows `ls`."""

    async def risk(self, arguments: bytes, workspace: Path) -> Risk:
        command = msgspec.json.decode(arguments)["text"]
        return risk_of(await asyncio.to_thread(lambda: ShellPolicy(workspace).classify(command)))

    async def execution(self, arguments: bytes, workspace: Path) -> Execution:
        execution = await super().execution(arguments, workspace)
        return msgspec.structs.replace(execution, action="read") if b'"ls"' in arguments else execution


def shell(*arguments):
    return lambda settings: ToolCatalogue([ShellLike(*arguments)])


def run_of(text: str, call_id: str = "c1") -> ToolCall:
    return ToolCall(call_id=call_id, name="Append", arguments=msgspec.json.encode({"text": text}).decode())


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / PROGRAM).write_text("one")
    return folder


async def turn_in(engine: Engine, workspace: Path, consent: Consent = PARK):
    session = await engine.create_session(workspace)
    return await engine.ask(session.session_id, "Append.", consent=consent)


def results_in(provider):
    message = provider.requests[-1].messages[-1]
    assert isinstance(message, ToolMessage)
    return message.results


@pytest.mark.parametrize("command", ["rm -rf /", "echo a; env bash -c 'rm -rf ~'", ":(){ :|:& };:"])
@pytest.mark.parametrize("consent", [PARK, Consent(), Consent(waits=False, uses_rules=False)])
async def test_a_denied_command_never_runs_and_the_model_reads_why(home, workspace, command, consent):
    model = scripted([run_of(command)], ["Done."])
    async with engine_on(home, model, tools=shell()) as engine:
        assert (await (await turn_in(engine, workspace, consent)).result()).outcome == "completed"
        assert await engine.approvals.pending() == []
    assert lines_in(workspace) == 0
    assert results_in(model)[0].outcome == "refused"
    assert "never run, in no mode" in results_in(model)[0].content


@pytest.mark.parametrize("decided", [True, False])
async def test_what_an_older_version_asked_for_and_this_one_denies_never_runs(home, workspace, decided):
    """There the tool knew no risk; here the same call is denied."""
    async with engine_on(home, scripted([run_of("rm -rf /")]), tools=with_append) as engine:
        assert (await (await turn_in(engine, workspace)).result()).outcome == "parked"
        (waiting,) = await engine.approvals.pending()
    model = scripted(["Done."])
    async with engine_on(home, model, tools=shell()) as engine:
        if decided:
            turn = await engine.approvals.decide(
                waiting.approval_id, "approve", origin="window", reach="workspace", consent=PARK
            )
        else:
            turn = await engine.resume(waiting.run_id, consent=PARK)
        assert turn is not None
        assert (await turn.result()).outcome == "completed"
        assert await engine.approvals.pending() == []
    assert lines_in(workspace) == 0
    assert results_in(model)[0].outcome == "refused"
    # Not even the rule that came of it lets it run.
    again = scripted([run_of("rm -rf /")], ["Done."])
    async with engine_on(home, again, tools=shell()) as engine:
        assert (await (await turn_in(engine, workspace)).result()).outcome == "completed"
    assert lines_in(workspace) == 0


async def test_a_bug_in_what_judges_a_call_asks(home, workspace):
    async with engine_on(home, scripted([ToolCall(call_id="c1", name="Append", arguments="{}")])) as engine:
        engine._tools = shell()
        assert (await (await turn_in(engine, workspace)).result()).outcome == "parked"
    assert lines_in(workspace) == 0


async def test_a_script_that_changes_while_its_call_waits_for_a_free_place_is_asked_again(home, workspace):
    """Eight calls run; the ninth was approved with them, and the first edits the script it runs."""
    entered = 0

    def edit_once() -> None:
        nonlocal entered
        entered += 1
        if entered == 1:
            (workspace / PROGRAM).write_text("two")

    calls = [run_of(f"make target-{number}", f"c{number}") for number in range(12)]
    async with engine_on(home, scripted(calls), tools=shell(edit_once)) as engine:
        assert (await (await turn_in(engine, workspace)).result()).outcome == "parked"
        session_id = (await engine.sessions())[0].session_id
        pending = await engine.approvals.pending()
        database = sqlite3.connect(home / "roku.db", isolation_level=None)
        for approval in pending[1:]:
            database.execute(
                "UPDATE approvals SET state = 'approved' WHERE approval_id = ?", (approval.approval_id,)
            )
        database.close()
        turn = await engine.approvals.decide(pending[0].approval_id, "approve", origin="window", consent=PARK)
        assert turn is not None
        assert (await turn.result()).outcome == "parked"
        again = await engine.approvals.pending()
        assert again
        assert all(approval.request.changes for approval in again)
        assert lines_in(workspace) + len(again) == len(calls)
        assert (await engine.stop(session_id)) is not None


async def test_a_decision_that_comes_while_other_calls_run_is_carried_out_before_the_turn_parks(
    home, workspace
):
    """The first call is safe and runs long; the second was decided meanwhile, in another process."""
    model = scripted([run_of("ls", "c1"), run_of("make", "c2")], ["Done."])
    async with engine_on(home, scripted(["Unasked."]), tools=shell()) as other:

        class Slow(ShellLike):
            async def perform(self, execution, arguments, workspace, context):
                if context.call_id == "c1":
                    await asked.wait()
                    (waiting,) = await other.approvals.pending()
                    decided = other.approvals.decide(waiting.approval_id, "approve", origin="command line")
                    assert await decided is None
                    return "listed"
                return await super().perform(execution, arguments, workspace, context)

        asked = asyncio.Event()
        async with engine_on(home, model, tools=lambda settings: ToolCatalogue([Slow()])) as engine:
            engine.subscribe(lambda event: asked.set() if isinstance(event, ApprovalRequested) else None)
            assert (await (await turn_in(engine, workspace)).result()).outcome == "completed"
            assert [result.content for result in results_in(model)] == ["listed", "appended"]
    assert lines_in(workspace) == 1


@pytest.mark.parametrize("resolution", ["done", "skip", "rerun"])
async def test_a_resumed_turn_waits_for_what_became_of_an_unknown_call(home, workspace, resolution):
    async with engine_on(home, scripted([append_call()]), tools=with_append) as engine:
        assert (await (await turn_in(engine, workspace)).result()).outcome == "parked"
        (waiting,) = await engine.approvals.pending()
    database = sqlite3.connect(home / "roku.db", isolation_level=None)
    database.execute("UPDATE approvals SET state = 'unknown'")
    database.close()
    model = scripted(["Done."])
    async with engine_on(home, model, tools=with_append) as engine:
        turn = await engine.resume(waiting.run_id)  # as the window does: it waits
        assert lines_in(workspace) == 0
        assert (await engine.approvals.resolve(waiting.approval_id, resolution, origin="window")) is turn
        assert (await turn.result()).outcome == "completed"
        (result,) = results_in(model)
        assert {"done": "it was done", "skip": "not to run it again", "rerun": "appended"}[
            resolution
        ] in result.content
        assert lines_in(workspace) == (1 if resolution == "rerun" else 0)
        assert await engine.storage_problems() == []


EXECUTION = Execution(
    tool="Shell",
    mode="direct",
    action="exec",
    cwd="/w",
    scope=Scope(root="/w", reads=("/w/a",), writes=("/w/b",), hosts=("h:443",)),
    program="/usr/bin/make",
    argv=("make", "all"),
    environment=("PATH",),
    content="make all",
    timeout_ms=1000,
    depends_on=(FileIdentity(path="/w/m", real_path="/w/m", kind="file", sha256="00"),),
)
OTHERS = {
    "tool": "Write",
    "mode": "shell",
    "action": "mixed",
    "cwd": "/other",
    "scope": Scope(root="/"),
    "program": "/tmp/make",
    "argv": ("make", "all", ""),
    "environment": ("PATH", "HOME"),
    "content": "make  all",
    "timeout_ms": 1001,
    "depends_on": (),
    "version": 2,
}


@pytest.mark.parametrize("field", Execution.__struct_fields__)
async def test_an_execution_that_differs_in_one_field_is_not_started(home, workspace, field):
    """Asked with one execution; at the start the tool derives another."""

    class Turning(AppendTool):
        now = EXECUTION

        async def execution(self, arguments, workspace):
            return self.now

    tool = Turning()
    async with engine_on(
        home, scripted([append_call()]), tools=lambda settings: ToolCatalogue([tool])
    ) as engine:
        assert (await (await turn_in(engine, workspace)).result()).outcome == "parked"
        (waiting,) = await engine.approvals.pending()
        tool.now = msgspec.structs.replace(EXECUTION, **{field: OTHERS[field]})
        turn = await engine.approvals.decide(waiting.approval_id, "approve", origin="window", consent=PARK)
        assert turn is not None
        assert (await turn.result()).outcome == "parked"
        assert lines_in(workspace) == 0
        (again,) = await engine.approvals.pending()
        assert again.request.changes
        assert again.request.digest == digest_of(tool.now) != waiting.request.digest


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process")
async def test_a_full_disk_starts_nothing_and_the_message_says_why(home, workspace):
    """The start can't be made durable, so there is none."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    class Filling(AppendTool):
        derived = 0

        async def execution(self, arguments, workspace):
            self.derived += 1
            if self.derived > 1:  # from here on no file grows
                resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
            return await super().execution(arguments, workspace)

    tool = Filling()
    async with engine_on(
        home, scripted([append_call()], ["Done."]), tools=lambda settings: ToolCatalogue([tool])
    ) as engine:
        assert (await (await turn_in(engine, workspace)).result()).outcome == "parked"
        (waiting,) = await engine.approvals.pending()
        try:
            turn = await engine.approvals.decide(
                waiting.approval_id, "approve", origin="window", consent=PARK
            )
            assert turn is not None
            finished = await turn.result()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert finished.outcome == "failed"
        assert finished.failure is not None
        assert finished.failure.kind == "StorageError"
        assert "disk" in finished.failure.message
    assert lines_in(workspace) == 0


async def test_a_decision_in_the_very_moment_of_parking_is_not_left_lying(home, workspace):
    """The run counts as running until it is parked; who decides then takes it over."""
    model = scripted(["Done."])

    class Late:
        """Lets a person decide, in another process, right before the run is stored as parked."""

        def __init__(self, inner):
            self._inner = inner

        def __getattr__(self, name):
            return getattr(self._inner, name)

        async def finish_run(self, event):
            if event.outcome == "parked":
                (waiting,) = await other.approvals.pending()
                deciding.append(asyncio.create_task(self._decide(waiting.approval_id)))
                while (await other.approvals.get(waiting.approval_id)).state != "approved":
                    await asyncio.sleep(0)
            return await self._inner.finish_run(event)

        async def _decide(self, approval_id):
            turn = await other.approvals.decide(approval_id, "approve", origin="window", consent=PARK)
            return turn and await turn.result()

    deciding: list[asyncio.Task] = []
    async with (
        engine_on(home, model, tools=with_append) as other,
        engine_on(home, scripted([append_call()]), tools=with_append, through=Late) as engine,
    ):
        assert (await (await turn_in(engine, workspace)).result()).outcome == "parked"
        (finished,) = await asyncio.gather(*deciding)
        assert finished.outcome == "completed"
    assert lines_in(workspace) == 1
