"""The built single file, run as a person would. Skipped where `build_installers.py` hasn't made one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.fault_server import Reply, anthropic_stream, openai_stream, serve_in_thread
from tests.support.secret_service import SecretService
from tests.support.setups import anthropic_pinned, mylab

PROGRAM = (
    Path(__file__).parents[2] / "dist" / ("roku-desktop.exe" if sys.platform == "win32" else "roku-desktop")
)

pytestmark = pytest.mark.skipif(
    not PROGRAM.exists(), reason="no single file in dist/: run `build_installers.py`"
)


class Frozen:
    """The program on a home whose path has a space; `scratch` is where it unpacks."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "my home"
        self.home.mkdir(mode=0o700)
        self.scratch = folder / "scratch"
        self.scratch.mkdir()

    def run(self, *words: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"TMPDIR": str(self.scratch)} | variables
        return subprocess.run(
            [PROGRAM, "--home", self.home, *words],
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def configure(self, text: str) -> None:
        (self.home / "runtime.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def frozen(tmp_path: Path) -> Frozen:
    return Frozen(tmp_path)


def test_it_knows_its_version_and_leaves_nothing_unpacked(frozen):
    done = frozen.run("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert list(frozen.scratch.iterdir()) == []


def test_it_lists_the_sessions_of_a_new_home(frozen):
    done = frozen.run("sessions", "list")
    assert done.returncode == 0, done.stderr


def test_it_answers_over_the_openai_wire(frozen):
    with serve_in_thread([Reply(openai_stream(["Hello ", "there"]))]) as server:
        frozen.configure(mylab(server.openai_url))
        done = frozen.run("ask", "Hi", ROKU_MYLAB_API_KEY="k")
    assert done.returncode == 0, done.stderr
    assert "Hello there" in done.stdout


def test_it_answers_over_the_anthropic_wire(frozen):
    with serve_in_thread([Reply(anthropic_stream(["Hello ", "there"]))]) as server:
        frozen.configure(anthropic_pinned(server.url))
        done = frozen.run("ask", "Hi", ROKU_ANTHROPIC_API_KEY="k")
    assert done.returncode == 0, done.stderr
    assert "Hello there" in done.stdout


@pytest.mark.window
def test_its_window_opens(frozen):
    done = frozen.run("gui", "--exit-when-ready")
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is Linux's keyring")
def test_it_reaches_the_secret_service(frozen, tmp_path):
    frozen.configure(mylab("http://127.0.0.1:9/v1"))
    with SecretService(tmp_path) as service:
        done = frozen.run(
            "keys",
            "set",
            "mylab",
            stdin="a-key\n",
            DBUS_SESSION_BUS_ADDRESS=service.address,
            PYTHON_KEYRING_BACKEND="keyring.backends.SecretService.Keyring",
        )
        stored = list(service.secrets.values())
    assert done.returncode == 0, done.stderr
    assert stored == [b"a-key"]
