"""The built single file, run as a person would. Skipped where none was built: `build_installers.py`."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from roku_desktop import __version__
from tests.support.fault_server import Reply, anthropic_stream, openai_stream, serve_in_thread
from tests.support.fault_streams import tool_call
from tests.support.processes import CommandLine
from tests.support.secret_service import SecretService
from tests.support.setups import anthropic_pinned, held_answer, mylab

DIST = Path(__file__).parents[2] / "dist"
ENDING = ".exe" if sys.platform == "win32" else ""
PROGRAM = DIST / f"roku-desktop{ENDING}"
PROGRAM_WITH_MODEL = DIST / f"roku-desktop-with-model{ENDING}"
KEYS = {"ROKU_MYLAB_API_KEY": "k", "ROKU_ANTHROPIC_API_KEY": "k"}

built = pytest.mark.skipif(
    not PROGRAM.exists(), reason="no single file in dist/: run scripts/build_installers.py"
)
built_with_model = pytest.mark.skipif(
    not PROGRAM_WITH_MODEL.exists(), reason="none in dist/: run scripts/build_installers.py --with-model"
)
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="late parts and the loader's end: Linux only")


class Frozen(CommandLine):
    """The program in a home and a workspace whose paths have spaces."""

    @property
    def scratch(self) -> Path:
        """Where it unpacks, nobody else."""
        return self.home.parent / "scratch"

    @property
    def unpacked(self) -> list[Path]:
        return list(self.scratch.iterdir())

    def using(self, **variables: str | None) -> Frozen:
        return Frozen(self.home, self.workspace, {**self.variables, **variables}, self.program)


def frozen_in(folder: Path, program: Path) -> Frozen:
    for name in ("my home", "my work", "scratch"):
        (folder / name).mkdir(mode=0o700)
    scratch = str(folder / "scratch")
    variables = KEYS | {"TMPDIR": scratch, "TEMP": scratch, "PYTHONPATH": ""}
    return Frozen(folder / "my home", folder / "my work", variables, (str(program),))


@pytest.fixture
def frozen(tmp_path: Path) -> Frozen:
    return frozen_in(tmp_path, PROGRAM)


@built
def test_it_knows_its_version_and_leaves_nothing_unpacked(frozen):
    done = frozen.run("--version")
    assert (done.code, done.said, done.text.split()[-1]) == (0, "", __version__)
    assert frozen.unpacked == []


@built
def test_it_explains_itself(frozen):
    done = frozen.run("--help")
    assert (done.code, done.said) == (0, "")
    assert "sessions" in done.text


@built
def test_it_lists_the_sessions_of_a_new_home(frozen):
    done = frozen.run("sessions", "list", "--json")
    assert done.code == 0, done.said
    assert (frozen.home / "roku.db").exists()


@built
def test_doctor_finds_nothing_missing(frozen):
    done = frozen.using(QT_QPA_PLATFORM="offscreen").run("doctor", "--offline", "--json")
    assert done.code == 0, done.said
    assert done.json["ok"] is True
    assert "can't be opened" not in done.text
    assert "pip install" not in done.text


@built
def test_it_answers_over_the_openai_wire_and_unpacks_no_window_for_it(frozen):
    with serve_in_thread([held_answer("Hello ", ["there"], "first shown")]) as server:
        frozen.configure(mylab(server.openai_url))
        with frozen.start("ask", "Hi") as asking:
            asking.read_until(b"Hello ")
            unpacked = [path.name for folder in frozen.unpacked for path in folder.iterdir()]
            server.open("first shown")
            done = asking.wait()
    assert done.code == 0, done.said
    assert "Hello there" in done.text
    assert "roku_desktop" in unpacked
    if sys.platform == "linux":
        assert "PySide6" not in unpacked


@built
def test_it_answers_over_the_anthropic_wire_and_knows_the_price(frozen):
    with serve_in_thread([Reply(anthropic_stream(["Hello ", "there"]))]) as server:
        frozen.configure(anthropic_pinned(server.url))
        done = frozen.run("ask", "Hi", "--json")
    assert done.code == 0, done.said
    assert done.lines[-1]["data"]["message"] == "Hello there"
    assert done.lines[-1]["data"]["cost_usd"] > 0


@built
def test_grep_finds_its_worker(frozen):
    (frozen.workspace / "notes.txt").write_text("first\nthe needle\n", encoding="utf-8")
    asks = Reply(openai_stream(tool_calls=[tool_call("Grep", {"pattern": "ne+dle"})]))
    with serve_in_thread([asks, Reply(openai_stream(["Found"]))]) as server:
        frozen.configure(mylab(server.openai_url))
        done = frozen.run("ask", "Where?", "--json")
        told = server.requests[-1].body
    assert done.code == 0, done.said
    assert b"notes.txt:2: the needle" in told


@built
@pytest.mark.skipif(sys.platform == "win32", reason="a command for bash")
@pytest.mark.parametrize(
    ("name", "arguments", "printed"),
    [
        ("Shell", {"command": "ls -a; env"}, b"notes.txt"),
        ("Python", {"code": "import os, sqlite3\nprint(os.listdir(), 'ü')"}, b"['notes.txt'] \xc3\xbc"),
    ],
)
def test_commands_and_code_run_in_children_of_their_own(frozen, name, arguments, printed):
    (frozen.workspace / "notes.txt").write_text("text", encoding="utf-8")
    asks = Reply(openai_stream(tool_calls=[tool_call(name, arguments)]))
    with serve_in_thread([asks, Reply(openai_stream(["Done"]))]) as server:
        frozen.configure(mylab(server.openai_url))
        parked = frozen.run("ask", "Run it", "--json")
        assert parked.code == 3, parked.said
        done = frozen.run("approvals", "approve", parked.result["approval_id"])
        assert (done.code, done.text) == (0, "Done\n"), done.said
        told = server.requests[-1].json()["messages"][-1]["content"].encode()
    assert printed in told
    assert b"exit status 0" in told
    assert b"LD_LIBRARY_PATH" not in told
    assert b"_API_KEY" not in told
    assert frozen.unpacked == []


@built
@pytest.mark.window
def test_its_window_opens(frozen):
    done = frozen.run("gui", "--exit-when-ready")
    assert (done.code, done.said) == (0, "")
    assert frozen.unpacked == []


@built
@pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is Linux's keyring")
def test_it_reaches_the_secret_service(frozen, tmp_path):
    frozen.configure(mylab("http://127.0.0.1:9/v1"))
    with SecretService(tmp_path) as service:
        there = frozen.using(DBUS_SESSION_BUS_ADDRESS=service.address, PYTHON_KEYRING_BACKEND=None)
        done = there.run("keys", "set", "mylab", stdin=b"a-key\n")
        stored = list(service.secrets.values())
    assert done.code == 0, done.said
    assert stored == [b"a-key"]


@built
@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
def test_it_runs_from_a_folder_that_nobody_may_write(frozen, tmp_path):
    folder = tmp_path / "read only"
    folder.mkdir()
    program = folder / PROGRAM.name
    shutil.copy2(PROGRAM, program)
    program.chmod(0o555)
    folder.chmod(0o555)
    try:
        there = Frozen(frozen.home, folder, frozen.variables, (str(program),))
        done = there.run("sessions", "list")
    finally:
        folder.chmod(0o755)
    assert done.code == 0, done.said
    assert list(folder.iterdir()) == [program]


@built
@only_linux
@pytest.mark.parametrize("victim", ["loader", "program"])
def test_after_a_kill_nothing_of_it_runs_or_stays(frozen, victim):
    with serve_in_thread([held_answer("Hello ", ["there"], "never")]) as server:
        frozen.configure(mylab(server.openai_url))
        with frozen.start("ask", "Hi") as asking:
            asking.read_until(b"Hello ")
            loader = psutil.Process(asking.process.pid)
            (program,) = loader.children()
            (loader if victim == "loader" else program).send_signal(signal.SIGKILL)
            asking.wait()
            psutil.wait_procs([program], timeout=30)
            assert not program.is_running()
    if victim == "loader":
        (left,) = frozen.unpacked
        long_ago = time.time() - 3600
        os.utime(left, (long_ago, long_ago))
        assert frozen.run("--version").code == 0
    assert frozen.unpacked == []


@built_with_model
@pytest.mark.embedded
def test_the_program_with_the_model_answers_without_any_server(tmp_path):
    done = frozen_in(tmp_path, PROGRAM_WITH_MODEL).run("ask", "Say hello.", "--json")
    assert done.code == 0, done.said
    assert done.lines[-1]["data"]["message"]
