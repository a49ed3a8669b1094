"""One window per home: a second start brings the first one to the front, and nobody else can."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from roku_desktop.engine.errors import ConfigurationError
from roku_desktop.single_instance import HEARD, SingleInstance, Wish
from roku_desktop.ui.doorway import Doorway
from roku_desktop.ui.pipe_doorway import PipeDoorway
from tests.support.windows import until
from tests.ui.conftest import Run

pytestmark = pytest.mark.window
by_signal = pytest.mark.skipif(sys.platform == "win32", reason="signals end a process on POSIX")
Kind = type[Doorway] | type[PipeDoorway]
EITHER_DOOR = pytest.mark.parametrize("kind", [Doorway, PipeDoorway])  # that of Windows works here too
on_x11 = pytest.mark.skipif(sys.platform != "linux", reason="xdotool looks at windows of X11")


@pytest.fixture
def instances() -> Iterator[Path]:
    """Where a door fits in: the path of a socket may have some 100 bytes, and that of `tmp_path` has more."""
    with tempfile.TemporaryDirectory(prefix="home-") as folder:
        yield Path(folder)


@contextlib.contextmanager
def program(home: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "roku_desktop", "--home", str(home), *(words or ("gui",))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def second_start(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "roku_desktop", "--home", str(home), *(words or ("gui",))]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def window_of(process: subprocess.Popen[str], name: str = "^Roku$") -> str:
    """Waits until it shows one of that name."""
    search = ["xdotool", "search", "--sync", "--all", "--onlyvisible"]
    search += ["--pid", str(process.pid), "--name", name]
    return subprocess.run(search, capture_output=True, text=True, check=True, timeout=30).stdout.split()[0]


@on_x11
def test_a_second_start_brings_the_first_window_back_and_leaves_with_zero(home: Path):
    with program(home) as first:
        window = window_of(first)
        subprocess.run(["xdotool", "windowminimize", "--sync", window], check=True)
        second = second_start(home)
        assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
        assert window_of(first) == window
        first.send_signal(signal.SIGTERM)
        assert first.wait(20) == 0


@on_x11
def test_quick_opens_the_box_of_the_running_window_and_starts_one_where_none_runs(home: Path):
    with program(home, "quick", "What is this?") as first:
        box = window_of(first, "Quick prompt")
        subprocess.run(["xdotool", "windowactivate", "--sync", box, "key", "Escape"], check=True)
        second = second_start(home, "quick")
        assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
        assert window_of(first, "Quick prompt") == box
        first.send_signal(signal.SIGTERM)
        assert first.wait(20) == 0


@on_x11
def test_two_impatient_starts_open_one_window_and_a_killed_one_stands_in_nobodys_way(home: Path):
    with program(home) as first, program(home) as second:
        ended = threading.Event()

        def wait_for(process: subprocess.Popen[str]) -> None:
            process.wait()
            ended.set()

        for process in (first, second):
            threading.Thread(target=wait_for, args=(process,), daemon=True).start()
        assert ended.wait(30)
        lives, left = (first, second) if first.poll() is None else (second, first)
        assert (left.wait(), lives.poll()) == (0, None)
        window_of(lives)
        lives.kill()
        lives.wait()
    with program(home) as third:
        window_of(third)
        (report,) = (home / "logs").glob("crash-*.txt")
        assert "it was ended from outside" in report.read_text(encoding="utf-8")


@by_signal
def test_two_homes_have_a_window_each(instances: Path):
    one, other = (SingleInstance(instances / name, {}) for name in ("one", "other"))
    for name in ("one", "other"):
        (instances / name).mkdir()
    assert one.claim()
    assert other.claim()
    assert one.door != other.door


@EITHER_DOOR
def test_a_wish_comes_through_whole_and_is_obeyed_once(qt_run: Run, instances: Path, kind: Kind):
    first, second = SingleInstance(instances, {}), SingleInstance(instances, {})
    wishes: list[Wish] = []
    wish = Wish(show="quick", text="Zürich → 东京\n" * 1000, activation="token")

    async def listen() -> None:
        assert first.claim()
        door = kind()
        door.wished.connect(wishes.append)
        door.open(first.door)
        told: list[bool] = []
        knocking = threading.Thread(target=lambda: told.append(second.claim_or_tell(wish)))
        knocking.start()
        await until(lambda: wishes, door.wished)
        knocking.join()
        door.close()
        assert told == [False]

    qt_run(listen())
    assert wishes == [wish]
    first.release()


@by_signal
@EITHER_DOOR
def test_only_the_same_person_can_come_to_the_door(app: QApplication, instances: Path, kind: Kind):
    instance = SingleInstance(instances, {})
    assert instance.claim()
    door = kind()
    door.open(instance.door)
    assert stat.S_IMODE(Path(instance.door).stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE((instances / "window").stat().st_mode) == 0o600
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        stranger = (
            "import os, socket, sys; os.setgid(65534); os.setuid(65534)\n"
            "try: socket.socket(socket.AF_UNIX).connect(sys.argv[1])\n"
            "except PermissionError: sys.exit(7)\n"
        )
        instances.parent.chmod(0o755)
        instances.chmod(0o755)  # even where the folder had been opened to all
        done = subprocess.run([sys.executable, "-c", stranger, instance.door], check=False)
        assert done.returncode == 7
    door.close()
    instance.release()


@by_signal
@EITHER_DOOR
@pytest.mark.parametrize("line", [b"raise\n", b'{"show": "everything"}\n', b"\xff\n", b"x" * 1_000_001])
def test_what_is_no_wish_is_not_answered(qt_run: Run, instances: Path, line: bytes, kind: Kind):
    instance = SingleInstance(instances, {})
    assert instance.claim()
    wishes: list[Wish] = []
    answers = []

    def knock() -> None:
        with socket.socket(socket.AF_UNIX) as stranger, contextlib.suppress(BrokenPipeError):
            stranger.connect(instance.door)
            stranger.settimeout(20)
            stranger.sendall(line)
            with contextlib.suppress(ConnectionResetError):
                answers.append(stranger.recv(len(HEARD)))

    async def listen() -> None:
        door = kind()
        door.wished.connect(wishes.append)
        door.open(instance.door)
        await asyncio.to_thread(knock)
        door.close()

    qt_run(listen())
    assert (wishes, b"".join(answers)) == ([], b"")
    instance.release()


@by_signal
def test_a_place_where_nothing_can_listen_is_no_trouble(app: QApplication, tmp_path: Path):
    door = Doorway()
    door.open(str(tmp_path / "nowhere" / "door"))
    door.close()


def test_a_window_that_hangs_is_told_of_in_a_sentence(instances: Path):
    first, second = SingleInstance(instances, {}), SingleInstance(instances, {})
    assert first.claim()
    with pytest.raises(ConfigurationError, match="already runs on this home but does not answer"):
        second.claim_or_tell(Wish(), within_s=0.1)
    first.release()
    assert second.claim_or_tell(Wish())
    second.release()


@by_signal
def test_a_home_with_a_long_path_listens_in_the_folder_of_the_session(tmp_path: Path):
    deep = tmp_path / ("deep" * 30)
    assert SingleInstance(
        deep, {"XDG_RUNTIME_DIR": "/run/user/1000", "TMPDIR": "/run/user/1000"}
    ).door.startswith("/run/user/1000/roku-desktop-")
    assert SingleInstance(deep, {}).door == ""
