"""The real Shell through the whole engine: asked, allowed, refused, and nothing but what was approved."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import msgspec
import pytest

from roku_desktop.engine import Approval, Consent, Engine, RokuError, ToolCall, ToolMessage, ToolStarted
from roku_desktop.engine.approval.risk import Risk
from roku_desktop.engine.settings import ToolSettings
from roku_desktop.engine.tools.catalogue import ToolCatalogue, standard_catalogue
from roku_desktop.engine.tools.shell import ShellTool
from tests.support.engines import Heard, engine_on, scripted

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="commands for bash")
PARK = Consent(waits=False)
APPEND = "echo line >> lines.txt"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    (folder / "sub").mkdir(parents=True)
    return folder


def call_of(call_id: str = "c1", name: str = "Shell", **arguments: object) -> ToolCall:
    return ToolCall(call_id=call_id, name=name, arguments=msgspec.json.encode(arguments).decode())


def shell_on(home: Path, model):
    (home / "tool_output").mkdir(exist_ok=True)
    return engine_on(home, model, tools=partial(standard_catalogue, output_folder=home / "tool_output"))


async def turn_in(engine: Engine, workspace: Path, consent: Consent = PARK):
    session = await engine.create_session(workspace)
    return await engine.ask(session.session_id, "Do it.", consent=consent)


async def outcome_in(engine: Engine, workspace: Path, consent: Consent = PARK) -> str:
    return (await (await turn_in(engine, workspace, consent)).result()).outcome


async def only_pending(engine: Engine) -> Approval:
    (waiting,) = await engine.approvals.pending()
    return waiting


async def decided(engine: Engine, verdict="approve") -> str:
    waiting = await only_pending(engine)
    turn = await engine.approvals.decide(waiting.approval_id, verdict, origin="window", consent=PARK)
    assert turn is not None
    return (await turn.result()).outcome


def result_in(model):
    message = model.requests[-1].messages[-1]
    assert isinstance(message, ToolMessage)
    (result,) = message.results
    return result


def lines_in(workspace: Path) -> int:
    file = workspace / "lines.txt"
    return len(file.read_text().splitlines()) if file.exists() else 0


async def test_an_approved_command_runs_once_also_after_a_restart(home, workspace):
    async with shell_on(home, scripted([call_of(command=APPEND)])) as engine:
        assert await outcome_in(engine, workspace) == "parked"
        assert lines_in(workspace) == 0
    model = scripted(["Done."])
    async with shell_on(home, model) as engine:
        waiting = await only_pending(engine)
        assert waiting.request.preview.text == APPEND
        assert await decided(engine) == "completed"
        with pytest.raises(RokuError):
            await engine.approvals.decide(waiting.approval_id, "approve", origin="window")
    assert lines_in(workspace) == 1
    assert result_in(model).content == "(It printed nothing.)\n(It ended with exit status 0.)"


@pytest.mark.parametrize("name", ["Shell", "Python"])
async def test_a_rejected_call_never_runs(home, workspace, name):
    arguments = {"command": APPEND} if name == "Shell" else {"code": "open('lines.txt', 'w').write('line')"}
    model = scripted([call_of(name=name, **arguments)], ["Done."])
    async with shell_on(home, model) as engine:
        assert await outcome_in(engine, workspace) == "parked"
        assert await decided(engine, "reject") == "completed"
    assert lines_in(workspace) == 0
    assert result_in(model).outcome == "refused"


async def test_a_rejected_call_never_runs_although_it_became_harmless(home, workspace):
    strange = workspace / "here.txt"
    os.mkfifo(strange)
    model = scripted([call_of(command="cat here.txt")], ["Done."])
    async with shell_on(home, model) as engine:
        assert await outcome_in(engine, workspace) == "parked"
        strange.unlink()
        strange.write_text("secret")
        assert await decided(engine, "reject") == "completed"
    assert "rejected" in result_in(model).content


@pytest.mark.parametrize("command", ["rm -rf /", "cd sub && sudo rm -rf --no-preserve-root /*"])
@pytest.mark.parametrize("consent", [PARK, Consent(), Consent(waits=False, uses_rules=False)])
async def test_a_denied_command_is_never_asked_for_in_any_mode(home, workspace, command, consent):
    model = scripted([call_of(command=command)], ["Done."])
    async with shell_on(home, model) as engine:
        heard = Heard(engine)
        assert await outcome_in(engine, workspace, consent) == "completed"
        assert await engine.approvals.pending() == []
        assert not {"ApprovalRequested", "ToolStarted"} & set(heard.kinds())
    refused = result_in(model)
    assert "never run, in no mode. It wipes the whole file system." in refused.content
    assert refused.wording.values["reason"].values["tree"].template == "the whole file system"


async def test_a_harmless_command_runs_without_asking(home, workspace):
    (workspace / "there.txt").write_text("")
    model = scripted([call_of(command="ls -la")], ["Done."])
    async with shell_on(home, model) as engine:
        assert await outcome_in(engine, workspace) == "completed"
    assert "there.txt" in result_in(model).content
    assert list((home / "tool_output").iterdir()) == []


async def test_python_asks_and_runs(home, workspace):
    model = scripted([call_of(name="Python", code="print(6 * 7)")], ["Done."])
    async with shell_on(home, model) as engine:
        assert await outcome_in(engine, workspace) == "parked"
        assert (await only_pending(engine)).request.preview.kind == "code"
        assert await decided(engine) == "completed"
    assert result_in(model).content.startswith("42\n")


async def test_a_script_that_changed_while_it_waited_is_asked_for_again(home, workspace):
    script = workspace / "build.sh"
    script.write_text("echo line >> lines.txt")
    model = scripted([call_of(command="bash build.sh")], ["Done."])
    async with shell_on(home, model) as engine:
        await outcome_in(engine, workspace)
        script.write_text("echo evil >> lines.txt; echo evil >> lines.txt")
        assert await decided(engine) == "parked"
        assert lines_in(workspace) == 0
        again = await only_pending(engine)
        assert again.request.changes == (f"{script} has other contents",)
        assert await decided(engine) == "completed"
    assert lines_in(workspace) == 2


async def test_a_program_that_was_replaced_on_path_is_asked_for_again(home, workspace, tmp_path, monkeypatch):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    (second / "tool").write_text("#!/bin/sh\necho line >> lines.txt\n")
    (second / "tool").chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(first), str(second), os.environ["PATH"]]))
    model = scripted([call_of(command="tool")], ["Done."])
    async with shell_on(home, model) as engine:
        await outcome_in(engine, workspace)
        assert (await only_pending(engine)).request.execution.program == str(second / "tool")
        (first / "tool").write_text("#!/bin/sh\necho evil >> lines.txt; echo evil >> lines.txt\n")
        (first / "tool").chmod(0o755)
        assert await decided(engine) == "parked"
        assert "the name finds another program" in (await only_pending(engine)).request.changes
    assert lines_in(workspace) == 0


async def test_a_folder_that_became_a_link_is_asked_for_again(home, workspace):
    model = scripted([call_of(command=APPEND, cwd="sub")], ["Done."])
    async with shell_on(home, model) as engine:
        await outcome_in(engine, workspace)
        (workspace / "sub").rename(workspace / "moved")
        (workspace / "sub").symlink_to("moved")
        assert await decided(engine) == "parked"
        assert "the working directory is another one" in (await only_pending(engine)).request.changes
    assert lines_in(workspace / "moved") == 0


async def test_what_turns_harmful_between_two_looks_is_asked_for(home, workspace, tmp_path):
    """The file is harmless when the call is judged, and a link to a secret when it is prepared."""
    (tmp_path / "secret").write_text("the secret")
    (workspace / "a.txt").write_text("text")

    class SwappingShell(ShellTool):
        async def risk(self, arguments: bytes, workspace: Path) -> Risk:
            risk = await super().risk(arguments, workspace)
            (workspace / "a.txt").unlink()
            (workspace / "a.txt").symlink_to(tmp_path / "secret")
            return risk

    def swapping(settings: ToolSettings) -> ToolCatalogue:
        return ToolCatalogue([SwappingShell(settings)])

    async with engine_on(home, scripted([call_of(command="cat a.txt")]), tools=swapping) as engine:
        assert await outcome_in(engine, workspace) == "parked"
        assert (await only_pending(engine)).request.execution.action == "exec"


async def test_stopping_the_run_ends_the_command(home, workspace):
    """Its FIFO has no writer any more when the tree is gone."""
    os.mkfifo(workspace / "pulse")
    command = "exec 9>pulse; (setsid sleep 100 &); echo . >&9; sleep 100"
    async with shell_on(home, scripted([call_of(command=command)])) as engine:
        await outcome_in(engine, workspace)
        deciding = asyncio.create_task(decided(engine))
        reader = await asyncio.to_thread((workspace / "pulse").open, "rb")
        assert await asyncio.to_thread(reader.read, 1) == b"."
        (run,) = await engine.runs()
        await engine.stop(run.session_id)
        assert await deciding == "cancelled"
        assert await asyncio.to_thread(reader.read) == b"\n"
        reader.close()


async def test_the_start_of_a_command_is_told_before_its_end(home, workspace):
    model = scripted([call_of(command="ls")], ["Done."])
    async with shell_on(home, model) as engine:
        heard = Heard(engine)
        await outcome_in(engine, workspace)
        kinds = heard.kinds()
    assert kinds.index("ToolStarted") < kinds.index("ToolFinished")
    (started,) = (event for event in heard if isinstance(event, ToolStarted))
    assert (started.tier, started.approval_id) == ("safe", "")


async def test_the_specs_are_the_same_bytes_in_every_turn(home, workspace):
    model = scripted(["One."], ["Two."])
    async with shell_on(home, model) as engine:
        await outcome_in(engine, workspace)
        await outcome_in(engine, workspace)
    assert model.requests[0].tools == model.requests[1].tools
    assert "Shell" in [spec.name for spec in model.requests[0].tools]


async def test_what_a_command_printed_goes_with_its_session(home, workspace):
    model = scripted([call_of(command="seq 100000; exit")], ["Done."])
    async with shell_on(home, model) as engine:
        await outcome_in(engine, workspace)
        assert await decided(engine) == "completed"
        assert len(list((home / "tool_output").glob("*.txt"))) == 1
        (session,) = await engine.sessions()
        await engine.delete_session(session.session_id)
    assert list((home / "tool_output").glob("*.txt")) == []


def test_a_command_depends_on_the_same_after_a_restart(workspace):
    """The order of what it names is a part of what was approved; a set has another one in each process."""
    names = [f"part{number}.sh" for number in range(6)]
    for name in names:
        (workspace / name).write_text("true\n")
    program = (
        "import sys; from roku_desktop.engine.approval.shell.reading import read_command; "
        "print(read_command(*sys.argv[1:]).files)"
    )
    command = f"bash -c 'cat {' '.join(names)}'"
    told = {
        subprocess.run(
            [sys.executable, "-c", program, command, str(workspace), os.defpath],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in (1, 2, 3)
    }
    assert len(told) == 1
    assert b"part5.sh" in told.pop()
