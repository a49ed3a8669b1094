"""Shell and Python run what was approved, tell how it ended, and give no key away."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from roku_desktop.engine.approval.shell.reading import read_command
from roku_desktop.engine.execution import changes
from roku_desktop.engine.ports import ToolFailure, ToolRefusal
from roku_desktop.engine.settings import ToolSettings
from roku_desktop.engine.tools.output_folder import OutputFolder
from roku_desktop.engine.tools.python_code import FROZEN_CODE_WORD, PythonTool
from roku_desktop.engine.tools.read import ReadTool
from roku_desktop.engine.tools.shell import ShellTool
from tests.support.calls import CONTEXT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="commands for bash")
SETTINGS = ToolSettings()


@pytest.fixture
def outputs(tmp_path: Path) -> OutputFolder:
    folder = tmp_path / "tool_output"
    folder.mkdir()
    return OutputFolder(folder)


@pytest.fixture
def shell(outputs: OutputFolder) -> ShellTool:
    return ShellTool(SETTINGS, outputs)


def encoded(**arguments: Any) -> bytes:
    return json.dumps(arguments).encode()


async def done(tool: ShellTool | PythonTool, workspace: Path, **arguments: Any) -> str:
    text = encoded(**arguments)
    tool.validate(text)
    return await tool.perform(await tool.execution(text, workspace), text, workspace, CONTEXT)


async def test_a_command_runs_in_the_workspace_and_tells_its_exit_status(workspace: Path, shell: ShellTool):
    told = await done(shell, workspace, command="echo hi > a; cat a; exit 3")
    assert told == "hi\n(It ended with exit status 3.)"
    assert (workspace / "a").read_text() == "hi\n"


async def test_a_command_runs_in_the_folder_it_names(workspace: Path, shell: ShellTool):
    (workspace / "sub").mkdir()
    told = await done(shell, workspace, command="pwd; exit", cwd="sub")
    assert told.startswith(f"{workspace.resolve() / 'sub'}\n")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("kill -SEGV $$", "It was ended by the signal SIGSEGV"),
        ("echo early; sleep 50", r"early\n\(It was ended at its time limit of 300 ms\.\)"),
    ],
)
async def test_a_bad_end_is_an_error_in_words(workspace: Path, shell: ShellTool, command: str, said: str):
    with pytest.raises(ToolFailure, match=said):
        await done(shell, workspace, command=command, timeout_ms=300)


async def test_the_configuration_bounds_the_time_limit(workspace: Path):
    tool = ShellTool(ToolSettings(shell_default_timeout_ms=7, shell_max_timeout_ms=9))
    assert (await tool.execution(encoded(command="make"), workspace)).timeout_ms == 7
    assert (await tool.execution(encoded(command="make", timeout_ms=99), workspace)).timeout_ms == 9


async def test_no_key_and_no_preloaded_code_reaches_a_command(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
):
    names = ("X_API_KEY", "AWS_PROFILE", "MY_TOKEN", "BASH_ENV", "LD_PRELOAD", "PYTHONSTARTUP", "GIT_PAGER")
    for name in names:
        monkeypatch.setenv(name, "/canary")
    monkeypatch.setenv("HTTPS_PROXY", "http://someone:canary@proxy")
    monkeypatch.setenv("WANTED", "this one")
    traced = msgspec.structs.replace(CONTEXT, traceparent="00-ab-cd-01")
    tool = ShellTool(ToolSettings(shell_environment=("WANTED",)))
    text = encoded(command="env; tr '\\0' '\\n' < /proc/$PPID/environ")
    told = await tool.perform(await tool.execution(text, workspace), text, workspace, traced)
    assert "canary" not in told
    assert "WANTED=this one" in told
    assert "TRACEPARENT=00-ab-cd-01" in told


async def test_what_is_too_long_is_in_a_file_that_read_pages_through(
    workspace: Path, shell: ShellTool, outputs: OutputFolder
):
    told = await done(shell, workspace, command="seq 300000; echo last")
    assert len(told.encode()) <= SETTINGS.default_max_bytes
    assert told.startswith("1\n2\n")
    assert "\nlast\n(It printed 2.0 MB; Read shows all of it: " in told
    assert told.endswith("(It ended with exit status 0.)")
    (file,) = outputs.path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    read = ReadTool(SETTINGS, outputs)
    page = encoded(path=str(file), offset=250_000, limit=1)
    assert "250000\t250000\n" in await read.run(page, workspace, CONTEXT)
    elsewhere = msgspec.structs.replace(CONTEXT, session_id="ses_2")
    for path, context in ((str(file), elsewhere), (f"{outputs.path}/other.txt", CONTEXT)):
        with pytest.raises(ToolRefusal):
            await read.run(encoded(path=path), workspace, context)


async def test_a_link_among_the_outputs_leads_nowhere(workspace: Path, outputs: OutputFolder):
    secret = workspace.parent / "outside" / "secret.txt"
    link = outputs.new_file(CONTEXT)
    assert link is not None
    link.symlink_to(secret)
    with pytest.raises(ToolRefusal):
        await ReadTool(SETTINGS, outputs).run(encoded(path=str(link)), workspace, CONTEXT)


async def test_bytes_that_are_no_text_stay_within_the_limit(workspace: Path):
    tool = ShellTool(ToolSettings(default_max_bytes=4_096))
    told = await done(tool, workspace, command="head -c 3000 /dev/zero; printf '\\xff'")
    assert len(told.encode()) <= 4_096
    assert "left out" in told
    assert told.endswith("(It ended with exit status 0.)")


async def test_a_silent_command_says_so(workspace: Path, shell: ShellTool):
    assert await done(shell, workspace, command="true") == (
        "(It printed nothing.)\n(It ended with exit status 0.)"
    )


@pytest.mark.parametrize(
    ("command", "mode", "argv"),
    [
        ("cat a.txt", "direct", ["cat", "a.txt"]),
        ("python3 'b c.py' --x=1", "direct", ["python3", "b c.py", "--x=1"]),
        ("./run.sh", "direct", ["run.sh"]),
        ("./bare", "shell", ["bash", "-c", "./bare"]),
        ("cd sub", "shell", ["bash", "-c", "cd sub"]),
        ("make *.o", "shell", ["bash", "-c", "make *.o"]),
        ("echo a && echo b", "shell", ["bash", "-c", "echo a && echo b"]),
        ("no-such-program ls", "shell", ["bash", "-c", "no-such-program ls"]),
    ],
)
async def test_a_shell_takes_part_only_where_the_command_needs_one(
    workspace: Path, shell: ShellTool, command: str, mode: str, argv: list[str]
):
    for name, text in (("a.txt", "text"), ("run.sh", "#!/bin/sh\n"), ("bare", "echo bare")):
        (workspace / name).write_text(text)
        (workspace / name).chmod(0o755)
    execution = await shell.execution(encoded(command=command), workspace)
    assert (execution.mode, [Path(execution.argv[0]).name, *execution.argv[1:]]) == (mode, argv)
    assert Path(execution.program).is_absolute()


@pytest.mark.parametrize(
    ("arguments", "tier", "action"),
    [
        ({"command": "cat a.txt"}, "safe", "read"),
        ({"command": "cat a.txt", "cwd": "sub/.."}, "safe", "read"),
        ({"command": "cat a.txt", "cwd": "sub"}, "requires_approval", "exec"),
        ({"command": "cat a.txt; make"}, "requires_approval", "exec"),
        ({"command": "rm -rf /"}, "denied", "exec"),
    ],
)
async def test_only_what_is_proven_harmless_is_a_reading(
    workspace: Path, shell: ShellTool, arguments: dict[str, str], tier: str, action: str
):
    (workspace / "a.txt").write_text("text")
    (workspace / "sub").mkdir()
    assert (await shell.risk(encoded(**arguments), workspace)).tier == tier
    assert (await shell.execution(encoded(**arguments), workspace)).action == action


@pytest.mark.parametrize(
    "command",
    [
        "bash build.sh && echo done",
        "cd . && ./build.sh",
        "bash -c 'sh build.sh'",
        "S=build.sh; sh $S",
        "echo $(sh build.sh)",
        "sub/../build.sh",
    ],
)
async def test_a_script_that_changes_is_another_execution(workspace: Path, shell: ShellTool, command: str):
    (workspace / "sub").mkdir()
    script = workspace / "build.sh"
    script.write_text("echo one")
    script.chmod(0o755)
    before = await shell.execution(encoded(command=command), workspace)
    script.write_text("echo two")
    (change,) = changes(before, await shell.execution(encoded(command=command), workspace))
    assert change.endswith("build.sh has other contents")


@pytest.mark.parametrize("command", ["echo a && seq 3", "env LC_ALL=C timeout 5 seq 3", "nice seq 3"])
async def test_a_program_that_comes_first_on_path_is_another_execution(
    workspace: Path, shell: ShellTool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
):
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    text = encoded(command=command)
    before = await shell.execution(text, workspace)
    fake = tmp_path / "bin" / "seq"
    fake.write_text("#!/bin/sh\necho evil")
    fake.chmod(0o755)
    said = changes(before, await shell.execution(text, workspace))
    assert any(clause.startswith(f"{fake} plays a part only now") for clause in said)


async def test_data_and_what_is_written_are_no_part_of_the_approval(workspace: Path, shell: ShellTool):
    for name in ("data.txt", "out.txt"):
        (workspace / name).write_text("one")
    text = encoded(command="sort data.txt 2>&1 | uniq >> out.txt")
    before = await shell.execution(text, workspace)
    assert before.scope.writes == (str(workspace.resolve() / "out.txt"),)
    for name in ("data.txt", "out.txt"):
        (workspace / name).write_text("two")
    assert await shell.execution(text, workspace) == before


def test_a_text_that_takes_too_long_to_read_names_nothing_rather_than_a_part(workspace: Path):
    (workspace / "build.sh").write_text("echo one")
    text = "sh build.sh; " + "$(" * 3_000 + "x" + ")" * 3_000
    reading = read_command(text, str(workspace), os.defpath)
    assert (reading.plain, reading.programs, reading.files) == ((), (), ())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"command": "ls", "cwd": ".."}, "outside"),
        ({"command": "ls", "cwd": "none"}, "none"),
        ({"command": "  "}, "empty"),
        ({"command": "echo \0"}, "NUL"),
        ({"command": "echo " + "x" * 100_000}, "write it into a file"),
    ],
)
async def test_what_cant_be_started_is_said_before_anybody_is_asked(
    workspace: Path, shell: ShellTool, arguments: dict[str, str], said: str
):
    with pytest.raises(ToolFailure, match=said):
        await shell.execution(encoded(**arguments), workspace)


async def test_python_runs_alone_in_the_workspace(workspace: Path):
    (workspace / "json.py").write_text("raise SystemExit('shadowed')")
    told = await done(
        PythonTool(SETTINGS), workspace, code="import json, os\nprint(json.dumps('ü'), os.getcwd(), 'ü')"
    )
    assert told == f'"\\u00fc" {workspace.resolve()} ü\n(It ended with exit status 0.)'


def test_the_single_file_program_runs_code_by_a_word(tmp_path: Path):
    command = [sys.executable, "-m", "roku_desktop", FROZEN_CODE_WORD, "import sys\nprint('ü', sys.argv)"]
    environment = {"PATH": os.defpath, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ran = subprocess.run(command, capture_output=True, check=True, env=environment)
    assert ran.stdout.decode() == "ü ['-c']\n"
